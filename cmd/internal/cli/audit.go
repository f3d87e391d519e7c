package cli

import (
	"context"
	"sync"
	"time"

	"mailauth/checks"
	"mailauth/cmd/internal/report"
	"mailauth/resolver"
)

// result is the audit of one domain, or why there is none.
type result struct {
	domain  string
	audit   *checks.Report
	cost    report.DNS
	ledger  resolver.Ledger
	problem error
	missing bool // the problem is that the domain does not exist
}

// auditAll audits the domains of a source, at most jobs at a time, and hands over the
// results in the order of the domains, each as soon as it and those before it
// are there. It stops at the first error of show. The source's clock and
// documents are those of the audit.
func (a *app) auditAll(jobs int, s *source, options checks.Options, show func(result) error) error {
	ctx, cancel := context.WithCancel(a.ctx)
	defer cancel()
	shared := resolver.NewCache(s.Resolver, resolver.Within(ctx)) // an answer is final for the run
	defer shared.Close()
	options.Now = s.now
	results := make([]chan result, len(s.domains))
	slots := make(chan struct{}, jobs)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel() // before waiting
	for i, domain := range s.domains {
		results[i] = make(chan result, 1)
		running.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			results[i] <- a.audit(ctx, domain, shared, s, options)
		})
	}
	for _, finished := range results {
		r := <-finished
		if a.ctx.Err() != nil {
			return complain("stopped", "stopped", nil)
		}
		if err := show(r); err != nil {
			return err
		}
	}
	return nil
}

// audit audits one domain within its time.
func (a *app) audit(ctx context.Context, domain string, base resolver.Resolver, s *source, options checks.Options) (r result) {
	r.domain = domain
	defer func() {
		if p := recover(); p != nil {
			r.problem = internalError(p)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, domainTimeout)
	defer cancel()
	start := time.Now()
	cache := resolver.NewCache(base, resolver.Within(ctx))
	defer cache.Close()
	if a.missing(ctx, domain, cache) {
		r.problem, r.missing = noSuchDomain(domain, s.zones), true
		return r
	}
	options.Fetcher = s.fetcher(cache)
	var err error
	if r.audit, err = checks.Audit(ctx, domain, cache, a.checks, options); err != nil {
		r.problem = internalError(err) // a check broke
	}
	r.ledger = cache.Ledger()
	r.cost = report.DNS{Questions: r.ledger.Questions(), ElapsedMS: time.Since(start).Milliseconds(), Silent: silent(r.ledger, domain)}
	return r
}

// silent reports that questions were asked and none was answered, so that the
// network is to blame or the server that is asked. If that one at least reports
// failures, they are the domain's own unless other names fail too.
func silent(ledger resolver.Ledger, domain string) bool {
	reported, beyond := false, false
	for _, e := range ledger {
		switch {
		case e.Fetch.URL != "": // without answers there was nowhere to fetch from
			continue
		case e.Err == nil:
			return false
		}
		kind := resolver.KindOf(e.Err)
		reported = reported || kind == resolver.ServFail || kind == resolver.Refused
		beyond = beyond || !resolver.IsSubdomain(e.Question.Name, domain)
	}
	return len(ledger) > 0 && (beyond || !reported)
}

// missing reports that the DNS knows nothing of a domain: NXDOMAIN for the name
// and, since servers exist that say so of a name with others below it, for its
// policy too. The audit asks these questions anyway.
func (a *app) missing(ctx context.Context, domain string, r resolver.Resolver) bool {
	for _, q := range []resolver.Question{
		{Name: domain, Type: resolver.TypeTXT},
		{Name: domain, Type: resolver.TypeMX},
		{Name: resolver.Join(domain, "_dmarc"), Type: resolver.TypeTXT},
	} {
		answer, err := r.Lookup(ctx, q)
		if err != nil || answer.Status != resolver.NXDomain || answer.OwnerExists {
			return false
		}
	}
	return true
}

func noSuchDomain(domain string, zones []*resolver.Zone) *complaint {
	args := checks.Args{"domain": report.DisplayName(report.BareName(domain))}
	var names []string
	for _, apex := range apexes(zones) {
		names = append(names, report.BareName(apex))
	}
	if near, ok := nearest(report.BareName(domain), names); ok {
		args["near"] = near
		return complain("no-such-domain", "no-such-domain-near", args)
	}
	return complain("no-such-domain", "no-such-domain", args)
}
