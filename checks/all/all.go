// Package all holds the one list of checks that the program runs.
package all

import (
	"mailauth/checks"
	"mailauth/checks/bimi"
	"mailauth/checks/caa"
	"mailauth/checks/cross"
	"mailauth/checks/dkim"
	"mailauth/checks/dmarc"
<<<<<<< HEAD
	"mailauth/checks/mtasts"
=======
	"mailauth/checks/message"
>>>>>>> 76c345f (Read messages: which signature verifies by which key, and whether it counts)
	"mailauth/checks/mx"
	"mailauth/checks/role"
	"mailauth/checks/spf"
	"mailauth/checks/tlsrpt"
)

// Checks returns the checks in the order of the report.
func Checks() []*checks.Check {
<<<<<<< HEAD
	return []*checks.Check{spf.Check, dkim.Check, dmarc.Check, mx.Check, mtasts.Check, tlsrpt.Check, bimi.Check, caa.Check, role.Check, cross.Check, cross.Transport}
=======
	return []*checks.Check{spf.Check, dkim.Check, dmarc.Check, mx.Check, bimi.Check, caa.Check, role.Check, cross.Check, message.Check}
>>>>>>> 76c345f (Read messages: which signature verifies by which key, and whether it counts)
}
