package report

import (
	"fmt"
	"maps"

	"mailauth/checks"
	"mailauth/checks/simulate"
)

// fewLeft is how many targets are named of those that are left out for one
// reason.
const fewLeft = 8

// End says what there is to say of all targets together.
func (b *SimulationBuilder) End(r *simulate.Report) SimulationEnd {
	end := SimulationEnd{Fix: b.Fix(r.Fix), Covered: shownPrefixes(r.FixCovers), Left: b.left(r.Left)}
	if r.Advice != nil {
		end.Advice = b.advise(*r.Advice)
	}
	return end
}

// left joins the targets that are left out for one reason, whichever of their
// addresses the advice names.
func (b *SimulationBuilder) left(all []simulate.Left) []LeftOut {
	var groups []LeftOut
	at := map[string]int{}
	for _, one := range all {
		said, named, key := checks.Text{}, false, ""
		if one.Advice != nil {
			said = b.purposely(*one.Advice)
			rest := maps.Clone(said.Args)
			for _, name := range []string{"ip", "network"} {
				named = named || rest[name] != nil
				delete(rest, name)
			}
			key = said.ID + fmt.Sprint(rest)
		}
		i, known := at[key]
		if !known {
			i = len(groups)
			at[key] = i
			groups = append(groups, LeftOut{named: named})
			if one.Advice != nil {
				groups[i].Advice = b.say(said)
			}
		}
		groups[i].Targets = append(groups[i].Targets, shownPrefix(one.Target.Prefix))
	}
	return groups
}

// end prints the change for all together, whom it covers, and why not the
// others.
func (p *simulationPage) end(end SimulationEnd) {
	if end.Fix == nil && end.Advice == "" && len(end.Left) == 0 {
		return
	}
	from := p.Len()
	p.line()
	blank := p.Len()
	if end.Advice != "" {
		p.label("advice", end.Advice)
	}
	if end.Fix != nil {
		p.fix(*end.Fix, p.tried(Client{}, end.Covered))
	}
	for _, left := range end.Left {
		p.leftOut(left, end.Fix == nil && end.Advice == "" && len(end.Left) == 1)
	}
	if p.Len() == blank {
		p.Truncate(from)
	}
}

// leftOut prints why targets are left out; all says that nothing else is in, so
// that they need no names. What is not certain is only told beside a change.
func (p *simulationPage) leftOut(left LeftOut, all bool) {
	switch {
	case all && left.Advice == "":
	case all && !left.named:
		p.label("advice", left.Advice)
	case left.named && len(left.Targets) == 1:
		p.label("left", left.Advice)
	case left.named:
		p.label("left", p.word("left-alike", listed(left.Targets[1:], left.Advice)))
	case left.Advice == "":
		p.label("left", p.word("left", listed(left.Targets, p.word("left-open", nil))))
	default:
		p.label("left", p.word("left", listed(left.Targets, left.Advice)))
	}
}

// listed names some targets, and says how many there are besides.
func listed(targets []string, text string) checks.Args {
	args := checks.Args{"addresses": targets, "text": text}
	if more := len(targets) - fewLeft; more > 1 {
		args["addresses"], args["more"] = targets[:fewLeft], more
	}
	return args
}
