package zone

import (
	"strings"

	"mailauth/resolver"
)

// field is a field of an entry with its place.
type field struct {
	resolver.Field
	line, col int
}

// entry is one record or directive, with its parentheses and comments gone.
type entry struct {
	file   string
	blank  bool // begins with a space: the owner is that of the entry above
	fields []field
}

// at makes an error at a field, or after the last one.
func (e entry) at(i int, code, found, expected string) *Error {
	f := e.fields[min(i, len(e.fields)-1)]
	token := f.String()
	if i >= len(e.fields) {
		f.col += len(token)
		token = ""
	}
	return &Error{Code: code, Args: resolver.Args{"found": token}, File: e.file, Line: f.line, Col: f.col, Found: found, Expected: expected}
}

// cutter cuts the text of a master file into entries.
type cutter struct {
	file  string
	text  string
	pos   int
	line  int // of pos, from 1
	start int // pos of the line's first octet
}

func newCutter(file, text string) *cutter {
	return &cutter{file: file, text: strings.TrimPrefix(text, "\ufeff"), line: 1}
}

func (c *cutter) newline() {
	c.pos++
	c.line++
	c.start = c.pos
}

func (c *cutter) fail(code, found, expected string) *Error {
	return &Error{Code: code, File: c.file, Line: c.line, Col: c.pos - c.start + 1, Found: found, Expected: expected}
}

// next returns the next entry that has fields; ok is false at the end.
func (c *cutter) next() (e entry, ok bool, err error) {
	e = entry{file: c.file, blank: c.atBlank()}
	var open []*Error // what to say of each parenthesis if it stays open
	end := -1         // of the field before
	for c.pos < len(c.text) {
		switch c.text[c.pos] {
		case '\n':
			c.newline()
			if len(open) == 0 {
				if len(e.fields) > 0 {
					return e, true, nil
				}
				e.blank = c.atBlank()
			}
		case ' ', '\t', '\r':
			c.pos++
		case ';':
			c.skipComment()
		case '(':
			open = append(open, c.fail("paren-open", `"(" without its ")"`, `")" before the end of the file`))
			c.pos++
		case ')':
			if len(open) == 0 {
				return e, false, c.fail("paren-close", `")" without a "(" before it`, "a field of a record")
			}
			open = open[:len(open)-1]
			c.pos++
		default:
			f, err := c.field(end)
			if err != nil {
				return e, false, err
			}
			e.fields, end = append(e.fields, f), c.pos
		}
	}
	if len(open) > 0 {
		return e, false, open[0]
	}
	return e, len(e.fields) > 0, nil
}

func (c *cutter) atBlank() bool {
	return c.pos < len(c.text) && (c.text[c.pos] == ' ' || c.text[c.pos] == '\t')
}

func (c *cutter) skipComment() {
	if n := strings.IndexByte(c.text[c.pos:], '\n'); n >= 0 {
		c.pos += n
	} else {
		c.pos = len(c.text)
	}
}

// field reads the field at pos; end is where the one before ended.
func (c *cutter) field(end int) (field, error) {
	f, n, err := resolver.ScanField(c.text[c.pos:])
	if err != nil {
		fault := err.(*resolver.FieldError)
		e := c.fail(fault.Code, fault.Found, fault.Expected)
		if c.text[c.pos] == '"' {
			e.advise(hintStrings)
		}
		return field{}, e
	}
	f.Glued = c.pos == end
	out := field{f, c.line, c.pos - c.start + 1}
	c.pos += n
	return out, nil
}

var hintStrings = hint{"several-strings", `a text goes on over several lines as several strings, each in quotes, with "(" before the first and ")" after the last`}
