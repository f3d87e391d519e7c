package dnsbl

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/checks/blocklist"
	"mailauth/checks/mx"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

// maxAddresses bounds how many addresses the lists are asked about.
const maxAddresses = 10

// Facts is what the lists say.
type Facts struct {
	Lists []*Asked `json:"lists"`
	// Addresses and Domains are what they were asked about.
	Addresses []Address `json:"addresses"`
	Domains   []string  `json:"domains"`
}

// Address is one that has to do with the domain's mail.
type Address struct {
	IP netip.Addr `json:"ip"`
	// Sends says that a term of the domain's own SPF record names it.
	Sends bool `json:"sends"`
}

// Asked is a list and what came of asking it.
type Asked struct {
	Zone  string `json:"zone"`
	State State  `json:"state"`

	list              blocklist.List
	present, absent   checks.Result // the entry that it must have, and that it must not
	present6, absent6 checks.Result // the same for IPv6
	entries           []*entry
}

// entry is one thing that a list was asked about.
type entry struct {
	about string // an address or a domain
	sends bool
	name  string // the name that was asked for
	a     checks.Result
	text  checks.Result
}

// lookup tries each list, asks those that pass, and asks why of what is listed.
func lookup(ctx context.Context, p *checks.Pass) (any, error) {
	f := &Facts{Lists: []*Asked{}, Addresses: []Address{}, Domains: []string{}}
	if len(p.Options.Blocklists) == 0 {
		return f, nil
	}
	f.Addresses = addresses(p.Domain, mx.FactsOf(p), spf.FactsOf(p))
	f.Domains = slices.Compact([]string{p.Domain, checks.OrganizationalDomain(p.Domain)})
	for _, l := range p.Options.Blocklists {
		f.Lists = append(f.Lists, &Asked{Zone: l.Zone, list: l})
	}
	f.try(ctx, p)
	f.ask(ctx, p)
	f.askWhy(ctx, p)
	return f, nil
}

// addresses are those of the mail exchanges and the single ones of SPF, senders
// first.
func addresses(domain string, m *mx.Facts, s *spf.Facts) []Address {
	list := []Address{}
	add := func(ip netip.Addr, sends bool) {
		known := slices.ContainsFunc(list, func(a Address) bool { return a.IP == ip })
		if !known && len(list) < maxAddresses && !mx.Unroutable(ip) {
			list = append(list, Address{ip, sends})
		}
	}
	for _, sender := range s.Static.Senders {
		add(sender.Addr, true)
	}
	for _, h := range m.Hosts {
		if checks.SameOrganization(h.Name, domain) { // a provider's hosts are the provider's business
			for _, a := range h.Public() {
				add(a.IP, false)
			}
		}
	}
	return list
}

// question is a round's question, and where its answer goes.
type question struct {
	tagged checks.Tagged
	to     *checks.Result
}

func run(ctx context.Context, p *checks.Pass, round []question) {
	tagged := make([]checks.Tagged, len(round))
	for i, q := range round {
		tagged[i] = q.tagged
	}
	for i, r := range p.AskTagged(ctx, tagged) {
		*round[i].to = r
	}
}

func ask(in checks.Input, name string, t resolver.Type, to *checks.Result) question {
	return question{checks.Tagged{Input: in, Question: resolver.Question{Name: name, Type: t}}, to}
}

// try asks each list for what it must have and must not have. RFC 5782 §5.
func (f *Facts) try(ctx context.Context, p *checks.Pass) {
	v6 := slices.ContainsFunc(f.Addresses, func(a Address) bool { return a.IP.Is6() })
	var round []question
	for _, l := range f.Lists {
		if l.list.Retired {
			continue
		}
		if l.list.Kind == blocklist.Domains {
			round = append(round, ask(InTest, l.domain(l.list.Listed), resolver.TypeA, &l.present), ask(InTest, l.domain("invalid"), resolver.TypeA, &l.absent))
			continue
		}
		round = append(round, ask(InTest, l.address("127.0.0.2"), resolver.TypeA, &l.present), ask(InTest, l.address("127.0.0.1"), resolver.TypeA, &l.absent))
		if v6 && l.list.IPv6 {
			round = append(round, ask(InTest, l.address("::ffff:7f00:2"), resolver.TypeA, &l.present6), ask(InTest, l.address("::ffff:7f00:1"), resolver.TypeA, &l.absent6))
		}
	}
	run(ctx, p, round)
	for _, l := range f.Lists {
		l.State = l.tried()
	}
}

// ask asks the lists that work.
func (f *Facts) ask(ctx context.Context, p *checks.Pass) {
	var round []question
	for _, l := range f.Lists {
		if l.State != Works {
			continue
		}
		if l.list.Kind == blocklist.Domains {
			for _, d := range f.Domains {
				l.entries = append(l.entries, &entry{about: d, sends: true, name: l.domain(d)})
			}
		} else {
			for _, a := range f.Addresses {
				if a.IP.Is4() || l.tests6() {
					l.entries = append(l.entries, &entry{about: a.IP.String(), sends: a.Sends, name: l.address(a.IP.String())})
				}
			}
		}
		for _, e := range l.entries {
			round = append(round, ask(InEntry, e.name, resolver.TypeA, &e.a))
		}
	}
	run(ctx, p, round)
}

// askWhy asks for the text of what is listed; an answer that is lost is no loss.
func (f *Facts) askWhy(ctx context.Context, p *checks.Pass) {
	var round []question
	for _, l := range f.Lists {
		for _, e := range l.entries {
			if kindOf(e.a) == listing {
				round = append(round, ask(InText, e.name, resolver.TypeTXT, &e.text))
			}
		}
	}
	run(ctx, p, round)
}

// domain is the name of a domain's entry. RFC 5782 §2.2.
func (l *Asked) domain(name string) string {
	return resolver.Join(l.Zone, strings.TrimSuffix(name, "."))
}

// address is the name of an address' entry: its octets, or the digits of an IPv6
// address, backwards. RFC 5782 §2.1, §2.4.
func (l *Asked) address(text string) string {
	addr := netip.MustParseAddr(text)
	if addr.Is4() {
		return strings.TrimSuffix(resolver.ReverseName(addr), "in-addr.arpa.") + l.Zone
	}
	var name strings.Builder // the entry that must be there is an IPv4-mapped address, which has no reverse name of its own
	octets := addr.As16()
	for i := len(octets) - 1; i >= 0; i-- {
		fmt.Fprintf(&name, "%x.%x.", octets[i]&0xf, octets[i]>>4)
	}
	return name.String() + l.Zone
}
