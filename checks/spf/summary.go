package spf

import "mailauth/checks"

// summary is the check's line on the first screen.
func (f *Facts) summary() []checks.Text {
	switch f.Outcome {
	case Open:
		return []checks.Text{checks.T("summary.spf-unknown", nil)}
	case NoRecord, NoName:
		return []checks.Text{checks.T("summary.spf-none", nil)}
	case Several:
		return []checks.Text{checks.T("summary.spf-several", checks.Args{"count": len(f.Root.Selected)})}
	case Malformed:
		return []checks.Text{checks.T("summary.spf-permerror", nil)}
	}
	if f.DeniesAll() {
		return []checks.Text{checks.T("summary.spf-deny-all", nil)}
	}
	args := checks.Args{"lookups": f.Ledger.Lookups, "limit": MaxLookups}
	if f.Ledger.LowerBound {
		return []checks.Text{checks.T("summary.spf-lookups-least", args), f.policyText()}
	}
	return []checks.Text{checks.T("summary.spf-lookups", args), f.policyText()}
}

// policyText says what becomes of everybody else.
func (f *Facts) policyText() checks.Text {
	if all := f.Root.find(All); all != nil {
		return checks.T("summary.spf-policy", checks.Args{"term": all.String()})
	}
	if redirect := f.Root.find(Redirect); redirect != nil {
		return checks.T("summary.spf-policy", checks.Args{"term": redirect.String()})
	}
	return checks.T("summary.spf-no-policy", nil)
}
