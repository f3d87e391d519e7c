package dkim

import (
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"mailauth/checks"
	"mailauth/resolver"
)

// misplacedSearch collects the names at which a key ends up by a slip.
type misplacedSearch struct {
	selectors     []string      // those whose right name has no key
	apex          checks.Result // TXT at the domain
	doubled, bare checks.Result // whether anything is below these names
	places        []*place
	rounds        int // of questions about wrong names
}

// place is one wrong name, with what is there and what is at the right one.
type place struct {
	Misplaced
	here, there checks.Result
}

// askWrongNames takes two rounds, once the selectors of providers are known:
// where one of them has a key, nobody put one at a wrong name.
func (s *search) askWrongNames(implied bool) {
	switch {
	case s.wrong.rounds == 0 && implied:
		return
	case s.wrong.rounds == 0:
		s.askMisplaced()
	case s.wrong.rounds == 1:
		s.askMisplacedBelow()
	}
	s.wrong.rounds++
}

// askMisplaced looks for keys at wrong names, where a right one has none: for
// selectors that the user named, and for all where nothing was found.
func (s *search) askMisplaced() {
	nothing := s.nothingFound()
	defer s.askSibling(nothing)
	for _, sel := range s.all {
		if sel.State == StateAbsent && (sel.Origin.named() || nothing) {
			s.wrong.selectors = append(s.wrong.selectors, sel.Selector)
		}
	}
	s.askListed()
	s.askULabels()
	if nothing {
		s.add(InMisplaced, s.Domain, resolver.TypeTXT, &s.wrong.apex)
	}
	if s.facts.Complete || len(s.wrong.selectors) == 0 {
		return
	}
	s.add(InMisplaced, resolver.Join(s.Domain, "domainkey"), resolver.TypeTXT, &s.wrong.bare)
	s.add(InMisplaced, namespaceName(s.doubledDomain()), resolver.TypeTXT, &s.wrong.doubled)
	for _, selector := range s.wrong.selectors {
		if !s.mayMail() && !s.named(selector) { // as a rule nobody has made a key there
			continue
		}
		s.addPlace(PlaceSwapped, resolver.Join(s.Domain, "_domainkey", selector), selector)
	}
}

// named reports that the user or a message named the selector.
func (s *search) named(selector string) bool {
	return slices.ContainsFunc(s.all, func(sel *Selector) bool { return sel.Selector == selector && sel.Origin.named() })
}

// askSibling asks for the control beside _domainkey, where something is compared
// with it: a selector that does not exist has no wildcard above it.
func (s *search) askSibling(nothing bool) {
	if !denied(s.facts.random) || nothing || len(s.wrong.places) > 0 {
		s.add(InNamespace, s.Nobody(), resolver.TypeTXT, &s.facts.sibling)
	}
}

// doubledDomain is what a zone file makes of the domain without its last dot.
func (s *search) doubledDomain() string {
	return resolver.Join(s.Domain, strings.TrimSuffix(s.Domain, "."))
}

// askMisplacedBelow asks below the names that turned out to exist.
func (s *search) askMisplacedBelow() {
	for _, selector := range s.wrong.selectors {
		if exists(s.wrong.bare) && !s.synthesised(s.wrong.bare) {
			s.addPlace(PlaceNoUnderscore, resolver.Join(s.Domain, selector, "domainkey"), selector)
		}
		if exists(s.wrong.doubled) && !s.synthesised(s.wrong.doubled) {
			s.addPlace(PlaceDoubled, keyName(selector, s.doubledDomain()), selector)
		}
	}
}

// synthesised reports that a wildcard at the domain answers: then the name has
// nothing below it, or it would exist itself (RFC 4592 §2.2.2). A wildcard of
// another type shows as NODATA; so does compact denial, but that denies nothing.
func (s *search) synthesised(r checks.Result) bool {
	sibling := s.facts.sibling
	shows := exists(sibling) && (sibling.Is(resolver.Data) || len(sibling.Answer.Chain) > 0 || denied(s.facts.random))
	return shows && sameAnswer(r.Answer, sibling.Answer)
}

// addPlace asks for the wrong name and, unless it was asked before, for the right one.
func (s *search) addPlace(kind Place, name, selector string) {
	right := keyName(selector, s.Domain)
	if !askable(name) || !askable(right) || slices.ContainsFunc(s.wrong.places, func(p *place) bool { return p.Name == name }) {
		return
	}
	p := &place{Misplaced: Misplaced{Place: kind, Name: name, Selector: selector, Right: right}}
	s.wrong.places = append(s.wrong.places, p)
	s.add(InMisplaced, name, resolver.TypeTXT, &p.here)
	for _, sel := range s.all {
		if sel.Selector == selector {
			p.there = sel.result
			return
		}
	}
	s.add(InSelector, right, resolver.TypeTXT, &p.there)
}

// askListed picks wrong names from the names of a zone file.
func (s *search) askListed() {
	names, _ := s.Names(s.Domain)
	bare, doubled := ".domainkey."+s.Domain, "."+namespaceName(s.doubledDomain())
	for _, name := range names {
		if selector, ok := strings.CutSuffix(name, doubled); ok {
			s.addPlace(PlaceDoubled, name, selector)
		} else if selector, ok := strings.CutSuffix(name, bare); ok {
			s.addPlace(PlaceNoUnderscore, name, selector)
		} else if rest, ok := strings.CutPrefix(name, "_domainkey."); ok && name != namespaceName(s.Domain) {
			if selector, ok := strings.CutSuffix(rest, "."+s.Domain); ok && !strings.Contains(selector, "_") {
				s.addPlace(PlaceSwapped, name, selector)
			}
		}
	}
}

// askULabels looks for keys whose selector is in UTF-8: verifiers ask for the
// A-label (RFC 8616 §5).
func (s *search) askULabels() {
	var labels []string
	for _, text := range s.Options.Selectors {
		if name, err := resolver.CanonicalName(text); err == nil {
			labels = append(labels, strings.TrimSuffix(name, "."))
		}
	}
	names, _ := s.Names(namespaceName(s.Domain))
	for _, name := range names {
		if label, ok := strings.CutSuffix(name, "."+namespaceName(s.Domain)); ok {
			labels = append(labels, label)
		}
	}
	for _, label := range labels {
		ascii, err := idna.Lookup.ToASCII(unicodeName(label))
		if err == nil && ascii != "" {
			s.addPlace(PlaceULabel, keyName(label, s.Domain), ascii)
		}
	}
}

// concludeMisplaced keeps the wrong names that hold a key while the right one
// holds nothing. What a wildcard answers is at no name of its own.
func (s *search) concludeMisplaced() {
	if !answered(s.facts.sibling) {
		return
	}
	for _, p := range s.wrong.places {
		empty := answered(p.there) && !p.there.Is(resolver.Data) && len(p.there.Answer.Chain) == 0
		if !empty || exists(s.facts.sibling) && answered(p.here) && sameAnswer(p.here.Answer, s.facts.sibling.Answer) {
			continue
		}
		s.keepMisplaced(p.Misplaced, p.here)
	}
	s.concludeApex()
}

func (s *search) keepMisplaced(m Misplaced, here checks.Result) {
	for _, k := range keyRecords(here) {
		if k.key.Material.key != nil && len(here.Answer.Chain) == 0 {
			m.found = k
			s.facts.Misplaced = append(s.facts.Misplaced, &m)
			return
		}
	}
}

// concludeApex keeps a key at the domain itself only where it is certain that
// there is none at any selector: a copy beside a good one does no harm.
func (s *search) concludeApex() {
	anyKey := slices.ContainsFunc(s.all, func(sel *Selector) bool {
		return sel.State == StateUnknown || sel.State.Found() && sel.State != StateProxied
	})
	if anyKey || !s.facts.Complete && s.facts.Namespace != NamespaceNXDomain {
		return
	}
	m := Misplaced{Place: PlaceApex, Name: s.Domain}
	if len(s.facts.absent) == 1 {
		m.Selector, m.Right = s.facts.absent[0], keyName(s.facts.absent[0], s.Domain)
	}
	s.keepMisplaced(m, s.wrong.apex)
}
