package mtasts

import "mailauth/checks"

// summary is the check's line; none where MTA-STS is not in use.
func (f *Facts) summary() []checks.Text {
	switch {
	case !f.Known:
		return []checks.Text{{ID: "summary.sts-unknown"}}
	case len(f.Records)+len(f.Meant) == 0:
		return nil
	case f.Receives == checks.No:
		return []checks.Text{{ID: "summary.sts-no-mail"}}
	case f.ID == "":
		return []checks.Text{{ID: "summary.sts-no-record"}}
	case f.Receives == checks.Open || f.Outcome == Unsure:
		return []checks.Text{{ID: "summary.sts-policy-unknown"}}
	case f.Mode == "":
		return []checks.Text{{ID: "summary.sts-no-policy"}}
	}
	return []checks.Text{checks.T("summary.sts-"+string(f.Mode), checks.Args{"count": len(f.Exchanges), "days": f.MaxAge / day})}
}
