package resolver

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/miekg/dns"
)

// Type is an RR type (RFC 1035 §3.2.2 and the IANA registry).
type Type uint16

// The types that the program reads.
const (
	TypeA      Type = 1
	TypeNS     Type = 2
	TypeCNAME  Type = 5
	TypeSOA    Type = 6
	TypePTR    Type = 12
	TypeMX     Type = 15
	TypeTXT    Type = 16
	TypeAAAA   Type = 28
	TypeSRV    Type = 33
	TypeDNAME  Type = 39
	TypeDS     Type = 43
	TypeRRSIG  Type = 46
	TypeNSEC   Type = 47
	TypeDNSKEY Type = 48
	TypeTLSA   Type = 52
	TypeSPF    Type = 99
	TypeCAA    Type = 257
)

var typeNames = map[Type]string{
	TypeA: "A", TypeNS: "NS", TypeCNAME: "CNAME", TypeSOA: "SOA", TypePTR: "PTR", TypeMX: "MX",
	TypeTXT: "TXT", TypeAAAA: "AAAA", TypeSRV: "SRV", TypeDNAME: "DNAME", TypeDS: "DS",
	TypeRRSIG: "RRSIG", TypeNSEC: "NSEC", TypeDNSKEY: "DNSKEY", TypeTLSA: "TLSA", TypeSPF: "SPF", TypeCAA: "CAA",
}

// String returns the mnemonic, or TYPEnnn (RFC 3597 §5).
func (t Type) String() string {
	if name, ok := typeNames[t]; ok {
		return name
	}
	return "TYPE" + strconv.Itoa(int(t))
}

// ParseType reads a mnemonic, of any type in the IANA registry, or TYPEnnn, in
// any case.
func ParseType(text string) (Type, error) {
	upper := strings.ToUpper(text)
	for t, name := range typeNames {
		if name == upper {
			return t, nil
		}
	}
	if t, ok := dns.StringToType[upper]; ok {
		return Type(t), nil
	}
	if digits, ok := strings.CutPrefix(upper, "TYPE"); ok {
		if n, err := strconv.ParseUint(digits, 10, 16); err == nil {
			return Type(n), nil
		}
	}
	return 0, fmt.Errorf("found record type %q, expected one such as TXT, MX or TYPE99", text)
}

// MarshalText writes the mnemonic.
func (t Type) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads a mnemonic or TYPEnnn.
func (t *Type) UnmarshalText(b []byte) (err error) {
	*t, err = ParseType(string(b))
	return err
}

// RData is the data of one record. String is its master-file form (RFC 1035
// §5.1), with absolute canonical names.
type RData interface {
	Type() Type
	String() string
}

// The data of the record types that checks look into.
type (
	// A is an IPv4 address (RFC 1035 §3.4.1).
	A struct{ Addr netip.Addr }
	// AAAA is an IPv6 address (RFC 3596 §2.1).
	AAAA struct{ Addr netip.Addr }
	// NS names a name server (RFC 1035 §3.3.11).
	NS struct{ Host string }
	// CNAME names the canonical name of an alias (RFC 1035 §3.3.1).
	CNAME struct{ Target string }
	// DNAME redirects a subtree (RFC 6672 §2.1).
	DNAME struct{ Target string }
	// PTR points from an address to a host name (RFC 1035 §3.3.12).
	PTR struct{ Host string }
	// MX names a mail exchange; "." is the null MX (RFC 7505 §3).
	MX struct {
		Preference uint16
		Host       string
	}
	// TXT holds character-strings as raw octets, with their boundaries (RFC
	// 1035 §3.3.14). Read from a zone file, a string can exceed 255 octets.
	TXT struct{ Strings []string }
	// SPF is the obsolete RR type 99 (RFC 7208 §3.1).
	SPF struct{ Strings []string }
	// SOA starts a zone of authority (RFC 1035 §3.3.13); times in seconds.
	SOA struct {
		MName, RName                            string
		Serial, Refresh, Retry, Expire, Minimum uint32
	}
	// SRV locates a service (RFC 2782).
	SRV struct {
		Priority, Weight, Port uint16
		Target                 string
	}
	// Other is the data of any other type: its text in master-file form.
	Other struct {
		RRType Type
		Text   string
	}
)

// Joined returns the octets of all strings with nothing in between (RFC 7208
// §3.3, RFC 6376 §3.6.2.2).
func (t TXT) Joined() string { return strings.Join(t.Strings, "") }

// NewTXT splits text into character-strings of at most 255 octets (RFC 1035
// §3.3). The empty text is one empty string.
func NewTXT(text string) TXT {
	parts := []string{}
	for len(text) > 255 {
		cut := 255
		if i := strings.LastIndexByte(text[:255], ' '); i > 0 {
			cut = i + 1 // the space stays inside the first string, where a reader sees it
		}
		parts = append(parts, text[:cut])
		text = text[cut:]
	}
	return TXT{append(parts, text)}
}

func quoteStrings(parts []string) string {
	quoted := make([]string, len(parts))
	for i, part := range parts {
		quoted[i] = Quote(part)
	}
	return strings.Join(quoted, " ")
}

// Quote writes a character-string in master-file form: in quotes, with `"` and
// `\` escaped and octets outside 0x20–0x7E as `\DDD`.
func Quote(part string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(part); i++ {
		switch c := part[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < 0x20 || c > 0x7e:
			fmt.Fprintf(&b, `\%03d`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
