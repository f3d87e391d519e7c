package dmarc

import (
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

// maxBelow bounds the records of subdomains that are asked for.
const maxBelow = 20

// listBelow takes from a source that lists its names which subdomains have a
// policy record, and which have keys.
func (f *Facts) listBelow(p *checks.Pass) {
	names, _ := p.Names(f.Domain)
	for _, name := range names {
		if below, ok := strings.CutPrefix(name, "_dmarc."); ok && below != f.Domain && !strings.Contains(below, "_") && len(f.listed) < maxBelow {
			f.listed = append(f.listed, below)
		}
		if _, signer, ok := strings.Cut(name, "._domainkey."); ok && signer != f.Domain && resolver.IsSubdomain(signer, f.Domain) && !slices.Contains(f.Signers, signer) {
			f.Signers = append(f.Signers, signer)
		}
	}
}

// readBelow takes the answers for the listed names, and the last one if it is
// that of openName.
func (f *Facts) readBelow(results []checks.Result) {
	for i, domain := range f.listed {
		f.Below = append(f.Below, readSite(domain, results[i]))
	}
	if len(results) > len(f.listed) {
		f.OpenReceiver = results[len(f.listed)]
	}
}

// judgeOverride raises dmarc-subdomain-override: on the domain's own record where
// the one above would ask for more, and on its organizational domain for the
// records below it that ask for less.
func (f *Facts) judgeOverride() []checks.Finding {
	if f.Inherited() || !f.ours() || f.foreign() || !f.OrgKnown {
		return nil
	}
	if above, ok := f.above(); ok {
		return f.overrides(above)
	}
	return f.overridden()
}

// above is the policy that would apply to the domain without its own record, if
// that is one of the same organization.
func (f *Facts) above() (above *PolicyRecord, ok bool) {
	if f.Org == f.Domain || !checks.SameOrganization(f.Org, f.Domain) {
		return nil, false
	}
	s, _ := f.Site(f.Org)
	return s.Valid(), s.Valid() != nil
}

func (f *Facts) overrides(above *PolicyRecord) []checks.Finding {
	e := f.Policy.Record.Effective()
	would := above.Record.Effective().Applied(above.Record).Sub
	if e.Standing != InForce || !e.Applied(f.Policy.Record).Domain.WeakerThan(would) {
		return nil
	}
	x := &raised{f: f, r: f.Policy.Record}
	finding := x.at(Override, f.Policy.Record.P.Tag, checks.Args{"from": above.Domain, "policy": string(would), "below": []string{}})
	finding.Related = []checks.Related{{Name: above.RR.Name, Type: above.RR.Type(), Record: &above.RR}}
	if stronger := stronger(e.Domain, would); len(stronger) > 0 {
		finding.Fixes = f.choosePolicy("p", stronger...)
	}
	return []checks.Finding{finding}
}

// stronger lists the policies above one, up to another.
func stronger(than, upTo Policy) (list []Policy) {
	for _, p := range []Policy{Quarantine, Reject} {
		if than.WeakerThan(p) && !upTo.WeakerThan(p) {
			list = append(list, p)
		}
	}
	return list
}

func (f *Facts) overridden() []checks.Finding {
	var weak []string
	var related []checks.Related
	for _, s := range f.Below {
		if s.Valid() == nil || f.Subdomains == "" || !checks.SameOrganization(s.Valid().RR.Name, f.Domain) {
			continue
		}
		e := s.Valid().Record.Effective()
		if e.Standing == InForce && e.Applied(s.Valid().Record).Domain.WeakerThan(f.Subdomains) {
			weak = append(weak, s.Domain)
			related = append(related, checks.Related{Name: s.Owner, Type: resolver.TypeTXT, Record: &s.valid.RR})
		}
	}
	if len(weak) == 0 {
		return nil
	}
	finding := Override.At(f.Policy.RR)
	finding.Args = checks.Args{"name": f.Policy.Domain, "from": f.Policy.Domain, "policy": string(f.Subdomains), "below": weak, "tag": "", "value": ""}
	finding.Related = related
	return []checks.Finding{finding}
}

// overrideDone reports whether everything that judgeOverride compares is known.
func (f *Facts) overrideDone() bool {
	if !f.PolicyKnown {
		return false
	}
	if f.Policy == nil || f.Inherited() {
		return true
	}
	if f.Domain == f.PSLOrg && len(f.Below) == 0 {
		return true // nothing of the same organization is above it, nothing is known below
	}
	return f.OrgKnown && !slices.ContainsFunc(f.Below, func(s Site) bool { return !s.Known })
}
