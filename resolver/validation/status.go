package validation

import (
	"mailauth/resolver"
)

// Security is the state of DNS data (RFC 4035 §4.3).
type Security string

const (
	// Secure: signed up to the root, and a resolver that validates says so.
	Secure Security = "secure"
	// Insecure: a zone on the way from the root has no DS record.
	Insecure Security = "insecure"
	// Bogus: there should be valid signatures, and there are none.
	Bogus Security = "bogus"
	// Unknown: could not tell.
	Unknown Security = "unknown"
)

// Reason says why a state is believed, or why none is.
type Reason string

const (
	// Validated: the AD bit of a resolver that is seen to validate.
	Validated Reason = "validated"
	// NoDS: the zone Cut has no DS record (RFC 4035 §5.2).
	NoDS Reason = "no-ds"
	// FailsValidation: SERVFAIL, an answer with checking disabled, and SERVFAIL again.
	FailsValidation Reason = "fails-validation"
	// NoAnswer: a question had no answer; Open says which.
	NoAnswer Reason = "no-answer"
	// NotAsked: nobody may be asked, or nobody was when the recording was made.
	NotAsked Reason = "not-asked"
	// ServerFails: SERVFAIL, and nothing shows that signatures are to blame.
	ServerFails Reason = "server-fails"
	// NotProtected: the resolver sets AD, over a way where anybody can set it.
	NotProtected Reason = "not-protected"
	// NotValidating: there are DS records, and the resolver is not seen to validate.
	NotValidating Reason = "not-validating"
	// NoSignatures: no DS record was seen, but the way returns no signatures at all.
	NoSignatures Reason = "no-signatures"
	// Contradiction: the replies do not agree on where zones begin.
	Contradiction Reason = "contradiction"
)

// Open is a question that nobody answered.
type Open struct {
	Question resolver.Question
	Err      error
}

// Status is the state of a zone, or of one RRset, and why.
type Status struct {
	Security Security
	Reason   Reason
	// Zone is the apex of the zone that the name lies in, empty if not known.
	Zone string
	// Cut is the zone without a DS record, for NoDS.
	Cut string
	// Signed says that Zone has signatures. With NoDS at Zone it is an island of
	// security (RFC 4033 §2).
	Signed bool
	// Proposed says that the name is one of a zone file, judged by the DS records
	// of the zone as it is published now.
	Proposed bool
	// Open are the questions without which nothing could be told.
	Open []Open
}

func unknown(r Reason, open ...Open) Status { return Status{Security: Unknown, Reason: r, Open: open} }

// failure is the status where a question had no answer.
func failure(q resolver.Question, err error) Status {
	switch resolver.KindOf(err) {
	case resolver.Offline, resolver.NotRecorded:
		return unknown(NotAsked)
	}
	return unknown(NoAnswer, Open{q, err})
}

// worse returns the status that decides for data that depends on both: bogus,
// else insecure, else unknown, else secure.
func worse(a, b Status) Status {
	rank := map[Security]int{Secure: 0, Unknown: 1, Insecure: 2, Bogus: 3}
	if rank[b.Security] > rank[a.Security] {
		return b
	}
	return a
}
