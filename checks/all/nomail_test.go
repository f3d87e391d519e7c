package all_test

import (
	"context"
	"testing"

	"mailauth/checks"
	"mailauth/checks/all"
	"mailauth/resolver"
)

// Where nothing is sent, the fix rejects for subdomains too: a weaker sp that
// stayed would be the next finding.
func TestRejectingForADomainWithoutMailIsVerified(t *testing.T) {
	zones := parseZone(t, "example.co.jp.", "@ MX 0 .\n@ TXT \"v=spf1 -all\"\n_dmarc TXT \"v=DMARC1; p=none; sp=none\"\n")
	report, err := checks.Audit(context.Background(), "example.co.jp.", resolver.Overlay(zones, resolver.Nothing()), all.Checks(), checks.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		if f.Rule.ID == "dmarc-nomail-weak" {
			if len(f.Fixes) != 1 || !f.Fixes[0].Verified {
				t.Errorf("fixes %+v, want one that is verified", f.Fixes)
			}
			return
		}
	}
	t.Error("dmarc-nomail-weak is not raised")
}
