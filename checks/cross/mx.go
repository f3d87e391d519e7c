package cross

import (
	"slices"

	"mailauth/checks"
	"mailauth/checks/mx"
	"mailauth/resolver"
)

// judgeImplicitMX: senders fall back to the domain's own address. That is an
// info where the domain refuses all senders, or is a name below another. It is
// not raised for an alias, beside which no MX record can stand.
func judgeImplicitMX(v view) []checks.Finding {
	if v.mx.Kind != mx.Implicit || v.mx.Hosts[0].Alias {
		return nil
	}
	var addresses []string
	for _, a := range v.mx.Hosts[0].Addresses {
		addresses = append(addresses, a.IP.String())
	}
	f := ImplicitMX.On(v.domain, resolver.TypeMX).With("domain", v.domain).With("addresses", addresses)
	if v.spf.MayDenyAll() || !v.role.Organizational {
		f = f.As(checks.Info)
	}
	f.Fixes = []checks.Fix{v.nameHost()}
	if v.role.Sends == checks.No { // RFC 7505 §4.2: a domain that sends must receive
		f.Fixes = append(f.Fixes, checks.Fix{
			Title:   checks.T("fix.mx-receive-none", nil),
			Edits:   []resolver.Edit{add(v.domain, resolver.MX{Host: "."})},
			Choices: []checks.Choice{{Name: "none", Text: checks.T("choice.mx-receive-none", nil)}},
		})
	}
	return []checks.Finding{f}
}

// judgeNullSends: RFC 7505 §4.2, a domain that sends must be able to take
// replies and bounces.
func judgeNullSends(v view) []checks.Finding {
	if v.mx.Kind != mx.Null || v.spf.CanPass != checks.Yes {
		return nil
	}
	f := NullSends.At(v.mx.Records[0]).With("domain", v.domain)
	f.Related = append(f.Related, checks.Related{Name: v.domain, Type: resolver.TypeTXT, Record: v.spfRecord()})
	fix := v.nameHost()
	fix.Edits[0].Name = v.mx.Records[0].Name // that of the alias's target, if there is one
	fix.Edits[0].Remove = []string{v.mx.Records[0].Data.String()}
	f.Fixes = []checks.Fix{fix}
	if r := v.spfRecord(); r != nil {
		f.Fixes = append(f.Fixes, checks.Fix{
			Title:   checks.T("fix.spf-deny-all", nil),
			Edits:   []resolver.Edit{swap(*r, resolver.NewTXT(denyAll))},
			Choices: []checks.Choice{{Name: "none", Text: checks.T("choice.spf-send-none", nil)}},
		})
	}
	return []checks.Finding{f}
}

// nameHost shows the form of an MX record; which host it is only the user knows.
func (v view) nameHost() checks.Fix {
	return checks.Fix{
		Title:   checks.T("fix.mx-name-receiver", nil),
		Edits:   []resolver.Edit{add(v.domain, resolver.Other{RRType: resolver.TypeMX, Text: "10 <host>"})},
		Choices: []checks.Choice{{Name: "host", Text: checks.T("choice.mx-receiver", nil)}},
	}
}

func (v view) spfRecord() *resolver.Record {
	if len(v.spf.Root.Selected) == 0 {
		return nil
	}
	r := v.spf.Root.At()
	return &r
}

// judgeReverse looks only at the domain's own hosts and at addresses that it
// names as senders: the reverse names of a provider's hosts are the provider's,
// also where "mx" lets them pass.
func judgeReverse(v view) (findings []checks.Finding) {
	seen := map[string]bool{}
	for _, h := range v.mx.Hosts {
		for _, a := range h.Public() {
			ip := a.IP.String()
			if !checks.SameOrganization(h.Name, v.domain) && !v.names(ip) {
				continue
			}
			if seen[ip] || !a.Asked || !a.Known || !v.sends(ip) {
				continue
			}
			seen[ip] = true
			if f, bad := reverseFinding(v.domain, h, a); bad {
				findings = append(findings, f)
			}
		}
	}
	return append(findings, v.namedReverse()...)
}

// namedReverse looks at addresses that the record names and that are no mail
// exchange's. An info: such an address may be there for a day that never came,
// and what does not send needs no reverse name.
func (v view) namedReverse() (findings []checks.Finding) {
	if !v.exchangesKnown() {
		return nil
	}
	for _, n := range v.spf.Named {
		exchange := slices.ContainsFunc(v.mx.Hosts, func(h *mx.Host) bool {
			return slices.ContainsFunc(h.Addresses, func(a mx.Address) bool { return a.IP == n.Addr })
		})
		if exchange || n.PTR.Unknown() {
			continue
		}
		owner := resolver.ReverseName(n.Addr)
		var f checks.Finding
		switch {
		case len(n.Names) > 0 && n.Confirmed() == checks.No:
			f = Unconfirmed.On(owner, resolver.TypePTR).With("reverse", n.Names[0])
		case len(n.Names) == 0:
			f = NoReverse.On(owner, resolver.TypePTR)
		default:
			continue
		}
		findings = append(findings, f.With("ip", n.Addr.String()).With("host", "").With("domain", v.domain).As(checks.Info))
	}
	return findings
}

// exchangesKnown reports that all addresses of all exchanges are known.
func (v view) exchangesKnown() bool {
	return v.mx.Kind != mx.Undecided && !slices.ContainsFunc(v.mx.Hosts, func(h *mx.Host) bool { return !h.V4Known || !h.V6Known })
}

func reverseFinding(domain string, h *mx.Host, a mx.Address) (f checks.Finding, bad bool) {
	owner := resolver.ReverseName(a.IP)
	switch {
	case len(a.Names) == 0:
		f = NoReverse.On(owner, resolver.TypePTR)
		f.Fixes = []checks.Fix{{Title: checks.T("fix.mx-set-ptr", nil), Edits: []resolver.Edit{add(owner, resolver.PTR{Host: h.Canonical})}}}
	case len(a.Confirmed) == 0 && !a.Open:
		f = Unconfirmed.On(owner, resolver.TypePTR).With("reverse", a.Names[0])
	default:
		return f, false
	}
	return f.With("ip", a.IP.String()).With("host", h.Canonical).With("domain", domain), true
}
