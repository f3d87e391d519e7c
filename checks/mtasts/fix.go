package mtasts

import (
	"slices"
	"strconv"
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

// defaultTTL is that of a record that was not there before, in seconds.
const defaultTTL = 3600

// week is a max_age that protects against an attack of some days, in seconds.
const week = 604800

// fixed is the title of a fix.
type fixed struct {
	id   string
	args checks.Args
}

func (t fixed) text() checks.Text { return checks.T(t.id, t.args) }

// fixRecord puts another text in the place of a record, and of all others at
// the name that count. Records of other people are not the owner's to change.
func (f *Facts) fixRecord(title fixed, rr resolver.Record, text string) []checks.Fix {
	if !checks.SameOrganization(rr.Name, f.Host) || text == "" {
		return nil
	}
	edit := resolver.Edit{Name: rr.Name, Type: resolver.TypeTXT, TTL: rr.TTL, Add: []string{resolver.NewTXT(text).String()}}
	for _, other := range f.Records {
		if other.Name == rr.Name {
			edit.Remove = append(edit.Remove, other.Data.String())
		}
	}
	if !slices.Contains(edit.Remove, rr.Data.String()) {
		edit.Remove = append(edit.Remove, rr.Data.String())
	}
	return []checks.Fix{{Title: title.text(), Edits: []resolver.Edit{edit}}}
}

// keepOne makes one record of several, with an id that none of them has: so
// senders fetch the policy anew, whatever they have seen.
func (f *Facts) keepOne() []checks.Fix {
	best, ids := ParseRecord(""), []string{}
	for _, rr := range f.Records {
		text, _ := rr.Text()
		r := ParseRecord(text)
		if len(r.Faults()) == 0 && (best.ID == "" || len(r.ID) > len(best.ID) || len(r.ID) == len(best.ID) && r.ID > best.ID) {
			best = r
		}
		ids = append(ids, r.ID)
	}
	if best.ID == "" {
		text, _ := f.Records[0].Text()
		return f.fixRecord(fixed{"fix.sts-one", nil}, f.Records[0], ParseRecord(text).Corrected(f.day))
	}
	return f.fixRecord(fixed{"fix.sts-one", nil}, f.Records[0], best.WithID(unused(best.ID, ids)))
}

// unused counts an id up until nobody has it.
func unused(id string, ids []string) string {
	for slices.Contains(ids, id) {
		id = NextID(id)
	}
	return id
}

// publish is a fix that puts another policy on the host and makes senders fetch
// it by another id (RFC 8461 §3.1). Where somebody else publishes the record,
// they have to be asked, and nothing is to paste.
func (f *Facts) publish(title fixed, p *Policy) []checks.Fix {
	fixes := f.fixRecord(title, f.Records[0], f.Record.WithID(NextID(f.ID)))
	for i := range fixes {
		fixes[i].Documents = []checks.Document{{URL: f.URL, Text: p.String()}}
	}
	return fixes
}

// addMX names the mail servers that are missing in the policy.
func (f *Facts) addMX(missing []string) []checks.Fix {
	p := *f.Policy
	p.MX = append(slices.Clone(p.MX), bareHosts(missing)...)
	return f.publish(fixed{"fix.sts-add-mx", checks.Args{"hosts": missing, "count": len(missing)}}, &p)
}

func (f *Facts) lengthen() []checks.Fix {
	p := *f.Policy
	p.MaxAge = week
	return f.publish(fixed{"fix.sts-max-age", checks.Args{"seconds": int64(week)}}, &p)
}

// enforce is the owner's decision: what the reports say decides it.
func (f *Facts) enforce() []checks.Fix {
	p := *f.Policy
	p.Mode = Enforce
	p.MX = append(slices.Clone(p.MX), bareHosts(p.Uncovered(f.reachable()))...)
	fixes := f.publish(fixed{"fix.sts-enforce", nil}, &p)
	for i := range fixes {
		fixes[i].Choices = []checks.Choice{{Name: "ready", Text: checks.T("choice.sts-ready", nil), Values: []string{"yes", "no"}}}
	}
	return fixes
}

// correct writes the policy as it was meant. A mode that nobody can tell is the
// owner's to say.
func (f *Facts) correct() []checks.Fix {
	p := f.Policy.Corrected(f.reachable())
	var choices []checks.Choice
	if p.Mode == "" {
		p.Mode = "<mode>"
		choices = []checks.Choice{{Name: "mode", Text: checks.T("choice.sts-mode", nil), Values: []string{string(Testing), string(Enforce)}}}
	}
	fixes := f.publish(fixed{"fix.sts-policy", nil}, p)
	for i := range fixes {
		fixes[i].Choices = choices
	}
	return fixes
}

// Corrected is the policy as it was meant, for a domain with these mail servers.
// Its mode is empty where that cannot be told; a max_age that cannot is a week.
func (p *Policy) Corrected(hosts []string) *Policy {
	fixed := &Policy{MaxAge: week, Lines: p.Lines}
	var mode, age bool
	for _, l := range p.Lines {
		value := strings.TrimSpace(l.Text[strings.IndexByte(l.Text+":", ':'):])
		value = strings.ToLower(strings.Trim(value, ": \t\"'"))
		switch {
		case l.names("mode") && !mode:
			fixed.Mode, mode = modeMeant(value), true
		case l.names("max_age") && !age:
			fixed.MaxAge, age = ageMeant(value), true
		case l.names("mx"):
			fixed.MX = append(fixed.MX, patternsMeant(value)...)
		}
	}
	if fixed.Mode != Off {
		fixed.MX = append(fixed.MX, bareHosts(fixed.Uncovered(hosts))...)
	}
	return fixed
}

func modeMeant(value string) Mode {
	switch m := Mode(value); m {
	case Enforce, Testing, Off:
		return m
	case "report", "test":
		return Testing
	}
	for _, m := range []Mode{Enforce, Testing} {
		if checks.Distance(value, string(m)) <= 2 { // "enforced"
			return m
		}
	}
	return ""
}

func ageMeant(value string) int64 {
	digits := strings.NewReplacer(",", "", "_", "", " ", "").Replace(value)
	seconds, err := strconv.ParseUint(digits, 10, 63)
	if err != nil {
		return week
	}
	return int64(min(seconds, MaxMaxAge))
}

// introduce shows the three pieces of MTA-STS: a policy that only tests, a host
// for it, and the record, which comes last.
func (f *Facts) introduce(domain string) checks.Fix {
	p := &Policy{Mode: Testing, MX: bareHosts(f.reachable()), MaxAge: week}
	return checks.Fix{
		Title: checks.T("fix.sts-introduce", nil),
		Edits: []resolver.Edit{
			{Name: f.Host, Type: resolver.TypeA, TTL: defaultTTL, Remove: []string{}, Add: []string{"<address>"}},
			{Name: f.Owner, Type: resolver.TypeTXT, TTL: defaultTTL, Remove: []string{}, Add: []string{resolver.NewTXT(Version + "; id=" + f.day + ";").String()}},
		},
		Documents: []checks.Document{{URL: f.URL, Text: p.String()}},
		Choices:   []checks.Choice{{Name: "address", Text: checks.T("choice.sts-address", checks.Args{"domain": domain, "host": f.Host})}},
	}
}
