package report

import (
	"fmt"
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/checks/spf"
)

// What is drawn without -v of a tree that is larger than a reader can follow.
const (
	mostLevels = 12  // of includes in includes
	mostRows   = 300 // of terms
	mostFound  = 6   // addresses that a term gives
	fewTerms   = 2   // ip4 and ip6 that are drawn one by one
)

// drawing is a tree with two columns of numbers before it: what each branch
// costs, and which look-up of the record it is.
type drawing struct {
	*page
	ledger       *spf.Ledger
	cost, number int // widths of the columns
	rows, hidden int
	over         bool // the first look-up beyond the limit was drawn
}

// drawing draws the record of a domain with all that it leads to.
func (p *page) drawing(r SPFTree) {
	d := &drawing{page: p, ledger: r.Ledger}
	if d.ledger == nil {
		d.ledger = &spf.Ledger{}
	}
	d.over = d.ledger.Lookups == 0 || lookupStatus(SPFTree{Ledger: d.ledger, Worst: r.Worst}) != checks.StatusFail
	cost, number := p.Texts.Text("tree.column-cost", nil), p.Texts.Text("tree.column-number", nil)
	d.cost, d.number = max(Width(cost), 4), max(Width(number), 3)
	if d.ledger.Lookups > 0 {
		p.line(p.faint("  " + left(cost, d.cost) + "  " + left(number, d.number)))
	}
	d.row(drawn{cost: d.ledger.Lookups, text: BareName(r.Tree.Name), paint: p.strong, parts: d.recordOf(r.Tree)})
	d.terms(r.Tree, "", 1)
	if d.hidden > 0 {
		p.line(d.columns(drawn{}), p.faint(p.Texts.Text("tree.more-rows", checks.Args{"count": d.hidden})))
	}
}

// left fills text with spaces before it, up to n columns.
func left(text string, n int) string { return spaces(n-Width(text)) + text }

// drawn is one row: a term or a name, what is odd about it, and what was found.
type drawn struct {
	cost, number int
	margin       string // before the text
	below        string // before what does not fit in the first line
	text         string
	paint        paint
	parts        []part
}

// part is something behind a term.
type part struct {
	text  string
	paint paint
	tight bool // one space before it, not two
}

func (p part) show() string { return p.paint(p.text) }

// columns are the two numbers of a row.
func (d *drawing) columns(r drawn) string {
	shown := func(n, width int) string {
		if n == 0 {
			return spaces(width)
		}
		return left(fmt.Sprint(n), width)
	}
	number := shown(r.number, d.number)
	if r.number > d.ledger.Limit {
		number = d.bad(number)
	}
	return "  " + shown(r.cost, d.cost) + "  " + number + "  "
}

// row prints a row, and goes on below where it does not fit.
func (d *drawing) row(r drawn) {
	if d.rows++; d.rows > mostRows && !d.Verbose {
		d.hidden++
		return
	}
	head := d.columns(r) + r.margin
	indent := 2 + d.cost + 2 + d.number + 2
	at := indent + Width(r.margin) + Width(r.text)
	line := head + r.paint(r.text)
	for _, part := range r.parts {
		gap := 2
		if part.tight {
			gap = 1
		}
		if at+gap+Width(part.text) > d.Width {
			d.line(line)
			line = spaces(indent) + r.below + "  "
			at, gap = indent+Width(r.below)+2, 0
		}
		line += spaces(gap) + part.show()
		at += gap + Width(part.text)
	}
	d.line(line)
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
	r := drawn{cost: b.Lookups, number: d.numberOf(b), margin: margin + fork, below: margin + below + "  ",
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
	switch {
	case len(short) == 0:
	case level >= mostLevels && !d.Verbose:
		d.note(margin+below, "deeper", checks.Args{"count": b.Target.Lookups})
	default:
		d.terms(b.Target, margin+below, level+1)
	}
}

func (d *drawing) termPaint(b spf.Branch) paint {
	if b.Number == 0 || b.Ignored {
		return d.faint
	}
	return func(text string) string { return text }
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
		parts = append(parts, part{Clean(addr), d.faint, i > 0})
	}
	if more := len(b.Found) - len(shown); more > 0 {
		parts = append(parts, part{d.Texts.Text("tree.more-found", checks.Args{"count": more}), d.faint, false})
	}
	return parts
}

// inGroups puts terms in a row together that cost nothing: records have
// hundreds. In the domain's own record "all" stands for itself.
func (d *drawing) inGroups(terms []spf.Branch, level int) [][]spf.Branch {
	var groups [][]spf.Branch
	for len(terms) > 0 {
		n, networks := 0, 0
		for n < len(terms) && isFree(terms[n]) && (level > 1 || terms[n].Kind != spf.All.String()) {
			if n++; terms[n-1].Kind != spf.All.String() {
				networks++
			}
		}
		if n == 0 || d.Verbose || level == 1 && networks <= fewTerms {
			n = 1
		}
		groups = append(groups, terms[:n])
		terms = terms[n:]
	}
	return groups
}

// isFree reports a network or "all" of which there is nothing to say.
func isFree(b spf.Branch) bool {
	kind := b.Kind == spf.IP4.String() || b.Kind == spf.IP6.String() || b.Kind == spf.All.String()
	return kind && !b.Ignored && !b.Broken
}

// tally shows a few terms; of more it counts the networks, by qualifier where
// that is not pass.
func tally(terms []spf.Branch) string {
	var words []string
	counts := map[string]int{}
	for _, b := range terms {
		word := b.Kind
		if sign := b.Term[:1]; strings.Contains("-~?", sign) {
			word = sign + word
		}
		if b.Kind == spf.All.String() {
			word = Clean(b.Term)
		}
		if counts[word]++; counts[word] == 1 {
			words = append(words, word)
		}
	}
	for i, word := range words {
		if counts[word] > 1 {
			words[i] = fmt.Sprintf("%s ×%d", word, counts[word])
			continue
		}
		at := slices.IndexFunc(terms, func(b spf.Branch) bool { return strings.HasPrefix(strings.ToLower(b.Term), word) })
		if at >= 0 {
			words[i] = Clean(terms[at].Term)
		}
	}
	return strings.Join(words, "  ")
}
