package report

import (
	"encoding/json"
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
	t.line(margin, Clean(BareName(n.Name)), "  ", t.found(n))
	for i, branch := range n.Terms {
		fork, below := "├ ", "│ "
		if i == len(n.Terms)-1 {
			fork, below = "└ ", "  "
		}
		t.line(margin, fork, Clean(branch.Term), t.remarks(branch))
		if branch.Target != nil {
			t.record(branch.Target, margin+below)
		}
	}
}

// found is the record at a name, or what a receiver finds instead.
func (t tree) found(n *spf.Node) string {
	switch {
	case n.Record != "":
		shown, _ := layOut(unescape(n.Record))
		return t.faint(shown)
	case n.Outcome == spf.Open:
		return t.warn(t.text("ledger-unknown", nil))
	case n.Outcome == spf.NoName, n.Outcome == spf.NotAsked:
		return t.bad(t.text("ledger-no-name", nil))
	case n.Outcome == spf.Several:
		return t.bad(t.text("ledger-several", nil))
	}
	return t.bad(t.text("ledger-none", nil))
}

// remarks are what the term costs and what is odd about it.
func (t tree) remarks(b spf.Branch) string {
	var parts []string
	if b.Number > 0 && b.Number <= len(t.ledger.Entries) {
		parts = append(parts, t.strong(t.text("ledger-count", checks.Args{"n": t.ledger.Entries[b.Number-1].N, "limit": t.ledger.Limit})))
	}
	say := func(holds bool, id string) {
		if holds {
			parts = append(parts, t.warn(t.text("ledger-"+id, nil)))
		}
	}
	say(b.Ignored, "ignored")
	say(b.Unknown, "unknown")
	say(b.Dynamic, "dynamic")
	say(b.Cycle, "cycle")
	say(b.Void4 && b.Void6, "void")
	say(b.Void4 && !b.Void6, "void4")
	say(b.Void6 && !b.Void4, "void6")
	if len(b.Found) > 0 {
		parts = append(parts, t.faint(Clean(strings.Join(b.Found, " "))))
	}
	if len(parts) == 0 {
		return ""
	}
	return "  " + strings.Join(parts, "  ")
}
