package report

import (
	"strings"

	"mailauth/checks"
)

const (
	fewSteps   = 4  // of a row of terms that did not match, those printed without -v
	widestTerm = 44 // columns after which what is said of a term is not aligned
)

// steps prints the terms in the order in which they were evaluated.
func (p *simulationPage) steps(s *SPF) {
	column := 0
	for _, step := range s.Steps {
		if w := deep + 2*step.Depth + Width(Clean(step.Term)); w <= widestTerm {
			column = max(column, w)
		}
	}
	for i := 0; i < len(s.Steps); {
		row := p.idle(s.Steps[i:])
		for _, step := range s.Steps[i : i+row.shown] {
			p.step(step, column)
		}
		if hidden := row.all - row.shown; hidden > 0 {
			margin := spaces(deep + 2*s.Steps[i].Depth)
			p.line(Pad(margin+p.word("steps-more", checks.Args{"count": hidden}), column), "  ", p.faint(p.word("step-no-match", nil)))
		}
		i += row.all
	}
}

// idleRow is a row of terms of one record that asked for nothing and did not
// match: how many there are, and how many of them are printed.
type idleRow struct{ all, shown int }

func (p *simulationPage) idle(steps []Step) idleRow {
	n := 0
	for n < len(steps) && steps[n].Depth == steps[0].Depth && steps[n].Lookup == 0 && steps[n].quiet() {
		n++
	}
	switch {
	case n == 0:
		return idleRow{1, 1}
	case p.Verbose || n <= fewSteps+1:
		return idleRow{n, n}
	}
	return idleRow{n, fewSteps}
}

// quiet reports a term that did not match, and ended nothing.
func (s Step) quiet() bool { return !s.Match && s.Result == "none" }

// step prints a term with what it came to and what it cost.
func (p *simulationPage) step(s Step, column int) {
	said := p.faint(p.word("step-no-match", nil))
	if !s.quiet() {
		said = p.outcomePaint(s.Result)(p.word("result-"+s.Result, nil))
	}
	parts := []string{said}
	if s.Lookup > 0 {
		parts = append(parts, p.faint(p.word("step-lookup", checks.Args{"n": s.Lookup})))
	}
	if s.Void {
		parts = append(parts, p.warn(p.word("step-void", nil)))
	}
	line := Pad(spaces(deep+2*s.Depth)+Clean(s.Term), column) + "  " + join(parts, "  ")
	if s.Target == "" || !strings.Contains(s.Term, "%") { // the term says it itself
		p.line(line)
		return
	}
	asks := p.word("step-asks", checks.Args{"target": s.Target})
	if Width(line)+2+Width(asks) <= p.Width {
		p.line(line, "  ", p.faint(asks))
		return
	}
	p.line(line)
	p.line(spaces(deep+2*s.Depth+2), p.faint(asks))
}
