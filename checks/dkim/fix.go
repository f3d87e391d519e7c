package dkim

import (
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

// mendRecord proposes the record as it was meant, if that ends the fault.
func (f *Facts) mendRecord(s *Selector, k keyRecord, kind FaultKind) []checks.Fix {
	if !f.ours(k.record) {
		return nil
	}
	if k.key.has(Split, CauseLost) && kind == Split || k.key.has(DER, CauseTruncated) && kind == DER {
		return joinRecords(s, k)
	}
	text, ok := k.key.Mend()
	if !ok || ParseKey(splitText(text)).hasKind(kind) {
		return nil
	}
	title := "fix.dkim-record"
	if kind == Split && k.key.has(Split, CauseLong) {
		title = "fix.dkim-split"
	}
	return []checks.Fix{{Title: checks.T(title, checks.Args{"selector": s.Selector}), Edits: []resolver.Edit{replace(k.record, text)}}}
}

func replace(r resolver.Record, text string) resolver.Edit {
	return resolver.Edit{Name: r.Name, Type: resolver.TypeTXT, TTL: r.TTL,
		Remove: []string{r.Data.String()}, Add: []string{keyData(text)}}
}

// keyData is the RDATA of a key record, cut into strings that DNS can carry.
func keyData(text string) string { return resolver.TXT{Strings: splitText(text)}.String() }

// joinRecords mends a key whose character-strings became TXT records of their
// own, where they fit together in exactly one way.
func joinRecords(s *Selector, k keyRecord) []checks.Fix {
	var rest []resolver.Record
	for _, r := range s.result.Answer.Records {
		if r.Data.String() != k.record.Data.String() {
			rest = append(rest, r)
		}
	}
	whole := assemble(k.key.Text, rest, maxParts)
	if len(whole) != 1 {
		return nil
	}
	edit := replace(k.record, whole[0].text)
	for _, r := range whole[0].used {
		edit.Remove = append(edit.Remove, r.Data.String())
	}
	slices.Sort(edit.Remove)
	return []checks.Fix{{Title: checks.T("fix.dkim-join", checks.Args{"selector": s.Selector, "count": len(edit.Remove)}), Edits: []resolver.Edit{edit}}}
}

// maxParts is how many records are put together; a key of 4096 bits has three strings.
const maxParts = 3

type assembled struct {
	text string
	used []resolver.Record
}

// assemble tries every order of the parts behind text and returns the sound keys.
func assemble(text string, parts []resolver.Record, depth int) (whole []assembled) {
	if key := ParseKey(splitText(text)); len(key.Faults) == 0 && key.Usable() {
		return []assembled{{text: text}}
	}
	if depth == 0 || len(parts) > maxParts {
		return nil
	}
	for i, part := range parts {
		more, _ := part.Text()
		for _, w := range assemble(text+more, slices.Delete(slices.Clone(parts), i, i+1), depth-1) {
			w.used = append(w.used, part)
			whole = append(whole, w)
		}
	}
	return whole
}

// keepOne leaves one of several keys: the better record where all hold the
// same key, else the one that the user chooses.
func (f *Facts) keepOne(s *Selector, records []keyRecord) []checks.Fix {
	edit := resolver.Edit{Name: records[0].record.Name, Type: resolver.TypeTXT, TTL: records[0].record.TTL, Add: []string{}}
	if !f.ours(records[0].record) {
		return nil
	}
	best, same := records[0], true
	for _, k := range records {
		same = same && samePublicKey(k.key, records[0].key)
		if len(k.key.Faults) < len(best.key.Faults) {
			best = k
		}
	}
	fix := checks.Fix{Title: checks.T("fix.dkim-keep-same", checks.Args{"selector": s.Selector})}
	if !same {
		fix.Title.ID = "fix.dkim-keep-one"
		fix.Choices = []checks.Choice{{Name: "key", Text: checks.T("choice.dkim-key", checks.Args{"selector": s.Selector})}}
		edit.Add = []string{`"<key>"`}
	}
	for _, k := range records {
		if !same {
			fix.Choices[0].Values = append(fix.Choices[0].Values, k.record.Display())
		}
		if !same || k.record.Data.String() != best.record.Data.String() {
			edit.Remove = append(edit.Remove, k.record.Data.String())
		}
	}
	fix.Edits = []resolver.Edit{edit}
	return []checks.Fix{fix}
}

func samePublicKey(a, b *Key) bool {
	return a.Material.key != nil && slices.Equal(a.Material.key, b.Material.key) && a.Type == b.Type
}

// move takes a key from the wrong name to the right one, mended on the way.
func (f *Facts) move(m *Misplaced) checks.Fix {
	record, data := m.found.record, m.found.record.Data.String()
	if text, ok := m.found.key.Mend(); ok && len(m.found.key.Faults) > 0 {
		data = keyData(text)
	}
	right := m.rightName(f.domain)
	fix := checks.Fix{Title: checks.T("fix.dkim-move", checks.Args{"name": m.Name, "right": right})}
	if m.Right == "" {
		fix.Choices = []checks.Choice{{Name: "selector", Text: checks.T("choice.dkim-selector", nil)}}
	}
	fix.Edits = []resolver.Edit{
		{Name: record.Name, Type: resolver.TypeTXT, TTL: record.TTL, Remove: []string{record.Data.String()}, Add: []string{}},
		{Name: right, Type: resolver.TypeTXT, TTL: record.TTL, Remove: []string{}, Add: []string{data}},
	}
	return fix
}

// guard tells the keys that a fix takes away or weakens.
func guard(before, after *checks.Pass) []checks.Text {
	was, _ := before.Own().(*Facts)
	is, _ := after.Own().(*Facts)
	if was == nil || is == nil {
		return nil
	}
	return lostKeys(was, is)
}

func lostKeys(was, is *Facts) (lost []checks.Text) {
	left := is.in(StateLive)
	for _, s := range was.in(StateLive) {
		i := slices.IndexFunc(left, func(other *Selector) bool { return other.Name == s.Name })
		switch {
		case i < 0:
			lost = append(lost, checks.T("guard.dkim-key-lost", checks.Args{"selector": s.Selector}))
		case left[i].Algorithm == s.Algorithm && left[i].Bits < s.Bits:
			lost = append(lost, checks.T("guard.dkim-key-weaker", checks.Args{"selector": s.Selector, "bits": left[i].Bits}))
		}
	}
	return lost
}
