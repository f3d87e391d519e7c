package spf

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"mailauth/resolver"
)

// Where the message decides, a cell has every ending that some DNS gives the
// client, and none that no DNS gives.
func TestDynamicCells(t *testing.T) {
	const three = "v=spf1 exists:%{i}.a.example -exists:%{i}.b.example ~exists:%{i}.c.example ?all"
	tests := []struct {
		why, record string
		senders     []string // known if there is one
		// loose says that names depend on each other, so that more endings are
		// said to be possible than are; the results are the same.
		loose bool
	}{
		{"a name by the client's address", "v=spf1 exists:%{i}.ok.example -all", nil, false},
		{"three that can be void", three, nil, false},
		{"names by client and sender", "v=spf1 exists:%{ir}.%{l}.ok.example -all", []string{"info@example.co.jp"}, false},
		{"the sender is not known, and may give no name", strings.ReplaceAll(three, "%{i}", "%{l}"), []string{"info@example.co.jp", "a..b@example.co.jp"}, true},
		{"a known sender that gives no name", strings.ReplaceAll(three, "%{i}", "%{i}.%{l}"), []string{"a..b@example.co.jp"}, false},
		{"a, with and without an address of the family", "v=spf1 a:%{i}.a.example ~a:%{ir}.b.example/24//64 a:%{ir}.c.example -all", nil, false},
		{"mx", "v=spf1 ?mx:%{i}.a.example mx:%{ir}.b.example -all", nil, false},
		{"reverse names", "v=spf1 ptr:example.net a:%{i}.a.example -all", nil, false},
		{"the validated name costs two", "v=spf1 a:%{p}.a.example a:%{p}.b.example a:%{p}.c.example a:%{p}.d.example a:%{p}.e.example a -all", nil, false},
		{"an include in a record that is included", "v=spf1 include:inner.example -all", nil, false},
		{"an include", "v=spf1 ~include:%{i}.a.example ?all", nil, false},
		{"a redirect", "v=spf1 redirect=%{i}.a.example", nil, false},
		{"behind the limit nothing matters", "v=spf1 a a a a a a a a a a exists:%{i}.a.example -all", nil, false},
		{"voids and the limit", "v=spf1 a:gone.example exists:%{i}.a.example a:gone.example -all", nil, false},
	}
	for _, test := range tests {
		for _, client := range []string{"192.0.2.1", "2001:db8::1"} {
			q := Query{IP: netip.MustParseAddr(client), Domain: "example.co.jp", HELO: "mail.example.co.jp"}
			lines := fmt.Sprintf("example.co.jp TXT %q\nexample.co.jp A 198.51.100.1\nexample.co.jp AAAA 2001:db8:ff::\n"+
				"inner.example TXT \"v=spf1 -exists:%%{i}.x.example a:%%{i}.y.example ~all\"\n", test.record)
			from := Identity{HELO: q.HELO}
			if len(test.senders) == 1 {
				from.Sender = test.senders[0]
			}
			p := compiled(t, lines, from, CompileOptions{})
			loose := test.loose || slices.ContainsFunc(p.leads(), func(e *Expanded) bool { return e.Dynamic })
			met := map[string]bool{}
			for _, q.Sender = range append(test.senders, "info@example.co.jp")[:max(1, len(test.senders))] {
				for _, answers := range everyAnswer(p, q) {
					met[outcome(loose, CheckHost(context.Background(), newWorld(t, lines+answers), q))] = true
				}
			}
			said := map[string]bool{}
			for _, o := range p.At(q.IP).Endings() {
				said[outcome(loose, Evaluation{Result: o.Result, Lookups: o.Lookups, Voids: o.Voids, Decision: o.Decision()})] = true
			}
			if !maps.Equal(said, met) {
				t.Errorf("%s: %s from %s\nthe policy has %q\nthe worlds give %q", test.why, test.record, client, slices.Sorted(maps.Keys(said)), slices.Sorted(maps.Keys(met)))
			}
		}
	}
}

// outcome writes down how an evaluation ended. Of what a dynamic include or
// redirect leads to, a policy knows the result only.
func outcome(loose bool, e Evaluation) string {
	if loose || limited(e.Cause) {
		return e.Result.String()
	}
	return fmt.Sprintf("%s by %s, %d look-ups, %d void", e.Result, e.Term, e.Lookups, e.Voids)
}

// everyAnswer lists what the DNS can say of the dynamic terms of a policy, each
// as lines of a world: of every term all that makes a difference, in every
// combination.
func everyAnswer(p *Policy, q Query) []string {
	worlds := []string{""}
	for _, e := range p.everyTerm() {
		if !e.Reachable || !e.Dynamic && e.Kind != PTR {
			continue
		}
		var more []string
		for _, answer := range answersTo(e, q) {
			for _, w := range worlds {
				more = append(more, w+answer+"\n")
			}
		}
		worlds = more
	}
	return worlds
}

func answersTo(e *Expanded, q Query) []string {
	a, other := "A", "203.0.113.99"
	if q.IP.Is6() {
		a, other = "AAAA", "2001:db8:99::"
	}
	reverse := resolver.ReverseName(q.IP)
	if e.Kind == PTR {
		return []string{"", reverse + " PTR mail." + e.Names[0] + "\nmail." + e.Names[0] + " " + a + " " + q.IP.String(), reverse + " PTR nowhere.example."}
	}
	name, err := e.Domain.Name(MacroContext{Sender: q.Sender, HELO: q.HELO, IP: q.IP, Domain: e.Owner.Name, Validated: "unknown"})
	if err != nil {
		return []string{""}
	}
	switch e.Kind {
	case A:
		return []string{"", name + " " + a + " " + q.IP.String(), name + " " + a + " " + other}
	case MX:
		answers := []string{"", name + " MX 1 host." + name + "\nhost." + name + " " + a + " " + q.IP.String(), name + " MX 1 nowhere.example."}
		many := ""
		for i := range 11 {
			many += fmt.Sprintf("%s MX 1 m%d.example.\n", name, i)
		}
		return append(answers, many)
	case Exists:
		return []string{"", name + " A 127.0.0.2"}
	}
	answers := []string{""}
	for _, all := range []string{"+all", "-all", "~all", "?all"} {
		answers = append(answers, name+` TXT "v=spf1 `+all+`"`)
	}
	return answers
}
