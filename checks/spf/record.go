package spf

import (
	"slices"
	"strings"

	"mailauth/checks"
)

const version = "v=spf1"

// Record is an SPF record, taken apart. Parse makes it.
type Record struct {
	Text    string // the joined octets of the TXT record
	Version string // "v=spf1" as written, "" if Text is not SPF
	Terms   []Term // in the order of the text
	// Errors are all violations of the grammar, of all terms, in the order of
	// the text. One is enough to make the record permerror for every sender,
	// wherever it stands (RFC 7208 §4.6).
	Errors []SyntaxError
	// Remarks are places where the grammar is kept, yet the text does not do
	// what it seems to: include=x, v=spf1 in the middle, a URL as a name.
	Remarks []SyntaxError

	cuts []int // offsets in Text where one character-string ends and the next begins
}

// IsSPF reports whether receivers take the joined octets of a TXT record for
// an SPF record: "v=spf1" in any case, then a space or the end.
// RFC 7208 §4.5.
func IsSPF(joined string) bool {
	return len(joined) >= len(version) && strings.EqualFold(joined[:len(version)], version) &&
		(len(joined) == len(version) || joined[len(version)] == ' ')
}

// Parse takes a record apart. It never fails and never stops at a mistake:
// each is in Errors, and its term is Broken. Text that is not SPF at all
// (IsSPF) has no terms and the single error NotSPF.
func Parse(text string) *Record { return ParseStrings([]string{text}) }

// ParseStrings is Parse for the character-strings of a TXT record. They are
// joined with nothing in between (RFC 7208 §3.3); mistakes that come from
// where they were cut are told apart as StringJoin.
func ParseStrings(strs []string) *Record {
	text := strings.Join(strs, "")
	r := &Record{Text: text, cuts: cutsOf(strs)}
	if !IsSPF(text) {
		end := len(text)
		if i := strings.IndexByte(text, ' '); i > 0 {
			end = i
		}
		span := checks.Span{Start: 0, End: end}
		r.Errors = []SyntaxError{{Span: span, Whole: span, Problem: NotSPF, Term: -1}}
		return r
	}
	r.Version = text[:len(version)]
	tokens := split(text, len(version))
	for len(tokens) > 0 {
		n := r.parseNext(tokens)
		tokens = tokens[n:]
	}
	r.checkDuplicates()
	return r
}

// split cuts text[from:] at spaces. RFC 7208 §4.6.1: terms are separated by
// SP only, one or more.
func split(text string, from int) []checks.Span {
	var tokens []checks.Span
	for i := from; i < len(text); {
		if text[i] == ' ' {
			i++
			continue
		}
		end := i
		for end < len(text) && text[end] != ' ' {
			end++
		}
		tokens = append(tokens, checks.Span{Start: i, End: end})
		i = end
	}
	return tokens
}

// parseNext reads the term that begins with the first token and returns how
// many tokens it took.
func (r *Record) parseNext(tokens []checks.Span) int {
	raw := tokens[0].Of(r.Text)
	term, f := parseTerm(raw)
	if f != nil && r.rejoin(raw) {
		r.extend(tokens[0].End)
		return 1
	}
	n := 1
	if cut, taken := r.stringJoin(tokens, &term, f); cut != nil {
		f, n = cut, taken
	} else if f != nil && len(r.Errors) < maxFaults {
		n = diagnose(r.Text, tokens, &term, f)
	}
	span := checks.Span{Start: tokens[0].Start, End: tokens[n-1].End}
	if n > 1 {
		f.Span = checks.Span{Start: 0, End: span.End - span.Start}
	}
	r.add(term, f, span)
	return n
}

// extend makes the last term reach to end: what follows belongs to it, and the
// space between breaks it.
func (r *Record) extend(end int) {
	t := r.Terms[len(r.Terms)-1]
	r.Terms = r.Terms[:len(r.Terms)-1]
	span := checks.Span{Start: t.Span.Start, End: end}
	p := MissingArg
	if strings.IndexByte(span.Of(r.Text), '/') > t.Span.End-t.Span.Start {
		p = CIDR
	}
	f := fault(p, SpaceBefore, t.Span.End-t.Span.Start, end-span.Start)
	f.Suggest, f.Certain = strings.ReplaceAll(span.Of(r.Text), " ", ""), true
	t.Broken = true
	if t.Domain != nil {
		t.Domain.Span = shift(t.Domain.Span, -span.Start)
	}
	r.add(t, f, span)
}

func (r *Record) add(t Term, fault *SyntaxError, span checks.Span) {
	t.Span = span
	t.raw = span.Of(r.Text)
	if fault == nil {
		fault = remark(&t)
	}
	if fault != nil {
		t.Problem = fault.Problem
		fault.Term = len(r.Terms)
		fault.Span = shift(fault.Span, span.Start)
		fault.Whole = span
		if t.Broken {
			r.Errors = append(r.Errors, *fault)
		} else {
			r.Remarks = append(r.Remarks, *fault)
		}
	}
	if t.Domain != nil {
		t.Domain.Span = shift(t.Domain.Span, span.Start)
	}
	r.Terms = append(r.Terms, t)
}

func shift(s checks.Span, by int) checks.Span {
	return checks.Span{Start: s.Start + by, End: s.End + by}
}

// checkDuplicates marks redirect= and exp= where they come a second time.
// RFC 7208 §6: each of the two MUST NOT appear more than once.
func (r *Record) checkDuplicates() {
	seen := map[Kind]*Term{}
	for i := range r.Terms {
		t := &r.Terms[i]
		if t.Kind != Redirect && t.Kind != Exp {
			continue
		}
		if t.Broken {
			continue
		}
		first := seen[t.Kind]
		if first == nil {
			seen[t.Kind] = t
			continue
		}
		if t.Problem != NoProblem { // one place, one mistake: the graver
			r.Remarks = slices.DeleteFunc(r.Remarks, func(e SyntaxError) bool { return e.Term == i })
		}
		t.Problem, t.Broken = DupModifier, true
		e := SyntaxError{Span: t.Span, Whole: t.Span, Problem: DupModifier, Term: i}
		e.Certain = first.Value == t.Value // twice the same: leave one out
		r.Errors = append(r.Errors, e)
	}
	sortBySpan(r.Errors)
}

// String returns the record as it was written: spelling, case and spaces.
func (r *Record) String() string {
	if r.Version == "" {
		return r.Text
	}
	var b strings.Builder
	b.WriteString(r.Version)
	for i := range r.Terms {
		t := &r.Terms[i]
		b.WriteString(strings.Repeat(" ", max(1, t.Span.Start-b.Len())))
		b.WriteString(t.String())
	}
	b.WriteString(strings.Repeat(" ", max(0, len(r.Text)-b.Len())))
	return b.String()
}

// Canonical returns the record as one would write it anew: single spaces,
// lower-case names, no redundant "+". Parsed again it has the same meaning.
func (r *Record) Canonical() string {
	if r.Version == "" {
		return r.Text
	}
	words := []string{version}
	for i := range r.Terms {
		words = append(words, r.Terms[i].Canonical())
	}
	return strings.Join(words, " ")
}
