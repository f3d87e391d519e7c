package spf

import (
	"cmp"
	"net/netip"
	"slices"

	"go4.org/netipx"
)

// Limits says how a record stands to the limits on look-ups and void look-ups
// of RFC 7208 §4.6.4.
type Limits struct {
	// Worst is the most that any address costs, counted on where a limit or a
	// broken term ends the evaluation. Who goes round in records that lead back to
	// themselves costs one look-up more than the limit.
	Worst Cost
	// Lost is what the limits keep from passing whatever the message is, AtRisk
	// what they may: the message decides, or an answer that is missing. Both by
	// the terms of the record.
	Lost, AtRisk []Loss
	// Lookups and Voids say whether receivers give up at a limit: Yes if some
	// address comes to it whatever the message is, CannotTell if the message or a
	// missing answer decides, or if too many void look-ups are for IPv6 alone and
	// nobody passes by IPv6.
	Lookups, Voids Tri
	// Certain says that some address comes to a limit whatever the message is, or
	// never passes because of one although the record lists it.
	Certain bool
	// Broken are the places that end in permerror for other reasons.
	Broken []Decision
	// Open says that an answer or a message could make more of it.
	Open bool
}

// Loss are addresses that a term of the record lets pass, and that a limit
// stops on the way there.
type Loss struct {
	Term *Expanded
	Set  *netipx.IPSet
}

// Limits compares the real policy with what the record means. It is nil without a
// record that receivers evaluate.
func (f *Facts) Limits() *Limits {
	if f.Ledger == nil || f.Outcome != Published {
		return nil
	}
	real := f.real()
	l := &Limits{Worst: *f.Worst, Open: f.Ledger.LowerBound}
	l.Lost, l.AtRisk = f.lostTo(real)
	f.compare(real, l)
	for family := range families {
		for _, c := range real.cells[family] {
			l.Open = l.Open || c.results.Has(ResultUnknown) || c.results.Has(ResultTempError)
			l.Broken = appendBroken(l.Broken, c.endings)
		}
	}
	return l
}

// compare says how addresses stand to the limits. As the record is meant it has
// no loops, so that those who go round are found in the real policy.
func (f *Facts) compare(real *Policy, l *Limits) {
	l.Worst.Lookups = max(l.Worst.Lookups, real.met().Lookups)
	lookups := union(f.meant.always(overLookups), real.always(overLookups))
	over := f.overVoids()
	voids := f.fatal(intersection(f.meant.always(overVoids), union(over.v4, over.v6)))
	l.Lookups = exceeded(!empty(lookups), l.LookupsOver())
	l.Voids = exceeded(!empty(voids), l.VoidsOver())
	l.Certain = l.Lookups == Yes || l.Voids == Yes || len(l.Lost) > 0
}

// fatal are the addresses for which too many void look-ups count: those of IPv6
// only if somebody passes by it.
func (f *Facts) fatal(set *netipx.IPSet) *netipx.IPSet {
	if f.Static.passesIPv6() {
		return set
	}
	return intersection(set, setOf(netip.PrefixFrom(firstOf(family4), 0)))
}

// always are the clients that come to such an ending whatever the message and
// the missing answers are. Of a term that the address decides about it is taken
// that it does not match: it does so for the few that somebody listed.
func (p *Policy) always(wanted func(Ending) bool) *netipx.IPSet {
	return intersection(p.Where(func(c Cell) bool {
		endings := slices.DeleteFunc(slices.Clone(c.Endings()), func(o Ending) bool { return o.address })
		return len(endings) > 0 && !slices.ContainsFunc(endings, func(o Ending) bool { return !wanted(o) })
	}), clients())
}

// appendBroken adds the places of permerror, each once.
func appendBroken(broken []Decision, endings []Ending) []Decision {
	for _, o := range endings {
		if o.Result != ResultPermError || o.Dynamic {
			continue
		}
		d := o.Decision()
		if !d.limit() && !slices.ContainsFunc(broken, d.same) {
			broken = append(broken, d)
		}
	}
	return broken
}

// same reports that another decision is made at the same place for the same
// reason.
func (d Decision) same(other Decision) bool {
	return d.Cause == other.Cause && d.Span == other.Span && slices.Equal(d.Path, other.Path)
}

// LookupsOver reports that some address needs too many look-ups.
func (l *Limits) LookupsOver() bool { return l.Worst.Lookups > MaxLookups }

// VoidsOver reports that some address meets too many void look-ups.
func (l *Limits) VoidsOver() bool { return max(l.Worst.Void4, l.Worst.Void6) > MaxVoids }

// exceeded is Yes for certain, CannotTell if possible at all.
func exceeded(certain, possible bool) Tri {
	switch {
	case certain:
		return Yes
	case possible:
		return CannotTell
	}
	return No
}

// limit reports that a limit on look-ups or void look-ups decides.
func (d Decision) limit() bool { return d.Cause == CauseLookups || d.Cause == CauseVoids }

// lostTo lists those whom the record lets pass as it is meant, and whom a limit
// stops in the real policy: whatever the message is, or perhaps.
func (f *Facts) lostTo(real *Policy) (lost, atRisk []Loss) {
	var sets [2]map[*Expanded]*netipx.IPSetBuilder // by the term that lets them pass
	for i := range sets {
		sets[i] = map[*Expanded]*netipx.IPSetBuilder{}
	}
	for family := range families {
		listed, stopped := f.meant.bringers(family), real.stopped(family)
		joined := joinCurves(f.meant.curves[family], real.curves[family], func(x, y valueID) valueID {
			if stopped[y] == No || listed[x] == nil {
				return 0
			}
			return 2*x + 1 + valueID(number(stopped[y] == CannotTell))
		})
		joined.ranges(family, func(r netipx.IPRange, v valueID) {
			if v == 0 {
				return
			}
			set, e := sets[(v-1)%2], listed[(v-1)/2]
			if set[e] == nil {
				set[e] = &netipx.IPSetBuilder{}
			}
			set[e].AddRange(r)
		})
	}
	return f.losses(sets[0]), f.losses(sets[1])
}

// losses lists them in the order of the record.
func (f *Facts) losses(sets map[*Expanded]*netipx.IPSetBuilder) []Loss {
	var losses []Loss
	for e, set := range sets {
		losses = append(losses, Loss{e, built(set)})
	}
	order := f.Root.ownTerms(nil)
	slices.SortFunc(losses, func(a, b Loss) int { return cmp.Compare(slices.Index(order, a.Term), slices.Index(order, b.Term)) })
	return losses
}

// bringers gives for each value the term of the domain's own record by which
// its addresses pass in any case; nil for those who do not.
func (p *Policy) bringers(family int) []*Expanded {
	terms := make([]*Expanded, len(p.cells[family]))
	for v, known := range p.cells[family] {
		if c := (Cell{p, family, valueID(v)}); known.endings != nil && c.passesAnyway() {
			terms[v] = c.certain().first()
		}
	}
	return terms
}

// stopped says for each value whether a limit ends the evaluation: Yes if nobody
// gets past it to a pass.
func (p *Policy) stopped(family int) []Tri {
	stopped := make([]Tri, len(p.cells[family]))
	for v, known := range p.cells[family] {
		limited := slices.ContainsFunc(known.endings, func(o Ending) bool { return o.Result == ResultPermError && o.Decision().limit() })
		stopped[v] = exceeded(limited && !slices.ContainsFunc(known.endings, Ending.mayPass), limited)
	}
	return stopped
}

// ownTerms are the terms of a record in the order of evaluation; in place of a
// redirect stand those of its target. Path are the records before.
func (d *Domain) ownTerms(path []*Domain) []*Expanded {
	terms := d.order()
	if len(terms) == 0 || slices.Contains(path, d) {
		return nil
	}
	if last := terms[len(terms)-1]; last.Kind == Redirect && last.Target != nil && last.Target6 == nil {
		return append(terms[:len(terms)-1], last.Target.ownTerms(append(path, d))...)
	}
	return terms
}

// certain is the ending of those whom no term matches that depends on the
// message or on an answer that is missing; else the first.
func (c Cell) certain() Ending {
	endings := c.Endings()
	for _, o := range endings {
		if !o.Dynamic && !o.Open {
			return o
		}
	}
	return endings[0]
}

// first is the term that leads to the deciding one, in the record of the domain
// itself or of one that only redirects lead to; the deciding one if it stands
// there.
func (o Ending) first() *Expanded {
	for _, e := range o.Through() {
		if e.Kind != Redirect {
			return e
		}
	}
	return o.Term()
}
