package resolver

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
)

func TestPackQuery(t *testing.T) {
	raw, err := packQuery(Query{Question: Question{"example.co.jp.", TypeTXT}, RD: true, DO: true}, true)
	if err != nil {
		t.Fatal(err)
	}
	var msg dns.Msg
	if err := msg.Unpack(raw); err != nil {
		t.Fatal(err)
	}
	opt := msg.IsEdns0()
	if opt == nil || opt.UDPSize() != 1232 || !opt.Do() || !msg.AuthenticatedData || !msg.RecursionDesired || msg.CheckingDisabled {
		t.Errorf("query %v, want RD, AD and EDNS with DO and 1232 octets", &msg)
	}
}

func TestAnswers(t *testing.T) {
	query, err := packQuery(Query{Question: Question{"www.example.co.jp.", TypeA}}, true)
	if err != nil {
		t.Fatal(err)
	}
	query[0], query[1] = 0x12, 0x34
	change := func(edit func(*dns.Msg)) []byte {
		var msg dns.Msg
		if err := msg.Unpack(query); err != nil {
			t.Fatal(err)
		}
		msg.Response = true
		edit(&msg)
		raw, err := msg.Pack()
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	for _, tt := range []struct {
		msg  []byte
		want bool
		why  string
	}{
		{change(func(*dns.Msg) {}), true, "the reply"},
		{change(func(m *dns.Msg) { m.Question[0].Name = "WWW.example.CO.jp." }), true, "in another case"},
		{query, false, "our own query, reflected"},
		{change(func(m *dns.Msg) { m.Id++ }), false, "another id"},
		{change(func(m *dns.Msg) { m.Question[0].Name = "wwx.example.co.jp." }), false, "another name"},
		{change(func(m *dns.Msg) { m.Question[0].Name = "www.example.co.jp.jp." }), false, "a longer name"},
		{change(func(m *dns.Msg) { m.Question[0].Name = "www.example.co." }), false, "a shorter name"},
		{change(func(m *dns.Msg) { m.Question[0].Qtype = dns.TypeAAAA }), false, "another type"},
		{change(func(m *dns.Msg) { m.Question[0].Qclass = dns.ClassCHAOS }), false, "another class"},
		{change(func(m *dns.Msg) { m.Question = append(m.Question, m.Question[0]) }), false, "two questions"},
		{change(func(m *dns.Msg) { m.Question = nil }), false, "NOERROR without the question"},
		{change(func(m *dns.Msg) { m.Question, m.Rcode = nil, dns.RcodeNameError }), false, "NXDOMAIN without the question"},
		{change(func(m *dns.Msg) { m.Question, m.Rcode = nil, dns.RcodeFormatError }), true, "FORMERR may leave it out"},
		{change(func(m *dns.Msg) { m.Rcode = dns.RcodeRefused })[:headerSize], true, "REFUSED as a bare header"},
		{change(func(m *dns.Msg) {})[:headerSize], false, "NOERROR as a bare header"},
		{[]byte{0x12, 0x34}, false, "two octets"},
		{nil, false, "nothing"},
	} {
		if got := answers(query, tt.msg); got != tt.want {
			t.Errorf("answers(%x) = %v, want %v: %s", tt.msg, got, tt.want, tt.why)
		}
	}
}

func TestUnpackReplyAge(t *testing.T) {
	rr, err := dns.NewRR("example.co.jp. 300 IN A 192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	msg := dns.Msg{MsgHdr: dns.MsgHdr{Response: true}, Answer: []dns.RR{rr}}
	raw, err := msg.Pack()
	if err != nil {
		t.Fatal(err)
	}
	for age, want := range map[uint32]uint32{0: 300, 100: 200, 1000: 0} { // RFC 8484 §5.1
		reply, err := unpackReply(parcel{raw, age}, "https://192.0.2.53/dns-query", netHTTPS)
		if err != nil || reply.Answer[0].TTL != want {
			t.Errorf("age %d: %+v, %v, want a TTL of %d", age, reply, err, want)
		}
	}
}

// FuzzUnpackReply checks that no message from the network panics, that one cut
// short is never an answer of less, and that what was read can be sent again.
func FuzzUnpackReply(f *testing.F) {
	for _, text := range []string{
		"www.example.co.jp. 300 IN TXT \"v=spf1 -all\" \"\\000\\255\"",
		"www.example.co.jp. 300 IN MX 10 mail.example.co.jp.",
		"www.example.co.jp. 300 IN SOA ns1.example.co.jp. host\\.master.example.co.jp. 1 2 3 4 5",
		"www.example.co.jp. 300 IN CAA 0 issue \"ca.example.net\"",
		"www.example.co.jp. 300 IN TYPE65280 \\# 3 abcdef",
	} {
		rr, err := dns.NewRR(text)
		if err != nil {
			f.Fatal(err)
		}
		msg := new(dns.Msg).SetQuestion("www.example.co.jp.", dns.TypeTXT)
		msg.Response, msg.RecursionAvailable, msg.Answer = true, true, []dns.RR{rr}
		raw, err := msg.Pack()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > 65535 {
			return
		}
		reply, err := unpackReply(parcel{msg: raw}, "192.0.2.53:53", netUDP)
		if err != nil {
			return
		}
		_, _ = readReply(Question{"www.example.co.jp.", TypeTXT}, reply)
		if len(raw) > headerSize && !reply.TC && len(reply.Answer) != int(raw[6])<<8|int(raw[7]) {
			t.Fatalf("%d answers of %x, want as many as the header says", len(reply.Answer), raw)
		}
		for _, r := range reply.Answer {
			if _, text := r.Data.(Other); text { // the library's text, which it does not always read back
				continue
			}
			if again := overTheWire(t, r); !cmp.Equal(r, again, compareAddr) {
				t.Fatalf("%s became %s", r, again)
			}
		}
	})
}
