// Package all holds the one list of checks that the program runs.
package all

import (
	"mailauth/checks"
	"mailauth/checks/authority"
	"mailauth/checks/bimi"
	"mailauth/checks/caa"
	"mailauth/checks/cross"
	"mailauth/checks/dane"
	"mailauth/checks/dkim"
	"mailauth/checks/dmarc"
	"mailauth/checks/dnsbl"
	"mailauth/checks/dnssec"
	"mailauth/checks/message"
	"mailauth/checks/mtasts"
	"mailauth/checks/mx"
	"mailauth/checks/role"
	"mailauth/checks/spf"
	"mailauth/checks/tlsrpt"
)

// Checks returns the checks in the order of the report.
func Checks() []*checks.Check {
	return []*checks.Check{spf.Check, dkim.Check, dmarc.Check, mx.Check, mtasts.Check, tlsrpt.Check, dane.Check, dnssec.Check, bimi.Check, caa.Check, authority.Check, dnsbl.Check, role.Check, cross.Check, cross.Transport, message.Check}
}
