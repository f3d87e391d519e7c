package cross

import (
	"slices"

	"mailauth/checks"
	"mailauth/checks/bimi"
	"mailauth/checks/dmarc"
	"mailauth/resolver"
)

// The rules on the logo beside the mail.
var (
	NoLogo = &checks.Rule{ID: "bimi-none", Severity: checks.Info, Source: checks.Receiver, Citation: "draft-brand-indicators-for-message-identification §4.3",
		Reads: reads(slices.Concat(bimi.RecordReads, []checks.Input{dmarc.InRecord, dmarc.InWalk, dmarc.InExists})...)}
	// LogoPolicy is a warning where only some receivers mind.
	LogoPolicy = &checks.Rule{ID: "bimi-dmarc", Severity: checks.Error, Source: checks.Receiver, Citation: "draft-brand-indicators-for-message-identification §2",
		Reads:      slices.Concat(bimi.RecordReads, []checks.Input{dmarc.InRecord, dmarc.InWalk, dmarc.InExists}),
		Supersedes: []string{"dmarc-p-none", "dmarc-t-y", "dmarc-pct", "dmarc-sp-weaker"}}
)

// judgeNoLogo: BIMI is a thought only for a domain that sends and whose policy
// is enforced already.
func judgeNoLogo(v view) []checks.Finding {
	if v.bimi.Found != checks.No || len(v.bimi.Several)+len(v.bimi.Meant) > 0 || !v.policyFirm() || !v.enforced() || v.role.Sends != checks.Yes {
		return nil
	}
	return []checks.Finding{NoLogo.On(bimi.Owner(v.domain), resolver.TypeTXT).With("domain", v.domain)}
}

// judgeLogoPolicy: receivers show a logo only under an enforced policy (BIMI
// draft §2: quarantine for all mail, or reject; no sp=none).
func judgeLogoPolicy(v view) []checks.Finding {
	if v.bimi.Record == nil || v.bimi.Record.Declines() || !v.policyFirm() || v.dmarc.Policy == nil {
		return nil // without any policy that is the finding
	}
	fault, value, severity := v.logoObstacle()
	if fault == "" {
		return nil
	}
	f := LogoPolicy.At(v.dmarc.Policy.RR).As(severity)
	f.Args = checks.Args{"domain": v.domain, "fault": fault, "value": value, "weak": severity < checks.Error}
	f.Scope = dmarc.Owner(v.domain)
	f.Related = []checks.Related{{Name: v.bimi.Owner, Type: resolver.TypeTXT, Record: &v.bimi.RR}}
	if tag := v.dmarc.Policy.Record.Tag(obstacleTag(fault)); tag != nil {
		f.Span = &tag.ValueSpan
		if tag.ValueSpan.Empty() {
			f.Span = &tag.NameSpan
		}
	}
	if checks.SameOrganization(v.dmarc.Policy.RR.Name, v.domain) {
		f.Fixes = []checks.Fix{v.clearLogo(fault)}
	}
	return []checks.Finding{f}
}

// policyFirm reports that it is known which policy applies, and as which of p,
// sp and np.
func (v view) policyFirm() bool {
	return v.dmarc.PolicyKnown && (!v.dmarc.Inherited() || v.dmarc.Exists != checks.Open)
}

// logoObstacle is the first thing in the policy that keeps the logo away. A
// test or a share of p=reject leaves mail under quarantine at least, and only
// some receivers mind.
func (v view) logoObstacle() (fault, value string, severity checks.Severity) {
	record := v.dmarc.Policy.Record
	pct := ""
	if tag := record.Tag("pct"); tag != nil && tag.Value != "100" {
		pct = tag.Value
	}
	strict := checks.Error
	if v.dmarc.Asked == dmarc.Reject {
		strict = checks.Warning
	}
	switch {
	case v.dmarc.Asked == "":
		return "", "", 0 // not in force: told by the rules on DMARC
	case v.dmarc.Asked == dmarc.None:
		return "none", "", checks.Error
	case record.Testing:
		return "test", "", strict
	case isShare(pct):
		return "pct", pct, strict
	case record.SP.Policy == dmarc.None && !v.dmarc.Inherited():
		return "sp", "", checks.Error
	}
	return "", "", 0
}

// isShare reports a pct that names a part of the mail; anything else is no
// number, and receivers pass over it.
func isShare(pct string) bool {
	if pct == "" || len(pct) > 2 {
		return false
	}
	for i := range len(pct) {
		if pct[i] < '0' || pct[i] > '9' {
			return false
		}
	}
	return true
}

func obstacleTag(fault string) string {
	return map[string]string{"none": "p", "test": "t", "pct": "pct", "sp": "sp"}[fault]
}

// clearLogo shows the record without the obstacle. Whether own mail would be
// lost by it only the owner can tell.
func (v view) clearLogo(fault string) checks.Fix {
	mended := v.dmarc.Mended()
	ready := checks.Choice{Name: "ready", Text: checks.T("choice.dmarc-ready", nil), Values: []string{"yes", "no"}}
	swapped := func(text, title string, args checks.Args, choice checks.Choice) checks.Fix {
		return checks.Fix{Title: checks.T(title, args), Choices: []checks.Choice{choice},
			Edits: []resolver.Edit{swap(v.dmarc.Policy.RR, resolver.NewTXT(text))}}
	}
	switch fault {
	case "test":
		return swapped(mended.Without("t"), "fix.dmarc-end-test", nil, ready)
	case "pct":
		return swapped(mended.Without("pct"), "fix.dmarc-drop-tag", checks.Args{"tag": "pct"}, ready)
	}
	tag := obstacleTag(fault)
	if v.dmarc.Inherited() && v.dmarc.Policy.Record.SP.Tag != nil {
		tag = "sp"
	}
	return swapped(mended.Set(tag, "<policy>"), "fix.dmarc-raise", checks.Args{"tag": tag}, checks.Choice{Name: "policy",
		Text: checks.T("choice.dmarc-policy", checks.Args{"tag": tag}), Values: []string{string(dmarc.Quarantine), string(dmarc.Reject)}})
}

// settledLogo lists the rules on BIMI that what is known decides.
func settledLogo(v view) (decided []*checks.Rule) {
	if v.bimi.Found == checks.Yes || v.policyFirm() && !v.enforced() || v.role.Sends == checks.No {
		decided = append(decided, NoLogo)
	}
	if v.bimi.Found == checks.No || v.policyFirm() && (v.dmarc.Policy == nil || v.bimi.Found == checks.Yes) || v.bimi.Record != nil && v.bimi.Record.Declines() {
		decided = append(decided, LogoPolicy)
	}
	return decided
}
