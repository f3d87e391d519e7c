package spf

import (
	"cmp"
	"slices"
)

// fate is how far the evaluation has come for an address: it has ended with a
// result, or it goes on with the next term. Counters are those of RFC 7208
// §4.6.4.
type fate struct {
	lookups, voids uint16
	ended          bool
	result         Result // if it has ended
	// dynamic says that a term which depends on the message is assumed to match
	// on the way here, and open that one is whose question had no answer.
	dynamic, open bool
	// address says that such a term is one which the client's address decides
	// about, see ByAddress.
	address bool
	why     placeID // if it has ended
}

func (a fate) compare(b fate) int {
	return cmp.Or(cmp.Compare(a.lookups, b.lookups), cmp.Compare(a.voids, b.voids), cmp.Compare(number(a.ended), number(b.ended)),
		cmp.Compare(a.result, b.result), cmp.Compare(number(a.dynamic), number(b.dynamic)), cmp.Compare(number(a.open), number(b.open)),
		cmp.Compare(number(a.address), number(b.address)),
		cmp.Compare(a.why, b.why))
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// place is the place that ended an evaluation. Those below an include or
// redirect are wrapped once for every record on the way.
type place struct {
	cause Cause
	owner *Domain   // whose record, or lack of one, decided
	term  *Expanded // nil if the record as a whole decided
	err   string    // of the failed question
	// through is the include or redirect that leads to inner; then the fields
	// above are empty.
	through *Expanded
	inner   placeID
}

// valueID and placeID number values and places.
type (
	valueID int32
	placeID int32
)

// value is what an address has come to: one fate, or several where the DNS
// alone does not decide. The fates are sorted and differ.
type value []fate

// table keeps every value and place once.
type table struct {
	values   []value
	valueIDs map[string]valueID
	places   []place
	errs     []error // of places
	placeIDs map[place]placeID
}

// start is the value of an address that nothing has been evaluated for.
const start valueID = 0

func newTable() *table {
	t := &table{valueIDs: map[string]valueID{}, placeIDs: map[place]placeID{}}
	t.intern(value{{}})
	return t
}

// intern returns the number of a value; its fates may be in any order and
// repeat.
func (t *table) intern(v value) valueID {
	slices.SortFunc(v, fate.compare)
	v = slices.CompactFunc(v, func(a, b fate) bool { return a == b })
	key := make([]byte, 0, 12*len(v))
	for _, f := range v {
		bits := byte(number(f.ended) | number(f.dynamic)<<1 | number(f.open)<<2 | number(f.address)<<3)
		key = append(key, byte(f.lookups), byte(f.lookups>>8), byte(f.voids), byte(f.voids>>8), bits, byte(f.result),
			byte(f.why), byte(f.why>>8), byte(f.why>>16), byte(f.why>>24))
	}
	if id, known := t.valueIDs[string(key)]; known {
		return id
	}
	id := valueID(len(t.values))
	t.values = append(t.values, slices.Clone(v))
	t.valueIDs[string(key)] = id
	return id
}

func (t *table) place(e place, err error) placeID {
	if err != nil {
		e.err = err.Error()
	}
	if id, known := t.placeIDs[e]; known {
		return id
	}
	id := placeID(len(t.places))
	t.places = append(t.places, e)
	t.errs = append(t.errs, err)
	t.placeIDs[e] = id
	return id
}

// home is the domain from whose record a place is seen.
func (t *table) home(id placeID) *Domain {
	if e := t.places[id]; e.through != nil {
		return e.through.Owner
	}
	return t.places[id].owner
}

// leaf is the place behind all includes and redirects.
func (t *table) leaf(id placeID) placeID {
	for t.places[id].through != nil {
		id = t.places[id].inner
	}
	return id
}

// decision describes a place. Where nothing could be read at the target of an
// include or redirect, the place to look at is that term.
func (t *table) decision(id placeID) Decision {
	leaf := t.leaf(id)
	e := t.places[leaf]
	d := Decision{Path: []string{t.home(id).Name}, Cause: e.cause, Err: t.errs[leaf]}
	for ; t.places[id].through != nil; id = t.places[id].inner {
		if t.places[id].inner == leaf && len(e.owner.Selected) == 0 {
			e.term = t.places[id].through
			e.owner = e.term.Owner
			break
		}
		d.Path = append(d.Path, t.home(t.places[id].inner).Name)
	}
	switch {
	case e.owner.Record != nil:
		d.Record = e.owner.Record.Text
	case len(e.owner.Selected) > 0:
		d.Record, d.Others = e.owner.texts()
	}
	switch {
	case e.term != nil:
		d.Term, d.Span = e.term.String(), e.term.Span
	case e.cause == CauseSyntax && len(e.owner.Record.Errors) > 0:
		first := e.owner.Record.Errors[0]
		d.Term, d.Span = first.Whole.Of(d.Record), first.Whole
	}
	return d
}
