package spf

import (
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

// textFix replaces a record by records with other texts, none to delete it.
// There is no fix where an alias leads to somebody else's record.
func (d *Domain) textFix(r resolver.Record, title string, args checks.Args, texts ...string) []checks.Fix {
	return d.textsFix([]resolver.Record{r}, title, args, texts...)
}

func (d *Domain) textsFix(records []resolver.Record, title string, args checks.Args, texts ...string) []checks.Fix {
	if len(records) == 0 || !checks.SameOrganization(records[0].Name, d.Name) {
		return nil
	}
	edit := drop(records...)
	for _, text := range texts {
		edit.Add = append(edit.Add, resolver.NewTXT(text).String())
	}
	return fix(title, args, edit)
}

// choiceFix leaves a decision to the user; text has the choice's name in angle
// brackets.
func (d *Domain) choiceFix(records []resolver.Record, title, name, text string, values []string) []checks.Fix {
	fixes := d.textsFix(records, title, nil, text)
	for i := range fixes {
		fixes[i].Choices = []checks.Choice{{Name: name, Text: checks.T("choice.spf-"+name, nil), Values: values}}
	}
	return fixes
}

func (e SyntaxError) titleArgs(r *Record) checks.Args {
	return checks.Args{"term": shown(e.Whole.Of(r.Text)), "suggest": shown(e.Suggest)}
}

// valueForm is a term with a gap for the argument that nobody but the user
// knows: a domain name or an address.
func valueForm(term string) (name, form string) {
	term = strings.TrimRight(term, ":=")
	name = "domain"
	if low := strings.ToLower(term); strings.HasSuffix(low, "ip4") || strings.HasSuffix(low, "ip6") {
		name = "address"
	}
	return name, term + sign(term) + "<" + name + ">"
}

// mergeFix puts one record in the place of several.
func (d *Domain) mergeFix(records []resolver.Record, merged Merged) []checks.Fix {
	args := checks.Args{"lookups": merged.Lookups}
	title := "spf-merge"
	if merged.Lookups > 10 { // RFC 7208 §4.6.4
		title = "spf-merge-over"
	}
	if len(merged.Texts) == 1 {
		return d.textsFix(records, title, args, merged.Texts[0])
	}
	fixes := d.choiceFix(records, title, "record", "<record>", merged.Texts)
	for i := range fixes {
		fixes[i].Title.Args = args
	}
	return fixes
}

// lookalikeFix writes what the lookalikes at one name were meant to be: one
// record, and the other data that stood with it on its own.
func (d *Domain) lookalikeFix(records []resolver.Record, found []*Lookalike) []checks.Fix {
	var parsed []*Record
	var rest []string
	for _, l := range found {
		if l.Record == "" {
			if len(l.Alternatives) > 0 && len(found) == 1 {
				return d.choiceFix(records, "spf-lookalike", "record", "<record>", l.Alternatives)
			}
			return nil
		}
		parsed = append(parsed, Parse(l.Record))
		if l.Rest != "" {
			rest = append(rest, strings.TrimRight(l.Rest, " ;,"))
		}
	}
	switch len(found) {
	case 0:
		return nil
	case 1:
		return d.textsFix(records, "spf-lookalike", nil, append([]string{found[0].Record}, rest...)...)
	}
	merged, ok := Merge(parsed)
	if !ok || len(merged.Texts) != 1 {
		return nil
	}
	return d.textsFix(records, "spf-lookalikes", nil, append([]string{merged.Texts[0]}, rest...)...)
}
