package report

import (
	"strings"

	"mailauth/checks"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

const (
	resultColumn = 9  // columns of a result: those of permerror
	leastRoom    = 30 // columns that a sentence needs beside what it is about
)

func join(parts []string, between string) string { return strings.Join(parts, between) }

// row is an address, its result, why, and what it cost; costs says whether that
// had room.
func (p *simulationPage) row(s Simulation, f Fate) (costs bool) {
	address := s.IP
	wide := Width(address) > p.sim.options.AddressWidth
	address = Pad(address, p.sim.options.AddressWidth)
	p.WriteString(p.strong(address))
	if wide || len(s.Regions) > 0 {
		return p.outcomeOf(s, f, Width(address))
	}
	known, ok := p.sim.rows[f.SPF]
	if !ok {
		from := p.Len()
		known.costs = p.outcomeOf(s, f, Width(address))
		known.text = string(p.Bytes()[from:])
		if len(p.sim.rows) >= maxFates {
			clear(p.sim.rows)
		}
		p.sim.rows[f.SPF] = known
		return known.costs
	}
	p.WriteString(known.text)
	return known.costs
}

// outcomeOf is what stands behind the address, which has taken some columns.
func (p *simulationPage) outcomeOf(s Simulation, f Fate, used int) (costs bool) {
	why, cost := "", ""
	if f.SPF != nil {
		why, cost = f.SPF.Message, p.cost(f.SPF)
	}
	if len(s.Regions) == 1 {
		why = p.word("part-all", checks.Args{"all": p.addresses(s.Regions[0].Addresses)}) + ": " + why
	}
	id := "result-"
	if p.sim.options.Targets == 1 {
		id = "said-"
	}
	result := p.outcomePaint(f.result("spf"))(Pad(p.word(id+f.result("spf"), nil), p.resultWidth()))
	if p.sim.options.Require == "dmarc" {
		result += "  " + p.dmarcResult(f)
	}
	return p.headline(used, result, why, cost)
}

// resultWidth is the width of a column of results; one alone needs none.
func (p *simulationPage) resultWidth() int {
	if p.sim.options.Targets == 1 {
		return 0
	}
	return resultColumn
}

// dmarcResult is what DMARC makes of it, as a column.
func (p *simulationPage) dmarcResult(f Fate) string {
	result := f.result("dmarc")
	text := p.word("column-dmarc", checks.Args{"result": p.word("result-"+result, nil)})
	return p.outcomePaint(result)(Pad(text, p.resultWidth()+len("DMARC ")))
}

// headline is what stands behind an address: its result, a clause about it, and
// at the right what it cost; fits says whether there was room for that.
func (p *simulationPage) headline(used int, result, clause, right string) (fits bool) {
	head := "  " + result + "  "
	used += Width(head)
	if line, ok := apart(clause, right, p.Width-used); ok && right != "" {
		p.line(head, strings.TrimSuffix(line, right), p.faint(right))
		return true
	}
	hang := used
	if p.Width-hang < leastRoom {
		hang = indent
	}
	for i, text := range Wrap(clause, p.Width-used, p.Width-hang) {
		if i == 0 {
			p.line(head, text)
		} else {
			p.line(spaces(hang), text)
		}
	}
	return right == ""
}

// cost is what an address costs of what is allowed; nothing where no record was
// evaluated.
func (p *simulationPage) cost(s *SPF) string {
	evaluated := s.Cause == string(spf.CauseMatch) || s.Cause == string(spf.CauseDefault)
	if s.Lookups == 0 && !evaluated {
		return ""
	}
	args := checks.Args{"count": s.Lookups, "limit": spf.MaxLookups, "void": s.Void, "voids": spf.MaxVoids, "most": len(s.Possible) > 1}
	if s.Void > 0 {
		return p.word("lookups-void", args)
	}
	return p.word("lookups", args)
}

// details are the record with the term that decided, the way there, what DMARC
// makes of it, and what to add.
func (p *simulationPage) details(s Simulation, f Fate, costs bool) {
	if f.SPF != nil {
		p.record(f.SPF)
		p.steps(f.SPF)
		p.settle(f.SPF)
		if cost := p.cost(f.SPF); cost != "" && !costs {
			p.label("cost", cost)
		}
	}
	if f.DMARC != nil {
		p.label("dmarc", f.DMARC.Message)
	}
	p.beside(f)
	p.mend(s)
}

// labelled prints a sentence behind a label.
func (p *simulationPage) label(label, sentence string) {
	p.hanging(p.strong(Pad(p.word("label-"+label, nil), labelColumn-indent)), sentence)
}

// record shows the record that decided, and underlines the term.
func (p *simulationPage) record(s *SPF) {
	if s.Record == nil {
		return
	}
	way := join(s.Path, " → ")
	if Width(way)+indent+len(" TXT") > p.Width {
		p.label("path", way)
		way = s.Path[len(s.Path)-1]
	}
	e := Evidence{Name: way, Type: resolver.TypeTXT, Record: s.Record, Span: s.Span}
	p.evidence(e)
	for _, other := range s.Others {
		p.evidence(Evidence{Name: way, Type: resolver.TypeTXT, Record: &other})
	}
}

// settle says what the result depends on and what would tell.
func (p *simulationPage) settle(s *SPF) {
	if len(s.Needs) == 0 {
		return
	}
	var flags []string
	for _, need := range s.Needs {
		flags = append(flags, p.word("needs-"+need, nil))
	}
	p.sentence(deep, p.word("needs", checks.Args{"flags": flags}))
}

// beside is what is worth a look beside the result: what the domain says to
// senders, and another opinion.
func (p *simulationPage) beside(f Fate) {
	if f.SPF != nil && f.SPF.Explanation != "" {
		p.label("explanation", p.word("explanation", checks.Args{"domain": f.SPF.Path[len(f.SPF.Path)-1], "text": f.SPF.Explanation}))
	}
	p.opinion(f)
}

// opinion is that of another implementation, where it differs.
func (p *simulationPage) opinion(f Fate) {
	if second := f.SecondOpinion; second != nil && second.Differs {
		p.label("second", p.word("second", checks.Args{"engine": second.Engine, "result": second.Result, "reason": second.Reason}))
	}
}

// opinionOnce is opinion under the first of the rows that it is the same for.
func (p *simulationPage) opinionOnce(f Fate) {
	if p.Quiet || f.SecondOpinion == nil || p.sim.opinions[*f.SecondOpinion] {
		return
	}
	p.sim.opinions[*f.SecondOpinion] = true
	p.opinion(f)
}

// mend prints the edits that let the target pass, for copying, or what to do
// instead.
func (p *simulationPage) mend(s Simulation) {
	advice := s.Advice
	if advice == "" {
		advice = s.single().Advice
	}
	if advice != "" {
		p.label("advice", advice)
	}
	if s.Fix != nil {
		p.fix(*s.Fix, p.tried(s.Client, s.covered))
	}
}

// tried says what a change lets pass: of a prefix it may be a part only.
func (p *simulationPage) tried(c Client, covered []string) string {
	if len(covered) == 0 {
		return p.word("fix-tried", checks.Args{"address": c.IP})
	}
	return p.word("fix-tried-all", checks.Args{"addresses": covered, "count": len(covered)})
}

// fix prints a change; tried says what it does, if that was seen.
func (p *simulationPage) fix(fix Fix, tried string) {
	p.label("fix", fix.Title)
	if len(fix.Choices) > 0 {
		p.form(fix)
		return
	}
	switch {
	case fix.Verified:
		p.say(p.good, tried)
	case fix.Reason != "":
		p.say(p.warn, fix.Reason)
	}
	for _, e := range fix.Edits {
		p.edit(e)
	}
}
