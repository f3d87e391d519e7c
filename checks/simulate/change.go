package simulate

import (
	"context"
	"net/netip"

	"go4.org/netipx"

	"mailauth/checks"
	"mailauth/resolver"
)

// Comparison is the answer about all targets before and after a change.
type Comparison struct {
	Before, After *Report
	// Changes are the answers, one for each target and in that order.
	Changes    []Change
	Transition Transition
}

// Change is what a change of the DNS does to one target.
type Change struct {
	Target        Target
	Before, After Simulation
	// Lost and Gained are the addresses of the target that certainly passed and
	// no longer certainly pass, and the other way round: minimal lists.
	Lost, Gained []netip.Prefix
	// Throughout says whether all addresses that pass before and after also pass
	// under every mixture of old and new records, while caches still hold old
	// ones: SPF, or with Options.DMARC the mail as a whole. Wavering are those of
	// them that do not pass under one, or of which it cannot be told.
	Throughout checks.Tri
	Wavering   []netip.Prefix
}

// Transition is what the evaluation meets on the way from old to new.
type Transition struct {
	// Sets are the RRsets that the evaluation meets and that differ, by name and
	// type.
	Sets []resolver.Changed
	// Open are the questions that one side or both left without an answer, so that
	// it is not known whether they differ.
	Open []resolver.Question
	// MaxTTL is how many seconds old answers may live, the largest of Sets;
	// AtLeast says that it may be longer: a cache was asked, or nobody told how
	// long an absence is kept.
	MaxTTL  uint32
	AtLeast bool
	// Mixtures is how many mixtures of old and new were tried.
	Mixtures int
	// TooMany says that there are more sets than all mixtures of can be tried.
	TooMany bool
}

// Compare answers for every target before and after a change, and on the way.
// The two resolvers answer for the two states of the DNS; the options are for
// the state after the change. An error means that the run was stopped.
func Compare(ctx context.Context, before, after resolver.Resolver, m Mail, targets []Target, o Options) (*Comparison, error) {
	worlds := mixer{ctx: ctx, mail: m, dmarc: o.DMARC, before: cached(ctx, before), after: cached(ctx, after)}
	c := &Comparison{Changes: make([]Change, len(targets))}
	_, c.Before = answer(ctx, worlds.before, m, targets, Options{Now: o.Now, DMARC: o.DMARC})
	s, report := answer(ctx, worlds.after, m, targets, o)
	c.After = report
	steady := worlds.throughout(c.After.Domain)
	for i, t := range targets {
		c.Changes[i] = compare(t, c.Before.Simulations[i], c.After.Simulations[i])
		c.Changes[i].judge(steady, &worlds)
	}
	s.mend(ctx, report, c.missing, func(i int) bool { return c.loses(i, s.lacks) })
	for i := range c.Changes {
		c.Changes[i].After = report.Simulations[i]
	}
	c.Transition = worlds.transition
	c.Transition.sum()
	return c, ctx.Err()
}

// missing is what to add after the change: an address that does not pass; of a
// prefix what it loses, or all of it if nothing of it passes on either side.
func (c *Comparison) missing(i int) []netip.Prefix {
	change, after := c.Changes[i], &c.After.Simulations[i]
	switch {
	case !after.Target.Single() && len(change.Lost) > 0:
		return change.Lost
	case after.Target.Single() || isEmpty(after.mayPass()):
		return after.lacking()
	}
	return nil
}

// loses reports a target of which something got for certain what is required,
// and does not any more. What never did may not be meant to: no change for all
// together lets it in.
func (c *Comparison) loses(i int, lacks func(*Verdict) bool) bool {
	gets := func(v *Verdict) bool { return !lacks(v) }
	was := c.Changes[i].Before.where(gets)
	return !isEmpty(without(was, c.After.Simulations[i].where(gets)))
}

func cached(ctx context.Context, r resolver.Resolver) resolver.Resolver {
	if _, is := r.(*resolver.Cache); is {
		return r
	}
	return resolver.NewCache(r, resolver.Within(ctx))
}

func compare(t Target, before, after Simulation) Change {
	c := Change{Target: t, Before: before, After: after}
	if t.Single() && before.Verdict.Passes() == after.Verdict.Passes() {
		return c // as most are, in a long list
	}
	was, is := before.passing(), after.passing()
	c.Lost, c.Gained = without(was, is).Prefixes(), without(is, was).Prefixes()
	return c
}

// passing are the addresses of the target that certainly pass, mayPass those
// that may.
func (s Simulation) passing() *netipx.IPSet {
	return s.where(func(v *Verdict) bool { return v.Passes() == checks.Yes })
}

func (s Simulation) mayPass() *netipx.IPSet {
	return s.where(func(v *Verdict) bool { return v.Passes() != checks.No })
}

func (s Simulation) where(wanted func(*Verdict) bool) *netipx.IPSet {
	var b netipx.IPSetBuilder
	if s.Target.Single() && wanted(s.Verdict) {
		b.AddPrefix(s.Target.Prefix)
	}
	for _, region := range s.Regions {
		if wanted(region.Verdict) {
			for _, prefix := range region.Prefixes {
				b.AddPrefix(prefix)
			}
		}
	}
	return setOf(&b)
}

func setOf(b *netipx.IPSetBuilder) *netipx.IPSet {
	set, err := b.IPSet()
	if err != nil { // only of addresses that are none
		return &netipx.IPSet{}
	}
	return set
}

func without(a, b *netipx.IPSet) *netipx.IPSet {
	var left netipx.IPSetBuilder
	left.AddSet(a)
	left.RemoveSet(b)
	return setOf(&left)
}

func within(a, b *netipx.IPSet) *netipx.IPSet {
	var both netipx.IPSetBuilder
	both.AddSet(a)
	both.Intersect(b)
	return setOf(&both)
}

func isEmpty(s *netipx.IPSet) bool { return len(s.Ranges()) == 0 }

// judge says whether the addresses that pass before and after do so on the way.
func (c *Change) judge(way steadiness, worlds *mixer) {
	c.Throughout = checks.Yes
	if c.Target.Single() {
		both := worlds.passes(c.Before.Verdict).And(worlds.passes(c.After.Verdict))
		if both == checks.No || both == checks.Yes && way.sure.Contains(c.Target.Prefix.Addr()) {
			return
		}
	}
	sure := func(v *Verdict) bool { return worlds.passes(v) == checks.Yes }
	possible := func(v *Verdict) bool { return worlds.passes(v) != checks.No }
	stay := within(c.Before.where(sure), c.After.where(sure))
	maybe := within(c.Before.where(possible), c.After.where(possible))
	if !isEmpty(without(maybe, stay)) {
		c.Throughout = checks.Open
	}
	wavering, throughout := worlds.wavering(without(stay, way.sure), way)
	c.Throughout, c.Wavering = c.Throughout.And(throughout), wavering.Prefixes()
}

// sum works out how long old answers live.
func (t *Transition) sum() {
	for _, set := range t.Sets {
		t.MaxTTL = max(t.MaxTTL, set.TTL)
		t.AtLeast = t.AtLeast || set.Cached || set.TTLUnknown
	}
}
