package resolver

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/miekg/dns"
)

// ParseRData reads the data of one record in master-file form with absolute
// names; it is the inverse of RData.String.
func ParseRData(t Type, text string) (RData, error) {
	fields, err := SplitFields(text)
	if err != nil {
		return nil, err
	}
	return ParseFields(t, fields, "")
}

// ParseFields reads the data of one record, resolving relative names against
// origin; "" allows absolute names only. An error is a *FieldError. Strings of
// TXT and SPF may be longer than the 255 octets that the wire allows.
func ParseFields(t Type, fields []Field, origin string) (RData, error) {
	p := &fieldReader{fields: fields, origin: origin}
	if len(fields) > 0 && fields[0] == (Field{Text: `\#`, Glued: fields[0].Glued}) { // RFC 3597 §5
		return parseOther(t, fields, origin)
	}
	var data RData
	switch t {
	case TypeA:
		data = A{p.addr("ipv4", "an IPv4 address such as 192.0.2.1", netip.Addr.Is4)}
	case TypeAAAA:
		data = AAAA{p.addr("ipv6", "an IPv6 address such as 2001:db8::1", netip.Addr.Is6)}
	case TypeNS:
		data = NS{p.name("name-server", "the name of a name server")}
	case TypeCNAME:
		data = CNAME{p.name("alias-target", "the name that this is an alias of")}
	case TypeDNAME:
		data = DNAME{p.name("dname-target", "the name that takes the place of this one")}
	case TypePTR:
		data = PTR{p.name("host-name", "a host name")}
	case TypeMX:
		data = MX{uint16(p.number("mx-preference", "a preference from 0 to 65535", 16)), p.name("mx-host", "the name of a mail host")}
	case TypeSRV:
		data = SRV{uint16(p.number("srv-priority", "a priority from 0 to 65535", 16)), uint16(p.number("srv-weight", "a weight from 0 to 65535", 16)),
			uint16(p.number("srv-port", "a port from 0 to 65535", 16)), p.name("host-name", "a host name")}
	case TypeSOA:
		data = p.soa()
	case TypeTXT:
		data = TXT{p.strings()}
	case TypeSPF:
		data = SPF{p.strings()}
	default:
		return parseOther(t, fields, origin)
	}
	if p.err == nil && p.next < len(fields) {
		p.next++
		p.fail(unexpected("extra-data", fields[p.next-1].String(), "the end of the record"))
	}
	if p.err != nil {
		return nil, p.err
	}
	return data, nil
}

// fieldReader takes fields one after the other and keeps the first error.
type fieldReader struct {
	fields []Field
	origin string
	next   int
	err    *FieldError
}

// fail keeps the error of the field that was taken last.
func (p *fieldReader) fail(e *FieldError) {
	if p.err == nil {
		e.Index = p.next - 1
		p.err = e
	}
}

// take returns the next field, and false when there is none.
func (p *fieldReader) take(code, expected string) (Field, bool) {
	if p.next++; p.next > len(p.fields) {
		p.fail(&FieldError{Code: code, Args: Args{"found": ""}, Found: "the end of the record", Expected: expected})
		return Field{}, false
	}
	return p.fields[p.next-1], p.err == nil
}

func (p *fieldReader) name(code, expected string) string {
	f, ok := p.take(code, expected)
	if !ok {
		return ""
	}
	name, err := f.Name(p.origin)
	var fault *FieldError
	if errors.As(err, &fault) {
		p.fail(fault)
	}
	return name
}

func (p *fieldReader) addr(code, expected string, family func(netip.Addr) bool) netip.Addr {
	f, ok := p.take(code, expected)
	if !ok {
		return netip.Addr{}
	}
	addr, err := netip.ParseAddr(f.Text)
	if err != nil || !family(addr) || addr.Zone() != "" || f.Quoted {
		p.fail(unexpected(code, f.String(), expected))
	}
	return addr
}

func (p *fieldReader) number(code, expected string, bits int) uint32 {
	f, ok := p.take(code, expected)
	if !ok {
		return 0
	}
	n, err := strconv.ParseUint(f.Text, 10, bits)
	if err != nil || f.Quoted {
		p.fail(unexpected(code, f.String(), expected))
	}
	return uint32(n)
}

func (p *fieldReader) soa() SOA {
	s := SOA{MName: p.name("soa-primary", "the name of the primary name server"), RName: p.name("soa-mailbox", "the mailbox of the administrator, with a dot for the @")}
	s.Serial = p.number("soa-serial", "a serial number from 0 to 4294967295", 32)
	for _, time := range []struct {
		code, name string
		value      *uint32
	}{{"soa-refresh", "refresh", &s.Refresh}, {"soa-retry", "retry", &s.Retry}, {"soa-expire", "expire", &s.Expire}, {"soa-minimum", "minimum TTL", &s.Minimum}} {
		expected := "the " + time.name + " time in seconds"
		if f, ok := p.take(time.code, expected); ok {
			if *time.value, ok = parseInterval(f.Text); !ok || f.Quoted {
				p.fail(unexpected(time.code, f.String(), expected))
			}
		}
	}
	return s
}

// parseInterval reads a TTL or any 32-bit number of seconds (RFC 1035 §3.3.13).
func parseInterval(text string) (uint32, bool) {
	if n, err := strconv.ParseUint(text, 10, 32); err == nil {
		return uint32(n), true
	}
	return ParseTTL(text)
}

func (p *fieldReader) strings() []string {
	var parts []string
	for first := true; first || p.next < len(p.fields); first = false {
		f, ok := p.take("text", "a text in quotes")
		if !ok {
			return nil
		}
		part, err := f.octets()
		var fault *FieldError
		if errors.As(err, &fault) {
			p.fail(fault)
		}
		parts = append(parts, part)
	}
	return parts
}

// parseOther leaves the data to the wire library, which knows the other types
// and the generic form of RFC 3597.
func parseOther(t Type, fields []Field, origin string) (RData, error) {
	if len(fields) == 0 {
		return nil, &FieldError{Code: "data", Args: Args{"found": "", "type": mnemonic(t)}, Found: "the end of the record", Expected: "the data of type " + mnemonic(t)}
	}
	if t == 0 || t == Type(dns.TypeOPT) || 128 <= t && t <= 255 {
		return nil, &FieldError{Code: "type-not-data", Args: Args{"type": mnemonic(t)}, Found: "type " + mnemonic(t), Expected: "a type that a zone can hold"}
	}
	text := joinFields(fields)
	data, err := readOther(t, text, origin)
	if err != nil {
		why := strings.TrimPrefix(err.Error(), "dns: ")
		if at := strings.LastIndex(why, " at line: "); at >= 0 {
			why = why[:at]
		}
		return nil, &FieldError{Code: "data", Args: Args{"found": text, "type": mnemonic(t), "why": why}, Found: text, Expected: fmt.Sprintf("the data of type %s (%s)", mnemonic(t), why)}
	}
	return data, nil
}

func readOther(t Type, text, origin string) (RData, error) {
	rr, err := readRR(t, text, origin)
	if err != nil {
		return nil, err
	}
	r, err := FromRR(rr, Origin{})
	return r.Data, err
}

// otherData keeps the text of a record whose type we do not look into, in a
// form that readOther reads back: the library's, or the generic one of RFC
// 3597 §5 for the few types that it prints but cannot read.
func otherData(rr dns.RR) (Other, error) {
	t := Type(rr.Header().Rrtype)
	wire, err := packData(rr)
	if err != nil {
		return Other{}, err
	}
	generic := strings.TrimSpace(fmt.Sprintf(`\# %d %x`, len(wire), wire))
	header := dns.RR_Header{Name: ".", Rrtype: uint16(t), Class: dns.ClassINET, Rdlength: uint16(len(wire))}
	plain, _, err := dns.UnpackRRWithHeader(header, wire, 0)
	if err != nil {
		return Other{}, err // nobody could read the generic form either
	}
	text := dataText(plain)
	if _, err := SplitFields(text); err != nil {
		return Other{t, generic}, nil
	}
	again, err := readRR(t, text, "")
	if err != nil {
		return Other{t, generic}, nil
	}
	if same, err := packData(again); err != nil || !bytes.Equal(same, wire) {
		return Other{t, generic}, nil
	}
	return Other{t, text}, nil
}

// packData is the data of a record in wire form (RFC 1035 §3.2.1), with its
// names written out.
func packData(rr dns.RR) ([]byte, error) {
	rr = dns.Copy(rr)
	rr.Header().Name = "."
	buf := make([]byte, dns.Len(rr)+64)
	end, err := dns.PackRR(rr, buf, 0, nil, false)
	if err != nil {
		return nil, err
	}
	const header = 1 + 2 + 2 + 4 + 2 // the root, type, class, TTL, length
	return buf[header:end], nil
}

func readRR(t Type, text, origin string) (dns.RR, error) {
	zp := dns.NewZoneParser(strings.NewReader(fmt.Sprintf(". 0 IN TYPE%d %s\n", t, text)), origin, "")
	rr, ok := zp.Next()
	if ok {
		return rr, nil
	}
	if zp.Err() == nil {
		return nil, errors.New("nothing that can be read")
	}
	return nil, zp.Err()
}

func joinFields(fields []Field) string {
	var b strings.Builder
	for i, f := range fields {
		if i > 0 && !f.Glued {
			b.WriteByte(' ')
		}
		b.WriteString(f.String())
	}
	return b.String()
}

// mnemonic is the name of a type, also of those that only the wire library knows.
func mnemonic(t Type) string {
	if name, ok := dns.TypeToString[uint16(t)]; ok {
		return name
	}
	return t.String()
}
