package dmarc

import "mailauth/checks"

// summary is the check's line on the first screen.
func (f *Facts) summary() []checks.Text {
	own := f.Own()
	switch {
	case f.Policy != nil:
		return f.policySummary()
	case len(own.Records) > 1:
		return []checks.Text{checks.T("summary.dmarc-several", checks.Args{"count": len(own.Records)})}
	case f.meant():
		return []checks.Text{checks.T("summary.dmarc-unseen", nil)}
	case !f.PolicyKnown:
		return []checks.Text{checks.T("summary.dmarc-unknown", nil)}
	case len(f.Misplaced) > 0:
		return []checks.Text{checks.T("summary.dmarc-wrong-name", checks.Args{"found": f.Misplaced[0].Name})}
	}
	return []checks.Text{checks.T("summary.dmarc-absent", nil)}
}

// policySummary says what the policy does, and from where it comes.
func (f *Facts) policySummary() []checks.Text {
	r := f.Policy.Record
	var line []checks.Text
	switch standing := r.Standing(); {
	case standing == Ignored, standing == Unclear:
		return []checks.Text{checks.T("summary.dmarc-broken", nil)}
	case standing == AsNone:
		line = append(line, checks.T("summary.dmarc-as-none", nil))
	case f.Applied != f.Asked:
		line = append(line, checks.T("summary.dmarc-test", checks.Args{"policy": string(f.Asked), "applied": string(f.Applied)}))
	default:
		line = append(line, checks.T("summary.dmarc-"+string(f.Asked), nil))
	}
	if f.Inherited() {
		line = append(line, checks.T("summary.dmarc-from", checks.Args{"from": f.Policy.Domain}))
	}
	return line
}
