package checks

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"mailauth/resolver"
)

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

// Asker asks questions within a budget and keeps those that nobody answered. It
// can be used from several goroutines.
type Asker struct {
	resolver resolver.Resolver
	name     string
	budget   int

	mu       sync.Mutex
	asked    map[resolver.Question]bool
	failures []Failure
}

// NewAsker asks at most budget different questions. Name says in errors whose
// budget it is.
func NewAsker(r resolver.Resolver, name string, budget int) *Asker {
	return &Asker{resolver: r, name: name, budget: budget, asked: map[resolver.Question]bool{}}
}

// Ask asks one question for the input.
func (a *Asker) Ask(ctx context.Context, in Input, q resolver.Question) Result {
	return a.AskAll(ctx, in, []resolver.Question{q})[0]
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
func (a *Asker) AskAll(ctx context.Context, in Input, questions []resolver.Question) []Result {
	tagged := make([]Tagged, len(questions))
	for i, q := range questions {
		tagged[i] = Tagged{in, q}
	}
	return a.AskTagged(ctx, tagged)
}

// AskTagged is AskAll for questions of several inputs: one round for all of
// them.
func (a *Asker) AskTagged(ctx context.Context, questions []Tagged) []Result {
	results := make([]Result, len(questions))
	var flights sync.WaitGroup
	for i, t := range questions {
		if err := a.reserve(t.Question); err != nil {
			results[i].Err = err
			continue
		}
		flights.Go(func() {
			results[i].Answer, results[i].Err = a.resolver.Lookup(ctx, t.Question)
		})
	}
	flights.Wait()
	for i, t := range questions {
		if results[i].Err != nil {
			a.fail(Failure{t.Question, t.Input, results[i].Err})
		}
	}
	return results
}

func (a *Asker) reserve(q resolver.Question) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.asked[q] {
		return nil
	}
	if len(a.asked) >= a.budget {
		return &resolver.Error{Kind: resolver.OverBudget, Question: q,
			Detail: fmt.Sprintf("the %s check asks at most %d questions", a.name, a.budget)}
	}
	a.asked[q] = true
	return nil
}

func (a *Asker) fail(f Failure) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, known := range a.failures {
		if known.Question == f.Question && known.Input == f.Input {
			return
		}
	}
	a.failures = append(a.failures, f)
}

// Failures lists the questions that nobody answered, each once for an input.
func (a *Asker) Failures() []Failure {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.failures)
}
