package report

import (
	"mailauth/checks"
	"mailauth/resolver"
)

// Version is that of the JSON format. Fields are added, never renamed.
const Version = 1

// Document is everything that one run says.
type Document struct {
	Version int      `json:"version"`
	Tool    Tool     `json:"tool"`
	Lang    string   `json:"lang"`
	Source  string   `json:"source"`
	Reports []Report `json:"reports"`
	// Problems are the domains that could not be audited at all.
	Problems []Problem `json:"problems"`
}

// Tool names the program that wrote the document.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Problem is a domain without a report.
type Problem struct {
	Domain  string `json:"domain"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

// Report is the audit of one domain. Domain has no trailing dot.
type Report struct {
	Domain   string        `json:"domain"`
	Verdict  checks.Status `json:"verdict"`
	Checks   []Check       `json:"checks"`
	Findings []Finding     `json:"findings"`
	// Receivers are the profiles that were asked for.
	Receivers []Receiver `json:"receivers,omitempty"`
	DNS       DNS        `json:"dns"`
}

// DNS is what the audit cost.
type DNS struct {
	Questions int   `json:"questions"`
	ElapsedMS int64 `json:"elapsed_ms"`
	// Silent says that no question at all was answered, so that it is not the
	// domain's name servers that are to be looked at.
	Silent bool `json:"-"`
}

// Check is the outcome of one check.
type Check struct {
	Name    string        `json:"name"`
	Status  checks.Status `json:"status"`
	Summary string        `json:"summary"`
	// Details are sentences below the summary, where the user asked for them.
	Details []string `json:"details,omitempty"`
	Facts   any      `json:"facts"`
}

// Finding is one finding with its evidence and its fixes.
type Finding struct {
	Rule        string          `json:"rule"`
	Severity    checks.Severity `json:"severity"`
	Check       string          `json:"check"`
	Fingerprint string          `json:"fingerprint"`
	Evidence
	Args     checks.Args `json:"args"`
	Message  string      `json:"message"`
	Effect   string      `json:"effect"`
	Mend     string      `json:"mend"`
	Citation string      `json:"citation"`
	Related  []Related   `json:"related"`
	Blocks   []string    `json:"blocks"`
	Fixes    []Fix       `json:"fixes"`
}

// Evidence is a record and the part of it that matters. Record is nil where the
// absence of one is the finding; see resolver.Record.Display for its form.
type Evidence struct {
	Name string        `json:"name"`
	Type resolver.Type `json:"type"`
	// URL is that of a document, where the finding is about one and not a record.
	URL    string  `json:"url,omitempty"`
	Record *string `json:"record"`
	// Strings are the lengths of a TXT record's character-strings.
	Strings []int        `json:"strings"`
	Span    *checks.Span `json:"span"`
	Note    string       `json:"note"`
	File    *string      `json:"file"`
	Line    *int         `json:"line"`
	Column  *int         `json:"column"`
	Server  *string      `json:"server"`
	// TTL in seconds; from a cache, how long the record may still live there.
	TTL *uint32 `json:"ttl"`
}

// Related is evidence beside a finding; with Rule, a consequence of it.
type Related struct {
	Rule string `json:"rule"`
	Evidence
}

// Fix is a change that mends its finding.
type Fix struct {
	Title    string          `json:"title"`
	Verified bool            `json:"verified"`
	Reason   string          `json:"reason"`
	Choices  []Choice        `json:"choices"`
	Edits    []resolver.Edit `json:"edits"`
	// Documents are files for a web server.
	Documents []checks.Document `json:"documents,omitempty"`
	// Left counts what the audit still finds with the fix, where it was tried.
	Left *Left `json:"left"`
}

// Left counts findings that a fix leaves.
type Left struct {
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
}

// Choice is a decision or a value that only the user has.
type Choice struct {
	Name   string   `json:"name"`
	Text   string   `json:"text"`
	Values []string `json:"values"`
}

// Count returns the number of findings of the severity. Questions without an
// answer are not counted: they are not about the domain.
func (r Report) Count(s checks.Severity) int {
	n := 0
	for _, f := range r.Findings {
		if f.Severity == s && f.Rule != checks.TempFail.ID {
			n++
		}
	}
	return n
}
