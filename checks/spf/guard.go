package spf

import (
	"slices"

	"mailauth/checks"
)

// guard objects to a fix by which somebody who passes would no longer pass. A
// domain without a record that works has nothing to lose: nobody passes.
func guard(before, after *checks.Pass) []checks.Text {
	return losses(before.Own().(*Facts), after.Own().(*Facts))
}

func losses(before, after *Facts) []checks.Text {
	if before.Outcome != Published {
		return nil
	}
	lost := before.Static.Set
	if after.Outcome == Published {
		lost = difference(before.Static.Set, after.Static.Set)
	}
	if !empty(lost) {
		return []checks.Text{checks.T("trial.spf-removes-term", checks.Args{"term": before.termOf(func(p Passing) bool { return p.Set.Overlaps(lost) }), "addresses": lost.Prefixes()[0].String()})}
	}
	// What depends on the message, or on an answer that is missing, stays only
	// if its term stays.
	known := slices.Concat(after.Static.Dynamic, after.Static.Open)
	for _, key := range slices.Concat(before.Static.Dynamic, before.Static.Open) {
		by := func(p Passing) bool { return slices.Contains(p.Dynamic, key) || slices.Contains(p.Open, key) }
		if !slices.Contains(known, key) {
			return []checks.Text{checks.T("trial.spf-removes-term", checks.Args{"term": before.termOf(by), "addresses": ""})}
		}
	}
	return nil
}

// termOf names the first term of the domain's record that matches in a way; the
// record's domain if none does.
func (f *Facts) termOf(matches func(Passing) bool) string {
	v := newEvaluator()
	for _, e := range f.Root.order() {
		if e.passes() && matches(v.match(e)) {
			return e.String()
		}
	}
	return bare(f.Root.Name)
}
