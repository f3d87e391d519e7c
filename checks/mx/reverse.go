package mx

import (
	"context"
	"net/netip"
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

// Bounds of the reverse look-ups: a set of few addresses is asked whole, of a
// larger one only the domain's own hosts. Those of a large platform are its
// operator's business.
const (
	fewAddresses = 4
	maxAddresses = 10
	maxPTRNames  = 3
)

func lookUpReverse(ctx context.Context, p *checks.Pass, hosts []*Host) {
	addresses := toReverse(p.Domain, hosts)
	var questions []resolver.Question
	for _, a := range addresses {
		questions = append(questions, resolver.Question{Name: resolver.ReverseName(a.IP), Type: resolver.TypePTR})
	}
	for i, r := range p.AskAll(ctx, InReverse, questions) {
		a := addresses[i]
		a.Asked, a.Known = true, !r.Unknown()
		if r.Unknown() {
			continue
		}
		for _, record := range r.Answer.Records {
			if ptr, ok := record.Data.(resolver.PTR); ok {
				a.Names = append(a.Names, ptr.Host)
			}
		}
	}
	confirm(ctx, p, addresses)
}

// toReverse picks the addresses to look up, in the order of the hosts.
func toReverse(domain string, hosts []*Host) []*Address {
	var own, all []*Address
	for _, h := range hosts {
		for i := range h.Addresses {
			a := &h.Addresses[i]
			if Unroutable(a.IP) {
				continue
			}
			all = append(all, a)
			if checks.SameOrganization(h.Name, domain) {
				own = append(own, a)
			}
		}
	}
	if len(all) <= fewAddresses {
		return all
	}
	return own[:min(len(own), maxAddresses)]
}

// confirm follows the reverse names back to their addresses (FCrDNS).
func confirm(ctx context.Context, p *checks.Pass, addresses []*Address) {
	type step struct {
		address *Address
		name    string
	}
	var steps []step
	var questions []resolver.Question
	for _, a := range addresses {
		for _, name := range a.Names[:min(len(a.Names), maxPTRNames)] {
			steps = append(steps, step{a, name})
			questions = append(questions, resolver.Question{Name: name, Type: addressType(a.IP)})
		}
	}
	for i, r := range p.AskAll(ctx, InReverse, questions) {
		s := steps[i]
		if r.Unknown() {
			s.address.Open = true
			continue
		}
		leadsBack := slices.ContainsFunc(r.Answer.Records, func(record resolver.Record) bool {
			ip, ok := address(record)
			return ok && ip == s.address.IP
		})
		if leadsBack {
			s.address.Confirmed = append(s.address.Confirmed, s.name)
		}
	}
}

func addressType(ip netip.Addr) resolver.Type {
	if ip.Is4() {
		return resolver.TypeA
	}
	return resolver.TypeAAAA
}
