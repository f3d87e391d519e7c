package bimi

import (
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

func replace(rr resolver.Record, text, title string) checks.Fix {
	return checks.Fix{Title: checks.T(title, nil), Edits: []resolver.Edit{{
		Name: rr.Name, Type: rr.Type(), TTL: rr.TTL, Remove: []string{rr.Data.String()}, Add: []string{resolver.NewTXT(text).String()}}}}
}

// fix mends one slip of the record, or shows its form where only the owner
// knows what belongs there.
func (f *Facts) fix(fault Fault) []checks.Fix {
	switch fault.Kind {
	case NotHTTPS:
		if value := fault.Span.Of(f.Text); strings.HasPrefix(strings.ToLower(value), "http://") {
			return []checks.Fix{replace(f.RR, f.with(fault.Tag, "https"+value[len("http"):]), "fix.bimi-https")}
		}
	case UnknownAvatar:
		value := strings.ToLower(f.Record.tag("avp").Value)
		if value != "personal" {
			value = "brand"
		}
		return []checks.Fix{replace(f.RR, f.with("avp", value), "fix.bimi-avatar")}
	case DuplicateTag:
		if text, ok := f.withoutRepeated(fault.Tag); ok {
			return []checks.Fix{replace(f.RR, text, "fix.bimi-drop-repeated")}
		}
		return nil
	case NotATag:
		return nil
	}
	choice := checks.Choice{Name: "url", Text: checks.T("choice.bimi-url", checks.Args{"tag": fault.Tag})}
	if fault.Kind == SeveralURLs {
		for _, u := range strings.Split(fault.Span.Of(f.Text), ",") {
			if u = strings.TrimSpace(u); u != "" {
				choice.Values = append(choice.Values, u)
			}
		}
	}
	fix := replace(f.RR, f.with(fault.Tag, "<url>"), "fix.bimi-url")
	fix.Title.Args, fix.Choices = checks.Args{"tag": fault.Tag}, []checks.Choice{choice}
	return []checks.Fix{fix}
}

// with is the record with another value of a tag, behind the version if it is
// not there yet.
func (f *Facts) with(tag, value string) string {
	list := f.Record.List
	list.Tags = slices.Clone(list.Tags)
	for i, t := range list.Tags {
		if t.Equals && t.Name == tag {
			list.Tags[i].Value = value
			return list.String()
		}
	}
	added := list.Tags[0]
	added.Name, added.Value = tag, value
	list.Tags = slices.Insert(list.Tags, 1, added)
	return list.String()
}

// withoutRepeated drops the later ones of a tag that says the same each time.
func (f *Facts) withoutRepeated(tag string) (text string, ok bool) {
	list := f.Record.List
	list.Tags = nil
	first := f.Record.tag(tag)
	if first == nil {
		return "", false
	}
	seen := false
	for _, t := range f.Record.List.Tags {
		if t.Equals && t.Name == tag {
			if t.Value != first.Value {
				return "", false
			}
			if seen {
				continue
			}
			seen = true
		}
		list.Tags = append(list.Tags, t)
	}
	return list.String(), true
}
