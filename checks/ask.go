package checks

import (
	"context"
	"errors"
	"fmt"
	"net/url"
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

// Failure is a question that nobody answered, or a document that could not be
// had for a reason that says nothing about it.
type Failure struct {
	Question resolver.Question
	// URL is that of the document; Question then has its host as the name, and
	// no type.
	URL   string
	Input Input
	Err   error
}

// Asker asks questions within a budget and keeps those that nobody answered. It
// can be used from several goroutines.
type Asker struct {
	resolver resolver.Resolver
	fetcher  resolver.Fetcher // nil fetches nothing
	name     string
	budget   int

	mu       sync.Mutex
	asked    map[any]bool // resolver.Question, resolver.Query or resolver.FetchRequest
	failures []Failure
}

// NewAsker asks at most budget different questions. Name says in errors whose
// budget it is.
func NewAsker(r resolver.Resolver, name string, budget int) *Asker {
	return &Asker{resolver: r, name: name, budget: budget, asked: map[any]bool{}}
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
		if err := a.reserve(t.Question, t.Question); err != nil {
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
			a.fail(Failure{Question: t.Question, Input: t.Input, Err: results[i].Err})
		}
	}
	return results
}

// Exchange asks one server, or with bits of its own, within the budget. What a
// server fails to answer is for the check to judge: nothing is kept for
// dns-tempfail unless the check calls Miss.
func (a *Asker) Exchange(ctx context.Context, q resolver.Query) (resolver.Reply, error) {
	if err := a.reserve(q, q.Question); err != nil {
		return resolver.Reply{}, err
	}
	return a.resolver.Exchange(ctx, q)
}

// Allow raises the budget, for what the user has asked for beyond the usual.
func (a *Asker) Allow(more int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.budget += more
}

// Miss keeps a failure for dns-tempfail: that the question had no answer blocks
// the rules that read the input.
func (a *Asker) Miss(in Input, q resolver.Question, err error) {
	a.fail(Failure{Question: q, Input: in, Err: err})
}

// MissDocument keeps a failure for dns-tempfail where a response came that
// leaves open what the document is, such as one of a server in trouble: the
// rules that read the input are blocked. The error is a *resolver.FetchError.
func (a *Asker) MissDocument(in Input, url string, err error) {
	a.fail(Failure{Question: resolver.Question{Name: hostOf(url)}, URL: url, Input: in, Err: err})
}

// Fetch gets a document for the input, within the budget. An error that leaves
// open what the document is (see Undecided) is kept for dns-tempfail; any other
// is a fact about the host, for the check to judge. The error is a
// *resolver.FetchError, or a *resolver.Error over budget.
func (a *Asker) Fetch(ctx context.Context, in Input, request resolver.FetchRequest) (resolver.FetchResponse, error) {
	about := resolver.Question{Name: hostOf(request.URL)}
	err := a.reserve(request, about)
	if err == nil {
		var response resolver.FetchResponse
		fetcher := a.fetcher
		if fetcher == nil {
			fetcher = resolver.NoFetcher{}
		}
		if response, err = fetcher.Fetch(ctx, request); err == nil {
			return response, nil
		}
	}
	if Undecided(err) {
		a.fail(Failure{Question: about, URL: request.URL, Input: in, Err: err})
	}
	return resolver.FetchResponse{}, err
}

// Undecided reports whether the error of a fetch says nothing about the
// document: the DNS failed, the network did, nobody was asked. What is left is
// definite: no address, an address that is not public, a certificate or a host
// name that does not verify, a body beyond the limit.
func Undecided(err error) bool {
	fetch, ok := errors.AsType[*resolver.FetchError](err)
	if !ok {
		return err != nil
	}
	switch fetch.Kind {
	case resolver.FetchBadURL, resolver.FetchNoAddress, resolver.FetchForbidden, resolver.FetchTLS, resolver.FetchTooLarge:
		return false
	}
	return true
}

// hostOf is the canonical host name of a URL; the root where there is none.
func hostOf(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return "."
	}
	name, err := resolver.CanonicalName(u.Hostname())
	if err != nil {
		return "."
	}
	return name
}

// reserve takes one out of the budget for a thing that was not asked before;
// about is what the error names.
func (a *Asker) reserve(thing any, about resolver.Question) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.asked[thing] {
		return nil
	}
	if len(a.asked) >= a.budget {
		return &resolver.Error{Kind: resolver.OverBudget, Question: about,
			Detail: fmt.Sprintf("the %s check asks at most %d questions", a.name, a.budget)}
	}
	a.asked[thing] = true
	return nil
}

func (a *Asker) fail(f Failure) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, known := range a.failures {
		if known.Question == f.Question && known.URL == f.URL && known.Input == f.Input {
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
