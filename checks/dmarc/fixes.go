package dmarc

import (
	"slices"
	"strings"

	"mailauth/checks"
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
	return resolver.Edit{Name: rr.Name, Type: resolver.TypeTXT, TTL: ttlOf(rr),
		Remove: []string{rr.Data.String()}, Add: []string{resolver.NewTXT(text).String()}}
}

// before is what the record that applies asks for as it is: of the domain, of
// its subdomains, and of names that do not exist.
func (f *Facts) before() (asked [3]Policy) {
	if f.Policy == nil {
		return asked
	}
	e := f.Policy.Record.Effective()
	return [3]Policy{f.Asked, e.Sub, e.NonExist}
}

// fixText puts the whole record right that a finding is about, with the
// finding's own correction, which alone makes the text single. In somebody
// else's zone there is nothing that the domain's owner could change.
func (f *Facts) fixText(rr resolver.Record, m mending, before [3]Policy, single, id string, args ...any) []checks.Fix {
	if !checks.SameOrganization(rr.Name, f.Domain) {
		return nil
	}
	return []checks.Fix{{Title: m.title(before, single, id, args), Choices: m.choices(),
		Edits: []resolver.Edit{replace(rr, m.open(m.record.String()))}}}
}

// fixPolicy is fixText for the record that applies.
func (f *Facts) fixPolicy(single, id string, args ...any) []checks.Fix {
	e := f.Policy.Record.Effective()
	return f.fixText(f.Policy.RR, f.mended, [3]Policy{e.Domain, e.Sub, e.NonExist}, single, id, args...)
}

// title says what publishing the mended record does: above all that a policy
// takes effect by it, else what is corrected.
func (m mending) title(before [3]Policy, single, id string, args []any) checks.Text {
	moves := id == "fix.dmarc-move" || id == "fix.dmarc-merge"
	if !moves && single != m.record.String() {
		id, args = "fix.dmarc-corrected", nil
	}
	policy := m.stronger(before)
	switch {
	case len(m.conflicts) > 0:
		return checks.T("fix.dmarc-one-tag", checks.Args{"tag": m.conflicts[0].tag})
	case policy != "" && (moves || id == "fix.dmarc-policy"):
		return title(id+"-enforce", append(args, "enforced", policy))
	case policy != "":
		return checks.T("fix.dmarc-corrected-enforce", checks.Args{"enforced": policy})
	}
	return title(id, args)
}

// open puts placeholders where the record contradicts itself.
func (m mending) open(text string) string {
	for _, c := range m.conflicts {
		if r := Parse(text); r.Tag(c.tag) != nil && strings.EqualFold(r.Tag(c.tag).Value, c.values[0]) {
			text = r.Set(c.tag, "<"+m.placeholder(c)+">")
		}
	}
	return text
}

// choices asks which of contradicting values was meant.
func (m mending) choices() (list []checks.Choice) {
	for _, c := range m.conflicts {
		list = append(list, checks.Choice{Name: m.placeholder(c), Text: checks.T("choice.dmarc-value", checks.Args{"tag": c.tag}), Values: c.values})
	}
	return list
}

func (m mending) placeholder(c conflict) string {
	if len(m.conflicts) == 1 {
		return "value"
	}
	return c.tag
}

// choose shows the form of a record whose value only the owner can say; what
// needs no decision is put right in it.
func (f *Facts) choose(text, id string, c checks.Choice, args ...any) []checks.Fix {
	if !checks.SameOrganization(f.Policy.RR.Name, f.Domain) {
		return nil
	}
	return []checks.Fix{{Title: title(id, args), Edits: []resolver.Edit{replace(f.Policy.RR, f.mended.open(text))},
		Choices: append([]checks.Choice{c}, f.mended.choices()...)}}
}

// choosePolicy asks for the policy of p, sp or np: what mail may be lost by it
// is the owner's decision.
func (f *Facts) choosePolicy(tag string, policies ...Policy) []checks.Fix {
	values := make([]string, len(policies))
	for i, p := range policies {
		values[i] = string(p)
	}
	c := checks.Choice{Name: "policy", Text: checks.T("choice.dmarc-policy", checks.Args{"tag": tag}), Values: values}
	return f.choose(f.mended.record.Set(tag, "<policy>"), "fix.dmarc-raise", c, "tag", tag)
}

// raiseSubdomains lets subdomains follow the domain's policy. Where only one
// policy is stronger there is nothing to choose but the time.
func (f *Facts) raiseSubdomains(from Policy) []checks.Fix {
	if from == None {
		return f.choosePolicy("sp", Quarantine, Reject)
	}
	c := checks.Choice{Name: "ready", Text: checks.T("choice.dmarc-ready-sub", nil), Values: []string{"yes", "no"}}
	return f.choose(f.mended.record.Set("sp", string(Reject)), "fix.dmarc-policy", c, "tag", "sp", "policy", string(Reject))
}

// refuseInvented has mail from names that do not exist rejected. Whether some
// machine sends mail from such a name only the owner can tell.
func (f *Facts) refuseInvented() []checks.Fix {
	c := checks.Choice{Name: "names", Text: checks.T("choice.dmarc-np", nil), Values: []string{"yes", "no"}}
	return f.choose(f.mended.record.Set("np", string(Reject)), "fix.dmarc-policy", c, "tag", "np", "policy", string(Reject))
}

// chooseShare asks what is to become of a policy for a share of mail: for all
// mail now, or for none as pct=0 had it, which is t=y (RFC 9989 Appendix A.6).
// Receivers that honour pct do not know t, so that neither is without effect.
func (f *Facts) chooseShare(percent int) []checks.Fix {
	whole := Parse(f.mended.record.Without("pct"))
	values := []string{f.mended.open(whole.String()), f.mended.open(whole.Set("t", "y"))}
	if percent == 0 {
		slices.Reverse(values)
	}
	c := checks.Choice{Name: "record", Text: checks.T("choice.dmarc-pct", nil), Values: values}
	return f.choose("<record>", "fix.dmarc-pct", c)
}

// chooseMode asks which alignment was meant by a word like "strict".
func (f *Facts) chooseMode(tag string) []checks.Fix {
	c := checks.Choice{Name: "mode", Text: checks.T("choice.dmarc-mode", checks.Args{"tag": tag}), Values: []string{"r", "s"}}
	return f.choose(f.mended.record.Set(tag, "<mode>"), "fix.dmarc-mode", c, "tag", tag)
}

// addRUA asks for an address for reports, which nobody else can know.
func (f *Facts) addRUA() []checks.Fix {
	c := checks.Choice{Name: "address", Text: checks.T("choice.dmarc-address", nil)}
	return f.choose(f.mended.record.Set("rua", "mailto:<address>"), "fix.dmarc-rua-address", c)
}

// chooseAddress asks for the address that faulty ones were meant to be.
func (f *Facts) chooseAddress(tag string, faulty func(URI) bool) []checks.Fix {
	c := checks.Choice{Name: "address", Text: checks.T("choice.dmarc-address", nil)}
	text := f.mended.record.withURIs(tag, func(u URI) string {
		if _, ok := u.Corrected(); !ok || faulty(u) {
			return "mailto:<address>"
		}
		return u.Raw
	})
	return f.choose(text, "fix.dmarc-addresses", c, "tag", tag)
}

// endTest asks whether the test has shown enough to let the policy apply.
func (f *Facts) endTest() []checks.Fix {
	c := checks.Choice{Name: "ready", Text: checks.T("choice.dmarc-ready", nil), Values: []string{"yes", "no"}}
	return f.choose(f.mended.record.Without("t"), "fix.dmarc-end-test", c)
}

// fixSite puts one record in the place of all at a name that are DMARC, or were
// meant to be; texts are what was meant.
func (f *Facts) fixSite(s Site, records []resolver.Record, texts []string) []checks.Fix {
	edit := resolver.Edit{Name: records[0].Name, Type: resolver.TypeTXT, TTL: records[0].TTL}
	for i, rr := range records {
		if texts[i] == "" || rr.Name != edit.Name || !checks.SameOrganization(rr.Name, f.Domain) {
			return nil
		}
		edit.Remove = append(edit.Remove, rr.Data.String())
	}
	id := "fix.dmarc-merge"
	if len(records) == 1 {
		id = "fix.dmarc-corrected"
	}
	fix, data := f.oneOf(s.Domain, texts, id)
	edit.Add = []string{data}
	fix.Edits = []resolver.Edit{edit}
	return []checks.Fix{fix}
}

// oneOf is a fix that publishes one record for all the texts, without its
// edits, and the record's data.
func (f *Facts) oneOf(domain string, texts []string, id string, args ...any) (fix checks.Fix, data string) {
	m, values, ok := f.unite(domain, texts)
	if !ok && len(texts) > 1 {
		fix = checks.Fix{Title: checks.T("fix.dmarc-keep-one", nil),
			Choices: []checks.Choice{{Name: "record", Text: checks.T("choice.dmarc-record", nil), Values: values}}}
		return fix, resolver.NewTXT("<record>").String()
	}
	text := m.record.String()
	return checks.Fix{Title: m.title(f.before(), text, id, args), Choices: m.choices()}, resolver.NewTXT(m.open(text)).String()
}

// fixMisplaced moves what stands at wrong names to where receivers look for it,
// as one record.
func (f *Facts) fixMisplaced(records []resolver.Record) []checks.Fix {
	var edits []resolver.Edit
	var texts []string
	for _, rr := range records {
		if !checks.SameOrganization(rr.Name, f.Domain) {
			return nil
		}
		text, _ := rr.Text()
		texts = append(texts, text)
		edits = append(edits, resolver.Edit{Name: rr.Name, Type: resolver.TypeTXT, TTL: rr.TTL, Remove: []string{rr.Data.String()}, Add: []string{}})
	}
	fix, data := f.oneOf(f.Domain, texts, "fix.dmarc-move", "name", Owner(f.Domain))
	place, ok := f.place(records[0].TTL, data)
	if !ok {
		return nil
	}
	fix.Edits = append(edits, place...)
	return []checks.Fix{fix}
}

// place puts a record at the domain's own _dmarc name. No name server loads a
// TXT record beside an alias (RFC 1034 §3.6.2), so that has to go; ok is false
// where nobody can tell whether there is one.
func (f *Facts) place(ttl uint32, data string) (edits []resolver.Edit, ok bool) {
	alias, known := f.ownAlias()
	if !known {
		return nil, false
	}
	if alias != nil {
		edits = append(edits, resolver.Edit{Name: alias.Name, Type: resolver.TypeCNAME, TTL: alias.TTL, Remove: []string{alias.Data.String()}, Add: []string{}})
	}
	return append(edits, resolver.Edit{Name: Owner(f.Domain), Type: resolver.TypeTXT, TTL: ttl, Remove: []string{}, Add: []string{data}}), true
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
