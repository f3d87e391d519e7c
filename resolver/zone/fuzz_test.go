package zone_test

import (
	"fmt"
	"strings"
	"testing"

	"mailauth/resolver"
	"mailauth/resolver/zone"
)

// FuzzZone: what was read, printed and read again is the same.
func FuzzZone(f *testing.F) {
	for _, seed := range []string{
		"$ORIGIN example.co.jp.\n$TTL 1h\n@ IN SOA ns1 host ( 1 2h 3 4 5 ) ; x\n MX 10 mail\n TXT \"v=spf1 mx -all\"\n",
		"sel._domainkey.example.jp. TXT ( \"v=DKIM1; \"\n \"p=\" )\n$ORIGIN example.jp.",
		"$ORIGIN example.jp.\r\na\\.b\\032c\t1h30m\tA 192.0.2.1\r\n* TXT \"\\255\\\"\"\r\n",
		"$ORIGIN example.jp.\n$GENERATE 1-3/2 h${0,3,x} A 192.0.2.$\n",
		"\ufeff$ORIGIN example.jp.\nx CAA 0 issue \"ca.example\"\ny TYPE65400 \\# 1 ff\nz HTTPS 1 . alpn=h2",
		"$ORIGIN jp.\na SOA . . 1 2 3 4 5\nb.a SOA . . 1 2 3 4 5\nc.b.a NS d\n",
		"$ORIGIN example.jp.\n@ CNAME a\n@ DNAME b\n@ SPF x\n@ AAAA ::ffff:1.2.3.4\n@ SRV 1 2 3 .\n@ PTR p\n",
		"<html>", "{}", "@ TXT \"", "$INCLUDE x", "$TTL 1w", "(((", ")))", "\\",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		zones, err := zone.Parse("fuzz", strings.NewReader(text), zone.Options{Origin: "example.jp."})
		if err != nil {
			if !strings.HasPrefix(err.Error(), "fuzz") || strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Fatalf("%q: the error is not one clean line about the file: %q", text, err)
			}
			return
		}
		for _, z := range zones {
			printed := print(z)
			again, err := zone.Parse("again", strings.NewReader(printed), zone.Options{Origin: z.Apex})
			if err != nil {
				t.Fatalf("%q is printed as\n%swhich cannot be read: %v", text, printed, err)
			}
			if len(again) != 1 || again[0].Apex != z.Apex || print(again[0]) != printed {
				t.Fatalf("%q is printed as\n%swhich reads as\n%s", text, printed, list(again))
			}
		}
	})
}

func print(z *resolver.Zone) string {
	var b strings.Builder
	for _, r := range z.Records() {
		fmt.Fprintln(&b, r)
	}
	return b.String()
}
