package spf

import (
	"fmt"
	"slices"

	"mailauth/checks"
)

// judgeLookups compares with the limit of RFC 7208 §4.6.4. What the whole record
// costs is in the ledger; whether a sender really comes to the eleventh look-up
// is in the partition: terms before it may end the evaluation of everybody.
// Both rules are raised above the limit, and one supersedes the other: what an
// unanswered question hides can only make it more.
func (f *Facts) judgeLookups(k *desk) []checks.Finding {
	l := f.Ledger
	base := func(r *checks.Rule) checks.Finding {
		found := r.At(f.Root.At()).With("domain", bare(f.Root.Name)).With("count", max(l.Lookups, f.sureLookups())).With("limit", l.Limit).With("least", l.LowerBound)
		found.Scope = f.Root.Name
		return found
	}
	var findings []checks.Finding
	if over := f.overLookups(); l.Lookups > l.Limit || !empty(over.hit) {
		found := f.lookupsOver(base(RuleLookupsOver), over)
		found.Fixes = f.cheaper(k)
		findings = append(findings, found)
	}
	if l.Lookups >= l.Limit-1 {
		found := base(RuleLookupsNear)
		if l.Lookups >= l.Limit {
			found = found.As(checks.Warning)
		}
		findings = append(findings, found)
	}
	return findings
}

// reachLookups says who comes to the eleventh look-up.
func (f *Facts) reachLookups() reach {
	if f.Worst.Lookups <= MaxLookups {
		return reach{hit: setOf()}
	}
	return f.meant.reach(overLookups)
}

// openLookups reports that a missing answer could make the limit one that is
// passed, or lighter or graver.
func (f *Facts) openLookups() bool {
	over := f.overLookups()
	return over.open && empty(over.hit)
}

// sureLookups is the most that some address costs whatever the missing answers
// are. It is more than the ledger has where clients of IPv6 are led elsewhere.
func (f *Facts) sureLookups() int {
	if f.Worst.Lookups <= f.Ledger.Lookups {
		return 0
	}
	most := 0
	for _, region := range f.meant.Regions() {
		least := maxCounted
		for _, o := range region.plain() {
			least = min(least, o.Lookups)
		}
		most = max(most, least)
	}
	return most
}

// lookupsOver says for whom receivers give up. Where nobody comes so far, the
// record works, but not at receivers that count all that stands in it.
func (f *Facts) lookupsOver(found checks.Finding, over reach) checks.Finding {
	crossing, own := f.staticCrossing()
	all := true
	if !empty(over.hit) {
		if way := f.crossing(over.hit); len(way) > 0 {
			crossing, own = entryOf(way), way[0]
			all = !f.spared(way)
		}
	} else {
		found = found.As(checks.Warning)
	}
	victims, more := shownSet(intersection(over.hit, f.Static.Set))
	found.Span = &own.Span
	return found.With("term", crossing.Term).With("where", chainText(crossing.Path)).With("costs", f.costs()).
		With("met", !empty(over.hit)).With("open", over.open).With("worst", f.Worst.Lookups).With("all", all).With("victims", victims).With("more", more)
}

// staticCrossing is the entry of the ledger that is one too many, and the term
// of the domain's own record that leads to it.
func (f *Facts) staticCrossing() (Entry, *Expanded) {
	entries := f.Ledger.Entries
	crossing := entries[len(entries)-1]
	if i := slices.IndexFunc(entries, func(e Entry) bool { return e.N > f.Ledger.Limit }); i >= 0 {
		crossing = entries[i]
	}
	own := crossing.term
	for _, e := range entries {
		if e.N <= crossing.N && e.term.Owner == f.Root {
			own = e.term
		}
	}
	return crossing, own
}

// costs shows what each term of the domain's own record costs with all that
// hangs on it.
func (f *Facts) costs() []string {
	var costs []string
	for _, e := range f.Ledger.Entries {
		if e.term.Owner == f.Root && len(e.Path) == 1 {
			costs = append(costs, fmt.Sprintf("%s %d", e.Term, e.Subtotal))
		}
	}
	return costs
}
