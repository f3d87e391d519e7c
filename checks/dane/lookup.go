package dane

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"mailauth/checks"
	"mailauth/resolver"
	"mailauth/resolver/validation"
)

// How many mail servers are asked for TLSA records: where senders look at them,
// and where they do not, only to say that they are useless.
const (
	mostHosts = 6
	fewHosts  = 2
)

// finder looks for what is known of one domain.
type finder struct {
	*checks.Pass
	prober *validation.Prober
	facts  *Facts
}

func lookup(ctx context.Context, p *checks.Pass) (any, error) {
	f := finder{p, validation.New(p, p.Options.BogusName), &Facts{Hosts: []*Host{}}}
	var set checks.Result
	var status validation.Status
	var both sync.WaitGroup
	both.Go(func() { set = p.Ask(ctx, InMX, resolver.Question{Name: p.Domain, Type: resolver.TypeMX}) })
	both.Go(func() { status = f.prober.Zone(ctx, p.Domain, checks.OrganizationalDomain(p.Domain) == p.Domain) })
	both.Wait()
	f.facts.Security = status.Security
	f.miss(InZone, status)
	f.choose(set)
	f.addresses(ctx)
	var flights sync.WaitGroup
	for _, h := range f.facts.Hosts {
		if h.Asked {
			flights.Go(func() { f.associations(ctx, h) })
		}
	}
	flights.Wait()
	f.facts.Hosts = slices.DeleteFunc(f.facts.Hosts, func(h *Host) bool { return !h.Asked })
	return f.facts, nil
}

func (f finder) miss(in checks.Input, s validation.Status) {
	for _, open := range s.Open {
		f.Miss(in, open.Question, open.Err)
	}
}

// choose picks the servers whose TLSA records can matter: all where the MX
// records are secure, else a few of the organization's own. Without MX records
// the domain is its own server (RFC 5321 §5.1).
func (f finder) choose(set checks.Result) {
	secure := f.facts.Security == validation.Secure
	hosts := []*Host{}
	for _, r := range set.Answer.Records {
		if data, ok := r.Data.(resolver.MX); ok && set.Is(resolver.Data) && data.Host != "." {
			hosts = append(hosts, &Host{Name: data.Host, Record: &r, Own: checks.SameOrganization(data.Host, f.Domain)})
		}
	}
	if set.Is(resolver.NoData) && secure {
		hosts = []*Host{{Name: f.Domain, Own: true}}
	}
	preference := func(h *Host) uint16 {
		if h.Record == nil {
			return 0
		}
		return h.Record.Data.(resolver.MX).Preference
	}
	slices.SortStableFunc(hosts, func(a, b *Host) int {
		return cmp.Or(-cmp.Compare(rank(a.Own), rank(b.Own)), cmp.Compare(preference(a), preference(b)), cmp.Compare(a.Name, b.Name))
	})
	var named []string
	hosts = slices.DeleteFunc(hosts, func(h *Host) bool {
		twice := slices.Contains(named, h.Name)
		named = append(named, h.Name)
		return twice
	})
	own := slices.DeleteFunc(slices.Clone(hosts), func(h *Host) bool { return !h.Own })
	most, of := mostHosts, hosts
	if !secure {
		most, of = fewHosts, own
	}
	f.facts.Hosts = of[:min(len(of), most)]
	f.facts.ownAll = set.Is(resolver.Data) && len(own) <= most
	f.facts.all = f.facts.ownAll && len(f.facts.Hosts) == len(hosts)
}

func rank(own bool) int {
	if own {
		return 1
	}
	return 0
}

// addresses follows the servers' aliases. One without an address is reached by
// nobody.
func (f finder) addresses(ctx context.Context) {
	var questions []resolver.Question
	for _, h := range f.facts.Hosts {
		questions = append(questions, resolver.Question{Name: h.Name, Type: resolver.TypeA}, resolver.Question{Name: h.Name, Type: resolver.TypeAAAA})
	}
	results := f.AskAll(ctx, InMX, questions)
	for i, h := range f.facts.Hosts {
		h.Owner, h.lost = h.Name, !results[2*i].Is(resolver.Data) && !results[2*i+1].Is(resolver.Data)
		for _, r := range results[2*i : 2*i+2] {
			h.Asked = h.Asked || r.Unknown() || r.Is(resolver.Data)
			if !r.Unknown() && len(r.Answer.Chain) > 0 {
				h.Owner = r.Answer.Canonical()
			}
		}
	}
}

// associations asks for the TLSA records of a server, at the end of its aliases
// first (RFC 7672 §2.2.3).
func (f finder) associations(ctx context.Context, h *Host) {
	bases := slices.Compact([]string{h.Owner, h.Name})
	for _, base := range bases {
		h.Owner = resolver.Join(base, "_25", "_tcp")
		reply, status := f.prober.Ask(ctx, h.Owner, resolver.TypeTLSA)
		if h.Known = status.Security == "" && !h.lost; !h.Known {
			h.Security = status.Security
			f.miss(InTLSA, status)
			return
		}
		if h.read(reply.Answer); len(h.Associations) > 0 {
			status = f.prober.Judge(ctx, h.Owner, resolver.TypeTLSA, reply)
			h.Security = status.Security
			f.miss(InZone, status)
			return
		}
	}
}

// read takes TLSA records out of an answer.
func (h *Host) read(answer []resolver.Record) {
	for _, r := range answer {
		if r.Type() == resolver.TypeCNAME && r.Name == h.Owner {
			h.Alias = &r
		}
		if r.Type() != resolver.TypeTLSA {
			continue
		}
		a, err := ParseAssociation(r.Data.String())
		if err != nil {
			a = Association{Usage: 255} // without data: no sender can use it either
		}
		a.Record = r
		h.Associations = append(h.Associations, a)
		if a.Usable() {
			h.Usable++
		} else {
			h.Unusable++
		}
	}
	slices.SortFunc(h.Associations, func(a, b Association) int { return cmp.Compare(a.Record.Data.String(), b.Record.Data.String()) })
}
