package mtasts

import (
	"mailauth/checks"
	"mailauth/checks/fieldlist"
	"mailauth/resolver"
)

func judge(p *checks.Pass) checks.Judgement {
	f := p.Own().(*Facts)
	j := checks.Judgement{Summary: f.summary(), Settled: f.settled()}
	if f.Known && len(f.Records)+len(f.Meant) == 0 {
		j.Status = checks.StatusNone
	}
	if !f.Known || f.Receives == checks.Open {
		return j
	}
	j.Findings = f.judgeRecord(p.Domain)
	if f.ID != "" && f.Receives == checks.Yes {
		j.Findings = append(j.Findings, f.judgeHost()...)
		j.Findings = append(j.Findings, f.judgePolicy()...)
	}
	for i := range j.Findings {
		j.Findings[i] = j.Findings[i].With("domain", p.Domain).With("url", f.URL)
	}
	return j
}

// settled lists the rules that what is known decides, whatever is open: an
// address of the second family, or the domain's own where there is an MX.
func (f *Facts) settled() (decided []*checks.Rule) {
	onPolicy := []*checks.Rule{HostRule, PolicyRule, MXMismatch, ModeTesting, ModeNone, MaxAgeLow}
	switch {
	case !f.Known:
		return nil
	case len(f.Records)+len(f.Meant) == 0:
		decided = append(onPolicy, TXTMulti, TXTSyntax, NullMX)
		if f.Receives != checks.Open {
			decided = append(decided, None)
		}
		return decided
	case f.Receives != checks.Open:
		decided = append(decided, None, TXTMulti, TXTSyntax, NullMX)
	}
	if f.ID == "" || f.Receives == checks.No || f.Outcome != Unsure && f.Outcome != NotAsked {
		decided = append(decided, onPolicy...)
	}
	return decided
}

// judgeRecord looks at what stands at _mta-sts. A domain that gets no mail is
// not told more than that the record is in vain.
func (f *Facts) judgeRecord(domain string) []checks.Finding {
	switch {
	case f.Null && len(f.Records) > 0:
		return []checks.Finding{NullMX.At(f.Records[0])}
	case f.Receives == checks.No:
		return nil
	case len(f.Records) > 1:
		return []checks.Finding{f.several()}
	case len(f.Records) == 1:
		return f.judgeSyntax(f.Records[0])
	case len(f.Meant) > 0:
		return f.judgeSyntax(f.Meant[0])
	}
	finding := None.On(f.Owner, resolver.TypeTXT)
	finding.Fixes = []checks.Fix{f.introduce(domain)}
	return []checks.Finding{finding}
}

// several raises sts-txt-multi (RFC 8461 §3.1: if not one remains, there is no policy).
func (f *Facts) several() checks.Finding {
	finding := TXTMulti.At(f.Records[0]).With("count", len(f.Records))
	for _, rr := range f.Records[1:] {
		finding.Related = append(finding.Related, checks.Related{Name: rr.Name, Type: rr.Type(), Record: &rr})
	}
	finding.Fixes = f.keepOne()
	return finding
}

// judgeSyntax raises sts-txt-syntax at the first fault of a record; the others
// are beside it.
func (f *Facts) judgeSyntax(rr resolver.Record) []checks.Finding {
	text, _ := rr.Text()
	r := ParseRecord(text)
	faults := r.Faults()
	if len(faults) == 0 {
		return nil
	}
	note := func(fault fieldlist.Fault) *checks.Text {
		return &checks.Text{ID: "sts-note." + string(fault.Kind), Args: checks.Args{"found": fault.Span.Of(text)}}
	}
	finding := TXTSyntax.At(rr)
	finding.Span, finding.Note = &faults[0].Span, note(faults[0])
	for _, fault := range faults[1:] {
		finding.Related = append(finding.Related, checks.Related{Name: rr.Name, Type: rr.Type(), Record: &rr, Span: &fault.Span, Note: note(fault)})
	}
	finding.Fixes = f.fixRecord(fixed{"fix.sts-record", nil}, rr, r.Corrected(f.day))
	return []checks.Finding{finding}
}

// judgeHost raises sts-host where senders get no policy. Where nobody could
// tell, the question without an answer says so.
func (f *Facts) judgeHost() []checks.Finding {
	if f.Outcome == Fetched || f.Outcome == Unsure || f.Outcome == NotAsked {
		return nil
	}
	finding := HostRule.On(f.Host, checks.TypeHTTPS).With("host", f.Host).With("why", string(f.Outcome)).With("found", f.Detail).With("alias", f.Alias)
	if f.Outcome == NoAddress || f.Outcome == Private {
		finding.Type = resolver.TypeA
	}
	finding.Note = &checks.Text{ID: "sts-host-note." + string(f.Outcome), Args: checks.Args{"found": f.Detail, "host": f.Host, "alias": f.Alias}}
	finding.Key = []string{string(f.Outcome)}
	return []checks.Finding{finding}
}

// judgePolicy looks at the document.
func (f *Facts) judgePolicy() []checks.Finding {
	if f.Policy == nil {
		return nil
	}
	findings := f.judgeDocument()
	if !f.Policy.Valid() {
		return findings
	}
	switch f.Mode {
	case Off:
		return append(findings, f.onPolicy(ModeNone))
	case Testing:
		finding := f.onPolicy(ModeTesting)
		finding.Fixes = f.enforce()
		findings = append(findings, finding)
	}
	findings = append(findings, f.judgeMX()...)
	return append(findings, f.judgeMaxAge()...)
}

// onPolicy is a finding about the document.
func (f *Facts) onPolicy(r *checks.Rule) checks.Finding {
	return r.On(f.Host, checks.TypeHTTPS).With("mode", string(f.Mode))
}

// judgeDocument raises sts-policy for what is not as RFC 8461 §3.2 has it.
// Senders ignore the second of two equal keys, so that is weighed by whether
// the two say the same.
func (f *Facts) judgeDocument() []checks.Finding {
	faults := append(append([]PolicyFault{}, f.Policy.Faults...), f.Policy.Doubled...)
	if len(faults) == 0 {
		return nil
	}
	note := func(fault PolicyFault) *checks.Text {
		return &checks.Text{ID: "sts-policy-note." + string(fault.Kind), Args: checks.Args{"line": fault.Line, "found": checks.Verbatim(shortened(fault.Found))}}
	}
	finding := f.onPolicy(PolicyRule)
	kinds := []string{}
	for i, fault := range faults {
		kinds = append(kinds, string(fault.Kind))
		if i == 0 {
			finding.Note = note(fault)
		} else if i < 8 { // a page that is no policy at all has one fault; more than a few help nobody
			finding.Related = append(finding.Related, checks.Related{Name: f.Host, Type: checks.TypeHTTPS, Note: note(fault)})
		}
	}
	finding = finding.With("faults", kinds).With("usable", f.Policy.Valid())
	if f.Policy.Valid() {
		finding = finding.As(checks.Info)
		if f.Policy.contradicts() {
			finding = finding.As(checks.Warning)
		}
		finding.Key = []string{string(Twice)}
	}
	finding.Fixes = f.correct()
	return []checks.Finding{finding}
}

// longest is how much of a line is quoted, in characters.
const longest = 60

func shortened(text string) string {
	if all := []rune(text); len(all) > longest {
		return string(all[:longest]) + "…"
	}
	return text
}

// contradicts reports whether a key stands twice with different values.
func (p *Policy) contradicts() bool {
	first := map[string]string{}
	for _, l := range p.Lines {
		if !l.Pair || !l.names("version", "mode", "max_age") {
			continue
		}
		if value, seen := first[l.Key]; seen && value != l.Value {
			return true
		} else if !seen {
			first[l.Key] = l.Value
		}
	}
	return false
}

// judgeMX raises sts-mx-mismatch (RFC 8461 §4.1). Names that no certificate is
// ever issued for are the MX check's business.
func (f *Facts) judgeMX() []checks.Finding {
	missing := f.Policy.Uncovered(f.reachable())
	if len(missing) == 0 {
		return nil
	}
	finding := f.onPolicy(MXMismatch).With("hosts", missing).With("count", len(missing)).With("patterns", f.MX)
	if f.Mode == Testing {
		finding = finding.As(checks.Warning)
	}
	finding.Fixes = f.addMX(missing)
	return []checks.Finding{finding}
}

func (f *Facts) reachable() (hosts []string) {
	for _, host := range f.Exchanges {
		if reachable(host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// day is the least max_age that is of use, in seconds: senders look for a new id
// once a day or so.
const day = 86400

func (f *Facts) judgeMaxAge() []checks.Finding {
	if f.MaxAge >= day {
		return nil
	}
	finding := f.onPolicy(MaxAgeLow).With("seconds", f.MaxAge)
	if f.Mode == Testing {
		finding = finding.As(checks.Info)
	}
	finding.Fixes = f.lengthen()
	return []checks.Finding{finding}
}
