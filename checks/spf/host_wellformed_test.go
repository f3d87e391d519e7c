package spf

import (
	"slices"
	"strings"
	"testing"
)

// wellFormed checks what holds for every evaluation within the limits.
func wellFormed(t *testing.T, name string, e Evaluation) {
	t.Helper()
	for _, broken := range []struct {
		is  bool
		why string
	}{
		{e.Lookups > MaxLookups+1, "more look-ups than the one that is too many"},
		{e.Voids > MaxVoids+1, "more void look-ups than the one that is too many"},
		{e.Lookups > MaxLookups && e.Cause != CauseLookups, "the eleventh look-up did not end the evaluation"},
		{e.Voids > MaxVoids && e.Cause != CauseVoids, "the third void look-up did not end the evaluation"},
		{e.Result != expectedResult(e), "the result does not fit the cause"},
		{e.Span.Of(e.Record) != e.Term, "the span is not that of the term"},
		{(e.Cause == CauseDNS) != (e.Err != nil) && e.Cause != CauseMacro, "an error without its cause"},
		{e.Explanation != "" && e.Result != ResultFail, "an explanation of something else than a fail"},
		{len(e.Path) == 0 && e.Cause != CauseBadDomain && len(e.Steps) > 0, "no path"},
		{len(e.Steps) > 0 && e.Steps[0].Depth != 0, "the first step is not in the record of the domain"},
		{countSteps(e, func(s Step) bool { return s.Void }) != e.Voids, "the void steps are not the void look-ups"},
		{lastLookup(e) != e.Lookups, "the last counted step is not the last look-up"},
		{slices.ContainsFunc(e.Steps, crooked), "a step that matched with an error, or did neither and has a result"},
	} {
		if broken.is {
			t.Errorf("%s: %s: %+v", name, broken.why, e)
		}
	}
}

// expectedResult is the result that a cause always has; where it has several,
// the one at hand.
func expectedResult(e Evaluation) Result {
	switch e.Cause {
	case CauseDefault:
		return ResultNeutral
	case CauseNoRecord, CauseBadDomain:
		return ResultNone
	case CauseSeveral, CauseSyntax, CauseLookups, CauseVoids, CauseLoop, CauseMXHosts, CauseIncludeNone, CauseRedirectNone:
		return ResultPermError
	case CauseTooLarge, CauseMacro:
		return ResultUnknown
	case CauseDNS:
		return resultOf(e.Err)
	}
	if e.Cause == CauseMatch && strings.Contains("pass fail softfail neutral", e.Result.String()) {
		return e.Result
	}
	return results
}

func countSteps(e Evaluation, is func(Step) bool) int {
	n := 0
	for _, s := range e.Steps {
		n += count(is(s))
	}
	return n
}

func lastLookup(e Evaluation) int {
	last := 0
	for _, s := range e.Steps {
		last = max(last, s.Lookup)
	}
	return last
}

func crooked(s Step) bool {
	switch {
	case s.Match:
		return s.Result.failed() || s.Result == ResultNone
	case s.Result == ResultNone:
		return false
	}
	return !s.Result.failed()
}
