package dkim

import (
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

// faultRule is the rule of each kind of fault.
func faultRule(kind FaultKind) *checks.Rule {
	return [...]*checks.Rule{
		Syntax: BadSyntax, Version: BadVersion, KeyMissing: NoKey, Split: ChunkSplit, Base64: BadBase64, DER: BadDER, PKCS1: BarePKCS1,
		EdLength: EdLengthOff, KeyType: UnknownType, Mismatch: WrongType, NoHash: OnlySHA1, HasSHA1: AlsoSHA1, Service: NotForMail,
	}[kind]
}

// ours reports whether a record is the audited organization's own: on the
// quality of others' records nothing is said.
func (f *Facts) ours(r resolver.Record) bool { return checks.SameOrganization(r.Name, f.domain) }

// on is a finding about a selector's record. Behind an alias to somebody else
// it is about the alias, which is all that the owner can change.
func (f *Facts) on(r *checks.Rule, s *Selector, record resolver.Record) checks.Finding {
	finding := r.At(record)
	if !f.ours(record) {
		finding = r.At(s.alias())
		finding.Related = []checks.Related{{Name: record.Name, Type: record.Type(), Record: &record}}
	}
	finding.Args = checks.Args{"selector": s.Selector}
	return finding
}

// judgeKey raises each cause once: what follows from broken syntax is gone in
// the plain record, what is still there has a cause of its own.
func (f *Facts) judgeKey(s *Selector, k keyRecord) (findings []checks.Finding) {
	plain := k.key.Plain()
	seen := map[FaultKind]bool{}
	for _, fault := range k.key.Faults {
		consequence := fault.Kind != Syntax && (plain == nil || !plain.hasKind(fault.Kind))
		quality := !fault.Kind.Fatal() && !f.ours(k.record)
		if consequence || quality || seen[fault.Kind] || fault.Kind == Service && !f.servesNothing(s) {
			continue
		}
		seen[fault.Kind] = true
		findings = append(findings, f.judgeFault(s, k, fault))
	}
	if plain == nil {
		return findings
	}
	for _, fault := range plain.Faults { // hidden by the syntax until now
		if !seen[fault.Kind] && (fault.Kind.Fatal() || f.ours(k.record)) && !(fault.Kind == Service && !f.servesNothing(s)) {
			seen[fault.Kind] = true
			findings = append(findings, f.faultFinding(s, k, plain, fault))
		}
	}
	findings = append(findings, f.judgeStrength(s, k, plain)...)
	return append(findings, f.judgeForm(s, k, plain)...)
}

// servesNothing reports that a key for another service is all that the owner
// has: a key for TLS reports is meant to be so (RFC 8460 §3), unless the user
// says that mail is signed with it.
func (f *Facts) servesNothing(s *Selector) bool {
	if len(f.in(StateLive)) > 0 || len(f.in(StateUnknown)) > 0 || f.Wildcard == StateLive || f.Wildcard == StateUnknown {
		return false
	}
	meant := s.State == StateNotMail && slices.Contains(s.primary().key.Services, "tlsrpt")
	return s.Origin.named() || !meant
}

func (f *Facts) judgeFault(s *Selector, k keyRecord, fault Fault) checks.Finding {
	finding := f.faultFinding(s, k, k.key, fault)
	if f.ours(k.record) && fault.Kind != KeyMissing {
		finding = finding.Spanning(fault.Span, faultRule(fault.Kind).ID+"."+noteOf(fault), finding.Args)
	}
	return finding
}

// noteOf names the text under the caret: a rule with several causes has one for each.
func noteOf(fault Fault) string {
	if fault.Cause != "" {
		return "note-" + string(fault.Cause)
	}
	return "note"
}

// faultFinding tells a fault of key, which is the published record or that
// record with its syntax mended: the fault's span counts in key.Text.
func (f *Facts) faultFinding(s *Selector, k keyRecord, key *Key, fault Fault) checks.Finding {
	finding := f.on(faultRule(fault.Kind), s, k.record)
	found := fault.Span.Of(key.Text)
	if len(found) > 60 {
		found = ""
	}
	m := key.Material
	finding.Args = checks.Args{"selector": s.Selector, "cause": string(fault.Cause), "found": found, "have": m.Have, "want": m.Want, "algorithm": m.Algorithm}
	if fault.Cause != "" {
		finding.Key = []string{string(fault.Cause)}
	}
	finding.Fixes = f.mendRecord(s, k, fault.Kind)
	return finding
}

// judgeNoKey: the user signs with a selector whose TXT record is something else.
func (f *Facts) judgeNoKey(s *Selector) checks.Finding {
	record := s.result.Answer.Records[0]
	finding := f.on(NoKey, s, record)
	finding.Args = checks.Args{"selector": s.Selector, "cause": "", "found": "", "have": 0, "want": 0, "algorithm": ""}
	return finding
}

// judgeSeveral: more than one key at a selector. What each of them lacks shows
// when one is left.
func (f *Facts) judgeSeveral(s *Selector, records []keyRecord) checks.Finding {
	finding := f.on(Multiple, s, records[0].record).With("count", len(records))
	for _, k := range records[1:] {
		record := k.record
		finding.Related = append(finding.Related, checks.Related{Name: record.Name, Type: record.Type(), Record: &record})
	}
	finding.Fixes = f.keepOne(s, records)
	return finding
}

// judgeMisplaced: a key that nobody reads.
func (f *Facts) judgeMisplaced(m *Misplaced) checks.Finding {
	rule := WrongName
	if m.Place == PlaceULabel {
		rule = IDN
	}
	finding := rule.At(m.found.record)
	finding.Scope = f.domain
	finding.Args = checks.Args{"name": m.Name, "right": m.rightName(f.domain), "selector": m.Selector, "place": string(m.Place)}
	finding.Fixes = []checks.Fix{f.move(m)}
	return finding
}

// rightName is where the key belongs, with a placeholder for an unknown selector.
func (m *Misplaced) rightName(domain string) string {
	if m.Right != "" {
		return m.Right
	}
	return strings.Join([]string{"<selector>", namespaceName(domain)}, ".")
}
