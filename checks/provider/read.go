package provider

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"
	"unicode"

	"github.com/BurntSushi/toml"

	"mailauth/resolver"
)

//go:embed data/*.toml
var data embed.FS

// Builtin is the table that comes with the program.
func Builtin() *Table { return builtin() }

var builtin = sync.OnceValue(func() *Table {
	t, err := readFolder(data)
	if err != nil {
		panic(err) // a test reads the table
	}
	return t
})

// builtinFiles are the embedded files, the sources of evidence first.
func builtinFiles() []string {
	return []string{"evidence", "platforms", "hosting", "gateways", "senders", "services", "japan", "japan-gateways", "japan-senders", "web", "retired"}
}

func readFolder(files fs.FS) (*Table, error) {
	r := &reader{table: &Table{}, own: map[given]bool{}}
	for _, name := range builtinFiles() {
		name = "data/" + name + ".toml"
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		if err := r.read(name, string(text)); err != nil {
			return nil, err
		}
	}
	for _, p := range r.table.providers {
		p.File, p.Line = "", 0
	}
	return r.table, nil
}

// maxSize bounds a user's file, in octets.
const maxSize = 1 << 20

// Extend returns a table with the rows of a file laid over those of t: a row
// with a known id changes the fields that it gives, a pattern moves to the row
// that names it last. T stays as it is. The error is an *Error with the line.
func (t *Table) Extend(file string, from io.Reader) (*Table, error) {
	text, err := io.ReadAll(io.LimitReader(from, maxSize+1))
	if err != nil {
		var inPath *fs.PathError
		if errors.As(err, &inPath) {
			err = inPath.Err
		}
		return nil, &Error{Code: "unreadable", Args: resolver.Args{"why": err.Error()}, File: file, Err: err}
	}
	if len(text) > maxSize {
		e := &Error{Code: "providers-large", Args: resolver.Args{}, File: file, Found: "a longer file", Expected: fmt.Sprintf("at most %d KiB", maxSize>>10)}
		return nil, e.with("limit", fmt.Sprint(maxSize>>10))
	}
	r := &reader{table: &Table{}, own: map[given]bool{}}
	for _, p := range t.providers {
		r.table.providers = append(r.table.providers, p.clone())
	}
	r.table.evidence = t.Evidence()
	if err := r.read(file, string(text)); err != nil {
		return nil, err
	}
	r.tidy()
	return r.table, nil
}

// reader reads one file into a table.
type reader struct {
	table *Table
	file  string
	md    toml.MetaData
	// own are the rows and fields read so far; others are of the table that a file
	// extends, and may be changed. The built-in files count as one.
	own map[given]bool
}

// given is a row, or with a key one of its fields.
type given struct {
	row *Provider
	key string
}

func (r *reader) read(file, text string) error {
	r.file = file
	var top map[string]toml.Primitive
	md, err := toml.Decode(text, &top)
	if err != nil {
		return r.syntax(err)
	}
	r.md = md
	for _, key := range md.Keys() {
		if key[0] != "evidence" && key[0] != "provider" {
			return r.unknownKey(top[key[0]], key[0], []string{"evidence", "provider"})
		}
	}
	if err := r.tables(top, "evidence", r.addEvidence); err != nil {
		return err
	}
	return r.tables(top, "provider", r.addProvider)
}

// syntax reports text that is no TOML.
func (r *reader) syntax(err error) error {
	e := &Error{Code: "toml", Args: resolver.Args{"why": oneLine(err.Error())}, File: r.file, Err: errors.New(oneLine(err.Error()))}
	var inText toml.ParseError
	if errors.As(err, &inText) {
		e.Line = inText.Position.Line
		e.Args["why"], e.Err = oneLine(inText.Message), errors.New(oneLine(inText.Message))
	}
	return e
}

// oneLine spells out what would break a line or move a cursor.
func oneLine(text string) string {
	var b strings.Builder
	for _, c := range text {
		if unicode.IsPrint(c) {
			b.WriteRune(c)
		} else {
			fmt.Fprintf(&b, "<U+%04X>", c)
		}
	}
	return b.String()
}

// tables hands over the tables below a key in the order of the file.
func (r *reader) tables(top map[string]toml.Primitive, key string, add func(id string, at toml.Primitive, row map[string]toml.Primitive) error) error {
	at, ok := top[key]
	if !ok {
		return nil
	}
	rows, ok := r.keys(at)
	if !ok {
		return r.at(at, unexpected("provider-table", key, "a table").with("key", key))
	}
	seen := map[string]bool{}
	for _, k := range r.md.Keys() {
		if len(k) < 2 || k[0] != key || seen[k[1]] {
			continue
		}
		id := k[1]
		seen[id] = true
		row, ok := r.keys(rows[id])
		if !ok {
			return r.at(rows[id], unexpected("provider-table", id, "a table").with("key", id))
		}
		if err := add(id, rows[id], row); err != nil {
			return err
		}
	}
	return nil
}

// keys are those of a table; ok is false for what is none.
func (r *reader) keys(place toml.Primitive) (keys map[string]toml.Primitive, ok bool) {
	var is isTable // the library would take a number for an empty table
	if r.md.PrimitiveDecode(place, &is) != nil || !bool(is) {
		return nil, false
	}
	return keys, r.md.PrimitiveDecode(place, &keys) == nil
}

type isTable bool

// UnmarshalTOML implements toml.Unmarshaler.
func (is *isTable) UnmarshalTOML(value any) error {
	_, table := value.(map[string]any)
	*is = isTable(table)
	return nil
}

// at puts an error where a key stands.
func (r *reader) at(place toml.Primitive, e *Error) *Error {
	e.File, e.Line = r.file, r.line(place)
	return e
}

// line is where a key stands. The library tells that in errors alone.
func (r *reader) line(place toml.Primitive) int {
	var inText toml.ParseError
	if !errors.As(r.md.PrimitiveDecode(place, new(refusal)), &inText) || inText.Position.Line > 0 {
		return inText.Position.Line
	}
	first := 0 // a table without a line of its own begins with its keys
	if keys, ok := r.keys(place); ok {
		for _, key := range keys {
			if line := r.line(key); first == 0 || line > 0 && line < first {
				first = line
			}
		}
	}
	return first
}

type refusal struct{}

// UnmarshalTOML implements toml.Unmarshaler.
func (*refusal) UnmarshalTOML(any) error { return errors.ErrUnsupported }

func (r *reader) unknownKey(place toml.Primitive, key string, known []string) *Error {
	list := strings.Join(known, ", ")
	return r.at(place, unexpected("provider-key", key, "one of "+list).with("list", list))
}
