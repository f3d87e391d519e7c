package all_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/all"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// mostQuestions is what a default check of a typical domain may ask.
const mostQuestions = 40

// typicalDomains are set up as people do it. Their servers list no names.
var typicalDomains = []struct{ name, zone, others string }{
	{"own mail server", `
@ NS ns1
@ NS ns2.example.net.
@ MX 10 mail
@ A 203.0.113.80
@ TXT "v=spf1 ip4:203.0.113.25 -all"
@ TXT "some-verification=0123456789"
mail A 203.0.113.25
mail AAAA 2001:db8:25::25
mail TXT "v=spf1 a -all"
ns1 A 203.0.113.53
autodiscover CNAME mail
default._domainkey TXT "v=DKIM1; k=rsa; p=` + rsa2048 + `"
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.co.jp"`, ""},
	{"mailboxes at Google, newsletters by a sender", `
@ NS ns1.example.net.
@ NS ns2.example.net.
@ MX 1 smtp.google.com.
@ A 203.0.113.80
@ TXT "v=spf1 include:_spf.google.com include:sendgrid.net ~all"
google._domainkey TXT "v=DKIM1; k=rsa; p=` + rsa2048 + `"
s1._domainkey TXT "v=DKIM1; k=rsa; p=` + rsa2048 + `"
s2._domainkey TXT "v=DKIM1; k=rsa; p=` + rsa2048 + `"
_dmarc TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc@example.co.jp,mailto:reports@example.net"`, `
smtp.google.com. A 198.51.100.26
smtp.google.com. AAAA 2001:db8:26::26
_spf.google.com. TXT "v=spf1 ip4:198.51.100.0/24 ip6:2001:db8:26::/48 ~all"
sendgrid.net. TXT "v=spf1 ip4:192.0.2.0/24 ~all"
example.net. MX 10 mail.example.net.
example.co.jp._report._dmarc.example.net. TXT "v=DMARC1"`},
	{"mailboxes at Microsoft, all sent through a gateway", `
@ NS ns1.example.net.
@ NS ns2.example.net.
@ MX 0 example-co-jp.mail.protection.outlook.com.
@ A 203.0.113.80
@ TXT "v=spf1 include:spf.protection.outlook.com include:spf.mta.hdems.com ip4:203.0.113.7 -all"
selector1._domainkey CNAME selector1-example-co-jp._domainkey.example.onmicrosoft.com.
selector2._domainkey CNAME selector2-example-co-jp._domainkey.example.onmicrosoft.com.
autodiscover CNAME autodiscover.outlook.com.
_dmarc TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.co.jp"`, `
example-co-jp.mail.protection.outlook.com. A 198.51.100.36
spf.protection.outlook.com. TXT "v=spf1 ip4:198.51.100.0/24 ip6:2001:db8:36::/48 -all"
spf.mta.hdems.com. TXT "v=spf1 ip4:192.0.2.0/24 ~all"
autodiscover.outlook.com. A 198.51.100.37
selector1-example-co-jp._domainkey.example.onmicrosoft.com. TXT "v=DKIM1; k=rsa; p=` + rsa2048 + `"
selector2-example-co-jp._domainkey.example.onmicrosoft.com. TXT "v=DKIM1; k=rsa; p=` + rsa2048 + `"`},
}

// A default check stays within its questions, so that it is done in a second
// and no server minds.
func TestTypicalDomainsCostFewQuestions(t *testing.T) {
	const reverse = "25.113.0.203.in-addr.arpa. PTR mail.example.co.jp.\n26.100.51.198.in-addr.arpa. PTR mx.example.net.\nmx.example.net. A 198.51.100.26\n"
	for _, d := range typicalDomains {
		t.Run(d.name, func(t *testing.T) {
			zones := parseZone(t, "example.co.jp.", d.zone)
			zones = append(zones, parseZone(t, ".", d.others+"\n"+reverse)...)
			world := resolver.Overlay(zones, resolver.Nothing())
			cache := resolver.NewCache(dnstest.Func(world.Lookup))
			defer cache.Close()
			if _, err := checks.Audit(context.Background(), "example.co.jp.", cache, all.Checks(), checks.Options{SkipTrials: true}); err != nil {
				t.Fatal(err)
			}
			ledger := cache.Ledger()
			t.Logf("%d questions", len(ledger))
			if len(ledger) > mostQuestions {
				t.Errorf("%d questions, want at most %d:\n%s", len(ledger), mostQuestions, asked(ledger))
			}
		})
	}
}

func asked(ledger resolver.Ledger) string {
	var lines []string
	for _, e := range ledger {
		lines = append(lines, "\t"+e.Question.String())
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
