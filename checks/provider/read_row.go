package provider

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

// The keys of a source, and those of a provider beside its fields.
func evidenceKeys() []string { return []string{"title", "title-ja", "date"} }

func providerKeys() []string {
	keys := []string{"name", "name-ja", "layers", "country", "evidence", "unverified", "note", "note-ja", "traits"}
	for _, f := range Fields() {
		keys = append(keys, string(f))
	}
	return keys
}

// row is one table of the file. Its first mistake is kept, and what is read
// after it means nothing.
type row struct {
	*reader
	at     toml.Primitive
	fields map[string]toml.Primitive
	err    error
}

func (r *row) fail(key string, e *Error) {
	if r.err != nil {
		return
	}
	place := r.at
	if p, ok := r.fields[key]; ok {
		place = p
	}
	r.err = r.reader.at(place, e)
}

// check refuses keys that nobody reads, the first in the text.
func (r *row) check(table, id string, known []string) {
	for _, k := range r.md.Keys() {
		if len(k) > 2 && k[0] == table && k[1] == id && !slices.Contains(known, k[2]) && r.err == nil {
			r.err = r.unknownKey(r.fields[k[2]], k[2], known)
		}
	}
}

// longestText bounds names and notes, in octets.
const longestText = 1000

// text reads a text that people read; "" if the key is not there.
func (r *row) text(key string) (text string) {
	place, ok := r.fields[key]
	if !ok {
		return ""
	}
	if r.md.PrimitiveDecode(place, &text) != nil {
		r.fail(key, unexpected("provider-text", key, "a text in quotes").with("key", key))
		return ""
	}
	unreadable := strings.ContainsFunc(text, func(c rune) bool { return c == utf8.RuneError || !unicode.IsPrint(c) })
	if unreadable || strings.TrimSpace(text) != text || text == "" || len(text) > longestText {
		r.fail(key, unexpected("provider-name", text, "a line of text"))
	}
	return text
}

// texts reads a list of texts.
func (r *row) texts(key string) (list []string) {
	place, ok := r.fields[key]
	if ok && r.md.PrimitiveDecode(place, &list) != nil {
		r.fail(key, unexpected("provider-texts", key, "a list of texts in quotes").with("key", key))
		return nil
	}
	for i, text := range list {
		if slices.Contains(list[:i], text) {
			r.fail(key, unexpected("provider-twice", text, "it once").with("other", key))
		}
	}
	return list
}

// names reads a text and its Japanese form.
func (r *row) names(key string, before Names) Names {
	if _, ok := r.fields[key]; ok {
		return Names{r.text(key), r.text(key + "-ja")}
	}
	if _, ok := r.fields[key+"-ja"]; ok {
		before.JA = r.text(key + "-ja")
	}
	return before
}

// one reads a word that matches.
func (r *row) one(key, code, expected string, form *regexp.Regexp) string {
	place, ok := r.fields[key]
	if !ok {
		return ""
	}
	var text string
	if r.md.PrimitiveDecode(place, &text) != nil || !form.MatchString(text) {
		r.fail(key, unexpected(code, text, expected))
	}
	return text
}

var (
	idForm       = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	codeForm     = regexp.MustCompile(`^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$`)
	countryForm  = regexp.MustCompile(`^[A-Z]{2}$`)
	evidenceDate = regexp.MustCompile(`^(19|20)\d\d(-(0[1-9]|1[0-2])(-([0-2]\d|3[01]))?)?$`)
)

func (r *reader) addEvidence(code string, at toml.Primitive, fields map[string]toml.Primitive) error {
	row := &row{reader: r, at: at, fields: fields}
	row.check("evidence", code, evidenceKeys())
	if !codeForm.MatchString(code) {
		row.fail("", unexpected("provider-id", code, "letters and digits"))
	}
	e := Evidence{Code: code, Title: row.names("title", Names{}), Date: row.one("date", "provider-date", "a date such as 2026-10-07", evidenceDate)}
	row.need("title", "date")
	if row.err != nil {
		return row.err
	}
	r.table.evidence = slices.DeleteFunc(r.table.evidence, func(known Evidence) bool { return known.Code == code })
	r.table.evidence = append(r.table.evidence, e)
	return nil
}

func (r *row) need(keys ...string) {
	for _, key := range keys {
		if _, ok := r.fields[key]; !ok {
			r.fail("", unexpected("provider-missing", "nothing", key).with("key", key))
		}
	}
}
