package spf

import "slices"

// include is the effect of an include: RFC 7208 §5.2.
func (c *compiler) include(e *Expanded) curve {
	if e.Dynamic && e.askable != No {
		v := append(c.assume(c.match(e), e.dynamic()), c.values[c.noMatch(e, false)]...)
		return c.flat(c.intern(append(v, c.assume(c.broken(e, CauseIncludeNone), e.dynamic())...)))
	}
	return c.through(e, CauseIncludeNone, func(g fate) value {
		switch g.result {
		case ResultPass:
			g.result = e.Qualifier.Result()
			return value{g}
		case ResultFail, ResultSoftFail, ResultNeutral:
			return value{g.pending()}
		}
		return value{g}
	})
}

// redirect is the effect of a redirect: RFC 7208 §6.1.
func (c *compiler) redirect(e *Expanded) curve {
	if e.Dynamic && e.askable != No {
		v := slices.Clone(c.values[c.broken(e, CauseRedirectNone)])
		for _, r := range []Result{ResultPass, ResultFail, ResultSoftFail, ResultNeutral} {
			v = append(v, c.values[c.stop(e, r, CauseMatch, nil)]...)
		}
		return c.flat(c.intern(c.assume(c.intern(v), e.dynamic())))
	}
	return c.through(e, CauseRedirectNone, func(g fate) value { return value{g} })
}

// broken is the value of those who get to a target without a record.
func (c *compiler) broken(e *Expanded, none Cause) valueID {
	if c.mend() {
		return c.noMatch(e, false)
	}
	return c.stop(e, ResultPermError, none, nil)
}

// through runs the record that a term leads to and takes its results over.
func (c *compiler) through(e *Expanded, none Cause, take func(fate) value) curve {
	target := e.Target
	if e.Target6 != nil && c.family == family6 {
		target = e.Target6
	}
	if target == nil { // the name is none: RFC 7208 §4.3 makes none of it
		return c.flat(c.broken(e, none))
	}
	inner := c.record(target)
	known := map[valueID]valueID{}
	return inner.apply(func(v valueID) valueID {
		if _, ok := known[v]; !ok {
			known[v] = c.taken(e, v, none, take)
		}
		return known[v]
	})
}

// taken turns the results of an inner record into the effect of the term.
func (c *compiler) taken(e *Expanded, inner valueID, none Cause, take func(fate) value) valueID {
	var all value
	for _, g := range c.values[inner] {
		result := g.result
		g = e.spent().plus(g)
		if inner := c.places[g.why]; inner.cause == CauseLoop && inner.term == nil {
			g.why = c.place(place{cause: CauseLoop, owner: e.Owner, term: e}, nil) // it closes the loop
		} else {
			g.why = c.place(place{through: e, inner: g.why}, nil)
		}
		switch {
		case (result == ResultNone || result == ResultPermError) && c.mend():
			all = append(all, g.pending())
		case (result == ResultTempError || result == ResultUnknown) && c.mend():
			match := g
			match.result, match.open = e.Qualifier.Result(), true
			if e.Kind == Redirect {
				match.result = result
			}
			all = append(all, match, g.pending())
		case result == ResultNone:
			g.result, g.why = ResultPermError, c.place(place{cause: none, owner: e.Owner, term: e}, nil)
			all = append(all, g)
		default:
			all = append(all, take(g)...)
		}
	}
	return c.intern(all)
}

// pending is the fate of those who go on to the next term.
func (f fate) pending() fate {
	f.ended, f.result, f.why = false, ResultNone, 0
	return f
}
