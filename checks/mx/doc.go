// Package mx audits where a domain's mail is delivered (RFC 5321 §5.1,
// RFC 7505, RFC 2181 §10.3).
//
// Senders ask for the MX records of a domain and connect to the hosts that
// these name, lowest preference first. Without MX records they try the
// domain's own address; with the null MX "0 ." they give up at once. A host
// that has no public address cannot be reached, and a host that sends should
// have a reverse name that leads back to its address.
package mx

import "mailauth/checks"

// The inputs of the check.
const (
	InSet     checks.Input = "mx-set"     // the MX records, and the domain's own addresses
	InAddress checks.Input = "mx-address" // the addresses of the hosts
	InDomain  checks.Input = "mx-domain"  // why a host has no address
	InReverse checks.Input = "mx-reverse" // reverse names, and the way back
	InNobody  checks.Input = "mx-nobody"  // what answers for a name that nobody publishes
	InService checks.Input = "mx-service" // where mail programs find their settings
)

// Check looks the MX set up down to the reverse names of its hosts.
var Check = &checks.Check{
	Name:   "mx",
	Doc:    "The hosts that receive the domain's mail: whether they exist, have public addresses, and reverse names.",
	Rules:  rules,
	Budget: 60,
	Lookup: lookup,
	Judge:  judge,
}

// FactsOf returns what the check found, for checks that require it.
func FactsOf(p *checks.Pass) *Facts {
	facts, _ := p.Facts(Check).(*Facts)
	return facts
}
