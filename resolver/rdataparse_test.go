package resolver

import (
	"strings"
	"testing"
)

func TestParseRData(t *testing.T) {
	long := strings.Repeat("x", 300)
	for _, tt := range []struct{ rtype, text, want, why string }{
		{"A", "192.0.2.1", "192.0.2.1", "plain"},
		{"AAAA", "2001:DB8:0::1", "2001:db8::1", "shortest form"},
		{"AAAA", "::ffff:192.0.2.1", "::ffff:192.0.2.1", "IPv4-mapped, kept"},
		{"MX", "10 Mail.Example.co.jp.", "10 mail.example.co.jp.", "names in lower case"},
		{"MX", "0 .", "0 .", "null MX, RFC 7505"},
		{"TXT", `"v=spf1 mx -all"`, `"v=spf1 mx -all"`, "plain"},
		{"TXT", `v=spf1 mx -all`, `"v=spf1" "mx" "-all"`, "without quotes every word is a string"},
		{"TXT", `"v=DKIM1; k=rsa; " "p=AB"`, `"v=DKIM1; k=rsa; " "p=AB"`, "two strings"},
		{"TXT", `"a""b"`, `"a" "b"`, "two strings that touch"},
		{"TXT", `"\"q\" \\ \; \097 \255"`, `"\"q\" \\ ; a \255"`, "escapes"},
		{"TXT", `""`, `""`, "empty string"},
		{"TXT", `"é"`, `"\195\169"`, "octets as they are"},
		{"TXT", `"` + long + `"`, `"` + long + `"`, "more than 255 octets stay one string"},
		{"TXT", `\# 4 03616263`, `"abc"`, "generic form of a known type, RFC 3597"},
		{"SPF", `"v=spf1 -all"`, `"v=spf1 -all"`, "type 99"},
		{"SOA", "ns.example.jp. host.example.jp. 2026050100 2h 15m 2w 1h30m", "ns.example.jp. host.example.jp. 2026050100 7200 900 1209600 5400", "units"},
		{"SRV", "0 5 443 www.example.jp.", "0 5 443 www.example.jp.", "plain"},
		{"CAA", `0 issue "letsencrypt.org"`, `0 issue "letsencrypt.org"`, "by the library"},
		{"HTTPS", `1 . alpn="h2,h3"`, `1 . alpn="h2,h3"`, "quotes inside a word"},
		{"TYPE65400", `\# 2 abCD`, `\# 2 abcd`, "unknown type"},
	} {
		typ, err := ParseType(tt.rtype)
		if err != nil {
			t.Fatal(err)
		}
		data, err := ParseRData(typ, tt.text)
		if err != nil {
			t.Errorf("%s %s (%s): %v", tt.rtype, tt.text, tt.why, err)
		} else if got := data.String(); got != tt.want || data.Type() != typ {
			t.Errorf("%s %s (%s):\n got %s %s\nwant %s", tt.rtype, tt.text, tt.why, data.Type(), got, tt.want)
		}
	}
}

func TestParseRDataRefuses(t *testing.T) {
	for _, tt := range []struct {
		rtype Type
		text  string
		want  string
	}{
		{TypeA, "192.0.2", "found 192.0.2, expected an IPv4 address such as 192.0.2.1"},
		{TypeA, "2001:db8::1", "found 2001:db8::1, expected an IPv4 address such as 192.0.2.1"},
		{TypeA, "192.0.2.1 192.0.2.2", "found 192.0.2.2, expected the end of the record"},
		{TypeAAAA, "fe80::1%eth0", "found fe80::1%eth0, expected an IPv6 address such as 2001:db8::1"},
		{TypeMX, "mail.example.jp.", "found mail.example.jp., expected a preference from 0 to 65535"},
		{TypeMX, "10", "found the end of the record, expected the name of a mail host"},
		{TypeMX, "10 mail.example.jp", "found mail.example.jp, expected an absolute name, with a dot at its end"},
		{TypeMX, `10 "mail.example.jp."`, `found "mail.example.jp.", expected a name without quotes`},
		{TypeMX, "65536 mail.example.jp.", "found 65536, expected a preference from 0 to 65535"},
		{TypeCNAME, "a..jp.", `found a..jp., expected a domain name: name "a..jp." has an empty label`},
		{TypeTXT, "", "found the end of the record, expected a text in quotes"},
		{TypeTXT, `"v=spf1`, `found a quote that does not end on its line, expected a second "`},
		{TypeTXT, `"\256"`, `found the escape \256, expected \DDD with DDD from 000 to 255, or \ before a character that is no digit`},
		{TypeTXT, `v=DMARC1; p=none`, `found ';' outside quotes, expected one line of data`},
		{TypeTXT, "\"a\"\n\"b\"", `found '\n' outside quotes, expected one line of data`},
		{TypeTXT, `\# 2 05aa`, `found \# 2 05aa, expected the data of type TXT (TXT.Txt: dns: overflow unpacking txt: " ")`},
		{TypeSOA, "ns. host. 1 2 3 4", "found the end of the record, expected the minimum TTL time in seconds"},
		{TypeSOA, "ns. host. 1 2 x 4 5", "found x, expected the retry time in seconds"},
		{TypeCAA, "", "found the end of the record, expected the data of type CAA"},
		{TypeCAA, "a b", "found a b, expected the data of type CAA (bad CAA Flag: \"a\")"},
		{Type(255), "x", "found type ANY, expected a type that a zone can hold"},
	} {
		data, err := ParseRData(tt.rtype, tt.text)
		if err == nil {
			t.Errorf("%s %s: got %v, want an error", tt.rtype, tt.text, data)
		} else if err.Error() != tt.want {
			t.Errorf("%s %s:\n got %s\nwant %s", tt.rtype, tt.text, err, tt.want)
		}
	}
}

func TestParseTTL(t *testing.T) {
	for _, tt := range []struct {
		text string
		want uint32
		ok   bool
	}{
		{"0", 0, true}, {"3600", 3600, true}, {"1h", 3600, true}, {"1h30m", 5400, true}, {"1W2D", 777600, true}, {"1h30", 3630, true},
		{"2147483647", 1<<31 - 1, true},
		{"2147483648", 0, false}, {"99999999999999999999999", 0, false}, {"4000w", 0, false},
		{"", 0, false}, {"h", 0, false}, {"1hh", 0, false}, {"-1", 0, false}, {"1.5h", 0, false}, {"1y", 0, false},
	} {
		if got, ok := ParseTTL(tt.text); got != tt.want || ok != tt.ok {
			t.Errorf("ParseTTL(%q) = %d, %t, want %d, %t", tt.text, got, ok, tt.want, tt.ok)
		}
	}
}

func FuzzParseRData(f *testing.F) {
	for _, seed := range []struct {
		t    Type
		text string
	}{
		{TypeTXT, `"v=spf1 mx" " -all"`}, {TypeTXT, `\# 4 03616263`}, {TypeMX, "10 a\\.b.example.jp."}, {TypeSOA, "a. b. 1 2h 3 4 5"},
		{TypeA, "192.0.2.1"}, {TypeAAAA, "::1"}, {TypeSRV, "1 2 3 ."}, {TypeCAA, `0 iodef "mailto:a@example.jp"`}, {64, `1 . alpn="h2" ipv4hint=192.0.2.1`},
		{35, `1 1 "u" "E2U+sip" "!^.*$!sip:a@example.jp!" .`}, {29, "51 30 12.748 N 0 7 39.611 W 0.00m 0.00m 0.00m 0.00m"}, {TypeRRSIG, "TXT 8 2 3600 20260601000000 20260501000000 1 example.jp. AAAA"},
		{55, "2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNuSutc5EMzxTs9LBPCIkOFH8cIvM4p9+LrV4e19WzK00+CI6zBCQTdtWsuxKbWIy87UOoJTwkUs7lBu+Upr1gsNrut79ryra+bSRGQb1slImA8YVJyuIDsj7kwzG7jnERNqnWxZ48AWkskmdHaVDP4BcelrTI3rMXdXF5D a.example."},
	} {
		f.Add(uint16(seed.t), seed.text)
	}
	f.Fuzz(func(t *testing.T, rtype uint16, text string) {
		data, err := ParseRData(Type(rtype), text)
		if err != nil {
			return
		}
		again, err := ParseRData(Type(rtype), data.String())
		if err != nil {
			t.Fatalf("%s %q gives %q, which cannot be read: %v", Type(rtype), text, data, err)
		}
		if again.String() != data.String() {
			t.Fatalf("%s %q gives %q, which gives %q", Type(rtype), text, data, again)
		}
	})
}
