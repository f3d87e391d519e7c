package mx

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

func judge(p *checks.Pass) checks.Judgement {
	facts := p.Own().(*Facts)
	j := checks.Judgement{Summary: facts.summary(), Findings: judgeNobody(p.Domain, facts.Nobody)}
	switch facts.Kind {
	case Undecided:
		return j
	case None:
		j.Status = checks.StatusNone
		j.Findings = append(j.Findings, NoneRule.On(p.Domain, resolver.TypeMX).With("domain", p.Domain))
		return j
	}
	j.Findings = append(j.Findings, judgeSet(p.Domain, facts)...)
	for _, h := range facts.Hosts {
		j.Findings = append(j.Findings, judgeHost(p.Domain, facts, h)...)
	}
	j.Findings = append(j.Findings, judgeFamilies(p.Domain, facts)...)
	j.Findings = append(j.Findings, judgeSpread(p.Domain, facts)...)
	j.Findings = append(j.Findings, facts.judgeServices()...)
	return j
}

// judgeSet looks at the records as a set.
func judgeSet(domain string, facts *Facts) (findings []checks.Finding) {
	for _, r := range facts.Records {
		data, ok := r.Data.(resolver.MX)
		if !ok || data.Host != "." {
			continue
		}
		if facts.Kind == Null {
			findings = append(findings, NullRule.At(r).With("domain", domain))
		}
		if data.Preference != 0 {
			f := NullPref.At(r).With("preference", int(data.Preference))
			f.Fixes = []checks.Fix{replace(r, resolver.MX{Host: "."}, "fix.mx-null-pref")}
			findings = append(findings, f)
		}
		if facts.Kind == Mixed {
			f := NullMixed.At(r).With("domain", domain)
			f.Fixes = []checks.Fix{dropNull(facts, r)}
			findings = append(findings, f)
		}
	}
	if facts.Kind == Hosts && len(facts.Hosts) == 1 {
		h := facts.Hosts[0]
		findings = append(findings, Single.At(h.Record).With("host", h.Name))
	}
	return findings
}

// dropNull removes the null MX. Whether the domain wants mail is the user's to
// say where none of the other hosts works.
func dropNull(facts *Facts, null resolver.Record) checks.Fix {
	fix := checks.Fix{Title: checks.T("fix.mx-drop-null", nil), Edits: []resolver.Edit{
		{Name: null.Name, Type: resolver.TypeMX, TTL: null.TTL, Remove: []string{null.Data.String()}, Add: []string{}}}}
	if !anyUsable(facts.Hosts) {
		fix.Choices = []checks.Choice{{Name: "receive", Text: checks.T("choice.mx-receive", nil), Values: []string{"yes", "no"}}}
	}
	return fix
}

func replace(r resolver.Record, data resolver.RData, title string) checks.Fix {
	return checks.Fix{Title: checks.T(title, checks.Args{"record": data.String()}), Edits: []resolver.Edit{
		{Name: r.Name, Type: r.Type(), TTL: r.TTL, Remove: []string{r.Data.String()}, Add: []string{data.String()}}}}
}

func anyUsable(hosts []*Host) bool {
	return slices.ContainsFunc(hosts, func(h *Host) bool { return h.Usability == Usable })
}

// noneUsable reports that every host is known to be unreachable.
func noneUsable(hosts []*Host) bool {
	return !slices.ContainsFunc(hosts, func(h *Host) bool { return h.Usability == Usable || h.Usability == Unsure })
}

func judgeHost(domain string, facts *Facts, h *Host) (findings []checks.Finding) {
	weight := checks.Warning
	if noneUsable(facts.Hosts) {
		weight = checks.Error
	}
	raise := func(r *checks.Rule, s checks.Severity) {
		f := hostFinding(r, domain, facts, h).As(s)
		f.Scope = domain + " " + h.Name
		findings = append(findings, f)
	}
	switch h.Usability {
	case Literal:
		raise(IP, checks.Error)
		findings[0].Fixes = []checks.Fix{nameTheHost(h)}
		return findings
	case Localhost:
		raise(LocalhostRule, weight)
	case Private:
		raise(PrivateAddress, weight)
	case Unresolvable:
		raise(NoAddress, unresolvableWeight(h, weight))
		if h.DeadDomain != "" {
			raise(DeadDomain, checks.Error)
			findings[1] = findings[1].With("dead", h.DeadDomain)
		}
	}
	for i := range findings {
		findings[i] = findings[i].With("meant", h.Meant)
		findings[i].Fixes = dropHost(facts, h)
		if h.Meant != "" {
			findings[i].Fixes = []checks.Fix{replace(h.Record, resolver.MX{Preference: h.Preference, Host: h.Meant}, "fix.mx-final-dot")}
		}
	}
	if h.Alias && h.Usability == Usable && facts.Kind != Implicit {
		raise(CNAME, checks.Warning)
		last := &findings[len(findings)-1]
		*last = last.With("canonical", h.Canonical)
		last.Fixes = []checks.Fix{replace(h.Record, resolver.MX{Preference: h.Preference, Host: h.Canonical}, "fix.mx-canonical")}
	}
	for _, a := range h.Addresses {
		if name, ok := genericName(a); ok {
			raise(PTRGeneric, checks.Info)
			last := &findings[len(findings)-1]
			*last = last.With("ip", a.IP.String()).With("reverse", name)
			last.Key = append(last.Key, a.IP.String())
		}
	}
	return findings
}

// unresolvableWeight spares the placeholder by which Microsoft 365 verifies a
// domain: it is not meant to resolve.
func unresolvableWeight(h *Host, weight checks.Severity) checks.Severity {
	if h.Placeholder {
		return checks.Info
	}
	return weight
}

func hostFinding(r *checks.Rule, domain string, facts *Facts, h *Host) checks.Finding {
	f := r.On(domain, resolver.TypeMX)
	if facts.Kind != Implicit {
		f = r.At(h.Record)
	}
	f.Key = []string{h.Name}
	var ips []string
	for _, a := range h.Addresses {
		ips = append(ips, a.IP.String())
	}
	return f.With("domain", domain).With("host", h.Name).With("addresses", ips)
}

// nameTheHost shows the form of a record that names the literal's host; which
// host that is only the user knows.
func nameTheHost(h *Host) checks.Fix {
	return checks.Fix{
		Title:   checks.T("fix.mx-name-host", checks.Args{"address": strings.TrimSuffix(h.Name, ".")}),
		Choices: []checks.Choice{{Name: "host", Text: checks.T("choice.mx-host", checks.Args{"address": strings.TrimSuffix(h.Name, ".")})}},
	}
}

// dropHost removes a host that nobody can reach, if another one is left.
func dropHost(facts *Facts, h *Host) []checks.Fix {
	if facts.Kind == Implicit || !anyUsable(facts.Hosts) {
		return nil
	}
	return []checks.Fix{{Title: checks.T("fix.mx-drop-host", checks.Args{"host": h.Name}), Edits: []resolver.Edit{
		{Name: h.Record.Name, Type: resolver.TypeMX, TTL: h.Record.TTL, Remove: []string{h.Record.Data.String()}, Add: []string{}}}}}
}

// judgeFamilies raises mx-ipv6-only where every reachable host lacks IPv4.
func judgeFamilies(domain string, facts *Facts) []checks.Finding {
	v6 := 0
	for _, h := range facts.Hosts {
		if !h.V4Known {
			return nil
		}
		for _, a := range h.Public() {
			if a.IP.Is4() {
				return nil
			}
			v6++
		}
	}
	if v6 == 0 {
		return nil
	}
	return []checks.Finding{IPv6Only.On(domain, resolver.TypeMX).With("domain", domain)}
}

var dynamicWord = regexp.MustCompile(`(^|[.-])(dhcp|dyn|dynamic|pool|ppp|dsl|adsl|cable|dialup|broadband|cust|customer|client|unassigned)[0-9]*([.-]|$)`)

// genericName reports a reverse name that looks generated from the address.
func genericName(a Address) (name string, ok bool) {
	if len(a.Names) != 1 {
		return "", false
	}
	name = a.Names[0]
	return name, dynamicWord.MatchString(name) || holdsAddress(name, a.IP)
}

// holdsAddress reports whether a name spells out the octets of an IPv4 address,
// forwards or backwards.
func holdsAddress(name string, ip netip.Addr) bool {
	if !ip.Is4() {
		return false
	}
	o := ip.As4()
	for _, sep := range []string{"-", ".", "_", "x"} {
		forward := fmt.Sprintf("%d%s%d%s%d%s%d", o[0], sep, o[1], sep, o[2], sep, o[3])
		backward := fmt.Sprintf("%d%s%d%s%d%s%d", o[3], sep, o[2], sep, o[1], sep, o[0])
		if strings.Contains(name, forward) || strings.Contains(name, backward) {
			return true
		}
	}
	return false
}
