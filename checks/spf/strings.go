package spf

import (
	"strings"

	"mailauth/checks"
)

// The faces of StringJoin.
const (
	JoinGlued Reason = "glued" // no space at the cut: two terms became one
	JoinCut   Reason = "cut"   // a space at the cut: one term became two
)

func cutsOf(strs []string) []int {
	var cuts []int
	at := 0
	for _, s := range strs[:max(0, len(strs)-1)] {
		at += len(s)
		cuts = append(cuts, at)
	}
	return cuts
}

// stringJoin recognises a mistake that the cuts between character-strings
// explain: with a space there, or without the one that is there, all is well.
// It returns the fault, nil if the cuts are innocent, and the tokens it takes.
func (r *Record) stringJoin(tokens []checks.Span, t *Term, f *SyntaxError) (*SyntaxError, int) {
	raw := tokens[0].Of(r.Text)
	if len(r.cuts) == 0 || f == nil && clean(raw) {
		return nil, 0
	}
	inside := r.cutsIn(tokens[0].Start+1, tokens[0].End-1)
	if len(inside) > 0 {
		if good := respaced(pieces(raw, inside, tokens[0].Start)); good != raw && clean(good) {
			first := inside[0] - tokens[0].Start
			return &SyntaxError{Problem: StringJoin, Reason: JoinGlued, Span: checks.Span{Start: first - 1, End: first + 1},
				Suggest: good, Certain: true}, 1
		}
	}
	if f == nil || len(tokens) < 2 || len(r.cutsIn(tokens[0].End, tokens[1].Start)) == 0 {
		return nil, 0
	}
	if next := tokens[1].Of(r.Text); !clean(next) && clean(raw+next) {
		t.Broken = true
		return &SyntaxError{Problem: StringJoin, Reason: JoinCut, Suggest: raw + next, Certain: true}, 2
	}
	return nil, 0
}

// cutsIn lists the cuts from first to last, both included.
func (r *Record) cutsIn(first, last int) []int {
	var in []int
	for _, c := range r.cuts {
		if c >= first && c <= last {
			in = append(in, c)
		}
	}
	return in
}

// pieces cuts raw, which begins at offset from, at the offsets.
func pieces(raw string, cuts []int, from int) []string {
	var out []string
	start := 0
	for _, c := range cuts {
		out = append(out, raw[start:c-from])
		start = c - from
	}
	return append(out, raw[start:])
}

// respaced joins pieces of a record, with a space only where it makes good
// terms of what would not be one.
func respaced(strs []string) string {
	joined := ""
	for _, s := range strs {
		left := joined[strings.LastIndexByte(joined, ' ')+1:]
		right, _, _ := strings.Cut(s, " ")
		version := IsSPF(joined) && !strings.Contains(joined, " ")
		if left != "" && right != "" && (version || clean(left) && clean(right) && !clean(left+right)) {
			joined += " "
		}
		joined += s
	}
	return joined
}
