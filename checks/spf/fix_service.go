package spf

import (
	"slices"

	"mailauth/checks"
)

// Services lists the terms of the audited organization's records by which others
// let hosts pass: includes and redirects that receivers evaluate.
func (f *Facts) Services() (terms []*Expanded) {
	for _, own := range f.Own {
		if !own.Own {
			continue
		}
		for _, e := range own.order() {
			if (e.Kind == Include || e.Kind == Redirect) && e.passes() && !e.Broken {
				terms = append(terms, e)
			}
		}
	}
	return terms
}

// Service is the name that an include or redirect has: the one that is asked, or
// as it is written if that depends on the message. Empty for other terms.
func (e *Expanded) Service() string { return e.service() }

// Lookups is what a term of the domain's own record costs with all that is below
// it.
func (f *Facts) Lookups(e *Expanded) int {
	if f.Ledger == nil {
		return 0
	}
	return f.subtotal(e)
}

// OnTerm is a finding of a rule on a term of one of the domain's records.
func OnTerm(r *checks.Rule, e *Expanded) checks.Finding { return on(r, e.Owner, e.Term) }

// LeaveOut offers the record without a term, if the user says that what about
// asks is so; with all corrections that the record needs besides.
func (f *Facts) LeaveOut(e *Expanded, about string) []checks.Fix {
	k := newDesk()
	judgeAll(k, f)
	k.complete = true
	return k.instead(e.Owner, "spf-leave-out", checks.Args{"term": e.String()}, about, change{e.Term: ""})
}

// AddIncludes is the change of the domain's record by which services pass too:
// their includes stand before its end. There is none for a record with a
// correction of its own.
func (f *Facts) AddIncludes(names []string) []checks.Fix {
	if f.Outcome != Published || len(names) == 0 || f.Corrected() || !checks.SameOrganization(f.Root.At().Name, f.Root.Name) {
		return nil
	}
	text := f.Root.Record.Text
	at := len(text)
	if i := slices.IndexFunc(f.Root.Terms, func(e *Expanded) bool { return e.Kind == All || e.Kind == Redirect }); i >= 0 {
		at = f.Root.Terms[i].Span.Start
	}
	added := text[:at]
	for _, name := range names {
		if added[len(added)-1] != ' ' {
			added += " "
		}
		added += "include:" + bare(name)
	}
	if at < len(text) {
		added += " "
	}
	return fix("spf-add-includes", checks.Args{"includes": names}, rewrite(f.Root.At(), added+text[at:]))
}

// PointsToRecord reports that an include or redirect leads to a record, as far as
// that does not depend on the message.
func (e *Expanded) PointsToRecord() bool {
	return e.Dynamic || e.Target != nil && e.Target.Outcome == Published
}
