package cross

import (
	"slices"

	"mailauth/checks"
	"mailauth/checks/dkim"
	"mailauth/checks/mx"
	"mailauth/checks/provider"
	"mailauth/checks/role"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

// The rules on providers that show in one protocol and not in another.
var (
	MissingInclude = &checks.Rule{ID: "x-provider-spf-missing", Severity: checks.Info, Source: checks.Practice, Citation: "RFC 7208 §10.1.3",
		Reads: reads()}
	// MissingKeys is a warning only where every customer of the provider has the
	// same selectors, none of them is there, and nobody else may send.
	MissingKeys = &checks.Rule{ID: "x-provider-dkim-missing", Severity: checks.Warning, Source: checks.Practice, Citation: "RFC 9989 §5.1, RFC 6376 §3.6.2.1",
		Reads: reads()}
	Stale = &checks.Rule{ID: "x-provider-spf-stale", Severity: checks.Info, Source: checks.Practice, Citation: "RFC 7208 §10.1.2",
		Reads: reads(mx.InAddress)}
	Gateway = &checks.Rule{ID: "x-outbound-gateway", Severity: checks.Info, Source: checks.Practice, Citation: "RFC 7208 §10.1.3",
		Reads: reads(mx.InAddress)}
)

// mailboxes are the providers to whose hosts the MX records lead and who hold the
// domain's mailboxes, each with one of the hosts.
func (v view) mailboxes() (list []*provider.Provider, hosts []string) {
	for _, h := range v.mx.Hosts {
		p := v.table.ByMX(h.Name)
		if p != nil && p.Has(provider.Mailbox) && !p.Is(provider.Retired) && !slices.Contains(list, p) {
			list, hosts = append(list, p), append(hosts, h.Name)
		}
	}
	return list, hosts
}

// inSPF reports whether a record of the domain lets the provider send.
func (v view) inSPF(p *provider.Provider) bool {
	return slices.ContainsFunc(v.role.Outbound, func(party *role.Party) bool {
		return party.Provider == p.ID && slices.ContainsFunc(party.Because, func(c role.Clue) bool {
			return c.From != role.ClueKey && c.From != role.ClueReturnPath
		})
	})
}

// relayed reports that mail may leave through a gateway, or that somebody else
// writes the SPF record: then it does not show who sends what.
func (v view) relayed() bool {
	return len(v.role.PolicyHosts) > 0 || len(v.spf.Static.Dynamic) > 0 || slices.ContainsFunc(v.role.Outbound, func(p *role.Party) bool {
		return slices.Contains(p.Layers, provider.Outbound)
	})
}

// includeFor is the name that customers of the provider include: of several that
// of the MX host's own domain, such as zoho.jp.
func includeFor(p *provider.Provider, host string) string {
	known := p.KnownIncludes()
	for _, name := range known {
		if checks.SameOrganization(name, host) {
			return name
		}
	}
	if len(known) == 0 {
		return ""
	}
	return known[0]
}

// missingIncludes are the mailbox providers that the domain's record does not let
// send, and what to include for each.
func (v view) missingIncludes() (missing []*provider.Provider, names []string) {
	if v.spf.Outcome != spf.Published || v.spf.DeniesAll() || v.spf.HasUnknown() || v.dkim.HasUnknown() || v.relayed() || v.role.Sends != checks.Yes {
		return nil, nil
	}
	list, hosts := v.mailboxes()
	for i, p := range list {
		if name := includeFor(p, hosts[i]); name != "" && !v.inSPF(p) {
			missing, names = append(missing, p), append(names, name)
		}
	}
	return missing, names
}

// firstIncludes are what a first record is to include: for the mailboxes, and for
// senders whose keys are there and whose mail has the domain in its envelope.
func (v view) firstIncludes() (names []string) {
	if !v.lacksSPF() || v.role.Sends != checks.Yes {
		return nil
	}
	list, hosts := v.mailboxes()
	for i, p := range list {
		if name := includeFor(p, hosts[i]); name != "" {
			names = append(names, name)
		}
	}
	for _, s := range v.dkim.Selectors {
		p := v.table.Get(s.Provider)
		if p == nil || s.State != dkim.StateLive || p.Is(provider.OwnBounce) || !p.Has(provider.Sender) && !p.Has(provider.Mailbox) {
			continue
		}
		if name := includeFor(p, ""); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// includesToOffer are the names that a fix proposes, if they have a record.
func (v view) includesToOffer() []string {
	_, names := v.missingIncludes()
	return append(names, v.firstIncludes()...)
}

// seen keeps the names that were just seen to have an SPF record.
func (v view) seen(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		i := slices.Index(v.own.includes, name)
		return i < 0 || v.own.Includes[i].Unknown() || !hasSPF(v.own.Includes[i])
	})
}

// judgeMissingInclude: the mailboxes are at a provider whose mail has the domain
// in its envelope, and SPF does not let it pass.
func judgeMissingInclude(v view) (findings []checks.Finding) {
	missing, names := v.missingIncludes()
	for i, p := range missing {
		f := MissingInclude.At(v.spf.Root.At()).With("domain", v.domain).With("provider", p.Name.Both()).With("include", names[i])
		f.Key = []string{p.ID}
		f.Fixes = v.spf.AddIncludes(v.seen(names))
		findings = append(findings, f)
	}
	return findings
}

// firstRecord proposes a first record for the providers that are known to send.
func (v view) firstRecord() []checks.Fix {
	names := v.seen(v.firstIncludes())
	if len(names) == 0 {
		return nil
	}
	text := "v=spf1"
	for _, name := range names {
		text += " include:" + name[:len(name)-1]
	}
	return []checks.Fix{{Title: checks.T("fix.spf-publish-providers", checks.Args{"includes": names}),
		Edits: []resolver.Edit{add(v.domain, resolver.NewTXT(text+" ~all"))}}}
}

// judgeStale finds services in SPF of which nothing else is there. One that
// leaves no other trace says nothing by that.
func judgeStale(v view) (findings []checks.Finding) {
	if v.mx.Kind == mx.Undecided || v.dkim.HasUnknown() || !v.hostsKnown() || v.dkim.Namespace == dkim.NamespaceWildcard {
		return nil
	}
	for _, e := range v.spf.Services() {
		p := v.table.ByInclude(e.Service())
		if p == nil || !e.PointsToRecord() || !p.Has(provider.Sender) || p.Is(provider.Retired) || p.Is(provider.OwnBounce) || !v.lacksKeys(p) || v.traced(p) {
			continue
		}
		f := spf.OnTerm(Stale, e).With("provider", p.Name.Both()).With("lookups", v.spf.Lookups(e)).With("selectors", provider.FixedSelectors([]*provider.Provider{p}))
		f.Fixes = v.spf.LeaveOut(e, "stale")
		findings = append(findings, f)
	}
	return findings
}

// hostsKnown reports that the aliases of all MX hosts are known.
func (v view) hostsKnown() bool {
	return !slices.ContainsFunc(v.mx.Hosts, func(h *mx.Host) bool { return !h.V4Known || !h.V6Known })
}

// traced reports that the provider shows in MX, or by a key.
func (v view) traced(p *provider.Provider) bool {
	for _, h := range v.mx.Hosts {
		for _, name := range []string{h.Name, h.Canonical} {
			if v.table.ByMX(name) == p || v.table.ByReturnPath(name) == p {
				return true
			}
		}
	}
	return slices.ContainsFunc(v.dkim.Selectors, func(s *dkim.Selector) bool { return s.Provider == p.ID })
}

// lacksKeys reports that the provider's customers have certain selectors and that
// nothing is at any of them.
func (v view) lacksKeys(p *provider.Provider) bool {
	fixed := provider.FixedSelectors([]*provider.Provider{p})
	if len(fixed) == 0 || p.Is(provider.FreeSelectors) || slices.Contains(p.Unverified, provider.Selectors) {
		return false
	}
	return !slices.ContainsFunc(fixed, v.mayBeThere)
}

// mayBeThere reports that a selector was not asked for, or that there was
// something, or no answer.
func (v view) mayBeThere(selector string) bool {
	if v.dkim.Namespace == dkim.NamespaceNXDomain && v.dkim.LiveKey == checks.No {
		return false
	}
	tried := v.dkim.Complete || slices.Contains(v.dkim.Tried, selector)
	return !tried ||
		slices.ContainsFunc(v.dkim.Selectors, func(s *dkim.Selector) bool { return s.Selector == selector })
}

// judgeMissingKeys: the mailboxes are at a provider that SPF lets send, and none
// of the keys is there that it has its customers publish.
func judgeMissingKeys(v view) (findings []checks.Finding) {
	if v.dkim.HasUnknown() || v.spf.HasUnknown() || v.mx.Kind == mx.Undecided || v.role.Sends != checks.Yes {
		return nil
	}
	list, _ := v.mailboxes()
	for _, p := range list {
		fixed := provider.FixedSelectors([]*provider.Provider{p})
		if !v.inSPF(p) || len(fixed) == 0 || slices.ContainsFunc(fixed, v.mayBeThere) || v.dkim.LiveKey == checks.Yes {
			continue
		}
		f := MissingKeys.On(resolver.Join(v.domain, fixed[0]+"._domainkey"), resolver.TypeTXT)
		f = f.With("domain", v.domain).With("provider", p.Name.Both()).With("selectors", fixed).With("free", p.Is(provider.FreeSelectors)).As(checks.Info)
		f.Key, f.Scope = []string{p.ID}, v.domain
		if v.lacksKeys(p) && v.onlyFrom(p) && v.role.Organizational {
			f = f.As(checks.Warning)
		}
		f.Fixes = v.publishKeys(p)
		findings = append(findings, f)
	}
	return findings
}

// onlyFrom reports that nobody but the provider may send in the domain's name: no
// gateway that could sign instead.
func (v view) onlyFrom(p *provider.Provider) bool {
	for _, e := range v.spf.Root.Terms {
		passes := e.Reachable && (e.Qualifier == spf.Pass || e.Kind == spf.Redirect) && e.Kind != spf.Exp
		if passes && (e.Kind != spf.Include || v.table.ByInclude(e.Service()) != p) {
			return false
		}
	}
	return v.spf.Outcome == spf.Published
}

// publishKeys are the records that the provider has its customers publish, as far
// as they are known.
func (v view) publishKeys(p *provider.Provider) []checks.Fix {
	if len(p.Keys) == 0 {
		return nil
	}
	fix := checks.Fix{Title: checks.T("fix.dkim-publish-provider", checks.Args{"provider": p.Name.Both()})}
	for _, k := range p.Keys {
		name := resolver.Join(v.domain, k.Selector+"._domainkey")
		if k.Type == "CNAME" {
			fix.Edits = append(fix.Edits, resolver.Edit{Name: name, Type: resolver.TypeCNAME, TTL: ttl, Remove: []string{}, Add: []string{k.For(v.domain) + "."}})
		} else {
			fix.Edits = append(fix.Edits, add(name, resolver.NewTXT(k.For(v.domain))))
		}
		for _, blank := range k.Blanks() {
			if !slices.ContainsFunc(fix.Choices, func(c checks.Choice) bool { return c.Name == blank }) {
				fix.Choices = append(fix.Choices, checks.Choice{Name: blank, Text: checks.T("choice.dkim-panel", checks.Args{"provider": p.Name.Both()})})
			}
		}
	}
	return []checks.Fix{fix}
}

// missingKeys are the records of the mailbox providers, for findings that say that
// no key can exist.
func (v view) missingKeys() (fixes []checks.Fix) {
	list, _ := v.mailboxes()
	for _, p := range list {
		if v.inSPF(p) {
			fixes = append(fixes, v.publishKeys(p)...)
		}
	}
	return fixes
}

// judgeGateways tells through which gateways mail may leave that do not take the
// domain's mail in. An MX record never says so.
func judgeGateways(v view) (findings []checks.Finding) {
	if v.mx.Kind == mx.Undecided || !v.hostsKnown() {
		return nil
	}
	var told []*provider.Provider
	for _, e := range v.spf.Services() {
		p := v.table.ByInclude(e.Service())
		if p == nil || !e.PointsToRecord() || !p.Has(provider.Outbound) || p.Is(provider.Retired) || slices.Contains(told, p) || v.traced(p) {
			continue
		}
		told = append(told, p)
		findings = append(findings, spf.OnTerm(Gateway, e).With("provider", p.Name.Both()))
	}
	return findings
}
