package flatten

import "mailauth/checks/spf"

// maxCost bounds what is counted: far beyond what receivers look up.
const maxCost = 10_000

// cost is how many look-ups a term counts with all that it leads to. RFC 7208
// §4.6.4: the macro %{p} makes the receiver look up reverse names, as ptr does.
func (r *reader) cost(e *spf.Expanded) int {
	n := 1
	if e.Domain != nil && e.Domain.Uses("p") {
		n = 2
	}
	below := 0
	for _, target := range []*spf.Domain{e.Target, e.Target6} {
		if target != nil {
			below = max(below, r.costBelow(target))
		}
	}
	return min(n+below, maxCost)
}

func (r *reader) costBelow(d *spf.Domain) int {
	if known, ok := r.costs[d]; ok {
		return known
	}
	r.costs[d] = 0 // in a circle
	sum := 0
	terms, redirect := order(d)
	if redirect != nil {
		terms = append(terms, redirect)
	}
	for _, e := range terms {
		if e.Kind.Counted() {
			sum = min(sum+r.cost(e), maxCost)
		}
	}
	r.costs[d] = sum
	return sum
}

// fails reports that a term, or one that it leads to, can end the evaluation
// with permerror: a name that the message gives may have no record.
func (r *reader) fails(e *spf.Expanded) bool {
	if e.Dynamic && (e.Kind == spf.Include || e.Kind == spf.Redirect) {
		return true
	}
	for _, target := range []*spf.Domain{e.Target, e.Target6} {
		if target != nil && r.failsBelow(target) {
			return true
		}
	}
	return false
}

func (r *reader) failsBelow(d *spf.Domain) bool {
	if known, ok := r.risky[d]; ok {
		return known
	}
	r.risky[d] = false // in a circle
	terms, redirect := order(d)
	if redirect != nil {
		terms = append(terms, redirect)
	}
	for _, e := range terms {
		if r.fails(e) {
			r.risky[d] = true
			break
		}
	}
	return r.risky[d]
}
