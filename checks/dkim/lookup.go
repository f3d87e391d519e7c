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
	reserve = 20
)

// search is one look-up of a domain's keys, in at most three rounds of
// questions that are asked together.
type search struct {
	*checks.Pass
	facts *Facts
	all   []*Selector
	asked int // questions so far

	round []checks.Tagged // the questions of the next round
	take  []func(checks.Result)

	namespace, randomHost checks.Result
	wrong                 misplacedSearch
}

func lookup(ctx context.Context, p *checks.Pass) (any, error) {
	s := &search{Pass: p, facts: &Facts{domain: p.Domain, Wildcard: StateUnknown}}
	s.all, s.facts.Complete = candidates(p)
	s.add(InNamespace, namespaceName(p.Domain), resolver.TypeTXT, &s.namespace)
	s.add(InNamespace, resolver.Join(p.Domain, p.RandomLabel("sibling")), resolver.TypeTXT, &s.facts.sibling)
	s.add(InControl, keyName(p.RandomLabel("selector"), p.Domain), resolver.TypeTXT, &s.facts.random)
	s.askKeys(s.all)
	s.ask(ctx)
	s.classify(s.all)

	s.askAddresses(s.all)
	s.askMisplaced()
	wider := s.widen()
	s.askKeys(wider)
	s.ask(ctx)
	s.classify(s.all)

	s.all = append(s.all, wider...)
	s.classify(wider)
	s.askAddresses(wider)
	s.askMisplacedBelow()
	s.ask(ctx)
	s.classify(s.all)
	s.conclude()
	return s.facts, nil
}

// add puts a question into the next round; its result goes to where it is wanted.
func (s *search) add(in checks.Input, name string, t resolver.Type, to *checks.Result) {
	if !askable(name) {
		return
	}
	s.round = append(s.round, checks.Tagged{Input: in, Question: resolver.Question{Name: name, Type: t}})
	s.take = append(s.take, func(r checks.Result) { *to = r })
}

func (s *search) ask(ctx context.Context) {
	if len(s.round) == 0 {
		return
	}
	for i, r := range s.AskTagged(ctx, s.round) {
		s.take[i](r)
	}
	s.asked += len(s.round)
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
	wanted := slices.DeleteFunc(slices.Clone(selectors), func(sel *Selector) bool {
		return !sel.result.Is(resolver.NoData) || len(sel.result.Answer.Chain) > 0
	})
	for _, sel := range wanted {
		s.add(InAddress, sel.Name, resolver.TypeA, &sel.host)
	}
	if len(wanted) > 0 && s.nodataForAll() && !answered(s.randomHost) {
		s.add(InAddress, keyName(s.RandomLabel("selector"), s.Domain), resolver.TypeA, &s.randomHost)
	}
}

// widen lists the selectors of the dictionary, where something is known to be
// published and nothing was found, as far as the budget goes.
func (s *search) widen() (wider []*Selector) {
	if s.facts.Complete || !s.nothingFound() || s.namespaceState() != NamespaceExists || !s.facts.random.Is(resolver.NXDomain) {
		return nil
	}
	room := budget - s.asked - len(s.round) - reserve
	for _, name := range dictionary() {
		tried := slices.ContainsFunc(s.all, func(sel *Selector) bool { return sel.Selector == name })
		if owner := keyName(name, s.Domain); len(wider) < room && !tried && askable(owner) {
			wider = append(wider, &Selector{Selector: name, Name: owner, Origin: OriginGuess})
		}
	}
	return wider
}

// nothingFound reports that every selector was answered and none has anything.
func (s *search) nothingFound() bool {
	return !slices.ContainsFunc(s.all, func(sel *Selector) bool { return sel.State.Found() || sel.State == StateUnknown })
}
