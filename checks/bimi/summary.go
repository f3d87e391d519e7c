package bimi

import (
	"strings"

	"mailauth/checks"
)

// status: what is not there or declines does not apply. Findings make it worse.
func (f *Facts) status() checks.Status {
	if f.Found != checks.Open && (f.Record == nil || f.Record.Declines()) {
		return checks.StatusNone
	}
	return ""
}

// summary is the check's line; none where BIMI is not in use.
func (f *Facts) summary() []checks.Text {
	switch {
	case f.Found == checks.Open:
		return []checks.Text{{ID: "summary.bimi-unknown"}}
	case len(f.Several) > 0, f.Record == nil && len(f.Meant) > 0, f.Record != nil && f.Record.Broken():
		return []checks.Text{{ID: "summary.bimi-broken"}}
	case f.Record == nil || f.Record.Declines():
		return nil
	case f.Logo != nil && !f.Logo.Known || f.Evidence != nil && !f.Evidence.Known:
		return []checks.Text{{ID: "summary.bimi-unfetched"}}
	case f.Evidence == nil:
		return []checks.Text{{ID: "summary.bimi-logo"}}
	case f.Evidence.NotAfter == "":
		return []checks.Text{{ID: "summary.bimi-certified"}}
	}
	until, _, _ := strings.Cut(f.Evidence.NotAfter, "T")
	mark := ""
	if f.Evidence.Mark != UnknownMark {
		mark = strings.ToUpper(string(f.Evidence.Mark))
	}
	return []checks.Text{checks.T("summary.bimi-certificate", checks.Args{"mark": mark, "until": until})}
}
