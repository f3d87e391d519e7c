package spf

import (
	"mailauth/checks"
)

// deadFixes mends an own term whose target is proved to have no record, or to
// lead in a circle. Nobody passes by such a term: it makes the rest permerror.
func deadFixes(e *Expanded, r *checks.Rule) []checks.Fix {
	record := e.Owner.Record
	args := checks.Args{"term": e.String()}
	switch {
	case r == RuleIncludeNone, r == RuleIncludeNXDomain, r == RuleIncludeSelf:
		return fix("spf-drop-include", args, rewrite(e.Owner.At(), record.edited(change{e.Term: ""})))
	case e.Kind == Redirect && (r == RuleRedirectNone || r == RuleLoop && e.Target == e.Owner):
		return fix("spf-redirect-to-all", args, rewrite(e.Owner.At(), record.edited(change{e.Term: ""}, "~all")))
	}
	return nil
}

// hostTerm is the a that was meant by the include of a host.
func hostTerm(e *Expanded) string {
	meant := Term{Kind: A, Name: "a", Qualifier: e.Qualifier, Explicit: e.Explicit, Value: e.Value, CIDR4: 32, CIDR6: 128}
	return meant.String()
}
