package resolver_test

import (
	"strings"
	"testing"

	"mailauth/resolver"
)

func TestNewZoneRefuses(t *testing.T) {
	txt := resolver.TXT{Strings: []string{"a"}}
	for _, tt := range []struct {
		apex   string
		record resolver.Record
		want   string
	}{
		{"Example.jp.", resolver.Record{Name: "example.jp.", Data: txt}, `found name "Example.jp.", expected its canonical form "example.jp."`},
		{"example.jp", resolver.Record{Name: "example.jp.", Data: txt}, `found name "example.jp", expected its canonical form "example.jp."`},
		{"example.jp.", resolver.Record{Name: "www.example.jp", Data: txt}, `found name "www.example.jp", expected its canonical form "www.example.jp."`},
		{"example.jp.", resolver.Record{Name: "example.jp."}, "record of example.jp. has data <nil>, expected that of its type"},
		{"example.jp.", resolver.Record{Name: "example.jp.", Data: resolver.Other{RRType: resolver.TypeCNAME, Text: "a."}}, "record of example.jp. has data a., expected that of its type"},
	} {
		if _, err := resolver.NewZone(tt.apex, []resolver.Record{tt.record}); err == nil || err.Error() != tt.want {
			t.Errorf("NewZone(%q, %v): got %v, want %s", tt.apex, tt.record.Name, err, tt.want)
		}
	}
}

func TestZoneKeepsWhatServersRefuse(t *testing.T) {
	z := zoneOf(t, "example.jp.", `
@      SOA   ns host 1 1 1 1 1
@      TXT   "v=spf1 -all"
@      TXT   "v=spf1 -all"
@      CNAME www.example.net.
www    CNAME www.example.net.
two    CNAME a.example.net.
two    CNAME b.example.net.
signed CNAME a.example.net.
signed RRSIG CNAME 13 3 3600 20260601000000 20260501000000 1 example.jp. AAAA
signed NSEC  two CNAME RRSIG NSEC
out.example.net. TXT "elsewhere"
`)
	if got, want := len(z.Records()), 9; got != want {
		t.Errorf("%d records, want %d: one is given twice, one is outside", got, want)
	}
	if out := z.Outside(); len(out) != 1 || out[0].Name != "out.example.net." {
		t.Errorf("outside: got %v, want out.example.net.", out)
	}
	var got []string
	for _, c := range z.Conflicts() {
		got = append(got, c.Name)
		for _, r := range append(c.CNAMEs, c.Records...) {
			got = append(got, r.Type().String())
		}
	}
	if want := "example.jp. CNAME SOA TXT two.example.jp. CNAME CNAME"; strings.Join(got, " ") != want {
		t.Errorf("conflicts: got %s, want %s", strings.Join(got, " "), want)
	}
}

func TestSameData(t *testing.T) {
	parse := func(typ resolver.Type, text string) resolver.RData {
		data, err := resolver.ParseRData(typ, text)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for _, tt := range []struct {
		a, b resolver.Type
		x, y string
		want bool
		why  string
	}{
		{resolver.TypeMX, resolver.TypeMX, "10 Mail.Example.jp.", "10 mail.example.jp.", true, "case of names"},
		{resolver.TypeMX, resolver.TypeMX, "10 mail.example.jp.", "20 mail.example.jp.", false, "preference"},
		{resolver.TypeAAAA, resolver.TypeAAAA, "2001:db8:0:0::1", "2001:DB8::1", true, "form of the address"},
		{resolver.TypeTXT, resolver.TypeTXT, `"v=spf1 mx" " -all"`, `"v=spf1 mx -all"`, true, "another split"},
		{resolver.TypeTXT, resolver.TypeTXT, `"v=spf1 mx" "-all"`, `"v=spf1 mx -all"`, false, "a space is missing"},
		{resolver.TypeTXT, resolver.TypeTXT, `"V=spf1"`, `"v=spf1"`, false, "text keeps its case"},
		{resolver.TypeTXT, resolver.TypeSPF, `"v=spf1"`, `"v=spf1"`, false, "another type"},
		{resolver.TypeSPF, resolver.TypeSPF, `"v=" "spf1"`, `"v=spf1"`, true, "type 99 too"},
	} {
		if got := resolver.SameData(parse(tt.a, tt.x), parse(tt.b, tt.y)); got != tt.want {
			t.Errorf("%s and %s (%s): got %t, want %t", tt.x, tt.y, tt.why, got, tt.want)
		}
	}
}
