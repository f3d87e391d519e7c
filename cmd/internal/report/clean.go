package report

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes text from strangers safe to print: every octet that a terminal
// would obey and every character that cannot be seen is spelled out, an octet
// as \DDD (RFC 1035 §5.1), a character as <U+XXXX>. What is clean stays as it is.
func Clean(text string) string {
	if isClean(text) {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		shown, size := glyph(text)
		b.WriteString(shown)
		text = text[size:]
	}
	return b.String()
}

func isClean(text string) bool {
	for _, r := range text {
		if r == utf8.RuneError || !visible(r) {
			return false
		}
	}
	return true
}

// glyph returns the printed form of the first character of text, and its
// length in octets.
func glyph(text string) (shown string, size int) {
	r, size := utf8.DecodeRuneInString(text)
	switch {
	case r == utf8.RuneError && size == 1, r < 0x20, r == 0x7f:
		return fmt.Sprintf(`\%03d`, text[0]), 1
	case !visible(r):
		return fmt.Sprintf("<U+%04X>", r), size
	}
	return text[:size], size
}

// visible reports whether a character can be seen and stays where it is: no
// control, no bidirectional override, nothing of zero width, no space but U+0020.
func visible(r rune) bool {
	if r < utf8.RuneSelf { // as most are
		return ' ' <= r && r < 0x7f
	}
	return unicode.IsPrint(r) && r != blankBraille &&
		!unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// blankBraille is a symbol by its category and blank by its looks.
const blankBraille = '\u2800'

// unescape turns the printed form of a record (`\DDD` for octets outside
// 0x20–0x7E and for `\`) back into its octets.
func unescape(record string) string {
	var b strings.Builder
	for i := 0; i < len(record); i++ {
		if octet, ok := escapedOctet(record[i:]); ok {
			b.WriteByte(octet)
			i += len(`\DDD`) - 1
			continue
		}
		b.WriteByte(record[i])
	}
	return b.String()
}

func escapedOctet(text string) (octet byte, ok bool) {
	if len(text) < len(`\DDD`) || text[0] != '\\' {
		return 0, false
	}
	n, err := strconv.ParseUint(text[1:4], 10, 8)
	return byte(n), err == nil
}
