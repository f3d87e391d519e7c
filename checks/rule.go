package checks

import (
	"strings"

	"mailauth/resolver"
)

// Source says whose authority a rule has.
type Source string

const (
	// RFC is a standard: MUST is an error, SHOULD a warning.
	RFC Source = "rfc"
	// Receiver is the published requirement of a large receiver.
	Receiver Source = "receiver"
	// Practice is advice of operators.
	Practice Source = "practice"
)

// Input names a kind of question, such as "spf-record" or "mx-ptr". Rules list
// the inputs that they read; a question that fails blocks the rules of its input.
type Input string

// Rule is one thing that can be said of a domain. Its texts are in the catalogue.
type Rule struct {
	// ID is kebab-case, begins with the protocol and never changes.
	ID string
	// Severity is that of a finding unless the judge says otherwise.
	Severity Severity
	// Max is the highest severity that a finding can have, where that is above
	// Severity; else zero.
	Max      Severity
	Source   Source
	Citation string
	// Reads lists every input that can decide whether the rule applies.
	Reads []Input
	// Since is the version that brought the rule; empty is the first.
	Since string
	// Supersedes lists the ids of rules whose findings in the same scope follow
	// from this one. They become its related.
	Supersedes []string
}

// Highest is the highest severity that a finding of the rule can have.
func (r *Rule) Highest() Severity { return max(r.Severity, r.Max) }

// Version is the version of the program that brought the rule.
func (r *Rule) Version() string {
	if r.Since == "" {
		return "0.1.0"
	}
	return r.Since
}

// Protocol is the part of the id before the first hyphen.
func (r *Rule) Protocol() string {
	protocol, _, _ := strings.Cut(r.ID, "-")
	return protocol
}

// ReadsInput reports whether the rule depends on the input.
func (r *Rule) ReadsInput(in Input) bool {
	for _, read := range r.Reads {
		if read == in {
			return true
		}
	}
	return false
}

// At is a finding of the rule on a record.
func (r *Rule) At(record resolver.Record) Finding {
	return Finding{Rule: r, Severity: r.Severity, Name: record.Name, Type: record.Type(), Record: &record}
}

// On is a finding of the rule on a name, where there is no record to show.
func (r *Rule) On(name string, t resolver.Type) Finding {
	return Finding{Rule: r, Severity: r.Severity, Name: name, Type: t}
}
