package all_test

import (
	"context"
	"testing"

	"mailauth/checks"
	"mailauth/checks/all"
	"mailauth/resolver"
)

// Receivers show a logo only under an enforced policy. What of the policy keeps
// it away is told once; what only some receivers mind is a warning.
func TestPolicyBehindTheLogo(t *testing.T) {
	const logo = `default._bimi TXT "v=BIMI1; l=https://img.example.co.jp/logo.svg"` + "\n"
	const at = "_dmarc TXT "
	tests := []struct {
		domain, zone string
		fault        string
		severity     checks.Severity
		why          string
	}{
		{"", logo + at + `"v=DMARC1; p=reject"`, "", 0, "as demanded"},
		{"", logo + at + `"v=DMARC1; p=quarantine; pct=100; sp=reject"`, "", 0, "the weakest that is enough"},
		{"", logo + at + `"v=DMARC1; p=none"`, "none", checks.Error, "no policy"},
		{"", logo + at + `"v=DMARC1; p=quarantine; t=y"`, "test", checks.Error, "one level less is none"},
		{"", logo + at + `"v=DMARC1; p=reject; t=y"`, "test", checks.Warning, "one level less is quarantine"},
		{"", logo + at + `"v=DMARC1; p=quarantine; pct=50"`, "pct", checks.Error, "half of the mail"},
		{"", logo + at + `"v=DMARC1; p=reject; pct=50"`, "pct", checks.Warning, "the rest under quarantine"},
		{"", logo + at + `"v=DMARC1; p=reject; pct=half"`, "", 0, "no number: receivers pass over it"},
		{"", logo + at + `"v=DMARC1; p=reject; sp=none"`, "sp", checks.Error, "subdomains can be forged"},
		{"", logo, "", 0, "without DMARC that is the finding"},
		{"", at + `"v=DMARC1; p=none"`, "", 0, "no logo"},
		{"", `default._bimi TXT "v=BIMI1; l=; a="` + "\n" + at + `"v=DMARC1; p=none"`, "", 0, "no logo wanted"},
		{"news.example.co.jp.", logo + "news A 192.0.2.80\n" + at + `"v=DMARC1; p=reject; sp=none"`, "none", checks.Error, "for a subdomain sp is the policy"},
		{"news.example.co.jp.", logo + "news A 192.0.2.80\n" + at + `"v=DMARC1; p=none; sp=reject"`, "", 0, "the other way round"},
	}
	for _, test := range tests {
		if test.domain == "" {
			test.domain = "example.co.jp."
		}
		world := resolver.Overlay(parseZone(t, "example.co.jp.", test.zone), resolver.Nothing())
		report, err := checks.Audit(context.Background(), test.domain, world, all.Checks(), checks.Options{Fetcher: worldWeb{documents: randomDocuments()}})
		if err != nil {
			t.Fatal(err)
		}
		fault, severity := "", checks.Severity(0)
		for _, f := range report.Findings {
			if f.Rule.ID == "bimi-dmarc" {
				fault, severity = f.Args["fault"].(string), f.Severity
			}
		}
		if fault != test.fault || severity != test.severity {
			t.Errorf("%s of %q (%s): got %q %s, want %q %s", test.domain, test.zone, test.why, fault, severity, test.fault, test.severity)
		}
	}
}
