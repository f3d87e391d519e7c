package dmarc

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"mailauth/checks"
	"mailauth/checks/taglist"
)

// historic raises the tags of RFC 7489 that RFC 9989 made historic.
func (x *raised) historic() {
	if tag := x.r.Tag("pct"); tag != nil {
		x.pct(tag)
	}
	for _, h := range []struct {
		rule *checks.Rule
		name string
	}{{RF, "rf"}, {RI, "ri"}} {
		if tag := x.r.Tag(h.name); tag != nil {
			x.fix(x.tag(h.rule, tag, nil), x.r.Without(h.name), "fix.dmarc-drop-tag", "tag", x.written(tag))
		}
	}
}

// pct raises dmarc-pct. pct=0 was the way to ask for a test, which is t=y now
// (RFC 9989 Appendix A.6); pct=100 and a pct beside p=none change nothing.
func (x *raised) pct(tag *taglist.Tag) {
	n, err := strconv.Atoi(tag.Value)
	finding := x.tag(Pct, tag, nil)
	e := x.r.Effective()
	harmless := err != nil || n < 0 || n >= 100 || strongest(e).Rank() < Quarantine.Rank()
	if harmless {
		*finding = finding.As(checks.Info)
	}
	if !harmless && n == 0 {
		x.fix(finding, Parse(x.r.Without("pct")).Set("t", "y"), "fix.dmarc-pct-test")
		for i := range finding.Fixes {
			finding.Fixes[i].Weakens = "dmarc"
		}
		return
	}
	x.fix(finding, x.r.Without("pct"), "fix.dmarc-drop-tag", "tag", x.written(tag))
}

// written is a tag as it stands in the record.
func (x *raised) written(tag *taglist.Tag) string { return trimmedSpan(x.r, tag.Span).Of(x.r.Text) }

// unknown raises tags that receivers ignore. A misspelt p or rua is told where
// its lack is.
func (x *raised) unknown() {
	for _, tag := range x.r.Unknown() {
		name := x.meantTag(tag)
		if name == "p" && x.r.P.Tag == nil || name == "rua" && x.toldBy(PNoneNoRUA) {
			continue
		}
		finding := x.tag(TagUnknown, tag, checks.Args{"suggestion": name})
		finding.Args["tag"] = tag.Name
		finding.Key = []string{strings.ToLower(tag.Name)}
		if name != "" {
			x.fix(finding, x.r.Rename(tag, name), "fix.dmarc-rename", "tag", tag.Name, "name", name)
			continue
		}
		x.fix(finding, x.r.Without(strings.ToLower(tag.Name)), "fix.dmarc-drop-tag", "tag", x.written(tag))
	}
}

func (x *raised) toldBy(rule *checks.Rule) bool {
	return slices.ContainsFunc(x.list, func(f checks.Finding) bool { return f.Rule == rule })
}

// typoOf returns the unknown tag that was meant to be the named one, or nil.
func (x *raised) typoOf(name string) *taglist.Tag {
	for _, tag := range x.r.Unknown() {
		if x.meantTag(tag) == name {
			return tag
		}
	}
	return nil
}

// otherNames are words that people write for a tag's name.
var otherNames = map[string]string{"policy": "p", "subdomain": "sp", "subdomainpolicy": "sp", "report": "rua", "reports": "rua", "test": "t", "spf": "aspf", "dkim": "adkim"}

// meantTag is the known tag that an unknown one was meant to be: one that the
// record does not have, that is a slip away, and that can have the value.
func (x *raised) meantTag(tag *taglist.Tag) string {
	key := strings.ToLower(tag.Name)
	names := activeTags[1:]
	if other, ok := otherNames[strings.NewReplacer("-", "", "_", "").Replace(key)]; ok {
		names = []string{other}
	}
	for _, name := range names {
		near := len(names) == 1 || len(key) > 1 && checks.Distance(key, name) <= 1
		if near && x.r.Tag(name) == nil && Parse("v=DMARC1; "+name+"="+tag.Value).soundTag(1) {
			return name
		}
	}
	return ""
}

// alignment raises modes that are neither r nor s; receivers take r.
func (x *raised) alignment() {
	for _, a := range []Alignment{x.r.ADKIM, x.r.ASPF} {
		if a.Tag == nil || validAlignment(a.Tag.Value) {
			continue
		}
		finding := x.tag(AlignMode, a.Tag, nil)
		name := strings.ToLower(a.Tag.Name)
		finding.Key = []string{name}
		switch value := strings.ToLower(a.Tag.Value); {
		case strings.HasPrefix(value, "r"):
			x.fix(finding, x.r.Set(name, "r"), "fix.dmarc-set-tag", "tag", name+"=r")
		case strings.HasPrefix(value, "s"):
			finding.Fixes = x.f.chooseMode(x.r, name)
		default:
			x.fix(finding, x.r.Without(name), "fix.dmarc-drop-tag", "tag", x.written(a.Tag))
		}
	}
}

// failureOptions raises dmarc-fo: options that do not exist or exclude each
// other, and options without an address for failure reports.
func (x *raised) failureOptions() {
	tag := x.r.FO
	switch {
	case tag == nil:
	case x.r.Tag("ruf") == nil:
		finding := x.tag(FO, tag, checks.Args{"noruf": true})
		x.fix(finding, x.r.Without("fo"), "fix.dmarc-drop-tag", "tag", x.written(tag))
	case !validFO(tag.Value):
		finding := x.tag(FO, tag, checks.Args{"noruf": false})
		if value := cleanFO(tag.Value); value != "" {
			x.fix(finding, x.r.Set("fo", value), "fix.dmarc-set-tag", "tag", "fo="+value)
		} else {
			x.fix(finding, x.r.Without("fo"), "fix.dmarc-drop-tag", "tag", x.written(tag))
		}
	}
}

// cleanFO keeps the options that exist, once each; 1 asks for all that 0 does.
func cleanFO(value string) string {
	var options []string
	for _, o := range strings.FieldsFunc(strings.ToLower(value), func(c rune) bool { return strings.ContainsRune(":, /|", c) }) {
		if len(o) == 1 && strings.Contains("01ds", o) && !slices.Contains(options, o) {
			options = append(options, o)
		}
	}
	if slices.Contains(options, "1") {
		options = slices.DeleteFunc(options, func(o string) bool { return o == "0" })
	}
	return strings.Join(options, ":")
}

// addresses raises dmarc-rua-uri for each address that receivers cannot use.
// Failure reports hardly anybody sends: there it is a fact.
func (x *raised) addresses(name string, uris []URI) {
	for _, uri := range uris {
		if uri.Fault == "" || strings.ContainsFunc(uri.Raw, func(c rune) bool { return c > unicode.MaxASCII }) {
			continue // characters outside ASCII are told by dmarc-syntax
		}
		finding := RUAURI.At(x.f.Policy.RR).Spanning(uri.Span, "dmarc-note."+string(uri.Fault), nil)
		finding.Args = checks.Args{"tag": name, "address": uri.Raw, "name": x.f.Policy.Domain}
		finding.Key = []string{name, uri.Raw}
		if name == "ruf" {
			finding = finding.As(checks.Info)
		}
		if text, ok := x.r.CorrectedURIs(name); ok {
			finding.Fixes = x.f.fixText(x.f.Policy.RR, text, "fix.dmarc-addresses", "tag", name)
		} else {
			finding.Fixes = x.f.chooseAddress(x.r, name, uri)
		}
		x.list = append(x.list, finding)
	}
}

// judgeForm raises what is wrong with the list itself.
func (f *Facts) judgeForm() []checks.Finding {
	r := f.Policy.Record
	if _, joined := JoinFault(txtStrings(f.Policy.RR)); joined {
		return nil // told by dmarc-string-join
	}
	var findings []checks.Finding
	if finding, ok := f.structural(r); ok {
		findings = append(findings, finding)
	}
	for _, fault := range r.Faults {
		tag := r.List.Tags[fault.Tag]
		switch fault.Kind {
		case Duplicate:
			findings = append(findings, f.duplicate(r, fault, tag))
		case BadValue:
			finding := Syntax.At(f.Policy.RR).As(checks.Warning).Spanning(*trimmedSpan(r, tag.Span), "dmarc-note.bad-value-"+strings.ToLower(tag.Name), nil)
			finding.Key = []string{strings.ToLower(tag.Name)}
			finding.Args = checks.Args{"name": f.Policy.Domain}
			finding.Fixes = f.fixText(f.Policy.RR, r.Without(strings.ToLower(tag.Name)), "fix.dmarc-drop-tag", "tag", trimmedSpan(r, tag.Span).Of(r.Text))
			findings = append(findings, finding)
		}
	}
	return findings
}

// structural raises dmarc-syntax once for all structural faults.
func (f *Facts) structural(r *Record) (finding checks.Finding, found bool) {
	for _, fault := range r.Faults {
		note := "dmarc-note." + string(fault.Kind)
		switch {
		case !fault.Kind.Structural():
		case !found:
			finding = Syntax.At(f.Policy.RR).Spanning(fault.Span, note, nil)
			finding.Args = checks.Args{"name": f.Policy.Domain}
			found = true
		default:
			t := checks.T(note, nil)
			finding.Related = append(finding.Related, checks.Related{Name: f.Policy.RR.Name, Type: f.Policy.RR.Type(), Record: &f.Policy.RR, Span: &fault.Span, Note: &t})
		}
	}
	if text, ok := r.Intended(); found && ok {
		finding.Fixes = f.fixText(f.Policy.RR, text, "fix.dmarc-corrected")
	}
	return finding, found
}

// duplicate raises dmarc-tag-dup for a tag that stands twice.
func (f *Facts) duplicate(r *Record, fault Fault, tag taglist.Tag) checks.Finding {
	name := strings.ToLower(tag.Name)
	finding := TagDup.At(f.Policy.RR).Spanning(*trimmedSpan(r, tag.Span), "", nil)
	finding.Args = checks.Args{"tag": name, "name": f.Policy.Domain}
	finding.Key = []string{name, strconv.Itoa(nth(r, fault.Tag, name))}
	if text, ok := r.Intended(); ok {
		finding.Fixes = f.fixText(f.Policy.RR, text, "fix.dmarc-corrected")
	} else {
		finding.Fixes = f.chooseValue(r, name)
	}
	return finding
}

// nth counts the tags of the name up to and with the one at i.
func nth(r *Record, i int, name string) int {
	n := 0
	for _, t := range r.List.Tags[:i+1] {
		if t.Equals && strings.EqualFold(t.Name, name) {
			n++
		}
	}
	return n
}
