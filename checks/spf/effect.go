package spf

import (
	"net/netip"
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

// effect is what one term does to the addresses of a family that nothing
// has matched yet: each fate is what it adds to the one before it.
func (c *compiler) effect(e *Expanded) curve {
	switch {
	case e.Kind == All:
		return c.flat(c.match(e))
	case e.Prefix.IsValid():
		return c.network(e)
	case e.Kind == Include:
		return c.include(e)
	case e.Kind == Redirect:
		return c.redirect(e)
	case e.Unusable:
		return c.flat(c.noMatch(e, false)) // RFC 7208 §4.8: such a name matches nothing
	case e.Kind == PTR, e.Dynamic:
		return c.flat(c.fork(e))
	case e.Kind == Exists:
		return c.exists(e)
	case e.Kind == A:
		return c.addresses(e, e.Hosts[min(c.family, len(e.Hosts)-1)], c.address(e))
	case e.Kind == MX:
		return c.exchanges(e)
	}
	return c.flat(start)
}

func (c *compiler) flat(v valueID) curve { return flat(c.family, v) }

// spent is the fate that a term's own look-up makes.
func (e *Expanded) spent() fate {
	if !e.Kind.Counted() {
		return fate{}
	}
	return fate{lookups: uint16(e.cost())}
}

// dynamic marks a fate on which the term is assumed to match.
func (e *Expanded) dynamic() fate { return fate{dynamic: true, address: e.ByAddress()} }

// match is the value of those whom the term matches.
func (c *compiler) match(e *Expanded) valueID {
	f := e.spent()
	f.ended, f.result, f.why = true, e.Qualifier.Result(), c.place(place{cause: CauseMatch, owner: e.Owner, term: e}, nil)
	return c.intern(value{f})
}

// noMatch is the value of those whom it does not match.
func (c *compiler) noMatch(e *Expanded, void bool) valueID {
	f := e.spent()
	f.voids = uint16(number(void))
	return c.intern(value{f})
}

// stop is the value of those for whom the term ends the evaluation.
func (c *compiler) stop(e *Expanded, r Result, cause Cause, err error) valueID {
	f := e.spent()
	f.ended, f.result, f.why = true, r, c.place(place{cause: cause, owner: e.Owner, term: e}, err)
	return c.intern(value{f})
}

// failed is the value of those for whom a question of the term has no answer.
func (c *compiler) failed(e *Expanded, err error) valueID {
	if !c.mend() {
		return c.stop(e, resultOf(err), CauseDNS, err)
	}
	return c.intern(append(c.assume(c.match(e), fate{open: true}), c.values[c.noMatch(e, false)]...))
}

// assume marks the fates of a value.
func (c *compiler) assume(v valueID, mark fate) value {
	marked := slices.Clone(c.values[v])
	for i := range marked {
		marked[i].dynamic = marked[i].dynamic || mark.dynamic
		marked[i].open = marked[i].open || mark.open
		marked[i].address = marked[i].address || mark.address
	}
	return marked
}

// fork is the value where only the message tells whether the term matches. A
// term that does not match can have met an empty answer, and an exists always
// has if there was a name to ask for.
func (c *compiler) fork(e *Expanded) valueID {
	if e.askable == No {
		return c.noMatch(e, false) // RFC 7208 §4.8
	}
	v := append(c.assume(c.match(e), e.dynamic()), c.values[c.noMatch(e, true)]...)
	if e.Kind != Exists || e.askable != Yes {
		v = append(v, c.values[c.noMatch(e, false)]...)
	}
	if e.Kind == MX && !c.mend() { // RFC 7208 §4.6.4
		v = append(v, c.assume(c.stop(e, ResultPermError, CauseMXHosts, nil), e.dynamic())...)
	}
	return c.intern(v)
}

func (c *compiler) network(e *Expanded) curve {
	if v4Mapped(e.Prefix) {
		return c.flat(start)
	}
	return over(c.family, []netip.Prefix{e.Prefix.Masked()}, c.match(e), start)
}

// exists asks for type A whatever the client's family, and any address matches
// everybody. RFC 7208 §5.7.
func (c *compiler) exists(e *Expanded) curve {
	switch r := e.Exists[min(c.family, len(e.Exists)-1)]; {
	case r.Unknown():
		return c.flat(c.failed(e, r.Err))
	case r.Is(resolver.Data):
		return c.flat(c.match(e))
	}
	return c.flat(c.noMatch(e, true))
}

// address is the value of an "a" without a matching address.
func (c *compiler) address(e *Expanded) valueID {
	void, _ := e.void(c.family)
	return c.noMatch(e, void)
}

// addresses matches the networks of a host's addresses, RFC 7208 §5.3; what
// they leave has the other value.
func (c *compiler) addresses(e *Expanded, h *Host, rest valueID) curve {
	if r := h.family(c.family); r.Unknown() {
		return c.flat(c.failed(e, r.Err))
	}
	return over(c.family, e.networksOf(h), c.match(e), rest)
}

// exchanges matches the hosts of an mx one after the other, RFC 7208 §5.4: a
// host that fails only stops those that no earlier one matched.
func (c *compiler) exchanges(e *Expanded) curve {
	r := e.MX[min(c.family, len(e.MX)-1)]
	switch {
	case r.Unknown():
		return c.flat(c.failed(e, r.Err))
	case len(r.Answer.Records) > maxMX: // RFC 7208 §4.6.4
		if c.mend() {
			return c.flat(c.noMatch(e, false))
		}
		return c.flat(c.stop(e, ResultPermError, CauseMXHosts, nil))
	case !r.Is(resolver.Data):
		return c.flat(c.noMatch(e, true))
	}
	rest := c.noMatch(e, false)
	all := c.flat(rest)
	for _, host := range byPreference(r.Answer.Records) {
		i := slices.IndexFunc(e.Hosts, func(h *Host) bool { return h.Name == host })
		if i < 0 {
			continue
		}
		all = joinCurves(all, c.addresses(e, e.Hosts[i], rest), func(earlier, this valueID) valueID {
			if earlier == rest {
				return this
			}
			return c.either(earlier, this)
		})
	}
	return all
}

// either joins what an earlier host left open with what this one does: where
// the earlier one is decided, that stands.
func (c *compiler) either(earlier, this valueID) valueID {
	pending := slices.ContainsFunc(c.values[earlier], func(f fate) bool { return !f.ended })
	if !pending {
		return earlier
	}
	decided := slices.DeleteFunc(slices.Clone(c.values[earlier]), func(f fate) bool { return !f.ended })
	return c.intern(append(decided, c.values[this]...))
}

// family returns the answer for the type that a client of the family needs.
func (h *Host) family(family int) checks.Result {
	if family == family4 {
		return h.A
	}
	return h.AAAA
}
