package resolver

import (
	"errors"
	"fmt"
)

// ErrorKind says why nobody could tell.
type ErrorKind string

// The kinds of error. Their text is part of reports.
const (
	Timeout      ErrorKind = "timeout"       // no reply in time
	ServFail     ErrorKind = "SERVFAIL"      // RCODE 2
	Refused      ErrorKind = "REFUSED"       // RCODE 5
	Unreachable  ErrorKind = "unreachable"   // no server could be reached
	BadReply     ErrorKind = "bad reply"     // malformed, another RCODE, a CNAME loop
	Offline      ErrorKind = "offline"       // outside the zones, and nothing else may be asked
	NotRecorded  ErrorKind = "not recorded"  // not in the recording
	OverBudget   ErrorKind = "over budget"   // the check's number of questions is spent
	Undetermined ErrorKind = "undetermined"  // the zone or patch does not decide it (delegation, wildcard)
	Cancelled    ErrorKind = "cancelled"     // the run was stopped
	BadName      ErrorKind = "unusable name" // cannot be asked: too long, empty label
)

// Error is a question without an answer. It is never evidence of absence.
type Error struct {
	Kind     ErrorKind
	Question Question
	Server   string // last server asked, if any
	Detail   string // more, for people; may be empty
	// Code is that of Detail, stable and kebab-case, and Args what varies in it.
	// It is empty where a server's or the system's words are told, and in a
	// replay. ErrorCodes lists them; "target" is an alias' target where the
	// question failed.
	Code string
	Args Args
	Err  error // cause, may be nil
}

// Error is "name TYPE: kind from server: detail", as far as these are known.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s: %s", e.Question, e.Kind)
	if e.Server != "" {
		text += " from " + e.Server
	}
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	return text
}

// Unwrap is the cause, if there is one.
func (e *Error) Unwrap() error { return e.Err }

// ErrorCodes lists the codes of Error, so that a catalogue can be checked for
// all of them. Beside each stand the arguments that it always has.
func ErrorCodes() []string {
	return []string{
		"outside-zones", "no-server", "time-over",
		"no-root-servers", "delegations-endless",
		"no-server-address",       // zone, servers
		"delegation-not-compared", // cut, kind
		"delegation-differs",      // cut, proposed, current
		"maybe-from-wildcard", "maybe-cname-from-wildcard", "maybe-others-from-wildcard", "which-wildcard",
		"made-name",       // name
		"removed-name",    // name
		"edited-wildcard", // name
	}
}

// KindOf returns the kind of an error of Lookup or Exchange; BadReply for an
// error that does not say.
func KindOf(err error) ErrorKind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return BadReply
}
