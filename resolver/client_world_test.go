package resolver_test

import (
	"fmt"
	"strings"
	"testing"

	"mailauth/resolver"
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
