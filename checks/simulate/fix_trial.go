package simulate

import (
	"cmp"
	"context"
	"net/netip"

	"mailauth/checks"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

// objection lays a change over the DNS and says why it does not hold, nil if it
// does: the networks pass, the record is one without a mistake, and nobody else
// fares worse.
func (s *simulator) objection(ctx context.Context, edits []resolver.Edit, wishes []wish) *checks.Text {
	patched, err := resolver.Patch(ctx, edits, s.resolver)
	if err != nil {
		return checks.CannotApply(err)
	}
	patched = cached(ctx, patched)
	facts := spf.Expand(ctx, patched, s.domain, s.mail.identity())
	after := spf.Compile(facts.Root, spf.CompileOptions{})
	for i, one := range wishes {
		for _, network := range one.networks {
			if text := s.stillStopped(ctx, patched, after, network, i < Handful); text != nil {
				return text
			}
		}
	}
	for _, change := range spf.Diff(s.policy, after) {
		if text := s.worse(change, after); text != nil {
			return text
		}
	}
	return nil
}

// stillStopped says how a network fares that still does not pass; of some, the
// first address is evaluated for itself too.
func (s *simulator) stillStopped(ctx context.Context, patched resolver.Resolver, after *spf.Policy, network netip.Prefix, check bool) *checks.Text {
	for _, region := range after.Within(network) {
		addr := region.Ranges[0].From()
		if check || region.Results() != spf.Of(spf.ResultPass) {
			if text := refused(spf.CheckHost(ctx, patched, s.query(addr)), addr); text != nil {
				return text
			}
		}
	}
	return nil
}

// refused says how an address fares that still does not pass.
func refused(e spf.Evaluation, addr netip.Addr) *checks.Text {
	var question resolver.Question
	if failure, ok := asError(e.Err); ok {
		question = failure.Question
	}
	switch {
	case e.Result == spf.ResultPass:
		return nil
	case question != resolver.Question{}:
		return &checks.Text{ID: "trial.unknown", Args: checks.Args{"question": question.String()}}
	}
	return &checks.Text{ID: "trial.spf-still-stopped", Args: checks.Args{"ip": addr.String(), "result": e.Result.String(), "term": e.Term}}
}

// worse says who loses by a change of policy: whoever passes, or may, and does
// not any more, and whoever now meets an error.
func (s *simulator) worse(change spf.Change, after *spf.Policy) *checks.Text {
	pass := spf.Of(spf.ResultPass)
	first := change.Set.Prefixes()[0]
	switch {
	case change.From == pass && change.To != pass, change.From.Has(spf.ResultPass) && !change.To.Has(spf.ResultPass):
		term := s.policy.At(first.Addr()).Endings()[0].Decision().Term
		return &checks.Text{ID: "trial.spf-removes-term", Args: checks.Args{"term": cmp.Or(term, s.domain), "addresses": shown([]netip.Prefix{first})[0]}}
	case change.To.Has(spf.ResultPermError) && !change.From.Has(spf.ResultPermError):
		return &checks.Text{ID: "trial.spf-permerror", Args: checks.Args{"addresses": shown([]netip.Prefix{first})[0]}}
	case unsettled(change.To) && !unsettled(change.From):
		return &checks.Text{ID: "trial.unknown", Args: checks.Args{"question": questionOf(after.At(first.Addr()).Endings()[0].Decision().Err)}}
	}
	return nil
}
