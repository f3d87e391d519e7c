package caa

import (
	"strings"
	"testing"
	"time"
)

// Every row has what is asked of it, and no name stands for two authorities.
func TestAuthorities(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range Authorities() {
		if len(a.Organizations) == 0 || len(a.Issuers) == 0 || !strings.HasPrefix(a.Source, "https://") {
			t.Errorf("%v lacks something", a)
		}
		if _, err := time.Parse(time.DateOnly, a.Date); err != nil {
			t.Errorf("%v: %v", a.Organizations, err)
		}
		for _, name := range a.Organizations {
			if seen[name] {
				t.Errorf("%s stands twice", name)
			}
			seen[name] = true
			if AuthorityOf(name) != a {
				t.Errorf("%s is not found", name)
			}
		}
		for _, domain := range a.Issuers {
			if issuer, ok := ParseIssuer(domain); !ok || issuer.Domain != domain {
				t.Errorf("%s is no issuer's domain", domain)
			}
		}
	}
	if len(seen) == 0 {
		t.Error("the table is empty")
	}
}

func TestForbids(t *testing.T) {
	tests := []struct {
		records  []string
		wildcard bool
		want     int
		why      string
	}{
		{[]string{`0 issue "letsencrypt.org"`}, false, 0, "named"},
		{[]string{`0 issue "digicert.com"`}, false, 1, "another"},
		{[]string{`0 issue "digicert.com"`, `0 issue "pki.goog"`}, false, 2, "two others"},
		{[]string{`0 issue "digicert.com"`, `0 ISSUE "letsencrypt.org; validationmethods=dns-01"`}, false, 0, "one of two"},
		{[]string{`0 issue ";"`}, false, 1, "nobody"},
		{[]string{`0 issue "%%%"`}, false, 1, "what nobody can read names nobody"},
		{[]string{`0 issue "ca.example.net"`}, false, 0, "one that is not known may be the same"},
		{[]string{`0 iodef "mailto:pki@example.co.jp"`}, false, 0, "no limit"},
		{[]string{`0 issue "letsencrypt.org"`, `0 issuewild ";"`}, false, 0, "the name itself"},
		{[]string{`0 issue "letsencrypt.org"`, `0 issuewild ";"`}, true, 1, "a wildcard"},
		{[]string{`0 issue "www.digicert.com"`}, true, 1, "issue for a wildcard too, and a name below"},
		{nil, false, 0, "no records"},
	}
	for _, test := range tests {
		f := &Facts{}
		for _, text := range test.records {
			p, ok := ParseProperty(text)
			if !ok {
				t.Fatalf("%q is no record", text)
			}
			f.Properties = append(f.Properties, p)
		}
		if by, forbidden := f.Forbids(AuthorityOf("Let's Encrypt"), test.wildcard); len(by) != test.want || forbidden != (test.want > 0) {
			t.Errorf("%s: got %v %t, want %d", test.why, by, forbidden, test.want)
		}
	}
}
