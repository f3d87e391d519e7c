package spf

import (
	"mailauth/checks"
	"mailauth/resolver"
)

// The rules on what depends on the message.
var (
	RulePTR          = &checks.Rule{ID: "spf-ptr", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 7208 §5.5", Reads: readTree}
	RuleExistsV6     = &checks.Rule{ID: "spf-exists-v6", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 7208 §5.7", Reads: readTree}
	RuleMacroP       = &checks.Rule{ID: "spf-macro-p", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 7208 §7.3", Reads: readTree, Supersedes: []string{"spf-macro-dynamic"}}
	RuleMacroDynamic = &checks.Rule{ID: "spf-macro-dynamic", Severity: checks.Info, Source: checks.Practice, Citation: "RFC 7208 §7", Reads: readTree}
	RuleLocalpart    = &checks.Rule{ID: "spf-localpart-eai", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 8616 §4", Reads: readTree}
	RuleExpBroken    = &checks.Rule{ID: "spf-exp-broken", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 7208 §6.2", Reads: []checks.Input{InRecord, InTree, InExp}}
)

var macroRules = []*checks.Rule{RulePTR, RuleExistsV6, RuleMacroP, RuleMacroDynamic, RuleLocalpart, RuleExpBroken}

func judgeMacros(k *desk, f *Facts) []checks.Finding {
	var findings []checks.Finding
	for _, own := range f.Own {
		if !own.Own {
			continue
		}
		for _, e := range own.order() {
			findings = append(findings, f.judgeMacro(k, e)...)
		}
		if e := own.find(Exp); e != nil && own.Policy && own.redirected() == nil {
			findings = append(findings, k.judgeExplanation(e)...)
		}
	}
	return findings
}

func (f *Facts) judgeMacro(k *desk, e *Expanded) []checks.Finding {
	var findings []checks.Finding
	raise := func(r *checks.Rule) {
		found := on(r, e.Owner, e.Term)
		found.Scope = e.Owner.Name + " " + e.String()
		findings = append(findings, found)
	}
	if e.Kind == PTR {
		raise(RulePTR)
		findings[0].Fixes = f.dropPTR(k, e)
	}
	if e.Domain == nil {
		return findings
	}
	if e.Domain.Uses("p") {
		raise(RuleMacroP)
	}
	if e.Domain.Dynamic() {
		raise(RuleMacroDynamic)
	}
	if e.Domain.Uses("ls") {
		raise(RuleLocalpart)
	}
	if e.Kind == Exists && e.Domain.Uses("i") {
		raise(RuleExistsV6)
	}
	return findings
}

// The reasons of spf-exp-broken.
const (
	expAbsent   = "absent"
	expSeveral  = "several"
	expNonASCII = "non-ascii"
	expSyntax   = "syntax"
)

// judgeExplanation: receivers send no explanation unless there is exactly one
// TXT record that is a macro-string. RFC 7208 §6.2.
func (k *desk) judgeExplanation(e *Expanded) []checks.Finding {
	if e.Dynamic || e.Unusable || e.Exp.Unknown() {
		return nil
	}
	reason := explanationFault(e.Exp.Answer)
	if reason == "" {
		return nil
	}
	found := on(RuleExpBroken, e.Owner, e.Term).With("name", bare(e.Names[0])).With("reason", reason)
	if e.Exp.Is(resolver.Data) {
		record := e.Exp.Answer.Records[0]
		found.Related = []checks.Related{{Name: record.Name, Type: record.Type(), Record: &record}}
	}
	found.Fixes = k.dropTerm(e)
	return []checks.Finding{found}
}

func explanationFault(a resolver.Answer) string {
	switch {
	case len(a.Records) == 0:
		return expAbsent
	case len(a.Records) > 1:
		return expSeveral
	}
	text, _ := a.Records[0].Text()
	for i := range len(text) {
		if text[i] > '~' {
			return expNonASCII
		}
	}
	if _, err := ParseExplanation(text); err != nil {
		return expSyntax
	}
	return ""
}
