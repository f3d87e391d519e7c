package spf

import (
	"slices"

	"go4.org/netipx"
)

// passing is what a policy that was compiled as it was meant, without limits,
// lets pass.
func (p *Policy) passing() Passing {
	result := Passing{Set: p.Where(Cell.passesAnyway)}
	for family := range families {
		for _, c := range p.cells[family] {
			for _, o := range c.endings {
				unknown := o.Open || o.Result == ResultUnknown || o.Result == ResultTempError
				result.halted = result.halted || unknown && o.Result != ResultPass
				switch {
				case unknown:
					result.Open = append(result.Open, o.key())
				case o.Dynamic && o.Result == ResultPass:
					result.Dynamic = append(result.Dynamic, o.key())
				}
			}
		}
	}
	for _, list := range []*[]string{&result.Dynamic, &result.Open} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return result
}

// passesAnyway reports that an address passes even if no term matches that
// depends on the message, or on an answer that is missing.
func (c Cell) passesAnyway() bool {
	sure := false
	for _, o := range c.Endings() {
		if o.Result != ResultPass && !o.Dynamic {
			return false
		}
		sure = sure || o.Result == ResultPass && !o.Dynamic && !o.Open
	}
	return sure
}

// key names what decides across records whose order differs.
func (o Ending) key() string {
	if e := o.Term(); e != nil {
		return e.key()
	}
	return o.table.places[o.table.leaf(o.why)].owner.Name
}

// matcher tells which addresses single terms match, each worked out once.
type matcher struct {
	compilers [families]*compiler
	known     map[*Expanded]*netipx.IPSet
}

func newMatcher() *matcher {
	m := &matcher{known: map[*Expanded]*netipx.IPSet{}}
	for family := range m.compilers {
		m.compilers[family] = newCompiler(family, meant)
	}
	return m
}

// set returns the addresses that a term matches for certain; of an include or
// redirect, those that pass by it.
func (m *matcher) set(e *Expanded) *netipx.IPSet {
	if known := m.known[e]; known != nil {
		return known
	}
	var b netipx.IPSetBuilder
	for family, c := range m.compilers {
		other := func(f fate) bool { return !f.ended || f.result != e.matchResult() }
		c.effect(e).ranges(family, func(r netipx.IPRange, v valueID) {
			if !slices.ContainsFunc(c.values[v], other) {
				b.AddRange(r)
			}
		})
	}
	m.known[e] = built(&b)
	return m.known[e]
}

// matchResult is the result of those whom the term matches.
func (e *Expanded) matchResult() Result {
	if e.Kind == Redirect {
		return ResultPass
	}
	return e.Qualifier.Result()
}
