package dnstest_test

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// served makes a zone of "owner type data" lines, names absolute.
func served(t testing.TB, apex, text string) *resolver.Zone {
	t.Helper()
	var records []resolver.Record
	for line := range strings.Lines(text) {
		f := strings.SplitN(strings.TrimSpace(line), " ", 3)
		if len(f) < 3 {
			continue
		}
		rrtype, err := resolver.ParseType(f[1])
		if err != nil {
			t.Fatal(err)
		}
		data, err := resolver.ParseRData(rrtype, f[2])
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, resolver.Record{Name: f[0], TTL: 300, Data: data})
	}
	zone, err := resolver.NewZone(apex, records)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func zones(t testing.TB) []*resolver.Zone {
	return []*resolver.Zone{
		served(t, "example.co.jp.", `
			example.co.jp. SOA ns1.example.co.jp. hostmaster.example.co.jp. 1 7200 900 1209600 300
			example.co.jp. NS ns1.example.co.jp.
			www.example.co.jp. A 192.0.2.80
			in.example.co.jp. CNAME www.example.co.jp.
			out.example.co.jp. CNAME host.example.net.
			a.b.example.co.jp. A 192.0.2.1
			shop.example.co.jp. NS ns.shop.example.co.jp.
			shop.example.co.jp. DS 1 8 2 aabb
			ns.shop.example.co.jp. A 192.0.2.53
			one.example.co.jp. CNAME two.example.co.jp.
			two.example.co.jp. CNAME one.example.co.jp.
		`),
		served(t, "example.net.", "example.net. SOA ns1.example.net. h.example.net. 1 2 3 4 60\nhost.example.net. A 198.51.100.7"),
	}
}

// flat writes a reply as "RCODE flags answers | authority | additional", the
// last two by owner and type.
func flat(r resolver.Reply) string {
	text := []string{fmt.Sprint(r.Rcode)}
	for _, flag := range []struct {
		name string
		set  bool
	}{{"AA", r.AA}, {"RA", r.RA}, {"TC", r.TC}} {
		if flag.set {
			text = append(text, flag.name)
		}
	}
	for _, record := range r.Answer {
		text = append(text, record.Data.String())
	}
	for _, section := range [][]resolver.Record{r.Authority, r.Additional} {
		text = append(text, "|")
		for _, record := range section {
			text = append(text, record.Name, record.Type().String())
		}
	}
	return strings.Join(text, " ")
}

func TestServer(t *testing.T) {
	world := dnstest.Start(t, zones(t)...)
	own := dnstest.New(t, dnstest.Config{Zones: zones(t), Authoritative: true})
	client := resolver.NewClient(nil)
	defer client.Close()
	for _, tt := range []struct {
		name          string
		t             resolver.Type
		asWorld, asNS string
	}{
		{"www.example.co.jp.", resolver.TypeA, "0 RA 192.0.2.80 | |", "0 AA 192.0.2.80 | |"},
		{"in.example.co.jp.", resolver.TypeA, "0 RA www.example.co.jp. 192.0.2.80 | |", "0 AA www.example.co.jp. 192.0.2.80 | |"},
		{"out.example.co.jp.", resolver.TypeA, "0 RA host.example.net. 198.51.100.7 | |", "0 AA host.example.net. | |"},
		{"www.example.co.jp.", resolver.TypeMX, "0 RA | example.co.jp. SOA |", "0 AA | example.co.jp. SOA |"},
		{"b.example.co.jp.", resolver.TypeA, "0 RA | example.co.jp. SOA |", "0 AA | example.co.jp. SOA |"},
		{"c.example.co.jp.", resolver.TypeA, "3 RA | example.co.jp. SOA |", "3 AA | example.co.jp. SOA |"},
		{"www.shop.example.co.jp.", resolver.TypeA, "2 RA | |", "0 | shop.example.co.jp. NS | ns.shop.example.co.jp. A"},
		{"shop.example.co.jp.", resolver.TypeDS, "0 RA 1 8 2 AABB | |", "0 AA 1 8 2 AABB | |"},
		{"one.example.co.jp.", resolver.TypeA, "2 RA two.example.co.jp. one.example.co.jp. | |", "2 AA two.example.co.jp. one.example.co.jp. | |"},
		{"co.jp.", resolver.TypeNS, "3 RA | . SOA |", "5 | |"},
	} {
		q := resolver.Query{Question: resolver.Question{Name: tt.name, Type: tt.t}, RD: true}
		for _, mode := range []struct {
			srv  *dnstest.Server
			want string
		}{{world, tt.asWorld}, {own, tt.asNS}} {
			q.Server = mode.srv.Addr()
			reply, err := client.Exchange(t.Context(), q)
			if err != nil || flat(reply) != mode.want {
				t.Errorf("%s: %s, %v, want %s", q.Question, flat(reply), err, mode.want)
			}
		}
	}
}

func TestFaults(t *testing.T) {
	srv := dnstest.Start(t, zones(t)...)
	client := srv.Client(t)
	ask := func(name string, rrtype resolver.Type) string {
		t.Helper()
		reply, err := client.Exchange(t.Context(), resolver.Query{Question: resolver.Question{Name: name, Type: rrtype}, Server: srv.Addr(), RD: true})
		if err != nil {
			return string(resolver.KindOf(err))
		}
		return fmt.Sprint(reply.Rcode, len(reply.Answer))
	}
	check := func(why, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %s, want %s", why, got, want)
		}
	}
	srv.Fault("*", 0, dnstest.ServFail)
	srv.Fault("*", resolver.TypeMX, dnstest.Refused)
	srv.Fault("WWW.example.co.jp", 0, dnstest.NoData)
	srv.Fault("www.example.co.jp.", resolver.TypeTXT, dnstest.Rcode(4))
	check("any name, any type", ask("b.example.co.jp.", resolver.TypeA), "2 0")
	check("any name, this type", ask("b.example.co.jp.", resolver.TypeMX), "5 0")
	check("this name, any type", ask("www.example.co.jp.", resolver.TypeA), "0 0")
	check("this name, this type", ask("www.example.co.jp.", resolver.TypeTXT), "4 0")
	srv.Fault("www.example.co.jp.", 0)
	srv.Fault("*", 0)
	check("cleared", ask("www.example.co.jp.", resolver.TypeA), "0 1")
	srv.Fault("*", 0, dnstest.Compact)
	check("compact denial", ask("nope.example.co.jp.", resolver.TypeA), "0 0")
	check("compact denial leaves data", ask("www.example.co.jp.", resolver.TypeA), "0 1")
	srv.Fault("*", 0, dnstest.Times(2, dnstest.ServFail))
	check("once", ask("www.example.co.jp.", resolver.TypeA), "2 0")
	check("twice", ask("www.example.co.jp.", resolver.TypeA), "2 0")
	check("and no more", ask("www.example.co.jp.", resolver.TypeA), "0 1")
}

func TestCounts(t *testing.T) {
	srv := dnstest.Start(t, zones(t)...)
	client := srv.Client(t)
	for _, network := range []string{"udp", "tcp", "udp"} {
		q := resolver.Query{Question: resolver.Question{Name: "WWW.example.co.jp.", Type: resolver.TypeA}, Net: network, RD: true}
		if _, err := client.Exchange(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	if srv.Count() != 3 || srv.CountOf("www.example.co.jp.", resolver.TypeA) != 3 || srv.CountNet("udp") != 2 || srv.CountNet("tcp") != 1 ||
		len(srv.Questions()) != 1 || srv.Connections() != 1 || srv.Ports() != 1 {
		t.Errorf("%d questions, %d over UDP, %d over TCP, %v, %d connections, %d ports; want 3, 2, 1, one, 1, 1",
			srv.Count(), srv.CountNet("udp"), srv.CountNet("tcp"), srv.Questions(), srv.Connections(), srv.Ports())
	}
}

func TestServerEndsWithTheTest(t *testing.T) {
	var addr string
	t.Run("with a server", func(t *testing.T) {
		srv := dnstest.Start(t)
		srv.TLS(t)
		srv.HTTPS(t, false)
		addr = srv.Addr()
	})
	if conn, err := net.Dial("tcp", addr); err == nil {
		conn.Close()
		t.Errorf("%s still accepts connections after its test", addr)
	}
}
