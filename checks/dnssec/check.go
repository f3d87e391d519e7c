// Package dnssec audits whether a domain's records are protected against
// forgery in the DNS (RFC 4033, RFC 4035; RFC 9364 gathers them).
//
// A signed zone lets resolvers prove that an answer is the owner's. Without
// signatures somebody on the way can replace SPF, DKIM and DMARC records. With
// wrong ones the domain disappears for every resolver that validates. DS records
// in the zone above say which keys are right; algorithms that are known to be
// weak no longer count (RFC 9904, RFC 9905).
package dnssec

import (
	"mailauth/checks"
	"mailauth/resolver"
	"mailauth/resolver/validation"
)

// The inputs of the check.
const (
	InZone  checks.Input = "dnssec-zone"  // where the zone begins, its DS records, and the control questions
	InProbe checks.Input = "dnssec-probe" // records that every audit asks for, to see whether they validate
)

// Check finds out whether the zone of the domain is signed, and rightly.
var Check = &checks.Check{
	Name:   "dnssec",
	Doc:    "Whether the domain's records are signed (DNSSEC), and whether the signatures hold.",
	Rules:  rules,
	Budget: 40,
	Lookup: lookup,
	Judge:  judge,
}

// FactsOf returns what the check found, for checks that require it.
func FactsOf(p *checks.Pass) *Facts {
	facts, _ := p.Facts(Check).(*Facts)
	return facts
}

// Facts is what the DNS says about the signatures of the domain's zone.
type Facts struct {
	// Status is that of the zone that the domain lies in.
	Status validation.Status `json:"-"`

	Security validation.Security `json:"security"`
	Reason   validation.Reason   `json:"reason"`
	// Zone is its apex, empty if not known; Cut is the zone above or at it that
	// has no DS record.
	Zone string `json:"zone,omitempty"`
	Cut  string `json:"without_ds,omitempty"`
	// Signed says that there are signatures.
	Signed bool `json:"signed"`
	// Delegations are the DS records of Zone, as far as they were asked for.
	Delegations []Delegation `json:"ds"`
	// Bogus is the question whose answer does not validate; nil if there is none.
	Bogus *resolver.Question `json:"-"`
}
