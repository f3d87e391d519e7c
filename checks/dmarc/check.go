package dmarc

import "mailauth/checks"

// The inputs of the check.
const (
	InRecord     checks.Input = "dmarc-record"      // TXT at _dmarc of the domain
	InWalk       checks.Input = "dmarc-walk"        // TXT at _dmarc of its parents
	InExists     checks.Input = "dmarc-exists"      // TXT of the domain itself
	InWildcard   checks.Input = "dmarc-wildcard"    // TXT of a random name below it
	InWrongName  checks.Input = "dmarc-wrong-name"  // TXT at names where nobody looks
	InReport     checks.Input = "dmarc-report"      // whether a destination of reports agrees
	InReportHost checks.Input = "dmarc-report-host" // whether it can receive mail
	// InReportWildcard is whether a destination agrees to everybody's reports.
	InReportWildcard checks.Input = "dmarc-report-wildcard"
	InBelow          checks.Input = "dmarc-below" // TXT at _dmarc of names below it, in a zone file
)

// Check looks for the DMARC policy of a domain and judges it.
var Check = &checks.Check{
	Name:   "dmarc",
	Doc:    "The DMARC policy of the domain: whether receivers find it, what it asks of them, and whether reports arrive.",
	Rules:  rules,
	Budget: maxHosts,
	Lookup: lookup,
	Judge:  judge,
	Guard:  guard,
}

// FactsOf returns what the check found, for checks that require it.
func FactsOf(p *checks.Pass) *Facts {
	facts, _ := p.Facts(Check).(*Facts)
	return facts
}

var rules = []*checks.Rule{
	Inherited, Multiple, Version, SPFAtDMARC, OtherTXT, WrongName, JoinRule, Wildcard,
	PMissing, PInvalid, SPInvalid, NPInvalid, PNone, PNoneNoRUA, SPWeaker, NPWeaker, TestMode,
	Pct, RF, RI, PSDMisuse, OrgDiverges, TagUnknown, TagDup, Syntax, FO, AlignMode,
	RUAURI, RUAUnauthorized, RUAInvalidAuth, RUANameTooLong, RUANoMX,
	Alias, PPosition, SPIgnored, NPSuggest, TestNoop, PSDNo, DeepName, StrictMode, Override, LongTTL,
	RUAHTTP, RUASize, RUAMany, RUAOverride, RUAWildcardAuth, RUAFreeMail, RUF, RUFUnauthorized,
}
