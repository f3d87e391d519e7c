package cli

import (
	"mailauth/checks"
	"mailauth/checks/simulate"
	"mailauth/cmd/internal/report"
)

// sides refuses one half of a comparison, and a recording beside those two.
func (f *simulateFlags) sides() error {
	if f.before == "" && f.after == "" {
		return nil
	}
	given, missing := "--before", "--after"
	if f.before == "" {
		given, missing = missing, given
	}
	if f.before == "" || f.after == "" {
		return complain("one-source", "one-source", checks.Args{"given": given, "missing": missing})
	}
	for _, flag := range []struct {
		name string
		set  bool
	}{{"--replay", f.replay != ""}, {"--record", f.record != ""}} {
		if flag.set {
			return complain("flags-conflict", "two-sources", checks.Args{"one": "--before", "other": flag.name})
		}
	}
	return nil
}

// simulateChange answers from two sources, and says what lies between them.
func (a *app) simulateChange(f *simulateFlags, m mail, list *targetList) error {
	s, err := a.openSides(&f.sourceFlags, f.before, f.after, m.names())
	if err != nil {
		return err
	}
	defer s.close()
	answer, err := simulate.Compare(a.ctx, s.before.Resolver, s.after.Resolver, m.Mail, list.targets, simulate.Options{Fix: true, DMARC: f.require.value == "dmarc", Now: s.after.now})
	if err != nil {
		return err
	}
	head := report.SimulationHead{Source: s.after.describe, Before: s.before.describe, After: s.after.describe}
	out := a.simulator(f, m, list, s.after, head)
	built := report.NewChangeBuilder(a.texts, m.Mail, f.require.value, answer.Before.Worst.Lookups, answer.After.Worst.Lookups, answer.Transition)
	for _, change := range answer.Changes {
		shown := built.Change(change)
		a.status = worseExit(a.status, f.statusOf(shown.Keeps.And(shown.Steady(f.require.value))))
		if err := out.Change(shown); err != nil {
			return err
		}
	}
	transition, end := built.Transition(answer.Transition), built.End(answer.After)
	end.Transition, end.Bad = &transition, a.badLines(list)
	return out.Close(end)
}
