package spf

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"go4.org/netipx"
)

// overlap finds the addresses that several parts of the domain's own record
// bring.
func (n *networks) overlap() {
	var sources []*Source
	for _, s := range n.Sources {
		if s.Parent == nil {
			sources = append(sources, s)
		}
	}
	var sets []*netipx.IPSetBuilder
	at := map[string]int{}
	n.Cut = !sweep(sources, func(active []int, r netipx.IPRange) {
		key := fmt.Sprint(active)
		i, known := at[key]
		if !known {
			i = len(sets)
			at[key] = i
			sets = append(sets, &netipx.IPSetBuilder{})
			n.Overlaps = append(n.Overlaps, Overlap{Sources: together(sources, active)})
		}
		sets[i].AddRange(r)
	}) || n.Cut
	for i := range sets {
		n.Overlaps[i].Set = built(sets[i])
	}
}

// together lists sources, and tells each of the others.
func together(sources []*Source, active []int) []*Source {
	var list []*Source
	for _, i := range active {
		list = append(list, sources[i])
	}
	for _, s := range list {
		for _, other := range list {
			if s != other && !slices.Contains(s.Others, other) {
				s.Others = append(s.Others, other)
			}
		}
	}
	return list
}

// edge is where the addresses of a source begin, or the first one behind them.
type edge struct {
	at     netip.Addr
	source int
	enters bool
}

func edges(sources []*Source, family int) []edge {
	var list []edge
	for i, s := range sources {
		for _, r := range s.Set.Ranges() {
			if familyNumber(r.From()) != family {
				continue
			}
			list = append(list, edge{r.From(), i, true})
			if next := r.To().Next(); next.IsValid() {
				list = append(list, edge{next, i, false})
			}
		}
	}
	slices.SortFunc(list, func(a, b edge) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.source, b.source)) })
	return list
}

// sweep visits the stretches of addresses that are in several sources, from the
// lowest to the highest; whole is false if that was too much work.
func sweep(sources []*Source, visit func(active []int, r netipx.IPRange)) (whole bool) {
	work := 0
	for family := range families {
		var active []int // sorted
		list := edges(sources, family)
		for len(list) > 0 {
			from := list[0].at
			for len(list) > 0 && list[0].at == from {
				active = list[0].change(active)
				list = list[1:]
			}
			to := lastOf(family)
			if len(list) > 0 {
				to = list[0].at.Prev()
			}
			if len(active) > 1 {
				visit(active, netipx.IPRangeFrom(from, to))
			}
			if work += 1 + len(active); work > maxSwept {
				return false
			}
		}
	}
	return true
}

// change adds or removes the source of an edge.
func (e edge) change(active []int) []int {
	i, _ := slices.BinarySearch(active, e.source)
	if e.enters {
		return slices.Insert(active, i, e.source)
	}
	return slices.Delete(active, i, i+1)
}
