// Package tlsrpt audits reports about TLS between mail servers (RFC 8460).
//
// A domain that receives mail asks senders with it for a daily report of how
// often TLS to its mail servers worked and why it did not: a certificate that
// ran out, a policy of MTA-STS or DANE that does not fit. It is one TXT record
// at _smtp._tls.<domain> with addresses, mailboxes or web servers, that the
// reports go to. Nothing about delivery depends on it.
package tlsrpt

import "mailauth/checks"

// InRecord is the check's only input: TXT at _smtp._tls.
const InRecord checks.Input = "tlsrpt-record"

// Check looks for the record. That there is none is told by checks/cross, which
// knows whether a domain has something to be reported.
var Check = &checks.Check{
	Name:   "tlsrpt",
	Doc:    "TLS reporting: the record, and whether reports can be sent to its addresses.",
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
