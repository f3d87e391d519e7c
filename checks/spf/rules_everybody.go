package spf

import (
	"slices"
	"sort"

	"mailauth/checks"
)

// judgeEverybody finds records that let everybody pass, by what they mean: that
// something else makes them permerror does not last.
func (f *Facts) judgeEverybody(k *desk) []checks.Finding {
	var findings []checks.Finding
	certain := f.meant.Passing()
	for _, all := range f.passAlls() {
		if all.opens != Yes {
			continue
		}
		e := all.term
		found := on(RulePlusAll, e.Owner, e.Term).With("chain", chainText(all.chain)).With("audited", bare(f.Root.Name)).
			With("everybody", everybody(certain, all.families)).With("family", familyText(all.families)).With("now", f.passesNow())
		found.Scope = f.Root.Name
		if e.Kind == All {
			found.Fixes = k.chooseAll(e)
		}
		if !slices.ContainsFunc(findings, func(known checks.Finding) bool { return known.Fingerprint() == found.Fingerprint() }) {
			findings = append(findings, found)
		}
	}
	return append(findings, f.judgeUnion()...)
}

// passesNow reports that somebody passes, or may, as things are. Else receivers
// find a mistake first.
func (f *Facts) passesNow() bool {
	return !empty(f.real().Set(func(r Results) bool {
		return r&Of(ResultPass, ResultTempError, ResultUnknown) != 0
	}))
}

// passAll is a term of an own record by which everybody could pass: an "all",
// or the last own term on the way to a foreign one.
type passAll struct {
	term  *Expanded
	chain []string // the names from the audited domain to the "all", or nearly so
	// opens says whether the term, were it the only one by which anybody passes,
	// lets more addresses pass than any network has.
	opens Tri
	// families are those of which it does.
	families []int
}

// maxTried bounds how many of them are tried on the partition.
const maxTried = 4

// findPassAlls lists the terms that lead everybody to an "all" that gives pass, as
// far as their text says. Terms with another result may keep senders from it.
func (f *Facts) findPassAlls() []passAll {
	var list []passAll
	for _, own := range f.Own {
		for _, e := range own.order() {
			if !own.Passes || !e.letsAllPass() {
				continue
			}
			chain := own.Path
			if e.Target != nil {
				chain = append(slices.Clone(chain), e.Target.Name)
			}
			all := passAll{term: e, chain: chain, opens: Yes, families: bothFamilies()}
			if len(list) < maxTried && f.refuses() {
				all.opens, all.families = f.opens(e)
			}
			list = append(list, all)
		}
	}
	return list
}

// refuses reports that some record has a term before its end by which those who
// match do not pass.
func (f *Facts) refuses() bool {
	seen := map[*Domain]bool{}
	var visit func(d *Domain) bool
	visit = func(d *Domain) bool {
		if d == nil || seen[d] {
			return false
		}
		seen[d] = true
		return slices.ContainsFunc(d.order(), func(e *Expanded) bool {
			return !e.passes() && e.Kind != All || visit(e.Target) || visit(e.Target6)
		})
	}
	return visit(f.Root)
}

// opens says whether a term alone lets nearly everybody pass, and of which
// families.
func (f *Facts) opens(term *Expanded) (Tri, []int) {
	alone := meant
	alone.Drop = func(e *Expanded) bool {
		inner := e.Target != nil && (e.Target.Own || e.Target == f.Root)
		return e != term && e.passes() && (e.Owner.Own || e.Owner == f.Root) && !inner
	}
	p := Compile(f.Root, alone)
	if open := familiesWhere(p.Where(Cell.passesAnyway), wideOpen); len(open) > 0 {
		return Yes, open
	}
	if open := familiesWhere(p.Where(func(c Cell) bool { return c.comes(Ending.mayPass) != No }), wideOpen); len(open) > 0 {
		return CannotTell, open
	}
	return No, nil
}

// mayPass reports an ending by which a sender passes, or could.
func (o Ending) mayPass() bool { return o.Result == ResultPass || o.unknown() }

// letsAllPass reports that the term is an "all" that gives pass, or leads to a
// foreign record with one.
func (e *Expanded) letsAllPass() bool {
	switch {
	case e.Kind == Redirect:
	case e.Qualifier != Pass:
		return false
	case e.Kind == All:
		return true
	}
	return e.Target != nil && !e.Target.Own && e.Target.hasPassAll(map[*Domain]bool{})
}

// hasPassAll looks for an "all" that gives pass behind nothing but includes that
// do and redirects.
func (d *Domain) hasPassAll(seen map[*Domain]bool) bool {
	if seen[d] {
		return false
	}
	seen[d] = true
	return slices.ContainsFunc(d.order(), func(e *Expanded) bool {
		if e.Kind != Redirect && e.Qualifier != Pass {
			return false
		}
		return e.Kind == All || e.Target != nil && e.Target.hasPassAll(seen)
	})
}

// judgeUnion finds records that let most of a family pass without saying so. The
// term is the one with which it comes to that.
func (f *Facts) judgeUnion() []checks.Finding {
	if f.Static.Set == nil {
		return nil
	}
	families := familiesWhere(f.Static.Set, mostOf)
	if len(families) == 0 {
		return nil
	}
	terms := f.Root.order()
	// Every term adds to what passes or leaves it as it is.
	last := sort.Search(len(terms)-1, func(i int) bool {
		later := meant
		later.Drop = func(e *Expanded) bool { return slices.Contains(terms[i+1:], e) }
		return len(familiesWhere(Compile(f.Root, later).Where(Cell.passesAnyway), mostOf)) > 0
	})
	found := on(RuleEffectiveAll, f.Root, terms[last].Term).With("now", f.passesNow()).With("family", familyText(families)).
		With("everybody", everybody(f.Static.Set, families)).With("percent", percent(f.Static.Set, families))
	found.Scope, found.Key = f.Root.Name, nil
	return []checks.Finding{found}
}
