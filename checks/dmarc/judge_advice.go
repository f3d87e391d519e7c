package dmarc

import (
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

// longestTTL is how long a policy that is about to change may stay in caches, in
// seconds.
const longestTTL = 86400

// ttlOf is the TTL that a record is published with anew.
func ttlOf(rr resolver.Record) uint32 {
	if text, _ := rr.Text(); lingers(rr, Parse(text)) {
		return defaultTTL
	}
	return rr.TTL
}

// lingers reports a record that is still to be raised and stays in caches for
// more than a day.
func lingers(rr resolver.Record, r *Record) bool {
	e := r.Effective()
	return rr.TTL > longestTTL && e.Standing == InForce && e.Applied(r).Domain != Reject
}

// judgeAdvice tells what stands at the domain's own name, apart from what the
// record says.
func (f *Facts) judgeAdvice() (findings []checks.Finding) {
	own := f.Own()
	if len(own.Chain) > 0 && own.Chain[0].Type() == resolver.TypeCNAME && own.Chain[0].Name == own.Owner && len(own.Records) > 0 {
		finding := Alias.At(own.Chain[0])
		finding.Args = checks.Args{"name": own.Owner, "target": own.Records[0].Name}
		findings = append(findings, finding)
	}
	if own.Known && own.Valid() == nil && skipsParent(f.Domain) {
		finding := DeepName.On(own.Owner, resolver.TypeTXT)
		finding.Args = checks.Args{"name": own.Owner, "labels": len(resolver.Labels(f.Domain))}
		findings = append(findings, finding)
	}
	return findings
}

// skipsParent reports a name so long that the tree walk leaves out its parent
// (RFC 9989 §4.10, step 4).
func skipsParent(domain string) bool { return len(resolver.Labels(domain)) > MaxWalk }

// advice raises what a record of the domain's own could say better, and what
// follows from what it says.
func (x *raised) advice() {
	if x.f.Inherited() {
		return
	}
	r := x.r
	if tag := r.P.Tag; tag != nil && r.policyFirst() != r.String() {
		x.fix(x.tag(PPosition, tag, nil), r.policyFirst(), "fix.dmarc-p-first")
	}
	x.subdomains()
	if r.Testing && r.Effective().Standing == InForce && r.Effective() == r.Effective().Applied(r) {
		finding := x.tag(TestNoop, r.Tag("t"), nil)
		finding.Fixes = x.f.endTest()
	}
	if r.PSD == 'n' {
		x.tag(PSDNo, r.Tag("psd"), nil)
	}
	x.strict()
	if lingers(x.f.Policy.RR, r) {
		finding := x.tag(LongTTL, nil, checks.Args{"ttl": int(x.f.Policy.RR.TTL)})
		x.fix(finding, r.String(), "fix.dmarc-ttl", "ttl", defaultTTL)
	}
	x.destinations()
}

// subdomains looks at the policies for names below the domain.
func (x *raised) subdomains() {
	r := x.r
	if x.f.belowOrganization(x.f.Policy.Domain) {
		for _, q := range []Request{r.SP, r.NP} {
			if q.Tag != nil && q.Policy != "" {
				finding := x.tag(SPIgnored, q.Tag, nil)
				finding.Key = []string{finding.Args["tag"].(string)}
				x.fix(finding, r.Without("sp", "np"), "fix.dmarc-drop-tag", "tag", x.written(q.Tag))
			}
		}
	}
	e := r.Effective()
	if e.Standing == InForce && r.NP.Tag == nil && e.Domain != Reject && e.NonExist != Reject && x.f.organizational(x.f.Policy.Domain) {
		finding := x.tag(NPSuggest, nil, checks.Args{"policy": string(e.NonExist)})
		finding.Fixes = x.f.refuseInvented()
	}
}

// strict raises dmarc-strict once for both modes.
func (x *raised) strict() {
	var modes []string
	var at = x.r.ADKIM
	for _, a := range []Alignment{x.r.ASPF, x.r.ADKIM} {
		if a.Strict {
			at = a
		}
	}
	if x.r.ADKIM.Strict {
		modes = append(modes, "adkim=s")
	}
	if x.r.ASPF.Strict {
		modes = append(modes, "aspf=s")
	}
	if len(modes) == 0 {
		return
	}
	signers := x.f.Signers
	if !x.r.ADKIM.Strict {
		signers = nil
	}
	x.tag(StrictMode, at.Tag, checks.Args{"modes": modes, "dkim": x.r.ADKIM.Strict, "spf": x.r.ASPF.Strict, "signers": signers})
}

// destinations raises what is special about the addresses of reports.
func (x *raised) destinations() {
	for _, list := range []struct {
		name string
		uris []URI
	}{{"rua", x.r.RUA}, {"ruf", x.r.RUF}} {
		for _, u := range list.uris {
			if u.Fault == "" && u.Size != "" {
				finding := x.address(RUASize, list.name, u)
				finding.Args["size"] = u.Size
				x.fix(finding, x.r.unsized(), "fix.dmarc-addresses", "tag", list.name)
			}
			if u.Fault == "" && list.name == "rua" && (u.Scheme == "http" || u.Scheme == "https") {
				x.address(RUAHTTP, list.name, u)
			}
		}
	}
	usable := slices.DeleteFunc(slices.Clone(x.r.RUA), func(u URI) bool { return !u.Usable() })
	if len(usable) > 2 {
		x.tag(RUAMany, x.r.Tag("rua"), checks.Args{"count": len(usable)})
	}
	if tag := x.r.Tag("ruf"); tag != nil && tag.Value != "" {
		x.tag(RUF, tag, nil)
	}
}

// address raises a rule at one address.
func (x *raised) address(rule *checks.Rule, tag string, u URI) *checks.Finding {
	finding := rule.At(x.f.Policy.RR).Spanning(u.Span, "", nil)
	finding.Args = checks.Args{"tag": tag, "address": u.Raw, "name": x.f.Policy.Domain}
	finding.Key = []string{tag, u.Raw}
	x.list = append(x.list, finding)
	return &x.list[len(x.list)-1]
}

// belowOrganization reports that a domain is certainly no organizational domain,
// for receivers of either standard: the policies for subdomains in its record
// are read by nobody (RFC 9989 §4.7).
func (f *Facts) belowOrganization(domain string) bool {
	return f.OrgKnown && domain == f.Domain && !f.organizational(domain) && !checks.IsPublicSuffix(domain)
}

// policyFirst writes the record with its policy right after the version, where
// RFC 7489 §6.3 wants it.
func (r *Record) policyFirst() string {
	at := r.first("p")
	if at < 2 || r.P.Policy == "" || !r.sound() {
		return r.String()
	}
	list := r.List
	list.Tags = slices.Insert(slices.Delete(slices.Clone(r.List.Tags), at, at+1), 1, r.List.Tags[at])
	return list.String()
}

// unsized writes the record without the size limits of its addresses.
func (r *Record) unsized() string {
	bare := func(u URI) string {
		if u.Fault != "" || u.Size == "" {
			return u.Raw
		}
		size := uriSize.FindString(u.Raw)
		return trimSpan(u.Raw, checks.Span{End: len(u.Raw) - len(size)}).Of(u.Raw)
	}
	for _, name := range []string{"rua", "ruf"} {
		if slices.ContainsFunc(r.uris(name), func(u URI) bool { return u.Fault == "" && u.Size != "" }) {
			r = Parse(r.withURIs(name, bare))
		}
	}
	return r.String()
}
