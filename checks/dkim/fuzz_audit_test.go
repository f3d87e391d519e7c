package dkim

import (
	"context"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// FuzzAudit publishes any text as a key and audits it, with every fix laid over
// it and audited again: nothing panics, spans lie inside the record that is
// shown, and every edit can be made.
func FuzzAudit(f *testing.F) {
	for _, seed := range []string{
		"v=DKIM1; k=rsa p=abc", "k=rsa p=abc", "v=DKIM1 k=rsa p=" + rsa1024[:70], "v:DKIM1 s:web h:sha1 p:" + rsa1024,
		`v=DKIM1\; k=dsa p=` + rsa512, "v=DKIM1; k=rsa; p=" + rsa1024PKCS1, "v=dkim1,t=y,k=ed25519,p=" + ed25519SPKI,
		"p=-----BEGIN PRIVATE KEY-----AAAA", "\u201cv=DKIM1\u201d k=\uff52sa p=MII=", "h=sha1 p=;p=", "n= p=x k=rsa", "",
	} {
		f.Add(seed, "")
	}
	f.Add("v=DKIM1; p="+rsa2048[:200], rsa2048[200:])
	f.Fuzz(func(t *testing.T, text, other string) {
		if len(text)+len(other) > 4000 {
			return
		}
		report, err := checks.Audit(context.Background(), domain, keyServer(text, other), []*checks.Check{Check}, checks.Options{Selectors: []string{"s1"}, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, finding := range report.Findings {
			if finding.Span != nil && finding.Record != nil {
				shown, _ := finding.Record.Text()
				_ = finding.Span.Of(shown)
			}
			for _, fix := range finding.Fixes {
				if fix.Reason != nil && fix.Reason.ID == "trial.cannot-apply" {
					t.Errorf("%q: the fix of %s cannot be made: %v", text, finding.Rule.ID, fix.Reason.Args)
				}
			}
		}
	})
}

// keyServer has the texts at s1 and, as what lies at wrong names, the first of
// them at the domain itself.
func keyServer(texts ...string) resolver.Resolver {
	return dnstest.Func(func(_ context.Context, q resolver.Question) (resolver.Answer, error) {
		a := resolver.Answer{Question: q, Status: resolver.NXDomain}
		key := q.Name == keyName("s1", domain)
		switch {
		case key && q.Type == resolver.TypeTXT, q.Name == domain && q.Type == resolver.TypeTXT:
			a.Status, a.OwnerExists = resolver.Data, true
			for i, text := range texts {
				if text != "" && (key || i == 0) {
					a.Records = append(a.Records, resolver.Record{Name: q.Name, TTL: 3600, Data: resolver.TXT{Strings: splitText(text)}})
				}
			}
			if len(a.Records) == 0 {
				a.Status = resolver.NoData
			}
		case key, resolver.IsSubdomain(domain, q.Name), strings.HasPrefix(q.Name, "_domainkey."):
			a.Status, a.OwnerExists = resolver.NoData, true
		}
		return a, nil
	})
}
