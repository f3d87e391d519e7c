package cross

import (
	"slices"

	"mailauth/checks"
	"mailauth/checks/mx"
	"mailauth/checks/provider"
	"mailauth/checks/role"
	"mailauth/resolver"
)

// microsoft is the id of Microsoft 365 in the table of providers: who knows the
// name of a tenant there can deliver to it past the MX.
const microsoft = "microsoft-365"

// judgeMixedProvider: a mailbox is at one of the providers, and mail for it that
// the other one takes is lost unless they forward to each other.
func judgeMixedProvider(v view) []checks.Finding {
	var names []provider.Names
	var hosts []string
	for _, p := range v.role.Inbound {
		if slices.Contains(p.Layers, provider.Mailbox) {
			names = append(names, p.Name)
			hosts = append(hosts, cluesFrom(p, role.ClueMX)...)
		}
	}
	if len(names) < 2 {
		return nil
	}
	return []checks.Finding{MixedProvider.On(v.domain, resolver.TypeMX).With("domain", v.domain).With("providers", names).With("hosts", hosts)}
}

// judgeBypass: a gateway takes the mail in, and the mailboxes are at Microsoft
// 365, whose hosts take mail from anybody unless they are told not to.
func judgeBypass(v view) []checks.Finding {
	if v.mx.Kind != mx.Hosts || slices.ContainsFunc(v.mx.Hosts, func(h *mx.Host) bool { return !h.V4Known || !h.V6Known }) {
		return nil
	}
	var gateway *role.Party
	for _, p := range v.role.Inbound {
		switch {
		case slices.Contains(p.Layers, provider.Mailbox), slices.Contains(p.Layers, provider.Hosting):
			return nil
		case slices.Contains(p.Layers, provider.Inbound) && gateway == nil:
			gateway = p
		}
	}
	tenant := slices.IndexFunc(v.role.Outbound, func(p *role.Party) bool { return p.Provider == microsoft })
	if gateway == nil || tenant < 0 {
		return nil
	}
	return []checks.Finding{Bypass.On(v.domain, resolver.TypeMX).With("domain", v.domain).
		With("gateway", gateway.Name).With("host", cluesFrom(gateway, role.ClueMX)[0]).With("because", v.role.Outbound[tenant].Because[0].Name)}
}

func cluesFrom(p *role.Party, kind role.ClueKind) (names []string) {
	for _, clue := range p.Because {
		if clue.From == kind {
			names = append(names, clue.Name)
		}
	}
	return names
}

// judgeNoSOA: Yahoo looks for an SOA record to see whether the domain of a
// sender exists. A name without one is in its organizational domain's zone.
func judgeNoSOA(v view) []checks.Finding {
	if checks.OrganizationalDomain(v.domain) == v.domain || v.role.Sends != checks.Yes || !absent(v.own.SOA) || !absent(v.own.OrgSOA) {
		return nil
	}
	org := checks.OrganizationalDomain(v.domain)
	return []checks.Finding{NoSOA.On(v.domain, resolver.TypeSOA).With("domain", v.domain).With("organization", org)}
}

func absent(r checks.Result) bool { return r.Is(resolver.NoData) || r.Is(resolver.NXDomain) }
