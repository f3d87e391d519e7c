package spf

import (
	"slices"

	"go4.org/netipx"
)

// walk finds the sources of a record and of all below it; path are the records
// above.
func (n *networks) walk(d *Domain, parent *Source, path []*Domain) {
	if slices.Contains(path, d) {
		return
	}
	path = append(path[:len(path):len(path)], d)
	var direct *Source
	for _, e := range d.order() {
		switch {
		case !e.passes():
		case e.Prefix.IsValid() && direct != nil:
			direct.Terms = append(direct.Terms, e)
			n.enter(e, direct)
		default:
			s := n.add(e, parent)
			if s == nil {
				return
			}
			if e.Prefix.IsValid() {
				direct = s
			}
			for _, target := range []*Domain{e.Target, e.Target6} {
				if target != nil {
					n.walk(target, s, path)
				}
			}
		}
	}
}

// add makes the source of a term; nil if there are too many.
func (n *networks) add(e *Expanded, parent *Source) *Source {
	if len(n.Sources) == maxSources {
		n.Cut = true
		return nil
	}
	s := &Source{Terms: []*Expanded{e}, Parent: parent, below: map[*Expanded]*Source{}}
	s.Dynamic = e.Dynamic || e.Kind == PTR
	n.Sources = append(n.Sources, s)
	n.enter(e, s)
	return s
}

func (n *networks) enter(e *Expanded, s *Source) {
	if s.Parent != nil {
		s.Parent.below[e] = s
		return
	}
	n.top[e] = s
	n.tops = append(n.tops, e)
}

// fill gives each source the addresses that match by it. The domain's own record
// is being evaluated: what leads back to it lets nobody pass.
func (n *networks) fill() {
	for _, c := range n.matcher.compilers {
		c.active = []*Domain{n.root}
	}
	for _, e := range n.tops {
		for family, c := range n.matcher.compilers {
			effect, leaves := c.effect(e), map[valueID]*Source{}
			for _, step := range effect {
				if _, known := leaves[step.value]; !known {
					leaves[step.value] = n.leaf(c, e, step.value)
				}
			}
			effect.ranges(family, func(r netipx.IPRange, v valueID) {
				for s := leaves[v]; s != nil; s = s.Parent {
					s.set.AddRange(r)
				}
			})
		}
	}
	for i := len(n.Sources) - 1; i >= 0; i-- {
		s := n.Sources[i]
		s.Set = intersection(built(&s.set), n.listed)
		if s.Parent != nil {
			s.Parent.Dynamic = s.Parent.Dynamic || s.Dynamic
		}
	}
}

// leaf is the innermost source by which those of a value certainly pass; nil
// for a value of those who do not. It marks the sources whose answers are
// missing.
func (n *networks) leaf(c *compiler, e *Expanded, v valueID) *Source {
	var leaf *Source
	for _, f := range c.values[v] {
		if !f.ended {
			continue
		}
		s := n.top[e]
		o := Ending{table: c.table, why: f.why}
		for _, through := range append(o.Through(), o.Term()) {
			if below := s.below[through]; below != nil {
				s = below
			}
		}
		switch {
		case f.open:
			for ; s != nil; s = s.Parent {
				s.Open = true
			}
		case f.result == ResultPass && !f.dynamic && leaf == nil:
			leaf = s
		}
	}
	return leaf
}
