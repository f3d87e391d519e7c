package dmarc

import (
	"slices"
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

// pct raises dmarc-pct. pct=100 and a pct beside p=none change nothing.
func (x *raised) pct(tag *taglist.Tag) {
	finding := x.tag(Pct, tag, nil)
	if percent, effective := x.f.mended.record.share(); effective {
		finding.Fixes = x.f.chooseShare(percent)
		finding.Args["share"] = true
		return
	}
	finding.Args["share"] = false
	*finding = finding.As(checks.Info)
	x.fix(finding, x.r.Without("pct"), "fix.dmarc-drop-tag", "tag", x.written(tag))
}

// written is a tag as it stands in the record.
func (x *raised) written(tag *taglist.Tag) string { return trimmedSpan(x.r, tag.Span).Of(x.r.Text) }

// unknown raises tags that receivers ignore. A misspelt p or rua is told where
// its lack is.
func (x *raised) unknown() {
	for i, tag := range x.r.Unknown() {
		name := x.r.meantTag(tag)
		if name == "p" && x.r.P.Tag == nil || name == "rua" && x.toldBy(PNoneNoRUA) {
			continue
		}
		finding := x.at(TagUnknown, tag, checks.Args{"suggestion": name})
		finding.Args["tag"] = tag.Name
		finding.Key = []string{strings.ToLower(tag.Name)}
		switch {
		case i > 2*maxAlike: // evidence at most
		case name != "":
			x.fix(&finding, x.r.Rename(tag, name), "fix.dmarc-rename", "tag", tag.Name, "name", name)
		default:
			x.fix(&finding, x.r.Without(strings.ToLower(tag.Name)), "fix.dmarc-drop-tag", "tag", x.written(tag))
		}
		x.alike(finding)
	}
}

func (x *raised) toldBy(rule *checks.Rule) bool {
	return slices.ContainsFunc(x.list, func(f checks.Finding) bool { return f.Rule == rule })
}

// typoOf returns the unknown tag that was meant to be the named one, or nil.
func (x *raised) typoOf(name string) *taglist.Tag {
	for _, tag := range x.r.Unknown() {
		if x.r.meantTag(tag) == name {
			return tag
		}
	}
	return nil
}

// otherNames are words that people write for a tag's name.
var otherNames = map[string]string{"policy": "p", "subdomain": "sp", "subdomainpolicy": "sp", "report": "rua", "reports": "rua", "test": "t", "spf": "aspf", "dkim": "adkim"}

// meantTag is the known tag that an unknown one was meant to be: one that the
// record does not have, that is a slip away, and that can have the value.
func (r *Record) meantTag(tag *taglist.Tag) string {
	key := strings.ToLower(tag.Name)
	names := activeTags[1:]
	if other, ok := otherNames[strings.NewReplacer("-", "", "_", "").Replace(key)]; ok {
		names = []string{other}
	}
	for _, name := range names {
		near := len(names) == 1 || len(key) > 1 && checks.Distance(key, name) <= 1
		if near && r.Tag(name) == nil && Parse("v=DMARC1; "+name+"="+tag.Value).soundTag(1) {
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
			finding.Fixes = x.f.chooseMode(name)
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
			x.fix(finding, x.r.withFO(value), "fix.dmarc-set-tag", "tag", "fo="+value)
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
	single := x.r.mendedURIs(name)
	for i, uri := range uris {
		if uri.Fault == "" || strings.ContainsFunc(uri.Raw, func(c rune) bool { return c > unicode.MaxASCII }) {
			continue // characters outside ASCII are told by dmarc-syntax
		}
		finding := RUAURI.At(x.f.Policy.RR).Spanning(uri.Span, "dmarc-note."+string(uri.Fault), nil)
		finding.Args = checks.Args{"tag": name, "address": uri.Raw, "name": x.f.Policy.Domain}
		finding.Key = []string{name, uri.Raw}
		if name == "ruf" {
			finding = finding.As(checks.Info)
		}
		if _, ok := uri.Corrected(); ok && i < 4*maxAlike {
			finding.Fixes = x.f.fixPolicy(single, "fix.dmarc-addresses", "tag", name)
		} else if !ok && i < 4*maxAlike {
			finding.Fixes = x.f.chooseAddress(name, func(u URI) bool { return u.Raw == uri.Raw })
		}
		x.alike(finding)
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
			findings = f.duplicate(findings, r, tag)
		case BadValue:
			finding := Syntax.At(f.Policy.RR).As(checks.Warning).Spanning(*trimmedSpan(r, tag.Span), "dmarc-note.bad-value-"+strings.ToLower(tag.Name), nil)
			finding.Key = []string{strings.ToLower(tag.Name)}
			finding.Args = checks.Args{"name": f.Policy.Domain}
			finding.Fixes = f.fixPolicy(r.Without(strings.ToLower(tag.Name)), "fix.dmarc-drop-tag", "tag", trimmedSpan(r, tag.Span).Of(r.Text))
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
		case !fault.Kind.Structural(), r.toldByPolicy(fault):
		case !found:
			finding = Syntax.At(f.Policy.RR).Spanning(fault.Span, note, nil)
			finding.Args = checks.Args{"name": f.Policy.Domain}
			found = true
		default:
			t := checks.T(note, nil)
			finding.Related = append(finding.Related, checks.Related{Name: f.Policy.RR.Name, Type: f.Policy.RR.Type(), Record: &f.Policy.RR, Span: &fault.Span, Note: &t})
		}
	}
	if found && !f.mended.broken {
		finding.Fixes = f.fixPolicy(f.intended, "fix.dmarc-corrected")
	}
	return finding, found
}

// toldByPolicy reports a fault inside a p, sp or np that is no policy, nor can
// be one by a slip: the rule on its value says more.
func (r *Record) toldByPolicy(fault Fault) bool {
	for _, q := range []Request{r.P, r.SP, r.NP} {
		if q.Tag == nil || q.Policy != "" || !within(fault.Span, q.Tag.ValueSpan) {
			continue
		}
		_, near := nearPolicy(q.Tag.Value)
		return !near && (fault.Kind == NonASCII || fault.Kind == Control)
	}
	return false
}

// duplicate raises dmarc-tag-dup for a tag that stands twice, or notes that it
// stands there once more.
func (f *Facts) duplicate(findings []checks.Finding, r *Record, tag taglist.Tag) []checks.Finding {
	name := strings.ToLower(tag.Name)
	finding := TagDup.At(f.Policy.RR).Spanning(*trimmedSpan(r, tag.Span), "", nil)
	finding.Args = checks.Args{"tag": name, "name": f.Policy.Domain}
	finding.Key = []string{name}
	for i, had := range findings {
		if had.Rule == TagDup && had.Key[0] == name {
			findings[i].Related = append(had.Related, checks.Related{Name: finding.Name, Type: finding.Type, Record: finding.Record, Span: finding.Span})
			return findings
		}
	}
	if !f.mended.broken {
		finding.Fixes = f.fixPolicy(f.intended, "fix.dmarc-corrected")
	}
	return append(findings, finding)
}
