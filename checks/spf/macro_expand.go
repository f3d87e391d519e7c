package spf

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"mailauth/resolver"
)

// MacroContext has the values of the macro letters, RFC 7208 §7.2. What is not
// known is left zero; expanding a macro that needs it is a MissingMacroError.
type MacroContext struct {
	Sender    string     // the MAIL FROM address, "postmaster@<helo>" for the null reverse-path: s, l, o
	HELO      string     // the HELO or EHLO name: h
	IP        netip.Addr // the client: i, c, v; an IPv4-mapped IPv6 address counts as IPv4
	Domain    string     // the domain whose record is evaluated, canonical but for the final dot: d
	Validated string     // the validated name of IP, canonical too, "unknown" when it has none: p
	Receiver  string     // the receiving host, explanations only: r
	Time      time.Time  // explanations only: t
}

// MissingMacroError says that a macro needs a value that the context lacks.
type MissingMacroError struct{ Letter byte }

func (e *MissingMacroError) Error() string {
	return fmt.Sprintf("no value for the macro %%{%c}", e.Letter)
}

const maxDomain = 253 // RFC 7208 §7.3

// Expand returns the domain name that the domain-spec stands for: its octets
// as they are, without a final dot, not checked for being a legal name. A name
// over 253 octets loses labels on the left until it fits (RFC 7208 §7.3).
func (d *DomainSpec) Expand(c MacroContext) (string, error) {
	name, err := d.MacroString.Expand(c)
	if err != nil {
		return "", err
	}
	name = strings.TrimSuffix(name, ".")
	for len(name) > maxDomain {
		_, rest, more := strings.Cut(name, ".")
		if !more {
			break
		}
		name = rest
	}
	return name, nil
}

// Name is Expand as a canonical DNS name, as questions want it. The error is a
// MissingMacroError, or that the octets are no DNS name (an empty label, one
// over 63 octets): such a term matches nothing (RFC 7208 §4.8, §5).
func (d *DomainSpec) Name(c MacroContext) (string, error) {
	octets, err := d.Expand(c)
	if err != nil {
		return "", err
	}
	return resolver.CanonicalName(strings.ReplaceAll(octets, `\`, `\\`))
}

// Expand returns the text with every macro replaced by its value.
func (m *MacroString) Expand(c MacroContext) (string, error) {
	var b strings.Builder
	for _, p := range m.Parts {
		text, err := p.expand(c)
		if err != nil {
			return "", err
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

func (p Part) expand(c MacroContext) (string, error) {
	switch p.Letter {
	case 0:
		return p.Text, nil
	case '%':
		return "%", nil
	case '_':
		return " ", nil
	case '-':
		return "%20", nil
	}
	value := c.value(p.Letter)
	if value == "" {
		return "", &MissingMacroError{Letter: p.Letter}
	}
	value = p.transform(value)
	if p.Escape {
		value = escapeURL(value)
	}
	return value, nil
}

// value returns what the letter stands for, "" if the context does not know.
// RFC 7208 §7.2.
func (c MacroContext) value(letter byte) string {
	ip := c.IP.Unmap().WithZone("")
	switch letter {
	case 's':
		return c.sender()
	case 'l':
		return localPart(c.sender())
	case 'o':
		return domainPart(c.Sender)
	case 'd':
		return octetsOf(c.Domain)
	case 'h':
		return strings.TrimSuffix(c.HELO, ".")
	case 'p':
		return octetsOf(c.Validated)
	case 'r':
		return c.Receiver
	case 't':
		if c.Time.IsZero() {
			return ""
		}
		return strconv.FormatInt(c.Time.Unix(), 10)
	}
	switch {
	case !ip.IsValid():
		return ""
	case letter == 'c':
		return ip.String()
	case letter == 'v' && ip.Is4():
		return "in-addr"
	case letter == 'v':
		return "ip6"
	case ip.Is4():
		return ip.String()
	}
	return nibbles(ip)
}

// sender gives a sender without a local-part "postmaster". RFC 7208 §4.3.
func (c MacroContext) sender() string {
	if c.Sender == "" || localPart(c.Sender) != "" {
		return c.Sender
	}
	return "postmaster@" + domainPart(c.Sender)
}

func localPart(sender string) string {
	return sender[:max(0, strings.LastIndexByte(sender, '@'))]
}

func domainPart(sender string) string {
	return strings.TrimSuffix(sender[strings.LastIndexByte(sender, '@')+1:], ".")
}

// octetsOf takes the escapes out of a canonical name, and its final dot.
func octetsOf(name string) string {
	name = strings.TrimSuffix(name, ".")
	if strings.IndexByte(name, '\\') < 0 {
		return name
	}
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		c := name[i]
		if c == '\\' && i+1 < len(name) {
			i++
			c = name[i]
			if octet, err := strconv.ParseUint(name[i:min(i+3, len(name))], 10, 8); err == nil {
				c = byte(octet)
				i += 2
			}
		}
		b.WriteByte(c)
	}
	return b.String()
}

// nibbles writes an IPv6 address as %{i} does: 32 hexadecimal digits with dots.
func nibbles(ip netip.Addr) string {
	b := ip.As16()
	digits := make([]string, 0, 32)
	for _, octet := range b {
		digits = append(digits, strconv.FormatUint(uint64(octet>>4), 16), strconv.FormatUint(uint64(octet&15), 16))
	}
	return strings.Join(digits, ".")
}

// transform splits at the delimiters, reverses, keeps the right-hand parts and
// joins with dots. RFC 7208 §7.3.
func (p Part) transform(value string) string {
	if !p.Reverse && p.Digits == 0 && p.Delims == "" {
		return value
	}
	delims := p.Delims
	if delims == "" {
		delims = "."
	}
	// An empty part counts as a part, so this is no FieldsFunc.
	var parts []string
	start := 0
	for i := range len(value) {
		if strings.IndexByte(delims, value[i]) >= 0 {
			parts = append(parts, value[start:i])
			start = i + 1
		}
	}
	parts = append(parts, value[start:])
	if p.Reverse {
		slices.Reverse(parts)
	}
	if p.Digits > 0 && p.Digits < len(parts) {
		parts = parts[len(parts)-p.Digits:]
	}
	return strings.Join(parts, ".")
}

// escapeURL percent-encodes what RFC 3986 §2.3 does not call unreserved.
func escapeURL(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; isAlnum(c) || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}
