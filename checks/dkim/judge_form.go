package dkim

import (
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/checks/taglist"
	"mailauth/resolver"
)

// longNotes is how many octets of n= are left unremarked.
const longNotes = 80

// judgeForm remarks on what a sound record could do without. Key is the record
// with its syntax mended; of a broken one only the breakage is told.
func (f *Facts) judgeForm(s *Selector, k keyRecord, key *Key) (findings []checks.Finding) {
	if key != k.key || !f.ours(k.record) {
		return nil
	}
	remark := func(r *checks.Rule, tag taglist.Tag, value string) {
		finding := f.on(r, s, k.record).With("found", value)
		findings = append(findings, finding.Spanning(tag.Span, "", nil))
	}
	if _, ok := key.List.Get("v"); !ok && !key.hasKind(Version) && !key.Revoked {
		findings = append(findings, f.on(NoVersion, s, k.record))
	}
	if tag, ok := key.List.Get("p"); ok && strings.ContainsAny(tag.Value, " \t\r\n") && !key.hasKind(Base64) && !key.hasKind(Split) {
		remark(Whitespace, tag, "")
		findings[len(findings)-1].Fixes = rewrite(s, k, "fix.dkim-record", joinKey)
	}
	if tag, ok := key.List.Get("t"); ok && slices.Contains(key.Flags, "s") {
		remark(Strict, tag, tag.Value)
	}
	if tag, ok := key.List.Get("g"); ok {
		remark(Granularity, tag, tag.Value)
		findings[len(findings)-1].Fixes = rewrite(s, k, "fix.dkim-drop-g", without("g"))
	}
	if tag, ok := key.List.Get("n"); ok && len(tag.Value) > longNotes {
		remark(LongNotes, tag, "")
		findings[len(findings)-1] = findings[len(findings)-1].With("count", len(tag.Value))
		findings[len(findings)-1].Fixes = rewrite(s, k, "fix.dkim-drop-n", without("n"))
	}
	return append(findings, f.judgeUnknown(s, k, key)...)
}

// judgeUnknown tells the tags that no verifier knows, together.
func (f *Facts) judgeUnknown(s *Selector, k keyRecord, key *Key) []checks.Finding {
	var names []string
	for _, tag := range key.Unknown {
		if !strings.Contains(known, strings.ToLower(tag.Name)) { // a known tag in capitals has a fault of its own
			names = append(names, tag.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	names = slices.Compact(names)
	finding := f.on(UnknownTag, s, k.record)
	finding.Args = checks.Args{"selector": s.Selector, "tags": names}
	finding.Key = names
	first := slices.IndexFunc(key.Unknown, func(t taglist.Tag) bool { return slices.Contains(names, t.Name) })
	return []checks.Finding{finding.Spanning(key.Unknown[first].Span, "", nil)}
}

// rewrite proposes the record with its list of tags changed.
func rewrite(s *Selector, k keyRecord, title string, change func(*taglist.List)) []checks.Fix {
	list := taglist.List{Tags: slices.Clone(k.key.List.Tags), Closed: k.key.List.Closed}
	change(&list)
	return []checks.Fix{{Title: checks.T(title, checks.Args{"selector": s.Selector}), Edits: []resolver.Edit{replace(k.record, list.String())}}}
}

func joinKey(l *taglist.List) {
	for i, tag := range l.Tags {
		if tag.Name == "p" {
			l.Tags[i].Value = strings.Join(strings.Fields(tag.Value), "")
		}
	}
}

func without(name string) func(*taglist.List) {
	return func(l *taglist.List) {
		l.Tags = slices.DeleteFunc(l.Tags, func(t taglist.Tag) bool { return t.Name == name })
	}
}
