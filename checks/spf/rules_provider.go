package spf

import (
	"slices"

	"mailauth/checks"
	"mailauth/checks/provider"
)

// The rules on whose service a term stands for. Those that depend on where the
// domain's mail goes are in checks/cross.
var (
	RuleEnforcer = &checks.Rule{ID: "spf-include-enforcer", Severity: checks.Info, Source: checks.Practice, Citation: "RFC 7208 §5.2", Reads: readTree}
	RuleWebHost  = &checks.Rule{ID: "spf-a-webhost", Severity: checks.Info, Source: checks.Practice, Citation: "RFC 7208 §5.3",
		Reads: []checks.Input{InRecord, InTree, InAddress}}
	RuleFlattened  = &checks.Rule{ID: "spf-flattened", Severity: checks.Info, Source: checks.Practice, Citation: "RFC 7208 §10.1.1", Reads: readTree}
	RuleSharedHost = &checks.Rule{ID: "spf-shared-host", Severity: checks.Info, Source: checks.Practice, Citation: "RFC 7208 §11.4", Reads: readTree}
	// RuleDeadProvider is not raised where the name has no record any more: that is
	// an error of its own.
	RuleDeadProvider = &checks.Rule{ID: "spf-dead-provider", Severity: checks.Warning, Source: checks.Practice, Citation: "RFC 7208 §10.1.2", Reads: readTree}
)

var providerRules = []*checks.Rule{RuleEnforcer, RuleWebHost, RuleFlattened, RuleSharedHost, RuleDeadProvider}

// manyNetworks is how many addresses a record without includes can spell out
// before nobody keeps them up to date by hand.
const manyNetworks = 20

// judgeProviders looks at whose names stand in the records of the audited
// organization.
func judgeProviders(k *desk, f *Facts) []checks.Finding {
	if f.providers == nil {
		return nil
	}
	var findings []checks.Finding
	for _, own := range f.Own {
		if !own.Own {
			continue
		}
		for _, e := range own.order() {
			if e.passes() && !e.Broken {
				findings = append(findings, f.judgeProvider(k, e)...)
			}
		}
		findings = append(findings, judgeSpelledOut(own)...)
	}
	return findings
}

// judgeProvider looks at one term that lets somebody pass.
func (f *Facts) judgeProvider(k *desk, e *Expanded) []checks.Finding {
	switch e.Kind {
	case Include, Redirect:
		return f.judgeService(k, e)
	case A:
		if p := f.webHost(e); p != nil {
			found := on(RuleWebHost, e.Owner, e.Term).With("provider", p.Name.Both()).With("name", bare(e.Hosts[0].Name))
			found.Fixes = k.instead(e.Owner, "spf-leave-out", checks.Args{"term": e.String()}, "webhost", change{e.Term: ""})
			return []checks.Finding{found}
		}
		for _, name := range e.Names {
			if p := f.providers.ByHost(name); p != nil && p.Is(provider.SharedPool) {
				return []checks.Finding{onProvider(RuleSharedHost, e, p)}
			}
		}
	}
	return nil
}

func onProvider(r *checks.Rule, e *Expanded, p *provider.Provider) checks.Finding {
	return on(r, e.Owner, e.Term).With("provider", p.Name.Both())
}

// judgeService looks at the name that an include or redirect has.
func (f *Facts) judgeService(k *desk, e *Expanded) []checks.Finding {
	name := e.service()
	p := f.providers.ByInclude(name)
	if p == nil {
		return f.judgeMailDomain(k, e, name)
	}
	published := e.Target != nil && e.Target.Outcome == Published
	switch {
	case p.Is(provider.Retired) && published:
		found := onProvider(RuleDeadProvider, e, p)
		found.Fixes = k.instead(e.Owner, "spf-leave-out", checks.Args{"term": e.String()}, "retired", change{e.Term: ""})
		return []checks.Finding{found}
	case p.Has(provider.SPFHost):
		return []checks.Finding{onProvider(RuleFlattened, e, p).With("count", 0)}
	case p.Is(provider.SharedPool) && published:
		return []checks.Finding{onProvider(RuleSharedHost, e, p)}
	}
	return nil
}

// service is the name of an include or redirect, as written if it depends on the
// message.
func (e *Expanded) service() string {
	if len(e.Names) > 0 {
		return e.Names[0]
	}
	if e.Domain != nil {
		return e.Domain.String()
	}
	return ""
}

// judgeMailDomain finds the domain of somebody's mailbox in the place of the name
// that the service gives its customers.
func (f *Facts) judgeMailDomain(k *desk, e *Expanded, name string) []checks.Finding {
	p := f.providers.ByMailDomain(name)
	if e.Kind != Include || p == nil || e.Target == nil || e.Target.Outcome != Published {
		return nil
	}
	found := onProvider(RuleEnforcer, e, p).With("name", bare(name)).With("documented", "")
	if documented := e.Target.soleTarget(); documented != "" && f.providers.ByInclude(documented) == p {
		found = found.With("documented", bare(documented))
		if terms := e.renamed([]string{documented}); len(terms) == 1 {
			found.Fixes = k.correct(e.Owner, "spf-documented", checks.Args{"term": e.String(), "suggest": terms[0]}, change{e.Term: terms[0]})
		}
	}
	return []checks.Finding{found}
}

// soleTarget is the name of the record that a record only passes on to, if that
// one is there.
func (d *Domain) soleTarget() string {
	terms := d.order()
	if len(terms) != 1 || terms[0].Kind != Redirect || terms[0].Target == nil || terms[0].Target.Outcome != Published {
		return ""
	}
	return terms[0].Target.Name
}

// webHost is the provider in whose networks for web sites all addresses of an "a"
// are.
func (f *Facts) webHost(e *Expanded) (found *provider.Provider) {
	if e.unknown() || e.Dynamic || e.CIDR4 < 32 || e.CIDR6 < 128 {
		return nil
	}
	for _, h := range e.Hosts {
		for _, addr := range h.Addrs() {
			if found = f.providers.ByWebAddress(addr); found == nil {
				return nil
			}
		}
	}
	return found
}

// judgeSpelledOut finds a record of addresses alone.
func judgeSpelledOut(own *OwnRecord) []checks.Finding {
	count := 0
	for _, e := range own.order() {
		switch {
		case e.Kind == Include || e.Kind == Redirect:
			return nil
		case e.Prefix.IsValid():
			count++
		}
	}
	if count <= manyNetworks || own.Outcome != Published || slices.Contains(own.Path[:len(own.Path)-1], own.Name) {
		return nil
	}
	return []checks.Finding{RuleFlattened.At(own.At()).With("domain", bare(own.Name)).With("count", count).With("term", "").With("provider", provider.Names{})}
}
