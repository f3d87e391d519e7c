package catalog

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"

	"mailauth/checks"
	"mailauth/checks/provider"
)

// Localizer gives the texts of one language.
type Localizer struct {
	catalog *Catalog
	lang    string
	shelves []*shelf // of the language, then of English
}

// For returns the texts of a language; of English for one that the catalogue
// does not have.
func (c *Catalog) For(lang string) *Localizer {
	if c.shelves[lang] == nil {
		lang = languages[0]
	}
	l := &Localizer{catalog: c, lang: lang, shelves: []*shelf{c.shelves[lang]}}
	if lang != languages[0] {
		l.shelves = append(l.shelves, c.shelves[languages[0]])
	}
	return l
}

// Lang is the language, "en" or "ja".
func (l *Localizer) Lang() string { return l.lang }

// Has reports whether there is a text with the id, in the language or in English.
func (l *Localizer) Has(id string) bool { return l.find(id) != nil }

// find returns the book that has a text, in the language or in English.
func (l *Localizer) find(id string) *book {
	for _, s := range l.shelves {
		if b := s.find(id); b != nil {
			return b
		}
	}
	return nil
}

// Say is the text in the language.
func (l *Localizer) Say(t checks.Text) string { return l.Text(t.ID, t.Args) }

// Text returns the text with its arguments filled in. Lists are joined as the
// language does it. The argument "count", or else the only number that the text
// takes, chooses the plural form. A text that the language lacks comes in
// English, and one that nobody has is its id. Arguments are data from
// strangers and come out as they are: who prints the text escapes it.
func (l *Localizer) Text(id string, args checks.Args) string {
	b := l.find(id)
	if b == nil {
		return id
	}
	counted := &i18n.LocalizeConfig{MessageID: id, TemplateData: l.readable(args), PluralCount: b.count(id, args)}
	// A text may take the count and have one form for all of them.
	plain := &i18n.LocalizeConfig{MessageID: id, TemplateData: counted.TemplateData}
	for _, config := range []*i18n.LocalizeConfig{counted, plain} {
		if text, err := b.localizer.Localize(config); err == nil {
			return text
		}
	}
	return id
}

// readable joins the lists among the arguments, chooses names in the language, and takes the final dot from
// canonical names: people do not write it, and a sentence may end there.
func (l *Localizer) readable(args checks.Args) map[string]any {
	data := make(map[string]any, len(args))
	for name, value := range args {
		switch v := value.(type) {
		case string:
			value = bareName(v)
		case []string:
			bare := make([]string, len(v))
			for i, item := range v {
				bare[i] = bareName(item)
			}
			value = l.List(bare)
		case checks.Text:
			value = l.Say(v)
		case []checks.Text:
			value = l.steps(v)
		case provider.Names:
			value = v.In(l.lang)
		case []provider.Names:
			said := make([]string, len(v))
			for i, name := range v {
				said[i] = name.In(l.lang)
			}
			value = l.List(said)
		}
		data[name] = value
	}
	return data
}

// steps numbers texts that are to be done one after the other.
func (l *Localizer) steps(texts []checks.Text) string {
	said := make([]string, len(texts))
	for i, t := range texts {
		said[i] = fmt.Sprintf("(%d) %s", i+1, l.Say(t))
	}
	if l.lang == "ja" {
		return strings.Join(said, "、")
	}
	return strings.Join(said, "; ")
}

var canonicalName = regexp.MustCompile(`^[a-z0-9_*][a-z0-9_-]*(\.[a-z0-9_-]+)*\.$`)

func bareName(text string) string {
	if canonicalName.MatchString(text) {
		return strings.TrimSuffix(text, ".")
	}
	return text
}

// List joins items as the language writes a list.
func (l *Localizer) List(items []string) string {
	if l.lang == "ja" {
		return strings.Join(items, "、")
	}
	return strings.Join(items, ", ")
}

// count finds the argument that the plural form follows, or nil.
func (b *book) count(id string, args checks.Args) any {
	if n, ok := whole(args["count"]); ok {
		return n
	}
	var only any
	for _, name := range b.placeholders(id) {
		if n, ok := whole(args[name]); ok {
			if only != nil {
				return nil
			}
			only = n
		}
	}
	return only
}

func whole(value any) (int64, bool) {
	v := reflect.ValueOf(value)
	switch {
	case !v.IsValid():
		return 0, false
	case v.CanInt():
		return v.Int(), true
	case v.CanUint():
		return int64(v.Uint()), true
	}
	return 0, false
}
