package caa

import (
	"strconv"
	"strings"

	"mailauth/resolver"
)

// Property is one CAA record (RFC 8659 §4.1).
type Property struct {
	Flags uint8  `json:"flags"`
	Tag   string `json:"tag"`
	// Value as its octets, without quotes and escapes.
	Value string          `json:"value"`
	RR    resolver.Record `json:"-"`
}

// Is compares the tag, which has no case (RFC 8659 §4.1).
func (p Property) Is(tag string) bool { return strings.EqualFold(p.Tag, tag) }

// String is the data in master-file form.
func (p Property) String() string {
	return strconv.Itoa(int(p.Flags)) + " " + p.Tag + " " + resolver.Quote(p.Value)
}

// ParseProperty reads the master-file form of a CAA record's data: flags, tag
// and value, the value as a quoted or plain character-string (RFC 8659 §4.1.1).
func ParseProperty(text string) (Property, bool) {
	flags, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	tag, value, ok := strings.Cut(strings.TrimSpace(rest), " ")
	n, err := strconv.ParseUint(flags, 10, 8)
	if err != nil || !ok || !isTag(tag) {
		return Property{}, false
	}
	octets, ok := unquote(strings.TrimSpace(value))
	return Property{Flags: uint8(n), Tag: tag, Value: octets}, ok
}

// isTag tells property-tag: letters and digits, at least one.
func isTag(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; (c < 'a' || c > 'z') && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return s != ""
}

// unquote reads one character-string (RFC 1035 §5.1).
func unquote(text string) (octets string, ok bool) {
	quoted := strings.HasPrefix(text, `"`)
	if quoted {
		text = text[1:]
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return b.String(), quoted && i == len(text)-1
		case c == ' ' && !quoted:
			return "", false
		case c != '\\':
			b.WriteByte(c)
		case i+3 < len(text) && isDigits(text[i+1:i+4]):
			n, err := strconv.ParseUint(text[i+1:i+4], 10, 8)
			if err != nil {
				return "", false
			}
			b.WriteByte(byte(n))
			i += 3
		case i+1 < len(text):
			i++
			b.WriteByte(text[i])
		default:
			return "", false
		}
	}
	return b.String(), !quoted
}

func isDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

// Issuer is the value of an issue, issuewild, issuemail or issuevmc property
// (RFC 8659 §4.2): an authority's domain and parameters for it. Without a
// domain it lets nobody issue.
type Issuer struct {
	// Domain is in lower case, without a final dot; empty names nobody.
	Domain     string
	Parameters []Parameter
}

// Parameter is one of an authority's own making, such as an account.
type Parameter struct{ Name, Value string }

// ParseIssuer reads such a value. A value that breaks the grammar lets nobody
// issue (RFC 8659 §4.2), and ok is false.
func ParseIssuer(value string) (issuer Issuer, ok bool) {
	domain, parameters, more := strings.Cut(value, ";")
	domain = strings.Trim(domain, " \t")
	if domain != "" && !isDomain(domain) {
		return Issuer{}, false
	}
	issuer.Domain = strings.ToLower(domain)
	if !more {
		return issuer, true
	}
	for _, piece := range strings.Split(parameters, ";") {
		piece = strings.Trim(piece, " \t")
		if piece == "" {
			continue // RFC 8659 §4.2 has no empty one; authorities pass over it
		}
		name, text, equals := strings.Cut(piece, "=")
		name, text = strings.TrimRight(name, " \t"), strings.TrimLeft(text, " \t")
		if !equals || !isLabel(name) || strings.IndexFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) >= 0 {
			return Issuer{}, false
		}
		issuer.Parameters = append(issuer.Parameters, Parameter{name, text})
	}
	return issuer, true
}

// isDomain tells issuer-domain-name: labels of letters, digits and inner hyphens.
func isDomain(s string) bool {
	for _, label := range strings.Split(s, ".") {
		if !isLabel(label) {
			return false
		}
	}
	return true
}

// isLabel tells label and parameter-tag. The underscore is none of theirs, and
// forgiven.
func isLabel(s string) bool {
	if s == "" || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		if c := s[i] | 0x20; (c < 'a' || c > 'z') && (s[i] < '0' || s[i] > '9') && s[i] != '-' && s[i] != '_' {
			return false
		}
	}
	return true
}

// String writes the value with one space after each semicolon. Parsing that
// again gives the same issuer.
func (i Issuer) String() string {
	if i.Domain == "" && len(i.Parameters) == 0 {
		return ";"
	}
	text := i.Domain
	for _, p := range i.Parameters {
		text += "; " + p.Name + "=" + p.Value
	}
	return text
}
