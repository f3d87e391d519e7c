package spf

import (
	"cmp"
	"slices"

	"go4.org/netipx"
)

// Change are the addresses whose possible results are others in one policy
// than in another.
type Change struct {
	From, To Results
	Set      *netipx.IPSet
}

// Diff says what a change of policy does: which addresses move from which
// results to which, each address once, sorted by results. Addresses whose
// results stay are left out.
func Diff(before, after *Policy) []Change {
	type move struct{ from, to Results }
	builders := map[move]*netipx.IPSetBuilder{}
	for family := range families {
		from, to := before.cells[family], after.cells[family]
		moves := []move{} // by the value of the joined curve
		known := map[move]valueID{}
		joined := joinCurves(before.curves[family], after.curves[family], func(x, y valueID) valueID {
			m := move{from[x].results, to[y].results}
			v, ok := known[m]
			if !ok {
				v = valueID(len(moves))
				moves = append(moves, m)
				known[m] = v
			}
			return v
		})
		joined.ranges(family, func(r netipx.IPRange, v valueID) {
			m := moves[v]
			if m.from == m.to {
				return
			}
			if builders[m] == nil {
				builders[m] = &netipx.IPSetBuilder{}
			}
			builders[m].AddRange(r)
		})
	}
	var changes []Change
	for m, b := range builders {
		if set := built(b); !empty(set) {
			changes = append(changes, Change{m.from, m.to, set})
		}
	}
	slices.SortFunc(changes, func(a, b Change) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return changes
}
