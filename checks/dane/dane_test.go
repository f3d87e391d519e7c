package dane_test

import (
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/dane"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
	"mailauth/resolver/zone"
)

const digest = "b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7b7"

// The zones around a domain that is signed, and a provider's that is too.
const (
	above    = "example.co DS 0 13 2 00\n"
	provider = "$ORIGIN example.net.\nmx1 A 198.51.100.1\nmx2 A 198.51.100.2\n_25._tcp.mx1 TLSA 3 1 1 " + digest + "\n"
)

func audit(t *testing.T, zones map[string]string, manners dnstest.Manners, options checks.Options) (*checks.Report, *resolver.Cache) {
	t.Helper()
	var all []*resolver.Zone
	for apex, text := range zones {
		head := "$ORIGIN " + apex + "\n$TTL 3600\n@ SOA ns.registrar.example. hostmaster 1 7200 900 1209600 3600\n@ NS ns.registrar.example.\n"
		parsed, err := zone.Parse(apex+"zone", strings.NewReader(head+text), zone.Options{})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, parsed...)
	}
	tree, err := dnstest.NewTree(all)
	if err != nil {
		t.Fatal(err)
	}
	cache := resolver.NewCache(tree.Resolver(manners))
	report, err := checks.Audit(t.Context(), "example.co.jp.", cache, []*checks.Check{dane.Check}, options)
	if err != nil {
		t.Fatal(err)
	}
	return report, cache
}

func TestFindings(t *testing.T) {
	tlsa := "_25._tcp.mail TLSA 3 1 1 " + digest + "\n"
	for _, test := range []struct {
		why, jp, own string
		manners      dnstest.Manners
		want         string
		status       checks.Status
		questions    int
	}{
		{"unsigned, with a server of its own and no TLSA: nothing to say", "", "@ MX 10 mail\nmail A 192.0.2.25\n", dnstest.Manners{}, "", checks.StatusNone, 6},
		{"unsigned, at a provider: no TLSA question at all", "", "@ MX 10 mx1.example.net.\n@ MX 20 mx2.example.net.\n", dnstest.Manners{}, "", checks.StatusNone, 3},
		{"signed, with TLSA", above, "@ MX 10 mail\nmail A 192.0.2.25\n" + tlsa, dnstest.Manners{}, "", checks.StatusPass, 8},
		{"signed, without TLSA", above, "@ MX 10 mail\nmail A 192.0.2.25\n", dnstest.Manners{}, "", checks.StatusNone, 8},
		{"signed, at a provider: its partial set is its own business", above, "@ MX 10 mx1.example.net.\n@ MX 20 mx2.example.net.\n", dnstest.Manners{}, "", checks.StatusPass, 11},
		{"signed, a backup at a provider lacks TLSA", above, "@ MX 10 mail\n@ MX 20 mx2.example.net.\nmail A 192.0.2.25\n" + tlsa, dnstest.Manners{}, "warning dane-partial example.co.jp.", checks.StatusWarn, 11},
		{"unsigned, with TLSA", "", "@ MX 10 mail\nmail A 192.0.2.25\n" + tlsa, dnstest.Manners{}, "warning dane-no-dnssec _25._tcp.mail.example.co.jp.", checks.StatusWarn, 7},
		{"a usage that does not count, in an unsigned zone: one cause", "", "@ MX 10 mail\nmail A 192.0.2.25\n_25._tcp.mail TLSA 1 1 1 " + digest + "\n", dnstest.Manners{}, "warning dane-no-dnssec _25._tcp.mail.example.co.jp.", checks.StatusWarn, 7},
		{"a usage that does not count, beside one that does", above, "@ MX 10 mail\nmail A 192.0.2.25\n_25._tcp.mail TLSA 1 1 1 " + digest + "\n" + tlsa, dnstest.Manners{}, "warning dane-usage _25._tcp.mail.example.co.jp.", checks.StatusWarn, 8},
		{"behind a resolver that does not validate: as little as is certain", above, "@ MX 10 mail\nmail A 192.0.2.25\n_25._tcp.mail TLSA 1 1 1 " + digest + "\n", dnstest.Manners{Blind: true}, "info dane-usage _25._tcp.mail.example.co.jp.", checks.StatusUnknown, 10},
		{"an alias as the server: TLSA at its end", above, "@ MX 10 mx\nmx CNAME mail\nmail A 192.0.2.25\n" + tlsa, dnstest.Manners{}, "", checks.StatusPass, 8},
		{"an alias as the server: TLSA at its own name", above, "@ MX 10 mx\nmx CNAME mail\nmail A 192.0.2.25\n_25._tcp.mx TLSA 3 1 1 " + digest + "\n", dnstest.Manners{}, "", checks.StatusPass, 9},
		{"the null MX", above, "@ MX 0 .\n", dnstest.Manners{}, "", checks.StatusNone, 5},
		{"no MX: the domain is its own server", above, "@ A 192.0.2.25\n_25._tcp TLSA 3 0 1 " + digest + "\n", dnstest.Manners{}, "info dane-params _25._tcp.example.co.jp.", checks.StatusPass, 8},
	} {
		report, cache := audit(t, map[string]string{"jp.": test.jp, "example.co.jp.": test.own, "net.": "example DS 0 13 2 00\n", "example.net.": provider}, test.manners, checks.Options{SkipTrials: true})
		var got []string
		for _, f := range report.Findings {
			got = append(got, strings.Join([]string{f.Severity.String(), f.Rule.ID, f.Name}, " "))
		}
		if strings.Join(got, ", ") != test.want || report.Checks[0].Status != test.status {
			t.Errorf("%s: %q, status %s; want %q, %s", test.why, got, report.Checks[0].Status, test.want, test.status)
		}
		if n := cache.Ledger().Questions(); n != test.questions {
			t.Errorf("%s: %d questions, want %d", test.why, n, test.questions)
		}
	}
}

// A fix whose value is known is tried, and holds.
func TestFixesHold(t *testing.T) {
	for _, record := range []string{"1 1 1 " + digest, "0 0 1 " + digest, "3 1 0 3003020100"} {
		report, _ := audit(t, map[string]string{"jp.": above, "example.co.jp.": "@ MX 10 mail\nmail A 192.0.2.25\n_25._tcp.mail TLSA " + record + "\n"}, dnstest.Manners{}, checks.Options{})
		if len(report.Findings) != 1 || len(report.Findings[0].Fixes) != 1 || !report.Findings[0].Fixes[0].Verified {
			t.Errorf("%s: %+v, want one finding with a verified fix", record, report.Findings)
		}
	}
}
