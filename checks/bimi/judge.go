package bimi

import (
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

func judge(p *checks.Pass) checks.Judgement {
	f := p.Own().(*Facts)
	j := checks.Judgement{Status: f.status(), Summary: f.summary()}
	j.Findings = append(j.Findings, f.judgeMeant(p.Domain)...)
	j.Findings = append(j.Findings, f.judgeSeveral()...)
	if f.Record == nil {
		return j
	}
	if f.Record.Declines() && !f.Record.Broken() {
		j.Findings = append(j.Findings, Decline.At(f.RR).With("domain", f.Domain))
		j.Settled = []*checks.Rule{SVG, Certificate, BadCertificate}
		return j
	}
	for _, fault := range f.Record.Faults {
		j.Findings = append(j.Findings, f.judgeFault(fault)...)
	}
	j.Findings = append(j.Findings, f.judgeLogo()...)
	j.Findings = append(j.Findings, f.judgeEvidence()...)
	j.Settled = f.settled()
	return j
}

// settled lists the rules that what is known decides: a certificate that is bad
// already stays so, whatever the logo is that could not be fetched.
func (f *Facts) settled() (decided []*checks.Rule) {
	if f.Record.Evidence.URL == "" {
		decided = append(decided, Certificate, BadCertificate)
	}
	if f.Evidence != nil && f.Evidence.Known && (f.Evidence.bad() || f.Evidence.logo == nil || f.Logo == nil || f.Logo.Known) {
		decided = append(decided, BadCertificate)
	}
	if f.Record.Logo.URL == "" {
		decided = append(decided, SVG)
	}
	return decided
}

// judgeMeant raises bimi-syntax for texts that were meant to be records.
func (f *Facts) judgeMeant(domain string) (findings []checks.Finding) {
	for _, rr := range f.Meant {
		text, _ := rr.Text()
		corrected, _ := Meant(text)
		first, _, _ := strings.Cut(text, ";")
		finding := Syntax.At(rr).With("fault", "version").With("tag", "v").With("value", first).With("name", rr.Name)
		finding = finding.Spanning(checks.Span{Start: 0, End: len(first)}, "bimi-note.version", nil)
		finding.Key = []string{"version"}
		if f.Found == checks.Yes && f.Domain == domain {
			finding = finding.As(checks.Info) // the right record stands beside it
		} else if ours(rr, domain) {
			finding.Fixes = []checks.Fix{replace(rr, corrected, "fix.bimi-corrected")}
		}
		findings = append(findings, finding)
	}
	return findings
}

// judgeSeveral raises bimi-syntax for more than one record at the name.
func (f *Facts) judgeSeveral() []checks.Finding {
	if len(f.Several) == 0 {
		return nil
	}
	finding := Syntax.At(f.Several[0]).With("fault", "multiple").With("tag", "v").With("value", "").With("name", f.Several[0].Name)
	finding.Key = []string{"multiple"}
	edit := resolver.Edit{Name: f.Several[0].Name, Type: resolver.TypeTXT, TTL: f.Several[0].TTL, Add: []string{"<record>"}}
	choice := checks.Choice{Name: "record", Text: checks.T("choice.bimi-record", nil)}
	for i, rr := range f.Several {
		if i > 0 {
			finding.Related = append(finding.Related, checks.Related{Name: rr.Name, Type: rr.Type(), Record: &rr})
		}
		edit.Remove = append(edit.Remove, rr.Data.String())
		choice.Values = append(choice.Values, rr.Data.String())
	}
	finding.Fixes = []checks.Fix{{Title: checks.T("fix.bimi-keep-one", nil), Edits: []resolver.Edit{edit}, Choices: []checks.Choice{choice}}}
	return []checks.Finding{finding}
}

// judgeFault raises bimi-syntax for a slip in the record that applies. What
// receivers ignore is not told of a record in somebody else's zone.
func (f *Facts) judgeFault(fault Fault) []checks.Finding {
	finding := Syntax.At(f.RR).With("fault", string(fault.Kind)).With("tag", fault.Tag).With("value", fault.Span.Of(f.Text)).With("name", f.Owner)
	finding = finding.Spanning(fault.Span, "bimi-note."+string(fault.Kind), checks.Args{"tag": fault.Tag})
	finding.Key = []string{string(fault.Kind), fault.Tag}
	own := ours(f.RR, f.Domain)
	if fault.Kind == UnknownAvatar {
		if !own {
			return nil
		}
		finding = finding.As(checks.Warning)
	}
	if own {
		finding.Fixes = f.fix(fault)
	}
	return []checks.Finding{finding}
}

// ours reports that a record stands in the domain's own organization.
func ours(rr resolver.Record, domain string) bool { return checks.SameOrganization(rr.Name, domain) }

// note is one thing to say of a document, and whether receivers may pass over it.
type note struct {
	kind, found string
	weak        bool
}

// judgeLogo raises bimi-svg: one finding for the document, however much is
// wrong with it.
func (f *Facts) judgeLogo() []checks.Finding {
	if f.Logo == nil || !f.Logo.Known {
		return nil
	}
	var notes []note
	if f.Logo.Problem != "" {
		notes = append(notes, note{kind: string(f.Logo.Problem)})
	}
	for _, fault := range f.Logo.Faults {
		notes = append(notes, note{"svg-" + string(fault.Kind), fault.Found, fault.Weak()})
	}
	return f.documentFinding(SVG, f.Record.Logo, notes)
}

// judgeEvidence raises bimi-cert and bimi-cert-bad.
func (f *Facts) judgeEvidence() []checks.Finding {
	switch {
	case f.Record.Evidence.URL == "" && !f.Record.Evidence.Present() && f.Record.Logo.Present():
		return []checks.Finding{Certificate.At(f.RR).With("domain", f.Domain).With("mark", "")}
	case f.Evidence == nil || !f.Evidence.Known:
		return nil
	}
	var notes []note
	if f.Evidence.Problem != "" {
		notes = append(notes, note{kind: string(f.Evidence.Problem)})
	}
	for _, fault := range f.Evidence.Faults {
		notes = append(notes, note{kind: "cert-" + string(fault.Kind), found: fault.Found})
	}
	findings := f.documentFinding(BadCertificate, f.Record.Evidence, notes)
	if f.Evidence.Mark == Common {
		findings = append(findings, Certificate.At(f.RR).With("domain", f.Domain).With("mark", string(Common)))
	}
	return findings
}

// bad reports that the certificate has a fault without regard to the logo at l.
func (e *Evidence) bad() bool { return e.Problem != "" || len(e.Faults) > 0 }

// documentFinding is the finding on a document, shown in the record at the tag
// that names it; the first note stands there, the others follow.
func (f *Facts) documentFinding(rule *checks.Rule, at Location, notes []note) []checks.Finding {
	if len(notes) == 0 {
		return nil
	}
	finding := rule.At(f.RR).With("url", at.URL).With("count", len(notes)).With("domain", f.Domain)
	finding = finding.As(checks.Warning)
	for i, n := range notes {
		text := checks.T("bimi-note."+n.kind, checks.Args{"found": n.found, "url": at.URL})
		if i == 0 {
			span := at.Tag.ValueSpan
			finding.Span, finding.Note = &span, &text
		} else {
			finding.Related = append(finding.Related, checks.Related{Name: f.RR.Name, Type: f.RR.Type(), Record: &f.RR, Note: &text})
		}
		if !n.weak {
			finding.Severity = rule.Severity
		}
	}
	return []checks.Finding{finding}
}
