// Package taglist reads the tag=value lists of RFC 6376 §3.2.
//
// DKIM key records are such lists ("v=DKIM1; k=rsa; p=…"), and DMARC records
// are very nearly so. An administrator types them by hand and a verifier drops
// the whole record over one slip, so the reader here never stops at the first:
// it cuts the text at its semicolons, tells every piece with the octets it
// covers, and leaves it to the caller what is forgiven.
package taglist

import (
	"strings"

	"mailauth/checks"
)

// List is a tag=value list as it was written: its pieces in order, good or not.
type List struct {
	// Tags holds every piece between semicolons. Only the blank after a last
	// semicolon is not a piece; any other blank piece is one, without a name.
	Tags []Tag
	// Closed reports that the list ends with a semicolon, which §3.2 allows.
	Closed bool
}

// Tag is one piece of a list. Spans count octets of the text given to Parse.
type Tag struct {
	// Name is what stands before the first "=", without white space around it;
	// in a piece that has no "=" it is the whole piece.
	Name string
	// Value is what stands after the first "=", without white space around it;
	// white space inside is kept as written.
	Value string
	// Equals reports whether the piece has a "=" at all.
	Equals bool

	Span      checks.Span // the whole piece, white space included
	NameSpan  checks.Span
	ValueSpan checks.Span
}

// Blank reports whether nothing but white space stands between two semicolons.
func (t Tag) Blank() bool { return t.Name == "" && !t.Equals }

// Parse cuts text into its pieces. It accepts every text; Faults says what
// §3.2 does not allow in it.
func Parse(text string) List {
	var l List
	for start := 0; ; {
		end := strings.IndexByte(text[start:], ';')
		if end < 0 {
			last := parseTag(text, checks.Span{Start: start, End: len(text)})
			l.Closed = start > 0 && last.Blank()
			if !last.Blank() {
				l.Tags = append(l.Tags, last)
			}
			return l
		}
		l.Tags = append(l.Tags, parseTag(text, checks.Span{Start: start, End: start + end}))
		start += end + 1
	}
}

func parseTag(text string, piece checks.Span) Tag {
	t := Tag{Span: piece}
	name := piece
	if i := strings.IndexByte(piece.Of(text), '='); i >= 0 {
		t.Equals = true
		name.End = piece.Start + i
		t.ValueSpan = trim(text, checks.Span{Start: piece.Start + i + 1, End: piece.End})
		t.Value = t.ValueSpan.Of(text)
	}
	t.NameSpan = trim(text, name)
	t.Name = t.NameSpan.Of(text)
	return t
}

// trim takes the folding white space off both ends of a span.
func trim(text string, s checks.Span) checks.Span {
	for s.Start < s.End && isSpace(text[s.Start]) {
		s.Start++
	}
	for s.Start < s.End && isSpace(text[s.End-1]) {
		s.End--
	}
	return s
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\r' || b == '\n' }

// Get returns the first tag of exactly this name: tag names are case-sensitive
// (RFC 6376 §3.2).
func (l List) Get(name string) (Tag, bool) {
	for _, t := range l.Tags {
		if t.Equals && t.Name == name {
			return t, true
		}
	}
	return Tag{}, false
}

// String writes the list with one space after each semicolon. Parsing that
// again gives the same names, values and blank pieces in the same order.
func (l List) String() string {
	var b strings.Builder
	for i, t := range l.Tags {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(t.String())
	}
	if l.Closed {
		b.WriteByte(';')
	}
	return b.String()
}

// String writes the tag as "name=value", or as the piece it is without a "=".
func (t Tag) String() string {
	if !t.Equals {
		return t.Name
	}
	return t.Name + "=" + t.Value
}
