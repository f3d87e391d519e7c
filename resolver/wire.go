package resolver

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/miekg/dns"
)

// FromRR converts a record of the wire library. Names become canonical, TXT
// strings raw octets (the library holds them escaped). A class other than IN,
// data that is missing and names that cannot be are errors.
func FromRR(rr dns.RR, origin Origin) (Record, error) {
	hdr := rr.Header()
	if hdr.Class != dns.ClassINET {
		return Record{}, fmt.Errorf("record %s has class %s, expected IN", hdr.Name, dns.Class(hdr.Class))
	}
	name, err := CanonicalName(hdr.Name)
	if err != nil {
		return Record{}, err
	}
	data, err := fromData(rr)
	if err != nil {
		return Record{}, fmt.Errorf("%s %s: %w", name, Type(hdr.Rrtype), err)
	}
	ttl := hdr.Ttl
	if ttl > 1<<31-1 {
		ttl = 0 // RFC 2181 §8
	}
	return Record{Name: name, TTL: ttl, Data: data, Origin: origin}, nil
}

func fromData(rr dns.RR) (RData, error) {
	var n nameReader
	var data RData
	switch rr := rr.(type) {
	case *dns.A:
		addr, ok := netip.AddrFromSlice(rr.A.To4())
		if !ok {
			return nil, fmt.Errorf("no IPv4 address in it")
		}
		return A{addr}, nil
	case *dns.AAAA:
		addr, ok := netip.AddrFromSlice(rr.AAAA.To16())
		if !ok {
			return nil, fmt.Errorf("no IPv6 address in it")
		}
		return AAAA{addr}, nil
	case *dns.NS:
		data = NS{n.read(rr.Ns)}
	case *dns.CNAME:
		data = CNAME{n.read(rr.Target)}
	case *dns.DNAME:
		data = DNAME{n.read(rr.Target)}
	case *dns.PTR:
		data = PTR{n.read(rr.Ptr)}
	case *dns.MX:
		data = MX{rr.Preference, n.read(rr.Mx)}
	case *dns.SOA:
		data = SOA{n.read(rr.Ns), n.read(rr.Mbox), rr.Serial, rr.Refresh, rr.Retry, rr.Expire, rr.Minttl}
	case *dns.SRV:
		data = SRV{rr.Priority, rr.Weight, rr.Port, n.read(rr.Target)}
	case *dns.TXT:
		data = TXT{rawStrings(rr.Txt)}
	case *dns.SPF:
		data = SPF{rawStrings(rr.Txt)}
	default:
		return otherData(rr)
	}
	return data, n.err
}

// nameReader canonicalises names and keeps the first error.
type nameReader struct{ err error }

func (n *nameReader) read(name string) string {
	canonical, err := CanonicalName(name)
	if err != nil && n.err == nil {
		n.err = err
	}
	return canonical
}

// dataText is the library's text of a record without its header.
func dataText(rr dns.RR) string {
	if rr, ok := rr.(*dns.RFC3597); ok { // its header is printed in another form (RFC 3597 §5)
		return strings.TrimSpace(fmt.Sprintf(`\# %d %s`, len(rr.Rdata)/2, strings.ToLower(rr.Rdata)))
	}
	return strings.TrimSpace(strings.TrimPrefix(rr.String(), rr.Header().String()))
}

func rawStrings(escaped []string) []string {
	if len(escaped) == 0 { // RDATA of no octets: broken (RFC 1035 §3.3.14), and reads as an empty string
		return []string{""}
	}
	raw := make([]string, len(escaped))
	for i, text := range escaped {
		raw[i] = unescapeString(text)
	}
	return raw
}

// unescapeString turns a character-string in presentation form into octets. A
// backslash that starts no escape is dropped, as the library does when packing.
func unescapeString(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	raw := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			raw = append(raw, text[i])
			continue
		}
		if octet, n, ok := unescape(text[i:]); ok {
			raw = append(raw, octet)
			i += n - 1
		}
	}
	return string(raw)
}

// ToRR converts a record for the wire. A character-string over 255 octets has
// no wire form and is an error.
func ToRR(r Record) (dns.RR, error) {
	hdr := dns.RR_Header{Name: r.Name, Rrtype: uint16(r.Type()), Class: dns.ClassINET, Ttl: r.TTL}
	switch data := r.Data.(type) {
	case A:
		return &dns.A{Hdr: hdr, A: data.Addr.AsSlice()}, nil
	case AAAA:
		return &dns.AAAA{Hdr: hdr, AAAA: data.Addr.AsSlice()}, nil
	case NS:
		return &dns.NS{Hdr: hdr, Ns: data.Host}, nil
	case CNAME:
		return &dns.CNAME{Hdr: hdr, Target: data.Target}, nil
	case DNAME:
		return &dns.DNAME{Hdr: hdr, Target: data.Target}, nil
	case PTR:
		return &dns.PTR{Hdr: hdr, Ptr: data.Host}, nil
	case MX:
		return &dns.MX{Hdr: hdr, Preference: data.Preference, Mx: data.Host}, nil
	case SOA:
		return &dns.SOA{Hdr: hdr, Ns: data.MName, Mbox: data.RName, Serial: data.Serial,
			Refresh: data.Refresh, Retry: data.Retry, Expire: data.Expire, Minttl: data.Minimum}, nil
	case SRV:
		return &dns.SRV{Hdr: hdr, Priority: data.Priority, Weight: data.Weight, Port: data.Port, Target: data.Target}, nil
	case TXT:
		parts, err := escapedStrings(r, data.Strings)
		return &dns.TXT{Hdr: hdr, Txt: parts}, err
	case SPF:
		parts, err := escapedStrings(r, data.Strings)
		return &dns.SPF{Hdr: hdr, Txt: parts}, err
	case Other:
		return dns.NewRR(r.String())
	}
	return nil, fmt.Errorf("%s has data of the unknown Go type %T", r.Name, r.Data)
}

// escapedStrings writes character-strings as the library wants them.
func escapedStrings(r Record, raw []string) ([]string, error) {
	escaped := make([]string, len(raw))
	for i, part := range raw {
		if len(part) > 255 { // RFC 1035 §3.3
			return nil, fmt.Errorf("%s %s has a character-string of %d octets, expected at most 255", r.Name, r.Type(), len(part))
		}
		quoted := Quote(part)
		escaped[i] = quoted[1 : len(quoted)-1]
	}
	return escaped, nil
}
