package flatten

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"mailauth/resolver"
)

// Taken is a name that was meant for a record and has something already.
type Taken struct {
	Name string
	// Record is the data of a TXT record there, or of the CNAME.
	Record string
	// Earlier says that the published policy leads there, as to further records of
	// an earlier run: while it is in use, what stands there stays.
	Earlier bool
	// Err says that nobody could tell what is there; the name is used then.
	Err error
}

// namer finds names for records.
type namer struct {
	resolver.Resolver
	ctx      context.Context
	patterns []string // canonical names, %d for a number
	// replace are names whose records the plan may replace, reserved those that
	// it must not use although the DNS has nothing there.
	replace, reserved map[string]bool

	free  []string
	next  int // the next candidate
	taken []Taken
}

// maxTaken bounds how many names are tried that have something already, and
// maxAsked how many free ones are looked for: more are not looked up anyway.
const (
	maxTaken = 20
	maxAsked = 12
)

// name is the n-th free name, from 0. Beyond what there is, it is one of the
// same length, so that the size of what does not fit can be told.
func (n *namer) name(i int) string {
	for len(n.free) <= i && len(n.free) < maxAsked {
		candidate, ok := n.candidate(n.next)
		if !ok || len(n.taken) >= maxTaken {
			break
		}
		n.next++
		if n.usable(candidate) {
			n.free = append(n.free, candidate)
		}
	}
	if i < len(n.free) {
		return n.free[i]
	}
	if candidate, ok := n.candidate(i); ok {
		return candidate
	}
	return n.patterns[len(n.patterns)-1]
}

// candidate is the i-th name of the patterns: those without a number once each,
// then those with numbers in turn.
func (n *namer) candidate(i int) (name string, ok bool) {
	var plain, numbered []string
	for _, p := range n.patterns {
		if strings.Contains(p, "%d") {
			numbered = append(numbered, p)
		} else {
			plain = append(plain, p)
		}
	}
	if i < len(plain) {
		return plain[i], true
	}
	if i -= len(plain); len(numbered) == 0 {
		return "", false
	}
	return strings.ReplaceAll(numbered[i%len(numbered)], "%d", strconv.Itoa(i/len(numbered)+1)), true
}

// usable asks whether a name is free, or has what may be replaced.
func (n *namer) usable(name string) bool {
	answer, err := n.Lookup(n.ctx, resolver.Question{Name: name, Type: resolver.TypeTXT})
	switch {
	case n.reserved[name]:
		return false
	case err != nil:
		n.taken = append(n.taken, Taken{Name: name, Err: err})
		return true
	case n.replace[name] && len(answer.Chain) == 0:
		return true
	case n.synthesised(answer):
		return true
	case len(answer.Chain) > 0:
		n.taken = append(n.taken, Taken{Name: name, Record: answer.Chain[0].Data.String()})
		return false
	case answer.Status == resolver.Data:
		n.taken = append(n.taken, Taken{Name: name, Record: answer.Records[0].Display()})
		return false
	}
	return true
}

// synthesised reports that a wildcard answers: a name that nobody published has
// the same.
func (n *namer) synthesised(a resolver.Answer) bool {
	return synthesised(n.ctx, n.Resolver, a)
}

func synthesised(ctx context.Context, r resolver.Resolver, a resolver.Answer) bool {
	if a.Status != resolver.Data && len(a.Chain) == 0 {
		return false
	}
	other, err := r.Lookup(ctx, resolver.Question{Name: resolver.UnlikelyName(resolver.Parent(a.Question.Name)), Type: resolver.TypeTXT})
	if err != nil || other.Status != a.Status || len(other.Chain) != len(a.Chain) {
		return false
	}
	data := func(records []resolver.Record) []string {
		var all []string
		for _, r := range records {
			all = append(all, r.Data.String())
		}
		return all
	}
	return slices.Equal(data(a.Records), data(other.Records)) && slices.Equal(data(a.Chain), data(other.Chain))
}
