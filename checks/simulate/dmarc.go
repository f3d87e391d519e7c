package simulate

import (
	"mailauth/checks"
	"mailauth/checks/dmarc"
)

// DMARC is what RFC 9989 makes of the mail.
type DMARC struct {
	// Result is "pass", "fail", "none" (no policy applies), "depends" (on DKIM,
	// or on an SPF result that the message decides) or "unknown" (a question had
	// no answer, or receivers differ in how they read the record).
	Result DMARCResult
	// IfDKIM is the result if a valid aligned signature is there: "pass", or as
	// Result where no policy applies or none is known.
	IfDKIM DMARCResult
	// Author is the domain of the From field, empty if that is no domain name;
	// Domain the one whose record applies; canonical. Org is the author's
	// organizational domain by the tree walk, empty if nobody could tell.
	Author, Domain, Org string
	// Record is the text of the record that was found, and Standing what
	// receivers make of it; both empty if there is none.
	Record   string
	Standing dmarc.Standing
	// Policy is what receivers are asked to do with mail that fails: "none",
	// "quarantine" or "reject", after t=y has lowered it; empty if no policy
	// applies, or if it is not known which of them. Asked is the same as
	// published. Tag is the tag that it comes from: "p", "sp" or "np", empty
	// where the record only counts as p=none; Testing says that t=y lowered it.
	Policy, Asked dmarc.Policy
	Tag           string
	Testing       bool
	// Aligned says by what it passes: "spf", "dkim" or "". SPFAligned says that
	// the domain that SPF checks is aligned with Author, whatever SPF says, and
	// DKIMAligned that one of the given signatures is. Both are open where no
	// policy applies and the names differ.
	Aligned     string
	SPFAligned  checks.Tri
	DKIMAligned checks.Tri
	// Err is the failure behind "unknown", or behind an unknown Policy.
	Err error
}

// DMARCResult is the outcome of DMARC for one mail.
type DMARCResult string

// passes says whether mail passes DMARC: open if the message decides, or if a
// question had no answer. Where no policy applies nothing passes.
func (r DMARCResult) passes() checks.Tri {
	return checks.TriOf(r == DMARCPass, r != DMARCDepends && r != DMARCUnknown)
}

// The outcomes.
const (
	DMARCPass    DMARCResult = "pass"
	DMARCFail    DMARCResult = "fail"
	DMARCNone    DMARCResult = "none"
	DMARCDepends DMARCResult = "depends"
	DMARCUnknown DMARCResult = "unknown"
)
