package dmarc

import (
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

// ofRecord are the rules that look at nothing but the record that applies.
var ofRecord = []*checks.Rule{PMissing, PInvalid, SPInvalid, NPInvalid, PNone, PNoneNoRUA, TestMode,
	Pct, RF, RI, TagUnknown, TagDup, Syntax, FO, AlignMode, RUAURI,
	PPosition, TestNoop, PSDNo, StrictMode, LongTTL, RUAHTTP, RUASize, RUAMany, RUF}

// ofSite are the rules on what stands at the right name in the record's place.
var ofSite = []*checks.Rule{Multiple, Version, JoinRule}

// settled lists the rules that are decided whatever the questions without
// answer would have said: a record of the domain's own makes its parents'
// records and all wrong names beside the point.
func (f *Facts) settled() []*checks.Rule {
	own := f.Own()
	var rules []*checks.Rule
	add := func(decided bool, list ...*checks.Rule) {
		if decided {
			rules = append(rules, list...)
		}
	}
	valid := own.Valid() != nil
	org, _ := f.Site(f.PSLOrg)
	siteDone := valid || own.Known && (own.Domain == f.PSLOrg || org.Known)
	wildcardDone := !f.Control.Unknown()
	add(f.PolicyKnown, ofRecord...)
	add(f.PolicyKnown && (f.Policy == nil || f.orgDone()), SPWeaker, NPWeaker, SPIgnored, NPSuggest)
	add(f.PolicyKnown && (!f.Inherited() || f.Exists != checks.Open), Inherited)
	add(siteDone, ofSite...)
	add(own.Known && (len(own.Records) > 0 || !f.hasSPF() || wildcardDone && f.PolicyKnown), SPFAtDMARC)
	add(own.Known && (len(own.Others) == 0 || wildcardDone), OtherTXT)
	add(own.Known && (len(own.Records) > 0 || f.meant()), WrongName)
	add(own.Known && f.PolicyKnown && wildcardDone && !f.MisplacedOpen && !f.Apex.Unknown(), WrongName)
	add(wildcardDone && !f.Control.Is(resolver.Data), Wildcard)
	add(f.psdDone(), PSDMisuse)
	add(f.divergenceDone(), OrgDiverges)
	add(own.Known, Alias, DeepName)
	add(f.overrideDone(), Override)
	f.settleDestinations(add)
	f.settleAgreements(add)
	return rules
}

// orgDone reports whether it is known that the record stands at an
// organizational domain, by either standard.
func (f *Facts) orgDone() bool {
	return f.Policy.Domain == f.PSLOrg || f.OrgKnown || f.Inherited()
}

func (f *Facts) hasSPF() bool {
	return slices.ContainsFunc(f.Own().Others, func(rr resolver.Record) bool { text, _ := rr.Text(); return isSPF(text) })
}

// psdDone reports whether the walk inside the registered domain is known up to
// the record that ends it.
func (f *Facts) psdDone() bool {
	for _, s := range f.Sites {
		switch {
		case !resolver.IsSubdomain(s.Domain, f.PSLOrg):
			return true
		case !s.Known:
			return false
		case s.Valid() != nil && s.Valid().Record.PSD != 'u':
			return true
		}
	}
	return true
}

// divergenceDone reports whether both standards' answers are known, or that
// they cannot differ: an own record with strict alignment asks nobody.
func (f *Facts) divergenceDone() bool {
	if f.PolicyKnown && f.Policy != nil && !f.Inherited() && !relaxed(f.Policy) {
		return true
	}
	_, known := f.oldPolicy()
	return f.PolicyKnown && f.OrgKnown && (known || f.Org == f.PSLOrg)
}

// settleDestinations adds the rules on reports that every destination decides.
func (f *Facts) settleDestinations(add func(bool, ...*checks.Rule)) {
	if !f.PolicyKnown {
		return
	}
	agreed, mail := true, true
	for _, d := range f.Destinations {
		mail = mail && d.Mail != checks.Open
		if d.External == checks.No || d.NoMail == HostMissing {
			continue
		}
		agreed = agreed && d.External == checks.Yes && d.HostKnown && (d.TooLong || d.Authorized != checks.Open)
	}
	add(agreed, RUAUnauthorized, RUAInvalidAuth, RUANameTooLong)
	add(mail, RUANoMX)
}
