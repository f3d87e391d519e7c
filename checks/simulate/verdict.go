package simulate

import (
	"net/netip"
	"slices"

	"mailauth/checks/spf"
)

// ofAddress is the verdict of one address.
func (s *simulator) ofAddress(addr netip.Addr) *Verdict {
	addr = addr.Unmap().WithZone("")
	if s.policy == nil {
		return s.ofNoDomain()
	}
	if known := s.single[addr]; known != nil {
		return known
	}
	e := s.asked[addr]
	if e == nil {
		return s.ofUnasked(s.policy.At(addr))
	}
	s.single[addr] = s.ofEvaluation(addr, *e)
	return s.single[addr]
}

// ofEvaluation is the verdict of an address that was evaluated for itself. If a
// macro had no value there, the policy says what the message decides, without
// what the evaluation came past.
func (s *simulator) ofEvaluation(addr netip.Addr, e spf.Evaluation) *Verdict {
	if e.Result == spf.ResultUnknown && e.Cause == spf.CauseMacro {
		cell, known := s.exact[addr]
		if !known {
			cell = s.policy.At(addr)
		}
		left := slices.DeleteFunc(slices.Clone(cell.Endings()), func(ending spf.Ending) bool {
			return ending.Dynamic && passedBy(e, ending.Term())
		})
		if len(left) == 0 {
			left = cell.Endings()
		}
		v := s.ofEndings(left)
		v.Needs = slices.DeleteFunc(v.Needs, func(need string) bool { return need == NeedsIP }) // it is known
		return v
	}
	possible := spf.Of(e.Result)
	return &Verdict{Possible: possible, SPF: e, DMARC: s.dmarc.judge(possible, e.Err)}
}

// passedBy reports that an evaluation found that a term does not match.
func passedBy(e spf.Evaluation, t *spf.Expanded) bool {
	return t != nil && slices.ContainsFunc(e.Steps, func(step spf.Step) bool {
		return step.Domain == t.Owner.Name && step.Term == t.String() && step.Result == spf.ResultNone
	})
}

// ofUnasked is the verdict of an address that the policy is enough for, or that
// came after the last that could be asked about.
func (s *simulator) ofUnasked(c spf.Cell) *Verdict {
	if _, certain := c.Results().Only(); certain || len(s.list) < MaxAsked || !s.dependsOnAddress(c) {
		return s.ofCell(c)
	}
	if s.beyond == nil {
		possible := spf.Of(spf.ResultUnknown)
		s.beyond = &Verdict{Possible: possible, SPF: spf.Evaluation{Result: spf.ResultUnknown, Decision: spf.Decision{Cause: spf.CauseTooLarge}},
			DMARC: s.dmarc.judge(possible, nil)}
	}
	return s.beyond
}

// ofCell is the verdict that all addresses of a cell share.
func (s *simulator) ofCell(c spf.Cell) *Verdict {
	if s.shared[c] == nil {
		s.shared[c] = s.ofEndings(c.Endings())
	}
	return s.shared[c]
}

// ofEndings is the verdict where the evaluation can end in several ways.
func (s *simulator) ofEndings(endings []spf.Ending) *Verdict {
	v := &Verdict{}
	var failure error
	for _, e := range endings {
		v.Possible |= spf.Of(e.Result)
		failure = firstOf(failure, e.Decision().Err)
	}
	shown := -1 // what the message does not decide about, else the cheapest, which comes first
	for i, e := range endings {
		if e.Result == v.Possible.List()[0] && (shown < 0 || endings[shown].Dynamic && !e.Dynamic) {
			shown = i
		}
	}
	v.SPF = spf.Evaluation{Result: endings[shown].Result, Decision: endings[shown].Decision()}
	for _, e := range endings { // at most
		v.SPF.Lookups, v.SPF.Voids = max(v.SPF.Lookups, e.Lookups), max(v.SPF.Voids, e.Voids)
	}
	if _, certain := v.Possible.Only(); !certain {
		v.DependsOn, v.Needs = s.depends(endings)
	}
	v.DMARC = s.dmarc.judge(v.Possible, failure)
	return v
}

// ofNoDomain is the verdict where the checked name is none: RFC 7208 §4.3.
func (s *simulator) ofNoDomain() *Verdict {
	if s.bad == nil {
		possible := spf.Of(spf.ResultNone)
		s.bad = &Verdict{Possible: possible, SPF: spf.Evaluation{Result: spf.ResultNone, Decision: spf.Decision{Cause: spf.CauseBadDomain}},
			DMARC: s.dmarc.judge(possible, nil)}
	}
	return s.bad
}
