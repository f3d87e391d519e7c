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
		return []checks.Text{checks.T("trial.spf-removes-term", checks.Args{"term": before.termOf(func(m *matcher, e *Expanded) bool { return m.set(e).Overlaps(lost) }), "addresses": lost.Prefixes()[0].String()})}
	}
	// What depends on the message, or on an answer that is missing, stays only
	// if its term stays.
	known := slices.Concat(after.Static.Dynamic, after.Static.Open)
	for _, key := range slices.Concat(before.Static.Dynamic, before.Static.Open) {
		by := func(m *matcher, e *Expanded) bool { return slices.Contains(m.keys(e), key) }
		if !slices.Contains(known, key) {
			return []checks.Text{checks.T("trial.spf-removes-term", checks.Args{"term": before.termOf(by), "addresses": ""})}
		}
	}
	return nil
}

// termOf names the first term of the domain's record that matches in a way; the
// record's domain if none does.
func (f *Facts) termOf(matches func(*matcher, *Expanded) bool) string {
	m := newMatcher()
	for _, e := range f.Root.order() {
		if e.passes() && matches(m, e) {
			return e.String()
		}
	}
	return bare(f.Root.Name)
}

// passes reports that those who match pass, or those who pass in the target of
// a redirect.
func (e *Expanded) passes() bool { return e.Qualifier == Pass || e.Kind == Redirect }
