package spf

import (
	"slices"
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

// mistakeFix puts the whole record right where all its mistakes are certain,
// so that one change mends them together; else the one term.
func (d *Domain) mistakeFix(r resolver.Record, record *Record, mending Mending, e SyntaxError) []checks.Fix {
	one := []resolver.Record{r}
	switch {
	case !e.Problem.grave() && e.Problem != VersionRepeated:
		return d.oddityFix(r, record)
	case mending.OK:
		return d.textFix(r, "spf-mend", nil, mending.Text)
	case e.Certain:
		return d.partFix(r, record)
	case len(mending.Alternatives) > 0:
		return d.choiceFix(one, "spf-mend-choose", "record", "<record>", mending.Alternatives)
	case len(e.Choices) > 0:
		e.Suggest = "<term>"
		return d.choiceFix(one, "spf-mend-choose", "term", record.apply([]SyntaxError{e}), e.Choices)
	case e.Problem == EmptyArg || e.Problem == MissingArg:
		return d.valueFix(one, record, e)
	}
	return nil
}

// partFix puts right what is certain, in one change, and leaves the rest.
func (d *Domain) partFix(r resolver.Record, record *Record) []checks.Fix {
	certain := slices.DeleteFunc(record.faults(), func(e SyntaxError) bool { return !e.Certain })
	if len(certain) == 1 {
		return d.textFix(r, "spf-mend-term", certain[0].titleArgs(record), record.apply(certain))
	}
	return d.textFix(r, "spf-mend-part", nil, record.apply(certain))
}

// oddityFix takes mere oddities away, all of them in one change. Beside a real
// mistake they wait: two changes of one record are no fix.
func (d *Domain) oddityFix(r resolver.Record, record *Record) []checks.Fix {
	var odd []SyntaxError
	for _, e := range record.Remarks {
		switch {
		case e.Problem == VersionRepeated || e.Problem.grave():
			return nil
		case e.Certain:
			odd = append(odd, e)
		}
	}
	switch {
	case len(record.Errors) > 0:
		return nil
	case len(odd) == 1:
		return d.textFix(r, "spf-mend-term", odd[0].titleArgs(record), record.apply(odd))
	}
	return d.textFix(r, "spf-tidy", nil, record.apply(odd))
}

func (e SyntaxError) titleArgs(r *Record) checks.Args {
	return checks.Args{"term": shown(e.Whole.Of(r.Text)), "suggest": shown(e.Suggest)}
}

// valueFix asks for the argument that nobody but the user knows.
func (d *Domain) valueFix(records []resolver.Record, r *Record, e SyntaxError) []checks.Fix {
	term := strings.TrimRight(e.Whole.Of(r.Text), ":=")
	name := "domain"
	if low := strings.ToLower(term); strings.HasSuffix(low, "ip4") || strings.HasSuffix(low, "ip6") {
		name = "address"
	}
	e.Suggest = term + sign(term) + "<" + name + ">"
	return d.choiceFix(records, "spf-fill-in", name, r.apply([]SyntaxError{e}), nil)
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
