package dnssec

import (
	"fmt"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
	"mailauth/resolver/zone"
)

func ds(t testing.TB, text string) Delegation {
	t.Helper()
	data, err := resolver.ParseRData(resolver.TypeDS, text)
	if err != nil {
		t.Fatal(err)
	}
	d, ok := ParseDelegation(resolver.Record{Name: "example.co.jp.", TTL: 3600, Data: data})
	if !ok {
		t.Fatalf("%q is not read as a DS record", text)
	}
	return d
}

func TestAlgorithms(t *testing.T) {
	const digest = "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"
	for _, test := range []struct {
		set       string
		algorithm string
		digest    string
		why       string
	}{
		{"13 2", "", "", "what most have"},
		{"8 2", "", "", "RSASHA256 is still recommended"},
		{"15 4", "", "", "Ed25519 with SHA-384"},
		{"5 2", "RSASHA1 (5)", "", "RFC 9905 §2"},
		{"7 2", "RSASHA1-NSEC3-SHA1 (7)", "", "RFC 9905 §2"},
		{"12 3", "ECC-GOST (12)", "", "RFC 9906 §2"},
		{"3 1", "DSA (3)", "", "both are old: the algorithm is the cause"},
		{"13 1", "", "SHA-1 (1)", "a new key under an old digest"},
		{"13 1, 13 2", "", "", "validators take the stronger digest (RFC 4509 §3)"},
		{"7 2, 13 2", "", "", "in the middle of a roll-over"},
		{"7 2, 13 1", "", "SHA-1 (1)", "the new key is there, its digest is old"},
		{"200 2", "", "", "unassigned: nobody has said anything of it"},
		{"", "", "", "none asked for"},
	} {
		facts := &Facts{Zone: "example.co.jp."}
		for i, numbers := range strings.Split(test.set, ", ") {
			if numbers != "" {
				facts.Delegations = append(facts.Delegations, ds(t, fmt.Sprintf("%d %s %s", i+1, numbers, digest)))
			}
		}
		found := judgeAlgorithms(facts)
		raised := test.algorithm+test.digest != ""
		if len(found) > 0 != raised || raised && (found[0].Args["algorithm"] != test.algorithm || found[0].Args["digest"] != test.digest) {
			t.Errorf("%q: %v, want algorithm %q, digest %q (%s)", test.set, found, test.algorithm, test.digest, test.why)
		}
	}
}

func FuzzDelegation(f *testing.F) {
	for _, seed := range []string{"4711 13 2 5a5a", "1 5 1 00", "65535 255 255 ff", "65536 1 1 00", "x", "1 2 3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, ok := ParseDelegation(resolver.Record{Data: resolver.Other{RRType: resolver.TypeDS, Text: text}})
		if !ok {
			return
		}
		again, ok := ParseDelegation(resolver.Record{Data: resolver.Other{RRType: resolver.TypeDS, Text: fmt.Sprintf("%d %d %d 00", d.KeyTag, d.Algorithm, d.Digest)}})
		if !ok || again.KeyTag != d.KeyTag || again.Algorithm != d.Algorithm || again.Digest != d.Digest {
			t.Errorf("%q is read as %+v, and that as %+v", text, d, again)
		}
	})
}

// What is said of a domain, and how many questions that costs beside the three
// that every audit asks.
func TestAudit(t *testing.T) {
	for _, test := range []struct {
		why, above, own string
		manners         dnstest.Manners
		status          checks.Status
		want            string
		questions       int
	}{
		{"unsigned, as most", "", "", dnstest.Manners{}, checks.StatusNone, "info dnssec-unsigned", 2},
		{"signed", "example.co DS 0 13 2 00", "", dnstest.Manners{}, checks.StatusPass, "", 4},
		{"an island", "", "@ DNSKEY 257 3 13 AAAA", dnstest.Manners{}, checks.StatusNone, "info dnssec-unsigned", 2},
		{"a DS record of another key", "example.co DS 4711 13 2 " + strings.Repeat("5a", 32), "", dnstest.Manners{}, checks.StatusFail, "error dnssec-bogus", 7},
		{"that, seen by nobody", "example.co DS 4711 13 2 " + strings.Repeat("5a", 32), "", dnstest.Manners{Blind: true}, checks.StatusNone, "", 5},
		{"an old algorithm, seen without validating", "example.co DS 0 7 2 00", "", dnstest.Manners{Blind: true}, checks.StatusWarn, "warning dnssec-alg", 5},
		{"a way without signatures", "", "", dnstest.Manners{Blind: true, Strips: true}, checks.StatusNone, "", 3},
	} {
		var zones []*resolver.Zone
		for apex, text := range map[string]string{"jp.": test.above, "example.co.jp.": test.own} {
			head := "$ORIGIN " + apex + "\n$TTL 3600\n@ SOA ns.registrar.example. hostmaster 1 7200 900 1209600 3600\n@ NS ns.registrar.example.\n"
			parsed, err := zone.Parse(apex+"zone", strings.NewReader(head+text+"\n"), zone.Options{})
			if err != nil {
				t.Fatal(err)
			}
			zones = append(zones, parsed...)
		}
		tree, err := dnstest.NewTree(zones)
		if err != nil {
			t.Fatal(err)
		}
		cache := resolver.NewCache(tree.Resolver(test.manners))
		report, err := checks.Audit(t.Context(), "example.co.jp.", cache, []*checks.Check{Check}, checks.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range report.Findings {
			if f.Rule != checks.TempFail {
				got = append(got, f.Severity.String()+" "+f.Rule.ID)
			}
		}
		if strings.Join(got, ", ") != test.want || report.Checks[0].Status != test.status {
			t.Errorf("%s: %q, status %s; want %q, %s", test.why, got, report.Checks[0].Status, test.want, test.status)
		}
		if n := cache.Ledger().Questions() - 3; n != test.questions {
			t.Errorf("%s: %d questions more, want %d", test.why, n, test.questions)
		}
	}
}
