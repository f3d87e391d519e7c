package spf

import (
	"cmp"
	"net/netip"
	"slices"

	"go4.org/netipx"
)

// crossing is the way to the eleventh look-up of the addresses that come to it:
// the includes and redirects, then the term that is one too many. Addresses
// that the record means to pass go before others.
func (f *Facts) crossing(hit *netipx.IPSet) []*Expanded {
	first := hit
	if victims := intersection(hit, f.Static.Set); !empty(victims) {
		first = victims
	}
	w := walker{matcher: newMatcher(), addr: first.Ranges()[0].From()}
	w.record(f.Root)
	return w.way
}

// entryOf is a way as the ledger has it.
func entryOf(way []*Expanded) Entry {
	last := way[len(way)-1]
	entry := Entry{Term: last.String(), term: last}
	for _, e := range way {
		entry.Path = append(entry.Path, e.Owner.Name)
	}
	return entry
}

// walker goes through a record as one address does that nothing matches which
// depends on the message or on a missing answer.
type walker struct {
	*matcher
	addr    netip.Addr
	lookups int
	through []*Expanded
	way     []*Expanded // to the look-up that was one too many
}

// record evaluates the terms of a record up to the one that matches; it reports
// that the limit ended the evaluation.
func (w *walker) record(d *Domain) (ended bool) {
	for _, e := range d.order() {
		if e.Kind.Counted() {
			w.lookups += e.cost()
		}
		way := append(w.through[:len(w.through):len(w.through)], e)
		if w.lookups > MaxLookups {
			w.way = way
			return true
		}
		if target := e.targetOf(familyNumber(w.addr)); target != nil && !w.within(target) {
			before := w.through
			w.through = way
			if w.record(target) {
				return true
			}
			w.through = before
		}
		if w.ends(e) {
			return false
		}
	}
	return false
}

// within reports that the address is in the record of the domain already.
func (w *walker) within(d *Domain) bool {
	return slices.ContainsFunc(w.through, func(e *Expanded) bool { return e.Owner == d })
}

// ends reports that the term ends the evaluation of its record.
func (w *walker) ends(e *Expanded) bool {
	c := w.compilers[familyNumber(w.addr)]
	return !slices.ContainsFunc(c.values[c.effect(e).at(w.addr)], func(f fate) bool { return !f.ended })
}

// targetOf is where an include or redirect leads clients of a family.
func (e *Expanded) targetOf(family int) *Domain {
	if family == family6 && e.Target6 != nil {
		return e.Target6
	}
	return e.Target
}

// spared reports that some senders get past the crossing without having been
// matched before it: an include stopped them early, so that they paid less.
func (f *Facts) spared(crossing []*Expanded) bool {
	free := f.meant.Where(func(c Cell) bool {
		return c.comes(overLookups) != Yes && slices.ContainsFunc(c.plain(), func(o Ending) bool { return !o.before(crossing) })
	})
	return free.Overlaps(clients())
}

// before reports that the ending is a match of a term that is evaluated before
// the last one of a way.
func (o Ending) before(way []*Expanded) bool {
	end := o.Through()
	if e := o.Term(); e != nil {
		end = append(end, e)
	}
	for i := range min(len(end), len(way)) {
		if end[i] != way[i] {
			return end[i].precedes(way[i])
		}
	}
	return false
}

// precedes orders the terms of one record as they are evaluated.
func (e *Expanded) precedes(other *Expanded) bool {
	return cmp.Or(cmp.Compare(number(e.Kind == Redirect), number(other.Kind == Redirect)), cmp.Compare(e.Span.Start, other.Span.Start)) < 0
}
