package dmarc

import (
	"context"

	"mailauth/checks"
	"mailauth/resolver"
)

// Asker finds policy records as a receiver does: name by name up the tree,
// through a resolver, each name once. Its Published is what Discover and Aligned
// take. It is not safe for concurrent use.
type Asker struct {
	ctx   context.Context
	r     resolver.Resolver
	sites map[string]checks.Result
}

// NewAsker returns an Asker whose questions ctx bounds.
func NewAsker(ctx context.Context, r resolver.Resolver) *Asker {
	return &Asker{ctx, r, map[string]checks.Result{}}
}

// Published implements Published for any canonical domain.
func (a *Asker) Published(domain string) (r *Record, known bool) {
	site := readSite(domain, a.txt(Owner(domain)))
	if valid := site.Valid(); valid != nil {
		return valid.Record, true
	}
	return nil, site.Known
}

// Exists says whether a domain exists (RFC 9989 §3.2.13): it does unless it is
// NXDOMAIN, and what has a name below it does (RFC 8020 §2).
func (a *Asker) Exists(domain string) checks.Tri {
	if below := a.txt(Owner(domain)); !below.Unknown() && below.Answer.OwnerExists {
		return checks.Yes
	}
	apex := a.txt(domain)
	return checks.TriOf(apex.Answer.OwnerExists, !apex.Unknown())
}

// Failure is the first of the questions about the tree walk from a domain that
// had no answer, nil if all had one that were put.
func (a *Asker) Failure(domain string) error {
	for _, name := range WalkNames(domain) {
		if site := a.sites[Owner(name)]; site.Unknown() {
			return site.Err
		}
	}
	return a.sites[domain].Err
}

// txt asks once. At a name that is too long to be asked nothing can stand.
func (a *Asker) txt(name string) checks.Result {
	if known, ok := a.sites[name]; ok {
		return known
	}
	q := resolver.Question{Name: name, Type: resolver.TypeTXT}
	result := checks.Result{Answer: resolver.Answer{Question: q, Status: resolver.NXDomain}}
	if _, err := resolver.CanonicalName(name); err == nil {
		result.Answer, result.Err = a.r.Lookup(a.ctx, q)
	}
	a.sites[name] = result
	return result
}
