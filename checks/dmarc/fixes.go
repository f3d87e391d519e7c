package dmarc

import (
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/checks/taglist"
	"mailauth/resolver"
)

// defaultTTL is that of a record that was not there before, in seconds.
const defaultTTL = 3600

func txtStrings(rr resolver.Record) []string {
	data, _ := rr.Data.(resolver.TXT)
	return data.Strings
}

// title makes a text of name and value pairs.
func title(id string, args []any) checks.Text {
	if len(args) == 0 {
		return checks.T(id, nil)
	}
	all := checks.Args{}
	for i := 0; i+1 < len(args); i += 2 {
		all[args[i].(string)] = args[i+1]
	}
	return checks.T(id, all)
}

// replace is the edit that puts other text in a TXT record's place.
func replace(rr resolver.Record, text string) resolver.Edit {
	return resolver.Edit{Name: rr.Name, Type: resolver.TypeTXT, TTL: rr.TTL,
		Remove: []string{rr.Data.String()}, Add: []string{resolver.NewTXT(text).String()}}
}

// fixText replaces a record's text. In somebody else's zone there is nothing
// that the domain's owner could change.
func (f *Facts) fixText(rr resolver.Record, text, id string, args ...any) []checks.Fix {
	if !checks.SameOrganization(rr.Name, f.Domain) {
		return nil
	}
	return []checks.Fix{{Title: title(id, args), Edits: []resolver.Edit{replace(rr, text)}}}
}

// choose shows the form of a record whose value only the owner can say.
func (f *Facts) choose(text, id string, c checks.Choice, args ...any) []checks.Fix {
	fixes := f.fixText(f.Policy.RR, text, id, args...)
	for i := range fixes {
		fixes[i].Choices = []checks.Choice{c}
	}
	return fixes
}

// choosePolicy asks for the policy of p, sp or np: what mail may be lost by it
// is the owner's decision.
func (f *Facts) choosePolicy(r *Record, tag string, policies ...Policy) []checks.Fix {
	values := make([]string, len(policies))
	for i, p := range policies {
		values[i] = string(p)
	}
	c := checks.Choice{Name: "policy", Text: checks.T("choice.dmarc-policy", checks.Args{"tag": tag}), Values: values}
	return f.choose(r.Set(tag, "<policy>"), "fix.dmarc-raise", c, "tag", tag)
}

// chooseMode asks which alignment was meant by a word like "strict".
func (f *Facts) chooseMode(r *Record, tag string) []checks.Fix {
	c := checks.Choice{Name: "mode", Text: checks.T("choice.dmarc-mode", checks.Args{"tag": tag}), Values: []string{"r", "s"}}
	return f.choose(r.Set(tag, "<mode>"), "fix.dmarc-mode", c, "tag", tag)
}

// chooseValue asks which of several values of a repeated tag was meant.
func (f *Facts) chooseValue(r *Record, tag string) []checks.Fix {
	var values []string
	list := taglist.List{Closed: r.List.Closed}
	for _, t := range r.List.Tags {
		same := t.Equals && strings.EqualFold(t.Name, tag)
		if same {
			values = append(values, t.Value)
			t.Value = "<value>"
		}
		if !same || len(values) == 1 {
			list.Tags = append(list.Tags, t)
		}
	}
	c := checks.Choice{Name: "value", Text: checks.T("choice.dmarc-value", checks.Args{"tag": tag}), Values: values}
	return f.choose(list.String(), "fix.dmarc-one-tag", c, "tag", tag)
}

// addRUA asks for an address for reports, which nobody else can know.
func (f *Facts) addRUA(r *Record) []checks.Fix {
	c := checks.Choice{Name: "address", Text: checks.T("choice.dmarc-address", nil)}
	return f.choose(r.Set("rua", "mailto:<address>"), "fix.dmarc-rua-address", c)
}

// chooseAddress asks for the address that a faulty one was meant to be.
func (f *Facts) chooseAddress(r *Record, tag string, uri URI) []checks.Fix {
	c := checks.Choice{Name: "address", Text: checks.T("choice.dmarc-address", nil)}
	var values []string
	uris := r.RUA
	if tag == "ruf" {
		uris = r.RUF
	}
	for _, u := range uris {
		value, ok := u.Corrected()
		if !ok || u.Span == uri.Span {
			value = "mailto:<address>"
		}
		values = append(values, value)
	}
	return f.choose(r.Set(tag, strings.Join(values, ",")), "fix.dmarc-addresses", c, "tag", tag)
}

// endTest asks whether the test has shown enough to let the policy apply.
func (f *Facts) endTest(r *Record) []checks.Fix {
	c := checks.Choice{Name: "ready", Text: checks.T("choice.dmarc-ready", nil), Values: []string{"yes", "no"}}
	return f.choose(r.Without("t"), "fix.dmarc-end-test", c)
}

// fixSeveral makes one record of several, if they do not contradict each other.
func (f *Facts) fixSeveral(s Site) []checks.Fix {
	if slices.ContainsFunc(s.Records, func(rr resolver.Record) bool { return !checks.SameOrganization(rr.Name, f.Domain) }) {
		return nil
	}
	edit := resolver.Edit{Name: s.Records[0].Name, Type: resolver.TypeTXT, TTL: s.Records[0].TTL}
	var all []taglist.Tag
	var displays []string
	for _, rr := range s.Records {
		text, _ := rr.Text()
		all = append(all, taglist.Parse(text).Tags...)
		edit.Remove = append(edit.Remove, rr.Data.String())
		displays = append(displays, rr.Display())
	}
	merged, ok := merge(slices.DeleteFunc(all, taglist.Tag.Blank))
	if r := Parse((taglist.List{Tags: merged}).String()); ok && !r.Malformed() {
		edit.Add = []string{resolver.NewTXT(r.Text).String()}
		return []checks.Fix{{Title: checks.T("fix.dmarc-merge", nil), Edits: []resolver.Edit{edit}}}
	}
	edit.Add = []string{resolver.NewTXT("<record>").String()}
	return []checks.Fix{{Title: checks.T("fix.dmarc-keep-one", nil), Edits: []resolver.Edit{edit},
		Choices: []checks.Choice{{Name: "record", Text: checks.T("choice.dmarc-record", nil), Values: displays}}}}
}

// fixMisplaced moves a record to where receivers look for it.
func (f *Facts) fixMisplaced(rr resolver.Record) []checks.Fix {
	if !checks.SameOrganization(rr.Name, f.Domain) {
		return nil
	}
	place, ok := f.place(rr)
	if !ok {
		return nil
	}
	edits := append([]resolver.Edit{
		{Name: rr.Name, Type: resolver.TypeTXT, TTL: rr.TTL, Remove: []string{rr.Data.String()}, Add: []string{}},
	}, place...)
	return []checks.Fix{{Title: checks.T("fix.dmarc-move", checks.Args{"name": Owner(f.Domain)}), Edits: edits}}
}

// place puts a record at the domain's own _dmarc name. No name server loads a
// TXT record beside an alias (RFC 1034 §3.6.2), so that has to go; ok is false
// where nobody can tell whether there is one.
func (f *Facts) place(rr resolver.Record) (edits []resolver.Edit, ok bool) {
	alias, known := f.ownAlias()
	if !known {
		return nil, false
	}
	if alias != nil {
		edits = append(edits, resolver.Edit{Name: alias.Name, Type: resolver.TypeCNAME, TTL: alias.TTL, Remove: []string{alias.Data.String()}, Add: []string{}})
	}
	return append(edits, resolver.Edit{Name: Owner(f.Domain), Type: resolver.TypeTXT, TTL: rr.TTL, Remove: []string{}, Add: []string{rr.Data.String()}}), true
}

// fixSPF puts a policy where an SPF text stands. The text is moved to the
// domain itself if that has none; beside a policy it only goes.
func (f *Facts) fixSPF(s Site, rr resolver.Record) []checks.Fix {
	if !checks.SameOrganization(rr.Name, f.Domain) || f.Apex.Unknown() {
		return nil
	}
	edit := resolver.Edit{Name: rr.Name, Type: resolver.TypeTXT, TTL: rr.TTL, Remove: []string{rr.Data.String()}, Add: []string{}}
	move := resolver.Edit{Name: f.Domain, Type: resolver.TypeTXT, TTL: rr.TTL, Remove: []string{}, Add: []string{rr.Data.String()}}
	has := slices.ContainsFunc(f.Apex.Answer.Records, func(a resolver.Record) bool { text, _ := a.Text(); return isSPF(text) })
	aliased := len(f.Apex.Answer.Chain) > 0 // nothing can be published beside the domain's own alias
	switch governed := len(s.Records) > 0 || f.Policy != nil; {
	case governed && !has && aliased:
		return nil
	case governed && has:
		return []checks.Fix{{Title: checks.T("fix.dmarc-drop-spf", nil), Edits: []resolver.Edit{edit}}}
	case governed:
		return []checks.Fix{{Title: checks.T("fix.dmarc-spf-home", checks.Args{"name": f.Domain}), Edits: []resolver.Edit{edit, move}}}
	}
	edit.Add = []string{resolver.NewTXT("v=DMARC1; p=none; rua=mailto:<address>").String()}
	fix := checks.Fix{Title: checks.T("fix.dmarc-replace-spf", nil), Edits: []resolver.Edit{edit},
		Choices: []checks.Choice{{Name: "address", Text: checks.T("choice.dmarc-address", nil)}}}
	if !has && !aliased {
		fix.Title = checks.T("fix.dmarc-move-spf", checks.Args{"name": f.Domain})
		fix.Edits = append(fix.Edits, move)
	}
	return []checks.Fix{fix}
}

// isSPF reports whether a text starts as an SPF record does (RFC 7208 §4.5).
func isSPF(text string) bool {
	version, _, _ := strings.Cut(text, " ")
	return strings.EqualFold(version, "v=spf1")
}
