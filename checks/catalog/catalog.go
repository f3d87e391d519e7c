package catalog

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"sync"
)

//go:embed en/*.toml ja/*.toml
var texts embed.FS

// languages are the folders, the one that others fall back to first.
var languages = []string{"en", "ja"}

// Catalog holds the texts of every language. Files are read when a text of
// theirs is first asked for: most runs need few of them. It is safe for
// concurrent use.
type Catalog struct {
	shelves map[string]*shelf // by language
	phrases func() []phrase   // made when first asked for
}

// Load opens the embedded texts. An error means that they cannot be listed. A
// file that is wrong panics when it is first needed; the tests read all of them.
func Load() (*Catalog, error) { return open(texts) }

func open(files fs.FS) (*Catalog, error) {
	c := &Catalog{shelves: map[string]*shelf{}}
	c.phrases = sync.OnceValue(c.readPhrases)
	for _, lang := range languages {
		made, err := newShelf(files, lang)
		if err != nil {
			return nil, err
		}
		c.shelves[lang] = made
	}
	return c, nil
}

// load reads every file. An error means that one is wrong: bad TOML, a bad
// template, or an id that two files define.
func load(files fs.FS) (*Catalog, error) {
	c, err := open(files)
	if err != nil {
		return nil, err
	}
	for _, lang := range languages {
		seen := map[string]bool{}
		for _, b := range c.shelves[lang].books {
			if err := b.load(); err != nil {
				return nil, err
			}
			for id := range b.messages {
				if seen[id] {
					return nil, fmt.Errorf("%s: text %s of %s stands in another file too", b.name, id, lang)
				}
				seen[id] = true
				if _, err := placeholders(b.messages[id]); err != nil {
					return nil, fmt.Errorf("%s: %w", b.name, err)
				}
			}
		}
	}
	return c, nil
}

// Languages lists the languages, "en" first.
func (c *Catalog) Languages() []string { return slices.Clone(languages) }

// IDs lists the ids of a language's texts, sorted.
func (c *Catalog) IDs(lang string) []string {
	ids := []string{}
	if s := c.shelves[lang]; s != nil {
		for _, b := range s.books {
			for id := range b.read() {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return ids
}

// Placeholders returns the placeholder names of a text over all its plural
// forms, sorted, and whether the text exists in the language.
func (c *Catalog) Placeholders(lang, id string) (names []string, ok bool) {
	if b := c.shelves[lang].find(id); b != nil {
		return b.placeholders(id), true
	}
	return nil, false
}
