package zone_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mailauth/resolver"
	"mailauth/resolver/zone"
)

// list writes the records of zones one a line, each with the line and column
// of its data.
func list(zones []*resolver.Zone) string {
	var b strings.Builder
	for _, z := range zones {
		if len(zones) > 1 {
			fmt.Fprintf(&b, "zone %s\n", z.Apex)
		}
		for _, r := range z.Records() {
			fmt.Fprintf(&b, "%d:%d %s\n", r.Origin.Line, r.Origin.Col, r)
		}
	}
	return b.String()
}

func TestParse(t *testing.T) {
	long := strings.Repeat("k", 256)
	for _, tt := range []struct{ why, text, want string }{
		{"a whole zone", `$TTL 1h
$ORIGIN example.co.jp.
@	IN	SOA	ns1 hostmaster (
		2026050101 ; serial
		2h 15m 2w 300 )
	IN	NS	ns1
	IN	MX	10 mail
	IN	TXT	"v=spf1 mx -all"
mail	300	IN	A	203.0.113.25
	IN 600	AAAA	2001:db8::25
www.example.co.jp.	CNAME	mail ; absolute
`, `3:10 example.co.jp. 3600 IN SOA ns1.example.co.jp. hostmaster.example.co.jp. 2026050101 7200 900 1209600 300
6:8 example.co.jp. 3600 IN NS ns1.example.co.jp.
7:8 example.co.jp. 3600 IN MX 10 mail.example.co.jp.
8:9 example.co.jp. 3600 IN TXT "v=spf1 mx -all"
9:15 mail.example.co.jp. 300 IN A 203.0.113.25
10:14 mail.example.co.jp. 600 IN AAAA 2001:db8::25
11:26 www.example.co.jp. 3600 IN CNAME mail.example.co.jp.
`},
		{"data on the lines after its parenthesis", "$ORIGIN example.jp.\nsel._domainkey IN TXT (\n  \"v=DKIM1; \" ; first\n\n  \"p=AB\" )\n",
			`3:3 sel._domainkey.example.jp. 3600 IN TXT "v=DKIM1; " "p=AB"` + "\n"},
		{"a string over 255 octets is one string", "$ORIGIN example.jp.\n@ TXT \"" + long + "\"", `2:7 example.jp. 3600 IN TXT "` + long + "\"\n"},
		{"CRLF and a byte order mark", "\ufeff$ORIGIN example.jp.\r\n@ TXT \"a\"\r\n  TXT b\r\n", "2:7 example.jp. 3600 IN TXT \"a\"\n3:7 example.jp. 3600 IN TXT \"b\"\n"},
		{"a byte order mark does not move columns", "\ufeffexample.jp. TXT a\n$ORIGIN example.jp.", "1:17 example.jp. 3600 IN TXT \"a\"\n"},
		{"octets that are not ASCII stay as they are", "$ORIGIN example.jp.\n@ TXT \"v=spf1 –all\" \"\xff\"\n", `2:7 example.jp. 3600 IN TXT "v=spf1 \226\128\147all" "\255"` + "\n"},
		{"a tab inside quotes is data", "$ORIGIN example.jp.\n@ TXT \"v=spf1\tmx\"\n", `2:7 example.jp. 3600 IN TXT "v=spf1\009mx"` + "\n"},
		{"an unquoted semicolon starts a comment, as on a server", "$ORIGIN example.jp.\n_dmarc TXT v=DMARC1; p=none\n", `2:12 _dmarc.example.jp. 3600 IN TXT "v=DMARC1"` + "\n"},
		{"a quoted or escaped semicolon does not", "$ORIGIN example.jp.\n_dmarc TXT \"v=DMARC1; p=none\"\nx TXT a\\;b", `2:12 _dmarc.example.jp. 3600 IN TXT "v=DMARC1; p=none"` + "\n" + `3:7 x.example.jp. 3600 IN TXT "a;b"` + "\n"},
		{"names with escapes", "$ORIGIN example.jp.\na\\.b\\040c TXT x\n\\@ TXT y\n", `2:15 a\.b\(c.example.jp. 3600 IN TXT "x"` + "\n" + `3:8 \@.example.jp. 3600 IN TXT "y"` + "\n"},
		{"owners that look like types, classes and TTLs", "$ORIGIN example.jp.\nIN IN A 192.0.2.1\nMX A 192.0.2.2\n3600 A 192.0.2.3\n", "2:9 in.example.jp. 3600 IN A 192.0.2.1\n3:6 mx.example.jp. 3600 IN A 192.0.2.2\n4:8 3600.example.jp. 3600 IN A 192.0.2.3\n"},
		{"the last stated TTL, before any $TTL", "$ORIGIN example.jp.\na 60 A 192.0.2.1\nb A 192.0.2.1\n$TTL 5\nc A 192.0.2.1\n", "2:8 a.example.jp. 60 IN A 192.0.2.1\n3:5 b.example.jp. 60 IN A 192.0.2.1\n5:5 c.example.jp. 5 IN A 192.0.2.1\n"},
		{"without any TTL, that of the SOA", "$ORIGIN example.jp.\n@ SOA ns host 1 2 3 4 777\na A 192.0.2.1\n", "2:7 example.jp. 777 IN SOA ns.example.jp. host.example.jp. 1 2 3 4 777\n3:5 a.example.jp. 777 IN A 192.0.2.1\n"},
		{"$ORIGIN relative to the one before, for part of the file", "$ORIGIN example.jp.\n$ORIGIN _domainkey\nsel TXT a\n$origin example.jp.\n@ TXT b\n", "3:9 sel._domainkey.example.jp. 3600 IN TXT \"a\"\n5:7 example.jp. 3600 IN TXT \"b\"\n"},
		{"lower case", "$ttl 60\n$origin EXAMPLE.JP.\nWWW in a 192.0.2.1\n", "3:10 www.example.jp. 60 IN A 192.0.2.1\n"},
		{"types known by number and by the library", "$ORIGIN example.jp.\n@ TYPE99 \"v=spf1 -all\"\n@ CAA 0 issue \"ca.example\"\n@ TYPE65400 \\# 1 ff\nx HTTPS 1 . alpn=\"h2,h3\"", `2:10 example.jp. 3600 IN SPF "v=spf1 -all"
3:7 example.jp. 3600 IN CAA 0 issue "ca.example"
4:13 example.jp. 3600 IN TYPE65400 \# 1 ff
5:9 x.example.jp. 3600 IN TYPE65 1 . alpn="h2,h3"
`},
		{"the same record twice is one", "$ORIGIN example.jp.\n@ TXT a\n@ TXT \"a\"\n", "2:7 example.jp. 3600 IN TXT \"a\"\n"},
		{"a CNAME beside other data is kept for the audit", "$ORIGIN example.jp.\n@ TXT a\n@ CNAME b\n", "2:7 example.jp. 3600 IN TXT \"a\"\n3:9 example.jp. 3600 IN CNAME b.example.jp.\n"},
		{"two SOAs are two zones, records go to the closer one", "$ORIGIN jp.\nexample SOA . . 1 2 3 4 5\nsub.example SOA . . 1 2 3 4 5\na.sub.example TXT a\nb.example TXT b\n", `zone example.jp.
2:13 example.jp. 5 IN SOA . . 1 2 3 4 5
5:15 b.example.jp. 5 IN TXT "b"
zone sub.example.jp.
3:17 sub.example.jp. 5 IN SOA . . 1 2 3 4 5
4:19 a.sub.example.jp. 5 IN TXT "a"
`},
		{"$GENERATE", "$ORIGIN example.jp.\n$GENERATE 1-3/2 h$ 60 IN A 192.0.2.$\n$GENERATE 10-10 ${0,4,x} TXT \"${-3,3} \\$ $$ ${5,3,n} ${0,0,X}\"\n", `2:28 h1.example.jp. 60 IN A 192.0.2.1
2:28 h3.example.jp. 60 IN A 192.0.2.3
3:30 000a.example.jp. 60 IN TXT "007 $ $ f.0 A"
`},
		{"no newline at the end", "$ORIGIN example.jp.\n@ TXT a ; comment", "2:7 example.jp. 3600 IN TXT \"a\"\n"},
	} {
		zones, err := zone.Parse("test.zone", strings.NewReader(tt.text), zone.Options{})
		if err != nil {
			t.Errorf("%s: %v", tt.why, err)
		} else if diff := cmp.Diff(tt.want, list(zones)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.why, diff)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	const o = "$ORIGIN example.jp.\n"
	for _, tt := range []struct {
		text string
		col  int
		want string
		hint string // a part of it
	}{
		{o + `@ TXT "v=spf1 -all`, 7, `t:2: found a quote that does not end on its line, expected a second "`, "several strings"},
		{o + "@ TXT (\"a\"\n \"b\"\n", 7, `t:2: found "(" without its ")", expected ")" before the end of the file`, ""},
		{o + "@ TXT \"a\" )\n", 11, `t:2: found ")" without a "(" before it, expected a field of a record`, ""},
		{o + "@ TXT a\\", 7, "t:2: found a backslash at the end of the line, expected a character or three digits after it", ""},
		{o + "@ TXT \"\\400\"", 7, `t:2: found the escape \400, expected \DDD with DDD from 000 to 255, or \ before a character that is no digit`, ""},
		{o + "@ IN A 192.0.2.300", 8, "t:2: found 192.0.2.300, expected an IPv4 address such as 192.0.2.1", ""},
		{o + "@ IN MX mail", 9, "t:2: found mail, expected a preference from 0 to 65535", ""},
		{o + "@ IN MX 10", 11, "t:2: found the end of the record, expected the name of a mail host", ""},
		{o + "@ IN MX 10 mail backup", 17, "t:2: found backup, expected the end of the record", ""},
		{o + "@ IN", 5, "t:2: found the end of the line, expected a TTL or a record type", ""},
		{o + "@ TXT", 6, "t:2: found the end of the record, expected a text in quotes", ""},
		{o + "@ CH TXT a", 3, "t:2: found class CH, expected class IN", ""},
		{o + "@ IN TXXT a", 6, "t:2: found TXXT, expected a TTL or a record type", ""},
		{o + "@ 60 60 TXT a", 6, "t:2: found 60, expected a class or a record type", ""},
		{o + "@ 4294967296 TXT a", 3, "t:2: found 4294967296, expected a TTL, a class or a record type", ""},
		{o + "TXT \"v=spf1 -all\"", 5, `t:2: found "v=spf1 -all", expected a TTL, a class or a record type`, "begins with a space"},
		{o + "@ TXT a\n www.example.jp. A 192.0.2.1", 2, "t:3: found www.example.jp., expected a TTL, a class or a record type", "at the very start of its line"},
		{o + " TXT a", 2, "t:2: found a line that begins with a space, expected an owner name, because no record stands above it", ""},
		{"www A 192.0.2.1", 1, "t:1: found www, expected an absolute name, with a dot at its end", "$ORIGIN"},
		{"example.jp. MX 10 mail", 19, "t:1: found mail, expected an absolute name, with a dot at its end", "$ORIGIN"},
		{"example.jp. TXT a", 0, "t: found no SOA record and no $ORIGIN, expected one of them to name the zone", "$ORIGIN"},
		{o + "www.example.net. A 192.0.2.1", 20, "t:2: found a record of www.example.net., expected names at or below example.jp.", "$ORIGIN"},
		{"", 0, "t: found no record, expected a zone file (RFC 1035 master format)", ""},
		{o + "; nothing\n", 0, "t: found no record, expected a zone file (RFC 1035 master format)", ""},
		{o + "a..b TXT x", 1, `t:2: found a..b, expected a domain name: name "a..b.example.jp." has an empty label`, ""},
		{o + "@\u3000IN TXT x", 2, "t:2: found a full-width space (U+3000), expected an owner name, and a plain space or tab after it", ""},
		{"$ORIGIN", 8, "t:1: found the end of the line, expected the name that relative names belong to", ""},
		{"$ORIGIN example.jp. x", 21, "t:1: found x, expected the end of the line", ""},
		{"$TTL 1y", 6, "t:1: found 1y, expected a time such as 3600 or 1h, at most 2147483647 seconds", ""},
		{"$DATE x", 1, "t:1: found $DATE, expected $ORIGIN, $TTL, $INCLUDE or $GENERATE", ""},
		{"$INCLUDE other.inc", 1, "t:1: found $INCLUDE, expected a zone that is complete: there is no folder to include from", ""},
		{o + "$GENERATE 1-2 h$ A", 19, "t:2: found the end of the line, expected a range, an owner name, a type and data", ""},
		{o + "$GENERATE 2-1 h$ A 192.0.2.$", 11, "t:2: found 2-1, expected a range such as 1-20 or 0-100/2", ""},
		{o + "$GENERATE 0-70000 h$ A 192.0.2.1", 11, "t:2: found 0-70000, expected at most 65536 records", ""},
		{o + "$GENERATE 1-2 h${0,0,q} A 192.0.2.$", 15, `t:2: found h${0,0,q}, expected "$", or "${offset,width,base}" with the base d, o, x, X, n or N`, ""},
		{o + "$GENERATE 255-256 h$ A 192.0.2.$", 24, "t:2: found 192.0.2.256, expected an IPv4 address such as 192.0.2.1", ""},
		{"<!DOCTYPE html>\n<html>", 1, "t:1: found an HTML or XML document, expected a zone file (RFC 1035 master format)", ""},
		{"\n{\"version\":1}", 1, "t:1: found a JSON document, expected a zone file (RFC 1035 master format)", "--replay"},
		{"\xff\xfe@\x00", 1, "t:1: found UTF-16 text, expected a zone file (RFC 1035 master format)", "UTF-8"},
		{o + "ab\x00", 3, "t:2: found binary data (an octet of zeros), expected a zone file (RFC 1035 master format)", "named-compilezone"},
		{o + "@ \x1b[31m TXT a", 3, `t:2: found \x1b[31m, expected a TTL, a class or a record type`, ""},
	} {
		_, err := zone.Parse("t", strings.NewReader(tt.text), zone.Options{})
		var fault *zone.Error
		if !errors.As(err, &fault) {
			t.Errorf("%q: got %v, want a *zone.Error", tt.text, err)
			continue
		}
		if err.Error() != tt.want || fault.Col != tt.col || !strings.Contains(fault.Hint, tt.hint) || tt.hint == "" && fault.Hint != "" {
			t.Errorf("%q:\n got column %d, %s\n     hint: %s\nwant column %d, %s\n     hint: …%s…", tt.text, fault.Col, err, fault.Hint, tt.col, tt.want, tt.hint)
		}
	}
}

func TestParseOptions(t *testing.T) {
	for _, tt := range []struct {
		why, name, text string
		opts            zone.Options
		apex, want      string
	}{
		{"named by its file", "zones/example.co.jp.zone", "@ TXT a\n", zone.Options{}, "example.co.jp.", "1:7 example.co.jp. 3600 IN TXT \"a\"\n"},
		{"named by a Debian file name", "/etc/bind/db.example.co.jp", "www A 192.0.2.1\n", zone.Options{}, "example.co.jp.", "1:7 www.example.co.jp. 3600 IN A 192.0.2.1\n"},
		{"the file name stands above its $ORIGIN", "example.co.jp.zone", "$ORIGIN _domainkey.example.co.jp.\ns TXT a\n", zone.Options{}, "example.co.jp.", "2:7 s._domainkey.example.co.jp. 3600 IN TXT \"a\"\n"},
		{"an $ORIGIN that has nothing to do with the file name wins", "move.new.zone", "$ORIGIN example.jp.\n@ TXT a\n", zone.Options{}, "example.jp.", "2:7 example.jp. 3600 IN TXT \"a\"\n"},
		{"given origin and TTL", "x", "@ TXT a\n", zone.Options{Origin: "Example.jp", TTL: 60}, "example.jp.", "1:7 example.jp. 60 IN TXT \"a\"\n"},
		{"the SOA wins over a given origin", "x", "sub SOA . . 1 2 3 4 5\n", zone.Options{Origin: "example.jp."}, "sub.example.jp.", "1:9 sub.example.jp. 5 IN SOA . . 1 2 3 4 5\n"},
	} {
		zones, err := zone.Parse(tt.name, strings.NewReader(tt.text), tt.opts)
		if err != nil {
			t.Errorf("%s: %v", tt.why, err)
			continue
		}
		if len(zones) != 1 || zones[0].Apex != tt.apex || list(zones) != tt.want {
			t.Errorf("%s: got zone %s\n%swant zone %s\n%s", tt.why, zones[0].Apex, list(zones), tt.apex, tt.want)
		}
	}
}

func TestOutside(t *testing.T) {
	zones, err := zone.Parse("t", strings.NewReader("$ORIGIN example.jp.\n@ SOA . . 1 2 3 4 5\nwww.example.net. A 192.0.2.1\n"), zone.Options{})
	if err != nil {
		t.Fatal(err)
	}
	outside := zones[0].Outside()
	if len(outside) != 1 || outside[0].Origin != (resolver.Origin{File: "t", Line: 3, Col: 20}) {
		t.Errorf("outside: got %v, want the record of line 3", outside)
	}
}

// comments is a file without end.
type comments struct{}

func (comments) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ";\n"[i%2]
	}
	return len(b), nil
}

func TestParseStopsAtItsSize(t *testing.T) {
	_, err := zone.Parse("big.zone", comments{}, zone.Options{})
	if want := "big.zone: found more than 64 MiB, expected a zone file of at most that size"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
