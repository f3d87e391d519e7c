package spf

import "mailauth/checks"

// The rules on what becomes of those whom no term names.
var (
	RulePlusAll = &checks.Rule{ID: "spf-plus-all", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 7208 §5.1", Reads: readAddresses,
		Supersedes: []string{"spf-effective-all"}}
	RuleNeutralAll    = &checks.Rule{ID: "spf-neutral-all", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 7208 §8.2", Reads: readTree}
	RuleNoAll         = &checks.Rule{ID: "spf-no-all", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 7208 §4.7", Reads: readTree}
	RuleSoftFail      = &checks.Rule{ID: "spf-softfail", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 §7.1", Reads: readTree}
	RuleTermsAfterAll = &checks.Rule{ID: "spf-terms-after-all", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 7208 §5.1", Reads: readTree}
	RuleRedirectAll   = &checks.Rule{ID: "spf-redirect-with-all", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 7208 §5.1, §6.1", Reads: readTree}
	RuleRedirectPlace = &checks.Rule{ID: "spf-redirect-position", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 7208 §4.6.3", Reads: readTree}
)

var policyRules = []*checks.Rule{
	RulePlusAll, RuleNeutralAll, RuleNoAll, RuleSoftFail, RuleTermsAfterAll, RuleRedirectAll, RuleRedirectPlace,
}

// on is a finding of the rule on a term of a record.
func on(r *checks.Rule, d *Domain, t *Term) checks.Finding {
	f := r.At(d.At()).With("domain", bare(d.Name)).With("term", t.String())
	f.Span = &t.Span
	f.Key = []string{t.String()}
	return f
}

// judgePolicy judges the records of the audited organization. Foreign ones are
// judged by what they let pass, at the term that leads to them.
func judgePolicy(k *desk, f *Facts) []checks.Finding {
	findings := f.judgeEverybody(k)
	for _, own := range f.Own {
		if !own.Own {
			continue
		}
		if own.Policy {
			findings = append(findings, k.judgeEnd(own)...)
		}
		findings = append(findings, k.judgeOrder(own)...)
	}
	return findings
}

// judgeEnd looks at the end of a record that decides.
func (k *desk) judgeEnd(own *OwnRecord) []checks.Finding {
	all := own.find(All)
	switch {
	case all != nil && all.Qualifier == Neutral:
		found := on(RuleNeutralAll, own.Domain, all.Term)
		found.Fixes = k.correct(own.Domain, "spf-softfail", nil, change{all.Term: "~all"})
		return []checks.Finding{found}
	case all != nil && all.Qualifier == SoftFail:
		return []checks.Finding{on(RuleSoftFail, own.Domain, all.Term)}
	case all == nil && own.Record.first(Redirect) == nil && own.Outcome == Published && !own.Record.meansAll():
		found := RuleNoAll.At(own.At()).With("domain", bare(own.Name))
		found.Fixes = k.correct(own.Domain, "spf-append-all", nil, nil, "~all")
		return []checks.Finding{found}
	}
	return nil
}

// judgeOrder looks for terms in places where they do nothing.
func (k *desk) judgeOrder(own *OwnRecord) []checks.Finding {
	var findings []checks.Finding
	if late := own.afterAll(); len(late) > 0 && !own.Record.repeats() {
		findings = append(findings, k.termsAfterAll(own, late))
	}
	redirect := own.Record.first(Redirect)
	if redirect == nil {
		return findings
	}
	switch {
	case own.Record.all() != nil:
		found := on(RuleRedirectAll, own.Domain, redirect).With("all", own.Record.all().String())
		found.Fixes = k.correct(own.Domain, "spf-drop-redirect", checks.Args{"term": redirect.String()}, change{redirect: ""})
		findings = append(findings, found)
	case own.mechanismAfter(redirect):
		found := on(RuleRedirectPlace, own.Domain, redirect)
		found.Fixes = k.redirectLast(own.Domain, redirect)
		findings = append(findings, found)
	}
	return findings
}

// redirectLast moves a redirect to the end, with the name that it is to have.
// One that is to become an "all" is at the end already.
func (k *desk) redirectLast(d *Domain, redirect *Term) []checks.Fix {
	p := k.plan(d, d.At())
	text, changed := p.changes[redirect.Span.Start]
	switch {
	case k.complete:
		return p.fix()
	case !changed:
		text = redirect.String()
	case text == "":
		return nil
	}
	return k.correct(d, "spf-redirect-last", checks.Args{"term": text}, change{redirect: ""}, text)
}

func (k *desk) termsAfterAll(own *OwnRecord, late []*Term) checks.Finding {
	all := own.Record.all()
	found := RuleTermsAfterAll.At(own.At()).With("domain", bare(own.Name)).With("all", all.String()).With("terms", texts(late))
	found.Span = &checks.Span{Start: late[0].Span.Start, End: late[len(late)-1].Span.End}
	found.Key = texts(late)
	without, ahead := change{}, change{all: ""}
	onlyAll := true
	for _, t := range late {
		without[t], ahead[t] = "", t.String()
		if t.Kind == All {
			ahead[t] = ""
		}
		onlyAll = onlyAll && t.Kind == All
	}
	found.Fixes = k.correct(own.Domain, "spf-drop-after-all", checks.Args{"terms": texts(late)}, without)
	if !onlyAll {
		end := k.planned(own.Domain, all)
		found.Fixes = append(found.Fixes, k.instead(own.Domain, "spf-all-last", checks.Args{"all": end}, "late", ahead, end)...)
	}
	return found
}

func texts(terms []*Term) []string {
	var out []string
	for _, t := range terms {
		out = append(out, t.String())
	}
	return out
}

// afterAll lists the mechanisms that no receiver tests. RFC 7208 §5.1.
func (d *Domain) afterAll() []*Term {
	var late []*Term
	all := d.Record.all()
	for i := range d.Record.Terms {
		t := &d.Record.Terms[i]
		if all != nil && t.Span.Start > all.Span.Start && t.Kind.Mechanism() && !t.Broken {
			late = append(late, t)
		}
	}
	return late
}

func (d *Domain) mechanismAfter(redirect *Term) bool {
	for _, e := range d.Terms {
		if e.Reachable && e.Kind.Mechanism() && e.Span.Start > redirect.Span.Start {
			return true
		}
	}
	return false
}
