package checks

import (
	"context"
	"fmt"
	"slices"

	"mailauth/resolver"
)

// maxTrials bounds the work that one domain's fixes can cause, and fewTrials
// that of a domain where nearly everything is wrong.
const (
	maxTrials    = 60
	fewTrials    = 10
	manyFindings = 200
)

// tryFixes lays every fix without choices over the audited DNS, audits again
// and writes down whether the fix holds. A fix is verified only if its finding
// is gone, nothing of the same weight or worse is new, no question that was
// answered is now open, and no guard objects.
func (o *outcome) tryFixes(ctx context.Context, r resolver.Resolver, opts Options) error {
	trials, limit := map[string]trial{}, maxTrials
	if len(o.findings) > manyFindings {
		limit = fewTrials
	}
	for i := range o.findings {
		for j := range o.findings[i].Fixes {
			fix := &o.findings[i].Fixes[j]
			if len(fix.Choices) > 0 || len(fix.Edits)+len(fix.Documents) == 0 {
				fix.Reason = &Text{ID: "trial.needs-choice"}
				continue
			}
			key := fmt.Sprint(fix.Edits, fix.Documents)
			t, done := trials[key]
			if !done && len(trials) == limit {
				fix.Reason = &Text{ID: "trial.too-many", Args: Args{"max": limit}}
				continue
			}
			if !done {
				var err error
				if t, err = o.try(ctx, fix, r, opts); err != nil {
					return err
				}
				trials[key] = t
			}
			o.weigh(&o.findings[i], fix, t)
		}
	}
	return nil
}

// trial is the audit with some edits made and documents published, or why they cannot be made. Several
// findings can propose the same edits.
type trial struct {
	after  *outcome
	cannot error
}

func (o *outcome) try(ctx context.Context, fix *Fix, r resolver.Resolver, opts Options) (trial, error) {
	patched, err := resolver.Patch(ctx, fix.Edits, r)
	if err != nil {
		return trial{cannot: err}, nil
	}
	if len(fix.Documents) > 0 {
		opts.Fetcher = published{fix.Documents, opts.Fetcher}
	}
	after, err := run(ctx, o.audit.domain, patched, o.audit.list, opts)
	return trial{after: after}, err
}

// weigh writes down what the trial says of a finding's fix.
func (o *outcome) weigh(target *Finding, fix *Fix, t trial) {
	if t.cannot != nil {
		fix.Reason = CannotApply(t.cannot)
		return
	}
	for _, f := range t.after.findings {
		switch f.Severity {
		case Error:
			fix.Errors++
		case Warning:
			fix.Warnings++
		}
	}
	fix.Reason = o.objection(t.after, target, fix)
	fix.Verified = fix.Reason == nil
}

// objection says why a tried fix is not verified, or nil.
func (o *outcome) objection(after *outcome, target *Finding, fix *Fix) *Text {
	print := target.Fingerprint()
	if after.had()[print] {
		return &Text{ID: "trial.still-there"}
	}
	if f := o.firstNew(after, max(target.Severity, Warning)); f != nil {
		return &Text{ID: "trial.new-finding", Args: Args{"rule": f.Rule.ID, "name": f.Name}}
	}
	if q, ok := o.firstNewOpen(after); ok {
		return &Text{ID: "trial.unknown", Args: Args{"question": q.String()}}
	}
	for _, c := range o.audit.list {
		if c.Guard == nil || c.Name == fix.Weakens {
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
// can be read, what is wrong beside it may count for more. An info is a fact,
// and facts that a fix makes (a null MX, a softer end) are no objection to it.
func (o *outcome) firstNew(after *outcome, least Severity) *Finding {
	had := o.had()
	for i, f := range after.findings {
		if f.Severity >= least && f.Rule != TempFail && !had[f.Fingerprint()] {
			return &after.findings[i]
		}
	}
	return nil
}

// had are the fingerprints of the findings, and of those folded into them.
func (o *outcome) had() map[string]bool {
	had := map[string]bool{}
	for _, f := range o.findings {
		had[f.Fingerprint()] = true
		for _, r := range f.Related {
			had[r.Fingerprint] = true
		}
	}
	return had
}

// firstNewOpen returns a question that nobody answers to a check in the trial,
// and that the check did not miss before: it became unknown, or more so.
func (o *outcome) firstNewOpen(after *outcome) (resolver.Question, bool) {
	for _, c := range o.audit.list {
		for _, q := range after.audit.open[c] {
			if !slices.Contains(o.audit.open[c], q) {
				return q, true
			}
		}
	}
	return resolver.Question{}, false
}
