package resolver_test

import (
	"strings"
	"testing"

	"mailauth/resolver"
	"mailauth/resolver/zone"
)

// zoneOf reads a zone; its text has names relative to the apex.
func zoneOf(t *testing.T, apex, text string) *resolver.Zone {
	t.Helper()
	zones, err := zone.Parse(apex+"zone", strings.NewReader(text), zone.Options{Origin: apex})
	if err != nil {
		t.Fatal(err)
	}
	return zones[0]
}

func question(t *testing.T, name, rtype string) resolver.Question {
	t.Helper()
	typ, err := resolver.ParseType(rtype)
	if err != nil {
		t.Fatal(err)
	}
	return resolver.Question{Name: name, Type: typ}
}

// show writes what was found as one line: outcome, last name, chain and data.
func show(f resolver.Found) string {
	var parts []string
	switch f.Outcome {
	case resolver.Authoritative:
		parts = append(parts, f.Status.String())
	case resolver.Referral:
		parts = append(parts, "referral to "+f.Cut)
	case resolver.Away:
		parts = append(parts, "away at "+f.Name)
	case resolver.Broken:
		return "broken: " + f.Detail
	}
	for _, r := range f.Chain {
		parts = append(parts, r.Name+" "+r.Type().String()+" "+r.Data.String())
	}
	for _, r := range f.Records {
		parts = append(parts, r.Name+" "+r.Type().String()+" "+r.Data.String())
	}
	if f.Wildcard != "" {
		parts = append(parts, "by "+f.Wildcard)
	}
	return strings.Join(parts, ", ")
}

// The zone of RFC 4592 §2.2.1 and the answers that the section derives.
const rfc4592 = `
example.                 SOA   ns.example.com. hostmaster 1 7200 900 1209600 300
example.                 NS    ns.example.com.
example.                 NS    ns.example.net.
*.example.               TXT   wildcard
*.example.               MX     10 host1.example.
sub.*.example.           TXT   not-a-wildcard
host1.example.           A     192.0.2.1
_ssh._tcp.host1.example. TXT   srv
_ssh._tcp.host2.example. TXT   srv
subdel.example.          NS    ns.example.com.
subdel.example.          NS    ns.example.net.
`

func TestFindWildcard(t *testing.T) {
	z := zoneOf(t, "example.", rfc4592)
	for _, tt := range []struct{ name, rtype, want, why string }{
		{"host3.example.", "MX", "data, host3.example. MX 10 host1.example., by *.example.", "synthesised"},
		{"host3.example.", "A", "NODATA, by *.example.", "the wildcard has no A"},
		{"foo.bar.example.", "TXT", `data, foo.bar.example. TXT "wildcard", by *.example.`, "two labels below the closest encloser"},
		{"host1.example.", "MX", "NODATA", "host1.example. exists"},
		{"sub.*.example.", "MX", "NODATA", "sub.*.example. exists"},
		{"_telnet._tcp.host1.example.", "TXT", "NXDOMAIN", "_tcp.host1.example. exists, without a wildcard"},
		{"host.subdel.example.", "A", "referral to subdel.example., subdel.example. NS ns.example.com., subdel.example. NS ns.example.net.", "delegated"},
		{"ghost.*.example.", "MX", "NXDOMAIN", "*.example. exists, *.*.example. does not"},
		{"*.example.", "TXT", `data, *.example. TXT "wildcard"`, "asked by its own name"},
		{"host2.example.", "TXT", "NODATA", "an empty non-terminal is not covered by the wildcard"},
		{"_tcp.host2.example.", "MX", "NODATA", "nor is the one below it"},
		{"other.host2.example.", "MX", "NXDOMAIN", "nor what is beside the names below it"},
	} {
		if got := show(z.Find(question(t, tt.name, tt.rtype))); got != tt.want {
			t.Errorf("%s %s (%s):\n got %s\nwant %s", tt.name, tt.rtype, tt.why, got, tt.want)
		}
	}
}

func TestFind(t *testing.T) {
	z := zoneOf(t, "example.co.jp.", `
example.co.jp.                 SOA   ns1.example.co.jp. hostmaster 1 7200 900 1209600 300
example.co.jp.                 NS    ns1.example.co.jp.
example.co.jp.                 TXT   v=spf1
example.co.jp.                 MX     10 mail.example.co.jp.
mail.example.co.jp.            A     203.0.113.25
www.example.co.jp.             CNAME mail.example.co.jp.
www2.example.co.jp.            CNAME www.example.co.jp.
gone.example.co.jp.            CNAME nothing.example.co.jp.
sel._domainkey.example.co.jp.  CNAME sel.dkim.example.net.
out.example.co.jp.             CNAME www.shop.example.co.jp.
loop1.example.co.jp.           CNAME loop2.example.co.jp.
loop2.example.co.jp.           CNAME loop1.example.co.jp.
self.example.co.jp.            CNAME self.example.co.jp.
shop.example.co.jp.            NS    ns.shop.example.co.jp.
shop.example.co.jp.            DS    1 13 2 AB
ns.shop.example.co.jp.         A     192.0.2.53
_dmarc.shop.example.co.jp.     TXT   hidden
old.example.co.jp.             DNAME example.net.
x.old.example.co.jp.           TXT   hidden
*.alias.example.co.jp.         CNAME mail.example.co.jp.
*.ext.example.co.jp.           CNAME ext.example.com.
a.b.alias.example.co.jp.       TXT   here
_dmarc.example.co.jp.          CNAME _dmarc.example.net.
_dmarc.example.co.jp.          TXT   v=DMARC1
two.example.co.jp.             CNAME b.example.net.
two.example.co.jp.             CNAME a.example.net.
`)
	for _, tt := range []struct{ name, rtype, want, why string }{
		{"example.co.jp.", "TXT", `data, example.co.jp. TXT "v=spf1"`, "exact match"},
		{"example.co.jp.", "NS", "data, example.co.jp. NS ns1.example.co.jp.", "NS at the apex is no delegation"},
		{"example.co.jp.", "A", "NODATA", "the apex without address"},
		{"nothing.example.co.jp.", "A", "NXDOMAIN", "no such name"},
		{"_domainkey.example.co.jp.", "TXT", "NODATA", "empty non-terminal"},
		{"www2.example.co.jp.", "A", "data, www2.example.co.jp. CNAME www.example.co.jp., www.example.co.jp. CNAME mail.example.co.jp., mail.example.co.jp. A 203.0.113.25", "two aliases inside"},
		{"www.example.co.jp.", "CNAME", "data, www.example.co.jp. CNAME mail.example.co.jp.", "the alias itself"},
		{"www.example.co.jp.", "TXT", "NODATA, www.example.co.jp. CNAME mail.example.co.jp.", "NODATA at the end of the chain"},
		{"gone.example.co.jp.", "A", "NXDOMAIN, gone.example.co.jp. CNAME nothing.example.co.jp.", "dangling alias"},
		{"sel._domainkey.example.co.jp.", "TXT", "away at sel.dkim.example.net., sel._domainkey.example.co.jp. CNAME sel.dkim.example.net.", "target outside the zone"},
		{"out.example.co.jp.", "A", "referral to shop.example.co.jp., out.example.co.jp. CNAME www.shop.example.co.jp., shop.example.co.jp. NS ns.shop.example.co.jp.", "target below a delegation"},
		{"loop1.example.co.jp.", "A", "broken: its aliases go in a circle at loop1.example.co.jp.", "two aliases in a circle"},
		{"self.example.co.jp.", "A", "broken: its aliases go in a circle at self.example.co.jp.", "an alias of itself"},
		{"shop.example.co.jp.", "A", "referral to shop.example.co.jp., shop.example.co.jp. NS ns.shop.example.co.jp.", "the cut itself"},
		{"shop.example.co.jp.", "NS", "referral to shop.example.co.jp., shop.example.co.jp. NS ns.shop.example.co.jp.", "the parent's NS set is not authoritative"},
		{"shop.example.co.jp.", "DS", "data, shop.example.co.jp. DS 1 13 2 AB", "DS belongs to the parent"},
		{"ns.shop.example.co.jp.", "A", "referral to shop.example.co.jp., shop.example.co.jp. NS ns.shop.example.co.jp.", "glue is not authoritative"},
		{"_dmarc.shop.example.co.jp.", "TXT", "referral to shop.example.co.jp., shop.example.co.jp. NS ns.shop.example.co.jp.", "data below a delegation is hidden"},
		{"a.old.example.co.jp.", "A", "away at a.example.net., old.example.co.jp. DNAME example.net., a.old.example.co.jp. CNAME a.example.net.", "below a DNAME"},
		{"a.old.example.co.jp.", "CNAME", "data, a.old.example.co.jp. CNAME a.example.net.", "the CNAME that a DNAME stands for"},
		{"x.old.example.co.jp.", "TXT", "away at x.example.net., old.example.co.jp. DNAME example.net., x.old.example.co.jp. CNAME x.example.net.", "a DNAME hides what is below it"},
		{"old.example.co.jp.", "A", "NODATA", "a DNAME does not redirect its owner"},
		{"z.alias.example.co.jp.", "A", "data, z.alias.example.co.jp. CNAME mail.example.co.jp., mail.example.co.jp. A 203.0.113.25", "wildcard CNAME"},
		{"b.alias.example.co.jp.", "A", "NODATA", "an empty non-terminal blocks the wildcard CNAME"},
		{"z.b.alias.example.co.jp.", "A", "NXDOMAIN", "and so does it for what is below"},
		{"z.ext.example.co.jp.", "A", "away at ext.example.com., z.ext.example.co.jp. CNAME ext.example.com.", "wildcard CNAME out of the zone"},
		{"_dmarc.example.co.jp.", "TXT", `data, _dmarc.example.co.jp. TXT "v=DMARC1"`, "CNAME beside TXT: the asked type is shown"},
		{"_dmarc.example.co.jp.", "A", "away at _dmarc.example.net., _dmarc.example.co.jp. CNAME _dmarc.example.net.", "CNAME beside TXT: other types follow"},
		{"two.example.co.jp.", "TXT", "broken: 2 CNAME records at two.example.co.jp., expected one", "two CNAMEs"},
		{"two.example.co.jp.", "CNAME", "data, two.example.co.jp. CNAME a.example.net., two.example.co.jp. CNAME b.example.net.", "two CNAMEs, asked for"},
		{"example.net.", "A", "away at example.net.", "not of this zone"},
		{"jp.", "A", "away at jp.", "above the apex"},
	} {
		if got := show(z.Find(question(t, tt.name, tt.rtype))); got != tt.want {
			t.Errorf("%s %s (%s):\n got %s\nwant %s", tt.name, tt.rtype, tt.why, got, tt.want)
		}
	}
}
