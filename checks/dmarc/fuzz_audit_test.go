package dmarc

import (
	"context"
	"slices"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// FuzzAudit publishes any texts as policies and audits them, with every fix
// laid over them and audited again: nothing panics, spans lie inside the record
// that is shown, every edit can be made, and no two changes without a decision
// make different records of one.
func FuzzAudit(f *testing.F) {
	for _, seed := range []string{
		"v=dmarc1; p=reject; rua=d@example.co.jp", "v=DMARC1; p=reject, sp:non rua=mailto: d@example.co.jp;e@example.co.jp",
		"v=DMARC1; p=reject\u202e; pct=0; np=none", "v=DMARC1; p=none; p=reject; ri=1; ri=2; policy=x", "v=DMARC1; sp=x; t=yes; psd=y; fo=9",
		"p=none;v=DMARC1; adkim=strict; aspf=rel", `"v=DMARC1; p=reject"`, "v=DMARC1 p=\xff\xfe; rua=mailto:<x@y>!10m", "v=spf1 -all", "",
	} {
		f.Add(seed, "", false)
	}
	f.Add("v=DMARC1; p=none", "v=DMARC1; p=none; rua=d@example.co.jp", false)
	f.Add("v=DMARC1; p=reject", "p=none; v=dmarc1", true)
	f.Fuzz(func(t *testing.T, text, other string, misplaced bool) {
		if len(text)+len(other) > 1000 {
			return
		}
		report, err := checks.Audit(context.Background(), "example.co.jp.", policyServer(misplaced, text, other), []*checks.Check{Check}, checks.Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		made := map[string][]string{}
		for _, finding := range report.Findings {
			if finding.Span != nil && finding.Record != nil {
				shown, _ := finding.Record.Text()
				_ = finding.Span.Of(shown)
			}
			for _, fix := range finding.Fixes {
				if fix.Reason != nil && fix.Reason.ID == "trial.cannot-apply" {
					t.Errorf("%q, %q: the fix of %s cannot be made: %v", text, other, finding.Rule.ID, fix.Reason.Args)
				}
				if len(fix.Choices) == 0 {
					agree(t, finding, fix, made)
				}
			}
		}
	})
}

// agree holds that whatever replaces a record replaces it by the same.
func agree(t *testing.T, finding checks.Finding, fix checks.Fix, made map[string][]string) {
	t.Helper()
	for _, e := range fix.Edits {
		for _, gone := range e.Remove {
			was, seen := made[gone]
			if seen && !slices.Equal(was, e.Add) {
				t.Errorf("%s makes %q of %q, another finding's fix %q", finding.Rule.ID, e.Add, gone, was)
			}
			made[gone] = e.Add
		}
	}
}

// policyServer has the texts at _dmarc.example.co.jp, or at dmarc.example.co.jp
// and the domain itself.
func policyServer(misplaced bool, texts ...string) resolver.Resolver {
	at := map[string][]string{Owner("example.co.jp."): texts}
	if misplaced {
		at = map[string][]string{"dmarc.example.co.jp.": texts[:1], "example.co.jp.": texts[1:]}
	}
	return dnstest.Func(func(_ context.Context, q resolver.Question) (resolver.Answer, error) {
		a := resolver.Answer{Question: q, Status: resolver.NXDomain}
		_, exists := at[q.Name]
		if exists || resolver.IsSubdomain("example.co.jp.", q.Name) {
			a.Status, a.OwnerExists = resolver.NoData, true
		}
		for _, text := range at[q.Name] {
			rr := resolver.Record{Name: q.Name, TTL: 3600, Data: resolver.NewTXT(text)}
			same := func(r resolver.Record) bool { return r.Data.String() == rr.Data.String() }
			if q.Type == resolver.TypeTXT && text != "" && !slices.ContainsFunc(a.Records, same) {
				a.Status, a.Records = resolver.Data, append(a.Records, rr)
			}
		}
		return a, nil
	})
}
