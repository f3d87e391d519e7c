package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// JSON writes one document, at the end.
type JSON struct {
	out io.Writer
	doc Document
}

// NewJSON returns a renderer that writes JSON. Source says what was asked.
func NewJSON(out io.Writer, tool Tool, lang, source string) *JSON {
	return &JSON{out, Document{
		Version: Version, Tool: tool, Lang: lang, Source: source,
		Reports: []Report{}, Problems: []Problem{},
	}}
}

// Report adds a domain.
func (j *JSON) Report(r Report) error {
	j.doc.Reports = append(j.doc.Reports, r)
	return nil
}

// Problem adds a domain that could not be audited.
func (j *JSON) Problem(p Problem) error {
	j.doc.Problems = append(j.doc.Problems, p)
	return nil
}

// Close writes the document.
func (j *JSON) Close() error { return WriteJSON(j.out, j.doc) }

// WriteJSON writes a document of any kind. What nobody could see is escaped.
func WriteJSON(out io.Writer, document any) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(document); err != nil {
		return err
	}
	const part = 1 << 16 // what is escaped at once; a large document need not be there twice
	for text := b.Bytes(); len(text) > 0; {
		end := min(part, len(text))
		for end < len(text) && !utf8.RuneStart(text[end]) {
			end++
		}
		if _, err := out.Write(escapeInvisible(text[:end])); err != nil {
			return err
		}
		text = text[end:]
	}
	return nil
}

// escapeInvisible writes as \uXXXX what a terminal would obey or nobody could
// see. Only strings of a JSON text hold such characters, so that it stays the
// same JSON.
func escapeInvisible(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == '\n' || visible(r):
			out = append(out, text[:size]...)
		case r >= 0x10000:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		text = text[size:]
	}
	return out
}
