package mx

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

func lookup(ctx context.Context, p *checks.Pass) (any, error) {
	nobody := p.Nobody()
	answers := p.AskTagged(ctx, []checks.Tagged{
		{Input: InSet, Question: resolver.Question{Name: p.Domain, Type: resolver.TypeMX}},
		{Input: InNobody, Question: resolver.Question{Name: nobody, Type: resolver.TypeTXT}},
		{Input: InNobody, Question: resolver.Question{Name: nobody, Type: resolver.TypeA}},
	})
	a, aaaa := askOwn(ctx, p, answers[0])
	facts := classify(p.Domain, answers[0], a, aaaa)
	facts.Nobody = Nobody{TXT: answers[1], A: answers[2], MX: answers[1]}
	markPlaceholders(p, facts.Hosts)
	facts.resolveHosts(ctx, p)
	explain(ctx, p, facts.Hosts)
	lookUpReverse(ctx, p, facts.Hosts)
	return facts, nil
}

// askOwn asks for the addresses of the domain itself, where there is no MX
// record: only then are they those of an exchange.
func askOwn(ctx context.Context, p *checks.Pass, mx checks.Result) (a, aaaa checks.Result) {
	if mx.Unknown() || mx.Is(resolver.Data) {
		return a, aaaa
	}
	own := p.AskAll(ctx, InSet, []resolver.Question{{Name: p.Domain, Type: resolver.TypeA}, {Name: p.Domain, Type: resolver.TypeAAAA}})
	return own[0], own[1]
}

// markPlaceholders tells the hosts by which a provider only proves who owns the
// domain. Some interfaces put the zone's name behind theirs.
func markPlaceholders(p *checks.Pass, hosts []*Host) {
	for _, h := range hosts {
		bare := strings.TrimSuffix(h.Name, "."+p.Domain)
		h.Placeholder = p.Providers().ByPlaceholder(h.Name) != nil || p.Providers().ByPlaceholder(bare) != nil
	}
}

// classify reads the MX set. RFC 5321 §5.1: only a domain without any MX
// record is its own exchange.
func classify(domain string, mx, a, aaaa checks.Result) *Facts {
	facts := &Facts{Kind: Undecided, Hosts: []*Host{}, Exists: true}
	switch {
	case mx.Unknown():
		return facts
	case mx.Is(resolver.Data):
		facts.Records = mx.Answer.Records
		facts.SetTTL = mx.Answer.TTL
		facts.Kind, facts.Hosts = readSet(facts.Records)
		return facts
	}
	facts.Exists = mx.Answer.OwnerExists
	switch {
	case a.Is(resolver.Data) || aaaa.Is(resolver.Data):
		facts.Kind = Implicit
		facts.Hosts = []*Host{{Name: domain}}
	case a.Unknown() || aaaa.Unknown():
		facts.Kind = Undecided
	default:
		facts.Kind = None
	}
	return facts
}

func readSet(records []resolver.Record) (Kind, []*Host) {
	hosts := []*Host{}
	nulls := 0
	seen := map[string]bool{}
	for _, r := range records {
		data, ok := r.Data.(resolver.MX)
		switch {
		case !ok || seen[data.Host]:
			continue
		case data.Host == ".":
			nulls++
		default:
			hosts = append(hosts, &Host{Name: data.Host, Preference: data.Preference, Record: r})
		}
		seen[data.Host] = true
	}
	slices.SortStableFunc(hosts, func(a, b *Host) int {
		return cmp.Or(cmp.Compare(a.Preference, b.Preference), cmp.Compare(a.Name, b.Name))
	})
	switch {
	case nulls > 0 && len(hosts) > 0:
		return Mixed, hosts
	case nulls > 0:
		return Null, hosts
	}
	return Hosts, hosts
}

// resolveHosts asks for the addresses of the hosts, and in the same round for
// the names of services and for the MX records of a name that nobody publishes:
// one that does not exist for TXT has none.
func (f *Facts) resolveHosts(ctx context.Context, p *checks.Pass) {
	var questions []checks.Tagged
	for _, h := range f.Hosts {
		for _, t := range []resolver.Type{resolver.TypeA, resolver.TypeAAAA} {
			questions = append(questions, checks.Tagged{Input: InAddress, Question: resolver.Question{Name: h.Name, Type: t}})
		}
	}
	if f.Kind == Hosts && f.Own(p.Domain) {
		f.Services = services(p.Domain)
	}
	for _, s := range f.Services {
		questions = append(questions, checks.Tagged{Input: InService, Question: s.Question})
	}
	tcp := resolver.Question{Name: resolver.Join(p.Domain, "_tcp"), Type: resolver.TypeTXT}
	if len(f.Services) > 0 {
		questions = append(questions, checks.Tagged{Input: InService, Question: tcp})
	}
	if !f.Nobody.TXT.Is(resolver.NXDomain) {
		questions = append(questions, checks.Tagged{Input: InNobody, Question: resolver.Question{Name: p.Nobody(), Type: resolver.TypeMX}})
	}
	results := p.AskTagged(ctx, questions)
	take := func() checks.Result {
		first := results[0]
		results = results[1:]
		return first
	}
	for _, h := range f.Hosts {
		h.take(take(), take())
	}
	for _, s := range f.Services {
		s.Result = take()
	}
	if len(f.Services) > 0 && !take().Is(resolver.NXDomain) { // else nothing is below it: RFC 8020
		f.Services = append(f.Services, askRecords(ctx, p)...)
	}
	if len(results) > 0 {
		f.Nobody.MX = take()
	}
	askTargets(ctx, p, f.Services)
}

// take reads the host's addresses.
func (h *Host) take(a, aaaa checks.Result) {
	h.Canonical = h.Name
	h.Addresses = []Address{}
	h.V4Known, h.V6Known = !a.Unknown(), !aaaa.Unknown()
	for _, r := range []checks.Result{a, aaaa} {
		if r.Unknown() {
			continue
		}
		if len(r.Answer.Chain) > 0 {
			h.Alias, h.Canonical = true, r.Answer.Canonical()
		}
		for _, record := range r.Answer.Records {
			if ip, ok := address(record); ok {
				h.Addresses = append(h.Addresses, Address{IP: ip, Names: []string{}, Confirmed: []string{}})
			}
		}
	}
	h.Usability = h.judgeUsability()
}

func address(r resolver.Record) (netip.Addr, bool) {
	switch data := r.Data.(type) {
	case resolver.A:
		return data.Addr, true
	case resolver.AAAA:
		return data.Addr, true
	}
	return netip.Addr{}, false
}

func (h *Host) judgeUsability() Usability {
	switch {
	case isLiteral(h.Name):
		return Literal
	case isLocalhost(h.Name):
		return Localhost
	case len(h.Public()) > 0:
		return Usable
	case !h.V4Known || !h.V6Known:
		return Unsure
	case len(h.Addresses) > 0:
		return Private
	}
	return Unresolvable
}

// isLiteral recognises an address written where a host name belongs.
func isLiteral(name string) bool {
	_, err := netip.ParseAddr(strings.Trim(strings.TrimSuffix(name, "."), "[]"))
	return err == nil
}

func isLocalhost(name string) bool {
	return name == "localhost." || name == "localhost.localdomain." || strings.HasSuffix(name, ".localhost.")
}

// explain asks why a host has no address: whether its registrable domain exists
// at all, and whether the name means a host once the zone's name, which stands
// behind it a second time, is taken away. A host under a suffix that nobody
// registers is not asked.
func explain(ctx context.Context, p *checks.Pass, hosts []*Host) {
	var questions []resolver.Question
	var answered []func(checks.Result)
	ask := func(name string, t resolver.Type, then func(checks.Result)) {
		questions = append(questions, resolver.Question{Name: name, Type: t})
		answered = append(answered, then)
	}
	for _, h := range hosts {
		if h.Usability != Unresolvable {
			continue
		}
		if meant, doubled := strings.CutSuffix(h.Name, "."+p.Domain); doubled && strings.HasSuffix("."+meant+".", "."+p.Domain) {
			for _, t := range []resolver.Type{resolver.TypeA, resolver.TypeAAAA} {
				ask(meant+".", t, func(r checks.Result) {
					if r.Is(resolver.Data) {
						h.Meant = meant + "."
					}
				})
			}
		}
		org, registrable := checks.Registrable(h.Canonical)
		if registrable && !checks.SameOrganization(org, p.Domain) {
			ask(org, resolver.TypeNS, func(r checks.Result) {
				if r.Is(resolver.NXDomain) && !r.Answer.OwnerExists {
					h.DeadDomain = org
				}
			})
		}
	}
	for i, r := range p.AskAll(ctx, InDomain, questions) {
		answered[i](r)
	}
}
