package checks

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"mailauth/resolver"
)

// Args are the values that a text's placeholders take: strings, numbers, lists
// of strings, other texts and lists of them (steps), or names that differ by
// language.
type Args map[string]any

// Verbatim is an argument that is quoted as it was found. Other strings that look
// like a canonical name are said without their final dot.
type Verbatim string

// Text is a message of the catalogue with its arguments; no language in it.
type Text struct {
	ID   string `json:"id"`
	Args Args   `json:"args,omitempty"`
}

// T is the text with the id.
func T(id string, args Args) Text { return Text{id, args} }

// AnyScope is the scope of a finding that supersedes wherever the consequence is.
const AnyScope = "*"

// Finding says that a rule applies, and where.
type Finding struct {
	Rule     *Rule
	Severity Severity
	// Check is the name of the check whose status the finding decides; set by
	// the audit.
	Check string
	// Name and Type are the owner and type that the finding is about.
	Name string
	Type resolver.Type
	// Record is the evidence; nil where the absence of one is the finding.
	Record *resolver.Record
	// Span is the offending part of the record's joined data, nil for all of it.
	Span *Span
	// Note is the text under the caret.
	Note *Text
	// Args are the values for the rule's texts.
	Args Args
	// Key tells findings of one rule on one owner apart, across runs: the
	// offending term, not its position or a count.
	Key []string
	// Scope joins findings for Supersedes: a finding supersedes those of its own
	// scope, or all with AnyScope. Empty means Name.
	Scope string
	// Related shows further evidence, and the consequences that are not findings
	// of their own.
	Related []Related
	// Blocks, for dns-tempfail, lists the rules that could not be judged.
	Blocks []string
	Fixes  []Fix
}

// Related is evidence beside a finding, or a consequence of it (then Rule is set).
type Related struct {
	Rule   string
	Name   string
	Type   resolver.Type
	Record *resolver.Record
	Span   *Span
	Note   *Text
	// Fingerprint is that of the finding that was folded in; empty for evidence.
	Fingerprint string
}

// Fingerprint identifies the finding across runs and languages: 16 hexadecimal
// digits made of rule, owner, type and key.
func (f Finding) Fingerprint() string {
	parts := append([]string{f.Rule.ID, f.Name, f.Type.String()}, f.Key...)
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:8])
}

func (f Finding) scope() string {
	if f.Scope != "" {
		return f.Scope
	}
	return f.Name
}

// With returns the finding with one more argument.
func (f Finding) With(name string, value any) Finding {
	args := Args{name: value}
	for k, v := range f.Args {
		if k != name {
			args[k] = v
		}
	}
	f.Args = args
	return f
}

// As returns the finding with another severity.
func (f Finding) As(s Severity) Finding {
	f.Severity = s
	return f
}

// Spanning returns the finding with its span, and the text under the caret if
// id is not empty.
func (f Finding) Spanning(span Span, id string, args Args) Finding {
	f.Span = &span
	if id != "" {
		f.Note = &Text{id, args}
	}
	return f
}
