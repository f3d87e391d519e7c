package simulate

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"

	blitiri "blitiri.com.ar/go/spf"

	"mailauth/checks"
	"mailauth/checks/spf"
	"mailauth/resolver"
	"mailauth/resolver/adapter"
)

// Engine is the import path of the other implementation.
const Engine = "blitiri.com.ar/go/spf"

// askSecond asks for second opinions: about every address of a handful, else
// about the first address of each cell or region; Handful in all.
func (s *simulator) askSecond(ctx context.Context, simulations []Simulation) {
	if !s.options.Second || s.policy == nil {
		return
	}
	asked := map[*Verdict]bool{}
	ask := func(v *Verdict, addr netip.Addr) {
		if asked[v] || len(asked) == Handful {
			return
		}
		asked[v] = true
		v.Second = s.second(ctx, addr, v)
	}
	for _, simulation := range simulations {
		if simulation.Target.Single() {
			ask(simulation.Verdict, simulation.Target.Prefix.Addr())
		}
		for _, region := range simulation.Regions {
			ask(region.Verdict, region.Prefixes[0].Addr())
		}
	}
}

// second is the other implementation's answer for an address, nil where it
// cannot be asked the same question: it takes the domain from the sender, so
// that macros would show it another one, and the result must be certain.
func (s *simulator) second(ctx context.Context, addr netip.Addr, v *Verdict) *SecondOpinion {
	sender := s.mail.MailFrom()
	if _, domain, _ := strings.Cut(sender, "@"); !sameName(domain, s.mail.Domain) {
		sender = "postmaster@" + strings.TrimSuffix(s.domain, ".")
		if uses(s.facts.Root, "slo", map[*spf.Domain]bool{}) {
			return nil
		}
	}
	_, certain := v.Possible.Only()
	if !certain || s.mail.HELO == "" && uses(s.facts.Root, "h", map[*spf.Domain]bool{}) {
		return nil
	}
	ours := s.asked[addr.Unmap()]
	if ours == nil {
		e := spf.CheckHost(ctx, s.resolver, s.query(addr))
		ours = &e
	}
	ask := func(r resolver.Resolver) (blitiri.Result, error) {
		return blitiri.CheckHostWithSender(net.IP(addr.Unmap().AsSlice()), s.mail.HELO, sender,
			blitiri.WithContext(ctx), blitiri.WithResolver(adapter.BlitiriSPFFor(r, addr)))
	}
	result, err := ask(s.resolver)
	opinion := &SecondOpinion{Engine: Engine, Result: resultNamed(string(result))}
	if same(ours.Result, opinion.Result) {
		return opinion
	}
	opinion.Differs = true
	d := disagreement{addr: addr.Unmap(), ours: *ours, theirs: opinion.Result, err: err}
	if ours.Cause == spf.CauseSyntax {
		_, err := ask(plainlyBroken(s.resolver, *ours))
		d.read = errors.Is(err, blitiri.ErrUnknownField)
	}
	reason := d.reason()
	opinion.Reason = &reason
	return opinion
}

// same reports that two results agree. Where a question was not put at all we
// say nothing that another result could contradict.
func same(ours, theirs spf.Result) bool {
	return ours == theirs || ours == spf.ResultUnknown
}

func resultNamed(name string) spf.Result {
	for r := range spf.ResultUnknown {
		if r.String() == name {
			return r
		}
	}
	return spf.ResultUnknown
}

// uses reports that a macro letter occurs in a tree, in a term that is evaluated.
func uses(d *spf.Domain, letters string, seen map[*spf.Domain]bool) bool {
	if d == nil || seen[d] {
		return false
	}
	seen[d] = true
	for _, e := range d.Terms {
		if e.Reachable && e.Kind != spf.Exp && e.Domain != nil && e.Domain.Uses(letters) {
			return true
		}
		if uses(e.Target, letters, seen) || uses(e.Target6, letters, seen) {
			return true
		}
	}
	return false
}

// disagreement is where the two implementations differ.
type disagreement struct {
	addr   netip.Addr
	ours   spf.Evaluation
	theirs spf.Result
	err    error // what the other one says of its result
	read   bool  // it read the term that is a mistake
}

// reason is the first of the known differences that applies.
func (d disagreement) reason() checks.Text {
	for _, known := range differences {
		if known.applies(d) {
			return checks.T(known.id, checks.Args{"term": d.ours.Term})
		}
	}
	return checks.T("second.unexplained", checks.Args{"term": d.ours.Term})
}
