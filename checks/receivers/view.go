package receivers

import (
	"slices"

	"mailauth/checks"
	"mailauth/checks/dkim"
	"mailauth/checks/dmarc"
	"mailauth/checks/mx"
	"mailauth/checks/role"
	"mailauth/checks/spf"
)

// view is what a report shows. Facts of a check that did not run are nil.
type view struct {
	report *checks.Report
	spf    *spf.Facts
	dkim   *dkim.Facts
	dmarc  *dmarc.Facts
	mx     *mx.Facts
	role   *role.Facts
}

func viewOf(r *checks.Report) view {
	v := view{report: r}
	for _, c := range r.Checks {
		switch facts := c.Facts.(type) {
		case *spf.Facts:
			v.spf = facts
		case *dkim.Facts:
			v.dkim = facts
		case *dmarc.Facts:
			v.dmarc = facts
		case *mx.Facts:
			v.mx = facts
		case *role.Facts:
			v.role = facts
		}
	}
	return v
}

// status is that of a check; empty if it did not run.
func (v view) status(check string) checks.Status {
	for _, c := range v.report.Checks {
		if c.Name == check {
			return c.Status
		}
	}
	return ""
}

// raised reports whether a rule has a finding, and open whether it could not be
// judged.
func (v view) raised(rule string) bool {
	return slices.ContainsFunc(v.report.Findings, func(f checks.Finding) bool { return f.Rule.ID == rule })
}

func (v view) blocked(rule string) bool {
	return slices.ContainsFunc(v.report.Findings, func(f checks.Finding) bool { return slices.Contains(f.Blocks, rule) })
}

// raisedOf lists the rules of errors and warnings that fit, the worst first;
// of infos only where nothing heavier fits.
func (v view) raisedOf(fits func(string) bool) []string {
	rules := []string{}
	for _, least := range []checks.Severity{checks.Warning, checks.Info} {
		for _, f := range v.report.Findings {
			if f.Severity >= least && f.Rule != checks.TempFail && fits(f.Rule.ID) && !slices.Contains(rules, f.Rule.ID) {
				rules = append(rules, f.Rule.ID)
			}
		}
		if len(rules) > 0 {
			break
		}
	}
	return rules
}

// silent reports that the domain sends no mail, so that no receiver asks
// anything of it.
func (v view) silent() bool {
	return v.role != nil && v.role.Sends == checks.No && v.role.Silent
}

func of(t checks.Tri) State {
	switch t {
	case checks.Yes:
		return Met
	case checks.No:
		return Unmet
	}
	return Open
}

// sending is the state of what a domain that sends has to do. Where it is open
// whether it sends, nothing is missed.
func sending(state State) func(view) State {
	return func(v view) State {
		switch {
		case v.silent():
			return Exempt
		case state == Unmet && v.maySilent():
			return Open
		}
		return state
	}
}

// maySilent reports that only a question without answer keeps the domain from
// being known to send nothing.
func (v view) maySilent() bool {
	return v.role == nil || v.role.Sends == checks.Open || v.dkim == nil || v.role.Sends == checks.No && v.dkim.HasUnknown()
}
