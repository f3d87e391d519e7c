// Package dane audits DANE for SMTP (RFC 7672; RFC 6698, RFC 7671): what a
// domain's mail servers say of their own certificates in TLSA records.
//
// A sender that validates DNSSEC asks for TLSA at _25._tcp.<mail server> and, if
// there is any, delivers only over TLS and only to a server with that key.
// Everything on the way must be signed: the MX records, the server's addresses
// and the TLSA records. Usages 2 and 3 count for mail; "3 1 1", the SHA-256 of
// the server's public key, is what is advised.
package dane

import "mailauth/checks"

// The inputs of the check.
const (
	InMX   checks.Input = "dane-mx"   // the mail servers and their addresses
	InZone checks.Input = "dane-zone" // whether the records are signed
	InTLSA checks.Input = "dane-tlsa" // the TLSA records
)

// Check looks at the TLSA records of the mail servers where they can matter.
var Check = &checks.Check{
	Name:   "dane",
	Doc:    "What the mail servers say of their certificates (TLSA records), and whether senders can believe it.",
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
