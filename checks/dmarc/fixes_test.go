package dmarc

import (
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
	"mailauth/resolver/zone"
)

// Every fix that needs no choice, laid over its world, ends its finding and
// brings nothing as heavy.
func TestFixesMend(t *testing.T) {
	for _, text := range []string{
		`_dmarc TXT "v=DMARC1;"`,
		`_dmarc TXT "v=DMARC1; policy=reject; rua=mailto:d@example.co.jp"`,
		`_dmarc TXT "v=DMARC1; p=none,; rua=mailto:d@example.co.jp"`,
		`_dmarc TXT "v=DMARC1; p=reject; sp=non"`,
		`_dmarc TXT "v=DMARC1; p=reject; pct=50; rf=afrf; ri=1; note=x; fo=1; adkim=relaxed; aspf=x; psd=y; rua=mailto:d@example.co.jp"`,
		`_dmarc TXT "v=DMARC1; p=reject; p=reject; rua=mailto:d@example.co.jp; rua=mailto:e@example.co.jp"`,
		`_dmarc TXT "v=DMARC1; p=reject, sp:none rua=mailto:d@example.co.jp"`,
		`_dmarc TXT "v=DMARC1; p=reject; t=yes; psd=1"`,
		`_dmarc TXT "v=DMARC1; p=reject; rua=d@example.co.jp;e@example.co.jp, mailto=f@example.co.jp; ruf=mailto:<g@example.co.jp>"`,
		`_dmarc TXT "v=dmarc1 p=quarantine"`,
		`_dmarc TXT " \"v=DMARC1; p=reject\""`,
		`_dmarc TXT "v=DMARC1; p=reject" "rua=mailto:d@example.co.jp" "fo=1"`,
		`_dmarc TXT "v=spf1 mx -all"` + "\n" + `_dmarc TXT "v=DMARC1; p=reject"`,
		`dmarc TXT "v=DMARC1; p=reject"`,
		`@ TXT "v=DMARC1; p=none"`,
		`_dmarc TXT "v=DMARC1; p=reject"` + "\n" + `_dmarc TXT "v=DMARC1; p=reject; rua=mailto:d@example.co.jp"`,
	} {
		records := zoneRecords(t, text+mailbox)
		before := auditDMARC(t, "example.co.jp.", dnsOf(t, records))
		tried := 0
		for _, f := range before.Findings {
			for _, fix := range f.Fixes {
				if len(fix.Choices) > 0 {
					continue
				}
				tried++
				after := auditDMARC(t, "example.co.jp.", dnsOf(t, edited(t, records, fix.Edits)))
				complainAbout(t, text, f, before, after)
			}
		}
		if tried == 0 {
			t.Errorf("%s: no fix to try", text)
		}
	}
}

func complainAbout(t *testing.T, text string, mended checks.Finding, before, after *checks.Report) {
	t.Helper()
	had := func(f checks.Finding) bool {
		return slices.ContainsFunc(before.Findings, func(b checks.Finding) bool { return b.Fingerprint() == f.Fingerprint() })
	}
	for _, f := range after.Findings {
		switch {
		case f.Fingerprint() == mended.Fingerprint():
			t.Errorf("%s: the fix leaves %s %q", text, f.Rule.ID, f.Key)
		case !had(f) && f.Severity >= mended.Severity && f.Rule != mended.Rule:
			t.Errorf("%s: the fix of %s brings %s %s", text, mended.Rule.ID, f.Severity, f.Rule.ID)
		}
	}
}

func zoneRecords(t *testing.T, text string) []resolver.Record {
	t.Helper()
	zones, err := zone.Parse("test.zone", strings.NewReader("$TTL 3600\n"+text+"\n"), zone.Options{Origin: "example.co.jp."})
	if err != nil {
		t.Fatal(err)
	}
	return zones[0].Records()
}

func dnsOf(t *testing.T, records []resolver.Record) resolver.Resolver {
	t.Helper()
	lines := make([]string, len(records))
	for i, r := range records {
		lines[i] = r.String()
	}
	return dns(t, "example.co.jp.:"+strings.Join(lines, "\n"))
}

func edited(t *testing.T, records []resolver.Record, edits []resolver.Edit) []resolver.Record {
	t.Helper()
	records = slices.Clone(records)
	for _, e := range edits {
		for _, gone := range e.Remove {
			i := slices.IndexFunc(records, func(r resolver.Record) bool { return r.Name == e.Name && r.Data.String() == gone })
			if i < 0 {
				t.Fatalf("the edit removes %s %s, which is not there", e.Name, gone)
			}
			records = slices.Delete(records, i, i+1)
		}
		for _, text := range e.Add {
			records = append(records, zoneRecords(t, e.Name+" "+e.Type.String()+" "+text)...)
		}
	}
	return records
}
