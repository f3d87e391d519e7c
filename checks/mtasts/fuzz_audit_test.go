package mtasts

import (
	"context"
	"net/netip"
	"slices"
	"testing"
	"time"

	"mailauth/checks"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// FuzzAudit publishes any texts as record and policy and audits them, with every
// fix tried: nothing panics, spans lie inside the record that is shown, and every
// edit can be made.
func FuzzAudit(f *testing.F) {
	f.Add("v=STSv1; id=1;", "", goodPolicy)
	f.Add("v=STSv1; id=1;", "v=STSv1; id=1", "version: STSv1\nmode: x\nmx: a.\nmax_age: 1\nmode: testing\n")
	f.Add("v=stsv1 id : a-b;;", "v=STSv1", "\ufeffMode: none\n# x\n")
	f.Add("v=STSv1; id=99999999999999999999999999999999; x=\xff", "\"v=STSv1; id=2\"", "version: STSv1\nmode: testing\nmx: *.example.net\nmax_age: 60\n")
	f.Fuzz(func(t *testing.T, text, other, policy string) {
		if len(text)+len(other)+len(policy) > 2000 {
			return
		}
		dns := dnstest.Func(func(_ context.Context, q resolver.Question) (resolver.Answer, error) {
			a := resolver.Answer{Question: q, Status: resolver.NoData, OwnerExists: true}
			add := func(name string, data resolver.RData) {
				same := func(r resolver.Record) bool { return r.Data.String() == data.String() }
				if q.Name == name && q.Type == data.Type() && !slices.ContainsFunc(a.Records, same) {
					a.Status, a.Records = resolver.Data, append(a.Records, resolver.Record{Name: name, TTL: 60, Data: data})
				}
			}
			add("example.jp.", resolver.MX{Preference: 10, Host: "mail.example.jp."})
			add("mta-sts.example.jp.", resolver.CNAME{Target: "web.example.jp."})
			for _, record := range []string{text, other} {
				if record != "" {
					add("_mta-sts.example.jp.", resolver.NewTXT(record))
				}
			}
			if q.Name == "mta-sts.example.jp." && q.Type == resolver.TypeAAAA {
				add(q.Name, resolver.AAAA{Addr: netip.MustParseAddr("2001:db8::80")})
			}
			return a, nil
		})
		report, err := checks.Audit(context.Background(), "example.jp.", dns, []*checks.Check{Check}, checks.Options{Fetcher: page{text: policy}, Now: time.Unix(1779235200, 0)})
		if err != nil {
			t.Fatal(err)
		}
		for _, finding := range report.Findings {
			if finding.Span != nil && finding.Record != nil {
				shown, _ := finding.Record.Text()
				_ = finding.Span.Of(shown)
			}
			for _, fix := range finding.Fixes {
				if fix.Reason != nil && fix.Reason.ID != "trial.needs-choice" && fix.Reason.ID != "trial.new-finding" {
					t.Errorf("%q, %q, %q: the fix of %s: %v %v\n%+v", text, other, policy, finding.Rule.ID, fix.Reason.ID, fix.Reason.Args, fix)
				}
			}
		}
	})
}
