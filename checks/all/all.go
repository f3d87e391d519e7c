// Package all holds the one list of checks that the program runs.
package all

import (
	"mailauth/checks"
	"mailauth/checks/bimi"
	"mailauth/checks/caa"
	"mailauth/checks/cross"
	"mailauth/checks/dkim"
	"mailauth/checks/dmarc"
	"mailauth/checks/mx"
	"mailauth/checks/role"
	"mailauth/checks/spf"
)

// Checks returns the checks in the order of the report.
func Checks() []*checks.Check {
	return []*checks.Check{spf.Check, dkim.Check, dmarc.Check, mx.Check, bimi.Check, caa.Check, role.Check, cross.Check}
}
