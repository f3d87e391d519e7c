package spf

import (
	"net/netip"
	"slices"

	"go4.org/netipx"

	"mailauth/checks"
)

var readAddresses = []checks.Input{InRecord, InTree, InAddress, InMX, InMXHost, InExists}

// The rules on which addresses pass.
var (
	RuleEffectiveAll = &checks.Rule{ID: "spf-effective-all", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 7208 §5.6", Reads: readAddresses,
		Supersedes: []string{"spf-ip-wide", "spf-exists-static"}}
	RuleIPWide       = &checks.Rule{ID: "spf-ip-wide", Severity: checks.Error, Source: checks.Practice, Citation: "RFC 9989 §7.1", Reads: readAddresses}
	RuleMXNoMX       = &checks.Rule{ID: "spf-mx-no-mx", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 7208 §5.4", Reads: []checks.Input{InRecord, InTree, InMX}}
	RuleANoAddr      = &checks.Rule{ID: "spf-a-no-addr", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 7208 §5.3", Reads: []checks.Input{InRecord, InTree, InAddress}}
	RuleHostBits     = &checks.Rule{ID: "spf-ip-hostbits", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 7208 §5.6", Reads: readTree}
	RulePrivate      = &checks.Rule{ID: "spf-ip-private", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 6890 §2.2.2, §2.2.3", Reads: readTree}
	RuleDoc          = &checks.Rule{ID: "spf-ip-doc", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 5737 §3, RFC 3849 §2", Reads: readTree}
	RuleRedundant    = &checks.Rule{ID: "spf-ip-redundant", Severity: checks.Info, Source: checks.Practice, Citation: "RFC 7208 §5.6", Reads: readAddresses}
	RuleV4Mapped     = &checks.Rule{ID: "spf-ip-v4mapped", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 7208 §5", Reads: readTree}
	RuleExistsStatic = &checks.Rule{ID: "spf-exists-static", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 7208 §5.7", Reads: readTree}
)

var addressRules = []*checks.Rule{
	RuleEffectiveAll, RuleIPWide, RuleMXNoMX, RuleANoAddr, RuleHostBits, RulePrivate, RuleDoc, RuleRedundant, RuleV4Mapped, RuleExistsStatic,
}

func prefixes(texts ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, text := range texts {
		out = append(out, netip.MustParsePrefix(text))
	}
	return out
}

// privateRanges are never the source of mail on the Internet (RFC 6890, RFC
// 6598, RFC 4193, RFC 7526).
func privateRanges() []netip.Prefix {
	return prefixes("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
		"224.0.0.0/3", "::/128", "::1/128", "2002::/16", "fc00::/7", "fe80::/10", "ff00::/8")
}

// docRanges stand in manuals (RFC 5737, RFC 3849).
func docRanges() []netip.Prefix {
	return prefixes("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
}

func (p Passing) passesIPv6() bool {
	if p.Set == nil {
		return false
	}
	v6 := netip.PrefixFrom(netip.IPv6Unspecified(), 0)
	return p.Set.OverlapsPrefix(v6)
}

func within(p netip.Prefix, ranges []netip.Prefix) bool {
	return slices.ContainsFunc(ranges, func(r netip.Prefix) bool { return r.Bits() <= p.Bits() && r.Contains(p.Addr()) })
}

func judgeAddresses(k *desk, f *Facts) []checks.Finding {
	var findings []checks.Finding
	for _, own := range f.Own {
		if !own.Own {
			continue
		}
		for _, e := range own.order() {
			findings = append(findings, k.judgeNetwork(e)...)
			findings = append(findings, f.judgeEmpty(k, e)...)
		}
		if own.Passes {
			findings = append(findings, f.judgeWidth(own)...)
		}
		findings = append(findings, k.judgeRedundant(own)...)
	}
	return findings
}

// judgeNetwork looks at an address that the record spells out.
func (k *desk) judgeNetwork(e *Expanded) []checks.Finding {
	if !e.Prefix.IsValid() {
		return nil
	}
	network := e.Prefix.Masked()
	mapped := v4Mapped(e.Prefix)
	if mapped {
		network = netip.PrefixFrom(network.Addr().Unmap(), network.Bits()-96)
	}
	raise := func(r *checks.Rule, key string) checks.Finding {
		found := on(r, e.Owner, e.Term).With("network", network.String())
		found.Key = []string{key}
		return found
	}
	var findings []checks.Finding
	switch {
	case within(network, privateRanges()):
		findings = append(findings, raise(RulePrivate, network.String()))
	case within(network, docRanges()):
		findings = append(findings, raise(RuleDoc, network.String()))
	}
	switch {
	case mapped:
		found := raise(RuleV4Mapped, e.String())
		found.Fixes = k.correct(e.Owner, "spf-ip4", nil, change{e.Term: networkTerm(e.Qualifier, network)})
		findings = append(findings, found)
	case network != e.Prefix:
		found := raise(RuleHostBits, e.String())
		found.Fixes = k.correct(e.Owner, "spf-mask", checks.Args{"network": network.String()}, change{e.Term: networkTerm(e.Qualifier, network)})
		findings = append(findings, found)
	}
	return findings
}

// judgeEmpty finds terms that nobody can pass by, and exists that ask the same
// for everybody.
func (f *Facts) judgeEmpty(k *desk, e *Expanded) []checks.Finding {
	dead := e.dead()
	if e.Misread() {
		return nil
	}
	raise := func(r *checks.Rule) []checks.Finding {
		found := on(r, e.Owner, e.Term).With("name", bare(e.Names[0]))
		found.Scope = f.Root.Name
		if dead {
			found.Fixes = k.dropTerm(e)
		}
		return []checks.Finding{found}
	}
	switch {
	case e.Kind == Exists && len(e.Names) > 0:
		return raise(RuleExistsStatic)
	case e.Kind == A && dead:
		return raise(RuleANoAddr)
	case e.Kind == MX && dead:
		findings := raise(RuleMXNoMX)
		host := Term{Kind: A, Name: "a", Qualifier: e.Qualifier, Explicit: e.Explicit, Value: e.Value,
			CIDR4: e.CIDR4, CIDR6: e.CIDR6, CIDR4Given: e.CIDR4Given, CIDR6Given: e.CIDR6Given}
		findings[0].Fixes = append(findings[0].Fixes,
			k.instead(e.Owner, "spf-mx-to-a", checks.Args{"term": host.String()}, "host", change{e.Term: host.String()})...)
		return findings
	}
	return nil
}

// width is the severity that a network of that size has; 0 if it is small.
func width(p netip.Prefix) checks.Severity {
	switch bits := p.Bits(); {
	case p.Addr().Is6() && bits < 28:
		return checks.Warning
	case p.Addr().Is6():
		return 0
	case bits < 8:
		return checks.Error
	case bits < 16:
		return checks.Warning
	case bits < 20:
		return checks.Info
	}
	return 0
}

// judgeWidth finds terms that let large networks pass, each alone or several
// together.
func (f *Facts) judgeWidth(own *OwnRecord) []checks.Finding {
	var findings []checks.Finding
	var union netipx.IPSetBuilder
	widest := map[netip.Prefix]*Expanded{}
	for _, e := range own.order() {
		if e.Qualifier != Pass {
			continue
		}
		nets := e.networks()
		if e.Prefix.IsValid() && !v4Mapped(e.Prefix) {
			nets = []netip.Prefix{e.Prefix.Masked()}
		}
		worst := netip.Prefix{}
		for _, p := range nets {
			if within(p, privateRanges()) {
				continue
			}
			union.AddPrefix(p)
			widest[p] = e
			if width(p) > 0 && (!worst.IsValid() || width(p) > width(worst)) {
				worst = p
			}
		}
		if worst.IsValid() {
			findings = append(findings, f.wide(e, worst))
		}
	}
	for _, p := range built(&union).Prefixes() {
		if width(p) == 0 {
			continue
		}
		if e, together := joint(p, widest); together {
			findings = append(findings, f.wide(e, p))
		}
	}
	return findings
}

// joint returns a term of a network that several terms make up, if it weighs
// more than each of them.
func joint(p netip.Prefix, parts map[netip.Prefix]*Expanded) (e *Expanded, ok bool) {
	for part, term := range parts {
		if !p.Overlaps(part) {
			continue
		}
		if width(part) >= width(p) {
			return nil, false
		}
		if e == nil || term.Span.Start > e.Span.Start {
			e = term
		}
	}
	return e, e != nil
}

func (f *Facts) wide(e *Expanded, p netip.Prefix) checks.Finding {
	found := on(RuleIPWide, e.Owner, e.Term).With("network", p.String()).With("bits", p.Bits()).
		With("audited", bare(f.Root.Name)).With("family", familyOf(p)).As(width(p))
	found.Scope = f.Root.Name
	return found
}

func familyOf(p netip.Prefix) string {
	if p.Addr().Is4() {
		return "IPv4"
	}
	return "IPv6"
}
