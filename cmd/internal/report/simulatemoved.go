package report

import (
	"slices"
	"strings"

	"mailauth/checks"
)

// movements are what a change can do to a target, in the order in which they
// are counted.
var movements = []string{"loses", "may-lose", "wavers", "unsure", "gains", "may-gain", "keeps", "passes", "same", "stays"}

// movement is what the change does to a target.
func (c Change) movement(require string) string {
	switch {
	case c.Keeps == checks.No:
		return "loses"
	case c.Keeps == checks.Open:
		return "may-lose"
	case c.Steady(require) == checks.No:
		return "wavers"
	case c.Steady(require) == checks.Open:
		return "unsure"
	case len(c.Gained) > 0 && isOpen(c.Before.outcome(require)):
		return "passes"
	case len(c.Gained) > 0:
		return "gains"
	case c.Before.somePass(require):
		return "keeps"
	case isOpen(c.Before.outcome(require)): // and nothing of it may be lost
		return "same"
	case c.After.open(require):
		return "may-gain"
	}
	return "stays"
}

// Steady says whether what the target passes before and after it also passes
// while caches hold old answers. It is open
// where that could not be told of some address; what does not certainly pass
// before and after is not held against it.
func (c Change) Steady(require string) checks.Tri {
	if len(c.Wavering) == 0 || !c.Before.somePass(require) || !c.After.somePass(require) {
		return checks.Yes
	}
	return c.Throughout
}

// somePass reports that something of a target passes.
func (f Fate) somePass(require string) bool {
	return slices.Contains([]string{"pass", "part"}, f.outcome(require))
}

// worsened are the movements that somebody has to look at.
var worsened = []string{"loses", "may-lose", "wavers", "unsure"}

// Change prints what a change does to a target: a line, and why where it loses
// pass or everything is asked for.
func (t *SimulationText) Change(c Change) error {
	moved := c.movement(t.options.Require)
	t.tally[moved]++
	t.throughout[c.Throughout]++
	t.seeWorst(c.After)
	p := t.page()
	worse := slices.Contains(worsened, moved)
	if !t.Quiet || worse {
		p.moved(c, moved)
	}
	if t.options.Targets == 1 && !t.Quiet || t.Verbose || worse && !t.Quiet {
		p.sides(c, moved)
	}
	return t.write(p, c.Client)
}

// matrixColumn is how wide "permerror → permerror" is.
const matrixColumn = 2*resultColumn + 3

func (p *simulationPage) moved(c Change, moved string) {
	before, after := c.Before.outcome(p.sim.options.Require), c.After.outcome(p.sim.options.Require)
	from, to := p.word("result-"+before, nil), p.word("result-"+after, nil)
	matrix := Pad(from+" → "+to, matrixColumn)
	if p.sim.options.Targets == 1 {
		matrix = from + " → " + to
	}
	address := Pad(c.IP, p.sim.options.AddressWidth)
	p.WriteString(p.strong(address))
	p.headline(Width(address), p.outcomePaint(after)(matrix), p.word("moved-"+moved, nil), "")
}

// sides prints why the target passed and passes, and which addresses change.
func (p *simulationPage) sides(c Change, moved string) {
	p.side("before", c.Before)
	p.side("after", c.After)
	p.addressesOf("lost", c.Lost, c)
	p.addressesOf("gained", c.Gained, c)
	if moved == "unsure" {
		p.addressesOf("unsure", c.Wavering, c)
	} else {
		p.addressesOf("wavering", c.Wavering, c)
	}
	if f := c.After; f.DMARC != nil {
		p.label("dmarc", f.DMARC.Message)
	}
	if p.Verbose {
		p.beside(c.After)
	}
	if len(c.Lost) > 0 && (p.sim.options.Targets == 1 || p.Verbose) { // else one change for all is at the end
		p.mend(Simulation{Client: c.Client, Fate: c.After})
	}
}

// side is why an address has its result, or how much of a prefix passes.
func (p *simulationPage) side(label string, f Fate) {
	if len(f.Regions) > 1 {
		p.label(label, p.passing(f))
		return
	}
	single := f
	if len(f.Regions) == 1 {
		single = f.Regions[0].Fate
	}
	if single.SPF == nil {
		return
	}
	why, cost := single.SPF.Message, p.cost(single.SPF)
	room := p.Width - labelColumn
	if line, ok := apart(why, cost, room); ok {
		p.line(spaces(indent), p.strong(Pad(p.word("label-"+label, nil), labelColumn-indent)), line)
		return
	}
	if cost != "" {
		why += " (" + cost + ")"
	}
	p.label(label, why)
}

// addressesOf lists addresses of a prefix; of a single address there is nothing
// to list.
func (p *simulationPage) addressesOf(label string, list []string, c Change) {
	if len(list) == 0 || len(list) == 1 && list[0] == c.IP {
		return
	}
	p.label(label, p.word("counted", checks.Args{"addresses": p.addresses(countShown(list)), "prefixes": join(list, "  ")}))
}

// transition says how long the old answers live, and what becomes of mail until
// they are gone.
func (p *simulationPage) transition(t Transition) {
	if p.Quiet {
		return
	}
	p.line()
	switch {
	case len(t.Sets) == 0 && len(t.Open) > 0:
		p.label("caches", p.word("caches-open", checks.Args{"questions": openQuestions(t)}))
		return
	case len(t.Sets) == 0:
		p.label("caches", p.word("caches-none", nil))
		return
	}
	p.label("caches", p.word(t.leastly("caches"), checks.Args{"time": p.duration(t.MaxTTL), "recorded": p.sim.options.Recorded}))
	for _, s := range t.Sets {
		p.set(Clean(BareName(s.Name))+" "+Clean(s.Type), p.word(s.kept(), checks.Args{"time": p.duration(s.TTL)}))
	}
	if len(t.Open) > 0 {
		p.sentence(labelColumn, p.word("caches-open", checks.Args{"questions": openQuestions(t)}))
	}
	p.label("between", p.between(t))
	if p.sim.tally["gains"] > 0 {
		p.sentence(labelColumn, p.word(t.leastly("between-gains"), checks.Args{"time": p.duration(t.MaxTTL)}))
	}
}

// openQuestions are the questions without an answer, as people write names.
func openQuestions(t Transition) string {
	bare := make([]string, len(t.Open))
	for i, question := range t.Open {
		bare[i] = bareQuestion(question)
	}
	return join(bare, ", ")
}

// bareQuestion is "name TYPE" without the name's trailing dot.
func bareQuestion(question string) string {
	name, kind, asked := strings.Cut(question, ". ")
	if !asked {
		return question
	}
	return name + " " + kind
}

// set prints a set of records and how long its old answer is kept.
func (p *simulationPage) set(name, kept string) {
	if deep+Width(name)+2+Width(kept) <= p.Width {
		p.line(spaces(deep), name, "  ", p.faint(kept))
		return
	}
	p.line(spaces(deep), name)
	p.sentence(deep+2, kept)
}

// kept is the text on how long the old answer is kept.
func (s ChangedSet) kept() string {
	switch {
	case s.TTLUnknown:
		return "set-unknown"
	case s.Absent:
		return leastly("set-absent", s.AtLeast)
	}
	return leastly("set", s.AtLeast)
}

// leastly is the text on how long the change takes: exactly, at least, or
// nobody knows.
func (t Transition) leastly(id string) string {
	if t.AtLeast && t.MaxTTL == 0 {
		return id + "-unknown"
	}
	return leastly(id, t.AtLeast)
}

func leastly(id string, atLeast bool) string {
	if atLeast {
		return id + "-least"
	}
	return id
}

// between says whether what passes before and after passes all the time.
func (p *simulationPage) between(t Transition) string {
	switch {
	case p.sim.throughout[checks.No] > 0: // of whatever mixtures were tried
		return p.word(t.leastly("between-wavers"), checks.Args{"time": p.duration(t.MaxTTL)})
	case t.TooMany:
		return p.word("between-many", checks.Args{"count": len(t.Sets)})
	case p.sim.throughout[checks.Open] > 0:
		return p.word("between-open", nil)
	}
	return p.word("between-fine", nil)
}
