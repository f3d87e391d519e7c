package dkim

import (
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/checks/provider"
	"mailauth/resolver"
)

// Bounds of the inference: selectors that providers imply, and TXT records of
// the domain's own organization that are followed for includes.
const (
	maxImplied  = 24
	maxFollowed = 5
)

// inference finds the providers that a domain's MX and SPF records name, and
// asks for the selectors that all their customers have. It reads names only:
// whether the SPF record is a good one does not matter here.
type inference struct {
	pending []*source
	own     *source  // the domain's TXT records
	names   []string // of TXT records asked for, the domain's first
	implied int      // selectors asked for
	started bool
}

// source is an MX or TXT answer that names providers.
type source struct {
	kind   resolver.Type
	result checks.Result
}

// askProviders asks for the records that name providers, unless all selectors
// are known. Other checks ask the same.
func (s *search) askProviders() {
	if s.facts.Complete {
		return
	}
	s.addSource(s.Domain, resolver.TypeMX)
	s.addSource(s.Domain, resolver.TypeTXT)
	s.infer.own = s.infer.pending[len(s.infer.pending)-1]
	s.infer.names = []string{s.Domain}
}

func (s *search) addSource(name string, t resolver.Type) {
	from := &source{kind: t}
	s.infer.pending = append(s.infer.pending, from)
	s.add(InProvider, name, t, &from.result)
}

// askImplied reads the sources that were answered, asks for the selectors that
// follow from them, and for records of the same organization that are included.
// It reports whether it asks for anything.
func (s *search) askImplied() bool {
	if len(s.infer.pending) == 0 || !s.mayHaveKeys() {
		s.infer.pending = nil
		return false
	}
	before := len(s.round)
	sources := s.infer.pending
	s.infer.pending = nil
	for _, from := range sources {
		if from.result.Unknown() {
			s.facts.open = true
			continue
		}
		for _, record := range from.result.Answer.Records {
			s.readSource(record)
		}
	}
	return len(s.round) > before
}

// mayHaveKeys reports that names below _domainkey may exist, so that there is
// something to ask for. Where that is not known, providers stay open.
func (s *search) mayHaveKeys() bool {
	switch {
	case s.infer.started, exists(s.namespace), exists(s.facts.random), s.hit():
		s.infer.started = true
		return true
	case denied(s.namespace) && !s.mayHit(): // RFC 8020
		return false
	}
	s.facts.open = true
	return false
}

// readSource finds the providers that an MX record or the terms of an SPF
// record name.
func (s *search) readSource(record resolver.Record) {
	table := s.Providers()
	if mx, ok := record.Data.(resolver.MX); ok {
		p := table.ByMX(mx.Host)
		if p == nil {
			p = table.ByReturnPath(mx.Host)
		}
		s.imply(p, "mx", mx.Host)
		return
	}
	text, _ := record.Text()
	for _, term := range strings.Fields(text) {
		mechanism, value := provider.SplitTerm(term)
		p := table.ByTerm(term)
		s.imply(p, "spf", value)
		if p == nil && (mechanism == "include" || mechanism == "redirect") {
			s.follow(value)
		}
	}
}

// mayMail reports that the domain is seen to have an SPF record that lets
// somebody send.
func (s *search) mayMail() bool {
	if s.infer.own == nil || s.infer.own.result.Unknown() {
		return false
	}
	for _, record := range s.infer.own.result.Answer.Records {
		text, _ := record.Text()
		terms := strings.Fields(strings.ToLower(text))
		if len(terms) > 0 && terms[0] == "v=spf1" && !slices.Equal(terms[1:], []string{"-all"}) {
			return true
		}
	}
	return false
}

// imply asks for the selectors of a provider, if that is one.
func (s *search) imply(p *provider.Provider, from, name string) {
	if p == nil || slices.ContainsFunc(s.facts.Inferred, func(i Inferred) bool { return i.Provider == p.ID }) {
		return
	}
	var selectors []string
	for _, selector := range provider.FixedSelectors([]*provider.Provider{p}) {
		if s.infer.implied < maxImplied {
			selectors = append(selectors, selector)
			s.infer.implied++
		}
	}
	if len(selectors) == 0 {
		return
	}
	if canonical, err := resolver.CanonicalName(name); err == nil {
		name = canonical
	}
	s.facts.Inferred = append(s.facts.Inferred, Inferred{Provider: p.ID, From: from, Name: name, Selectors: selectors})
	for _, sel := range s.all {
		if sel.Origin == OriginGuess && slices.Contains(selectors, sel.Selector) {
			sel.Origin = OriginProvider
		}
	}
	s.addSelectors(OriginProvider, selectors)
}

// follow asks for an included record of the domain's own organization: large
// ones keep their providers there.
func (s *search) follow(name string) {
	canonical, err := resolver.CanonicalName(name)
	known := slices.Contains(s.infer.names, canonical)
	if err != nil || known || strings.Contains(canonical, "%") || !checks.SameOrganization(canonical, s.Domain) || len(s.infer.names) > maxFollowed {
		return
	}
	s.infer.names = append(s.infer.names, canonical)
	s.addSource(canonical, resolver.TypeTXT)
}

// keyProvider is the id of the provider that one of the aliases leads to.
func (s *search) keyProvider(chain []resolver.Record) string {
	for _, record := range chain {
		alias, ok := record.Data.(resolver.CNAME)
		if !ok {
			continue
		}
		if p := s.Providers().ByDKIMTarget(alias.Target); p != nil {
			return p.ID
		}
	}
	return ""
}
