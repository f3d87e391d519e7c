package dmarc

import (
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/checks/taglist"
	"mailauth/resolver"
)

// judgePolicy looks at the record that applies, if it is the organization's.
func (f *Facts) judgePolicy() []checks.Finding {
	if !f.ours() {
		return nil
	}
	r := f.Policy.Record
	findings := f.judgeRecord(r)
	if f.intended != r.Text {
		findings = alsoIn(f.judgeRecord(Parse(f.intended)), findings)
	}
	findings = append(findings, f.judgeForm()...)
	if f.foreign() {
		findings = slices.DeleteFunc(findings, func(x checks.Finding) bool { return slices.Contains(quality, x.Rule) })
	}
	return findings
}

// quality are the rules that are not raised on a record in somebody else's
// zone, behind a CNAME: only its outcome is the domain's.
var quality = []*checks.Rule{TagUnknown, Pct, RF, RI, FO, AlignMode, RUAURI,
	PPosition, SPIgnored, NPSuggest, TestNoop, StrictMode, LongTTL, RUAHTTP, RUASize, RUAMany, RUF}

// foreign reports that the record stands in somebody else's zone.
func (f *Facts) foreign() bool {
	return !checks.SameOrganization(f.Policy.RR.Name, f.Domain)
}

// intendedText is the record that was meant, as far as the form of the list
// goes.
func intendedText(rr resolver.Record) string {
	if l, ok := JoinFault(txtStrings(rr)); ok && l.Corrected != "" {
		return l.Corrected
	}
	text, _ := rr.Text()
	text, _ = Parse(text).Intended()
	return text
}

// alsoIn keeps the findings that the record as it was meant has too: what only
// the slip brings about is told by the slip's own finding. Whether p=none has
// an address for reports is taken from the record as meant.
func alsoIn(meant, written []checks.Finding) []checks.Finding {
	topic := func(x checks.Finding) string {
		return strings.Join(append([]string{strings.TrimSuffix(x.Rule.ID, "-no-rua")}, x.Key...), " ")
	}
	var kept []checks.Finding
	for _, w := range written {
		i := slices.IndexFunc(meant, func(m checks.Finding) bool { return topic(m) == topic(w) })
		if i < 0 {
			continue
		}
		if meant[i].Rule != w.Rule {
			w.Rule, w.Severity, w.Fixes = meant[i].Rule, meant[i].Severity, meant[i].Fixes
		}
		kept = append(kept, w)
	}
	return kept
}

// raised collects findings on the record that applies.
type raised struct {
	f    *Facts
	r    *Record
	list []checks.Finding
}

// tag raises a rule at a tag.
func (x *raised) tag(rule *checks.Rule, tag *taglist.Tag, args checks.Args) *checks.Finding {
	x.list = append(x.list, x.at(rule, tag, args))
	return &x.list[len(x.list)-1]
}

// at is a finding at a tag, not raised yet.
func (x *raised) at(rule *checks.Rule, tag *taglist.Tag, args checks.Args) checks.Finding {
	finding := rule.At(x.f.Policy.RR)
	finding.Args = args
	if finding.Args == nil {
		finding.Args = checks.Args{}
	}
	finding.Args["name"] = x.f.Policy.Domain
	if tag != nil {
		finding.Span = trimmedSpan(x.r, tag.Span)
		finding.Args["tag"], finding.Args["value"] = strings.ToLower(tag.Name), tag.Value
	}
	return finding
}

// maxAlike is how many findings of one rule a record has; more of the same is
// evidence beside the last of them.
const maxAlike = 10

// alike adds a finding, or what it would be about to the last one of its rule.
func (x *raised) alike(finding checks.Finding) {
	last, n := -1, 0
	for i, f := range x.list {
		if f.Rule == finding.Rule {
			last, n = i, n+1
		}
	}
	if n < maxAlike {
		x.list = append(x.list, finding)
		return
	}
	x.list[last].Related = append(x.list[last].Related, checks.Related{Name: finding.Name, Type: finding.Type, Record: finding.Record, Span: finding.Span, Note: finding.Note})
}

// fix gives the finding the fix of the record; text is what the finding's own
// correction makes of it, and title is for that.
func (x *raised) fix(finding *checks.Finding, text, title string, args ...any) {
	finding.Fixes = append(finding.Fixes, x.f.fixPolicy(text, title, args...)...)
}

// judgeRecord judges a policy record's tags one by one.
func (f *Facts) judgeRecord(r *Record) []checks.Finding {
	x := &raised{f: f, r: r}
	x.requests()
	x.strength()
	x.historic()
	x.unknown()
	x.alignment()
	x.failureOptions()
	x.addresses("rua", r.RUA)
	x.addresses("ruf", r.RUF)
	x.advice()
	return x.list
}

// requests raises missing and invalid policies.
func (x *raised) requests() {
	if x.r.Has(Duplicate) && x.r.Standing() == Unclear {
		return
	}
	if x.r.P.Tag == nil {
		x.missing()
	}
	for _, q := range []struct {
		rule *checks.Rule
		Request
	}{{PInvalid, x.r.P}, {SPInvalid, x.r.SP}, {NPInvalid, x.r.NP}} {
		if q.Tag == nil || q.Policy != "" {
			continue
		}
		near, ok := nearPolicy(q.Tag.Value)
		if ok && !isPrintable(q.Tag.Value) {
			continue // told by dmarc-syntax, at the character
		}
		finding := x.tag(q.rule, q.Tag, checks.Args{"ignored": x.r.Standing() == Ignored})
		if ok {
			x.fix(finding, x.r.Set(q.Tag.Name, string(near)), "fix.dmarc-policy", "tag", strings.ToLower(q.Tag.Name), "policy", string(near))
			continue
		}
		finding.Fixes = x.f.choosePolicy(strings.ToLower(q.Tag.Name), None, Quarantine, Reject)
	}
}

// missing raises dmarc-p-missing: without an address for reports either, the
// record is no DMARC at all (RFC 9989 §4.10.1).
func (x *raised) missing() {
	finding := PMissing.At(x.f.Policy.RR)
	finding.Args = checks.Args{"name": x.f.Policy.Domain, "ignored": x.r.Standing() == Ignored}
	if x.r.Standing() == Ignored {
		finding = finding.As(checks.Error)
	}
	x.list = append(x.list, finding)
	last := &x.list[len(x.list)-1]
	if typo := x.typoOf("p"); typo != nil {
		last.Span = trimmedSpan(x.r, typo.Span)
		x.fix(last, x.r.Rename(typo, "p"), "fix.dmarc-rename", "tag", typo.Name, "name", "p")
		return
	}
	if x.r.Standing() == Ignored {
		x.fix(last, x.r.Set("p", "none"), "fix.dmarc-policy", "tag", "p", "policy", "none")
		return
	}
	last.Fixes = x.f.choosePolicy("p", None, Quarantine, Reject) // p=none is what it amounts to already
}

// nearPolicy recognises a policy behind stray punctuation or a slip of a letter
// or two. A word that means the same is no slip: which policy it stands for is
// the owner's to say.
func nearPolicy(value string) (Policy, bool) {
	bare := strings.Trim(strings.ToLower(plain(value)), " \t,.:=!'*<>()[]")
	for _, p := range []Policy{None, Quarantine, Reject} {
		limit := 1
		if len(p) > 4 {
			limit = 2
		}
		if len(bare) > 2 && len(bare) <= len(Quarantine)+limit && checks.Distance(bare, string(p)) <= limit {
			return p, true
		}
	}
	return "", false
}

// strength raises policies that ask for little or less than they seem to.
func (x *raised) strength() {
	e := x.r.Effective()
	if e.Standing != InForce {
		return
	}
	r := x.r
	inherits := x.f.Inherited()
	if e.Domain == None && (!inherits || e.Sub == None) {
		x.none()
	}
	if x.f.organizational(x.f.Policy.Domain) {
		if r.SP.Policy.WeakerThan(r.P.Policy) && r.SP.Tag != nil {
			finding := x.tag(SPWeaker, r.SP.Tag, checks.Args{"p": string(r.P.Policy), "invented": e.NonExist.WeakerThan(r.P.Policy)})
			finding.Fixes = x.f.raiseSubdomains(r.SP.Policy)
		}
		if r.NP.Policy.WeakerThan(r.P.Policy) && r.NP.Tag != nil {
			finding := x.tag(NPWeaker, r.NP.Tag, checks.Args{"p": string(r.P.Policy)})
			finding.Fixes = x.f.refuseInvented()
		}
	}
	if r.Testing && e != e.Applied(r) {
		finding := x.tag(TestMode, r.Tag("t"), checks.Args{"policy": string(strongest(e)), "applied": string(strongest(e.Applied(r)))})
		finding.Fixes = x.f.endTest()
	}
}

func strongest(e Effective) Policy {
	return slices.MaxFunc([]Policy{e.Domain, e.Sub, e.NonExist}, func(a, b Policy) int { return a.Rank() - b.Rank() })
}

// none raises dmarc-p-none, or dmarc-p-none-no-rua where nobody reads along.
func (x *raised) none() {
	if x.r.Tag("rua") != nil {
		finding := x.tag(PNone, x.r.P.Tag, nil)
		finding.Fixes = x.f.choosePolicy("p", Quarantine, Reject)
		return
	}
	finding := x.tag(PNoneNoRUA, x.r.P.Tag, nil)
	if typo := x.typoOf("rua"); typo != nil {
		finding.Span = trimmedSpan(x.r, typo.Span)
		x.fix(finding, x.r.Rename(typo, "rua"), "fix.dmarc-rename", "tag", typo.Name, "name", "rua")
		return
	}
	finding.Fixes = x.f.addRUA()
}
