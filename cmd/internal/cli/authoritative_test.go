package cli

import (
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"mailauth/checks/all"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// With --authoritative the zone's servers are asked beside the cache; what they
// said is recorded, and replayed without them.
func TestAuthoritative(t *testing.T) {
	const world = `$ORIGIN example.jp.
@ 3600 SOA ns hostmaster 1 7200 900 1209600 300
@ 3600 NS ns
@ 3600 NS ns.registrar.example.
ns 3600 A 127.0.0.1
@ 3600 MX 0 .
@ 3600 TXT "v=spf1 -all"
*._domainkey 3600 TXT "v=DKIM1; p="
`
	cache := dnstest.Start(t, parsedZone(t, world+`_dmarc 3600 TXT "v=DMARC1; p=quarantine"`+"\n"),
		parsedZone(t, "$ORIGIN jp.\n@ 3600 SOA ns.example.jp. hostmaster.example.jp. 1 7200 900 1209600 300\n"),
		parsedZone(t, "$ORIGIN example.\n@ 3600 SOA ns.example.jp. hostmaster.example.jp. 1 7200 900 1209600 300\n"))
	own := dnstest.New(t, dnstest.Config{Authoritative: true, Zones: []*resolver.Zone{parsedZone(t, world+`_dmarc 3600 TXT "v=DMARC1; p=reject"`+"\n")}})
	file := filepath.Join(t.TempDir(), "today.json")
	live := []string{"--resolver", cache.Addr(), "--record", file}
	for _, tt := range []struct {
		flags []string
		found bool
	}{
		{live, false},
		{append(live, "--authoritative"), true},
		{[]string{"--replay", file, "--authoritative"}, true},
		{[]string{"--replay", file}, false},
	} {
		a, out, errs := testApp(t, all.Checks()...)
		a.authorityPort = netip.MustParseAddrPort(own.Addr()).Port()
		args := append([]string{"check", "-v", "--unknown", "ignore", "--fail-on", "never"}, tt.flags...)
		asked := own.Count()
		if got := a.run(append(args, "example.jp")); got != ExitOK {
			t.Fatalf("%v: exit status %d\n%s%s", tt.flags, got, out, errs)
		}
		if found := strings.Contains(out.String(), "x-case-dns"); found != tt.found {
			t.Errorf("%v: x-case-dns found: %v, want %v\n%s", tt.flags, found, tt.found, out)
		}
		if direct := own.Count() > asked; direct != (tt.found && tt.flags[0] == "--resolver") {
			t.Errorf("%v: %d questions to the zone's server", tt.flags, own.Count()-asked)
		}
	}
}

func TestAuthoritativeOffline(t *testing.T) {
	a, _, errs := testApp(t, all.Checks()...)
	if got := a.run([]string{"check", "--offline", "--zone", "new.zone", "--authoritative", "example.jp"}); got != ExitUsage {
		t.Errorf("exit status %d, want %d", got, ExitUsage)
	}
	if !strings.Contains(errs.String(), "--authoritative") {
		t.Errorf("the complaint does not name the flag: %s", errs)
	}
}
