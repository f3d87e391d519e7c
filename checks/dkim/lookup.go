package dkim

import (
	"context"
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

// budget is what one domain may cost; reserve is kept back for the last round.
const (
	budget  = 100
	reserve = 19
)

// search is one look-up of a domain's keys, in few rounds of questions that are
// asked together.
type search struct {
	*checks.Pass
	facts *Facts
	all   []*Selector
	asked map[resolver.Question]bool // the next round's too

	round []checks.Tagged // the questions of the next round
	take  []func(checks.Result)

	namespace, randomHost checks.Result
	wrong                 misplacedSearch
	infer                 inference
	adsp                  checks.Result
	randomHostAsked       bool
	widened               bool
}

func lookup(ctx context.Context, p *checks.Pass) (any, error) {
	s := &search{Pass: p, asked: map[resolver.Question]bool{}, facts: &Facts{domain: p.Domain, Wildcard: StateUnknown}}
	s.walk(ctx)
	s.all, s.facts.Complete = candidates(p, s.facts.Walk)
	s.add(InNamespace, namespaceName(p.Domain), resolver.TypeTXT, &s.namespace)
	s.add(InControl, keyName(p.RandomLabel("selector"), p.Domain), resolver.TypeTXT, &s.facts.random)
	s.askKeys(s.all)
	s.facts.Beyond = beyond(p)
	s.askKeys(s.facts.Beyond)
	s.askProviders()
	for round := 0; len(s.round) > 0; round++ {
		s.ask(ctx)
		s.classify(s.all)
		s.askAddresses(s.all)
		if round == 0 {
			s.askDelegation()
		}
		implied := s.askImplied()
		s.askWrongNames(implied)
		if !implied {
			s.widen()
		}
		s.askHome()
		s.askPolicy()
	}
	s.conclude()
	return s.facts, nil
}

// add puts a question into the next round; its result goes to where it is wanted.
func (s *search) add(in checks.Input, name string, t resolver.Type, to *checks.Result) {
	if !askable(name) {
		return
	}
	q := resolver.Question{Name: name, Type: t}
	s.asked[q] = true
	s.round = append(s.round, checks.Tagged{Input: in, Question: q})
	s.take = append(s.take, func(r checks.Result) { *to = r })
}

func (s *search) ask(ctx context.Context) {
	if len(s.round) == 0 {
		return
	}
	for i, r := range s.AskTagged(ctx, s.round) {
		s.take[i](r)
	}
	s.round, s.take = nil, nil
}

func (s *search) askKeys(selectors []*Selector) {
	for _, sel := range selectors {
		s.add(InSelector, sel.Name, resolver.TypeTXT, &sel.result)
	}
}

// askAddresses looks for addresses at selectors that exist without a TXT
// record. Where names exist that nobody published, the control is asked too.
func (s *search) askAddresses(selectors []*Selector) {
	wanted := false
	for _, sel := range selectors {
		if !sel.result.Is(resolver.NoData) || len(sel.result.Answer.Chain) > 0 || sel.hostAsked {
			continue
		}
		sel.hostAsked, wanted = true, true
		s.add(InAddress, sel.Name, resolver.TypeA, &sel.host)
	}
	if wanted && s.nodataForAll() && !s.randomHostAsked {
		s.randomHostAsked = true
		s.add(InAddress, keyName(s.RandomLabel("selector"), s.Domain), resolver.TypeA, &s.randomHost)
	}
}

// widen asks for the selectors of the dictionary, where something is known to
// be published and nothing was found, as far as the budget goes.
func (s *search) widen() {
	if s.widened || s.facts.Complete || s.facts.open || !s.nothingFound() || s.namespaceState() != NamespaceExists || !s.facts.random.Is(resolver.NXDomain) {
		return
	}
	s.widened = true
	s.addSelectors(OriginGuess, dictionary())
	if s.Options.Walk {
		s.addSelectors(OriginGuess, rarer())
	}
}

// addSelectors asks for selectors that were not asked for yet, as far as the
// budget goes, and returns those that it asks for.
func (s *search) addSelectors(origin Origin, names []string) (added []string) {
	room := budget - len(s.asked) - reserve
	for _, name := range names {
		tried := slices.ContainsFunc(s.all, func(sel *Selector) bool { return sel.Selector == name })
		if owner := keyName(name, s.Domain); len(added) < room && !tried && askable(owner) {
			sel := &Selector{Selector: name, Name: owner, Origin: origin, State: StateUnknown}
			s.all = append(s.all, sel)
			s.add(InSelector, owner, resolver.TypeTXT, &sel.result)
			added = append(added, name)
		}
	}
	return added
}

// nothingFound reports that every selector was answered and none has anything.
func (s *search) nothingFound() bool {
	return !slices.ContainsFunc(s.all, func(sel *Selector) bool { return sel.State.Found() || sel.State == StateUnknown })
}
