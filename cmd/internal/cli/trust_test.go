package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"mailauth/checks/dnssec"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// What is believed of DNSSEC is the same live and from a recording, and the name
// of the control question is the user's to choose.
func TestTrust(t *testing.T) {
	above := "$ORIGIN jp.\n@ 3600 SOA ns hostmaster 1 7200 900 1209600 300\n@ 3600 NS ns\nexample 3600 NS ns\nexample 3600 DS 0 13 2 00\n"
	tree, err := dnstest.NewTree([]*resolver.Zone{parsedZone(t, above), parsedZone(t, pageZone)})
	if err != nil {
		t.Fatal(err)
	}
	server := dnstest.New(t, dnstest.Config{Answer: tree.Answer(dnstest.Manners{})})
	tape := filepath.Join(t.TempDir(), "tape.json")
	for _, tt := range []struct {
		why, line, says string
		want            int
	}{
		{"a resolver on this machine", "check --format json --resolver " + server.Addr(), `"reason": "validated"`, ExitOK},
		{"one that is vouched for", "check --format json --trust-ad --resolver " + server.Addr(), `"reason": "validated"`, ExitOK},
		{"a control name that is not bogus", "check --format json --bogus-name example.jp --resolver " + server.Addr(), `"reason": "not-validating"`, ExitOK},
		{"a snapshot", "snapshot --trust-ad -o " + tape + " --resolver " + server.Addr(), "", ExitOK},
		{"its replay", "check --format json --replay " + tape, `"reason": "validated"`, ExitOK},
		{"a zone over live DNS: the live DS records", "check --format json --zone " + zoneFile(t, pageZone) + " --resolver " + server.Addr(), `"reason": "validated"`, ExitOK},
		{"a zone alone", "check --format json --offline --zone " + zoneFile(t, pageZone), `"reason": "not-asked"`, ExitOK},
		{"nothing live", "check --trust-ad --replay " + tape, "", ExitUsage},
		{"no name", "check --bogus-name a..b --resolver " + server.Addr(), "", ExitUsage},
	} {
		a, out, errs := testApp(t, dnssec.Check)
		if got := a.run(append(strings.Fields(tt.line), "example.jp")); got != tt.want || !strings.Contains(out.String(), tt.says) {
			t.Errorf("%s: %s: exit status %d, want %d and %q\n%s%s", tt.why, tt.line, got, tt.want, tt.says, out, errs)
		}
	}
}

func TestTrustADIsForEveryServer(t *testing.T) {
	for _, given := range []bool{false, true} {
		servers := []resolver.Server{{Net: "udp"}, {Net: "udp", TrustAD: true}}
		trustFlags{ad: given}.apply(servers)
		if servers[0].TrustAD != given || !servers[1].TrustAD {
			t.Errorf("--trust-ad %t: %+v", given, servers)
		}
	}
}
