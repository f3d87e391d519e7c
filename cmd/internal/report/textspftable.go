package report

import (
	"math/big"
	"net/netip"
	"slices"
	"strings"

	"mailauth/checks/spf"
)

// table lists networks with what brings them, IPv4 and IPv6 apart.
func (p *networksPage) table(heading string, o OriginsOfBoth) {
	b := o.both()
	if b.empty() {
		return
	}
	p.line()
	p.line(p.strong(p.word(heading, nil)))
	t := &rows{page: &p.page}
	shown := map[netip.Prefix][2]string{}
	wide, width := 0, 0
	for _, prefix := range append(b.IPv4.Prefixes, b.IPv6.Prefixes...) {
		row := [2]string{networkName(prefix), p.size(prefix)}
		shown[prefix] = row
		wide, width = max(wide, Width(row[0])), max(width, Width(row[1]))
	}
	add := func(prefix netip.Prefix, sources []int) {
		row := shown[prefix]
		t.row(drawn{text: Pad(row[0], wide) + "  " + left(row[1], width), paint: p.plain, below: spaces(wide + width + 2), parts: p.bringers(prefix, sources)})
	}
	for _, n := range o.IPv4.Networks {
		add(n.Prefix, n.Sources)
	}
	for _, n := range o.IPv6.Networks {
		add(n.Prefix, n.Sources)
	}
	t.end()
}

// networkName writes a network, and a single address as such.
func networkName(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

// size is how many addresses a network has.
func (p *networksPage) size(prefix netip.Prefix) string { return p.sum([]netip.Prefix{prefix}) }

func (p *networksPage) sum(prefixes []netip.Prefix) string {
	n := spf.Addresses(prefixes)
	if n.Cmp(new(big.Int)) == 0 {
		return ""
	}
	shown, networks := magnitude(n)
	if networks {
		return shown + " /64"
	}
	return shown
}

// bringers names the parts of the domain's own record by which a network
// passes; with -v the way from there.
func (p *networksPage) bringers(prefix netip.Prefix, ids []int) []part {
	var names []string
	for _, id := range ids {
		var way []string
		for s := p.source(id); s != nil; s = p.source(s.Parent) {
			name := p.label(s)
			if s.Networks && (p.Verbose || s.Parent == 0) {
				name = Clean(strings.Join(s.termsIn(prefix), ", "))
			}
			way = append([]string{name}, way...)
		}
		if !p.Verbose && len(way) > 1 {
			way = way[:1]
		}
		if name := strings.Join(way, " > "); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	parts := make([]part, 0, len(names))
	for i, name := range names {
		if i < len(names)-1 {
			name += ","
		}
		parts = append(parts, part{text: name, paint: p.faint, tight: i > 0})
	}
	return parts
}

// source is nil for an id that nobody has.
func (p *networksPage) source(id int) *SPFSource {
	if id < 1 || id > len(p.policy.Sources) {
		return nil
	}
	return &p.policy.Sources[id-1]
}

// label names a source: its term, or its networks.
func (p *networksPage) label(s *SPFSource) string {
	if !s.Networks {
		return Clean(strings.Join(s.Terms, " "))
	}
	networks := make([]spf.Branch, 0, len(s.Terms))
	for _, term := range s.Terms {
		kind := spf.IP4
		if strings.HasPrefix(strings.ToLower(strings.TrimPrefix(term, "+")), "ip6") {
			kind = spf.IP6
		}
		networks = append(networks, spf.Branch{Term: term, Kind: kind.String()})
	}
	return tally(networks)
}

// termsIn are the terms of a source that bring some of a network.
func (s *SPFSource) termsIn(prefix netip.Prefix) []string {
	if !s.Networks {
		return s.Terms
	}
	var terms []string
	for _, term := range s.Terms {
		_, written, _ := strings.Cut(term, ":")
		network, err := netip.ParsePrefix(written)
		if addr, bad := netip.ParseAddr(written); bad == nil {
			network, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err == nil && network.Overlaps(prefix) {
			terms = append(terms, term)
		}
	}
	return terms
}
