package spf

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"mailauth/checks"
)

// Confidence says how sure the doctor is that the text was meant to be SPF.
type Confidence int

// The confidences.
const (
	Likely  Confidence = iota + 1 // it reads like SPF, but somebody might want it so
	Certain                       // it can be nothing else
)

// String returns "likely" or "certain".
func (c Confidence) String() string {
	if c == Certain {
		return "certain"
	}
	return "likely"
}

// Lookalike is a TXT record that receivers do not take for SPF, though it was
// meant to be: to them the domain has no record (result none).
type Lookalike struct {
	Text string // the joined octets
	// Problem is the class: NotSPF, or Quotes or StringJoin where that is the
	// whole reason.
	Problem    Problem
	Reason     Reason
	Span       checks.Span // the octets that keep receivers from reading it
	Confidence Confidence
	// Record is what was meant, in canonical form: it is SPF and keeps the
	// grammar. Empty where that is not certain; then Alternatives may have
	// what the owner can choose from.
	Record       string
	Alternatives []string
	// Rest is other data in the same TXT record, which needs one of its own.
	Rest string
}

// The faces of a lookalike, by what keeps receivers from reading it.
const (
	HyphenForEquals Reason = "hyphen"         // v-spf1
	VersionSpace    Reason = "version-space"  // v=spf 1, v= spf1
	VersionNumber   Reason = "version-number" // v=spf2, v=spf10, v=spf
	VersionNoTag    Reason = "version-no-v"   // spf1, SPF=
	VersionEnd      Reason = "version-end"    // v=spf1; v=spf1, v=spf1:
	VersionGlued    Reason = "version-glued"  // v=spf1include:
	VersionSpelling Reason = "version"        // any other misspelling
	NoVersion       Reason = "no-version"     // ip4:… -all, without v=spf1
	LeadingSpace    Reason = "leading-space"  // a space before v=spf1
	ControlBehind   Reason = "control"        // TAB or line end for the space
	ZoneLine        Reason = "zone-line"      // a whole line of a zone file
	Embedded        Reason = "embedded"       // behind other data
	QuoteMarks      Reason = "quotes"         // in quotation marks
)

// maxLookalike bounds the text that the doctor looks at.
const maxLookalike = 4096

// Examine looks at the character-strings of a TXT record. It reports whether
// they were meant to be SPF although receivers do not select them (RFC 7208
// §4.5). Records that are selected, and records for other purposes, are not.
func Examine(strs []string) (*Lookalike, bool) {
	text := strings.Join(strs, "")
	if IsSPF(text) || len(text) > maxLookalike || foreignRecord(text) {
		return nil, false
	}
	for _, find := range []func([]string, string) *Lookalike{
		joinedVersion, quotedRecord, zoneLine, disguised, embedded, misspeltVersion, withoutVersion,
	} {
		if l := find(strs, text); l != nil {
			l.Text = text
			if l.Problem == NoProblem {
				l.Problem = NotSPF
			}
			return l, true
		}
	}
	return nil, false
}

// foreignRecord recognises records of other protocols: Sender ID (RFC 4406),
// and the tag lists that begin with a version of their own.
func foreignRecord(text string) bool {
	low := strings.ToLower(text)
	for _, prefix := range []string{"spf2.0/", "v=dmarc", "v=dkim", "v=sts", "v=tlsrpt", "v=bimi", "v=mc", "v=verifydomain"} {
		if strings.HasPrefix(low, prefix) {
			return true
		}
	}
	return false
}

// prescribe fills in the record that was meant, given SPF text.
func (l *Lookalike) prescribe(text string) *Lookalike {
	m := Mend(Parse(strings.TrimRight(text, " ")))
	if m.OK {
		l.Record = Parse(m.Text).Canonical()
	}
	for _, a := range m.Alternatives {
		l.Alternatives = append(l.Alternatives, Parse(a).Canonical())
	}
	return l
}

// joinedVersion recognises a first string "v=spf1" without a space at its end:
// the strings are joined to "v=spf1mx".
func joinedVersion(strs []string, _ string) *Lookalike {
	if len(strs) < 2 || !strings.EqualFold(strs[0], version) {
		return nil
	}
	text := respaced(strs)
	if !IsSPF(text) {
		return nil
	}
	l := &Lookalike{Problem: StringJoin, Reason: JoinGlued, Confidence: Certain}
	l.Span = checks.Span{Start: len(version) - 1, End: len(version) + 1}
	return l.prescribe(text)
}

// quotedRecord recognises a record in quotation marks that are data: a form
// that adds its own was given them too. Several quoted strings are one record.
func quotedRecord(_ []string, text string) *Lookalike {
	trim := strings.TrimSpace(text)
	plain := strings.NewReplacer(`\"`, `"`, "“", `"`, "”", `"`, "„", `"`, "＂", `"`, "«", `"`, "»", `"`).Replace(trim)
	if strings.HasPrefix(plain, "'") {
		plain = `"` + strings.Trim(plain, "'") + `"`
	}
	if !strings.HasPrefix(plain, `"`) {
		return nil
	}
	record := respaced(quotedStrings(plain))
	l := &Lookalike{Problem: Quotes, Reason: QuoteMarks, Confidence: Certain}
	l.Span.Start = strings.Index(text, trim)
	_, size := utf8.DecodeRuneInString(trim)
	if trim[0] == '\\' {
		size = 2
	}
	l.Span.End = l.Span.Start + size
	if IsSPF(record) {
		return l.prescribe(record)
	}
	if inner := misspeltVersion(nil, record); inner != nil { // two mistakes; the quotes are the first
		l.Record, l.Alternatives, l.Confidence = inner.Record, inner.Alternatives, inner.Confidence
		return l
	}
	return nil
}

// quotedStrings cuts `"a" "b"` into its strings, forgiving a missing end.
func quotedStrings(text string) []string {
	var strs []string
	for i, part := range strings.Split(text, `"`) {
		if i%2 == 1 || strings.TrimSpace(part) != "" {
			strs = append(strs, part)
		}
	}
	return strs
}

var zoneLinePattern = regexp.MustCompile(
	`(?i)^\s*(?:[@*\w.-]+\s+)?(?:\d+[smhdw]?\s+)?(?:IN\s+)?(?:\d+[smhdw]?\s+)?(?:(?:TXT|SPF)(?:\s+|\s*[=:]\s*)|[@*]\s+)\(?\s*(["'“”]*v\s?[-=]\s?spf.*)$`)

// zoneLine recognises a whole zone file line, or a part of one, in the data.
func zoneLine(_ []string, text string) *Lookalike {
	found := zoneLinePattern.FindStringSubmatchIndex(text)
	if found == nil || found[2] == 0 {
		return nil
	}
	data := strings.TrimRight(text[found[2]:], " )")
	if quoted := quotedStrings(data); strings.ContainsRune(data, '"') {
		data = respaced(quoted)
	}
	l := &Lookalike{Reason: ZoneLine, Confidence: Certain, Span: checks.Span{Start: 0, End: found[2]}}
	if IsSPF(data) {
		return l.prescribe(data)
	}
	if inner := misspeltVersion(nil, data); inner != nil {
		l.Record, l.Alternatives = inner.Record, inner.Alternatives
		return l
	}
	return nil
}

// disguised recognises text that is SPF once spaces, invisible characters and
// full-width forms are what they look like.
func disguised(_ []string, text string) *Lookalike {
	folded, reason := fold(text)
	plain := strings.TrimLeft(folded, " ")
	if !IsSPF(plain) {
		return nil
	}
	at := 0
	for at < len(text) && at < len(version) && strings.EqualFold(text[:at+1], version[:at+1]) {
		at++
	}
	_, size := utf8.DecodeRuneInString(text[at:])
	l := &Lookalike{Reason: reason, Confidence: Certain, Span: checks.Span{Start: at, End: at + size}}
	switch c := text[at]; {
	case c == ' ':
		l.Reason, l.Span.End = LeadingSpace, len(text)-len(strings.TrimLeft(text, " "))
	case c < ' ':
		l.Reason = ControlBehind
	}
	return l.prescribe(plain)
}
