package cross

import (
	"context"
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/checks/caa"
	"mailauth/checks/mtasts"
	"mailauth/resolver"
)

// InPolicyCAA is the input of the CAA records that apply to the host of the
// MTA-STS policy.
const InPolicyCAA checks.Input = "cross-sts-caa"

// BlocksPolicy: the host's certificate cannot be renewed where it was issued.
var BlocksPolicy = &checks.Rule{ID: "caa-blocks-sts", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 8659 §4.2, RFC 8461 §3.3",
	Reads: []checks.Input{mtasts.InRecord, mtasts.InMX, mtasts.InHost, mtasts.InPolicy, InPolicyCAA}}

// policyCertificate is the certificate of the policy's host: who issued it and
// the name in it that is the host's. ok is false where there is none, where no
// sender would take it, or where the issuer is not known.
func (v view) policyCertificate() (authority *caa.Authority, organization, name string, ok bool) {
	usable := !slices.Contains([]mtasts.Outcome{mtasts.WrongName, mtasts.Untrusted, mtasts.Handshake}, v.sts.Outcome)
	if len(v.sts.Certificates) == 0 || !usable {
		return nil, "", "", false
	}
	leaf := v.sts.Certificates[0]
	if len(leaf.Issuer.Organization) == 0 {
		return nil, "", "", false
	}
	organization = leaf.Issuer.Organization[0]
	authority = caa.AuthorityOf(organization)
	host := strings.TrimSuffix(v.sts.Host, ".")
	_, parent, _ := strings.Cut(host, ".")
	for _, known := range []string{host, "*." + parent} {
		if slices.ContainsFunc(leaf.DNSNames, func(n string) bool { return strings.EqualFold(n, known) }) {
			return authority, organization, known, authority != nil
		}
	}
	return nil, "", "", false
}

// askPolicyCAA looks for the CAA records that the issuer will look at: those of
// the name in the certificate, without the label of a wildcard (RFC 8659 §3).
func (v view) askPolicyCAA(ctx context.Context, p *checks.Pass) *caa.Facts {
	_, _, name, ok := v.policyCertificate()
	if !ok {
		return nil
	}
	canonical, err := resolver.CanonicalName(strings.TrimPrefix(name, "*."))
	if err != nil {
		return nil
	}
	return caa.Climb(ctx, p.Asker, InPolicyCAA, canonical)
}

func judgeBlocksPolicy(v view) []checks.Finding {
	authority, organization, name, ok := v.policyCertificate()
	if !ok || v.own.PolicyCAA == nil || v.own.PolicyCAA.Found != checks.Yes {
		return nil
	}
	wildcard := strings.HasPrefix(name, "*.")
	by, forbidden := v.own.PolicyCAA.Forbids(authority, wildcard)
	if !forbidden || !checks.SameOrganization(by[0].RR.Name, v.domain) {
		return nil
	}
	f := BlocksPolicy.At(by[0].RR)
	f.Args = checks.Args{"host": v.sts.Host, "authority": organization, "owner": v.own.PolicyCAA.Owner, "issuer": authority.Issuers[0], "tag": strings.ToLower(by[0].Tag)}
	for _, other := range by[1:] {
		f.Related = append(f.Related, checks.Related{Name: other.RR.Name, Type: other.RR.Type(), Record: &other.RR})
	}
	more := caa.Property{Tag: strings.ToLower(by[0].Tag), Value: authority.Issuers[0]}
	f.Fixes = []checks.Fix{{Title: checks.T("fix.caa-allow", checks.Args{"authority": organization}),
		Edits: []resolver.Edit{add(by[0].RR.Name, resolver.Other{RRType: resolver.TypeCAA, Text: more.String()})}}}
	return []checks.Finding{f}
}

// settledPolicy: without a record, or without mail, no policy is looked for.
func settledPolicy(v view) []*checks.Rule {
	if v.sts.Known && v.sts.ID == "" || v.sts.Receives == checks.No {
		return []*checks.Rule{BlocksPolicy}
	}
	return nil
}
