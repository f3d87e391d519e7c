package dnssec

import (
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
	"mailauth/resolver/validation"
)

func judge(p *checks.Pass) checks.Judgement {
	facts := p.Own().(*Facts)
	j := checks.Judgement{}
	switch {
	case facts.Bogus != nil:
		j.Findings = append(j.Findings, BogusRule.On(p.Domain, resolver.TypeDS). // whichever record shows it, it is one finding
												With("domain", p.Domain).With("name", facts.Bogus.Name).With("type", facts.Bogus.Type.String()))
		j.Summary = []checks.Text{checks.T("summary.dnssec-bogus", nil)}
	case facts.Security == validation.Secure:
		j.Summary = []checks.Text{checks.T("summary.dnssec-secure", checks.Args{"zone": facts.Zone})}
	default:
		j.Status = checks.StatusNone
	}
	if facts.Security == validation.Insecure {
		f := Unsigned.On(facts.Cut, resolver.TypeDS).With("domain", p.Domain).With("zone", facts.Cut).
			With("island", facts.Signed && facts.Cut == facts.Zone)
		f.Scope = p.Domain
		j.Findings = append(j.Findings, f)
	}
	if checks.SameOrganization(facts.Zone, p.Domain) {
		j.Findings = append(j.Findings, judgeAlgorithms(facts)...)
	}
	return j
}

// judgeAlgorithms looks at what the zone is delegated with. One record that is
// fine is enough: validators use that, and keys are being rolled over.
func judgeAlgorithms(facts *Facts) []checks.Finding {
	weak := func(d Delegation) bool { return d.WeakAlgorithm() || d.WeakDigest() }
	if len(facts.Delegations) == 0 || slices.ContainsFunc(facts.Delegations, func(d Delegation) bool { return !weak(d) }) {
		return nil
	}
	at := slices.IndexFunc(facts.Delegations, func(d Delegation) bool { return !d.WeakAlgorithm() })
	d := facts.Delegations[max(at, 0)]
	f := Weak.At(d.Record).With("zone", facts.Zone).With("algorithm", "").With("digest", "")
	if at < 0 {
		return []checks.Finding{f.With("algorithm", AlgorithmName(d.Algorithm))}
	}
	return []checks.Finding{f.With("digest", DigestName(d.Digest))}
}
