package spf

import (
	"net/netip"
	"slices"

	"go4.org/netipx"
)

// voidReach says which clients come to more void look-ups than are allowed.
type voidReach struct {
	v4, v6 *netipx.IPSet // for certain
	// depends says that the message decides about some: a term with macros finds
	// nothing for those whom it does not match.
	depends bool
	open    bool // an answer that is missing may bring more to it
}

// reachVoids asks the partition. What a term with macros finds is not known; who
// is over the limit without such terms is over it for certain.
func (f *Facts) reachVoids() voidReach {
	r := voidReach{v4: setOf(), v6: setOf()}
	if max(f.Worst.Void4, f.Worst.Void6) <= MaxVoids {
		return r
	}
	r.depends = !empty(f.meant.Where(func(c Cell) bool {
		uncertain := func(o Ending) bool { return o.Open || o.unknown() }
		return slices.ContainsFunc(c.Endings(), overVoids) && !slices.ContainsFunc(c.Endings(), uncertain)
	}))
	static := meant
	static.Drop = func(e *Expanded) bool { return e.Dynamic || e.Kind == PTR }
	all := Compile(f.Root, static).reach(overVoids)
	v4 := setOf(netip.PrefixFrom(netip.IPv4Unspecified(), 0))
	r.v4, r.v6, r.open = intersection(all.hit, v4), difference(all.hit, v4), all.open
	return r
}

// mayBeVoid reports a term of which only the message tells what it finds.
func (e *Expanded) mayBeVoid() bool {
	return e.Kind == PTR || e.Dynamic && e.askable != No && (e.Kind == A || e.Kind == MX || e.Kind == Exists)
}

// openVoids reports whether failed questions could take the voids of a family
// over the limit, with those of terms that depend on the message.
func (f *Facts) openVoids() bool {
	open := [families]int{f.Ledger.Void4, f.Ledger.Void6}
	for _, e := range f.Ledger.Entries {
		for family := range open {
			if _, known := e.term.void(family); !known || e.term.mayBeVoid() {
				open[family]++
			}
		}
	}
	return max(open[0], open[1], f.Worst.Void4, f.Worst.Void6) > MaxVoids
}
