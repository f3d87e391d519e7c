package dmarc

import (
	"slices"
	"strings"
	"testing"

	"mailauth/resolver"
	"mailauth/resolver/zone"
)

// A zone file lists its names: records of subdomains that ask for less are told at
// the domain, and signers that strict alignment leaves out.
func TestSubdomainsOfAZoneFile(t *testing.T) {
	for _, tt := range []struct {
		records string
		below   string // names with a weaker record
		signers string
		why     string
	}{
		{"_dmarc TXT \"v=DMARC1; p=reject\"\n_dmarc.news TXT \"v=DMARC1; p=none\"\n_dmarc.shop TXT \"v=DMARC1; p=reject\"", "news.example.co.jp.", "", "one of two is weaker"},
		{"_dmarc TXT \"v=DMARC1; p=reject; sp=none\"\n_dmarc.news TXT \"v=DMARC1; p=none\"", "", "", "subdomains are open anyway"},
		{"_dmarc TXT \"v=DMARC1; p=reject\"\n_dmarc.news TXT \"v=DMARC1; p=reject; t=y\"", "news.example.co.jp.", "", "a test lowers it"},
		{"_dmarc TXT \"v=DMARC1; p=reject\"\n_dmarc.news TXT \"site=abc\"", "", "", "no record"},
		{"_dmarc.news TXT \"v=DMARC1; p=none\"", "", "", "no policy that it could weaken"},
		{"_dmarc TXT \"v=DMARC1; p=reject; adkim=s\"\ns1._domainkey.news TXT \"v=DKIM1; p=\"\ns2._domainkey TXT \"v=DKIM1; p=\"", "", "news.example.co.jp.", "a signer below"},
		{"_dmarc TXT \"v=DMARC1; p=reject; aspf=s\"\ns1._domainkey.news TXT \"v=DKIM1; p=\"", "", "", "strict for SPF alone"},
	} {
		zones, err := zone.Parse("test.zone", strings.NewReader("$TTL 3600\n@ SOA ns host 1 2 3 4 5\n@ A 192.0.2.1\n"+tt.records+"\n"), zone.Options{Origin: "example.co.jp."})
		if err != nil {
			t.Fatal(err)
		}
		var below, signers []string
		for _, f := range auditDMARC(t, "example.co.jp.", resolver.Overlay(zones, resolver.Nothing())).Findings {
			switch f.Rule {
			case Override:
				below = f.Args["below"].([]string)
			case StrictMode:
				signers = f.Args["signers"].([]string)
			}
		}
		if !slices.Equal(below, strings.Fields(tt.below)) || !slices.Equal(signers, strings.Fields(tt.signers)) {
			t.Errorf("%s\n weaker %q, signers %q\nwant %q, %q: %s", tt.records, below, signers, tt.below, tt.signers, tt.why)
		}
	}
}
