package report

import (
	"encoding/json"
	"regexp"
	"strings"

	"mailauth/checks"
	"mailauth/checks/spf"
)

// ledger draws the tree of an SPF record, with the running count of look-ups.
func (p *page) ledger(c Check) {
	facts := spfFacts(c)
	if facts == nil || facts.Tree == nil || facts.Ledger == nil {
		return
	}
	t := tree{p, facts.Ledger}
	t.record(facts.Tree, spaces(deep))
	totals := checks.Args{"count": facts.Ledger.Lookups, "limit": facts.Ledger.Limit,
		"void4": facts.Ledger.Void4, "void6": facts.Ledger.Void6, "voids": spf.MaxVoids, "least": facts.Ledger.LowerBound}
	p.line(spaces(deep), p.faint(p.text("ledger-total", totals)))
}

// spfFacts are the facts of a check that looked for SPF, also of a report that
// was read from JSON.
func spfFacts(c Check) *spf.Facts {
	if c.Name != spf.Check.Name {
		return nil
	}
	if facts, ok := c.Facts.(*spf.Facts); ok {
		return facts
	}
	var facts spf.Facts
	data, err := json.Marshal(c.Facts)
	if err != nil || json.Unmarshal(data, &facts) != nil {
		return nil
	}
	return &facts
}

// tree draws records and their terms.
type tree struct {
	*page
	ledger *spf.Ledger
}

// record prints a name with its record, and its terms below.
func (t tree) record(n *spf.Node, margin string) {
	t.line(margin, Clean(BareName(n.Name)), "  ", t.foundAt(n).show())
	for i, branch := range n.Terms {
		fork, below := "├ ", "│ "
		if i == len(n.Terms)-1 {
			fork, below = "└ ", "  "
		}
		t.line(margin, fork, Clean(branch.Term), t.remarks(branch))
		for _, target := range []*spf.Node{branch.Target, branch.Target6} {
			if target != nil {
				t.record(target, margin+below)
			}
		}
	}
}

// remarks are what the term costs and what is odd about it.
func (t tree) remarks(b spf.Branch) string {
	var shown strings.Builder
	if b.Number > 0 && b.Number <= len(t.ledger.Entries) {
		shown.WriteString("  " + t.strong(t.text("ledger-count", checks.Args{"n": t.ledger.Entries[b.Number-1].N, "limit": t.ledger.Limit})))
	}
	for _, remark := range t.remarksOn(b) {
		shown.WriteString("  " + remark.show())
	}
	if len(b.Found) > 0 {
		shown.WriteString("  " + t.faint(Clean(strings.Join(b.Found, " "))))
	}
	return shown.String()
}

// foundAt is the record at a name, or what a receiver finds instead.
func (p *page) foundAt(n *spf.Node) part {
	switch {
	case n.Record != "":
		shown, _ := layOut(unescape(n.Record))
		return part{text: shown, paint: p.faint, whole: true}
	case n.Outcome == spf.Open:
		return part{text: p.text("ledger-unknown", nil), paint: p.warn}
	case n.Outcome == spf.NoName, n.Outcome == spf.NotAsked:
		return part{text: p.text("ledger-no-name", nil), paint: p.bad}
	case n.Outcome == spf.Several:
		return part{text: p.text("ledger-several", nil), paint: p.bad}
	}
	return part{text: p.text("ledger-none", nil), paint: p.bad}
}

// ofMessage finds the macros that a message fills.
var ofMessage = regexp.MustCompile(`(?i)%\{[sloh]`)

// byAddress reports that what the DNS says of the client's address decides about a
// term that is not the same for all, and not the message.
func byAddress(term string) bool { return !ofMessage.MatchString(term) }

// remarksOn are what is odd about a term, and whose it is.
func (p *page) remarksOn(b spf.Branch) []part {
	var parts []part
	say := func(holds bool, id string, paint paint) {
		if holds {
			parts = append(parts, part{text: p.text("ledger-"+id, nil), paint: paint})
		}
	}
	say(b.Broken, "broken", p.bad)
	say(b.Ignored && !b.Broken, "ignored", p.warn)
	say(b.Unknown, "unknown", p.warn)
	say(b.Unusable, "unusable", p.warn)
	dynamic := b.Dynamic || b.Kind == spf.PTR.String()
	say(dynamic && !byAddress(b.Term), "dynamic", p.warn)
	say(dynamic && byAddress(b.Term), "dynamic-address", p.warn)
	say(b.Cycle, "cycle", p.warn)
	say(b.TooManyMX, "too-many-mx", p.bad)
	say(b.Void4 && b.Void6, "void", p.warn)
	say(b.Void4 && !b.Void6, "void4", p.warn)
	say(b.Void6 && !b.Void4, "void6", p.warn)
	if owner := p.ownerOf(b.Term); owner != "" {
		parts = append(parts, part{text: owner, paint: p.note})
	}
	return parts
}
