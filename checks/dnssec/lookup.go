package dnssec

import (
	"context"
	"sync"

	"mailauth/checks"
	"mailauth/resolver"
	"mailauth/resolver/validation"
)

func lookup(ctx context.Context, p *checks.Pass) (any, error) {
	facts := &Facts{Delegations: []Delegation{}}
	prober := validation.New(p, p.Options.BogusName)
	probes := []resolver.Question{
		{Name: p.Domain, Type: resolver.TypeMX},
		{Name: p.Domain, Type: resolver.TypeTXT},
		{Name: resolver.Join(p.Domain, "_dmarc"), Type: resolver.TypeTXT},
	}
	var results []checks.Result
	var both sync.WaitGroup
	both.Go(func() { facts.Status = prober.Zone(ctx, p.Domain, checks.OrganizationalDomain(p.Domain) == p.Domain) })
	both.Go(func() { results = p.AskAll(ctx, InProbe, probes) })
	both.Wait()
	for i, r := range results {
		if facts.Bogus == nil && r.Unknown() && resolver.KindOf(r.Err) == resolver.ServFail && prober.Fails(ctx, probes[i]).Security == validation.Bogus {
			facts.Bogus = &probes[i]
		}
	}
	facts.take(p)
	if facts.Zone != "" && facts.Zone != "." && facts.Signed {
		records, status := prober.DS(ctx, facts.Zone)
		miss(p, status)
		for _, r := range records {
			if d, ok := ParseDelegation(r); ok {
				facts.Delegations = append(facts.Delegations, d)
			}
		}
	}
	return facts, nil
}

// take copies what reports show.
func (f *Facts) take(p *checks.Pass) {
	s := f.Status
	f.Security, f.Reason, f.Zone, f.Cut, f.Signed = s.Security, s.Reason, s.Zone, s.Cut, s.Signed
	miss(p, s)
}

func miss(p *checks.Pass, s validation.Status) {
	for _, open := range s.Open {
		p.Miss(InZone, open.Question, open.Err)
	}
}
