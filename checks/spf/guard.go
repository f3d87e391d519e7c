package spf

import (
	"slices"
	"strings"

	"go4.org/netipx"

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
		return []checks.Text{checks.T("trial.spf-removes-term", checks.Args{"term": before.termFor(lost), "addresses": lost.Prefixes()[0].String()})}
	}
	// What depends on the message, or on an answer that is missing, stays only
	// if its term stays.
	known := slices.Concat(after.Static.Dynamic, after.Static.Open)
	for _, key := range slices.Concat(before.Static.Dynamic, before.Static.Open) {
		if !slices.Contains(known, key) {
			return []checks.Text{checks.T("trial.spf-removes-term", checks.Args{"term": keyTerm(key), "addresses": ""})}
		}
	}
	return nil
}

// keyTerm is the term of a key; the name where a whole record is meant.
func keyTerm(key string) string {
	if _, term, ok := strings.Cut(key, " "); ok {
		return term
	}
	return bare(key)
}

// termFor names the first term of the domain's record by which addresses of
// the set pass.
func (f *Facts) termFor(set *netipx.IPSet) string {
	v := newEvaluator()
	for _, e := range f.Root.order() {
		if e.Qualifier == Pass || e.Kind == Redirect {
			if v.match(e).Set.Overlaps(set) {
				return e.String()
			}
		}
	}
	return ""
}
