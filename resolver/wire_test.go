package resolver

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
)

var compareAddr = cmp.Comparer(func(a, b netip.Addr) bool { return a == b })

// overTheWire packs a record and reads it back.
func overTheWire(t *testing.T, r Record) Record {
	t.Helper()
	rr, err := ToRR(r)
	if err != nil {
		t.Fatalf("ToRR(%s): %v", r, err)
	}
	buf := make([]byte, 70000)
	end, err := dns.PackRR(rr, buf, 0, nil, false)
	if err != nil {
		t.Fatalf("pack %s: %v", r, err)
	}
	back, _, err := dns.UnpackRR(buf[:end], 0)
	if err != nil {
		t.Fatalf("unpack %s: %v", r, err)
	}
	got, err := FromRR(back, r.Origin)
	if err != nil {
		t.Fatalf("FromRR(%s): %v", back, err)
	}
	return got
}

func allOctets() string {
	b := make([]byte, 256)
	for i := range b {
		b[i] = byte(i)
	}
	return string(b)
}

func TestWireRoundTrip(t *testing.T) {
	octets := allOctets()
	for _, tt := range []struct {
		data RData
		why  string
	}{
		{A{netip.MustParseAddr("192.0.2.1")}, "an address"},
		{AAAA{netip.MustParseAddr("2001:db8::1")}, "an IPv6 address"},
		{AAAA{netip.MustParseAddr("::ffff:192.0.2.1")}, "a mapped address stays IPv6"},
		{NS{"ns1.example.net."}, "a name"},
		{CNAME{`a\.b.example.net.`}, "a dot inside a label"},
		{DNAME{"example.net."}, "a subtree"},
		{PTR{`\000\255.example.net.`}, "octets outside ASCII in a label"},
		{MX{0, "."}, "the null MX"},
		{MX{65535, "mail.example.co.jp."}, "the highest preference"},
		{SOA{"ns1.example.co.jp.", `hostmaster\.a.example.co.jp.`, 2026052001, 7200, 900, 1209600, 300}, "a mailbox with a dot"},
		{SRV{1, 2, 443, "www.example.net."}, "a service"},
		{TXT{[]string{"v=spf1 -all"}}, "plain text"},
		{TXT{[]string{""}}, "one empty string"},
		{TXT{[]string{"a", "", "b"}}, "an empty string between two"},
		{TXT{[]string{octets[:128], octets[128:]}}, "all 256 octets"},
		{TXT{[]string{strings.Repeat(`\`, 255), strings.Repeat(`"`, 255)}}, "255 octets that are escaped"},
		{TXT{[]string{strings.Repeat("\xff", 255)}}, "255 octets of which each takes four characters"},
		{TXT{[]string{`\065`, `a\`, `"`, `;`}}, "text that looks like an escape"},
		{SPF{[]string{"v=spf1 ~all"}}, "the old type"},
		{Other{TypeCAA, `0 issue "ca.example.net"`}, "a type kept as text"},
		{Other{TypeTLSA, "3 1 1 " + strings.Repeat("ab", 32)}, "a type with hexadecimal data"},
		{Other{Type(65280), `\# 3 abcdef`}, "an unknown type (RFC 3597)"},
		{Other{Type(65280), `\# 0`}, "an unknown type without data"},
	} {
		want := Record{Name: "example.co.jp.", TTL: 300, Data: tt.data, Origin: Origin{Server: "192.0.2.53:53"}}
		if diff := cmp.Diff(want, overTheWire(t, want), compareAddr); diff != "" {
			t.Errorf("%s (%s) (-want +got):\n%s", want, tt.why, diff)
		}
	}
}

func TestWireNames(t *testing.T) {
	rr := &dns.MX{Hdr: dns.RR_Header{Name: "EXAMPLE.co.JP.", Rrtype: dns.TypeMX, Class: dns.ClassINET, Ttl: 1 << 31}, Mx: "Mail.Example.CO.jp."}
	got, err := FromRR(rr, Origin{})
	if err != nil {
		t.Fatal(err)
	}
	want := Record{Name: "example.co.jp.", TTL: 0, Data: MX{0, "mail.example.co.jp."}} // RFC 2181 §8: TTL over 2^31-1 is 0
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("FromRR (-want +got):\n%s", diff)
	}
}

func TestFromRRRefuses(t *testing.T) {
	hdr := func(rrtype uint16) dns.RR_Header {
		return dns.RR_Header{Name: "example.co.jp.", Rrtype: rrtype, Class: dns.ClassINET}
	}
	chaos := hdr(dns.TypeTXT)
	chaos.Class = dns.ClassCHAOS
	for _, tt := range []struct {
		rr  dns.RR
		why string
	}{
		{&dns.A{Hdr: hdr(dns.TypeA)}, "RDATA of no octets"},
		{&dns.AAAA{Hdr: hdr(dns.TypeAAAA)}, "RDATA of no octets"},
		{&dns.MX{Hdr: hdr(dns.TypeMX)}, "a missing host is not the null MX"},
		{&dns.TXT{Hdr: chaos, Txt: []string{"x"}}, "another class"},
	} {
		if got, err := FromRR(tt.rr, Origin{}); err == nil {
			t.Errorf("FromRR(%s) = %s, want an error: %s", tt.rr, got, tt.why)
		}
	}
}

func TestToRRRefusesLongStrings(t *testing.T) {
	r := Record{Name: "example.co.jp.", Data: TXT{[]string{strings.Repeat("x", 256)}}}
	if rr, err := ToRR(r); err == nil {
		t.Errorf("ToRR = %s, want an error: a string over 255 octets has no wire form", rr)
	}
}
