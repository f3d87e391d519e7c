package spf

import (
	"mailauth/checks"
)

// choose leaves a decision to the user: text, with all other corrections of
// the record, has the choice's name in angle brackets. The choice's question
// is the catalogue's "choice.spf-" and its name, or about.
func (p *plan) choose(title checks.Text, text, name, about string, values []string) []checks.Fix {
	if !checks.SameOrganization(p.rr.Name, p.owner) {
		return nil
	}
	found := fix("", nil, rewrite(p.rr, text))
	found[0].Title = title
	found[0].Choices = []checks.Choice{{Name: name, Text: checks.T("choice.spf-"+about, nil), Values: values}}
	return found
}

// chooseAll leaves the end of the policy to the user.
func (k *desk) chooseAll(all *Expanded) []checks.Fix {
	p := k.plan(all.Owner, all.Owner.At())
	return p.choose(checks.T("fix.spf-choose-all", nil), p.form(change{all.Term: "<all>"}), "all", "all", []string{"~all", "-all"})
}

// instead offers another record than the correction: one by which more hosts
// pass, if that is meant.
func (k *desk) instead(d *Domain, title string, args checks.Args, about string, c change, more ...string) []checks.Fix {
	if !k.complete {
		return nil
	}
	p := k.plan(d, d.At())
	return p.choose(checks.T("fix."+title, args), "<record>", "record", about, []string{p.with(c, more...)})
}

// beside is a change that takes away what may pass: no part of the correction,
// which must not.
func (k *desk) beside(d *Domain, title string, args checks.Args, c change) []checks.Fix {
	p := k.plan(d, d.At())
	if !checks.SameOrganization(p.rr.Name, p.owner) {
		return nil
	}
	return fix(title, args, rewrite(p.rr, p.with(c)))
}

// mistake is the fix for one mistake in the text: with all others, where it is
// certain what was meant; else a choice, or what is missing.
func (k *desk) mistake(p *plan, e SyntaxError) []checks.Fix {
	if !k.complete {
		return nil
	}
	m := Mend(Parse(p.text()))
	title := checks.T("fix.spf-mend-choose", nil)
	whole := e.Whole.Of(p.record.Text)
	gap := change{&Term{Span: e.Whole}: ""}
	fill := func(text string) string {
		for t := range gap {
			gap[t] = text
		}
		return p.form(gap)
	}
	switch {
	case e.Certain, e.Problem == VersionRepeated && m.OK:
		return p.fix()
	case !e.Problem.grave() && e.Problem != VersionRepeated:
		return nil
	case len(m.Alternatives) > 0:
		return p.choose(title, "<record>", "record", "record", m.Alternatives)
	case len(e.Choices) > 0:
		return p.choose(title, fill("<term>"), "term", "term", e.Choices)
	case e.Problem == EmptyArg || e.Problem == MissingArg:
		name, form := valueForm(whole)
		return p.choose(checks.T("fix.spf-fill-in", nil), fill(form), name, name, nil)
	}
	return nil
}
