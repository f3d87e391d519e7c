package simulate

import (
	"net/netip"

	"mailauth/checks"
	"mailauth/checks/spf"
)

// Simulation is the answer about one target.
type Simulation struct {
	Target Target
	// Verdict is that of a single address; of a prefix, that of its only region,
	// nil if it has several.
	Verdict *Verdict
	// Regions are the parts of a prefix, in the order of their first address.
	// They are disjoint and together the whole prefix. Empty for an address.
	Regions []Region
}

// Region is a part of a prefix whose addresses share a verdict.
type Region struct {
	// Prefixes is the minimal list, sorted.
	Prefixes []netip.Prefix
	Verdict  *Verdict
}

// Verdict is what receivers make of mail from an address. Targets with the same
// fate may share one; nobody changes it.
type Verdict struct {
	// Possible are the results that the address can get: more than one where the
	// result depends on what is not known here.
	Possible spf.Results
	// SPF is the evaluation. With several possible results it is that of the
	// first of them, without Steps.
	SPF spf.Evaluation
	// DependsOn are the terms, as written, that make the difference between
	// several possible results, and Needs what would settle it: "sender", "helo",
	// "ip" (a single address).
	DependsOn []string
	Needs     []string
	DMARC     *DMARC
	// Second is the second opinion; nil if it was not asked for this address.
	Second *SecondOpinion
	// Fix adds the address to the record; nil if it passes already, or for a
	// region.
	Fix *checks.Fix
}

// SecondOpinion is what another implementation answers over the same DNS.
type SecondOpinion struct {
	Engine string // its import path
	Result spf.Result
	// Differs says that it is not ours, and Reason why: a text of the catalogue
	// with an id "second.…".
	Differs bool
	Reason  *checks.Text
}
