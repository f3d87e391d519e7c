// Package cross holds the rules that read more than one protocol: what a
// domain lacks depends on whether it sends or receives mail (RFC 7208 §10.1,
// RFC 9989 §5.1, RFC 7505 §4.2, M3AAWG's advice for parked domains).
//
// A domain that does neither is told the few records that close it, once. A
// rule's protocol is that of its id, so that its finding counts there.
package cross

import (
	"mailauth/checks"
	"mailauth/checks/bimi"
	"mailauth/checks/dkim"
	"mailauth/checks/dmarc"
	"mailauth/checks/dnssec"
	"mailauth/checks/mtasts"
	"mailauth/checks/mx"
	"mailauth/checks/provider"
	"mailauth/checks/role"
	"mailauth/checks/spf"
)

// The inputs that only these rules need.
const (
	InHelo       checks.Input = "cross-helo"          // TXT of hosts that send
	InOrgKeys    checks.Input = "cross-org-domainkey" // _domainkey of the organizational domain
	InSOA        checks.Input = "cross-soa"           // SOA of a name below it, and of the organizational domain
	InPolicyZone checks.Input = "cross-policy-zone"   // whether a policy record of somebody else's zone is signed
	InInclude    checks.Input = "cross-include"       // TXT of includes that a fix proposes
	InBounce     checks.Input = "cross-bounce"        // MX of names at which senders take bounces
)

// Check joins the protocols.
var Check = &checks.Check{
	Name:     "cross",
	Doc:      "What the protocols amount to together, for a domain that sends, receives or does neither.",
	Rules:    rules,
	Requires: []*checks.Check{spf.Check, dkim.Check, dmarc.Check, mx.Check, dnssec.Check, bimi.Check, mtasts.Check, role.Check},
	Budget:   40,
	Lookup:   lookup,
	Judge:    judge,
}

// view is everything that the rules look at.
type view struct {
	domain string
	spf    *spf.Facts
	dkim   *dkim.Facts
	dmarc  *dmarc.Facts
	mx     *mx.Facts
	bimi   *bimi.Facts
	dnssec *dnssec.Facts
	sts    *mtasts.Facts
	role   *role.Facts
	own    *Facts
	table  *provider.Table
}

func viewOf(p *checks.Pass) view {
	own, _ := p.Own().(*Facts)
	return view{
		domain: p.Domain,
		spf:    spf.FactsOf(p),
		dkim:   dkim.FactsOf(p),
		dmarc:  dmarc.FactsOf(p),
		mx:     mx.FactsOf(p),
		bimi:   bimi.FactsOf(p),
		dnssec: dnssec.FactsOf(p),
		sts:    mtasts.FactsOf(p),
		role:   role.FactsOf(p),
		own:    own,
		table:  p.Providers(),
	}
}

func judge(p *checks.Pass) checks.Judgement {
	v := viewOf(p)
	j := checks.Judgement{Status: checks.StatusNone}
	for _, rule := range []func(view) []checks.Finding{
		judgeParked, judgeMissingSPF, judgeHardfail, judgeHelo, judgeIPv6,
		judgeNoNamespace, judgeMissingDMARC, judgeNoReports, judgeWithoutDKIM,
		judgeImplicitMX, judgeNullSends, judgeReverse, judgeUnsigned, judgeReadiness,
		judgeMixedProvider, judgeBypass, judgeNoSOA,
		judgeUselessMX, judgeAlign, judgeDenied, judgeLists,
		judgeMissingInclude, judgeMissingKeys, judgeStale, judgeGateways, judgeLeaks,
		judgeNoLogo, judgeLogoPolicy, judgeBlocksPolicy,
	} {
		j.Findings = append(j.Findings, rule(v)...)
	}
	j.Settled = settled(v)
	return j
}
