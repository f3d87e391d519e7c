package spf

import (
	"cmp"
	"context"
	"net/netip"
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

// test evaluates a mechanism without its qualifier: a pass is a match, nil is
// none, all else ends the evaluation.
func (c *checker) test(ctx context.Context, f *frame, t *Term, at int) *verdict {
	switch {
	case t.Kind == All, t.Prefix.IsValid() && t.Prefix.Contains(c.query.IP): // RFC 7208 §5.1, §5.6
		return f.match(t)
	case t.Prefix.IsValid():
		return nil
	}
	name, v := c.target(ctx, f, t, at)
	switch {
	case v != nil:
		return v
	case t.Kind == Include:
		return c.include(ctx, f, t, name)
	case name == "":
		return nil // RFC 7208 §4.8: where the name cannot be one, the term does not match
	}
	return c.lookUp(ctx, f, t, at, name)
}

// target counts a term and expands its name, which is empty if nobody can be
// asked for it. A verdict ends the evaluation.
func (c *checker) target(ctx context.Context, f *frame, t *Term, at int) (string, *verdict) {
	if !c.count(t, at) {
		return "", f.decide(ResultPermError, CauseLookups, t)
	}
	name, v := c.name(ctx, f, t)
	c.eval.Steps[at].Target = name
	return name, v
}

// count enters a term into the number of look-ups before anything is asked. The
// eleventh is one too many. RFC 7208 §4.6.4.
func (c *checker) count(t *Term, at int) bool {
	for range t.cost() {
		c.eval.Lookups++
		c.eval.Steps[at].Lookup = c.eval.Lookups
		if c.eval.Lookups > MaxLookups && !c.query.Unlimited {
			return false
		}
	}
	return true
}

// include matches if the target's policy lets the client pass. RFC 7208 §5.2.
func (c *checker) include(ctx context.Context, f *frame, t *Term, name string) *verdict {
	v := c.follow(ctx, f, t, name)
	switch v.result {
	case ResultFail, ResultSoftFail, ResultNeutral:
		return nil
	case ResultNone:
		return f.decide(ResultPermError, CauseIncludeNone, t)
	}
	return v
}

// lookUp evaluates the mechanisms that look at what stands at a name.
func (c *checker) lookUp(ctx context.Context, f *frame, t *Term, at int, name string) *verdict {
	switch t.Kind {
	case MX:
		return c.mx(ctx, f, t, at, name)
	case PTR:
		return c.ptr(ctx, f, t, at, name)
	}
	asked := c.addressType()
	if t.Kind == Exists { // RFC 7208 §5.7: type A even for IPv6 clients
		asked = resolver.TypeA
	}
	r := c.ask(ctx, name, asked)
	switch {
	case r.Unknown():
		return f.fail(r.Err, t)
	case t.Kind == Exists && r.Is(resolver.Data), t.Kind == A && c.near(r, t): // RFC 7208 §5.3
		return f.match(t)
	}
	return c.void(f, t, at, r)
}

// mx matches the addresses of a domain's mail exchanges. RFC 7208 §5.4.
func (c *checker) mx(ctx context.Context, f *frame, t *Term, at int, name string) *verdict {
	r := c.ask(ctx, name, resolver.TypeMX)
	switch {
	case r.Unknown():
		return f.fail(r.Err, t)
	case len(r.Answer.Records) > maxMX: // RFC 7208 §4.6.4
		return f.decide(ResultPermError, CauseMXHosts, t)
	}
	for _, host := range byPreference(r.Answer.Records) {
		addresses := c.ask(ctx, host, c.addressType())
		switch {
		case addresses.Unknown():
			return f.fail(addresses.Err, t)
		case c.near(addresses, t):
			return f.match(t)
		}
	}
	return c.void(f, t, at, r)
}

// byPreference lists the hosts of MX records in the order in which they are
// asked for; those of one preference by name, so that runs agree.
func byPreference(records []resolver.Record) []string {
	var exchanges []resolver.MX
	for _, r := range records {
		if mx, ok := r.Data.(resolver.MX); ok && mx.Host != "." { // RFC 7505 §3: the null MX names no host
			exchanges = append(exchanges, mx)
		}
	}
	slices.SortFunc(exchanges, func(a, b resolver.MX) int {
		return cmp.Or(cmp.Compare(a.Preference, b.Preference), cmp.Compare(a.Host, b.Host))
	})
	hosts := make([]string, len(exchanges))
	for i, mx := range exchanges {
		hosts[i] = mx.Host
	}
	return hosts
}

// void counts a look-up that was answered with nothing; a verdict says that it
// was one too many. Such a term cannot have matched. RFC 7208 §4.6.4.
func (c *checker) void(f *frame, t *Term, at int, r checks.Result) *verdict {
	if r.Is(resolver.Data) {
		return nil
	}
	c.eval.Voids++
	c.eval.Steps[at].Void = true
	if c.eval.Voids > MaxVoids && !c.query.Unlimited {
		return f.decide(ResultPermError, CauseVoids, t)
	}
	return nil
}

// addressType is the type that the client's family asks for. RFC 7208 §5.3.
func (c *checker) addressType() resolver.Type {
	if c.query.IP.Is4() {
		return resolver.TypeA
	}
	return resolver.TypeAAAA
}

// near reports whether the client is in the network that a term draws around
// one of the addresses. RFC 7208 §5.3, §5.4.
func (c *checker) near(r checks.Result, t *Term) bool {
	bits := t.CIDR4
	if c.query.IP.Is6() {
		bits = t.CIDR6
	}
	return slices.ContainsFunc(r.Answer.Records, func(record resolver.Record) bool {
		network, err := address(record.Data).Prefix(bits)
		return err == nil && network.Contains(c.query.IP)
	})
}

// address returns the address of an A or AAAA record.
func address(data resolver.RData) netip.Addr {
	switch data := data.(type) {
	case resolver.A:
		return data.Addr
	case resolver.AAAA:
		return data.Addr
	}
	return netip.Addr{}
}
