package dkim

import (
	"context"
	"slices"
	"testing"

	"mailauth/checks"
)

// A selector that a signature names is in use: an alias without a key breaks
// mail, and so does one at another domain of the organization.
func TestSelectorsOfMessages(t *testing.T) {
	for _, tt := range []struct {
		why, zone string
		key       checks.KeyName
		want      []string
		status    checks.Status
	}{
		{"a token that nobody guesses", good("x7f3q"), checks.KeyName{Domain: domain, Selector: "x7f3q"}, nil, checks.StatusPass},
		{"an alias of nothing", "s1._domainkey CNAME gone.example.net.\n", checks.KeyName{Domain: domain, Selector: "s1"},
			[]string{"error dkim-cname-dangling s1._domainkey.example.co.jp."}, checks.StatusFail},
		{"nothing there", good("s1"), checks.KeyName{Domain: domain, Selector: "gone"},
			[]string{"info dkim-selector-notfound _domainkey.example.co.jp."}, checks.StatusPass},
		{"a weak key of a subdomain", good("s1") + txt("x._domainkey.news", "v=DKIM1; p="+rsa1024), checks.KeyName{Domain: "news.example.co.jp.", Selector: "x"},
			[]string{"warning dkim-rsa-1024 x._domainkey.news.example.co.jp."}, checks.StatusWarn},
		{"a key of somebody else", good("s1"), checks.KeyName{Domain: "example.net.", Selector: "weak"}, nil, checks.StatusPass},
	} {
		w := newWorld(t, map[string]string{"example.co.jp": base + tt.zone, "example.net": txt("weak._domainkey", "v=DKIM1; p="+rsa512)})
		options := checks.Options{Seed: 1, Messages: []checks.Message{{Name: "sent.eml", Signatures: []checks.KeyName{tt.key}}}}
		report, err := checks.Audit(context.Background(), domain, w, []*checks.Check{Check}, options)
		if err != nil {
			t.Fatal(err)
		}
		if got := raised(report); !slices.Equal(got, tt.want) || report.Checks[0].Status != tt.status {
			t.Errorf("%s: findings %q, status %s; want %q, %s", tt.why, got, report.Checks[0].Status, tt.want, tt.status)
		}
	}
}
