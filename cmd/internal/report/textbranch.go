package report

import (
	"fmt"

	"mailauth/checks"
	"mailauth/checks/spf"
)

// What is drawn without -v of a tree that is larger than a reader can follow.
const (
	mostLevels = 12 // of includes in includes
	mostFound  = 6  // addresses that a term gives
	fewTerms   = 2  // ip4 and ip6 that are drawn one by one
)

// drawing is a tree with two columns of numbers before it: what each branch
// costs, and which look-up of the record it is.
type drawing struct {
	rows
	ledger *spf.Ledger
	over   bool // the first look-up beyond the limit was drawn
}

// drawing draws the record of a domain with all that it leads to.
func (p *page) drawing(r SPFTree) {
	cost, number := p.Texts.Text("tree.column-cost", nil), p.Texts.Text("tree.column-number", nil)
	d := &drawing{rows: rows{page: p, widths: []int{max(Width(cost), 4), max(Width(number), 3)}}, ledger: r.Ledger}
	if d.ledger == nil {
		d.ledger = &spf.Ledger{}
	}
	d.over = d.ledger.Lookups == 0 || r.Worst == nil || r.Worst.Lookups <= d.ledger.Limit
	if d.ledger.Lookups > 0 {
		p.line(p.faint("  " + left(cost, d.widths[0]) + "  " + left(number, d.widths[1])))
	}
	d.row(drawn{cells: d.cells(d.ledger.Lookups, 0), text: BareName(r.Tree.Name), paint: p.strong, parts: d.recordOf(r.Tree)})
	d.terms(r.Tree, "", 1)
	d.end()
}

// cells are the two numbers of a row; 0 is none.
func (d *drawing) cells(cost, number int) []part {
	shown := func(n int) string {
		if n == 0 {
			return ""
		}
		return fmt.Sprint(n)
	}
	paint := d.plain
	if number > d.ledger.Limit {
		paint = d.bad
	}
	return []part{{text: shown(cost), paint: d.plain}, {text: shown(number), paint: paint}}
}

// terms draws the terms of a record; margin stands before them.
func (d *drawing) terms(n *spf.Node, margin string, level int) {
	groups := d.inGroups(n.Terms, level)
	for i, g := range groups {
		fork, below := "├ ", "│ "
		if i == len(groups)-1 && n.Omitted == 0 {
			fork, below = "└ ", "  "
		}
		d.group(g, margin, fork, below, level)
	}
	if n.Omitted > 0 {
		d.note(margin, "omitted", checks.Args{"count": n.Omitted})
	}
}

func (d *drawing) note(margin, id string, args checks.Args) {
	d.row(drawn{margin: margin + "└ ", text: Clean(d.Texts.Text("tree."+id, args)), paint: d.faint})
}

// group draws one term with what it leads to, or several in a row that cost
// nothing.
func (d *drawing) group(g []spf.Branch, margin, fork, below string, level int) {
	if len(g) > 1 {
		d.row(drawn{margin: margin + fork, below: margin + below, text: tally(g), paint: d.faint})
		return
	}
	b := g[0]
	if b.Target6 != nil {
		d.families(b, margin, fork, below, level)
		return
	}
	r := drawn{cells: d.cells(b.Lookups, d.numberOf(b)), margin: margin + fork, below: margin + below + "  ",
		text: Clean(b.Term), paint: d.termPaint(b), parts: d.oddities(b)}
	if b.Target == nil {
		r.parts = append(r.parts, d.foundBy(b)...)
		d.row(r)
		return
	}
	r.parts = append(r.parts, d.recordOf(b.Target)...)
	short := d.inGroups(b.Target.Terms, level+1)
	if len(short) == 1 && b.Target.Omitted == 0 && isFree(short[0][0]) && !d.Verbose {
		r.parts = append(r.parts, part{text: tally(short[0]), paint: d.faint})
		d.row(r)
		return
	}
	if len(short) > 0 {
		r.below = margin + below
	}
	d.row(r)
	d.inside(b.Target, margin+below, level)
}

// inside draws the terms of a record that a term leads to, unless that is too
// deep.
func (d *drawing) inside(n *spf.Node, margin string, level int) {
	switch {
	case len(n.Terms) == 0:
	case level >= mostLevels && !d.Verbose:
		d.note(margin, "deeper", checks.Args{"count": n.Lookups})
	default:
		d.terms(n, margin, level+1)
	}
}

// families draws a term that leads the clients of each family elsewhere.
func (d *drawing) families(b spf.Branch, margin, fork, below string, level int) {
	d.row(drawn{cells: d.cells(b.Lookups, d.numberOf(b)), margin: margin + fork, below: margin + below, text: Clean(b.Term), paint: d.plain, parts: d.oddities(b)})
	for _, target := range []struct {
		node           *spf.Node
		id, fork, next string
	}{{b.Target, "tree.for-ipv4", "├ ", "│ "}, {b.Target6, "tree.for-ipv6", "└ ", "  "}} {
		if target.node == nil { // it leads back
			continue
		}
		parts := append([]part{{text: d.Texts.Text(target.id, nil), paint: d.faint}}, d.recordOf(target.node)...)
		d.row(drawn{cells: d.cells(target.node.Lookups, 0), margin: margin + below + target.fork, below: margin + below + target.next,
			text: Clean(BareName(target.node.Name)), paint: d.plain, parts: parts})
		d.inside(target.node, margin+below+target.next, level)
	}
}

func (d *drawing) termPaint(b spf.Branch) paint {
	if b.Number == 0 || b.Ignored {
		return d.faint
	}
	return d.plain
}

// numberOf is the place of a term among the look-ups of the record.
func (d *drawing) numberOf(b spf.Branch) int {
	if b.Number < 1 || b.Number > len(d.ledger.Entries) {
		return 0
	}
	return d.ledger.Entries[b.Number-1].N
}

// oddities are what is to be said of a term.
func (d *drawing) oddities(b spf.Branch) []part {
	var parts []part
	if n := d.numberOf(b); n > d.ledger.Limit && !d.over {
		d.over = true
		parts = append(parts, part{text: "✗ " + d.Texts.Text("tree.over", checks.Args{"limit": d.ledger.Limit}), paint: d.bad})
	}
	return append(parts, d.remarksOn(b)...)
}

// recordOf says what a receiver finds at a name: with -v the record, else only
// what keeps it from using one.
func (d *drawing) recordOf(n *spf.Node) []part {
	if n.Record != "" && !d.Verbose && n.Outcome != spf.Malformed {
		return nil
	}
	parts := []part{d.foundAt(n)}
	if n.Outcome == spf.Malformed {
		parts = []part{{text: d.text("ledger-malformed", nil), paint: d.bad}}
		if d.Verbose {
			parts = append(parts, d.foundAt(n))
		}
	}
	return parts
}

// foundBy lists the addresses that the names of a term have.
func (d *drawing) foundBy(b spf.Branch) []part {
	shown := b.Found
	if len(shown) > mostFound && !d.Verbose {
		shown = shown[:mostFound]
	}
	var parts []part
	for i, addr := range shown {
		parts = append(parts, part{text: Clean(addr), paint: d.faint, tight: i > 0})
	}
	if more := len(b.Found) - len(shown); more > 0 {
		parts = append(parts, part{text: d.Texts.Text("tree.more-found", checks.Args{"count": more}), paint: d.faint})
	}
	return parts
}
