package spf

import (
	"cmp"
	"slices"

	"mailauth/checks"
)

// diagnose finds the most specific class for a broken term, and what was
// meant. It returns how many of the tokens belong to the mistake.
func diagnose(text string, tokens []checks.Span, t *Term, f *SyntaxError) int {
	return 1
}

// remark looks at a term that keeps the grammar for what its author cannot
// have meant; nil if there is nothing to say.
func remark(t *Term) *SyntaxError {
	return nil
}

func sortBySpan(list []SyntaxError) {
	slices.SortStableFunc(list, func(a, b SyntaxError) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
}
