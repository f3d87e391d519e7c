package simulate

import (
	"context"
	"math/big"
	"net/netip"
	"slices"
	"sync"

	"go4.org/netipx"

	"mailauth/checks/spf"
)

// parallel is how many addresses are evaluated at a time: each asks one
// question after the other.
const parallel = 16

// choose decides which addresses are evaluated for themselves.
func (s *simulator) choose(targets []Target) {
	singles := 0
	for _, t := range targets {
		if t.Single() {
			singles++
		}
	}
	s.handful = singles <= Handful
	if s.policy == nil {
		return
	}
	for _, t := range targets {
		if t.Single() {
			addr := t.Prefix.Addr()
			s.want(addr, s.handful || open(s.policy.At(addr)))
			continue
		}
		for _, region := range s.policy.Within(t.Prefix) {
			if s.spreads(region) {
				eachAddress(region.Ranges, func(addr netip.Addr) { s.want(addr, true) })
			}
		}
	}
}

func (s *simulator) want(addr netip.Addr, wanted bool) {
	if _, known := s.asked[addr]; wanted && !known && len(s.list) < MaxAsked {
		s.asked[addr] = nil
		s.list = append(s.list, addr)
	}
}

// open reports a cell whose result, or the way to it, the policy does not
// settle.
func open(c spf.Cell) bool {
	endings := c.Endings()
	return len(endings) > 1 || endings[0].Result == spf.ResultUnknown
}

// spreads reports a region that is small enough to be evaluated address by
// address, if that settles anything.
func (s *simulator) spreads(region spf.Region) bool {
	if _, certain := region.Results().Only(); certain || !s.dependsOnAddress(region.Cell) {
		return false
	}
	return spf.Addresses(region.Prefixes()).Cmp(big.NewInt(MaxSpread)) <= 0
}

func eachAddress(ranges []netipx.IPRange, visit func(netip.Addr)) {
	for _, r := range ranges {
		for addr := r.From(); ; addr = addr.Next() {
			visit(addr)
			if addr == r.To() {
				break
			}
		}
	}
}

// askAll evaluates the chosen addresses.
func (s *simulator) askAll(ctx context.Context) {
	evaluations := make([]spf.Evaluation, len(s.list))
	var all sync.WaitGroup
	places := make(chan struct{}, parallel)
	for i, addr := range s.list {
		places <- struct{}{}
		all.Go(func() {
			evaluations[i] = spf.CheckHost(ctx, s.resolver, s.query(addr))
			<-places
		})
	}
	all.Wait()
	for i, addr := range s.list {
		s.asked[addr] = &evaluations[i]
	}
	s.askExactly(ctx)
}

// askExactly asks for the policy of addresses whose evaluation came to a macro
// without a value, if other terms have macros that only the address fills: what
// these find is the same whatever the message is.
func (s *simulator) askExactly(ctx context.Context) {
	byAddress := func(e *spf.Expanded) bool {
		return e.Domain != nil && e.Domain.Uses("i") && !e.Domain.Uses("p") && e.ByAddress()
	}
	if s.policy == nil || !slices.ContainsFunc(dynamicTerms(s.facts.Root, map[*spf.Domain]bool{}), byAddress) {
		return
	}
	var open []netip.Addr
	for _, addr := range s.list {
		if s.asked[addr].Result == spf.ResultUnknown && s.asked[addr].Cause == spf.CauseMacro && len(open) < maxExact {
			open = append(open, addr)
		}
	}
	cells := make([]spf.Cell, len(open))
	var all sync.WaitGroup
	places := make(chan struct{}, parallel)
	for i, addr := range open {
		places <- struct{}{}
		all.Go(func() {
			from := s.mail.identity()
			from.IP = addr
			cells[i] = spf.Compile(spf.Expand(ctx, s.resolver, s.domain, from).Root, spf.CompileOptions{}).At(addr)
			<-places
		})
	}
	all.Wait()
	for i, addr := range open {
		s.exact[addr] = cells[i]
	}
}

func (s *simulator) query(addr netip.Addr) spf.Query {
	return spf.Query{IP: addr, Domain: s.mail.Domain, Sender: s.mail.MailFrom(), HELO: s.mail.HELO, Time: s.options.Now}
}
