package spf

import (
	"slices"
	"strings"
)

// Mending is a record put right.
type Mending struct {
	// Text keeps the grammar and does what it says; it is the record's own
	// text if nothing had to be mended. Empty unless OK.
	Text string
	OK   bool // what was meant is certain, everywhere
	// Alternatives are the records among which only their owner can choose,
	// where one decision is left. Empty if OK.
	Alternatives []string
}

// maxRounds bounds the mending of what mending brings to light.
const maxRounds = 5

// Mend puts a record right where it is certain what was meant. Terms without
// a mistake stay as they are written.
func Mend(r *Record) Mending {
	for range maxRounds {
		if r.Version == "" {
			return Mending{}
		}
		faults := r.faults()
		if open := uncertain(faults); len(open) > 0 {
			return Mending{Alternatives: r.alternatives(faults, open)}
		}
		switch {
		case len(faults) > 0:
			r = Parse(r.apply(faults))
		case r.repeats():
			merged := merge(r.segments())
			if len(merged.Texts) > 1 {
				return Mending{Alternatives: merged.Texts}
			}
			r = Parse(merged.Texts[0])
		default:
			return Mending{Text: r.Text, OK: true}
		}
	}
	return Mending{}
}

// faults lists the errors, and those remarks that defeat what the term was
// written for, in the order of the text.
func (r *Record) faults() []SyntaxError {
	faults := slices.Clone(r.Errors)
	for _, e := range r.Remarks {
		if e.Problem.grave() {
			faults = append(faults, e)
		}
	}
	sortBySpan(faults)
	return faults
}

// uncertain returns the indexes of the faults without a sure remedy.
func uncertain(faults []SyntaxError) []int {
	var open []int
	for i, e := range faults {
		if !e.Certain {
			open = append(open, i)
		}
	}
	return open
}

// alternatives decides the one open fault in each way that it can be; more
// than one open fault are too many to list.
func (r *Record) alternatives(faults []SyntaxError, open []int) []string {
	if len(open) != 1 {
		return nil
	}
	e := faults[open[0]]
	if e.Problem == DupModifier {
		return r.eitherModifier(e)
	}
	var texts []string
	for _, choice := range e.Choices {
		decided := slices.Clone(faults)
		decided[open[0]].Suggest = choice
		if m := Mend(Parse(r.apply(decided))); m.OK {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// eitherModifier keeps the first of two different redirects, or the second.
func (r *Record) eitherModifier(second SyntaxError) []string {
	kind := r.Terms[second.Term].Kind
	first := second
	for i, t := range r.Terms {
		if t.Kind == kind {
			first.Whole, first.Span, first.Term = t.Span, t.Span, i
			break
		}
	}
	var texts []string
	for _, drop := range []SyntaxError{second, first} {
		if m := Mend(Parse(r.apply([]SyntaxError{drop}))); m.OK {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// apply puts the suggestions in their places. A term left out takes the spaces
// before it along.
func (r *Record) apply(faults []SyntaxError) string {
	var b strings.Builder
	done := 0
	for _, e := range faults {
		before := r.Text[done:e.Whole.Start]
		if e.Suggest == "" {
			before = strings.TrimRight(before, " ")
		}
		b.WriteString(before + e.Suggest)
		done = e.Whole.End
	}
	b.WriteString(r.Text[done:])
	return b.String()
}
