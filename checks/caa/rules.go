package caa

import (
	"mailauth/checks"
	"mailauth/resolver"
)

// The rules. Neither is a fault: they say what the records leave open.
var (
	SMIME = &checks.Rule{ID: "caa-smime", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9495 §4",
		Reads: []checks.Input{InSet}}
	VMC = &checks.Rule{ID: "caa-vmc", Severity: checks.Info, Source: checks.Practice,
		Citation: "Minimum Security Requirements for Issuance of Mark Certificates, issuevmc", Reads: []checks.Input{InSet}}
)

var rules = []*checks.Rule{SMIME, VMC}

func judge(p *checks.Pass) checks.Judgement {
	f := p.Own().(*Facts)
	j := checks.Judgement{Status: checks.StatusNone}
	switch {
	case f.Found == checks.Open:
		j.Summary = []checks.Text{{ID: "summary.caa-unknown"}}
		return j
	case f.Found == checks.No:
		return j
	}
	if j.Status = ""; !f.Limits() {
		return j
	}
	for _, open := range []struct {
		rule *checks.Rule
		tag  string
	}{{SMIME, "issuemail"}, {VMC, "issuevmc"}} {
		if len(f.All(open.tag)) > 0 {
			continue
		}
		limit := f.All("issue", "issuewild")[0]
		finding := open.rule.At(limit.RR).With("domain", p.Domain).With("owner", f.Owner)
		if checks.SameOrganization(limit.RR.Name, p.Domain) {
			finding.Fixes = []checks.Fix{name(limit.RR, open.tag)}
		}
		j.Findings = append(j.Findings, finding)
	}
	return j
}

// name shows the record that names an authority, or nobody, for a kind of
// certificate.
func name(at resolver.Record, tag string) checks.Fix {
	return checks.Fix{
		Title:   checks.T("fix.caa-name", checks.Args{"tag": tag}),
		Edits:   []resolver.Edit{{Name: at.Name, Type: resolver.TypeCAA, TTL: at.TTL, Remove: []string{}, Add: []string{`0 ` + tag + ` "<issuer>"`}}},
		Choices: []checks.Choice{{Name: "issuer", Text: checks.T("choice.caa-issuer", nil)}},
	}
}
