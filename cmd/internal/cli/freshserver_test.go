package cli

import (
	"net/netip"
	"strings"
	"testing"

	"mailauth/checks/all"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
	"mailauth/resolver/zone"
)

func parsedZone(t *testing.T, text string) *resolver.Zone {
	t.Helper()
	zones, err := zone.Parse("test", strings.NewReader(text), zone.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return zones[0]
}

// The cache has the policy of yesterday, the zone's own server that of today.
// With --fresh the audit sees today's, also where it stands above the domain.
func TestFresh(t *testing.T) {
	const world = `$ORIGIN example.jp.
@ 3600 SOA ns hostmaster 1 7200 900 1209600 300
@ 3600 NS ns
ns 3600 A 127.0.0.1
@ 3600 MX 0 .
@ 3600 TXT "v=spf1 -all"
shop 3600 MX 0 .
shop 3600 TXT "v=spf1 -all"
*._domainkey 3600 TXT "v=DKIM1; p="
`
	cache := dnstest.Start(t, parsedZone(t, world+`_dmarc 3600 TXT "v=DMARC1; p=none; sp=none; rua=mailto:old@example.jp"`+"\n"),
		parsedZone(t, "$ORIGIN jp.\n@ 3600 SOA ns.example.jp. hostmaster.example.jp. 1 7200 900 1209600 300\n"))
	own := dnstest.New(t, dnstest.Config{Authoritative: true,
		Zones: []*resolver.Zone{parsedZone(t, world+`_dmarc 3600 TXT "v=DMARC1; p=reject; sp=reject; rua=mailto:new@example.jp"`+"\n")}})
	for _, domain := range []string{"example.jp", "shop.example.jp"} {
		for _, tt := range []struct {
			flags       []string
			want, other string
		}{
			{nil, "DMARC  p=none:", "DMARC  p=reject:"},
			{[]string{"--fresh"}, "DMARC  p=reject:", "DMARC  p=none:"},
		} {
			a, out, errs := testApp(t, all.Checks()...)
			a.authorityPort = netip.MustParseAddrPort(own.Addr()).Port()
			args := append([]string{"check", "--unknown", "ignore", "--fail-on", "never", "--resolver", cache.Addr(), "--trace"}, tt.flags...)
			if got := a.run(append(args, domain)); got != ExitOK {
				t.Fatalf("%s %v: exit status %d\n%s%s", domain, tt.flags, got, out, errs)
			}
			if text := out.String(); !strings.Contains(text, tt.want) || strings.Contains(text, tt.other) {
				t.Errorf("%s %v: want %s, not %s:\n%s", domain, tt.flags, tt.want, tt.other, text)
			}
			for line := range strings.Lines(errs.String()) {
				fromCache := strings.Contains(line, cache.Addr())
				if inZone := strings.Contains(line, "example.jp. TXT"); inZone && fromCache == (tt.flags != nil) {
					t.Errorf("%s %v: answered by the wrong server: %s", domain, tt.flags, line)
				}
			}
			if fresh := strings.Contains(out.String(), "caches may keep it"); fresh && tt.flags != nil {
				t.Errorf("%s: what comes from the zone's own server is said to be from a cache:\n%s", domain, out)
			}
		}
	}
}
