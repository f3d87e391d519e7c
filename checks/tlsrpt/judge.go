package tlsrpt

import (
	"slices"

	"mailauth/checks"
	"mailauth/checks/fieldlist"
	"mailauth/resolver"
)

var record = []checks.Input{InRecord}

// The rules of the check. That there is no record is checks/cross's to tell.
var (
	// Syntax is raised for text alone that was meant to be a record.
	Syntax   = &checks.Rule{ID: "tlsrpt-syntax", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 8460 §3", Reads: record}
	Multiple = &checks.Rule{ID: "tlsrpt-multi", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 8460 §3", Reads: record}
	// Address is a warning where another address is good.
	Address = &checks.Rule{ID: "tlsrpt-uri", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 8460 §3", Reads: record}
)

var rules = []*checks.Rule{Syntax, Multiple, Address}

func judge(p *checks.Pass) checks.Judgement {
	f := p.Own().(*Facts)
	j := checks.Judgement{Summary: f.summary()}
	switch {
	case !f.Known:
	case f.Missing() == checks.Yes:
		j.Status = checks.StatusNone
	case len(f.Records) > 1:
		j.Findings = []checks.Finding{f.several()}
	case len(f.Records) == 1:
		j.Findings = f.judgeRecord(f.Records[0])
	default:
		j.Findings = f.judgeRecord(f.Meant[0])
	}
	for i := range j.Findings {
		j.Findings[i] = j.Findings[i].With("domain", p.Domain)
	}
	return j
}

func (f *Facts) summary() []checks.Text {
	switch {
	case !f.Known:
		return []checks.Text{{ID: "summary.tlsrpt-unknown"}}
	case f.Missing() == checks.Yes:
		return nil
	case f.On == checks.No:
		return []checks.Text{{ID: "summary.tlsrpt-none"}}
	}
	return []checks.Text{checks.T("summary.tlsrpt-on", checks.Args{"addresses": f.Reports})}
}

// several raises tlsrpt-multi (RFC 8460 §3: if not one remains, senders report nothing).
func (f *Facts) several() checks.Finding {
	finding := Multiple.At(f.Records[0]).With("count", len(f.Records))
	all := Record{List: fieldlist.Parse(Version)}
	for i, rr := range f.Records {
		text, _ := rr.Text()
		all.Fields = append(all.Fields, ParseRecord(text).rest()...)
		if i > 0 {
			finding.Related = append(finding.Related, checks.Related{Name: rr.Name, Type: rr.Type(), Record: &rr})
		}
	}
	finding.Fixes = f.fix("fix.tlsrpt-one", f.Records[0], &all)
	return finding
}

// judgeRecord raises tlsrpt-syntax where senders take the record for none, else
// tlsrpt-uri for the addresses that they cannot use.
func (f *Facts) judgeRecord(rr resolver.Record) []checks.Finding {
	text, _ := rr.Text()
	r := ParseRecord(text)
	faults := r.Faults()
	if len(faults) == 0 {
		return f.judgeAddresses(rr, r)
	}
	note := func(fault fieldlist.Fault) *checks.Text {
		return &checks.Text{ID: "tlsrpt-note." + string(fault.Kind), Args: checks.Args{"found": fault.Span.Of(text)}}
	}
	finding := Syntax.At(rr)
	finding.Span, finding.Note = &faults[0].Span, note(faults[0])
	for _, fault := range faults[1:] {
		finding.Related = append(finding.Related, checks.Related{Name: rr.Name, Type: rr.Type(), Record: &rr, Span: &fault.Span, Note: note(fault)})
	}
	finding.Fixes = f.fix("fix.tlsrpt-record", rr, r)
	return []checks.Finding{finding}
}

func (f *Facts) judgeAddresses(rr resolver.Record, r *Record) (findings []checks.Finding) {
	for _, u := range r.URIs {
		if u.Fault == "" {
			continue
		}
		finding := Address.At(rr).With("address", u.Raw).With("rest", len(f.Reports)).
			Spanning(u.Span, "tlsrpt-uri-note."+string(u.Fault), checks.Args{"found": u.Raw})
		finding.Key = []string{u.Raw}
		if len(f.Reports) > 0 {
			finding = finding.As(checks.Warning)
		}
		finding.Fixes = f.fix("fix.tlsrpt-record", rr, r)
		findings = append(findings, finding)
	}
	return findings
}

// fix puts the record as it was meant in the place of it and of all others that
// count. Records of other people are not the owner's to change.
func (f *Facts) fix(title string, rr resolver.Record, r *Record) []checks.Fix {
	if !checks.SameOrganization(rr.Name, f.Owner) {
		return nil
	}
	text, ok := r.Corrected()
	edit := resolver.Edit{Name: rr.Name, Type: resolver.TypeTXT, TTL: rr.TTL, Add: []string{resolver.NewTXT(text).String()}}
	for _, other := range f.Records {
		if other.Name == rr.Name {
			edit.Remove = append(edit.Remove, other.Data.String())
		}
	}
	if !slices.Contains(edit.Remove, rr.Data.String()) {
		edit.Remove = append(edit.Remove, rr.Data.String())
	}
	fix := checks.Fix{Title: checks.T(title, nil), Edits: []resolver.Edit{edit}}
	if !ok {
		fix.Choices = []checks.Choice{{Name: "address", Text: checks.T("choice.tlsrpt-address", nil)}}
	}
	return []checks.Fix{fix}
}
