package spf

import (
	"cmp"
	"slices"
	"strings"

	"mailauth/checks"
)

// mistake is a broken term on its way to a diagnosis.
type mistake struct {
	raw  string   // the term as written
	rest []string // the tokens behind it
	term *Term
	out  *SyntaxError // spans count from the beginning of raw
	took int          // how many tokens of rest belong to the mistake
}

// diagnose finds the most specific class for a broken term, and what was
// meant. It returns how many tokens the mistake covers.
func diagnose(text string, tokens []checks.Span, t *Term, f *SyntaxError) int {
	m := &mistake{raw: tokens[0].Of(text), term: t, out: f}
	for _, s := range tokens[1:min(len(tokens), 4)] {
		m.rest = append(m.rest, s.Of(text))
	}
	m.diagnose()
	return 1 + m.took
}

func (m *mistake) diagnose() {
	if m.spaced() || m.foreign() || m.quoted() {
		return
	}
	switch m.out.Problem {
	case UnknownMech:
		m.unknown()
	case ModifierName:
		m.modifierName()
	case AllArg:
		m.allArgument()
	case IPSyntax:
		m.network()
	case CIDR:
		m.length()
	case DomainSyntax:
		m.domain()
	case MacroSyntax:
		m.macro()
	}
}

// is sets the class; the span stays.
func (m *mistake) is(p Problem, reason Reason) {
	m.out.Problem, m.out.Reason = p, reason
}

// at narrows the span to the octets raw[start:end].
func (m *mistake) at(start, end int) {
	m.out.Span = checks.Span{Start: start, End: end}
}

// certain suggests a text for the term, if it is one that says what it means.
// An empty text leaves the term out.
func (m *mistake) certain(terms string) bool {
	if !clean(terms) {
		return false
	}
	m.out.Suggest, m.out.Certain, m.out.Choices = terms, true, nil
	return true
}

// choose lists texts that may have been meant, without those that are no terms.
func (m *mistake) choose(list ...string) {
	for _, terms := range list {
		if clean(terms) && !slices.Contains(m.out.Choices, terms) {
			m.out.Choices = append(m.out.Choices, terms)
		}
	}
}

// qualifier is the written qualifier, "" if there is none; body is the rest.
func (m *mistake) qualifier() string {
	if m.term.Explicit {
		return m.raw[:1]
	}
	return ""
}

func (m *mistake) body() string { return m.raw[len(m.qualifier()):] }

// clean reports whether every term of the text keeps the grammar and does what
// it seems to.
func clean(terms string) bool {
	for _, s := range split(terms, 0) {
		t, f := parseTerm(s.Of(terms))
		if f != nil {
			return false
		}
		if o := oddity(&t); o != nil && o.Problem.grave() {
			return false
		}
	}
	return true
}

// grave tells the classes that defeat what the term was written for from those
// that are mere oddities.
func (p Problem) grave() bool {
	return p != NoProblem && p != TrailingDot && p != UnknownModifier && p != VersionRepeated
}

// Looking for what was meant takes more than linear time, and records come
// from strangers. No term that says anything is longer than maxToken octets;
// in a record with more than maxFaults mistakes the further ones get their
// coarse class only.
const (
	maxToken  = 320
	maxFaults = 100
)

// mended returns the term put right, where that is certain.
func mended(raw string) (string, bool) {
	if len(raw) > maxToken {
		return "", false
	}
	if clean(raw) {
		return raw, raw != ""
	}
	t, f := parseTerm(raw)
	if f == nil {
		return "", false
	}
	m := &mistake{raw: raw, term: &t, out: f}
	m.diagnose()
	return f.Suggest, f.Certain && f.Suggest != ""
}

// trimmed takes separators and brackets off both ends of a term or value.
func trimmed(s string) string { return strings.Trim(s, junk) }

const junk = `,;|"'()[]<>` + "`"

// oneOf reports whether the first octet of s is in set.
func oneOf(s, set string) bool { return s != "" && strings.IndexByte(set, s[0]) >= 0 }

func sortBySpan(list []SyntaxError) {
	slices.SortStableFunc(list, func(a, b SyntaxError) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
}
