package dkim

import (
	"encoding/base64"
	"strings"

	"mailauth/checks"
)

// pieces is the p= tag taken apart: its base64 characters, and what else there is.
type pieces struct {
	// data are the characters of the alphabet, "-" and "_" read as "+" and "/",
	// without white space, padding and strays.
	data string
	// urlSafe, strays and early are octets of the record: characters of the
	// URL-safe alphabet, of none, and "=" before the end.
	urlSafe, strays, early []checks.Span
	// padding counts the "=" at the end.
	padding int
}

// takeApart sorts the octets of a p= value. Folding white space is skipped
// (RFC 6376 §2.10, §3.6.1).
func takeApart(text string, value checks.Span) pieces {
	var p pieces
	var data strings.Builder
	add := func(runs *[]checks.Span, i int) {
		if n := len(*runs); n > 0 && (*runs)[n-1].End == i {
			(*runs)[n-1].End = i + 1
			return
		}
		*runs = append(*runs, checks.Span{Start: i, End: i + 1})
	}
	tail := strings.TrimRight(value.Of(text), "= \t\r\n")
	for i := value.Start; i < value.End; i++ {
		switch c := text[i]; {
		case isAlphabet(c):
			data.WriteByte(c)
		case c == '-' || c == '_':
			add(&p.urlSafe, i)
			data.WriteByte(map[byte]byte{'-': '+', '_': '/'}[c])
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		case c == '=' && i >= value.Start+len(tail):
			p.padding++
		case c == '=':
			add(&p.early, i)
		default:
			add(&p.strays, i)
		}
	}
	p.data = data.String()
	return p
}

func isAlphabet(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '+' || c == '/'
}

// decode reads the characters as far as they go: the last one is left out
// where their number cannot be right.
func (p pieces) decode() []byte {
	whole := p.data
	if len(whole)%4 == 1 {
		whole = whole[:len(whole)-1]
	}
	decoded, err := base64.RawStdEncoding.DecodeString(whole)
	if err != nil { // cannot be: only characters of the alphabet are there
		return nil
	}
	return decoded
}

// unpadded reports that the number of "=" is not the one that the length asks
// for; an odd length has no right number.
func (p pieces) unpadded() bool { return p.padding != (4-len(p.data)%4)%4 }

// odd reports a length that no base64 text has: a character is missing.
func (p pieces) odd() bool { return len(p.data)%4 == 1 }

func toBase64(data []byte) string { return base64.StdEncoding.EncodeToString(data) }
