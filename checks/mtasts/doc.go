// Package mtasts audits MTA-STS, strict transport security for mail (RFC 8461).
//
// A domain that receives mail says with it that its mail servers speak TLS and
// have proper certificates, so that senders need not fall back to clear text
// because somebody on the way says so. It has two halves: a TXT record at
// _mta-sts.<domain> whose id changes with the policy, and the policy, a short
// text at https://mta-sts.<domain>/.well-known/mta-sts.txt that names the mail
// servers. Senders keep the policy for its max_age.
package mtasts

import "mailauth/checks"

// The inputs of the check.
const (
	InRecord checks.Input = "sts-record"       // TXT at _mta-sts
	InMX     checks.Input = "sts-mx"           // the mail servers that the policy has to name
	InHost   checks.Input = "sts-host-address" // addresses of the policy host
	InPolicy checks.Input = "sts-document"     // the policy itself
)

// Check looks for the record, fetches the policy and holds it against the MX set.
var Check = &checks.Check{
	Name:   "sts",
	Doc:    "MTA-STS: the record, the policy over HTTPS, and whether it names the mail servers.",
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
