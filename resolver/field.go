package resolver

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Field is one field of a record in master-file form (RFC 1035 §5.1).
type Field struct {
	Text   string // as written, escapes and all, without the quotes
	Quoted bool
	Glued  bool // nothing stands between it and the field before
}

// String is the field as it was written.
func (f Field) String() string {
	if f.Quoted {
		return `"` + f.Text + `"`
	}
	return f.Text
}

// visible makes text from strangers fit for a terminal.
func visible(text string, limit int) string {
	var b strings.Builder
	for _, r := range text {
		if limit--; limit < 0 {
			b.WriteString("…")
			break
		}
		if r == ' ' || unicode.IsPrint(r) && r != utf8.RuneError {
			b.WriteRune(r)
		} else {
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
	}
	return b.String()
}

// ScanField reads the field at the start of text, which must not be a space, a
// comment or a parenthesis, and returns its length in octets. A quote that is
// not closed on its line and a backslash at the end of a line are errors.
func ScanField(text string) (f Field, n int, err error) {
	quoted := strings.HasPrefix(text, `"`)
	start := 0
	if quoted {
		start = 1
	}
	for i := start; ; i++ {
		switch {
		case i == len(text) || text[i] == '\n':
			if quoted {
				return f, i, &FieldError{Code: "quote-open", Found: "a quote that does not end on its line", Expected: `a second "`}
			}
			return Field{Text: text[:i]}, i, nil
		case text[i] == '\\':
			if i++; i == len(text) || text[i] == '\n' || text[i] == '\r' {
				return f, i, &FieldError{Code: "backslash-at-end", Found: "a backslash at the end of the line", Expected: "a character or three digits after it"}
			}
		case quoted && text[i] == '"':
			return Field{Text: text[1:i], Quoted: true}, i + 1, nil
		case !quoted && strings.IndexByte(" \t\r\"();", text[i]) >= 0:
			return Field{Text: text[:i]}, i, nil
		}
	}
}

// SplitFields cuts RDATA in master-file form, on one line and without comments
// or parentheses, into fields.
func SplitFields(text string) ([]Field, error) {
	var fields []Field
	for i, glued := 0, false; i < len(text); {
		switch c := text[i]; c {
		case ' ', '\t':
			i, glued = i+1, false
		case '(', ')', ';', '\n', '\r':
			return nil, &FieldError{Code: "char-outside-quotes", Args: Args{"char": string(rune(c))},
				Index: len(fields), Found: strconv.QuoteRune(rune(c)) + " outside quotes", Expected: "one line of data"}
		default:
			f, n, err := ScanField(text[i:])
			if err != nil {
				return nil, err
			}
			f.Glued = glued
			fields = append(fields, f)
			i, glued = i+n, true
		}
	}
	return fields, nil
}

// octets decodes a character-string.
func (f Field) octets() (string, error) {
	raw := make([]byte, 0, len(f.Text))
	for i := 0; i < len(f.Text); i++ {
		if f.Text[i] != '\\' {
			raw = append(raw, f.Text[i])
			continue
		}
		octet, n, ok := unescape(f.Text[i:])
		if !ok {
			escape := fmt.Sprintf("%.4s", f.Text[i:])
			return "", &FieldError{Code: "escape", Args: Args{"found": escape}, Found: "the escape " + escape, Expected: `\DDD with DDD from 000 to 255, or \ before a character that is no digit`}
		}
		raw = append(raw, octet)
		i += n - 1
	}
	return string(raw), nil
}

// Name reads the field as a domain name: "@" is the origin, and a name without
// a dot at its end is relative to it. Without origin ("") only absolute names
// can be read.
func (f Field) Name(origin string) (string, error) {
	absolute := isAbsolute(f.Text)
	text := f.Text
	switch {
	case f.Quoted:
		return "", unexpected("name-quoted", f.String(), "a name without quotes")
	case text == "@" && origin != "":
		return origin, nil
	case !absolute && origin == "":
		return "", unexpected("name-relative", f.String(), "an absolute name, with a dot at its end")
	case !absolute:
		text = Join(origin, text)
	}
	name, err := CanonicalName(text)
	if err != nil {
		return "", unusableName(f.Text, f.Text, err)
	}
	return name, nil
}

// isAbsolute reports whether a name in presentation form ends with a dot that
// is not escaped.
func isAbsolute(name string) bool {
	stem, ok := strings.CutSuffix(name, ".")
	backslashes := len(stem) - len(strings.TrimRight(stem, `\`))
	return ok && backslashes%2 == 0
}

// ParseTTL reads a TTL: seconds, or numbers with the units s, m, h, d, w
// ("1h30m"), up to 2^31-1 seconds (RFC 2181 §8).
func ParseTTL(text string) (seconds uint32, ok bool) {
	var sum, n uint64
	digits := false
	for i := 0; i < len(text); i++ {
		if c := text[i]; isDigit(c) {
			n, digits = n*10+uint64(c-'0'), true
		} else {
			unit := ttlUnit(c)
			if unit == 0 || !digits {
				return 0, false
			}
			sum, n, digits = sum+n*unit, 0, false
		}
		if sum+n > 1<<31-1 {
			return 0, false
		}
	}
	return uint32(sum + n), text != ""
}

func ttlUnit(c byte) uint64 {
	switch c | 0x20 {
	case 's':
		return 1
	case 'm':
		return 60
	case 'h':
		return 3600
	case 'd':
		return 86400
	case 'w':
		return 604800
	}
	return 0
}
