package report

import "mailauth/checks"

// mostRows is how many rows of a table or a tree are printed without -v.
const mostRows = 300

// rows prints lines that begin with columns of numbers.
type rows struct {
	*page
	widths         []int
	drawn, omitted int
}

// drawn is one row: its numbers, a name, and what is to be said of it.
type drawn struct {
	cells  []part // at the right of their columns
	margin string // before the text
	below  string // before what does not fit in the first line
	text   string
	paint  paint
	parts  []part
}

// part is something behind a text.
type part struct {
	text  string
	paint paint
	tight bool // one space before it, not two
	whole bool // not to be broken: a record
}

func (p part) show() string { return p.paint(p.text) }

func (p *page) plain(text string) string { return text }

// left fills text with spaces before it, up to n columns.
func left(text string, n int) string { return spaces(n-Width(text)) + text }

// row prints a row, and goes on below where it does not fit.
func (r *rows) row(d drawn) {
	if r.drawn++; r.drawn > mostRows && !r.Verbose {
		r.omitted++
		return
	}
	line, indent := "  ", 2
	for i, width := range r.widths {
		text, paint := "", r.plain
		if i < len(d.cells) {
			text, paint = d.cells[i].text, d.cells[i].paint
		}
		line += spaces(width-Width(text)) + paint(text) + "  "
		indent += max(width, Width(text)) + 2
	}
	at := indent + Width(d.margin) + Width(d.text)
	line += d.margin + d.paint(d.text)
	room := max(r.Width-indent-Width(d.below)-2, 20)
	for _, part := range d.parts {
		gap := 2
		if part.tight {
			gap = 1
		}
		texts := []string{part.text}
		if at+gap+Width(part.text) > r.Width {
			r.line(line)
			line, at, gap = spaces(indent)+d.below+"  ", indent+Width(d.below)+2, 0
			if !part.whole {
				texts = Wrap(part.text, room, room)
			}
		}
		for i, text := range texts {
			if i > 0 {
				r.line(line)
				line, at, gap = spaces(indent)+d.below+"  ", indent+Width(d.below)+2, 0
			}
			line += spaces(gap) + part.paint(text)
			at += gap + Width(text)
		}
	}
	r.line(line)
}

// end says how many rows were left out.
func (r *rows) end() {
	if r.omitted > 0 {
		r.line("  ", r.faint(r.Texts.Text("tree.more-rows", checks.Args{"count": r.omitted})))
	}
}
