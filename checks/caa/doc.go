// Package caa reads which authorities a domain lets issue certificates (RFC
// 8659, RFC 9495 for e-mail certificates; issuevmc of the Minimum Security
// Requirements for Issuance of Mark Certificates).
//
// CAA records name the authorities that may issue certificates for a domain
// and everything below it. Each kind of certificate has a property of its own:
// who limits those for web servers has not limited those for e-mail addresses.
// An authority that is not named refuses the next renewal, and what needs that
// certificate, such as an MTA-STS policy, stops working when the old one ends.
package caa

import "mailauth/checks"

// InSet is the input of the check: the CAA records of the domain and of the
// names above it, up to its organizational domain.
const InSet checks.Input = "caa-set"

// maxClimb is how many names are asked for CAA records at most.
const maxClimb = 6

// Check finds the CAA records that apply to a domain.
var Check = &checks.Check{
	Name:   "caa",
	Doc:    "Which authorities may issue certificates for the domain.",
	Rules:  rules,
	Budget: maxClimb,
	Lookup: lookup,
	Judge:  judge,
}

// FactsOf returns what the check found, for checks that require it.
func FactsOf(p *checks.Pass) *Facts {
	facts, _ := p.Facts(Check).(*Facts)
	return facts
}
