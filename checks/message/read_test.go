package message

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
)

const signedField = "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d=Example.CO.jp; s=S1;\r\n\th=from:to; bh=AAAA;\r\n b=AA AA\r\n"

func TestParse(t *testing.T) {
	const mail = "From: Taro <taro@example.co.jp>\nSubject: hello\n  again\n\nbody\n"
	for _, tt := range []struct {
		why, text  string
		from       []string
		fields     int // of From
		signatures int
	}{
		{"a file of a Unix system", mail, []string{"example.co.jp."}, 1, 0},
		{"as it goes over the wire", strings.ReplaceAll(mail, "\n", "\r\n"), []string{"example.co.jp."}, 1, 0},
		{"a mailbox file", "From taro@example.co.jp Wed May 20 09:00:00 2026\n" + mail, []string{"example.co.jp."}, 1, 0},
		{"a byte order mark and an empty line in front", "\xef\xbb\xbf\n" + mail, []string{"example.co.jp."}, 1, 0},
		{"no body", "From: taro@example.co.jp", []string{"example.co.jp."}, 1, 0},
		{"signed", signedField + mail, []string{"example.co.jp."}, 1, 1},
		{"signed twice, once broken", "DKIM-Signature: nonsense\r\n" + signedField + mail, []string{"example.co.jp."}, 1, 2},
		{"signed once more than anybody looks at", strings.Repeat(signedField, MaxSignatures+1) + mail, []string{"example.co.jp."}, 1, MaxSignatures},
		{"several authors of one domain", "From: a@example.jp,\n\t\"B, C\" <b@EXAMPLE.jp>\n\n", []string{"example.jp."}, 1, 0},
		{"authors of two domains", "From: a@example.jp, b@example.com\n\n", []string{"example.jp.", "example.com."}, 1, 0},
		{"two From fields", "From: a@example.jp\nFrom: b@example.jp\n\n", []string{"example.jp."}, 2, 0},
		{"an internationalised domain", "From: a@日本語.jp\n\n", []string{"xn--wgv71a119e.jp."}, 1, 0},
		{"no From", "To: a@example.jp\n\n", nil, 0, 0},
		{"From that is no address", "From: undisclosed\n\n", nil, 1, 0},
		{"From in the body only", "To: a@example.jp\n\nFrom: b@example.com\n", nil, 0, 0},
		{"several parts", "From: a@example.jp\nContent-Type: multipart/mixed; boundary=x\n\n--x\nFrom: b@example.com\n\ntext\n--x--\n", []string{"example.jp."}, 1, 0},
	} {
		m, err := Parse("test.eml", []byte(tt.text))
		if err != nil {
			t.Errorf("%s: %v", tt.why, err)
			continue
		}
		if !slices.Equal(m.From, tt.from) || m.FromFields != tt.fields || len(m.Signatures) != tt.signatures {
			t.Errorf("%s: from %q in %d fields, %d signatures; want %q in %d, %d", tt.why, m.From, m.FromFields, len(m.Signatures), tt.from, tt.fields, tt.signatures)
		}
		if bytes.Contains(bytes.ReplaceAll(m.Text, []byte("\r\n"), nil), []byte("\n")) || !bytes.Contains(m.Text, []byte("\r\n\r\n")) {
			t.Errorf("%s: the text to verify is %q, want CRLF at every line's end and an empty line behind the header", tt.why, m.Text)
		}
	}
}

func TestNoMessage(t *testing.T) {
	for _, tt := range []struct {
		why, text string
		want      error
	}{
		{"nothing", "", ErrNoHeader},
		{"a picture", "\x89PNG\r\n\x1a\n\x00\x00", ErrNoHeader},
		{"prose", "Dear all\n\nhello: world\n", ErrNoHeader},
		{"a header without end", "A: " + strings.Repeat("x", maxHeader), ErrHeader},
	} {
		if _, err := Parse("test.eml", []byte(tt.text)); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.why, err, tt.want)
		}
	}
	endless := bytes.NewReader(make([]byte, MaxBytes+2))
	if _, err := Read("test.eml", endless); !errors.Is(err, ErrTooLong) {
		t.Errorf("more than the limit: %v, want %v", err, ErrTooLong)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(signedField + "From: a@example.jp\r\n\r\nbody"))
	f.Add([]byte("From x\nFrom: a@b\n c: d\n\n\n"))
	f.Add([]byte(":\n\t\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := Parse("fuzz", raw)
		if err != nil {
			return
		}
		again, err := Parse("fuzz", m.Text)
		if err != nil {
			t.Fatalf("%q cannot be read again: %v", m.Text, err)
		}
		if !slices.Equal(again.From, m.From) || len(again.Signatures) != len(m.Signatures) || again.FromFields != m.FromFields {
			t.Errorf("%q: read again it has other fields", raw)
		}
	})
}
