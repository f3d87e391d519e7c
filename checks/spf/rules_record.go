package spf

import (
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

// noRecord are the rules that say that there is no record; text that was meant
// to be one explains that.
var noRecord = []string{"spf-missing", "spf-wrong-name", "spf-type99-only"}

// inRecord are the mistakes within a record. Where there are several records no
// receiver reads any of them, and merging puts their mistakes right as well.
var inRecord = []string{
	"spf-nonascii", "spf-control-char", "spf-unknown-mech", "spf-equals-for-colon", "spf-colon-for-equals", "spf-empty-arg",
	"spf-missing-arg", "spf-missing-colon", "spf-missing-space", "spf-all-arg", "spf-ip4-host", "spf-ip4-is-v6", "spf-ip6-is-v4",
	"spf-ip-syntax", "spf-cidr", "spf-domain-syntax", "spf-domain-url", "spf-domain-labels", "spf-idn", "spf-trailing-dot",
	"spf-macro-syntax", "spf-macro-exponly", "spf-dup-modifier", "spf-modifier-name", "spf-unknown-modifier", "spf-version-repeated",
}

// The rules on which TXT records receivers select, and in what form.
var (
	RuleMultiple  = textRule("spf-multiple", checks.Error, "RFC 7208 §3.2, §4.5", inRecord...)
	RuleSenderID  = textRule("spf-senderid", checks.Info, "RFC 6686 §6")
	RuleLookalike = textRule("spf-lookalike", checks.Error, "RFC 7208 §4.5", noRecord...)
	RuleJoin      = textRule("spf-string-join", checks.Error, "RFC 7208 §3.3", noRecord...)
	RuleQuotes    = textRule("spf-quotes", checks.Error, "RFC 7208 §4.5", noRecord...)
	RuleLenString = textRule("spf-len-string", checks.Error, "RFC 1035 §3.3, RFC 7208 §3.3")
)

// recordRules lists them, and with syntaxRules all that judgeText can raise.
var recordRules = []*checks.Rule{RuleMultiple, RuleSenderID, RuleLookalike, RuleJoin, RuleQuotes, RuleLenString}

// textRule is a rule on the text of records: the domain's own, and those of the
// same organization that it includes.
func textRule(id string, s checks.Severity, citation string, supersedes ...string) *checks.Rule {
	return &checks.Rule{ID: id, Severity: s, Source: checks.RFC, Citation: citation, Reads: readTree, Supersedes: supersedes}
}

// judgeText judges the text of the TXT records at one name: which of them are
// SPF, which were meant to be, and every mistake in those that are. It is for
// names within the audited organization, whether a record was found there or
// not; of a foreign record only the outcome counts. An answer that nobody
// could give judges nothing.
//
// A term that is legal but cannot have been meant (Term.Misread) is judged
// here; what follows from it, such as that the name does not exist, is not to
// be raised beside it.
func (k *desk) judgeText(d *Domain) []checks.Finding {
	if d.TXT.Unknown() {
		return nil
	}
	findings := judgeSenderID(d)
	if len(d.Selected) == 0 {
		return append(findings, judgeLookalikes(d)...)
	}
	var inEach []checks.Finding
	for _, r := range d.Selected {
		inEach = append(inEach, k.judgeStringLength(d, r)...)
		inEach = append(inEach, k.judgeSyntax(d, r)...)
	}
	if len(d.Selected) > 1 {
		several := judgeMultiple(d)
		for i := range inEach { // the merged record has their mistakes put right as well
			if len(several.Fixes) > 0 {
				inEach[i].Fixes = several.Fixes
			}
		}
		findings = append(findings, several)
	}
	return append(findings, inEach...)
}

// Misread reports that the term keeps the grammar but does something else than
// its author can have meant: its argument is a URL, has another term stuck to
// it, or is no name.
func (t *Term) Misread() bool { return !t.Broken && t.Problem.grave() }

// meansAll reports that a term which cannot have been meant as it reads was
// meant to be, or to end in, an "all". The record then has one to its author,
// and that it has none to a receiver is no second mistake.
func (r *Record) meansAll() bool {
	for _, e := range r.Remarks {
		for _, terms := range append(e.Choices, e.Suggest) {
			for _, s := range split(terms, 0) {
				if t, _ := parseTerm(s.Of(terms)); t.Kind == All {
					return true
				}
			}
		}
	}
	return false
}

// judgeSenderID: RFC 6686 retired Sender ID; its records mean nothing to SPF.
func judgeSenderID(d *Domain) []checks.Finding {
	var findings []checks.Finding
	for _, r := range d.TXT.Answer.Records {
		text, _ := r.Text()
		if !strings.HasPrefix(strings.ToLower(text), "spf2.0/") {
			continue
		}
		f := RuleSenderID.At(r).With("domain", bare(d.Name))
		f.Key = []string{text}
		f.Fixes = d.textFix(r, "spf-drop-senderid", nil)
		findings = append(findings, f)
	}
	return findings
}

// judgeMultiple: RFC 7208 §4.5, more than one record is permerror, even if
// they are the same.
func judgeMultiple(d *Domain) checks.Finding {
	first := d.Selected[0]
	f := RuleMultiple.At(first).With("domain", bare(d.Name)).With("count", len(d.Selected))
	var records []*Record
	for i, r := range d.Selected {
		records = append(records, ParseStrings(r.Data.(resolver.TXT).Strings))
		if i > 0 {
			f.Related = append(f.Related, checks.Related{Name: r.Name, Type: r.Type(), Record: &d.Selected[i]})
		}
	}
	if merged, ok := Merge(records); ok {
		f.Fixes = d.mergeFix(d.Selected, merged)
	}
	return f
}

// judgeLookalikes: where no record is selected, those that were meant to be.
func judgeLookalikes(d *Domain) []checks.Finding {
	var findings []checks.Finding
	var found []*Lookalike
	var records []resolver.Record
	for _, r := range d.TXT.Answer.Records {
		data, ok := r.Data.(resolver.TXT)
		if !ok {
			continue
		}
		l, ok := Examine(data.Strings)
		if !ok {
			continue
		}
		f := problemRules[l.Problem].rule.At(r).
			With("domain", bare(d.Name)).With("found", shown(l.Span.Of(l.Text))).With("term", shown(l.Text)).
			With("suggest", shown(l.Record)).With("code", codePoint(l.Span.Of(l.Text))).
			With("confidence", l.Confidence.String())
		f = f.Spanning(l.Span, noteID(l.Problem, l.Reason), f.Args)
		f.Key = []string{l.Text}
		findings = append(findings, f)
		found, records = append(found, l), append(records, r)
	}
	fixes := d.lookalikeFix(records, found)
	for i := range findings {
		findings[i].Fixes = fixes
	}
	return findings
}

// judgeStringLength: a string in a zone file that is longer than its length
// octet can say. Over the wire none can arrive.
func (k *desk) judgeStringLength(d *Domain, r resolver.Record) []checks.Finding {
	start := 0
	for i, s := range r.Data.(resolver.TXT).Strings {
		if len(s) <= 255 {
			start += len(s)
			continue
		}
		f := RuleLenString.At(r).With("domain", bare(d.Name)).With("size", len(s)).With("limit", 255).With("number", i+1)
		f = f.Spanning(checks.Span{Start: start + 255, End: start + len(s)}, RuleLenString.ID+".note", f.Args)
		text, _ := r.Text()
		f.Key = []string{text}
		f.Fixes = k.correctRecord(d, r, "spf-split-strings", nil, nil)
		return []checks.Finding{f}
	}
	return nil
}
