package checks

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"mailauth/resolver"
)

// audit is one run of a list of checks over one resolver.
type audit struct {
	domain string
	list   []*Check
	passes map[*Check]*Pass

	mu    sync.Mutex
	facts map[*Check]any
	// open are the questions of a check that nobody answered and that block a
	// rule, its own or another check's; for a document its host, without a type.
	open map[*Check][]resolver.Question
}

// outcome is what an audit found, before any fix is tried.
type outcome struct {
	audit      *audit
	judgements map[*Check]Judgement
	findings   []Finding // superseded ones folded into their causes
}

// run looks up and judges. Every check begins as soon as the checks that it
// requires have their facts.
func run(ctx context.Context, domain string, r resolver.Resolver, list []*Check, opts Options) (*outcome, error) {
	a := &audit{domain: domain, list: withRequired(list), passes: map[*Check]*Pass{}, facts: map[*Check]any{}, open: map[*Check][]resolver.Question{}}
	for _, c := range a.list {
		asker := NewAsker(r, c.Name, c.Budget)
		asker.fetcher = opts.Fetcher
		a.passes[c] = &Pass{Domain: domain, Options: opts, check: c, audit: a, Asker: asker}
	}
	if err := a.lookUp(ctx); err != nil {
		return nil, err
	}
	return a.judge(), nil
}

// withRequired returns the list with the required checks that it does not
// name, each before the checks that require it.
func withRequired(list []*Check) []*Check {
	var all []*Check
	seen := map[*Check]bool{}
	var add func(c *Check)
	add = func(c *Check) {
		if seen[c] {
			return
		}
		seen[c] = true
		for _, required := range c.Requires {
			add(required)
		}
		all = append(all, c)
	}
	for _, c := range list {
		add(c)
	}
	return all
}

func (a *audit) lookUp(ctx context.Context) error {
	done := make(map[*Check]chan struct{}, len(a.list))
	for _, c := range a.list {
		done[c] = make(chan struct{})
	}
	errs := make([]error, len(a.list))
	var running sync.WaitGroup
	for i, c := range a.list {
		running.Go(func() {
			defer close(done[c])
			for _, required := range c.Requires {
				<-done[required]
			}
			errs[i] = a.lookUpOne(ctx, c)
		})
	}
	running.Wait()
	return errors.Join(errs...)
}

// lookUpOne runs one check's Lookup. A panic, here in a goroutine that no caller
// guards, is an error like another: the check broke.
func (a *audit) lookUpOne(ctx context.Context, c *Check) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("check %s of %s: panic: %v", c.Name, a.domain, p)
		}
	}()
	if c.Lookup == nil {
		return nil
	}
	facts, err := c.Lookup(ctx, a.passes[c])
	if err != nil {
		return fmt.Errorf("check %s of %s: %w", c.Name, a.domain, err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.facts[c] = facts
	return nil
}

func (a *audit) factsOf(c *Check) any {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.facts[c]
}

func (a *audit) judge() *outcome {
	o := &outcome{audit: a, judgements: map[*Check]Judgement{}}
	var settled []*Rule
	for _, c := range a.list {
		if c.Judge == nil {
			continue
		}
		j := c.Judge(a.passes[c])
		for i := range j.Findings {
			j.Findings[i].Check = a.checkOf(j.Findings[i].Rule, c)
		}
		o.judgements[c] = j
		o.findings = append(o.findings, j.Findings...)
		settled = append(settled, j.Settled...)
	}
	o.findings = supersede(o.findings)
	o.findings = append(o.findings, a.tempfails(settled)...)
	sortFindings(o.findings)
	return o
}

// checkOf names the check that a finding counts for: the one of the rule's
// protocol where there is one (a rule on SPF and the role together still says
// something about SPF), else the one that raised it.
func (a *audit) checkOf(r *Rule, raisedBy *Check) string {
	for _, c := range a.list {
		if c.Name == r.Protocol() {
			return c.Name
		}
	}
	return raisedBy.Name
}

// Audit audits a domain (a canonical name) with the checks and those that they
// require, and tries the fixes. Every question is asked once: r is put behind a
// cache unless it is one. The error is that a check broke.
func Audit(ctx context.Context, domain string, r resolver.Resolver, list []*Check, opts Options) (*Report, error) {
	if _, cached := r.(*resolver.Cache); !cached {
		cache := resolver.NewCache(r, resolver.Within(ctx))
		defer cache.Close()
		r = cache
	}
	opts.memory = &memory{known: map[string]any{}}
	o, err := run(ctx, domain, r, list, opts)
	if err != nil {
		return nil, err
	}
	if !opts.SkipTrials {
		if err := o.tryFixes(ctx, r, opts); err != nil {
			return nil, err
		}
	}
	return o.report(), nil
}
