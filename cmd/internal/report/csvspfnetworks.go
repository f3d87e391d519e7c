package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/netip"
	"strings"

	"mailauth/checks/spf"
)

// NetworksCSV writes the networks of domains as a table, a line each: those that
// pass, and those that would if the message, an answer or an error did not
// decide otherwise. All other addresses do not pass.
func NetworksCSV(out io.Writer, policies []SPFNetworks) error {
	w := csv.NewWriter(out)
	rows := [][]string{{"domain", "family", "network", "addresses", "status", "results", "via", "reason"}}
	for _, policy := range policies {
		rows = append(rows, policyRows(policy)...)
	}
	for _, row := range rows {
		for i, cell := range row {
			row[i] = guard(cell)
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// policyRows are the lines of a domain.
func policyRows(r SPFNetworks) [][]string {
	var rows [][]string
	add := func(prefix netip.Prefix, status, results string, sources []int, reasons []Reason) {
		family := "IPv4"
		if prefix.Addr().Is6() {
			family = "IPv6"
		}
		rows = append(rows, []string{r.Domain, family, prefix.String(), spf.Addresses([]netip.Prefix{prefix}).String(), status, results,
			ways(r, prefix, sources), places(reasons)})
	}
	origins := func(o OriginsOfBoth, status, results string, reasons []Reason) {
		for _, n := range o.IPv4.Networks {
			add(n.Prefix, status, results, n.Sources, reasons)
		}
		for _, n := range o.IPv6.Networks {
			add(n.Prefix, status, results, n.Sources, reasons)
		}
	}
	origins(r.Passing, "pass", spf.ResultPass.String(), nil)
	for _, rest := range r.Rest {
		results := strings.Join(rest.Results, "|")
		origins(rest.Listed, string(rest.Kind), results, rest.Reasons)
		if rest.Kind == spf.RestError || rest.Kind == spf.RestRefused {
			continue
		}
		for _, prefix := range unlisted(rest) {
			add(prefix, string(rest.Kind), results, nil, rest.Reasons)
		}
	}
	return rows
}

// unlisted are the networks of a rest that no source brings.
func unlisted(r SPFRest) []netip.Prefix {
	listed := r.Listed.both()
	if listed.empty() {
		return append(r.IPv4.Prefixes, r.IPv6.Prefixes...)
	}
	return spf.Without(append(r.IPv4.Prefixes, r.IPv6.Prefixes...), append(listed.IPv4.Prefixes, listed.IPv6.Prefixes...))
}

// ways are the includes that lead to each source of a network, and its terms.
func ways(r SPFNetworks, prefix netip.Prefix, ids []int) string {
	var all []string
	for _, id := range ids {
		var way []string
		for id > 0 && id <= len(r.Sources) {
			s := r.Sources[id-1]
			way = append([]string{strings.Join(s.termsIn(prefix), " ")}, way...)
			id = s.Parent
		}
		all = append(all, strings.Join(way, " > "))
	}
	return strings.Join(all, "; ")
}

func places(reasons []Reason) string {
	var all []string
	for _, r := range reasons {
		place := r.Path[len(r.Path)-1]
		if r.Term != "" {
			place = r.Term + " of " + place
		}
		all = append(all, strings.TrimSuffix(fmt.Sprintf("%s: %s: %s", r.Cause, place, r.Error), ": "))
	}
	return strings.Join(all, "; ")
}

// guard makes a cell safe to open in a spreadsheet: what would be a formula
// begins with an apostrophe, and what nobody can see is spelled out.
func guard(cell string) string {
	cell = Clean(cell)
	if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
