package catalog

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed en/*.toml ja/*.toml
var texts embed.FS

// languages are the folders, the one that others fall back to first.
var languages = []string{"en", "ja"}

// Catalog holds the texts of every language. It is safe for concurrent use.
type Catalog struct {
	bundle *i18n.Bundle
	// placeholders are the sorted placeholder names of language and text id.
	placeholders map[string]map[string][]string
	phrases      func() []phrase // made when first asked for
}

// Load reads the embedded texts. An error means that a file of this package is
// wrong: bad TOML, a bad template, or an id that two files define.
func Load() (*Catalog, error) { return load(texts) }

func load(files fs.FS) (*Catalog, error) {
	c := &Catalog{bundle: i18n.NewBundle(language.English), placeholders: map[string]map[string][]string{}}
	c.phrases = sync.OnceValue(c.readPhrases)
	for _, lang := range languages {
		c.placeholders[lang] = map[string][]string{}
		names, err := fs.Glob(files, lang+"/*.toml")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if err := c.add(files, lang, name); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return c, nil
}

func (c *Catalog) add(files fs.FS, lang, name string) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	messages, err := i18n.ParseMessageBytes(data, toml.Unmarshal)
	if err != nil {
		return err
	}
	for _, m := range messages {
		if _, twice := c.placeholders[lang][m.ID]; twice {
			return fmt.Errorf("text %s of %s stands in another file too", m.ID, path.Dir(name))
		}
		found, err := placeholders(m)
		if err != nil {
			return err
		}
		c.placeholders[lang][m.ID] = found
	}
	return c.bundle.AddMessages(language.Make(lang), messages...)
}

// Languages lists the languages, "en" first.
func (c *Catalog) Languages() []string { return slices.Clone(languages) }

// IDs lists the ids of a language's texts, sorted.
func (c *Catalog) IDs(lang string) []string {
	ids := make([]string, 0, len(c.placeholders[lang]))
	for id := range c.placeholders[lang] {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Placeholders returns the placeholder names of a text over all its plural
// forms, sorted, and whether the text exists in the language.
func (c *Catalog) Placeholders(lang, id string) (names []string, ok bool) {
	names, ok = c.placeholders[lang][id]
	return names, ok
}
