package spf

import (
	"slices"

	"go4.org/netipx"

	"mailauth/checks"
)

// guard objects to a fix by which somebody who passes would no longer pass, by
// the partitions of the address space before and after: as receivers evaluate
// the record, and as its author meant it, so that one that is over a limit or
// has a mistake keeps whom it lists when that is mended.
func guard(before, after *checks.Pass) []checks.Text {
	return losses(before.Own().(*Facts), after.Own().(*Facts))
}

func losses(before, after *Facts) []checks.Text {
	if lost := lostPass(before.real(), after.real()); !lost.none() {
		return []checks.Text{lost.text("trial.spf-removes-term")}
	}
	if lost := lostPass(before.certainlyMeant(), after.meant); !lost.none() {
		return []checks.Text{lost.text("trial.spf-removes-meant")}
	}
	return nil
}

// certainlyMeant is the policy as its author meant it, without what stands behind
// a term with a mistake that may have been its end: "-all." or "~ all".
func (f *Facts) certainlyMeant() *Policy {
	ended := func(e *Expanded) bool {
		return e.Owner.Outcome == Malformed && slices.ContainsFunc(e.Owner.Terms, func(other *Expanded) bool {
			return other.Broken && other.Qualifier != Pass && other.Qualifier != 0 && other.precedes(e)
		})
	}
	if !slices.ContainsFunc(f.Own, func(own *OwnRecord) bool { return slices.ContainsFunc(own.order(), ended) }) {
		return f.meant
	}
	o := meant
	o.Drop = ended
	return Compile(f.Root, o)
}

// takenAway is what a change of policy takes away.
type takenAway struct {
	root *Domain
	// sure are the addresses that pass before, and afterwards do not, or not for
	// certain; terms are those of the domain's own record by which they pass.
	sure  *netipx.IPSet
	terms []*Expanded
	// open are the terms by which others pass before, depending on the message or
	// on an answer that is missing, and may not afterwards.
	open []*Expanded
}

func (l takenAway) none() bool { return empty(l.sure) && len(l.open) == 0 }

// lostPass compares two policies at every address.
func lostPass(before, after *Policy) takenAway {
	l := takenAway{root: before.root}
	var sure netipx.IPSetBuilder
	for family := range families {
		joined, losses := compareCells(before, after, family)
		joined.ranges(family, func(r netipx.IPRange, v valueID) {
			if losses[v].sure {
				sure.AddRange(r)
			}
		})
		for _, loss := range losses {
			if loss.sure {
				l.terms = append(l.terms, loss.terms...)
			} else {
				l.open = append(l.open, loss.terms...)
			}
		}
	}
	l.sure, l.terms, l.open = built(&sure), evaluationOrder(l.terms), evaluationOrder(l.open)
	return l
}

// compareCells gives every address of a family the number of a loss.
func compareCells(before, after *Policy, family int) (curve, []loss) {
	var losses []loss
	known := map[[2]valueID]valueID{}
	joined := joinCurves(before.curves[family], after.curves[family], func(x, y valueID) valueID {
		pair := [2]valueID{x, y}
		v, ok := known[pair]
		if !ok {
			v = valueID(len(losses))
			losses = append(losses, lossOf(Cell{before, family, x}, Cell{after, family, y}))
			known[pair] = v
		}
		return v
	})
	return joined, losses
}

// evaluationOrder lists terms of one record as they are evaluated, each once.
func evaluationOrder(terms []*Expanded) []*Expanded {
	slices.SortFunc(terms, func(a, b *Expanded) int {
		switch {
		case a == b:
			return 0
		case a.precedes(b):
			return -1
		}
		return 1
	})
	return slices.Compact(terms)
}

// text says which addresses lose pass; or by which terms senders pass whom
// nobody can list.
func (l takenAway) text(id string) checks.Text {
	terms := l.terms
	if empty(l.sure) {
		terms = l.open
	}
	names := []string{}
	for _, e := range terms {
		names = append(names, e.String())
	}
	if len(names) == 0 {
		names = []string{bare(l.root.Name)}
	}
	addresses, more := shownSet(l.sure)
	return checks.T(id, checks.Args{"term": names, "addresses": addresses, "more": more, "count": countIPv4(l.sure)})
}

// countIPv4 is how many IPv4 addresses a set has; 0 if they are as many as its
// prefixes, so that the number says nothing.
func countIPv4(s *netipx.IPSet) int {
	n, single := 0, true
	for _, p := range s.Prefixes() {
		if p.Addr().Is4() {
			n += 1 << (32 - p.Bits())
			single = single && p.IsSingleIP()
		}
	}
	if single {
		return 0
	}
	return n
}
