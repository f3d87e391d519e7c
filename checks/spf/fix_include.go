package spf

import (
	"slices"

	"mailauth/checks"
)

// deadFixes mends an own term whose target is proved to have no record, or to
// lead in a circle. Nobody passes by such a term: it makes the rest permerror.
// A name that was nearly written right is written right; a term is left out
// only where no such name is known.
func (k *desk) deadFixes(e *Expanded, r *checks.Rule) []checks.Fix {
	args := checks.Args{"term": e.String()}
	switch {
	case e.Kind == Redirect && e.Owner.Record.repeatsRedirect():
		return nil // which of them counts is open
	case r == RuleIncludeSelf:
		return k.dropTerm(e)
	case r == RuleLoop && e.Kind == Redirect && e.Target == e.Owner:
		return k.correct(e.Owner, "spf-redirect-to-all", args, change{e.Term: ""}, "~all")
	case r != RuleIncludeNone && r != RuleIncludeNXDomain && r != RuleRedirectNone:
		return nil
	case e.isHost():
		return k.correct(e.Owner, "spf-include-to-a", checks.Args{"host": bare(e.Target.Name)}, change{e.Term: hostTerm(e)})
	}
	near := e.Target.Near
	if there := e.Owner.includesOneOf(near); there != "" && e.Kind == Include {
		return k.correct(e.Owner, "spf-drop-misspelt", checks.Args{"term": e.String(), "near": bare(there)}, change{e.Term: ""})
	}
	switch terms := e.renamed(near); {
	case len(terms) == 1:
		k.note(e, func(p *plan) *[]string { return &p.named }, terms[0])
		return k.correct(e.Owner, "spf-mend-term", checks.Args{"term": e.String(), "suggest": terms[0]}, change{e.Term: terms[0]})
	case len(terms) > 1:
		p := k.plan(e.Owner, e.Owner.At())
		return p.choose(checks.T("fix.spf-mend-choose", nil), p.form(change{e.Term: "<term>"}), "term", "term", terms)
	case e.Kind == Redirect:
		return k.correct(e.Owner, "spf-redirect-gone", args, change{e.Term: ""}, "~all")
	}
	return k.leaveOut(e, args)
}

// leaveOut drops an include by which a service was meant to pass.
func (k *desk) leaveOut(e *Expanded, args checks.Args) []checks.Fix {
	k.note(e, func(p *plan) *[]string { return &p.gone }, e.String())
	return k.correct(e.Owner, "spf-drop-include", args, change{e.Term: ""})
}

// note puts a term on a list that the title of the correction shows.
func (k *desk) note(e *Expanded, list func(*plan) *[]string, term string) {
	terms := list(k.plan(e.Owner, e.Owner.At()))
	if !k.complete && !slices.Contains(*terms, term) {
		*terms = append(*terms, term)
	}
}

// repeatsRedirect reports a second redirect or exp.
func (r *Record) repeatsRedirect() bool {
	return slices.ContainsFunc(r.Errors, func(e SyntaxError) bool { return e.Problem == DupModifier })
}

// hostTerm is the a that was meant by the include of a host.
func hostTerm(e *Expanded) string {
	meant := Term{Kind: A, Name: "a", Qualifier: e.Qualifier, Explicit: e.Explicit, Value: e.Value, CIDR4: 32, CIDR6: 128}
	return meant.String()
}
