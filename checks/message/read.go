package message

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"strings"

	"mailauth/resolver"
)

// Bounds of what is read of a message.
const (
	MaxBytes      = 32 << 20 // of the whole
	maxHeader     = 1 << 20  // of the header
	MaxSignatures = 20       // that are looked at
)

// The reasons why something is no message.
var (
	ErrTooLong  = fmt.Errorf("longer than %d MiB", MaxBytes>>20)
	ErrHeader   = fmt.Errorf("a header longer than %d KiB", maxHeader>>10)
	ErrNoHeader = errors.New("no header field at its beginning")
)

// Field is one header field (RFC 5322 §2.2): its name, and its body unfolded.
type Field struct{ Name, Body string }

// Message is a message as far as signatures concern it.
type Message struct {
	// Name says where it was read: a file's name.
	Name   string
	Fields []Field
	// From are the domains of the From field, canonical and each once; empty where
	// none can be read. Fields counts how many From fields there are: mail with
	// more than one is not to be taken for anyone's (RFC 7489 §6.6.1).
	From       []string
	FromFields int
	// Signatures are the DKIM-Signature fields, in the order of the header.
	Signatures []*Signature
	// More says that there are further signatures, beyond MaxSignatures.
	More bool
	// Text is the message with CRLF at the end of every line, and without the
	// "From " line of a mailbox file.
	Text []byte
}

// Read reads one message to its end. An error is one of those above, or the
// reader's.
func Read(name string, r io.Reader) (*Message, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	switch {
	case err != nil:
		return nil, err
	case len(raw) > MaxBytes:
		return nil, ErrTooLong
	}
	return Parse(name, raw)
}

// Parse reads a message that is there whole.
func Parse(name string, raw []byte) (*Message, error) {
	text := withCRLF(withoutEnvelope(raw))
	header, _, found := bytes.Cut(text, []byte("\r\n\r\n"))
	switch {
	case len(header) > maxHeader:
		return nil, ErrHeader
	case !found: // no body: the separator is added, so that it is an empty one
		header = bytes.TrimRight(header, "\r\n")
		text = append(bytes.Clone(header), "\r\n\r\n"...)
	}
	m := &Message{Name: name, Fields: fields(string(header)), Text: text}
	if len(m.Fields) == 0 {
		return nil, ErrNoHeader
	}
	m.readFields()
	return m, nil
}

// withoutEnvelope drops the line that mailbox files have in front of a message
// (RFC 4155), a byte order mark, and empty lines before the header.
func withoutEnvelope(raw []byte) []byte {
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	raw = bytes.TrimLeft(raw, "\r\n")
	if bytes.HasPrefix(raw, []byte("From ")) {
		_, raw, _ = bytes.Cut(raw, []byte("\n"))
	}
	return raw
}

// withCRLF ends every line as SMTP does (RFC 5322 §2.1): a file of a Unix system
// has LF alone, and signatures are made over what went over the wire.
func withCRLF(raw []byte) []byte {
	text := make([]byte, 0, len(raw)+len(raw)/32)
	for i, c := range raw {
		if c == '\n' && (i == 0 || raw[i-1] != '\r') {
			text = append(text, '\r')
		}
		text = append(text, c)
	}
	return text
}

// fields cuts a header into its fields. A line that begins none, and continues
// none, is left out.
func fields(header string) (list []Field) {
	for _, line := range strings.Split(header, "\r\n") {
		if folded := line != "" && (line[0] == ' ' || line[0] == '\t'); folded {
			if len(list) > 0 {
				list[len(list)-1].Body += "\r\n" + line
			}
			continue
		}
		name, body, ok := strings.Cut(line, ":")
		if name = strings.TrimRight(name, " \t"); ok && isFieldName(name) {
			list = append(list, Field{name, body})
		}
	}
	return list
}

// isFieldName tells field-name (RFC 5322 §3.6.8).
func isFieldName(name string) bool {
	return name != "" && strings.IndexFunc(name, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

func (m *Message) readFields() {
	for _, f := range m.Fields {
		switch {
		case strings.EqualFold(f.Name, "From"):
			m.FromFields++
			m.addFrom(f.Body)
		case strings.EqualFold(f.Name, "DKIM-Signature"):
			if len(m.Signatures) == MaxSignatures {
				m.More = true
				continue
			}
			m.Signatures = append(m.Signatures, ParseSignature(f.Body))
		}
	}
}

// addFrom adds the domains of a From field (RFC 5322 §3.6.2).
func (m *Message) addFrom(body string) {
	parser := mail.AddressParser{WordDecoder: nil}
	list, err := parser.ParseList(withoutComments(strings.NewReplacer("\r", "", "\n", "").Replace(body)))
	if err != nil {
		return
	}
	for _, address := range list {
		domain, ok := canonical(address.Address[strings.LastIndexByte(address.Address, '@')+1:])
		if ok && !contains(m.From, domain) {
			m.From = append(m.From, domain)
		}
	}
}

// withoutComments drops the comments outside of quoted strings, which may stand
// between any two tokens (RFC 5322 §3.2.2).
func withoutComments(body string) string {
	var b strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(body); i++ {
		c := body[i]
		switch {
		case c == '\\' && i+1 < len(body):
			i++
			if depth == 0 {
				b.WriteString(body[i-1 : i+1])
			}
			continue
		case c == '"' && depth == 0:
			quoted = !quoted
		case c == '(' && !quoted:
			depth++
			continue
		case c == ')' && depth > 0:
			depth--
			continue
		}
		if depth == 0 {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func contains(list []string, item string) bool {
	for _, have := range list {
		if have == item {
			return true
		}
	}
	return false
}

// canonical brings a domain of a message to the form of the DNS; U-labels become
// A-labels (RFC 6376 §3.5, d=).
func canonical(domain string) (string, bool) {
	domain = strings.TrimSpace(domain)
	name, err := resolver.CanonicalName(asciiLabels(strings.TrimSuffix(domain, ".")))
	if err != nil || name == "." || strings.ContainsAny(domain, " \t[]") {
		return "", false
	}
	return name, true
}
