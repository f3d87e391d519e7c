package catalog

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"mailauth/checks"
)

// phrase is a text "phrase.…": what the packages below the catalogue say in
// English, and how to recognise it.
type phrase struct {
	id      string
	english *regexp.Regexp // with the placeholders as groups
	literal int            // octets that stand for themselves
}

// Phrase says in the language what a package that knows of no languages says in
// English: its errors and what they expect. Ok is false for a text that the
// catalogue does not have; English is always fine as it is. An argument "why"
// is such a text itself, the others are data.
func (l *Localizer) Phrase(english string) (text string, ok bool) {
	if l.lang == languages[0] {
		return english, true
	}
	for _, p := range l.catalog.phrases() {
		groups := p.english.FindStringSubmatch(english)
		if groups == nil {
			continue
		}
		if args, ok := l.phraseArgs(p, groups); ok {
			return l.Text(p.id, args), true
		}
	}
	return "", false
}

func (l *Localizer) phraseArgs(p phrase, groups []string) (args checks.Args, ok bool) {
	args = checks.Args{}
	for i, name := range p.english.SubexpNames() {
		if name == "" {
			continue
		}
		args[name] = groups[i]
		if name == "why" {
			if args[name], ok = l.Phrase(groups[i]); !ok {
				return nil, false
			}
		}
	}
	return args, true
}

// readPhrases makes the patterns of all phrases, the most particular first.
func (c *Catalog) readPhrases() []phrase {
	english := c.For(languages[0])
	var all []phrase
	for _, b := range c.shelves[languages[0]].tables()["phrase"] {
		for id := range b.read() {
			if strings.HasPrefix(id, "phrase.") {
				all = append(all, newPhrase(english, id, b.placeholders(id)))
			}
		}
	}
	slices.SortFunc(all, func(a, b phrase) int {
		return cmp.Or(cmp.Compare(b.literal, a.literal), cmp.Compare(a.id, b.id))
	})
	return all
}

// newPhrase makes the pattern of a phrase.
func newPhrase(english *Localizer, id string, names []string) phrase {
	marks := checks.Args{}
	for _, name := range names {
		marks[name] = "\x00" + name + "\x00"
	}
	parts := strings.Split(english.Text(id, marks), "\x00") // every second one is a name
	p := phrase{id: id}
	pattern := "(?s)^"
	for i, part := range parts {
		if i%2 == 1 {
			pattern += "(?P<" + part + ">.+)"
			continue
		}
		pattern += regexp.QuoteMeta(part)
		p.literal += len(part)
	}
	p.english = regexp.MustCompile(pattern + "$")
	return p
}
