package spf

import (
	"mailauth/checks"
	"mailauth/resolver"
)

// Select returns the records that receivers take for SPF. RFC 7208 §4.5: those
// whose joined strings begin with the version; the others are dropped.
func Select(records []resolver.Record) []resolver.Record {
	var selected []resolver.Record
	for _, r := range records {
		if text, ok := r.Text(); ok && IsSPF(text) {
			selected = append(selected, r)
		}
	}
	return selected
}

// read takes the TXT answer of a domain.
func (d *Domain) read(r checks.Result, audited string) {
	d.TXT = r
	if r.Unknown() {
		d.Outcome = Open
		return
	}
	d.Selected = Select(r.Answer.Records)
	switch len(d.Selected) {
	case 0:
		d.Outcome = NoRecord
		if r.Is(resolver.NXDomain) {
			d.Outcome = NoName
		}
		return
	case 1:
	default:
		d.Outcome = Several
		return
	}
	// The owner decides whose record it is: an alias leads to somebody else's.
	d.Own = checks.SameOrganization(d.At().Name, audited)
	d.Record = ParseStrings(d.At().Data.(resolver.TXT).Strings)
	d.Outcome = Published
	if len(d.Record.Errors) > 0 {
		d.Outcome = Malformed
	}
}

// reachable tells for each term whether a receiver evaluates it.
func (r *Record) reachable() []bool {
	out := make([]bool, len(r.Terms))
	all := r.all() != nil
	passed := false
	for i := range r.Terms {
		t := &r.Terms[i]
		switch {
		case t.Broken:
		case t.Kind == Redirect:
			out[i] = !all // RFC 7208 §6.1: ignored beside "all", wherever that stands
		case t.Kind.Mechanism():
			out[i] = !passed // RFC 7208 §5.1: mechanisms after "all" are never tested
			passed = passed || t.Kind == All
		default:
			out[i] = true
		}
	}
	return out
}

// all returns the record's first "all".
func (r *Record) all() *Term { return r.first(All) }

// first returns the first term of the kind that has no mistake, or nil.
func (r *Record) first(k Kind) *Term {
	for i := range r.Terms {
		if t := &r.Terms[i]; t.Kind == k && !t.Broken {
			return t
		}
	}
	return nil
}

// find returns the expanded first term of the kind that is evaluated, or nil.
func (d *Domain) find(k Kind) *Expanded {
	for _, e := range d.Terms {
		if e.Kind == k && e.Reachable {
			return e
		}
	}
	return nil
}

// order returns the terms in the order in which a receiver evaluates them: the
// redirect comes after the mechanisms, wherever it stands (RFC 7208 §6.1).
// Terms that are not evaluated are left out, and exp with them.
func (d *Domain) order() []*Expanded {
	var terms []*Expanded
	for _, e := range d.Terms {
		if e.Reachable && e.Kind.Mechanism() {
			terms = append(terms, e)
		}
	}
	if redirect := d.find(Redirect); redirect != nil {
		terms = append(terms, redirect)
	}
	return terms
}
