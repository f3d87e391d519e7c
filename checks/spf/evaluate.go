package spf

import (
	"slices"
	"sync"

	"go4.org/netipx"
)

// evaluate compiles the record as its author meant it. What receivers make of
// it is the same if nothing is broken and no address comes to a limit.
func (f *Facts) evaluate() {
	f.meant = Compile(f.Root, meant)
	f.real = sync.OnceValue(func() *Policy {
		if f.meant.mended || f.meant.Worst().over() {
			return Compile(f.Root, CompileOptions{})
		}
		return f.meant
	})
	f.overLookups, f.overVoids = sync.OnceValue(f.reachLookups), sync.OnceValue(f.reachVoids)
	f.passAlls = sync.OnceValue(f.findPassAlls)
}

// over reports that some address comes to a limit of RFC 7208 §4.6.4.
func (c Cost) over() bool { return c.Lookups > MaxLookups || max(c.Void4, c.Void6) > MaxVoids }

func overLookups(o Ending) bool { return o.Lookups > MaxLookups }
func overVoids(o Ending) bool   { return o.Voids > MaxVoids }

// plain lists the endings of a message that no term matches which depends on
// it; all endings where the message decides in any case.
func (c Cell) plain() []Ending {
	plain := slices.DeleteFunc(slices.Clone(c.Endings()), func(o Ending) bool { return o.Dynamic })
	if len(plain) == 0 {
		return c.Endings()
	}
	return plain
}

// comes says whether the cell's addresses come to such an ending: Yes if they
// do whatever the missing answers are, unless a term with macros or a ptr
// matches; No if nothing can bring them there.
func (c Cell) comes(wanted func(Ending) bool) Tri {
	other := func(o Ending) bool { return !wanted(o) }
	switch {
	case !slices.ContainsFunc(c.plain(), other):
		return Yes
	case slices.ContainsFunc(c.Endings(), wanted), slices.ContainsFunc(c.Endings(), Ending.unknown):
		return CannotTell
	}
	return No
}

// unknown reports an ending of which nobody can say what it would be.
func (o Ending) unknown() bool { return o.Result == ResultUnknown || o.Result == ResultTempError }

// reach says which addresses come to such an ending.
func (p *Policy) reach(wanted func(Ending) bool) reach {
	r := reach{hit: &netipx.IPSet{}}
	some := false
	for family := range families {
		for v, known := range p.cells[family] {
			if known.endings == nil {
				continue
			}
			switch (Cell{p, family, valueID(v)}).comes(wanted) {
			case Yes:
				some = true
			case CannotTell:
				r.open = true
			}
		}
	}
	if some {
		r.hit = intersection(p.Where(func(c Cell) bool { return c.comes(wanted) == Yes }), clients())
	}
	return r
}

// reach are the addresses that a thing happens to.
type reach struct {
	hit *netipx.IPSet // for certain
	// open says that there may be more, by an answer that is missing or by the
	// message.
	open bool
}

// clients are the addresses that mail can come from.
func clients() *netipx.IPSet {
	var b netipx.IPSetBuilder
	for _, p := range prefixes("0.0.0.0/0", "2000::/3") {
		b.AddPrefix(p)
	}
	for _, p := range privateRanges() {
		b.RemovePrefix(p)
	}
	return built(&b)
}

// maxShown is how many networks a text lists.
const maxShown = 3

// shownSet lists the first networks of a set, single addresses without their
// length, and counts those that are left out.
func shownSet(s *netipx.IPSet) (shown []string, more int) {
	all := s.Prefixes()
	for _, p := range all[:min(len(all), maxShown)] {
		if p.IsSingleIP() {
			shown = append(shown, p.Addr().String())
			continue
		}
		shown = append(shown, p.String())
	}
	return shown, len(all) - len(shown)
}
