package dmarc

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"mailauth/checks"
	"mailauth/checks/taglist"
)

// Intended is the record that was meant: separators, equals signs, quotes and
// characters as they should be, and equal duplicates gone. ok is false where
// that needs a guess. A record without such faults is its own.
func (r *Record) Intended() (text string, ok bool) {
	if !r.Malformed() && !r.Has(Duplicate) {
		return r.Text, true
	}
	fixed, conflicts := r.rebuilt()
	return fixed.String(), len(conflicts) == 0 && fixed.sound()
}

// rebuilt makes the list anew from what stands in the text, with the first of
// values that contradict each other.
func (r *Record) rebuilt() (*Record, []conflict) {
	cleaned := Parse(plain(r.Text))
	list := taglist.List{Closed: cleaned.List.Closed}
	for i := range cleaned.List.Tags {
		list.Tags = append(list.Tags, cleaned.split(i)...)
	}
	for i, tag := range list.Tags {
		if !isRequest(tag.Name) || isPrintable(tag.Value) {
			continue
		}
		if p, ok := nearPolicy(tag.Value); ok {
			list.Tags[i].Value = string(p)
		}
	}
	var conflicts []conflict
	list.Tags, conflicts = merge(list.Tags)
	return Parse(list.String()), conflicts
}

func isRequest(name string) bool {
	return slices.Contains([]string{"p", "sp", "np"}, strings.ToLower(name))
}

func isPrintable(value string) bool {
	return strings.IndexFunc(value, func(c rune) bool { return c < ' ' || c > '~' }) < 0
}

// split makes of a piece the tags that stand in it. A word that is a policy
// becomes p; other words say nothing to a receiver and go.
func (r *Record) split(i int) []taglist.Tag {
	tag := r.List.Tags[i]
	tokens := r.tokens(i)
	uris := i > 0 && r.strayURIs(i) != nil
	switch {
	case tag.Blank():
		return nil
	case i == 0, uris, tag.Equals && isName(tag.Name) && !isKnown(tag.Name):
		return []taglist.Tag{tag}
	case len(tokens) == 0 && !tag.Equals:
		if p, ok := ParsePolicy(tag.Name); ok && r.P.Tag == nil {
			return []taglist.Tag{{Name: "p", Value: string(p), Equals: true}}
		}
		return nil
	case len(tokens) == 0 && !isKnown(tag.Name):
		if name := strings.TrimFunc(tag.Name, notLetter); isKnown(name) {
			return []taglist.Tag{{Name: name, Value: tag.Value, Equals: true}}
		}
		return nil
	}
	var tags []taglist.Tag
	for k, t := range tokens {
		end := tag.Span.End
		if k+1 < len(tokens) {
			end = tokens[k+1].sep.Start
		}
		value := strings.Trim(r.Text[t.op.End:end], " \t,")
		tags = append(tags, taglist.Tag{Name: t.name.Of(r.Text), Value: value, Equals: true})
	}
	if len(tags) == 0 {
		return []taglist.Tag{tag}
	}
	return tags
}

func notLetter(c rune) bool { return c|0x20 < 'a' || c|0x20 > 'z' }

// merge drops repeated tags that say the same, and joins repeated address
// lists. Of tags that contradict each other the first stays.
func merge(tags []taglist.Tag) (merged []taglist.Tag, conflicts []conflict) {
	for _, tag := range tags {
		same := func(t taglist.Tag) bool { return t.Equals && tag.Equals && strings.EqualFold(t.Name, tag.Name) }
		at := slices.IndexFunc(merged, same)
		switch {
		case at < 0:
			merged = append(merged, tag)
		case strings.EqualFold(merged[at].Value, tag.Value):
		case strings.EqualFold(tag.Name, "rua"), strings.EqualFold(tag.Name, "ruf"):
			merged[at].Value = joinURIs(merged[at].Value, tag.Value)
		default:
			conflicts = noteConflict(conflicts, merged[at], tag.Value)
		}
	}
	return merged, conflicts
}

func noteConflict(conflicts []conflict, first taglist.Tag, value string) []conflict {
	name := strings.ToLower(first.Name)
	i := slices.IndexFunc(conflicts, func(c conflict) bool { return c.tag == name })
	if i < 0 {
		return append(conflicts, conflict{name, []string{first.Value, value}})
	}
	if len(conflicts[i].values) < maxAlike && !slices.Contains(conflicts[i].values, value) {
		conflicts[i].values = append(conflicts[i].values, value)
	}
	return conflicts
}

func joinURIs(a, b string) string {
	all := strings.Split(a, ",")
	for _, uri := range strings.Split(b, ",") {
		uri = strings.TrimSpace(uri)
		if !slices.ContainsFunc(all, func(have string) bool { return strings.EqualFold(strings.TrimSpace(have), uri) }) {
			all = append(all, uri)
		}
	}
	return strings.Join(all, ",")
}

// plain writes text in the characters that were meant: full-width forms and
// fancy dashes as ASCII, spaces of any kind as a space, and no quotes,
// backslashes, byte order marks, zero-width characters or marks of direction.
// What it does not know it leaves.
func plain(text string) string {
	var b strings.Builder
	for _, c := range norm.NFKC.String(text) {
		switch {
		case strings.ContainsRune("\"\\“”„‟″「」『』‘’‚‛", c), unicode.Is(unicode.Cf, c), '\ufe00' <= c && c <= '\ufe0f':
		case c == '\r' || c == '\n' || c == '\v' || c == '\f' || c == '\u2028' || c == '\u2029' || c == '\u00a0' || c == '\u3000':
			b.WriteByte(' ')
		case strings.ContainsRune("‐‑‒–—―−ー", c):
			b.WriteByte('-')
		case c == '、':
			b.WriteByte(',')
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// Without writes the record without the named tags.
func (r *Record) Without(names ...string) string {
	list := taglist.List{Closed: r.List.Closed}
	for _, t := range r.List.Tags {
		if !t.Equals || !slices.Contains(names, strings.ToLower(t.Name)) {
			list.Tags = append(list.Tags, t)
		}
	}
	return list.String()
}

// Set writes the record with a tag's value replaced; a tag that it does not
// have is put at the end, a policy right after the version, where RFC 7489
// readers want it.
func (r *Record) Set(name, value string) string {
	list := taglist.List{Tags: slices.Clone(r.List.Tags), Closed: r.List.Closed}
	added := taglist.Tag{Name: name, Value: value, Equals: true}
	switch at := r.first(name); {
	case at >= 0:
		list.Tags[at].Value = value
	case name == "p":
		list.Tags = slices.Insert(list.Tags, 1, added)
	default:
		list.Tags = append(list.Tags, added)
	}
	return list.String()
}

// Rename writes the record with a tag renamed.
func (r *Record) Rename(tag *taglist.Tag, name string) string {
	list := taglist.List{Tags: slices.Clone(r.List.Tags), Closed: r.List.Closed}
	for i := range list.Tags {
		if list.Tags[i].Span == tag.Span {
			list.Tags[i].Name = name
		}
	}
	return list.String()
}

// CorrectedURIs writes the record with the address list of rua or ruf put
// right: the faulty addresses corrected, those cut off by a semicolon brought
// back. ok is false where an address cannot be corrected.
func (r *Record) CorrectedURIs(name string) (text string, ok bool) {
	for _, uri := range r.uris(name) {
		if _, ok := uri.Corrected(); !ok {
			return "", false
		}
	}
	return r.mendedURIs(name), true
}

func (r *Record) uris(name string) []URI {
	if name == "ruf" {
		return r.RUF
	}
	return r.RUA
}

// mendedURIs corrects the addresses that can be and leaves the others.
func (r *Record) mendedURIs(name string) string {
	return r.withURIs(name, func(u URI) string {
		if value, ok := u.Corrected(); ok {
			return value
		}
		return u.Raw
	})
}

// withURIs writes each address of rua or ruf anew; equal ones are written once.
func (r *Record) withURIs(name string, write func(URI) string) string {
	uris := r.uris(name)
	var values []string
	for _, uri := range uris {
		if value := write(uri); !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	list := taglist.List{Closed: r.List.Closed}
	for _, t := range r.List.Tags {
		if slices.ContainsFunc(uris, func(u URI) bool { return u.Fault == AfterSemicolon && within(u.Span, t.Span) }) {
			continue
		}
		if strings.EqualFold(t.Name, name) && t.Equals {
			t.Value = strings.Join(values, ",")
		}
		list.Tags = append(list.Tags, t)
	}
	return list.String()
}

func within(inner, outer checks.Span) bool {
	return outer.Start <= inner.Start && inner.End <= outer.End
}
