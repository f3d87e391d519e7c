package dkim

import (
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

// microsoft is the id of the provider that has its customers publish a pair of
// aliases before there is a key.
const microsoft = "microsoft-365"

// judgeDangling weighs an alias without a key: a selector that mail is signed
// with breaks it, while a provider that keeps two aliases may fill one at a time.
func (f *Facts) judgeDangling(s *Selector) []checks.Finding {
	unknown := len(f.in(StateUnknown)) > 0 || f.open
	sibling := slices.ContainsFunc(f.in(StateLive), func(other *Selector) bool {
		return other.Alias != "" && checks.SameOrganization(other.Alias, s.Alias)
	})
	if s.Provider == microsoft && !s.Origin.named() && !sibling {
		return f.judgeReady(s, unknown)
	}
	finding := Dangling.At(s.alias())
	finding.Args = checks.Args{"selector": s.Selector, "target": s.Alias}
	switch {
	case s.Origin.named():
		finding.Severity = checks.Error
	case unknown || sibling:
		finding.Severity = checks.Info
	}
	return []checks.Finding{finding}
}

// judgeReady: Microsoft 365 makes the keys when signing is turned on; until then
// its two aliases lead nowhere, and are as they should be. What another selector
// holds can change that, so that nothing is said while one is open.
func (f *Facts) judgeReady(s *Selector, unknown bool) []checks.Finding {
	pair := slices.DeleteFunc(f.in(StateDangling), func(o *Selector) bool { return o.Provider != microsoft || o.Origin.named() })
	if unknown || pair[0] != s {
		return nil
	}
	finding := Ready.At(s.alias())
	finding.Args = checks.Args{"selector": s.Selector, "target": s.Alias}
	for _, o := range pair[1:] {
		record := o.alias()
		finding.Related = append(finding.Related, checks.Related{Name: record.Name, Type: record.Type(), Record: &record})
	}
	return []checks.Finding{finding}
}

// judgeSingle: Microsoft 365 changes keys by going over to the other selector.
func (f *Facts) judgeSingle() []checks.Finding {
	for _, pair := range [][2]string{{"selector1", "selector2"}, {"selector2", "selector1"}} {
		here, there := f.selector(pair[0]), f.selector(pair[1])
		if here != nil && there == nil && here.State == StateLive && here.Provider == microsoft && (f.Complete || slices.Contains(f.Tried, pair[1])) {
			finding := Single.At(here.alias())
			finding.Args = checks.Args{"selector": pair[0], "other": pair[1], "name": keyName(pair[1], f.domain)}
			return []checks.Finding{finding}
		}
	}
	return nil
}

// selector returns the selector if there is something at it, or may be.
func (f *Facts) selector(name string) *Selector {
	for _, s := range f.Selectors {
		if s.Selector == name {
			return s
		}
	}
	return nil
}

// judgeNamespace looks at _domainkey itself: who answers for it, and what
// protocols of old have left there.
func (f *Facts) judgeNamespace() (findings []checks.Finding) {
	if hosts, ok := f.delegated(); ok {
		finding := Delegated.At(f.delegation.Answer.Records[0])
		finding.Args = checks.Args{"name": namespaceName(f.domain), "hosts": hosts}
		findings = append(findings, finding)
	}
	for _, record := range f.policies {
		finding := Policy.At(record)
		finding.Args = checks.Args{"name": record.Name, "found": record.Display()}
		finding.Fixes = []checks.Fix{{Title: checks.T("fix.dkim-drop-policy", checks.Args{"name": record.Name}), Edits: []resolver.Edit{
			{Name: record.Name, Type: resolver.TypeTXT, TTL: record.TTL, Remove: []string{record.Data.String()}, Add: []string{}}}}}
		findings = append(findings, finding)
	}
	return findings
}

// delegated lists the name servers of _domainkey where they are not those of the
// organization.
func (f *Facts) delegated() (others []string, ok bool) {
	if !f.delegation.Is(resolver.Data) || !answered(f.home) {
		return nil, false
	}
	home := hostsOf(f.home)
	for _, host := range hostsOf(f.delegation) {
		if !slices.Contains(home, host) {
			others = append(others, host)
		}
	}
	return others, len(others) > 0
}

func hostsOf(r checks.Result) (hosts []string) {
	for _, record := range r.Answer.Records {
		if ns, ok := record.Data.(resolver.NS); ok {
			hosts = append(hosts, ns.Host)
		}
	}
	return hosts
}
