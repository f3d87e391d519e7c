package provider

import (
	"net/netip"
	"slices"
	"testing"
)

func TestKeyRecords(t *testing.T) {
	for _, tt := range []struct {
		text, value string // for example.co.jp
		blanks      []string
		why         string
	}{
		{"fm1 CNAME fm1.{domain}.dkim.fmhosted.com", "fm1.example.co.jp.dkim.fmhosted.com", nil, "the domain in the target"},
		{"selector1 CNAME selector1-{domain-}._domainkey.<tenant>.onmicrosoft.com", "selector1-example-co-jp._domainkey.<tenant>.onmicrosoft.com", []string{"tenant"}, "with hyphens, and a name that only the panel tells"},
		{"google TXT v=DKIM1; k=rsa; p=<key>", "v=DKIM1; k=rsa; p=<key>", []string{"key"}, "a key"},
		{"s1 TXT v=DKIM1; p=<a>;n=<", "v=DKIM1; p=<a>;n=<", []string{"a", ""}, "a bracket that is not closed"},
	} {
		k, err := ParseKeyRecord(tt.text)
		if err != nil || k.For("example.co.jp.") != tt.value || !slices.Equal(k.Blanks(), tt.blanks) || k.String() != tt.text {
			t.Errorf("%s is %+v, %v, for example.co.jp %q with the blanks %q: %s", tt.text, k, err, k.For("example.co.jp."), k.Blanks(), tt.why)
		}
	}
	for _, bad := range []string{"", "s1", "s1 CNAME", "s1 MX mail.example.net", "S1 CNAME a.example.net", "{digits} CNAME a.example.net", "s1 CNAME a b", "s1 TXT  p=", " s1 TXT p="} {
		if k, err := ParseKeyRecord(bad); err == nil {
			t.Errorf("%q is read as %+v", bad, k)
		}
	}
}

// FuzzKeyRecord reads any text: it is refused, or written and read back as the
// same.
func FuzzKeyRecord(f *testing.F) {
	for _, seed := range []string{"fm1 CNAME fm1.{domain}.dkim.fmhosted.com", "google TXT v=DKIM1; k=rsa; p=<key>", "a CNAME <", "a TXT <>{domain-}", "s1  TXT x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		k, err := ParseKeyRecord(text)
		if err != nil {
			return
		}
		again, err := ParseKeyRecord(k.String())
		if err != nil || again != k || k.String() != text {
			t.Fatalf("%q reads back as %+v, %v", text, again, err)
		}
		k.For("example.co.jp.")
		k.Blanks()
	})
}

// The records of the built-in table lead to where the provider's keys are.
func TestKeysLeadToTheirProvider(t *testing.T) {
	table := Builtin()
	for _, p := range table.Providers() {
		for _, k := range p.Keys {
			if !slices.ContainsFunc(p.Selectors, func(s Selector) bool { return s.Match(k.Selector) }) {
				t.Errorf("the record %s of %s is at none of its selectors", k, p.ID)
			}
		}
	}
}

func TestTraitsOfProviders(t *testing.T) {
	table := Builtin()
	if p := table.ByWebAddress(netip.MustParseAddr("104.16.132.229")); p == nil || p.ID != "cloudflare-cdn" {
		t.Errorf("104.16.132.229 is of %+v, want the web networks of Cloudflare", p)
	}
	if p := table.ByAddress(netip.MustParsePrefix("104.16.132.229/32")); p != nil {
		t.Errorf("a web server is taken for a sender of %s", p.ID)
	}
	if p := table.ByMailDomain("gmail.com."); p == nil || p.ID != "google-workspace" {
		t.Errorf("gmail.com is of %+v", p)
	}
	for _, name := range table.KnownIncludes() {
		if p := table.ByInclude(name); p == nil || p.Is(Retired) {
			t.Errorf("%s is proposed, and is of %+v", name, p)
		}
	}
	if p := table.ByInclude("spf.dynect.net"); p == nil || !p.Is(Retired) {
		t.Errorf("spf.dynect.net is of %+v, want a service that is gone", p)
	}
	for _, host := range []string{"ms12345678.msv1.invalid.", "ms12345678.msv1.invalid.outlook.com."} {
		if table.ByPlaceholder(host) == nil {
			t.Errorf("%s is no placeholder", host)
		}
	}
}
