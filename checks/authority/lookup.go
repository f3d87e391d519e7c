package authority

import (
	"cmp"
	"context"
	"net/netip"
	"slices"

	"mailauth/checks"
	"mailauth/checks/dkim"
	"mailauth/resolver"
)

// Bounds of what is asked directly.
const (
	maxHosts     = 8 // name servers
	maxAddresses = 4 // of one of them, in each family
	maxServers   = 12
	maxSelectors = 4
)

func lookup(ctx context.Context, p *checks.Pass) (any, error) {
	f := &Facts{Hosts: []string{}, Servers: []*Server{}}
	f.findZone(ctx, p)
	if len(f.Hosts) == 1 || p.Options.Authoritative {
		f.findServers(ctx, p)
	}
	if p.Options.Authoritative && len(f.Servers) > 0 {
		f.questions = questions(p)
		f.askServers(ctx, p)
		f.cache = p.AskAll(ctx, InCache, f.questions)
	}
	return f, nil
}

// findZone walks up from the domain to the first name with NS records of its
// own. Above the organizational domain is other people's business, unless all
// servers are to be asked.
func (f *Facts) findZone(ctx context.Context, p *checks.Pass) {
	top := checks.OrganizationalDomain(p.Domain)
	for name := p.Domain; name != "." && (p.Options.Authoritative || resolver.IsSubdomain(name, top)); name = resolver.Parent(name) {
		r := p.Ask(ctx, InServers, resolver.Question{Name: name, Type: resolver.TypeNS})
		if r.Unknown() {
			return
		}
		if !r.Is(resolver.Data) || len(r.Answer.Chain) > 0 {
			continue
		}
		f.Zone = name
		for _, record := range r.Answer.Records {
			if ns, ok := record.Data.(resolver.NS); ok {
				f.Hosts = append(f.Hosts, ns.Host)
			}
		}
		slices.Sort(f.Hosts)
		f.Hosts = slices.Compact(f.Hosts)
		return
	}
}

func (f *Facts) findServers(ctx context.Context, p *checks.Pass) {
	hosts := f.Hosts[:min(len(f.Hosts), maxHosts)]
	var asked []resolver.Question
	for _, h := range hosts {
		asked = append(asked, resolver.Question{Name: h, Type: resolver.TypeA}, resolver.Question{Name: h, Type: resolver.TypeAAAA})
	}
	for i, r := range p.AskAll(ctx, InServers, asked) {
		f.open = f.open || r.Unknown()
		n := 0
		for _, record := range r.Answer.Records {
			addr, ok := addressOf(record)
			switch {
			case !ok || n == maxAddresses:
			case netip.MustParsePrefix("64:ff9b::/96").Contains(addr): // RFC 6052 §2.1
				f.Translated = append(f.Translated, addr.String())
			default:
				n++
				f.Servers = append(f.Servers, &Server{Host: asked[i].Name, Address: addr, State: NotAsked})
			}
		}
	}
	slices.SortStableFunc(f.Servers, func(a, b *Server) int {
		return cmp.Or(cmp.Compare(a.Address.BitLen(), b.Address.BitLen()), cmp.Compare(a.Host, b.Host), a.Address.Compare(b.Address))
	})
}

func addressOf(r resolver.Record) (addr netip.Addr, ok bool) {
	switch data := r.Data.(type) {
	case resolver.A:
		return data.Addr, true
	case resolver.AAAA:
		return data.Addr, true
	}
	return addr, false
}

// questions are the records that decide about mail. Keys are those that were
// found.
func questions(p *checks.Pass) []resolver.Question {
	list := []resolver.Question{
		{Name: p.Domain, Type: resolver.TypeTXT},
		{Name: p.Domain, Type: resolver.TypeMX},
		{Name: resolver.Join(p.Domain, "_dmarc"), Type: resolver.TypeTXT},
		{Name: resolver.Join(p.Domain, "_mta-sts"), Type: resolver.TypeTXT},
	}
	n := 0
	for _, s := range dkim.FactsOf(p).Selectors {
		if s.State == dkim.StateLive && n < maxSelectors {
			n++
			list = append(list, resolver.Question{Name: s.Name, Type: resolver.TypeTXT})
		}
	}
	return slices.DeleteFunc(list, func(q resolver.Question) bool {
		_, err := resolver.CanonicalName(q.Name)
		return err != nil
	})
}
