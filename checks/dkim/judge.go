package dkim

import (
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

func judge(p *checks.Pass) checks.Judgement {
	facts := p.Own().(*Facts)
	j := checks.Judgement{Status: facts.status(), Summary: facts.summary(), Settled: facts.settled(), Details: facts.details()}
	j.Findings = append(j.Findings, facts.judgeDiscovery()...)
	j.Findings = append(j.Findings, facts.judgeWalk()...)
	for _, sel := range facts.Selectors {
		j.Findings = append(j.Findings, facts.judgeSelector(sel)...)
	}
	for _, sel := range facts.Beyond {
		if sel.State != StateUnclear && sel.State != StateProxied { // no control tells what an address means there
			j.Findings = append(j.Findings, facts.judgeSelector(sel)...)
		}
	}
	j.Findings = append(j.Findings, facts.judgeOnlyEd25519()...)
	j.Findings = append(j.Findings, facts.judgeRotation(p.Now())...)
	j.Findings = append(j.Findings, facts.judgeNamespace()...)
	for _, m := range facts.Misplaced {
		j.Findings = append(j.Findings, facts.judgeMisplaced(m))
	}
	return j
}

// status: a guess that failed is no verdict, and a domain that provably has no
// key has none to judge.
func (f *Facts) status() checks.Status {
	for _, s := range f.found() {
		if s.State != StateRevoked && s.State != StateNotMail {
			return ""
		}
	}
	switch f.LiveKey {
	case checks.Yes:
		return ""
	case checks.No:
		return checks.StatusNone
	}
	return checks.StatusUnknown
}

// settled lists the rules on keys where something was found although
// _domainkey itself had no answer: the dictionary, for which that answer is
// needed, would not have been tried.
func (f *Facts) settled() []*checks.Rule {
	if f.nothingFound() || len(f.unknown()) > 0 || f.open || !answered(f.random) {
		return nil
	}
	return append([]*checks.Rule{NamespaceThere, NotFound, Dangling}, keyRules...)
}

func (f *Facts) nothingFound() bool {
	return len(f.found()) == 0 && len(f.unknown()) == 0 && !f.open
}

// unknown lists the selectors of which something could not be told.
func (f *Facts) unknown() []*Selector { return append(f.in(StateUnknown), f.in(StateUnclear)...) }

// judgeDiscovery says what is known of selectors beyond those that were found.
func (f *Facts) judgeDiscovery() (findings []checks.Finding) {
	namespace := namespaceName(f.domain)
	if f.EmptyNXDomain {
		findings = append(findings, EmptyNXDomain.On(namespace, resolver.TypeTXT).With("name", namespace))
	}
	if finding, ok := f.judgeWildcard(); ok {
		findings = append(findings, finding)
	}
	if f.nothingFound() && f.Namespace == NamespaceExists && f.empty && denied(f.random) && !f.Complete && len(f.in(StateOther)) == 0 {
		findings = append(findings, f.tried(NamespaceThere, f.Tried))
	}
	known := f.Namespace == NamespaceExists || f.Namespace == NamespaceWildcard
	said := f.Wildcard == StateLive || f.Wildcard == StateRevoked // then the wildcard is the finding
	switch {
	case len(f.found()) > 0 && len(f.absent) > 0:
		findings = append(findings, f.tried(NotFound, f.absent))
	case !f.nothingFound() || !known || !answered(f.random):
	case !f.Complete && !said:
		findings = append(findings, f.tried(NotFound, f.Tried))
	case len(f.absent) > 0:
		findings = append(findings, f.tried(NotFound, f.absent))
	}
	return findings
}

func (f *Facts) tried(r *checks.Rule, tried []string) checks.Finding {
	finding := r.On(namespaceName(f.domain), resolver.TypeTXT)
	finding.Args = checks.Args{"domain": f.domain, "count": len(tried), "tried": slices.Clone(tried)}
	return finding
}

// judgeWildcard looks at what a selector that nobody published answers. Its
// owner is the wildcard, as far as that shows.
func (f *Facts) judgeWildcard() (checks.Finding, bool) {
	if !f.random.Is(resolver.Data) || !answered(f.sibling) {
		return checks.Finding{}, false
	}
	record := f.random.Answer.Records[0]
	for _, k := range keyRecords(f.random) {
		record = k.record
	}
	if len(f.random.Answer.Chain) == 0 {
		record.Name = f.wildcardOwner()
	}
	finding := WildcardKey.At(record)
	finding.Name, finding.Scope = f.wildcardOwner(), namespaceName(f.domain)
	finding.Args = checks.Args{"domain": f.domain, "owner": f.wildcardOwner(), "kind": wildcardKind(f.Wildcard)}
	if f.Wildcard != StateLive {
		finding.Severity = checks.Info
	}
	return finding, true
}

// wildcardKind is the word by which the texts tell the cases apart.
func wildcardKind(s State) string {
	switch s {
	case StateLive:
		return "key"
	case StateRevoked:
		return "revoked"
	}
	return "other"
}

func (f *Facts) wildcardOwner() string {
	if exists(f.sibling) && sameAnswer(f.sibling.Answer, f.random.Answer) {
		return resolver.Join(f.domain, "*")
	}
	return resolver.Join(namespaceName(f.domain), "*")
}

// judgeSelector judges what stands at one selector's name.
func (f *Facts) judgeSelector(s *Selector) []checks.Finding {
	switch s.State {
	case StateDangling:
		return f.judgeDangling(s)
	case StateProxied:
		return []checks.Finding{Proxied.At(s.host.Answer.Records[0]).With("selector", s.Selector)}
	case StateRevoked:
		return []checks.Finding{f.judgeRevoked(s)}
	case StateOther:
		if s.Origin.named() {
			return []checks.Finding{f.judgeNoKey(s)}
		}
	case StateBroken, StateLive, StateNotMail:
		if records := several(s.keys); len(records) > 1 {
			return []checks.Finding{f.judgeSeveral(s, records)}
		}
		return f.judgeKey(s, s.primary())
	}
	return nil
}

// judgeRevoked warns once, where it is certain that no key is left.
func (f *Facts) judgeRevoked(s *Selector) checks.Finding {
	finding := f.on(Revoked, s, s.primary().record)
	none := f.Complete && f.LiveKey == checks.No && f.Wildcard == StateAbsent // whatever addresses there are
	if none && f.in(StateRevoked)[0] == s {
		finding.Severity = checks.Warning
	}
	return finding.With("last", none)
}

// judgeOnlyEd25519: many verifiers know RSA only.
func (f *Facts) judgeOnlyEd25519() []checks.Finding {
	var first *Selector
	for _, s := range f.Selectors {
		switch {
		case s.State == StateUnknown, s.State == StateBroken, s.State == StateLive && s.Algorithm != "ed25519":
			return nil
		case s.State == StateLive && first == nil:
			first = s
		}
	}
	if first == nil || f.open || f.Wildcard == StateUnknown || f.Wildcard == StateLive {
		return nil
	}
	finding := f.on(OnlyEd25519, first, first.primary().record)
	if f.Complete {
		finding.Severity = checks.Warning
	}
	return []checks.Finding{finding}
}
