package dmarc

import (
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

func judge(p *checks.Pass) checks.Judgement {
	f := p.Own().(*Facts)
	j := checks.Judgement{Status: f.status(), Summary: f.summary()}
	for _, s := range f.judgedSites() {
		j.Findings = append(j.Findings, f.judgeSite(s)...)
	}
	j.Findings = append(j.Findings, f.judgeMisplaced()...)
	j.Findings = append(j.Findings, f.judgeWildcard()...)
	j.Findings = append(j.Findings, f.judgeInherited()...)
	j.Findings = append(j.Findings, f.judgePolicy()...)
	j.Findings = append(j.Findings, f.judgePSD()...)
	j.Findings = append(j.Findings, f.judgeDivergence()...)
	j.Findings = append(j.Findings, f.judgeDestinations()...)
	j.Findings = append(j.Findings, f.judgeAgreements(p.Providers())...)
	j.Findings = append(j.Findings, f.judgeAdvice()...)
	j.Findings = append(j.Findings, f.judgeOverride()...)
	for i := range j.Findings {
		j.Findings[i].Scope = Owner(f.Domain)
		j.Findings[i] = j.Findings[i].With("domain", f.Domain)
	}
	j.Settled = f.settled()
	return j
}

// status: what is not there, or is not DMARC to a receiver, has not passed.
// Findings make it worse.
func (f *Facts) status() checks.Status {
	switch {
	case !f.PolicyKnown:
		return checks.StatusUnknown
	case f.Asked == "":
		return checks.StatusNone
	}
	return ""
}

// judgedSites are those where a record was to be found: the domain's own, and
// without a record there also that of its registered domain.
func (f *Facts) judgedSites() []Site {
	own := f.Own()
	sites := []Site{own}
	if org, ok := f.Site(f.PSLOrg); ok && own.Known && own.Valid() == nil && org.Domain != own.Domain {
		sites = append(sites, org)
	}
	return slices.DeleteFunc(sites, func(s Site) bool { return !s.Known })
}

// judgeSite looks at what stands at a _dmarc name beside or instead of the one
// record that should.
func (f *Facts) judgeSite(s Site) []checks.Finding {
	findings := f.judgeSeveral(s)
	for _, rr := range s.Records {
		if l, ok := JoinFault(rr.Data.(resolver.TXT).Strings); ok && len(s.Records) == 1 {
			findings = append(findings, f.lookalike(JoinRule, s, rr, l))
		}
	}
	for _, rr := range s.Others {
		findings = append(findings, f.judgeOther(s, rr)...)
	}
	return findings
}

// judgeSeveral raises dmarc-multiple (RFC 9989 §4.10: all are discarded).
func (f *Facts) judgeSeveral(s Site) []checks.Finding {
	if len(s.Records) < 2 {
		return nil
	}
	finding := Multiple.At(s.Records[0]).With("name", s.Owner).With("count", len(s.Records))
	for _, rr := range s.Records[1:] {
		finding.Related = append(finding.Related, checks.Related{Name: rr.Name, Type: rr.Type(), Record: &rr})
	}
	finding.Fixes = f.fixSite(s, s.Records, meantTexts(s.Records))
	return []checks.Finding{finding}
}

// judgeOther looks at a TXT record that is no DMARC record. One that was meant
// to be one matters only where there is none.
func (f *Facts) judgeOther(s Site, rr resolver.Record) []checks.Finding {
	text, _ := rr.Text()
	if l, ok := JoinFault(rr.Data.(resolver.TXT).Strings); ok && len(s.Records) == 0 {
		return []checks.Finding{f.lookalike(JoinRule, s, rr, l)}
	}
	if l, ok := Doctor(text); ok && len(s.Records) == 0 {
		return []checks.Finding{f.lookalike(Version, s, rr, l)}
	}
	if isSPF(text) {
		return f.judgeSPF(s, rr)
	}
	if s.Domain != f.Domain || f.ViaWildcard() != checks.No {
		return nil // a wildcard is told once, by its own rule
	}
	finding := OtherTXT.At(rr).As(checks.Info).With("name", s.Owner)
	finding.Key = []string{rr.Display()}
	return []checks.Finding{finding}
}

// lookalike is a finding on a text that was meant to be a DMARC record.
func (f *Facts) lookalike(rule *checks.Rule, s Site, rr resolver.Record, l Lookalike) checks.Finding {
	finding := rule.At(rr).With("name", s.Owner).Spanning(l.Span, "dmarc-note."+string(l.Reason), nil)
	finding.Key = []string{rr.Display()}
	records := s.Records
	if len(records) == 0 {
		records = slices.DeleteFunc(slices.Clone(s.Others), func(rr resolver.Record) bool { return !looksMeant(rr) })
	}
	switch {
	case f.Policy != nil && f.Policy.Domain == s.Domain && l.Corrected != "":
		finding.Fixes = f.fixPolicy(f.mended.record.String(), "fix.dmarc-corrected")
	case l.Corrected != "":
		finding.Fixes = f.fixSite(s, records, meantTexts(records))
	}
	return finding
}

// looksMeant reports that a text that is no DMARC record was meant to be one.
func looksMeant(rr resolver.Record) bool {
	text, _ := rr.Text()
	_, joined := JoinFault(txtStrings(rr))
	_, lookalike := Doctor(text)
	return joined || lookalike
}

// meantTexts are the records as they were meant, empty where nobody can tell.
func meantTexts(records []resolver.Record) (list []string) {
	for _, rr := range records {
		text, _ := rr.Text()
		if l, ok := JoinFault(txtStrings(rr)); ok {
			text = l.Corrected
		} else if l, ok := Doctor(text); ok {
			text = l.Corrected
		}
		list = append(list, text)
	}
	return list
}

// judgeSPF raises dmarc-spf-at-dmarc: an error where for want of a policy only
// the SPF text is found, a fact where it stands beside one or a wildcard shows it.
func (f *Facts) judgeSPF(s Site, rr resolver.Record) []checks.Finding {
	if s.Domain != f.Domain {
		return nil
	}
	finding := SPFAtDMARC.At(rr).With("name", s.Owner)
	switch {
	case len(s.Records) > 0:
		finding = finding.As(checks.Info)
	case f.ViaWildcard() == checks.Open, !f.PolicyKnown:
		return nil
	case f.ViaWildcard() == checks.Yes:
		return []checks.Finding{finding.As(checks.Info)}
	case f.Policy != nil: // a policy from above applies all the same
	default:
		finding = finding.As(checks.Error)
	}
	finding.Fixes = f.fixSPF(s, rr)
	return []checks.Finding{finding}
}

// judgeMisplaced raises dmarc-wrong-name. What stands at www can be meant for
// www where the domain has a policy from above.
func (f *Facts) judgeMisplaced() (findings []checks.Finding) {
	own := f.Own()
	if !own.Known || len(own.Records) > 0 || !f.PolicyKnown || f.meant() {
		return nil
	}
	misplaced := slices.DeleteFunc(slices.Clone(f.Misplaced), func(rr resolver.Record) bool {
		return f.Policy != nil && rr.Name == resolver.Join(f.Domain, "_dmarc", "www")
	})
	for _, rr := range misplaced {
		finding := WrongName.At(rr).With("name", own.Owner).With("found", rr.Name).With("place", f.placeOf(rr.Name))
		if f.Policy != nil {
			finding = finding.As(checks.Warning)
		}
		finding.Fixes = f.fixMisplaced(misplaced)
		findings = append(findings, finding)
	}
	return findings
}

// placeOf is the word by which the texts tell the wrong names apart.
func (f *Facts) placeOf(name string) string {
	if name == resolver.Join(f.Domain, "_dmarc", f.Domain[:len(f.Domain)-1]) {
		return "doubled"
	}
	return ""
}

// meant reports that a text at the right name was meant to be the record.
func (f *Facts) meant() bool {
	return slices.ContainsFunc(f.Own().Others, func(rr resolver.Record) bool {
		text, _ := rr.Text()
		_, lookalike := Doctor(text)
		return lookalike
	})
}

// judgeWildcard tells that a wildcard answers for _dmarc names below the
// domain, unless dmarc-spf-at-dmarc shows it.
func (f *Facts) judgeWildcard() []checks.Finding {
	own := f.Own()
	if !own.Known || !f.Control.Is(resolver.Data) {
		return nil
	}
	spf := func(rr resolver.Record) bool { text, _ := rr.Text(); return isSPF(text) }
	if f.ViaWildcard() == checks.Yes && slices.ContainsFunc(own.Others, spf) && len(own.Records) == 0 {
		return nil
	}
	rr := f.Control.Answer.Records[0]
	finding := Wildcard.On(resolver.Join(f.Domain, "*"), resolver.TypeTXT)
	finding.Args = checks.Args{"wildcard": resolver.Join(f.Domain, "*"), "text": rr.Display()}
	return []checks.Finding{finding}
}

// judgeInherited tells whose record applies, and which tag of it.
func (f *Facts) judgeInherited() []checks.Finding {
	if !f.Inherited() || f.Exists == checks.Open {
		return nil
	}
	r, tag := f.Policy.Record, "p"
	switch {
	case r.Effective().Standing != InForce:
	case f.Exists == checks.No && r.NP.Tag != nil:
		tag = "np"
	case r.SP.Tag != nil:
		tag = "sp"
	}
	policy := string(f.Asked)
	if policy == "" {
		policy = "none"
	}
	finding := Inherited.At(f.Policy.RR)
	finding.Args = checks.Args{"from": f.Policy.Domain, "tag": tag, "policy": policy}
	return []checks.Finding{finding}
}

// judgePSD raises dmarc-psd-misuse on the registered domain or a name below it
// (RFC 9989 §4.7: psd=y is for public suffixes).
func (f *Facts) judgePSD() []checks.Finding {
	for _, s := range f.Sites {
		if !s.Known || !resolver.IsSubdomain(s.Domain, f.PSLOrg) {
			return nil
		}
		valid := s.Valid()
		if valid == nil || valid.Record.PSD == 'u' {
			continue
		}
		if !f.misusesPSD(s.Domain, valid.Record) {
			return nil
		}
		tag := valid.Record.Tag("psd")
		finding := PSDMisuse.At(valid.RR).With("name", s.Domain).Spanning(tag.Span, "", nil)
		finding.Span = trimmedSpan(valid.Record, tag.Span)
		e := valid.Record.Effective()
		finding.Fixes = f.fixText(valid.RR, f.mendRecord(s.Domain, valid.RR), [3]Policy{e.Domain, e.Sub, e.NonExist},
			valid.Record.Without("psd"), "fix.dmarc-drop-tag", "tag", "psd=y")
		return []checks.Finding{finding}
	}
	return nil
}

func trimmedSpan(r *Record, s checks.Span) *checks.Span {
	t := r.trimmed(s)
	return &t
}

// judgeDivergence raises dmarc-orgdomain-diverges where receivers of the old
// and the new standard apply different policies, or take different identifiers
// for the domain's own. psd=n says that the boundary is meant.
func (f *Facts) judgeDivergence() []checks.Finding {
	if !f.OrgKnown || !f.PolicyKnown || f.Org == f.PSLOrg {
		return nil
	}
	old, known := f.oldPolicy()
	if !known || f.Policy == nil && old == nil {
		return nil
	}
	if s, ok := f.Site(f.Org); ok && s.Valid() != nil && s.Valid().Record.PSD == 'n' {
		return nil
	}
	if !f.policyDiverges(old) && !relaxed(f.Policy) {
		return nil
	}
	at := f.Policy
	if at == nil {
		at = old
	}
	finding := OrgDiverges.At(at.RR)
	finding.Args = checks.Args{"new": f.Org, "old": f.PSLOrg}
	finding.Fixes = []checks.Fix{{
		Title: checks.T("fix.dmarc-org", nil),
		Choices: []checks.Choice{{Name: "boundary", Text: checks.T("choice.dmarc-boundary", checks.Args{"new": f.Org, "old": f.PSLOrg}),
			Values: []string{Owner(f.PSLOrg), "psd=n", "adkim=s; aspf=s"}}},
	}}
	return []checks.Finding{finding}
}

// relaxed reports whether alignment asks for the organizational domain at all.
func relaxed(p *PolicyRecord) bool {
	return p != nil && !(p.Record.ADKIM.Strict && p.Record.ASPF.Strict)
}

// oldPolicy is the record that an RFC 7489 receiver applies (§6.6.3): the
// domain's own, or that of its registered domain.
func (f *Facts) oldPolicy() (p *PolicyRecord, known bool) {
	for _, domain := range []string{f.Domain, f.PSLOrg} {
		s, ok := f.Site(domain)
		if !ok || !s.Known {
			return nil, false
		}
		if p = s.Valid(); p != nil {
			return p, true
		}
	}
	return nil, true
}

// policyDiverges reports whether the two kinds of receivers ask different
// things of mail from the domain.
func (f *Facts) policyDiverges(old *PolicyRecord) bool {
	switch {
	case f.Policy == nil || old == nil:
		return f.Policy != old
	case f.Policy.Domain == old.Domain:
		return false
	}
	return f.Asked != old.Record.Effective().Sub
}
