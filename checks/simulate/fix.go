package simulate

import (
	"cmp"
	"context"
	"net/netip"
	"slices"

	"go4.org/netipx"

	"mailauth/checks"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

const (
	// maxTerms is how many terms one change adds to a record: a list of hundreds
	// is no record any more.
	maxTerms = 10
	// A wider network is not added to a record on the strength of a question
	// about it.
	widest4, widest6 = 20, 48
)

// mend looks for the change by which the networks that a target lacks, by its
// number, would pass: one for each of a handful of targets, and one for all
// together.
//
// All together are those that joins has. Of several targets the change for all
// is offered also where one alone lacks anything, since two changes of one record
// undo each other.
func (s *simulator) mend(ctx context.Context, report *Report, lacks func(int) []netip.Prefix, joins func(int) bool) {
	if !s.options.Fix {
		return
	}
	var wishes []wish
	places := map[netip.Prefix]int{}
	for i := range report.Simulations {
		simulation := &report.Simulations[i]
		if _, seen := places[simulation.Target.Prefix]; seen {
			continue
		}
		places[simulation.Target.Prefix] = i
		one, advice := s.wish(simulation, lacks(i))
		one.joins = joins(i)
		one.alone = s.handful && len(wishes) < Handful
		if one.alone {
			simulation.advise(advice)
		}
		switch {
		case advice == nil && len(one.networks) > 0:
			wishes = append(wishes, one)
		case advice != nil || !isEmpty(simulation.where(s.lacks)):
			report.leave(one, advice)
		}
	}
	wishes = s.mendEach(ctx, report, wishes)
	if len(wishes) > 0 && len(report.Simulations) > 1 {
		report.Fix, report.Advice = s.fix(ctx, wishes...)
		for _, one := range wishes {
			report.Advice = cmp.Or(report.Advice, one.first())
		}
		report.cover(wishes, s.lacks)
	}
	slices.SortStableFunc(report.Left, func(a, b Left) int { return places[a.Target.Prefix] - places[b.Target.Prefix] })
}

// leave writes down a target of several that no change is offered for.
func (r *Report) leave(one wish, advice *checks.Text) {
	if len(r.Simulations) == 1 || !one.joins {
		return // the answer about it says so
	}
	r.Left = append(r.Left, Left{Target: one.of.Target, Advice: advice})
}

// lacks reports what does not get for certain what is required.
func (s *simulator) lacks(v *Verdict) bool {
	if s.options.DMARC {
		return v.DMARC.Result.passes() != checks.Yes
	}
	return v.Passes() != checks.Yes
}

// mendEach looks for the change for each, and returns the wishes that are left
// for all together: not those that stand behind an error which a term before it
// does not get round.
func (s *simulator) mendEach(ctx context.Context, report *Report, wishes []wish) (left []wish) {
	mended := map[int]bool{} // by place: a term there comes before the error
	for _, one := range wishes {
		if !one.alone && one.otherwise == nil {
			left = one.join(left)
			continue
		}
		works, tried := mended[one.at]
		if one.alone || !tried {
			fix, none := s.fix(ctx, one)
			if none != nil && one.alone {
				one.of.advise(none)
			}
			works = one.otherwise == nil || fix != nil && fix.Verified
			if one.otherwise != nil {
				mended[one.at] = works
			}
			one.offer(fix, works)
		}
		if works {
			left = one.join(left)
		} else {
			report.leave(one, one.otherwise)
		}
	}
	return left
}

// join adds it to those that one change is for, unless it is none of them.
func (w wish) join(all []wish) []wish {
	if !w.joins {
		return all
	}
	return append(all, w)
}

// offer writes down the change for one target, or why there is none.
func (w wish) offer(fix *checks.Fix, works bool) {
	switch {
	case !w.alone:
	case works:
		w.of.mend(fix, w.networks)
		if first := w.first(); first != nil {
			w.of.advise(first)
		}
	default:
		w.of.advise(w.otherwise)
	}
}

// cover writes down whom the change for all together lets pass.
func (r *Report) cover(wishes []wish, lacks func(*Verdict) bool) {
	if r.Fix == nil {
		return
	}
	covered := networksOf(wishes)
	r.FixCovers, r.FixCoversAll = covered.Prefixes(), true
	for _, one := range r.Simulations {
		rest := false
		if one.Target.Single() {
			rest = lacks(one.Verdict) && !covered.Contains(one.Target.Prefix.Addr().Unmap())
		} else {
			rest = !isEmpty(without(one.where(lacks), covered))
		}
		r.FixCoversAll = r.FixCoversAll && !rest
	}
}

func networksOf(wishes []wish) *netipx.IPSet {
	var b netipx.IPSetBuilder
	for _, one := range wishes {
		for _, network := range one.networks {
			b.AddPrefix(network)
		}
	}
	return setOf(&b)
}

// advise and mend write down what was found: for an address in its verdict.
func (s *Simulation) advise(advice *checks.Text) {
	if s.Target.Single() {
		s.Verdict.Advice = advice
	} else {
		s.Advice = advice
	}
}

func (s *Simulation) mend(fix *checks.Fix, covered []netip.Prefix) {
	if s.Target.Single() {
		s.Verdict.Fix = fix
	} else {
		s.Fix, s.FixCovers = fix, covered
	}
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

// fix is the tried change that adds networks to the record; nil, with a reason,
// if they are too many, and without if somebody else's record is in the way.
func (s *simulator) fix(ctx context.Context, wishes ...wish) (*checks.Fix, *checks.Text) {
	at := wishes[0].at
	for _, one := range wishes {
		at = min(at, one.at)
	}
	networks := networksOf(wishes).Prefixes()
	if len(networks) > maxTerms {
		return nil, &checks.Text{ID: "advice.too-many", Args: checks.Args{"count": len(networks), "limit": maxTerms, "domain": s.domain}}
	}
	if s.facts.Root.Record == nil {
		return s.firstRecord(networks), nil
	}
	edit, ok := s.facts.Root.Authorize(at, networks...)
	if !ok {
		return nil, nil
	}
	fix := &checks.Fix{Title: checks.T("fix.spf-authorize", checks.Args{"addresses": shown(networks), "domain": s.domain}), Edits: []resolver.Edit{edit}}
	fix.Reason = s.objection(ctx, fix.Edits, wishes)
	fix.Verified = fix.Reason == nil
	return fix, nil
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
