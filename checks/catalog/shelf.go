package catalog

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// shelf is the files of a language.
type shelf struct {
	books []*book
	// tables are the books that have a table of the name: what stands before the
	// dot of an id.
	tables func() map[string][]*book
}

func newShelf(files fs.FS, lang string) (*shelf, error) {
	names, err := fs.Glob(files, lang+"/*.toml")
	if err != nil {
		return nil, err
	}
	s := &shelf{}
	for _, name := range names {
		s.books = append(s.books, newBook(files, lang, name))
	}
	s.tables = sync.OnceValue(s.index)
	return s, nil
}

// index looks at the lines that begin tables. A line of a text that looks like
// one makes a file read in vain, and no more.
func (s *shelf) index() map[string][]*book {
	tables := map[string][]*book{}
	for _, b := range s.books {
		data, _ := fs.ReadFile(b.files, b.name) // read tells the error
		for line := range bytes.Lines(data) {
			if line[0] != '[' {
				continue
			}
			name := strings.Trim(string(line), "[ ")
			if end := strings.IndexAny(name, ".] "); end >= 0 {
				name = name[:end]
			}
			if list := tables[name]; len(list) == 0 || list[len(list)-1] != b {
				tables[name] = append(list, b)
			}
		}
	}
	return tables
}

// find returns the book that has a text; nil if none does.
func (s *shelf) find(id string) *book {
	if s == nil {
		return nil
	}
	table, _, _ := strings.Cut(id, ".")
	for _, b := range s.tables()[table] {
		if b.read()[id] != nil {
			return b
		}
	}
	return nil
}

// book is a file. What it holds is there after load.
type book struct {
	files fs.FS
	lang  string
	name  string
	load  func() error

	messages  map[string]*i18n.Message
	localizer *i18n.Localizer
	fields    sync.Map // the placeholders of an id
}

func newBook(files fs.FS, lang, name string) *book {
	b := &book{files: files, lang: lang, name: name}
	b.load = sync.OnceValue(b.parse)
	return b
}

func (b *book) parse() error {
	data, err := fs.ReadFile(b.files, b.name)
	if err != nil {
		return err
	}
	messages, err := i18n.ParseMessageBytes(data, toml.Unmarshal)
	if err != nil {
		return fmt.Errorf("%s: %w", b.name, err)
	}
	b.messages = make(map[string]*i18n.Message, len(messages))
	for _, m := range messages {
		b.messages[m.ID] = m
	}
	tag := language.Make(b.lang)
	bundle := i18n.NewBundle(tag)
	if err := bundle.AddMessages(tag, messages...); err != nil {
		return fmt.Errorf("%s: %w", b.name, err)
	}
	b.localizer = i18n.NewLocalizer(bundle, b.lang)
	return nil
}

// read returns the texts by id.
func (b *book) read() map[string]*i18n.Message {
	if err := b.load(); err != nil {
		panic(err)
	}
	return b.messages
}

// placeholders are the sorted placeholder names of a text that the book has.
func (b *book) placeholders(id string) []string {
	if known, ok := b.fields.Load(id); ok {
		return known.([]string)
	}
	names, err := placeholders(b.messages[id])
	if err != nil {
		panic(err)
	}
	b.fields.Store(id, names)
	return names
}
