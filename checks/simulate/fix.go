package simulate

import (
	"cmp"
	"context"
	"net/netip"

	"go4.org/netipx"

	"mailauth/checks"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

// maxTerms is how many terms one change adds to a record: a list of hundreds is
// no record any more.
const maxTerms = 10

// mend looks for the change by which addresses that do not pass would: one for
// each address of a handful, and one for all together.
func (s *simulator) mend(ctx context.Context, report *Report) {
	if !s.options.Fix {
		return
	}
	var stopped []stop
	seen := map[netip.Addr]bool{}
	for _, simulation := range report.Simulations {
		addr := simulation.Target.Prefix.Addr().Unmap()
		if !simulation.Target.Single() || seen[addr] {
			continue
		}
		seen[addr] = true
		v := simulation.Verdict
		advice := s.advise(addr, v)
		if s.handful {
			v.Advice = advice
		}
		if advice == nil && v.Passes() == checks.No {
			stopped = append(stopped, stop{addr, s.stoppedAt(v.SPF), v})
		}
	}
	if s.handful {
		for _, one := range stopped {
			one.verdict.Fix = s.fix(ctx, one)
		}
	}
	if len(stopped) > 1 {
		report.Fix = s.fix(ctx, stopped...)
	}
}

// stop is an address that does not pass, and the offset of the domain's own
// record at which it was stopped.
type stop struct {
	addr    netip.Addr
	at      int
	verdict *Verdict
}

// stoppedAt finds the term of the own record at which an evaluation ended, or
// by which it left for another record. What is not known is the first.
func (s *simulator) stoppedAt(e spf.Evaluation) int {
	record := s.facts.Root.Record
	if record == nil || len(e.Steps) == 0 {
		return 0
	}
	evaluated := 0 // mechanisms of the own record, in order; the redirect comes last
	for _, step := range e.Steps {
		if step.Depth == 0 {
			evaluated++
		}
	}
	for _, t := range record.Terms {
		if t.Kind.Mechanism() {
			evaluated--
		}
		if evaluated == 0 && e.Cause != spf.CauseDefault {
			return t.Span.Start
		}
	}
	return len(record.Text)
}

// fix is the tried change that adds addresses to the record, nil if they are
// too many or somebody else's record is in the way.
func (s *simulator) fix(ctx context.Context, stopped ...stop) *checks.Fix {
	var b netipx.IPSetBuilder
	at := stopped[0].at
	for _, one := range stopped {
		b.Add(one.addr)
		at = min(at, one.at)
	}
	networks := setOf(&b).Prefixes()
	if len(networks) > maxTerms {
		return nil
	}
	if s.facts.Root.Record == nil {
		return s.firstRecord(networks)
	}
	edit, ok := s.facts.Root.Authorize(at, networks...)
	if !ok {
		return nil
	}
	fix := &checks.Fix{Title: checks.T("fix.spf-authorize", checks.Args{"addresses": shown(networks), "domain": s.domain}), Edits: []resolver.Edit{edit}}
	fix.Reason = s.objection(ctx, fix.Edits, stopped)
	fix.Verified = fix.Reason == nil
	return fix
}

// firstRecord is the form of a record for a domain that has none: who else sends
// for it nobody but its owner knows.
func (s *simulator) firstRecord(networks []netip.Prefix) *checks.Fix {
	text := "v=spf1"
	for _, term := range spf.NetworkTerms(networks...) {
		text += " " + term
	}
	return &checks.Fix{
		Title:   checks.T("fix.spf-publish", nil),
		Edits:   []resolver.Edit{s.facts.Root.Publish(text + " <senders> ~all")},
		Choices: []checks.Choice{{Name: "senders", Text: checks.T("choice.spf-other-senders", nil)}},
		Reason:  &checks.Text{ID: "trial.needs-choice"},
	}
}

func shown(networks []netip.Prefix) []string {
	var texts []string
	for _, p := range networks {
		if p.IsSingleIP() {
			texts = append(texts, p.Addr().String())
		} else {
			texts = append(texts, p.String())
		}
	}
	return texts
}

// objection lays a change over the DNS and says why it does not hold, nil if it
// does: the addresses pass, the record is one without a mistake, and nobody else
// fares worse.
func (s *simulator) objection(ctx context.Context, edits []resolver.Edit, stopped []stop) *checks.Text {
	patched, err := resolver.Patch(ctx, edits, s.resolver)
	if err != nil {
		return checks.CannotApply(err)
	}
	patched = cached(ctx, patched)
	facts := spf.Expand(ctx, patched, s.domain, s.mail.identity())
	after := spf.Compile(facts.Root, spf.CompileOptions{})
	for i, one := range stopped {
		if i >= Handful && after.At(one.addr).Results() == spf.Of(spf.ResultPass) {
			continue
		}
		if text := refused(spf.CheckHost(ctx, patched, s.query(one.addr)), one.addr); text != nil {
			return text
		}
	}
	for _, change := range spf.Diff(s.policy, after) {
		if text := s.worse(change, after); text != nil {
			return text
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
