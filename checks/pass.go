package checks

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"sync"

	"mailauth/resolver"
)

// Options are what the user tells the audit.
type Options struct {
	// Selectors are DKIM selectors to ask for, as given.
	Selectors []string
	// Seed makes the random labels of control questions; runs with the same
	// seed ask the same names.
	Seed uint64
	// SkipTrials leaves the fixes untried, and so unverified.
	SkipTrials bool
}

// Result is the outcome of one question.
type Result struct {
	Answer resolver.Answer
	Err    error
}

// Unknown reports that nobody could tell. Then Answer means nothing.
func (r Result) Unknown() bool { return r.Err != nil }

// Is reports that the question was answered, with the status.
func (r Result) Is(s resolver.Status) bool { return r.Err == nil && r.Answer.Status == s }

// Failure is a question that nobody answered.
type Failure struct {
	Question resolver.Question
	Input    Input
	Err      error
}

// Pass is one check's view of one audit: the domain, the options, the facts of
// the checks that it requires, and the only way to ask the DNS.
type Pass struct {
	// Domain is the audited name, canonical.
	Domain  string
	Options Options

	check    *Check
	resolver resolver.Resolver
	audit    *audit

	mu       sync.Mutex
	asked    map[resolver.Question]bool
	failures []Failure
}

// Facts returns what the check's Lookup collected. Only the pass's own check
// and those that it requires may be read; others panic, since the order in
// which checks run would show.
func (p *Pass) Facts(c *Check) any {
	if c != p.check && !requires(p.check, c) {
		panic(fmt.Sprintf("check %s reads facts of %s without requiring it", p.check.Name, c.Name))
	}
	return p.audit.factsOf(c)
}

// Own returns what the Lookup of the pass's own check collected, for its Judge
// and Guard: these cannot name their check without an initialization cycle.
func (p *Pass) Own() any { return p.audit.factsOf(p.check) }

func requires(c, other *Check) bool {
	for _, r := range c.Requires {
		if r == other || requires(r, other) {
			return true
		}
	}
	return false
}

// Ask asks one question for the input.
func (p *Pass) Ask(ctx context.Context, in Input, q resolver.Question) Result {
	return p.AskAll(ctx, in, []resolver.Question{q})[0]
}

// Tagged is a question and the input that it is asked for.
type Tagged struct {
	Input    Input
	Question resolver.Question
}

// AskAll asks questions in parallel and returns their results in order. The
// check's budget is spent in that order, before the first is asked, so that
// the same questions go without an answer in every run; a question asked
// before costs nothing. Failures are kept for dns-tempfail.
func (p *Pass) AskAll(ctx context.Context, in Input, questions []resolver.Question) []Result {
	tagged := make([]Tagged, len(questions))
	for i, q := range questions {
		tagged[i] = Tagged{in, q}
	}
	return p.AskTagged(ctx, tagged)
}

// AskTagged is AskAll for questions of several inputs: one round for all of
// them.
func (p *Pass) AskTagged(ctx context.Context, questions []Tagged) []Result {
	results := make([]Result, len(questions))
	var flights sync.WaitGroup
	for i, t := range questions {
		if err := p.reserve(t.Question); err != nil {
			results[i].Err = err
			continue
		}
		flights.Go(func() {
			results[i].Answer, results[i].Err = p.resolver.Lookup(ctx, t.Question)
		})
	}
	flights.Wait()
	for i, t := range questions {
		if results[i].Err != nil {
			p.fail(Failure{t.Question, t.Input, results[i].Err})
		}
	}
	return results
}

func (p *Pass) reserve(q resolver.Question) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asked[q] {
		return nil
	}
	if len(p.asked) >= p.check.Budget {
		return &resolver.Error{Kind: resolver.OverBudget, Question: q,
			Detail: fmt.Sprintf("the %s check asks at most %d questions", p.check.Name, p.check.Budget)}
	}
	p.asked[q] = true
	return nil
}

func (p *Pass) fail(f Failure) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, known := range p.failures {
		if known.Question == f.Question && known.Input == f.Input {
			return
		}
	}
	p.failures = append(p.failures, f)
}

// Names lists the owner names at and below a name, if the resolver can
// enumerate them (a zone file); complete says that there are no others.
func (p *Pass) Names(below string) (names []string, complete bool) {
	if lister, ok := p.resolver.(resolver.NameLister); ok {
		return lister.Names(below)
	}
	return nil, false
}

// RandomLabel is a label that nobody publishes, for control questions. The
// purpose keeps controls apart; the same seed and domain give the same label.
func (p *Pass) RandomLabel(purpose string) string {
	h := fnv.New64a()
	h.Write([]byte(p.Domain + "\x00" + purpose))
	rng := rand.New(rand.NewPCG(p.Options.Seed, h.Sum64()))
	label := []byte("mailauth-")
	for range 16 {
		label = append(label, "abcdefghijkmnpqrstuvwxyz23456789"[rng.IntN(32)])
	}
	return string(label)
}
