package all_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"mailauth/checks"
	"mailauth/checks/all"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
	"mailauth/resolver/zone"
)

// TestEditedRecording breaks the recording of a clean domain by hand, as for a
// bug report or a lesson: the fix is tried on what the recording says.
func TestEditedRecording(t *testing.T) {
	zones, err := zone.Parse("example.co.jp.zone", strings.NewReader(`
@ SOA ns1 hostmaster 1 7200 900 1209600 300
@ NS ns1
ns1 A 192.0.2.53
@ MX 10 mail
mail A 192.0.2.25
@ TXT "v=spf1 mx include:_spf.example.co.jp -all"
_spf TXT "v=spf1 ip4:198.51.100.7 -all"
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.co.jp"
`), zone.Options{})
	if err != nil {
		t.Fatal(err)
	}
	recorder := resolver.NewRecorder(dnstest.Start(t, zones...).Client(t), nil)
	if _, err := checks.Audit(t.Context(), "example.co.jp.", recorder, all.Checks(), checks.Options{}); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	rec := recorder.Recording()
	rec.RecordedAt = time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC)
	if err := rec.Write(&text); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ before, after, rule string }{
		{"v=spf1 mx", "v-spf1 mx", "spf-lookalike"},
		{"include:_spf", "include;_spf", "spf-missing-colon"},
		{"v=DMARC1; p=reject", "v=DMARC1, p=reject", "dmarc-version"},
	} {
		edited := strings.ReplaceAll(text.String(), tt.before, tt.after)
		if edited == text.String() {
			t.Fatalf("nothing says %s in\n%s", tt.before, edited)
		}
		rec, err := resolver.ReadRecording(strings.NewReader(edited), "s.json")
		if err != nil {
			t.Fatal(err)
		}
		report, err := checks.Audit(t.Context(), "example.co.jp.", resolver.NewReplay(rec), all.Checks(), checks.Options{})
		if err != nil {
			t.Fatal(err)
		}
		verified := slices.ContainsFunc(report.Findings, func(f checks.Finding) bool {
			return f.Rule.ID == tt.rule && slices.ContainsFunc(f.Fixes, func(fix checks.Fix) bool { return fix.Verified })
		})
		if !verified {
			t.Errorf("%s: no verified fix of %s in %+v", tt.after, tt.rule, report.Findings)
		}
	}
}
