package spf

import (
	"context"
	"errors"
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

// The bounds on one evaluation. Within the limits of RFC 7208 §4.6.4 no policy
// comes near them: ten terms ask at most 123 questions, and eleven records
// have room for 60,000 terms.
const (
	maxQuestions = 300
	maxTerms     = 100_000
)

// errTooLarge stands for the question after the last.
var errTooLarge = errors.New("more questions than one policy may cost")

// CheckHost is check_host() of RFC 7208 §4: what the policy of q.Domain says of
// one client. It asks in the order of the RFC, one question at a time, and only
// what it needs for this client; each question once. Failures are part of the
// Evaluation: temperror where a server failed, unknown where nobody was asked.
func CheckHost(ctx context.Context, r resolver.Resolver, q Query) Evaluation {
	c := &checker{resolver: r, query: q.normal(), domains: map[string]*Domain{}, names: map[*Term]spelledOut{},
		answers: map[resolver.Question]checks.Result{}}
	v := c.start(ctx)
	c.eval.Result, c.eval.Decision = v.result, v.Decision
	if v.result == ResultFail {
		c.eval.Explanation = c.explanation(ctx, v.frame)
	}
	return c.eval
}

// checker is one call of CheckHost.
type checker struct {
	resolver resolver.Resolver
	query    Query
	eval     Evaluation
	domains  map[string]*Domain
	names    map[*Term]spelledOut
	answers  map[resolver.Question]checks.Result
}

// frame is check_host() at work on one domain: the checked one, or the target
// of an include or redirect.
type frame struct {
	domain string   // canonical
	path   []string // the domains that led here, domain last
	record *Record  // nil until it is found
}

// verdict is a result, why, and the record that gave it.
type verdict struct {
	result Result
	Decision
	frame *frame
}

// decide gives a result; t is the term that it comes from, or nil.
func (f *frame) decide(result Result, cause Cause, t *Term) *verdict {
	v := &verdict{result: result, Decision: Decision{Cause: cause, Path: f.path}, frame: f}
	if f.record != nil {
		v.Record = f.record.Text
	}
	if t != nil {
		v.Term, v.Span = t.Span.Of(f.record.Text), t.Span
	}
	return v
}

// match is what a mechanism gives that matched; its qualifier is still to come.
func (f *frame) match(t *Term) *verdict { return f.decide(ResultPass, CauseMatch, t) }

// fail is what a question without an answer gives. RFC 7208 §4.4, §5.
func (f *frame) fail(err error, t *Term) *verdict {
	if errors.Is(err, errTooLarge) {
		return f.decide(ResultUnknown, CauseTooLarge, t)
	}
	v := f.decide(resultOf(err), CauseDNS, t)
	v.Err = err
	return v
}

// start is the initial processing. RFC 7208 §4.3.
func (c *checker) start(ctx context.Context) *verdict {
	if !c.query.IP.IsValid() {
		return &verdict{result: ResultUnknown, Decision: Decision{Cause: CauseMacro}}
	}
	name, ok := mailDomain(c.query.Domain)
	if !ok {
		return &verdict{result: ResultNone, Decision: Decision{Cause: CauseBadDomain}}
	}
	return c.check(ctx, &frame{domain: name, path: []string{name}})
}

// check looks for the record of a domain and evaluates it.
func (c *checker) check(ctx context.Context, f *frame) *verdict {
	if resolver.CountLabels(f.domain) < 2 { // RFC 7208 §4.3
		return f.decide(ResultNone, CauseBadDomain, nil)
	}
	d := c.domain(ctx, f.domain)
	switch d.Outcome {
	case Open: // RFC 7208 §4.4
		return f.fail(d.TXT.Err, nil)
	case NoName, NoRecord: // RFC 7208 §4.3, §4.5
		return f.decide(ResultNone, CauseNoRecord, nil)
	case Several: // RFC 7208 §4.5
		v := f.decide(ResultPermError, CauseSeveral, nil)
		v.Record, v.Others = d.texts()
		return v
	}
	f.record = d.Record
	if d.Outcome == Malformed { // RFC 7208 §4.6: wherever the mistake stands
		return f.decide(ResultPermError, CauseSyntax, &d.Record.Terms[d.Record.Errors[0].Term])
	}
	return c.evaluate(ctx, f)
}

// domain looks for the record of a domain. RFC 7208 §4.4, §4.5.
func (c *checker) domain(ctx context.Context, name string) *Domain {
	d := c.domains[name]
	if d == nil {
		d = &Domain{Name: name}
		d.read(c.ask(ctx, name, resolver.TypeTXT), name)
		c.domains[name] = d
	}
	return d
}

// ask puts a question once.
func (c *checker) ask(ctx context.Context, name string, t resolver.Type) checks.Result {
	q := resolver.Question{Name: name, Type: t}
	known, ok := c.answers[q]
	switch {
	case ok:
		return known
	case len(c.answers) == maxQuestions:
		return checks.Result{Err: errTooLarge}
	}
	var r checks.Result
	r.Answer, r.Err = c.resolver.Lookup(ctx, q)
	c.answers[q] = r
	return r
}

// evaluate runs the terms of a record from left to right, and the redirect
// when none matched. RFC 7208 §4.6.2, §4.6.3.
func (c *checker) evaluate(ctx context.Context, f *frame) *verdict {
	for i := range f.record.Terms {
		t := &f.record.Terms[i]
		if !t.Kind.Mechanism() {
			continue
		}
		if len(c.eval.Steps) == maxTerms {
			return f.decide(ResultUnknown, CauseTooLarge, t)
		}
		if v := c.mechanism(ctx, f, t); v != nil {
			return v
		}
	}
	if t := f.record.first(Redirect); t != nil {
		return c.redirect(ctx, f, t)
	}
	return f.decide(ResultNeutral, CauseDefault, nil) // RFC 7208 §4.7
}

// step enters a term into the trace and returns its place there.
func (c *checker) step(f *frame, t *Term) int {
	c.eval.Steps = append(c.eval.Steps, Step{Depth: len(f.path) - 1, Domain: f.domain, Term: t.Span.Of(f.record.Text)})
	return len(c.eval.Steps) - 1
}

// mechanism evaluates one mechanism; nil means that it did not match.
func (c *checker) mechanism(ctx context.Context, f *frame, t *Term) *verdict {
	at := c.step(f, t)
	v := c.test(ctx, f, t, at)
	if v == nil {
		return nil
	}
	if v.result == ResultPass {
		// RFC 7208 §4.6.2, and §6.2: the explanation is that of this record, not
		// of one that it includes.
		v.result, v.frame = t.Qualifier.Result(), f
		c.eval.Steps[at].Match = true
	}
	c.eval.Steps[at].Result = v.result
	return v
}

// redirect goes on with the record of another domain. RFC 7208 §6.1.
func (c *checker) redirect(ctx context.Context, f *frame, t *Term) *verdict {
	at := c.step(f, t)
	name, v := c.target(ctx, f, t, at)
	if v == nil {
		v = c.follow(ctx, f, t, name)
	}
	if v.result == ResultNone {
		v = f.decide(ResultPermError, CauseRedirectNone, t)
	}
	c.eval.Steps[at].Match = !v.result.failed()
	c.eval.Steps[at].Result = v.result
	return v
}

// follow runs check_host() for the target of an include or redirect.
func (c *checker) follow(ctx context.Context, f *frame, t *Term, name string) *verdict {
	switch {
	case name == "": // RFC 7208 §4.3, §5.2, §6.1: malformed
		return f.decide(ResultNone, CauseBadDomain, t)
	case c.query.Unlimited && slices.Contains(f.path, name):
		return f.decide(ResultPermError, CauseLoop, t)
	}
	path := append(f.path[:len(f.path):len(f.path)], name)
	v := c.check(ctx, &frame{domain: name, path: path})
	if v.Record == "" { // nothing stands at the target: the place to look at is the term
		err := v.Err
		v = f.decide(v.result, v.Cause, t)
		v.Err = err
	}
	return v
}
