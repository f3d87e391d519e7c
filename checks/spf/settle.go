package spf

import (
	"slices"

	"mailauth/checks"
)

// settled lists the rules that are decided although a question failed.
func (f *Facts) settled() []*checks.Rule {
	var settled []*checks.Rule
	if len(f.Root.Selected) > 0 {
		// There is a record that receivers see: the others change nothing.
		settled = append(settled, RuleType99Only, RuleWrongName)
	}
	if f.Ledger == nil || f.Ledger.Cut || f.Ledger.openTarget() {
		return settled
	}
	if !f.openLookups() {
		settled = append(settled, RuleLookupsOver)
	}
	if !slices.ContainsFunc(f.passAlls(), func(a passAll) bool { return a.opens == CannotTell }) {
		settled = append(settled, RulePlusAll)
	}
	var foreignMX, ownMX, wide bool
	for _, entry := range f.Ledger.Entries {
		e := entry.term
		failed := false
		for _, r := range e.MX {
			failed = failed || r.Unknown()
		}
		own := e.Owner.Own || e.Owner == f.Root
		foreignMX = foreignMX || failed && !own
		ownMX = ownMX || failed && own
		wide = wide || e.unknown() && (e.Kind == Exists || e.CIDR4 < 32 || e.CIDR6 < 128)
	}
	if !f.openVoids() {
		settled = append(settled, RuleVoidOver)
	}
	if !foreignMX {
		settled = append(settled, RuleIncludePermErr)
	}
	if !ownMX {
		settled = append(settled, RuleMXLimit)
	}
	if !wide { // single hosts make no network
		settled = append(settled, RuleIPWide)
	}
	if !wide && !f.Static.halted {
		settled = append(settled, RuleEffectiveAll)
	}
	return settled
}
