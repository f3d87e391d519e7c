package spf

import (
	"context"
	"net/netip"
	"reflect"
	"testing"

	"mailauth/resolver"
)

// fuzzWorld is a small world in which hostile records can go astray: names with
// and without addresses, an mx of too many hosts, servers that fail, and a
// wildcard that answers everything with the second record.
func fuzzWorld(t *testing.T, record, other string) *world {
	w := newWorld(t, `
		a.example A 192.0.2.1
		a.example AAAA 2001:db8::1
		a.example MX 10 a.example.
		a.example MX 5 gone.example.
		many.example CNAME b.example.
		null.example MX 0 .
		1.2.0.192.in-addr.arpa PTR a.example.
		1.2.0.192.in-addr.arpa PTR example.co.jp.
		*.wild.example A 127.0.0.2
		`+manyExchanges(11)+`
		fault broken.example A timeout
		fault broken.example TXT SERVFAIL
		fault off.example A offline`)
	records := w.zone.Records()
	for owner, text := range map[string]string{"example.co.jp.": record, "b.example.": other, "*.wild.example.": other} {
		records = append(records, resolver.Record{Name: owner, TTL: 3600, Data: resolver.TXT{Strings: []string{text}}})
	}
	zone, err := resolver.NewZone(".", records)
	if err != nil {
		t.Fatal(err)
	}
	w.zone = zone
	return w
}

// Whatever a record says, evaluating it comes to an end within the limits, and
// to the same end each time.
func FuzzCheckHost(f *testing.F) {
	for _, seed := range []struct {
		record, other, sender, helo string
		ip                          []byte
	}{
		{"v=spf1 ip4:192.0.2.1 -all", "", "info@example.co.jp", "mail.example.co.jp", []byte{192, 0, 2, 1}},
		{"v=spf1 a mx:a.example/24//64 ptr include:b.example exists:%{ir}.%{v}.wild.example redirect=b.example exp=a.example",
			"v=spf1 include:b.example ?all", "@example", "[192.0.2.1]", []byte{192, 0, 2, 1}},
		{"v=spf1 include:%{d}.wild.example include:x.%{d}.wild.example", "v=spf1 include:%{l}.%{d} include:%{p}.%{d} a:%{h}.%{d}",
			"a..b@c", "h", netip.MustParseAddr("2001:db8::1").AsSlice()},
		{"v=spf1 mx:null.example mx:many.example a:broken.example", "v=spf1 mx", "", "", []byte{0, 0, 0, 0}},
		{"v=spf1 a:gone1.example a:gone2.example exists:gone3.example", "", "x@y", "z", netip.MustParseAddr("::ffff:192.0.2.1").AsSlice()},
		{"v=spf1 redirect=%{s99999r+-_=/,.}.wild.example moo=%{o} -all:", "v=spf1 \x00\xff", "\xff@\xff\\", "..", []byte{255, 255, 255, 255}},
		{"v=spf1 -all exp=%{d}.wild.example", "%{c} %{t} %{r} %{p} %{S}\n", "info@example.co.jp", "h.example", []byte{192, 0, 2, 9}},
	} {
		f.Add(seed.record, seed.other, seed.sender, seed.helo, seed.ip, false)
		f.Add(seed.record, seed.other, seed.sender, seed.helo, seed.ip, true)
	}
	f.Fuzz(func(t *testing.T, record, other, sender, helo string, ip []byte, unlimited bool) {
		addr, ok := netip.AddrFromSlice(ip)
		if !ok {
			return
		}
		w := fuzzWorld(t, record, other)
		q := Query{IP: addr, Domain: "example.co.jp", Sender: sender, HELO: helo, Unlimited: unlimited}
		e := CheckHost(context.Background(), w, q)
		if !unlimited {
			wellFormed(t, record, e)
		}
		if len(w.asked) > maxQuestions || len(e.Steps) > maxTerms {
			t.Errorf("%d questions, %d terms", len(w.asked), len(e.Steps))
		}
		if again := CheckHost(context.Background(), w, q); !reflect.DeepEqual(e, again) {
			t.Errorf("%+v, and then %+v", e, again)
		}
		q.Domain, q.Unlimited = helo, false // any name can come from a mail
		wellFormed(t, helo, CheckHost(context.Background(), w, q))
	})
}
