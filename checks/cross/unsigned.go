package cross

import (
	"context"

	"mailauth/checks"
	"mailauth/checks/dmarc"
	"mailauth/resolver"
	"mailauth/resolver/validation"
)

// policyZone looks at the zone of a DMARC record that an alias leads to, outside
// the domain's organization. Where the domain itself is not signed it does not
// matter: the alias can be forged.
func (v view) policyZone(ctx context.Context, p *checks.Pass) validation.Status {
	policy := v.dmarc.Policy
	if policy == nil || v.dnssec.Security != validation.Secure || checks.SameOrganization(policy.RR.Name, v.domain) {
		return validation.Status{Security: validation.Unknown}
	}
	status := validation.New(p, p.Options.BogusName).Zone(ctx, policy.RR.Name, false)
	for _, open := range status.Open {
		p.Miss(InPolicyZone, open.Question, open.Err)
	}
	return status
}

// judgeUnsigned: RFC 9989 §11.3, who can forge the answer about the policy can
// switch it off.
func judgeUnsigned(v view) []checks.Finding {
	policy := v.dmarc.Policy
	if policy == nil {
		return nil
	}
	owner, cut := dmarc.Owner(policy.Domain), ""
	switch {
	case v.dnssec.Security == validation.Insecure && resolver.IsSubdomain(owner, v.dnssec.Cut):
		cut = v.dnssec.Cut
	case v.own.PolicyZone.Security == validation.Insecure:
		cut = v.own.PolicyZone.Cut
	default:
		return nil
	}
	f := UnsignedPolicy.At(policy.RR).With("domain", v.domain).With("zone", cut)
	f.Scope = v.domain
	return []checks.Finding{f}
}
