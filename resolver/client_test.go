package resolver_test

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// record reads "owner TTL type data", names absolute.
func record(t testing.TB, line string) resolver.Record {
	t.Helper()
	f := strings.SplitN(line, " ", 4)
	if len(f) != 4 {
		t.Fatalf("record %q has %d fields, want owner, TTL, type and data", line, len(f))
	}
	rrtype, err := resolver.ParseType(f[2])
	if err != nil {
		t.Fatal(err)
	}
	data, err := resolver.ParseRData(rrtype, f[3])
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	ttl, ok := resolver.ParseTTL(f[1])
	if !ok {
		t.Fatalf("%s: no TTL", line)
	}
	return resolver.Record{Name: f[0], TTL: ttl, Data: data}
}

func records(t testing.TB, text string) []resolver.Record {
	t.Helper()
	var all []resolver.Record
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, record(t, line))
		}
	}
	return all
}

// served makes a zone for a server.
func served(t testing.TB, apex, text string) *resolver.Zone {
	t.Helper()
	zone, err := resolver.NewZone(apex, records(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// company is the world of most tests here: a company and its provider.
func company(t testing.TB) []*resolver.Zone {
	t.Helper()
	text := `
		example.co.jp. 3600 SOA ns1.example.co.jp. hostmaster.example.co.jp. 2026052001 7200 900 1209600 300
		example.co.jp. 3600 NS ns1.example.co.jp.
		example.co.jp. 600 MX 20 mail2.example.co.jp.
		example.co.jp. 600 MX 10 mail.example.co.jp.
		example.co.jp. 300 TXT "v=spf1 mx -all"
		example.co.jp. 300 TXT "site-" "verification=\195\169\000\""
		mail.example.co.jp. 3600 A 192.0.2.25
		mail.example.co.jp. 3600 AAAA 2001:db8::25
		www.example.co.jp. 60 CNAME web.example.co.jp.
		web.example.co.jp. 900 A 192.0.2.80
		deep.below.example.co.jp. 900 TXT "below"
		*.wild.example.co.jp. 900 TXT "any"
		out.example.co.jp. 60 CNAME host.example.net.
		gone.example.co.jp. 60 CNAME nowhere.example.net.
		bare.example.co.jp. 60 CNAME host.example.net.
		one.example.co.jp. 60 CNAME two.example.co.jp.
		two.example.co.jp. 60 CNAME one.example.co.jp.
		old.example.co.jp. 60 DNAME example.net.
	`
	for i := range 13 {
		text += fmt.Sprintf("c%d.example.co.jp. 60 CNAME c%d.example.co.jp.\n", i, i+1)
	}
	text += "c13.example.co.jp. 60 A 192.0.2.13\n"
	return []*resolver.Zone{
		served(t, "example.co.jp.", text),
		served(t, "example.net.", `
			example.net. 120 SOA ns1.example.net. hostmaster.example.net. 1 7200 900 1209600 600
			example.net. 3600 NS ns1.example.net.
			host.example.net. 30 A 198.51.100.7
			host.example.net. 30 A 198.51.100.10
		`),
	}
}

// said is an answer in short.
type said struct {
	Status  resolver.Status
	Exists  bool
	Records string // data, comma-separated
	Chain   string // owner>target, comma-separated
	TTL     uint32
}

func inShort(a resolver.Answer) said {
	s := said{Status: a.Status, Exists: a.OwnerExists, TTL: a.TTL}
	for _, r := range a.Records {
		s.Records += "," + r.Data.String()
	}
	for _, r := range a.Chain {
		s.Chain += "," + r.Name + ">" + r.Data.String()
	}
	s.Records, s.Chain = strings.TrimPrefix(s.Records, ","), strings.TrimPrefix(s.Chain, ",")
	return s
}

var companyAnswers = []struct {
	name string
	t    resolver.Type
	want said
	why  string
}{
	{"example.co.jp.", resolver.TypeMX, said{resolver.Data, true, "10 mail.example.co.jp.,20 mail2.example.co.jp.", "", 600}, "in the order of the data's text"},
	{"example.co.jp.", resolver.TypeTXT, said{resolver.Data, true, `"site-" "verification=\195\169\000\"","v=spf1 mx -all"`, "", 300}, "raw octets, boundaries kept"},
	{"Example.CO.jp", resolver.TypeTXT, said{resolver.Data, true, `"site-" "verification=\195\169\000\"","v=spf1 mx -all"`, "", 300}, "names are case-insensitive"},
	{"mail.example.co.jp.", resolver.TypeAAAA, said{resolver.Data, true, "2001:db8::25", "", 3600}, "IPv6"},
	{"mail.example.co.jp.", resolver.TypeTXT, said{resolver.NoData, true, "", "", 300}, "NODATA: the least of SOA TTL and minimum"},
	{"host.example.net.", resolver.TypeTXT, said{resolver.NoData, true, "", "", 120}, "the SOA's TTL is less than its minimum"},
	{"nope.example.co.jp.", resolver.TypeA, said{resolver.NXDomain, false, "", "", 300}, "NXDOMAIN"},
	{"below.example.co.jp.", resolver.TypeTXT, said{resolver.NoData, true, "", "", 300}, "an empty non-terminal exists"},
	{"x.y.wild.example.co.jp.", resolver.TypeTXT, said{resolver.Data, true, `"any"`, "", 900}, "a wildcard, two labels deep"},
	{"x.wild.example.co.jp.", resolver.TypeMX, said{resolver.NoData, true, "", "", 300}, "a wildcard without that type"},
	{"www.example.co.jp.", resolver.TypeA, said{resolver.Data, true, "192.0.2.80", "www.example.co.jp.>web.example.co.jp.", 60}, "a CNAME in the zone: the least TTL"},
	{"www.example.co.jp.", resolver.TypeCNAME, said{resolver.Data, true, "web.example.co.jp.", "", 60}, "the CNAME itself"},
	{"www.example.co.jp.", resolver.TypeMX, said{resolver.NoData, true, "", "www.example.co.jp.>web.example.co.jp.", 60}, "NODATA at the end of a chain"},
	{"out.example.co.jp.", resolver.TypeA, said{resolver.Data, true, "198.51.100.10,198.51.100.7", "out.example.co.jp.>host.example.net.", 30}, "a CNAME out of the zone"},
	{"gone.example.co.jp.", resolver.TypeA, said{resolver.NXDomain, true, "", "gone.example.co.jp.>nowhere.example.net.", 60}, "the alias exists, its target does not"},
	{"a.old.example.co.jp.", resolver.TypeA, said{resolver.NXDomain, true, "", "old.example.co.jp.>example.net.,a.old.example.co.jp.>a.example.net.", 60}, "a DNAME"},
	{"c1.example.co.jp.", resolver.TypeA, said{resolver.Data, true, "192.0.2.13", chainOf(1, 13), 60}, "twelve links"},
}

func chainOf(from, to int) string {
	var links []string
	for i := from; i < to; i++ {
		links = append(links, fmt.Sprintf("c%d.example.co.jp.>c%d.example.co.jp.", i, i+1))
	}
	return strings.Join(links, ",")
}

func TestClientAnswers(t *testing.T) {
	srv := dnstest.Start(t, company(t)...)
	servers := map[string]resolver.Server{
		"udp": srv.UDP(), "tcp": srv.TCP(), "tls": srv.TLS(t), "https": srv.HTTPS(t, false), "https over HTTP/1.1": srv.HTTPS(t, true),
	}
	for network, server := range servers {
		t.Run(network, func(t *testing.T) {
			client := resolver.NewClient([]resolver.Server{server}, resolver.WithRootCAs(srv.Roots(t)))
			defer client.Close()
			for _, tt := range companyAnswers {
				got, err := client.Lookup(t.Context(), resolver.Question{Name: tt.name, Type: tt.t})
				if err != nil {
					t.Errorf("%s %s (%s): %v", tt.name, tt.t, tt.why, err)
					continue
				}
				if diff := cmp.Diff(tt.want, inShort(got)); diff != "" {
					t.Errorf("%s %s (%s) (-want +got):\n%s", tt.name, tt.t, tt.why, diff)
				}
				if got.Source != server.String() {
					t.Errorf("%s %s: source %q, want %q", tt.name, tt.t, got.Source, server)
				}
			}
		})
	}
}

// faultKinds are the faults that leave a question without an answer.
var faultKinds = []struct {
	fault dnstest.Fault
	want  resolver.ErrorKind
	why   string
}{
	{dnstest.ServFail, resolver.ServFail, "SERVFAIL"},
	{dnstest.Refused, resolver.Refused, "REFUSED"},
	{dnstest.NotImp, resolver.BadReply, "another RCODE"},
	{dnstest.Rcode(1), resolver.BadReply, "FORMERR without EDNS too"},
	{dnstest.Drop, resolver.Timeout, "no reply"},
	{dnstest.WrongID, resolver.Timeout, "a reply with another id is none"},
	{dnstest.WrongQuestion, resolver.Timeout, "a reply to another question is none"},
	{dnstest.Lame, resolver.BadReply, "an upward referral is not NODATA"},
	{dnstest.Garbage, resolver.BadReply, "noise"},
	{dnstest.CutShort, resolver.BadReply, "a message without the answer that it announces is not NODATA"},
	{dnstest.TCPOnly, resolver.Timeout, "no reply over UDP, not even TC"},
}

func TestClientErrors(t *testing.T) {
	for _, tt := range faultKinds {
		for _, q := range []resolver.Question{
			{Name: "example.co.jp.", Type: resolver.TypeTXT},
			{Name: "nope.example.co.jp.", Type: resolver.TypeA},
		} {
			t.Run(tt.why+"/"+q.String(), func(t *testing.T) {
				t.Parallel()
				srv := dnstest.Start(t, company(t)...)
				srv.Fault("*", 0, tt.fault)
				client := srv.Client(t, resolver.WithTimeout(500*time.Millisecond))
				answer, err := client.Lookup(t.Context(), q)
				if err == nil {
					t.Fatalf("answer %v, want an error", answer)
				}
				if kind := resolver.KindOf(err); kind != tt.want {
					t.Errorf("error %v (kind %q), want %q", err, kind, tt.want)
				}
			})
		}
	}
}

func TestClientChainErrors(t *testing.T) {
	srv := dnstest.Start(t, company(t)...)
	client := srv.Client(t)
	for _, tt := range []struct{ name, why string }{
		{"one.example.co.jp.", "two aliases of each other (the server says SERVFAIL)"},
		{"c0.example.co.jp.", "thirteen links"},
	} {
		answer, err := client.Lookup(t.Context(), resolver.Question{Name: tt.name, Type: resolver.TypeA})
		if err == nil {
			t.Errorf("%s: answer %v, want an error: %s", tt.name, answer, tt.why)
		}
	}
}

func TestClientUnreachable(t *testing.T) {
	srv := dnstest.Start(t)
	closed := resolver.Server{Net: "udp", Addr: netip.MustParseAddrPort("127.0.0.1:1")}
	for _, server := range []resolver.Server{
		closed,
		{Net: "tcp", Addr: closed.Addr},
		{Net: "tls", Addr: closed.Addr, Name: dnstest.ServerName},
		{Net: "https", URL: "https://127.0.0.1:1/dns-query"},
		{Net: "tls", Addr: srv.TLS(t).Addr, Name: "other.example.net"}, // its certificate is for another name
		srv.HTTPS(t, false), // its authority is unknown
	} {
		client := resolver.NewClient([]resolver.Server{server})
		_, err := client.Lookup(t.Context(), resolver.Question{Name: "example.co.jp.", Type: resolver.TypeA})
		if kind := resolver.KindOf(err); err == nil || kind != resolver.Unreachable {
			t.Errorf("%s: error %v (kind %q), want unreachable", server, err, kind)
		}
		client.Close()
	}
	if srv.Count() != 0 {
		t.Errorf("%d questions reached a server whose certificate is wrong", srv.Count())
	}
}

func TestClientUnusableNames(t *testing.T) {
	client := resolver.NewClient(nil)
	defer client.Close()
	for _, name := range []string{"a..example.co.jp.", strings.Repeat("a", 64) + ".example.co.jp.", strings.Repeat("abcdefg.", 32) + "example.co.jp."} {
		_, err := client.Lookup(t.Context(), resolver.Question{Name: name, Type: resolver.TypeA})
		if resolver.KindOf(err) != resolver.BadName {
			t.Errorf("%s: error %v, want an unusable name", name, err)
		}
	}
	if _, err := client.Lookup(t.Context(), resolver.Question{Name: "example.co.jp.", Type: resolver.TypeA}); resolver.KindOf(err) != resolver.Unreachable {
		t.Errorf("without servers: error %v, want unreachable", err)
	}
}

func TestClientTruncation(t *testing.T) {
	var long strings.Builder
	for i := range 40 {
		fmt.Fprintf(&long, "example.co.jp. 300 TXT \"%02d %s\"\n", i, strings.Repeat("x", 100))
	}
	srv := dnstest.Start(t, served(t, "example.co.jp.", long.String()))
	client := srv.Client(t)
	q := resolver.Question{Name: "example.co.jp.", Type: resolver.TypeTXT}
	answer, err := client.Lookup(t.Context(), q)
	if err != nil || len(answer.Records) != 40 {
		t.Fatalf("%d records, error %v, want 40 that do not fit into 1232 octets", len(answer.Records), err)
	}
	if udp, tcp := srv.CountNet("udp"), srv.CountNet("tcp"); udp != 1 || tcp != 1 {
		t.Errorf("%d questions over UDP and %d over TCP, want 1 and 1", udp, tcp)
	}
	client = srv.Client(t, resolver.WithTimeout(300*time.Millisecond))
	srv.Fault("*", 0, dnstest.Truncate, dnstest.UDPOnly)
	if answer, err := client.Lookup(t.Context(), q); err == nil {
		t.Errorf("truncated, and TCP hangs up: answer %v, want an error", answer)
	}
	srv.Fault("*", 0, dnstest.Truncate, dnstest.Drop)
	if answer, err := client.Lookup(t.Context(), q); resolver.KindOf(err) != resolver.Timeout {
		t.Errorf("truncated, and no reply over TCP: answer %v, error %v, want a timeout", answer, err)
	}
	reply, err := client.Exchange(t.Context(), resolver.Query{Question: q, Net: "tcp", RD: true})
	if err == nil {
		t.Errorf("TCP is dropped: reply %v, want an error", reply)
	}
}

func TestClientWithoutEDNS(t *testing.T) {
	for name, fault := range map[string]dnstest.Fault{"FORMERR": dnstest.FormErrToEDNS, "NOTIMP": dnstest.NotImpToEDNS} {
		srv := dnstest.Start(t, company(t)...)
		srv.Fault("*", 0, fault)
		client := srv.Client(t)
		for range 3 {
			answer, err := client.Lookup(t.Context(), resolver.Question{Name: "mail.example.co.jp.", Type: resolver.TypeA})
			if err != nil || len(answer.Records) != 1 {
				t.Fatalf("%s: answer %v, error %v, want one record", name, answer, err)
			}
		}
		if srv.Count() != 4 {
			t.Errorf("%s: %d questions for three look-ups, want 4: the client remembers", name, srv.Count())
		}
	}
}

// TestClientAsksOn has a server that gives one link at a time.
func TestClientAsksOn(t *testing.T) {
	alias, target := record(t, "www.example.co.jp. 60 CNAME host.example.net."), record(t, "host.example.net. 30 A 198.51.100.7")
	srv := dnstest.StartFunc(t, func(q resolver.Query) resolver.Reply {
		switch q.Name {
		case alias.Name:
			return resolver.Reply{RA: true, Answer: []resolver.Record{alias}}
		case target.Name:
			return resolver.Reply{RA: true, Answer: []resolver.Record{target}}
		}
		return resolver.Reply{RA: true, Rcode: 3}
	})
	client := srv.Client(t)
	got, err := client.Lookup(t.Context(), resolver.Question{Name: alias.Name, Type: resolver.TypeA})
	want := said{resolver.Data, true, "198.51.100.7", "www.example.co.jp.>host.example.net.", 30}
	if diff := cmp.Diff(want, inShort(got)); err != nil || diff != "" {
		t.Errorf("error %v (-want +got):\n%s", err, diff)
	}
	srv.Fault(target.Name, 0, dnstest.ServFail)
	_, err = client.Lookup(t.Context(), resolver.Question{Name: alias.Name, Type: resolver.TypeA})
	if resolver.KindOf(err) != resolver.ServFail || !strings.HasPrefix(err.Error(), "www.example.co.jp. A: SERVFAIL") {
		t.Errorf("error %v, want SERVFAIL about the asked name", err)
	}
}

func TestClientCancelled(t *testing.T) {
	srv := dnstest.Start(t, company(t)...)
	srv.Fault("*", 0, dnstest.Drop)
	q := resolver.Question{Name: "example.co.jp.", Type: resolver.TypeTXT}
	for _, server := range []resolver.Server{srv.UDP(), srv.TCP(), srv.TLS(t), srv.HTTPS(t, false)} {
		client := resolver.NewClient([]resolver.Server{server}, resolver.WithRootCAs(srv.Roots(t)))
		ctx, cancel := context.WithCancel(t.Context())
		asked := srv.Count()
		go func() {
			for srv.Count() == asked { // until the question is on its way
				time.Sleep(time.Millisecond)
			}
			cancel()
		}()
		if _, err := client.Lookup(ctx, q); resolver.KindOf(err) != resolver.Cancelled {
			t.Errorf("%s: error %v, want cancelled", server, err)
		}
		ctx, cancel = context.WithTimeout(t.Context(), 20*time.Millisecond)
		if _, err := client.Lookup(ctx, q); resolver.KindOf(err) != resolver.Timeout {
			t.Errorf("%s: error %v, want a timeout", server, err)
		}
		cancel()
		client.Close()
		if _, err := client.Lookup(t.Context(), q); resolver.KindOf(err) != resolver.Cancelled {
			t.Errorf("%s: after Close: error %v, want cancelled", server, err)
		}
	}
}
