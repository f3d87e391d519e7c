package spf

import "slices"

// CompileOptions say what is taken for what it is not.
type CompileOptions struct {
	// Unlimited leaves out the limits on look-ups and void look-ups of RFC 7208
	// §4.6.4. A record that leads to itself remains permerror.
	Unlimited bool
	// Mended takes what is broken for not there: terms with a mistake, includes
	// and redirects of no usable record, an mx of too many hosts. A term whose
	// question failed may match or not. So it is what the author meant.
	Mended bool
	// Drop takes terms for not there; nil drops none.
	Drop func(*Expanded) bool
}

// meant compiles what the author of a record meant.
var meant = CompileOptions{Unlimited: true, Mended: true}

// The work that one policy may cause, so that a hostile tree costs no more than
// a moment: steps of curves that are joined, and records that are evaluated.
const (
	maxJoined  = 4_000_000
	maxRecords = 3_000
)

// maxCounted is where counters stop: records that include each other twice over
// would take them beyond any number.
const maxCounted = 10_000

// compiler evaluates a tree of records for all addresses of one family.
type compiler struct {
	*table
	CompileOptions
	family int

	known  map[*Domain]curve
	active []*Domain // the records that are being evaluated, from the root
	// cut is the depth of the highest record at which a loop was cut while the
	// last of active was evaluated; what is below it depends on that cut.
	cut             int
	joined, records int
	mended          bool // something was taken for not there, or may be
}

func newCompiler(family int, o CompileOptions) *compiler {
	return &compiler{table: newTable(), CompileOptions: o, family: family, known: map[*Domain]curve{}}
}

// record returns what the record of a domain makes of every address.
func (c *compiler) record(d *Domain) curve {
	depth := len(c.active)
	if known, ok := c.known[d]; ok {
		return known
	}
	if at := slices.Index(c.active, d); at >= 0 {
		c.cut = min(c.cut, at)
		return c.flat(c.loop(d))
	}
	if c.records++; c.records > maxRecords || c.joined > maxJoined {
		return c.flat(c.end(d, ResultUnknown, CauseTooLarge, nil))
	}
	outer := c.cut
	c.active, c.cut = append(c.active, d), depth
	all := c.outcome(d)
	c.active = c.active[:depth]
	if c.cut >= depth { // it stands for itself
		c.known[d] = all
	}
	c.cut = min(c.cut, outer)
	return all
}

// loop is the value of those who come back to a record that is being evaluated:
// they go round until the limit on look-ups ends it, RFC 7208 §4.6.4.
func (c *compiler) loop(d *Domain) valueID {
	end := c.end(d, ResultPermError, CauseLoop, nil)
	if c.Unlimited || c.Mended {
		return end
	}
	endless := slices.Clone(c.values[end])
	endless[0].lookups = MaxLookups + 1
	return c.intern(endless)
}

// outcome selects the record, RFC 7208 §4.4 to §4.6, and runs it.
func (c *compiler) outcome(d *Domain) curve {
	switch {
	case d.Outcome == Open:
		return c.flat(c.end(d, resultOf(d.TXT.Err), CauseDNS, d.TXT.Err))
	case d.Outcome == Several:
		return c.flat(c.end(d, ResultPermError, CauseSeveral, nil))
	case d.Outcome == Malformed && !c.readable(d):
		return c.flat(c.end(d, ResultPermError, CauseSyntax, nil))
	case d.Record == nil:
		return c.flat(c.end(d, ResultNone, CauseNoRecord, nil))
	}
	return c.terms(d)
}

// readable reports that all mistakes of a record are in terms that are taken
// for not there.
func (c *compiler) readable(d *Domain) bool {
	if c.Mended {
		return c.mend()
	}
	return c.Drop != nil && len(d.Terms) > 0 && !slices.ContainsFunc(d.Terms, func(e *Expanded) bool { return e.Broken && !c.Drop(e) })
}

// mend notes that what is broken is taken for not there, if it is to be.
func (c *compiler) mend() bool {
	c.mended = c.mended || c.Mended
	return c.Mended
}

// end is the value of a record that has one result for everybody.
func (c *compiler) end(d *Domain, r Result, cause Cause, err error) valueID {
	return c.intern(value{{ended: true, result: r, why: c.place(place{cause: cause, owner: d}, err)}})
}

// terms runs the mechanisms in order over all addresses, then the redirect.
// RFC 7208 §4.6.2, §4.7, §6.1.
func (c *compiler) terms(d *Domain) curve {
	all := c.flat(start)
	terms := d.order()
	if c.Drop != nil {
		terms = slices.DeleteFunc(terms, c.Drop)
	}
	for len(terms) > 0 && c.pending(all) {
		if c.joined > maxJoined {
			return c.then(all, c.flat(c.end(d, ResultUnknown, CauseTooLarge, nil)), nil)
		}
		n := 1
		for terms[0].Prefix.IsValid() && n < len(terms) && terms[n].Prefix.IsValid() {
			n++
		}
		all = c.then(all, c.run(terms[:n]), terms[0])
		terms = terms[n:]
	}
	return c.then(all, c.flat(c.end(d, ResultNeutral, CauseDefault, nil)), nil)
}

// run is the effect of terms that follow each other. Halving them keeps records
// of thousands of networks cheap.
func (c *compiler) run(terms []*Expanded) curve {
	if len(terms) == 1 {
		return c.effect(terms[0])
	}
	half := len(terms) / 2
	return c.then(c.run(terms[:half]), c.run(terms[half:]), nil)
}

// pending reports that some address has not come to an end.
func (c *compiler) pending(all curve) bool {
	return slices.ContainsFunc(all, func(s step) bool { return c.goesOn(s.value) })
}

func (c *compiler) goesOn(v valueID) bool {
	return slices.ContainsFunc(c.values[v], func(f fate) bool { return !f.ended })
}

// then is one effect after another; e is the term that the second is of, nil if
// it costs nothing.
func (c *compiler) then(first, second curve, e *Expanded) curve {
	known := map[[2]valueID]valueID{}
	joined := joinCurves(first, second, func(x, y valueID) valueID {
		if y == start {
			return x
		}
		pair := [2]valueID{x, y}
		v, ok := known[pair]
		if !ok {
			v = c.after(x, y, e)
			known[pair] = v
		}
		return v
	})
	c.joined += len(first) + len(second)
	return joined
}

// after continues the fates of a value that have not ended.
func (c *compiler) after(first, second valueID, e *Expanded) valueID {
	if !c.goesOn(first) {
		return first
	}
	var all value
	for _, f := range c.values[first] {
		if f.ended {
			all = append(all, f)
			continue
		}
		for _, g := range c.values[second] {
			all = append(all, c.within(f.plus(g), e))
		}
	}
	return c.intern(all)
}

// plus is a fate that another one continues.
func (f fate) plus(g fate) fate {
	g.lookups, g.voids = min(f.lookups+g.lookups, maxCounted), min(f.voids+g.voids, maxCounted)
	g.dynamic, g.open, g.address = f.dynamic || g.dynamic, f.open || g.open, f.address || g.address
	return g
}

// within ends a fate that has gone over a limit of RFC 7208 §4.6.4 in the term.
// Counters only grow: who is over a limit in the end went over it on the way.
func (c *compiler) within(f fate, e *Expanded) fate {
	if c.Unlimited || f.lookups <= MaxLookups && f.voids <= MaxVoids || e == nil {
		return f
	}
	known := f.ended && c.limit(f.why) // an inner record went over it by itself
	cause := CauseLookups
	if f.lookups <= MaxLookups {
		cause = CauseVoids
	}
	f.ended, f.result = true, ResultPermError
	f.lookups, f.voids = min(f.lookups, MaxLookups+1), min(f.voids, MaxVoids+1)
	if !known {
		f.why = c.place(place{cause: cause, owner: e.Owner, term: e}, nil)
	}
	return f
}

// limit reports that a place is where a limit was met.
func (t *table) limit(id placeID) bool {
	cause := t.places[t.leaf(id)].cause
	return cause == CauseLookups || cause == CauseVoids
}
