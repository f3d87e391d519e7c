package checks

import "slices"

// Report is the outcome of one domain's audit: plain data, no language in it.
// Its order is stable: the same answers give the same report.
type Report struct {
	// Domain is the audited name, canonical.
	Domain   string
	Verdict  Status
	Checks   []CheckReport
	Findings []Finding
}

// CheckReport is the outcome of one check.
type CheckReport struct {
	Name    string
	Status  Status
	Facts   any
	Summary []Text
	Details []Text
}

// Count returns the number of findings of the severity.
func (r *Report) Count(s Severity) int {
	n := 0
	for _, f := range r.Findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

// report assembles the checks' statuses.
func (o *outcome) report() *Report {
	report := &Report{Domain: o.audit.domain, Verdict: StatusNone, Findings: o.findings}
	for _, c := range o.audit.list {
		status, counts := o.status(c)
		if counts {
			report.Verdict = report.Verdict.Worse(status)
		}
		report.Checks = append(report.Checks, CheckReport{
			Name: c.Name, Status: status, Facts: o.audit.factsOf(c), Summary: o.judgements[c].Summary, Details: o.judgements[c].Details,
		})
	}
	return report
}

// status derives a check's status, and whether it counts in the verdict: a
// check that says of itself that too little is known does not, unless findings
// or failed questions decide.
func (o *outcome) status(c *Check) (s Status, counts bool) {
	s = StatusPass
	if len(c.Rules) == 0 {
		s = StatusNone
	}
	if own := o.judgements[c].Status; own != "" {
		s = own
	}
	decided := len(o.audit.open[c]) > 0
	if decided {
		s = s.Worse(StatusUnknown)
	}
	for _, f := range o.findings {
		if f.Check != c.Name {
			if f.Severity >= Warning && o.tells(f, c) {
				s, decided = s.Worse(StatusWarn), true
			}
			continue
		}
		switch {
		case f.Severity == Error:
			s, decided = s.Worse(StatusFail), true
		case f.Severity == Warning:
			s, decided = s.Worse(StatusWarn), true
		}
	}
	return s, decided || s != StatusUnknown
}

// tells reports whether a consequence of the finding, worth more than an info,
// is about the check: what is said in another check's name keeps this one from
// being in order.
func (o *outcome) tells(f Finding, c *Check) bool {
	for _, r := range Rules(o.audit.list) {
		folded := slices.ContainsFunc(f.Related, func(related Related) bool { return related.Rule == r.ID })
		if folded && r.Severity >= Warning && r.Protocol() == c.Name {
			return true
		}
	}
	return false
}
