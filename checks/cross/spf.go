package cross

import (
	"mailauth/checks"
	"mailauth/checks/dmarc"
	"mailauth/checks/mx"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

const ttl = 3600 // of records that did not exist, in seconds

func add(name string, data resolver.RData) resolver.Edit {
	return resolver.Edit{Name: name, Type: data.Type(), TTL: ttl, Remove: []string{}, Add: []string{data.String()}}
}

func swap(r resolver.Record, data resolver.RData) resolver.Edit {
	return resolver.Edit{Name: r.Name, Type: r.Type(), TTL: r.TTL, Remove: []string{r.Data.String()}, Add: []string{data.String()}}
}

// alias is where the audited name leads if it is an alias, else "". Nothing can
// be published beside one (RFC 1034 §3.6.2).
func (v view) alias() string {
	if chain := v.spf.Root.TXT.Answer.Chain; !v.spf.Root.TXT.Unknown() && len(chain) > 0 {
		return chain[0].Data.String()
	}
	return ""
}

func (v view) lacksSPF() bool {
	return v.spf.Outcome == spf.NoRecord || v.spf.Outcome == spf.NoName
}

// judgeMissingSPF weighs the lack by the role: where it is open, an info. An
// alias that sends nothing need not say so, and could not.
func judgeMissingSPF(v view) []checks.Finding {
	if !v.lacksSPF() {
		return nil
	}
	f := MissingSPF.On(v.domain, resolver.TypeTXT).With("domain", v.domain).With("alias", v.alias()).As(checks.Info)
	switch {
	case v.role.Sends == checks.Yes:
		f = f.As(checks.Error)
	case v.role.Parked == checks.Yes && v.role.Organizational:
		f = f.As(checks.Warning)
	}
	switch {
	case v.alias() != "" && f.Severity == checks.Info:
		return nil
	case v.alias() != "":
		return []checks.Finding{f}
	}
	f.Fixes = append(v.firstRecord(), checks.Fix{
		Title:   checks.T("fix.spf-publish", nil),
		Edits:   []resolver.Edit{add(v.domain, resolver.NewTXT("v=spf1 <senders> ~all"))},
		Choices: []checks.Choice{{Name: "senders", Text: checks.T("choice.spf-senders", nil)}},
	})
	return []checks.Finding{f}
}

// judgeHardfail: RFC 9989 §7.1, a refusal on SPF alone never reaches DMARC.
func judgeHardfail(v view) []checks.Finding {
	enforced := v.dmarc.Asked.Rank() >= dmarc.Quarantine.Rank()
	if v.spf.Outcome != spf.Published || v.spf.Final != spf.Fail.String() || v.role.Sends != checks.Yes || !v.dmarc.PolicyKnown || !enforced {
		return nil
	}
	return []checks.Finding{Hardfail.At(v.spf.Root.At()).With("domain", v.domain)}
}

func judgeHelo(v view) (findings []checks.Finding) {
	for _, host := range v.ownSenders() {
		r, asked := v.own.Helo[host]
		if !asked || r.Unknown() || hasSPF(r) || len(r.Answer.Chain) > 0 {
			continue
		}
		f := Helo.On(host, resolver.TypeTXT).With("host", host)
		f.Fixes = []checks.Fix{{Title: checks.T("fix.spf-helo", nil), Edits: []resolver.Edit{add(host, resolver.NewTXT("v=spf1 a -all"))}}}
		findings = append(findings, f)
	}
	return findings
}

// judgeIPv6 finds hosts that SPF lets pass over IPv4 and not over IPv6.
func judgeIPv6(v view) (findings []checks.Finding) {
	set := v.spf.Static.Set
	if v.spf.Outcome != spf.Published || set == nil || len(v.spf.Static.Dynamic)+len(v.spf.Static.Open) > 0 {
		return nil
	}
	for _, h := range v.mx.Hosts {
		v4, open := passingIPv4(v, h)
		if !v4 || open != nil {
			continue
		}
		for _, a := range h.Public() {
			if a.IP.Is4() || set.Contains(a.IP) {
				continue
			}
			f := NoIPv6.At(v.spf.Root.At()).With("host", h.Name).With("ip", a.IP.String())
			f.Key = []string{a.IP.String()}
			findings = append(findings, f)
		}
	}
	return findings
}

func passingIPv4(v view, h *mx.Host) (passes bool, open error) {
	for _, a := range h.Public() {
		if a.IP.Is4() && v.sends(a.IP.String()) {
			return true, nil
		}
	}
	return false, nil
}
