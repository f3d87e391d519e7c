package dkim

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"mailauth/checks/taglist"
)

// maxMended is the length in octets beyond which nobody meant a key: one of
// 16,384 bits has under 3,000.
const maxMended = 6000

// mendSyntax rebuilds the list of tags as it was meant: marks that do not
// belong into the data taken off, missing semicolons set, blank pieces and
// repetitions dropped. ok is false where a piece remains that nobody
// understands or where two tags of one name differ.
func (k *Key) mendSyntax() (taglist.List, bool) {
	if strings.Trim(k.Text, " \t") == "" || len(k.Text) > maxMended {
		return taglist.List{}, false
	}
	var l taglist.List
	for _, tag := range taglist.Parse(plainASCII(k.Text)).Tags {
		for _, piece := range divide(unquote(tag).String()) {
			part := taglist.Parse(piece).Tags
			if len(part) == 0 || part[0].Blank() {
				continue
			}
			mended, ok := nameTag(part[0])
			if !ok {
				return taglist.List{}, false
			}
			l.Tags = append(l.Tags, mended)
		}
	}
	lowerNames(&l)
	ok := dropRepeated(&l) && len(l.Faults()) == 0
	return l, ok
}

// plainASCII replaces what an input method, a word processor or a web page put
// in for the ASCII that was meant.
func plainASCII(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case '\uff01' <= r && r <= '\uff5e': // full-width forms
			return r - '\uff01' + '!'
		case r == '\u3000' || r == '\u00a0' || r == '\u202f' || r == '\r' || r == '\n':
			return ' '
		case '\u201c' <= r && r <= '\u201f' || r == '\u00ab' || r == '\u00bb':
			return '"'
		case '\u2018' <= r && r <= '\u201b':
			return '\''
		case unicode.Is(unicode.Cf, r):
			return -1 // zero width, or a mark of direction
		}
		return r
	}, text)
}

// unquote takes the marks of the zone file form out of a piece. Only notes may
// hold them; of those it takes the backslash that escaped the semicolon.
func unquote(tag taglist.Tag) taglist.Tag {
	if strings.Trim(tag.Name, ` "\('`) == "n" {
		tag.Name, tag.Value = "n", strings.TrimSuffix(tag.Value, `\`)
		return tag
	}
	marks := strings.NewReplacer(`"`, "", `\`, "", "(", "", ")", "", "'", "")
	tag.Name, tag.Value = marks.Replace(tag.Name), marks.Replace(tag.Value)
	return tag
}

// divide cuts a piece where a semicolon is missing.
func divide(piece string) []string {
	tag := taglist.Parse(piece).Tags
	if len(tag) == 0 {
		return nil
	}
	if !tag[0].Equals && colonTag.MatchString(tag[0].Name) {
		return divide(strings.Replace(piece, ":", "=", 1))
	}
	span, ok := runOn(tag[0])
	if !ok {
		return []string{piece}
	}
	head := strings.TrimRight(piece[:span.Start], " \t:,.")
	return append([]string{head}, divide(piece[span.Start:])...)
}

var bareKey = regexp.MustCompile(`^M[A-Za-z0-9+/\s]{60,}={0,2}$`)

// nameTag gives a piece without "=" the name that its content shows.
func nameTag(tag taglist.Tag) (taglist.Tag, bool) {
	switch text := tag.Name; {
	case tag.Equals:
		return tag, true
	case strings.EqualFold(text, "DKIM1"):
		return taglist.Tag{Name: "v", Value: "DKIM1", Equals: true}, true
	case bareKey.MatchString(text):
		return taglist.Tag{Name: "p", Value: text, Equals: true}, true
	}
	return tag, false
}

// lowerNames puts capital tag names into lower case where no other tag has
// the name: names have case (RFC 6376 §3.2), and no capital one is known.
func lowerNames(l *taglist.List) {
	for i, tag := range l.Tags {
		lower := strings.ToLower(tag.Name)
		if _, taken := l.Get(lower); len(lower) == 1 && strings.Contains(known, lower) && !taken {
			l.Tags[i].Name = lower
		}
	}
}

// dropRepeated drops tags that say the same a second time, and reports false
// where they say something else.
func dropRepeated(l *taglist.List) bool {
	values := map[string]string{}
	agree := true
	l.Tags = slices.DeleteFunc(l.Tags, func(t taglist.Tag) bool {
		value := strings.Join(strings.Fields(t.Value), "")
		was, repeated := values[t.Name]
		values[t.Name] = value
		agree = agree && (!repeated || was == value)
		return repeated
	})
	return agree
}
