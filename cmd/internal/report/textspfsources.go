package report

import (
	"fmt"
	"slices"

	"mailauth/checks"
)

// sources draws the parts of the record with how many addresses each brings.
func (p *networksPage) sources() {
	if len(p.policy.Sources) == 0 {
		return
	}
	headings := []string{p.Texts.Text("tree.column-cost", nil), "IPv4", "IPv6"}
	widths := []int{max(Width(headings[0]), 4), 4, 4}
	for _, s := range p.policy.Sources {
		widths[1] = max(widths[1], Width(p.sum(s.Listed.IPv4.Prefixes)))
		widths[2] = max(widths[2], Width(p.sum(s.Listed.IPv6.Prefixes)))
	}
	p.line()
	p.line(p.strong(p.word("sources", nil)))
	head := "  "
	for i, heading := range headings {
		head += left(heading, widths[i]) + "  "
	}
	p.line(p.faint(head))
	t := &sourceTree{rows{page: &p.page, widths: widths}, p}
	t.below(p.shownBelow(0), "", 0)
	t.end()
}

// sourceTree draws sources.
type sourceTree struct {
	rows
	networks *networksPage
}

// below draws sources and what is below each.
func (t *sourceTree) below(list []*SPFSource, margin string, level int) {
	for i, s := range list {
		fork, below := "├ ", "│ "
		switch {
		case level == 0:
			fork, below = "", ""
		case i == len(list)-1:
			fork, below = "└ ", "  "
		}
		inner := t.networks.shownBelow(s.ID)
		r := drawn{cells: t.cells(s), margin: margin + fork, below: margin + below, text: t.networks.label(s), paint: t.plain}
		if len(inner) == 1 && inner[0].Networks && !t.Verbose {
			r.parts = append(r.parts, part{text: t.networks.label(inner[0]), paint: t.faint})
			inner = nil
		}
		r.parts = append(r.parts, t.networks.remarksOnSource(s)...)
		if len(inner) == 0 {
			r.below += "  "
		}
		t.row(r)
		if level < mostLevels || t.Verbose {
			t.below(inner, margin+below, level+1)
		}
	}
}

// cells are what a source costs, and how many addresses it brings.
func (t *sourceTree) cells(s *SPFSource) []part {
	cost := ""
	if s.Lookups > 0 {
		cost = fmt.Sprint(s.Lookups)
	}
	return []part{{text: cost, paint: t.plain}, {text: t.networks.sum(s.Listed.IPv4.Prefixes), paint: t.plain}, {text: t.networks.sum(s.Listed.IPv6.Prefixes), paint: t.plain}}
}

// shownBelow are the sources of an include, or those of the domain's own record
// for 0. Of others those that bring nothing are for -v.
func (p *networksPage) shownBelow(parent int) []*SPFSource {
	var list []*SPFSource
	for i := range p.policy.Sources {
		s := &p.policy.Sources[i]
		if s.Parent == parent && (parent == 0 || p.Verbose || s.Dynamic || s.Unknown || !s.Listed.empty()) {
			list = append(list, s)
		}
	}
	return list
}

// remarksOnSource are what is odd about a source: what brings nothing, or
// nothing of its own.
func (p *networksPage) remarksOnSource(s *SPFSource) []part {
	var parts []part
	say := func(holds bool, text string) {
		if holds {
			parts = append(parts, part{text: text, paint: p.warn})
		}
	}
	leaf := !slices.ContainsFunc(p.policy.Sources, func(other SPFSource) bool { return other.Parent == s.ID })
	others := checks.Args{"others": p.others(s)}
	covered := s.Redundant && !s.Listed.empty()
	beyond := !covered && len(s.Others) > 0 && s.Only != nil && p.amounts(*s.Only) == p.amounts(s.Listed)
	dynamic := "ledger-dynamic"
	if byAddress(s.Terms[0]) {
		dynamic = "ledger-dynamic-address"
	}
	say(s.Dynamic && leaf, p.text(dynamic, nil))
	say(s.Unknown && leaf, p.text("ledger-unknown", nil))
	say(s.Listed.empty() && !s.Dynamic && !s.Unknown, p.word("source-nothing", nil))
	say(covered && len(s.Others) > 0, p.word("source-covered", others))
	say(covered && len(s.Others) == 0, p.word("source-needless", nil))
	say(!covered && len(s.Others) > 0 && !beyond, p.word("source-shared", others))
	say(beyond, p.word("source-beyond", others))
	return parts
}

// others names the other parts of the record that bring the same.
func (p *networksPage) others(s *SPFSource) []string {
	var names []string
	for _, id := range s.Others {
		if other := p.source(id); other != nil {
			names = append(names, p.label(other))
		}
	}
	if len(names) > fewReasons && !p.Verbose {
		more := p.word("more-reasons", checks.Args{"count": len(names) - fewReasons})
		names = append(names[:fewReasons:fewReasons], more)
	}
	return names
}
