package resolver_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// blind hides that a resolver can list its names, as live DNS cannot.
func blind(base resolver.Resolver) resolver.Resolver { return dnstest.Func(base.Lookup) }

var smallTypes = []resolver.Type{resolver.TypeA, resolver.TypeTXT, resolver.TypeCNAME}

// smallName is a random name at most depth labels below example.
func smallName(rng *rand.Rand, depth int) string {
	name := "example."
	for range rng.IntN(depth + 1) {
		name = resolver.Join(name, []string{"a", "b", "*"}[rng.IntN(3)])
	}
	return name
}

func smallData(rng *rand.Rand, t resolver.Type) string {
	switch t {
	case resolver.TypeA:
		return fmt.Sprintf("192.0.2.%d", rng.IntN(3))
	case resolver.TypeCNAME:
		return smallName(rng, 3)
	}
	return fmt.Sprintf("%q", string(rune('x'+rng.IntN(3))))
}

// smallSets is a random zone: at each name a CNAME or some other data.
func smallSets(rng *rand.Rand) map[resolver.Question][]string {
	sets := map[resolver.Question][]string{}
	cname := map[string]bool{"example.": false}
	for range rng.IntN(6) {
		name := smallName(rng, 3)
		if _, known := cname[name]; !known {
			cname[name] = rng.IntN(4) == 0
		}
		q := resolver.Question{Name: name, Type: smallTypes[rng.IntN(2)]}
		if cname[name] {
			q.Type = resolver.TypeCNAME
		}
		if data := smallData(rng, q.Type); !slices.Contains(sets[q], data) && (q.Type != resolver.TypeCNAME || len(sets[q]) == 0) {
			sets[q] = append(sets[q], data)
		}
	}
	return sets
}

func smallZone(t *testing.T, sets map[resolver.Question][]string) *resolver.Zone {
	var text strings.Builder
	text.WriteString("@ SOA ns host 1 1 1 1 0\n")
	for q, set := range sets {
		for _, data := range set {
			fmt.Fprintf(&text, "%s %s %s\n", q.Name, q.Type, data)
		}
	}
	return zoneOf(t, "example.", text.String())
}

// smallEdit changes sets at random and returns the edits that do so.
func smallEdits(rng *rand.Rand, sets map[resolver.Question][]string) (edits []resolver.Edit, after map[resolver.Question][]string) {
	after = map[resolver.Question][]string{}
	var questions []resolver.Question
	for q, set := range sets {
		after[q] = slices.Clone(set)
		questions = append(questions, q)
	}
	slices.SortFunc(questions, func(a, b resolver.Question) int { return strings.Compare(a.String(), b.String()) })
	for _, q := range questions {
		if rng.IntN(3) == 0 {
			edits = append(edits, resolver.Edit{Name: q.Name, Type: q.Type, Remove: slices.Clone(after[q])})
			delete(after, q)
		}
	}
	for range rng.IntN(3) {
		q := resolver.Question{Name: smallName(rng, 3), Type: smallTypes[rng.IntN(3)]}
		data := smallData(rng, q.Type)
		edits = append(edits, resolver.Edit{Name: q.Name, Type: q.Type, TTL: 3600, Add: []string{data}})
		if !slices.Contains(after[q], data) {
			after[q] = append(after[q], data)
		}
	}
	return edits, after
}

// TestPatchIsThePatchedZone compares, over random small zones and edits, what
// a patch answers with what the edited zone answers. A patch of a base that
// lists its names must agree; one of a base that does not may say that it
// cannot tell, but must not say anything else.
func TestPatchIsThePatchedZone(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var compared, undetermined, refused int
	for round := range 600 {
		sets := smallSets(rng)
		edits, after := smallEdits(rng, sets)
		before := world(smallZone(t, sets))
		edited := smallZone(t, after)
		for _, base := range []resolver.Resolver{before, blind(before)} {
			p, err := resolver.Patch(t.Context(), edits, base)
			if conflicts := edited.Conflicts(); len(conflicts) > 0 || err != nil {
				if len(conflicts) > 0 && err == nil {
					t.Fatalf("round %d: zone %v\nedits %v\nmake a conflict at %s, which is not refused", round, sets, edits, conflicts[0].Name)
				}
				if len(conflicts) == 0 && (base == before || resolver.KindOf(err) != resolver.Undetermined) {
					t.Fatalf("round %d: zone %v\nedits %v\nare refused: %v", round, sets, edits, err)
				}
				refused++
				continue
			}
			for range 40 {
				q := resolver.Question{Name: smallName(rng, 4), Type: smallTypes[rng.IntN(3)]}
				want := told(world(edited).Lookup(t.Context(), q))
				got := told(p.Lookup(t.Context(), q))
				compared++
				if base != before && strings.HasPrefix(got, "undetermined") {
					undetermined++
				} else if got != want && !(strings.HasPrefix(got, "bad reply") && strings.HasPrefix(want, "bad reply")) {
					t.Fatalf("round %d: zone %v\nedits %v\n%s (names listed: %t):\n got %s\nwant %s", round, sets, edits, q, base == before, got, want)
				}
			}
		}
	}
	t.Logf("%d answers compared, %d undetermined, %d patches refused", compared, undetermined, refused)
	if undetermined*10 > compared {
		t.Errorf("%d of %d answers undetermined, expected less than a tenth", undetermined, compared)
	}
}
