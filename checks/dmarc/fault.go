package dmarc

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"mailauth/checks"
	"mailauth/checks/taglist"
)

// Kind says in what way a record breaks the grammar of RFC 9989 §4.8.
type Kind string

// The kinds of fault.
const (
	MissingSemicolon Kind = "missing-semicolon" // two tags with a space between them
	CommaSeparator   Kind = "comma"             // two tags with a comma between them
	ColonForEquals   Kind = "colon"             // p:none
	NoEquals         Kind = "no-equals"         // a word that is no tag
	NoName           Kind = "no-name"           // a value without a tag name
	BadName          Kind = "bad-name"          // a name that no tag can have
	NonASCII         Kind = "non-ascii"         // octets above 0x7E
	Control          Kind = "control"           // control characters other than tab
	Quote            Kind = "quote"             // a quote or backslash that became part of the record
	Duplicate        Kind = "duplicate"         // a tag that stands twice
	BadValue         Kind = "bad-value"         // a value of t or psd that it does not have
)

// Structural reports whether the fault is in the form of the list, so that
// receivers cut it into other tags than were meant.
func (k Kind) Structural() bool { return k != Duplicate && k != BadValue }

// Fault is one breach of the grammar: its kind, the index of the piece in
// Record.List.Tags, and the octets of the text at fault.
type Fault struct {
	Kind Kind
	Tag  int
	Span checks.Span
}

func (r *Record) fault(k Kind, tag int, s checks.Span) {
	r.Faults = append(r.Faults, Fault{k, tag, s})
}

// Has reports whether the record has a fault of the kind.
func (r *Record) Has(k Kind) bool {
	return slices.ContainsFunc(r.Faults, func(f Fault) bool { return f.Kind == k })
}

// Malformed reports whether the record has a structural fault.
func (r *Record) Malformed() bool {
	return slices.ContainsFunc(r.Faults, func(f Fault) bool { return f.Kind.Structural() })
}

// faultsOfText finds octets that no tag may hold (RFC 9989 §4.8: dmarc-value is
// %x20-3A / %x3C-7E, with white space around it).
func (r *Record) faultsOfText() {
	for i := 0; i < len(r.Text); {
		kind, n := octetFault(r.Text[i:])
		if kind == "" || kind == Control && strings.Trim(r.Text[i:], "\r\n \t") == "" {
			i += max(n, 1)
			continue
		}
		end := i + n
		for end < len(r.Text) {
			next, n := octetFault(r.Text[end:])
			if next != kind {
				break
			}
			end += n
		}
		r.fault(kind, r.pieceAt(i), checks.Span{Start: i, End: end})
		i = end
	}
}

// octetFault classifies the first character of text, with its length in octets.
func octetFault(text string) (Kind, int) {
	switch c := text[0]; {
	case c >= utf8.RuneSelf:
		_, n := utf8.DecodeRuneInString(text)
		return NonASCII, n
	case c == 0x7f, c < ' ' && c != '\t':
		return Control, 1
	}
	return "", 1
}

func (r *Record) pieceAt(offset int) int {
	for i, t := range r.List.Tags {
		if offset <= t.Span.End {
			return i
		}
	}
	return max(len(r.List.Tags)-1, 0)
}

// token is the start of a known tag inside a piece: what separates it from the
// one before, its name, and its "=" or ":".
type token struct{ sep, name, op checks.Span }

// tagStart finds known tag names followed by "=" or ":".
var tagStart = regexp.MustCompile(`(?i)(^|[ \t,]+)(` + strings.Join(append(slices.Clone(activeTags), historicTags...), "|") + `)[ \t]*([=:])`)

// tokens finds the known tags that stand in a piece, wherever in it.
func (r *Record) tokens(i int) []token {
	piece := r.trimmed(r.List.Tags[i].Span)
	var found []token
	for _, m := range tagStart.FindAllStringSubmatchIndex(piece.Of(r.Text), -1) {
		at := func(k int) checks.Span { return checks.Span{Start: piece.Start + m[2*k], End: piece.Start + m[2*k+1]} }
		found = append(found, token{at(1), at(2), at(3)})
	}
	return found
}

// faultsOfPiece finds what is wrong with the form of a piece, and reports
// whether receivers can make no tag of it.
func (r *Record) faultsOfPiece(i int) (unusable bool) {
	tag := &r.List.Tags[i]
	if tag.Equals && isName(tag.Name) && !isKnown(tag.Name) {
		return false // an unknown tag: its value is its own business
	}
	start := r.trimmed(tag.Span).Start
	for _, t := range r.tokens(i) {
		switch {
		case t.name.Start == start && t.op.Of(r.Text) == ":":
			r.fault(ColonForEquals, i, checks.Span{Start: t.name.Start, End: t.op.End})
			unusable = true
		case t.name.Start == start:
		case strings.Contains(t.sep.Of(r.Text), ","):
			r.fault(CommaSeparator, i, checks.Span{Start: t.sep.Start, End: t.op.End})
		default:
			r.fault(MissingSemicolon, i, checks.Span{Start: t.sep.Start, End: t.op.End})
		}
	}
	switch {
	case unusable:
	case !tag.Equals:
		r.fault(NoEquals, i, tag.NameSpan)
		unusable = true
	case tag.Name == "":
		r.fault(NoName, i, r.trimmed(tag.Span))
		unusable = true
	case !isName(tag.Name) && len(r.tokens(i)) == 0 && !strings.ContainsFunc(tag.Name, toldElsewhere):
		r.fault(BadName, i, tag.NameSpan)
		unusable = true
	}
	r.quotes(i)
	return unusable || !isKnown(tag.Name)
}

// toldElsewhere tells characters that have faults of their own.
func toldElsewhere(c rune) bool { return c > unicode.MaxASCII || c < ' ' || c == '"' || c == '\\' }

// quotes finds quotes and backslashes that an editor or an interface left in
// the record; no known tag has a use for them.
func (r *Record) quotes(i int) {
	piece := r.List.Tags[i].Span
	for at := piece.Start; at < piece.End; at++ {
		if c := r.Text[at]; c == '"' || c == '\\' {
			r.fault(Quote, i, checks.Span{Start: at, End: at + 1})
		}
	}
}

// strayURIs returns the address list that a piece belongs to, if it is an
// address cut off by a semicolon: rua=mailto:a@example.jp;mailto:b@example.jp.
func (r *Record) strayURIs(i int) *[]URI {
	text := strings.TrimSpace(r.List.Tags[i].Span.Of(r.Text))
	if !strayAddress.MatchString(text) {
		return nil
	}
	switch r.listBefore(i) {
	case "rua":
		return &r.RUA
	case "ruf":
		return &r.RUF
	}
	return nil
}

// listBefore is the name of the last known tag before a piece, which is that
// of the piece before it or what that has before itself.
func (r *Record) listBefore(i int) string {
	for len(r.before) <= i {
		name, j := "", len(r.before)-1
		if j > 0 {
			tag := r.List.Tags[j]
			if name = r.before[j]; tag.Equals && isKnown(tag.Name) || isAddressList(tag.Name) {
				name = strings.ToLower(tag.Name)
			}
		}
		r.before = append(r.before, name)
	}
	return r.before[i]
}

func isAddressList(name string) bool {
	return strings.EqualFold(name, "rua") || strings.EqualFold(name, "ruf")
}

var strayAddress = regexp.MustCompile(`(?i)^(mailto:\S+|[^\s=:@;,]+@[^\s=:@;,]+)$`)

func (r *Record) trimmed(s checks.Span) checks.Span {
	for s.Start < s.End && isSpace(r.Text[s.Start]) {
		s.Start++
	}
	for s.Start < s.End && isSpace(r.Text[s.End-1]) {
		s.End--
	}
	return s
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\r' || b == '\n' }

func isKnown(name string) bool {
	key := strings.ToLower(name)
	return slices.Contains(activeTags, key) || slices.Contains(historicTags, key)
}

// isName tells a word that can be the name of a tag, in the wider grammar of
// RFC 6376 §3.2; hyphens are let pass, as receivers do.
func isName(s string) bool {
	for i := 0; i < len(s); i++ {
		letter := 'a' <= s[i]|0x20 && s[i]|0x20 <= 'z'
		if !letter && (i == 0 || s[i] != '_' && s[i] != '-' && (s[i] < '0' || s[i] > '9')) {
			return false
		}
	}
	return s != ""
}

// Unknown lists the tags that RFC 9989 §4.7 has receivers ignore, without those
// that RFC 7489 knew.
func (r *Record) Unknown() []*taglist.Tag {
	var unknown []*taglist.Tag
	for i := range r.List.Tags {
		if t := &r.List.Tags[i]; i > 0 && t.Equals && isName(t.Name) && !isKnown(t.Name) {
			unknown = append(unknown, t)
		}
	}
	return unknown
}
