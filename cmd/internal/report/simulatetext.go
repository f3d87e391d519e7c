package report

import (
	"io"
	"slices"

	"mailauth/checks"
	"mailauth/checks/spf"
)

// SimulationOptions say what a page of simulations is about.
type SimulationOptions struct {
	TextOptions
	// Require is what an address must pass: "spf" or "dmarc".
	Require string
	// Targets is how many there will be, AddressWidth the columns of the widest.
	Targets, AddressWidth int
	// Sender, HELO and From are as they were given; empty if they were not.
	Sender, HELO, From string
	// Other is the domain that receivers would check for the sender, where the
	// one checked was named; canonical, else empty.
	Other string
	// Recorded says that a side of a change is a recording, whose TTLs are what
	// the recorder was told.
	Recorded bool
}

// SimulationText prints each simulation as soon as it is there.
type SimulationText struct {
	*Text
	options SimulationOptions
	tally   map[string]int
	// throughout counts the targets by whether they pass all the way of a change.
	throughout map[checks.Tri]int
	began      bool
	worst      int
	// rows are what stands behind the addresses of a list: many share it.
	rows map[*SPF]knownRow
	// opinions are those that stand under a row already.
	opinions map[SecondOpinion]bool
}

// NewSimulationText returns a renderer that writes text.
func NewSimulationText(out io.Writer, o SimulationOptions) *SimulationText {
	return &SimulationText{Text: NewText(out, o.TextOptions), options: o, tally: map[string]int{}, throughout: map[checks.Tri]int{}, rows: map[*SPF]knownRow{}, opinions: map[SecondOpinion]bool{}}
}

// knownRow is a row without its address.
type knownRow struct {
	text  string
	costs bool
}

// simulationPage is the text of one simulation under way.
type simulationPage struct {
	page
	sim *SimulationText
}

func (t *SimulationText) page() *simulationPage { return &simulationPage{page{Text: t.Text}, t} }

func (p *simulationPage) word(id string, args checks.Args) string {
	return Clean(p.Texts.Text("simulation."+id, args))
}

// write puts a page out, after the head of the first one.
func (t *SimulationText) write(p *simulationPage, c Client) error {
	if !t.began && !t.Quiet {
		t.began = true
		head := t.page()
		head.intro(c, t.options)
		if _, err := t.out.Write(head.Bytes()); err != nil {
			return err
		}
	}
	if p.Len() == 0 {
		return nil
	}
	_, err := t.out.Write(p.Bytes())
	return err
}

// head says whose mail it is, where that is not all in the domain.
func (p *simulationPage) intro(c Client, o SimulationOptions) {
	var parts []string
	switch o.Sender {
	case "":
	case "<>":
		parts = append(parts, p.word("head-null", nil))
	default:
		parts = append(parts, p.word("head-sender", checks.Args{"sender": o.Sender}))
	}
	if o.HELO != "" {
		parts = append(parts, p.word("head-helo", checks.Args{"helo": o.HELO}))
	}
	if o.From != "" {
		parts = append(parts, p.word("head-from", checks.Args{"domain": o.From}))
	}
	if len(parts) > 0 {
		p.sentence(0, DisplayName(c.Domain)+"   "+join(parts, "   "))
	}
	if o.Other != "" {
		p.sentence(0, p.word("head-other", checks.Args{"domain": c.Domain, "other": o.Other}))
	}
	if p.Len() > 0 {
		p.line()
	}
}

// Simulation prints one target: whole if it is the only one or everything is
// asked for, else a line; of a prefix whose parts differ always these.
func (t *SimulationText) Simulation(s Simulation) error {
	t.tally[s.outcome(t.options.Require)]++
	p := t.page()
	t.seeWorst(s.Fate)
	if t.Verbose && t.began {
		p.line()
	}
	switch {
	case t.Quiet && s.Passes == checks.Yes:
	case len(s.Regions) > 1:
		p.prefix(s)
	case t.Quiet, t.options.Targets > 1 && !t.Verbose:
		p.row(s, s.single())
		p.opinionOnce(s.single())
	default:
		p.details(s, s.single(), p.row(s, s.single()))
	}
	return t.write(p, s.Client)
}

// single is the only answer that there is for a target.
func (s Simulation) single() Fate {
	if len(s.Regions) == 1 {
		return s.Regions[0].Fate
	}
	return s.Fate
}

// outcome is the result of a target for what is required, or how much of it
// passes.
func (f Fate) outcome(require string) string {
	if len(f.Regions) == 0 {
		return f.result(require)
	}
	results := map[string]bool{}
	for _, r := range f.Regions {
		results[r.result(require)] = true
	}
	switch {
	case len(results) == 1:
		return f.Regions[0].result(require)
	case results["pass"]:
		return "part"
	case f.open(require):
		return spf.ResultUnknown.String()
	}
	return "mixed"
}

// open reports that nobody could tell whether all of it passes.
func (f Fate) open(require string) bool {
	for _, r := range f.Regions {
		if r.open(require) {
			return true
		}
	}
	return len(f.Regions) == 0 && isOpen(f.result(require))
}

// isOpen reports a result that a later attempt, or the message, may replace.
func isOpen(result string) bool {
	return slices.Contains([]string{spf.ResultUnknown.String(), spf.ResultTempError.String(), depends}, result)
}

// result is that of SPF or DMARC.
func (f Fate) result(require string) string {
	switch {
	case require == "dmarc" && f.DMARC != nil:
		return f.DMARC.Result
	case require == "spf" && f.SPF != nil:
		return f.SPF.Result
	}
	return spf.ResultUnknown.String()
}

// outcomes are what a target can come to, in the order in which they are
// counted.
var outcomes = []string{"pass", "part", "fail", "softfail", "neutral", "none", "permerror", "mixed", "temperror", "unknown", depends}

// seeWorst keeps what any address costs at most.
func (t *SimulationText) seeWorst(f Fate) {
	if f.SPF != nil {
		t.worst = max(t.worst, f.SPF.WorstLookups)
	}
	for _, r := range f.Regions {
		t.seeWorst(r.Fate)
	}
}

// Close says what there is to say of all targets together.
func (t *SimulationText) Close(end SimulationEnd) error {
	p := t.page()
	if end.Transition != nil {
		p.transition(*end.Transition)
	}
	if t.Verbose && t.worst > 0 {
		p.line()
		p.label("worst", p.word("worst", checks.Args{"count": t.worst, "limit": spf.MaxLookups}))
	}
	if t.options.Targets > 1 && !t.Quiet {
		p.end(end)
	}
	if t.options.Targets > 1 && !t.Quiet {
		p.tallied()
	}
	if p.Len() == 0 {
		return nil
	}
	_, err := t.out.Write(p.Bytes())
	return err
}

func (p *simulationPage) tallied() {
	var parts []string
	total := 0
	for _, result := range slices.Concat(outcomes, movements) {
		n := p.sim.tally[result]
		total += n
		if n > 0 {
			parts = append(parts, p.word("tally-part", checks.Args{"n": n, "result": p.word("result-"+result, nil)}))
		}
	}
	p.line()
	id := "tally"
	if p.sim.options.Require == "dmarc" {
		id = "tally-dmarc"
	}
	p.sentence(0, p.word(id, checks.Args{"count": total, "parts": parts}))
}

// outcomePaint is the colour of a result.
func (p *simulationPage) outcomePaint(result string) paint {
	switch result {
	case "pass":
		return p.good
	case "fail", "permerror", "none", "mixed":
		return p.bad
	}
	return p.warn
}
