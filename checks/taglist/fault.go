package taglist

import (
	"strconv"
	"strings"

	"mailauth/checks"
)

// Kind says in what way a list breaks the grammar of RFC 6376 §3.2.
type Kind int

// The kinds of fault, in the order in which a piece is looked at.
const (
	Blank     Kind = iota // nothing between two semicolons, or before the first
	NoEquals              // a piece without "="
	NoName                // a piece that starts with "="
	BadName               // a name that is not a letter followed by letters, digits and "_"
	BadValue              // octets in a value that are neither visible ASCII nor folding white space
	Duplicate             // a name that an earlier piece has: the whole list MUST be considered invalid
)

func (k Kind) String() string {
	names := [...]string{"blank", "no-equals", "no-name", "bad-name", "bad-value", "duplicate"}
	if k < 0 || int(k) >= len(names) {
		return "kind " + strconv.Itoa(int(k))
	}
	return names[k]
}

// Fault is one breach of the grammar: its kind, the index of the piece in
// List.Tags, and the octets at fault (for Duplicate the second name; for Blank
// the piece, which may be empty).
type Fault struct {
	Kind Kind
	Tag  int
	Span checks.Span
}

// Faults lists everything in which the list breaks RFC 6376 §3.2, piece by
// piece. Names are compared with their case, as that section asks; a caller
// whose names have no case adds Duplicates(strings.EqualFold).
func (l List) Faults() []Fault {
	duplicates := l.Duplicates(func(a, b string) bool { return a == b })
	var faults []Fault
	for i, t := range l.Tags {
		faults = append(faults, t.faults(i)...)
		for len(duplicates) > 0 && duplicates[0].Tag == i {
			faults = append(faults, duplicates[0])
			duplicates = duplicates[1:]
		}
	}
	return faults
}

func (t Tag) faults(i int) []Fault {
	var faults []Fault
	add := func(k Kind, s checks.Span) { faults = append(faults, Fault{Kind: k, Tag: i, Span: s}) }
	switch {
	case t.Blank():
		add(Blank, t.Span)
	case !t.Equals:
		add(NoEquals, t.NameSpan)
	case t.Name == "":
		add(NoName, t.Span)
	case !isName(t.Name):
		add(BadName, t.NameSpan)
	}
	for _, s := range badOctets(t.Value) {
		add(BadValue, checks.Span{Start: t.ValueSpan.Start + s.Start, End: t.ValueSpan.Start + s.End})
	}
	return faults
}

// Duplicates lists each tag whose name an earlier one has, under the caller's
// notion of the same name. Pieces without a name or without "=" do not count.
func (l List) Duplicates(same func(a, b string) bool) []Fault {
	var faults []Fault
	for i, t := range l.Tags {
		if !t.Equals || t.Name == "" {
			continue
		}
		for _, earlier := range l.Tags[:i] {
			if earlier.Equals && same(earlier.Name, t.Name) {
				faults = append(faults, Fault{Kind: Duplicate, Tag: i, Span: t.NameSpan})
				break
			}
		}
	}
	return faults
}

// isName tells tag-name = ALPHA *ALNUMPUNC.
func isName(s string) bool {
	for i := 0; i < len(s); i++ {
		letter := 'a' <= s[i]|0x20 && s[i]|0x20 <= 'z'
		if !letter && (i == 0 || s[i] != '_' && (s[i] < '0' || s[i] > '9')) {
			return false
		}
	}
	return s != ""
}

// badOctets gives the runs of a value that are neither VALCHAR nor FWS. A line
// end counts as white space only where a fold follows it: CRLF, then WSP.
func badOctets(value string) []checks.Span {
	var runs []checks.Span
	for i := 0; i < len(value); {
		n := 1
		switch c := value[i]; {
		case c == ' ', c == '\t', '!' <= c && c <= '~':
			i++
			continue
		case isFold(value[i:]):
			i += 3
			continue
		}
		for i+n < len(value) && isOutside(value[i+n]) && !isFold(value[i+n:]) {
			n++
		}
		runs = append(runs, checks.Span{Start: i, End: i + n})
		i += n
	}
	return runs
}

func isOutside(c byte) bool { return c != '\t' && (c < ' ' || c > '~') }

func isFold(s string) bool {
	return strings.HasPrefix(s, "\r\n ") || strings.HasPrefix(s, "\r\n\t")
}
