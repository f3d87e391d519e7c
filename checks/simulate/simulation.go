package simulate

import (
	"net/netip"

	"mailauth/checks"
	"mailauth/checks/spf"
)

// Report is the answer about all targets.
type Report struct {
	Mail Mail
	// Domain is the canonical name of the checked domain; empty if it is no name
	// that mail can come from, which makes the result none.
	Domain string
	// Facts are the domain's record with all that it leads to, and Policy what
	// it makes of every address. Both are nil without Domain.
	Facts  *spf.Facts
	Policy *spf.Policy
	// Worst is the most that any address costs.
	Worst spf.Cost
	// Simulations are the answers, one for each target and in that order.
	Simulations []Simulation
	// Fix adds all targets that do not pass to the record, in one change; after a
	// change of the DNS only those that lose pass. It is nil for a single target,
	// and if none can be added, or more than belong into one.
	Fix *checks.Fix
	// FixCovers are the networks that Fix adds, a minimal list, and FixCoversAll
	// says that no other address of the targets is left without a certain pass.
	FixCovers    []netip.Prefix
	FixCoversAll bool
	// Advice says why there is no Fix although several targets want one, or what
	// to try before it.
	Advice *checks.Text
	// Left are those of these targets that Fix does not help, in order and each
	// once; none of a single target.
	Left []Left
}

// Left is a target that no change of the record is offered for.
type Left struct {
	Target Target
	// Advice says why not; nil where its result is not certain.
	Advice *checks.Text
}

// Simulation is the answer about one target.
type Simulation struct {
	Target Target
	// Verdict is that of a single address; of a prefix, that of its only region,
	// nil if it has several.
	Verdict *Verdict
	// Regions are the parts of a prefix, in the order of their first address.
	// They are disjoint and together the whole prefix, without the IPv4-mapped
	// addresses of an IPv6 one. Empty for an address.
	Regions []Region
	// Fix adds a prefix that does not pass as a whole to the record, or after a
	// change what of it has lost pass: FixCovers. Advice says why there is none;
	// those of an address are in its verdict.
	Fix       *checks.Fix
	FixCovers []netip.Prefix
	Advice    *checks.Text
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
	// SPF is the evaluation. It has Steps and Explanation where the address was
	// evaluated for itself (see Run). With several possible results it is that
	// of the first of them.
	SPF spf.Evaluation
	// DependsOn are the terms, as written, that make the difference between
	// several possible results, and Needs what would settle it: "sender", "helo",
	// "ip" (a single address, or fewer of them).
	DependsOn []string
	Needs     []string
	DMARC     *DMARC
	// Second is the second opinion; nil if it was not asked for this address.
	Second *SecondOpinion
	// Fix adds the address to the record; nil if it passes already, or for a
	// region. Advice says why there is none, or what to do first: a text of the
	// catalogue with an id "advice.…"; about a question without an answer with the
	// kind of failure and the name, as kind and name.
	Fix    *checks.Fix
	Advice *checks.Text
}

// Passes says whether SPF passes: open if it may, or if a question had no
// answer.
func (v *Verdict) Passes() checks.Tri { return spfPasses(v.Possible) }

// SecondOpinion is what another implementation answers over the same DNS.
type SecondOpinion struct {
	Engine string // its import path
	Result spf.Result
	// Differs says that it is not ours, and Reason why: a text of the catalogue
	// with an id "second.…".
	Differs bool
	Reason  *checks.Text
}
