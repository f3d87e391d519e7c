package report

import (
	"mailauth/checks"
	"mailauth/checks/receivers"
)

// marksOf the states of a requirement.
var marksOf = map[receivers.State]string{
	receivers.Met: "✓", receivers.Unmet: "✗", receivers.Open: "?", receivers.Unseen: "·", receivers.Exempt: "–",
}

// receivers prints the matrix: a table for each receiver, in columns that are
// the same for all of them.
func (p *page) receivers(r Report) {
	if len(r.Receivers) == 0 {
		return
	}
	p.gap()
	p.line(p.strong(p.text2("head")))
	widths := p.columnsOf(r.Receivers)
	for _, receiver := range r.Receivers {
		p.line("  ", p.strong(receiver.Name))
		for _, row := range receiver.Requirements {
			p.requirement(row, widths)
		}
		if p.Verbose {
			p.sentence(4, p.other("receivers.by", checks.Args{"source": receiver.Source}))
		}
	}
	p.sentence(2, p.text2("legend"))
}

func (p *page) text2(id string) string { return p.other("receivers."+id, nil) }

// columnsOf are the widths of what is asked for, of the state and of the scope.
func (p *page) columnsOf(list []Receiver) (widths [3]int) {
	for _, receiver := range list {
		for _, row := range receiver.Requirements {
			for i, cell := range p.cells(row) {
				widths[i] = max(widths[i], Width(cell))
			}
		}
	}
	return widths
}

func (p *page) cells(row Requirement) [3]string {
	return [3]string{row.Text, p.text2("state-" + string(row.State)), p.text2("scope-" + string(row.Scope))}
}

// requirement prints a row and, where it is not met, what stands in the way.
func (p *page) requirement(row Requirement, widths [3]int) {
	cells, paint := p.cells(row), p.faint
	switch row.State {
	case receivers.Met:
		paint = p.good
	case receivers.Unmet:
		paint = p.bad
		if row.Scope == receivers.Asked || row.Scope == receivers.Mark {
			paint = p.warn
		}
	case receivers.Open:
		paint = p.warn
	}
	p.line("    ", paint(marksOf[row.State]), " ", Pad(cells[0], widths[0]), "  ", paint(cells[1]), spaces(widths[1]-Width(cells[1])),
		"  ", Pad(cells[2], widths[2]), "  ", p.faint(row.Since))
	if row.State != receivers.Unmet {
		return
	}
	if len(row.Rules) > 0 {
		p.sentence(8, p.other("receivers.see", checks.Args{"rules": row.Rules}))
		return
	}
	p.sentence(8, row.Mend)
}
