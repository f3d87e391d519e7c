package resolver_test

import (
	"strings"
	"testing"

	"mailauth/resolver"
)

func TestParseRecord(t *testing.T) {
	for _, line := range []string{
		`example.co.jp. 3600 IN TXT "v=spf1 -all"`,
		`example.co.jp. 0 IN TXT "a" "" "\"\\ \000\255;("`,
		`a\.b.example.co.jp. 60 IN CNAME c\032d.example.net.`,
		`\@.example.co.jp. 60 IN MX 0 .`,
		`example.co.jp. 2147483647 IN AAAA 2001:db8::1`,
		`example.co.jp. 60 IN CAA 0 issue "ca.example.net"`,
		`_443._tcp.example.co.jp. 60 IN TLSA 3 1 1 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855`,
		`example.co.jp. 60 IN TYPE65280 \# 3 abcdef`,
		". 86400 IN NS a.root-servers.example.",
	} {
		r, err := resolver.ParseRecord(line)
		if err != nil || r.String() != line {
			t.Errorf("ParseRecord(%s) = %s, %v, want the same text back", line, r, err)
		}
	}
}

func TestParseRecordFaults(t *testing.T) {
	tests := []struct{ line, want string }{
		{``, `found an empty text, expected "NAME TTL IN TYPE DATA"`},
		{`example.co.jp. 60 IN`, `found "example.co.jp. 60 IN", expected "NAME TTL IN TYPE DATA"`},
		{`example.co.jp 60 IN A 192.0.2.1`, `found example.co.jp, expected an absolute name, with a dot at its end`},
		{`example.co.jp. 1y IN A 192.0.2.1`, `found 1y, expected a TTL in seconds`},
		{`example.co.jp. 60 IN ADDR 192.0.2.1`, `found ADDR, expected a record type such as TXT, MX or TYPE99`},
		{`example.co.jp. 60 IN A 192.0.2.256`, `found 192.0.2.256, expected an IPv4 address such as 192.0.2.1`},
		{`example.co.jp. 60 IN TYPE255 \# 0`, `found type ANY, expected a type that a zone can hold`},
		{"example.co.jp. 60 IN TXT \"a\"\nexample.co.jp. 60 IN TXT \"b\"", `found '\n' outside quotes, expected one line of data`},
	}
	for _, test := range tests {
		if r, err := resolver.ParseRecord(test.line); err == nil || err.Error() != test.want {
			t.Errorf("ParseRecord(%q) = %v, %v, want %s", test.line, r, err, test.want)
		}
	}
}

func FuzzParseRecord(f *testing.F) {
	f.Add(`example.co.jp. 3600 IN TXT "v=spf1 -all"`)
	f.Add(`a\.b. 1h in NAPTR 100 10 "u" "sip+E2U" "!^.*$!sip:info@example.com!i" .`)
	f.Add(`x. 1 IN LOC 51 30 12.748 N 0 7 39.612 W 0.00m 0.00m 0.00m 0.00m`)
	f.Add(`x. 1 IN NSEC3 1 1 0 - 0p9mhaveqvm6t7vbl5lop2u3t2rp3tom A RRSIG`)
	f.Fuzz(func(t *testing.T, line string) {
		r, err := resolver.ParseRecord(line)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r\x1b") {
				t.Fatalf("error text %q has control characters", err)
			}
			return
		}
		again, err := resolver.ParseRecord(r.String())
		if err != nil || again.String() != r.String() {
			t.Fatalf("%q read as %q, and that as %q, %v", line, r, again, err)
		}
	})
}
