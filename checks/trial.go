package checks

import (
	"context"
	"slices"

	"mailauth/resolver"
)

// maxTrials bounds the work that one domain's fixes can cause.
const maxTrials = 60

// tryFixes lays every fix without choices over the audited DNS, audits again
// and writes down whether the fix holds. A fix is verified only if its finding
// is gone, nothing of the same weight or worse is new, no question that was
// answered is now open, and no guard objects.
func (o *outcome) tryFixes(ctx context.Context, r resolver.Resolver, opts Options) error {
	trials := 0
	for i := range o.findings {
		for j := range o.findings[i].Fixes {
			fix := &o.findings[i].Fixes[j]
			switch {
			case len(fix.Choices) > 0 || len(fix.Edits) == 0:
				fix.Reason = &Text{ID: "trial.needs-choice"}
				continue
			case trials == maxTrials:
				fix.Reason = &Text{ID: "trial.too-many", Args: Args{"max": maxTrials}}
				continue
			}
			trials++
			if err := o.try(ctx, &o.findings[i], fix, r, opts); err != nil {
				return err
			}
		}
	}
	return nil
}

func (o *outcome) try(ctx context.Context, target *Finding, fix *Fix, r resolver.Resolver, opts Options) error {
	patched, err := resolver.Patch(ctx, fix.Edits, r)
	if err != nil {
		fix.Reason = &Text{ID: "trial.cannot-apply", Args: Args{"error": err.Error()}}
		return nil
	}
	after, err := run(ctx, o.audit.domain, patched, o.audit.list, opts)
	if err != nil {
		return err
	}
	for _, f := range after.findings {
		switch f.Severity {
		case Error:
			fix.Errors++
		case Warning:
			fix.Warnings++
		}
	}
	fix.Reason = o.objection(after, target, fix)
	fix.Verified = fix.Reason == nil
	return nil
}

// objection says why a tried fix is not verified, or nil.
func (o *outcome) objection(after *outcome, target *Finding, fix *Fix) *Text {
	print := target.Fingerprint()
	for _, f := range after.findings {
		if f.Fingerprint() == print {
			return &Text{ID: "trial.still-there"}
		}
	}
	if f := o.firstNew(after, target.Severity); f != nil {
		return &Text{ID: "trial.new-finding", Args: Args{"rule": f.Rule.ID, "name": f.Name}}
	}
	if q, ok := o.firstNewFailure(after); ok {
		return &Text{ID: "trial.unknown", Args: Args{"question": q.String()}}
	}
	if fix.Weakens {
		return nil
	}
	for _, c := range o.audit.list {
		if c.Guard == nil {
			continue
		}
		if losses := c.Guard(o.audit.passes[c], after.audit.passes[c]); len(losses) > 0 {
			return &losses[0]
		}
	}
	return nil
}

// firstNew returns a finding of the trial, at or above the severity, that the
// audit did not have. What it had with less weight is not new: once a record
// can be read, what is wrong beside it may count for more.
func (o *outcome) firstNew(after *outcome, least Severity) *Finding {
	had := map[string]bool{}
	for _, f := range o.findings {
		had[f.Fingerprint()] = true
		for _, r := range f.Related {
			had[r.Fingerprint] = true
		}
	}
	for i, f := range after.findings {
		if f.Severity >= least && f.Rule != TempFail && !had[f.Fingerprint()] {
			return &after.findings[i]
		}
	}
	return nil
}

// firstNewFailure returns a question that blocks a rule in the trial and
// blocked none before.
func (o *outcome) firstNewFailure(after *outcome) (resolver.Question, bool) {
	var before []resolver.Question
	for _, f := range o.findings {
		if f.Rule == TempFail {
			before = append(before, resolver.Question{Name: f.Name, Type: f.Type})
		}
	}
	for _, f := range after.findings {
		q := resolver.Question{Name: f.Name, Type: f.Type}
		if f.Rule == TempFail && !slices.Contains(before, q) {
			return q, true
		}
	}
	return resolver.Question{}, false
}
