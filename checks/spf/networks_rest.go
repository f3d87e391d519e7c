package spf

import (
	"cmp"
	"fmt"
	"slices"

	"go4.org/netipx"
)

// RestKind says what is to be said of addresses that do not certainly pass.
type RestKind string

// The kinds of a Rest, in the order in which they are listed.
const (
	RestDepends RestKind = "depends" // only the message tells whether they pass
	RestUnknown RestKind = "unknown" // an answer is missing
	RestError   RestKind = "error"   // permerror, always or for some messages, and never pass
	RestRefused RestKind = "refused" // any other result
)

// Rest are addresses that do not certainly pass, with one set of results that
// they can get.
type Rest struct {
	Kind    RestKind
	Results Results
	// Decisions are the places that decide: the terms that the message decides
	// about and where it ends in permerror, the questions without an answer.
	Decisions []Decision
	// Fails says that they get permerror and never pass whatever the message is,
	// but for the few that a term by the client's address may let pass.
	Fails bool
	Set   *netipx.IPSet
	// Listed are those of Set that the record lets pass as its author means it,
	// and Origins the same with what brings them.
	Listed  *netipx.IPSet
	Origins []Origin
}

// maxRest is how many groups are told apart by what decides.
const maxRest = 200

// restOf groups all addresses that do not certainly pass.
func restOf(p *Policy) []Rest {
	var rest []Rest
	var sets []*netipx.IPSetBuilder
	at := map[string]int{}
	for _, region := range p.Regions() {
		if region.Results() == Of(ResultPass) {
			continue
		}
		r := region.rest()
		key := fmt.Sprint(r.Kind, r.Results, r.Fails)
		if len(rest) < maxRest {
			for _, d := range r.Decisions {
				key += fmt.Sprint(d.Cause, d.Path, d.Span)
			}
		}
		i, known := at[key]
		if !known {
			i = len(rest)
			at[key] = i
			rest, sets = append(rest, r), append(sets, &netipx.IPSetBuilder{})
		}
		for _, stretch := range region.Ranges {
			sets[i].AddRange(stretch)
		}
	}
	for i := range rest {
		rest[i].Set = built(sets[i])
	}
	order := []RestKind{RestDepends, RestUnknown, RestError, RestRefused}
	slices.SortStableFunc(rest, func(a, b Rest) int { return cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)) })
	return rest
}

// rest says what becomes of a cell that does not certainly pass.
func (c Cell) rest() Rest {
	r := Rest{Kind: RestRefused, Results: c.Results(), Fails: c.fails()}
	open := func(o Ending) bool {
		return o.Open || o.Result == ResultUnknown || o.Result == ResultTempError
	}
	wanted := func(Ending) bool { return true }
	switch {
	case slices.ContainsFunc(c.Endings(), open):
		r.Kind, wanted = RestUnknown, open
	case r.Results.Has(ResultPass):
		r.Kind, wanted = RestDepends, func(o Ending) bool { return o.Dynamic || o.Result == ResultPermError }
	case r.Results.Has(ResultPermError):
		r.Kind, wanted = RestError, func(o Ending) bool { return o.Result == ResultPermError }
	}
	if !slices.ContainsFunc(c.Endings(), wanted) {
		wanted = func(Ending) bool { return true }
	}
	for _, o := range c.Endings() {
		if d := o.Decision(); wanted(o) && !slices.ContainsFunc(r.Decisions, d.same) {
			r.Decisions = append(r.Decisions, d)
		}
	}
	return r
}

// fails reports that none of the cell's endings is a pass and some are permerror,
// where no term by the client's address matches.
func (c Cell) fails() bool {
	var results Results
	for _, o := range c.Endings() {
		if !o.address {
			results |= Of(o.Result)
		}
	}
	return results.Has(ResultPermError) && !results.Has(ResultPass)
}
