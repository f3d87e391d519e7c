// Package fieldlist reads the records of MTA-STS and TLS reporting (RFC 8461
// §3.1, RFC 8460 §3), which have one grammar: a version, then fields
// "name=value", with semicolons between.
//
// Senders drop the whole record over one slip, so the reader here tells every
// slip with the octets it covers. It differs from taglist in what is a slip: no
// white space may stand beside "=", and no field may be empty.
package fieldlist

import (
	"strings"

	"mailauth/checks"
)

// List is a record as it was written: its pieces in order, good or not.
type List struct {
	Text string
	// Fields holds every piece between semicolons, the version first. Only the
	// blank after a last semicolon is not a piece.
	Fields []Field
	// Closed reports that the list ends with a semicolon, which is allowed.
	Closed bool
}

// Field is one piece. Spans count octets of the text, without the white space
// around the piece.
type Field struct {
	// Name is what stands before the first "="; without one, the whole piece.
	// White space beside "=" is part of Name and Value: it is not allowed.
	Name, Value string
	Equals      bool

	Span, NameSpan, ValueSpan checks.Span
}

// Parse cuts text into its pieces. It accepts every text.
func Parse(text string) List {
	l := List{Text: text}
	for start := 0; ; {
		end := strings.IndexByte(text[start:], ';')
		if end < 0 {
			last := parseField(text, checks.Span{Start: start, End: len(text)})
			l.Closed = start > 0 && last.Span.Empty()
			if !l.Closed {
				l.Fields = append(l.Fields, last)
			}
			return l
		}
		l.Fields = append(l.Fields, parseField(text, checks.Span{Start: start, End: start + end}))
		start += end + 1
	}
}

func parseField(text string, s checks.Span) Field {
	for s.Start < s.End && isWSP(text[s.Start]) {
		s.Start++
	}
	for s.Start < s.End && isWSP(text[s.End-1]) {
		s.End--
	}
	f := Field{Name: s.Of(text), Span: s, NameSpan: s, ValueSpan: checks.Span{Start: s.End, End: s.End}}
	if i := strings.IndexByte(f.Name, '='); i >= 0 {
		f.Equals = true
		f.NameSpan.End = s.Start + i
		f.ValueSpan.Start = s.Start + i + 1
		f.Name, f.Value = f.NameSpan.Of(text), f.ValueSpan.Of(text)
	}
	return f
}

func isWSP(c byte) bool { return c == ' ' || c == '\t' }

// String writes the list with one space after each semicolon. Parsing that
// again gives the same pieces.
func (l List) String() string {
	parts := make([]string, len(l.Fields))
	for i, f := range l.Fields {
		parts[i] = f.String()
	}
	text := strings.Join(parts, "; ")
	if l.Closed {
		text += ";"
	}
	return text
}

// String writes the field as it stands in a record.
func (f Field) String() string {
	if !f.Equals {
		return f.Name
	}
	return f.Name + "=" + f.Value
}

// Kind says in what way a piece breaks the grammar.
type Kind string

// The kinds of fault of a piece. Their texts are part of catalogue ids.
const (
	Blank    Kind = "blank"     // nothing between two semicolons
	NoEquals Kind = "no-equals" // a piece without "="
	Space    Kind = "space"     // white space beside "="
	BadName  Kind = "bad-name"  // a name that is not 1 to 32 letters, digits, "_", "-" and "."
	BadValue Kind = "bad-value" // an empty value, or one with white space, "=" or what is not ASCII
)

// Fault is one breach of the grammar, with the octets at fault.
type Fault struct {
	Kind Kind
	Span checks.Span
}

// Fault says what the grammar has against the form of a field with a name that
// may stand for itself, as an extension does; nil for nothing. A value that is
// defined has a grammar of its own: see Named.
func (f Field) Fault() *Fault {
	if fault := f.Named(); fault != nil {
		return fault
	}
	if f.Value == "" || strings.ContainsFunc(f.Value, func(c rune) bool { return c <= ' ' || c == '=' || c > '~' }) {
		return &Fault{BadValue, f.ValueSpan}
	}
	return nil
}

// Named is Fault without regard to the value.
func (f Field) Named() *Fault {
	switch {
	case f.Span.Empty():
		return &Fault{Blank, f.Span}
	case !f.Equals:
		return &Fault{NoEquals, f.Span}
	case strings.TrimRight(f.Name, " \t") != f.Name || strings.TrimLeft(f.Value, " \t") != f.Value:
		return &Fault{Space, f.Span}
	case !isName(f.Name):
		return &Fault{BadName, f.NameSpan}
	}
	return nil
}

// isName tells (ALPHA / DIGIT) *31(ALPHA / DIGIT / "_" / "-" / ".").
func isName(name string) bool {
	for i := 0; i < len(name); i++ {
		if !isAlphanumeric(name[i]) && (i == 0 || !strings.ContainsRune("_-.", rune(name[i]))) {
			return false
		}
	}
	return name != "" && len(name) <= 32
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// Alphanumeric reports whether a text is letters and digits alone.
func Alphanumeric(text string) bool {
	for i := 0; i < len(text); i++ {
		if !isAlphanumeric(text[i]) {
			return false
		}
	}
	return true
}

// Begins reports whether a record counts for the version, such as "v=STSv1":
// all others at the name are discarded before the rest are counted.
func Begins(text, version string) bool {
	rest, ok := strings.CutPrefix(text, version)
	return ok && strings.HasPrefix(strings.TrimLeft(rest, " \t"), ";")
}

// Means reports whether a text was meant to be a record of the version, though
// none of the senders may take it for one.
func Means(text, version string) bool {
	text = strings.TrimLeft(text, " \t\"'")
	return len(text) >= len(version) && strings.EqualFold(text[:len(version)], version) &&
		(len(text) == len(version) || !isAlphanumeric(text[len(version)]))
}
