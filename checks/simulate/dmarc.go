package simulate

import "mailauth/checks"

// DMARC is what RFC 9989 makes of the mail.
type DMARC struct {
	// Result is "pass", "fail", "none" (no policy applies), "depends" (on DKIM,
	// or on an SPF result that is not known) or "unknown" (a question had no
	// answer).
	Result DMARCResult
	// IfDKIM is the result if a valid aligned signature is there: "pass", or as
	// Result where there is no policy.
	IfDKIM DMARCResult
	// Author is the domain of the From field, Domain the one whose record
	// applies; canonical. Org is the author's organizational domain by the tree
	// walk, empty if nobody could tell.
	Author, Domain, Org string
	// Record is the text of the record that applies.
	Record string
	// Policy is what receivers are asked to do with mail that fails: "none",
	// "quarantine" or "reject", after t=y has lowered it. Tag is the tag that it
	// comes from: "p", "sp" or "np"; Testing says that t=y lowered it.
	Policy  string
	Tag     string
	Testing bool
	// Aligned says by what it passes: "spf", "dkim" or "". SPFAligned says that
	// the domain that SPF checks is aligned with Author, whatever SPF says.
	Aligned    string
	SPFAligned checks.Tri
	// Err is the failure behind "unknown".
	Err error
}

// DMARCResult is the outcome of DMARC for one mail.
type DMARCResult string

// The outcomes.
const (
	DMARCPass    DMARCResult = "pass"
	DMARCFail    DMARCResult = "fail"
	DMARCNone    DMARCResult = "none"
	DMARCDepends DMARCResult = "depends"
	DMARCUnknown DMARCResult = "unknown"
)
