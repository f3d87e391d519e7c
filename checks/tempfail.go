package checks

import (
	"errors"
	"slices"

	"mailauth/resolver"
)

// TempFail is raised for every question that nobody answered and that a rule
// depended on.
var TempFail = &Rule{
	ID:       "dns-tempfail",
	Severity: Info,
	Source:   RFC,
	Citation: "RFC 7208 §2.6.6, RFC 2308 §7",
}

// tempfails turns the failures of all checks into findings. A rule that was
// settled all the same is not blocked; a failure that blocks nothing is silent.
func (a *audit) tempfails(settled []*Rule) []Finding {
	type failed struct {
		check  *Check
		err    error
		blocks map[string]bool
	}
	byQuestion := map[resolver.Question]*failed{}
	var order []resolver.Question
	byInput := map[Input][]string{}
	for _, c := range a.list {
		for _, f := range a.passes[c].Failures() {
			blocked, known := byInput[f.Input]
			if !known {
				blocked = a.blockedBy(f.Input, settled)
				byInput[f.Input] = blocked
			}
			if len(blocked) == 0 {
				continue
			}
			a.open[c] = append(a.open[c], f.Question)
			entry, ok := byQuestion[f.Question]
			if !ok {
				entry = &failed{check: c, err: f.Err, blocks: map[string]bool{}}
				byQuestion[f.Question] = entry
				order = append(order, f.Question)
			}
			for _, id := range blocked {
				entry.blocks[id] = true
			}
		}
	}
	findings := make([]Finding, 0, len(order))
	for _, q := range order {
		entry := byQuestion[q]
		findings = append(findings, tempfail(q, entry.check, entry.err, entry.blocks))
	}
	return findings
}

func tempfail(q resolver.Question, c *Check, err error, blocks map[string]bool) Finding {
	f := Failure{Question: q, Err: err}.Finding().With("check", c.Name)
	f.Check = c.Name
	for id := range blocks {
		f.Blocks = append(f.Blocks, id)
	}
	slices.Sort(f.Blocks)
	return f
}

// Finding is the failure as a dns-tempfail, of no check yet.
func (f Failure) Finding() Finding {
	q := f.Question
	found := TempFail.On(q.Name, q.Type)
	found.Args = Args{"name": q.Name, "type": q.Type.String(), "error": string(resolver.KindOf(f.Err)), "detail": f.Err.Error()}
	var failed *resolver.Error
	if errors.As(f.Err, &failed) {
		found.Args["server"], found.Args["cause"] = failed.Server, failed.Detail
	}
	return found
}

// blockedBy lists the rules, over all checks, that read the input and were not
// settled without it.
func (a *audit) blockedBy(in Input, settled []*Rule) []string {
	var ids []string
	for _, c := range a.list {
		for _, r := range c.Rules {
			if r.ReadsInput(in) && !slices.Contains(settled, r) {
				ids = append(ids, r.ID)
			}
		}
	}
	return ids
}
