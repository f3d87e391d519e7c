package report

import (
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mailauth/checks"
	"mailauth/checks/dmarc"
	"mailauth/checks/simulate"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

// golden compares a page with a file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("run with -update if this is better (-want +got):\n%s", diff)
	}
}

func TestSimulationGolden(t *testing.T) {
	several := []simulate.Simulation{
		single("198.51.100.7", verdictPass()), single("203.0.113.99", verdictFail()), partly(), wholly("198.51.100.16/28", verdictPass()),
		single("2001:db8:1234:5678:9abc:def0:1234:5678", verdictFail()),
		single("192.0.2.9", verdictDepends()),
		single("192.0.2.10", verdictOf(spf.ResultTempError, spf.CauseDNS, failed(resolver.ServFail))),
		single("192.0.2.11", verdictOf(spf.ResultUnknown, spf.CauseDNS, failed(resolver.Offline))),
		single("192.0.2.12", verdictOf(spf.ResultPermError, spf.CauseSeveral, nil)),
	}
	tests := []struct {
		name   string
		change func(*SimulationOptions)
		list   []simulate.Simulation
	}{
		{"simulate-pass", nil, []simulate.Simulation{single("198.51.100.7", verdictPass())}},
		{"simulate-fail", nil, []simulate.Simulation{single("203.0.113.99", verdictFail())}},
		{"simulate-depends", nil, []simulate.Simulation{single("192.0.2.9", verdictDepends())}},
		{"simulate-temperror", nil, []simulate.Simulation{single("192.0.2.10", verdictOf(spf.ResultTempError, spf.CauseDNS, failed(resolver.ServFail)))}},
		{"simulate-prefix", nil, []simulate.Simulation{partly()}},
		{"simulate-ipv6", nil, []simulate.Simulation{wholly("2001:db8::/32", verdictPass())}},
		{"simulate-several", nil, several},
		{"simulate-verbose", func(o *SimulationOptions) { o.Verbose = true }, several},
		{"simulate-quiet", func(o *SimulationOptions) { o.Quiet = true }, several},
		{"simulate-dmarc", func(o *SimulationOptions) { o.Require = "dmarc" }, several},
		{"simulate-narrow", func(o *SimulationOptions) { o.Width, o.Terminal = 50, true }, several},
		{"simulate-color", func(o *SimulationOptions) { o.Color = true }, several[:3]},
		{"simulate-mail", func(o *SimulationOptions) {
			o.Sender, o.HELO, o.From, o.Other = "info@example.net", "mail.example.co.jp", "example.jp", "example.net."
		}, []simulate.Simulation{single("203.0.113.99", verdictFail())}},
	}
	for _, tt := range tests {
		for lang, suffix := range map[string]string{"en": "", "ja": "-ja"} {
			t.Run(tt.name+suffix, func(t *testing.T) {
				golden(t, tt.name+suffix, simulated(t, lang, tt.change, tt.list...))
			})
		}
	}
}

// Each reason has words of its own, and no result is without.
func TestSimulationReasons(t *testing.T) {
	causes := []spf.Cause{
		spf.CauseMatch, spf.CauseDefault, spf.CauseNoRecord, spf.CauseBadDomain, spf.CauseSeveral, spf.CauseSyntax, spf.CauseLookups, spf.CauseVoids,
		spf.CauseLoop, spf.CauseMXHosts, spf.CauseIncludeNone, spf.CauseRedirectNone, spf.CauseDNS, spf.CauseTooLarge, spf.CauseMacro,
	}
	for _, lang := range []string{"en", "ja"} {
		for _, cause := range causes {
			for r := spf.ResultNone; r <= spf.ResultUnknown; r++ {
				v := verdictOf(r, cause, failed(resolver.Timeout))
				if cause != spf.CauseDNS && cause != spf.CauseNoRecord {
					v.SPF.Term, v.SPF.Record = "include:_spf.example.net", companySPF
				}
				got := simulated(t, lang, nil, single("192.0.2.1", v))
				if missingText.MatchString(got) || strings.Contains(got, "simulation.") || wordless(got) != "" {
					t.Errorf("%s, %s, %s:\n%s", lang, cause, r, got)
				}
			}
		}
	}
}

func TestDMARCMessages(t *testing.T) {
	with := func(change func(*simulate.DMARC)) *simulate.DMARC {
		d := policyOf(simulate.DMARCDepends)
		change(d)
		return d
	}
	pass, fail, both := spf.Of(spf.ResultPass), spf.Of(spf.ResultFail), spf.Of(spf.ResultPass, spf.ResultFail)
	known := simulate.Mail{Domain: "example.co.jp.", SignaturesKnown: true}
	tests := []struct {
		why      string
		mail     simulate.Mail
		possible spf.Results
		dmarc    *simulate.DMARC
		want     string
	}{
		{"SPF", sampleMail, pass, policyOf(simulate.DMARCPass), "pass: SPF passes for the author's domain example.co.jp."},
		{"a bounce domain", simulate.Mail{Domain: "bounce.example.co.jp"}, pass, policyOf(simulate.DMARCPass),
			"pass: SPF passes for bounce.example.co.jp, which is aligned with the author's domain example.co.jp."},
		{"DKIM", sampleMail, fail, with(func(d *simulate.DMARC) { d.Result, d.Aligned = simulate.DMARCPass, "dkim" }),
			"pass: there is a valid signature that is aligned with the author's domain example.co.jp."},
		{"nothing said of DKIM", sampleMail, fail, policyOf(simulate.DMARCDepends),
			"depends on DKIM: with a valid signature for example.co.jp it passes; without one such mail is refused (p=reject of example.co.jp)."},
		{"SPF is open, no signature", known, both, policyOf(simulate.DMARCDepends), "depends on SPF: if that does not pass, such mail is refused (p=reject of example.co.jp)."},
		{"SPF is open, nothing said of DKIM", sampleMail, both, policyOf(simulate.DMARCDepends),
			"depends on SPF and DKIM: if SPF does not pass and there is no valid signature for example.co.jp, such mail is refused (p=reject of example.co.jp)."},
		{"no signature", known, fail, policyOf(simulate.DMARCFail), "fail: such mail is refused (p=reject of example.co.jp)."},
		{"test mode", known, fail, with(func(d *simulate.DMARC) {
			d.Result, d.Policy, d.Testing = simulate.DMARCFail, dmarc.Quarantine, true
		}), "fail: such mail is filed as spam (p=reject of example.co.jp, lowered by t=y)."},
		{"sp", known, fail, with(func(d *simulate.DMARC) {
			d.Result, d.Policy, d.Asked, d.Tag = simulate.DMARCFail, dmarc.None, dmarc.None, "sp"
		}), "fail: such mail is delivered all the same (sp=none of example.co.jp)."},
		{"a record without p", known, fail, with(func(d *simulate.DMARC) {
			d.Result, d.Policy, d.Asked, d.Tag = simulate.DMARCFail, dmarc.None, dmarc.None, ""
		}), "fail: such mail is delivered all the same (example.co.jp counts as p=none)."},
		{"sp or np, and nobody could tell", known, fail, with(func(d *simulate.DMARC) { d.Result, d.Policy, d.Tag = simulate.DMARCFail, "", "" }),
			"fail: what receivers are asked to do with such mail could not be told."},
		{"another organization's domain passes", simulate.Mail{Domain: "bounce.example.net."}, pass, with(func(d *simulate.DMARC) { d.SPFAligned = checks.No }),
			"depends on DKIM: with a valid signature for example.co.jp it passes; without one such mail is refused (p=reject of example.co.jp). " +
				"SPF does not count: bounce.example.net is not aligned with the author's domain example.co.jp."},
		{"no policy", sampleMail, pass, with(func(d *simulate.DMARC) { d.Result, d.Record, d.Domain = simulate.DMARCNone, "", "" }),
			"none: no policy applies to example.co.jp, so each receiver decides for itself."},
		{"a record that is ignored", sampleMail, pass, with(func(d *simulate.DMARC) { d.Result, d.Standing = simulate.DMARCNone, dmarc.Ignored }),
			"none: receivers ignore the record of example.co.jp, so each decides for itself."},
		{"no author", sampleMail, pass, with(func(d *simulate.DMARC) { d.Result, d.Author = simulate.DMARCNone, "" }),
			"none: the author's domain is not a name that can have a policy."},
		{"receivers differ", sampleMail, pass, with(func(d *simulate.DMARC) { d.Result, d.Standing = simulate.DMARCUnknown, dmarc.Unclear }),
			"could not tell: receivers differ in how they read the record of example.co.jp."},
		{"no answer", sampleMail, pass, with(func(d *simulate.DMARC) { d.Result, d.Err = simulate.DMARCUnknown, failed(resolver.ServFail) }),
			"could not tell: _spf.example.net TXT: the server failed (SERVFAIL)."},
		{"SPF had none", sampleMail, spf.Of(spf.ResultUnknown), with(func(d *simulate.DMARC) { d.Result = simulate.DMARCUnknown }), "could not tell, since SPF could not."},
	}
	for _, tt := range tests {
		for _, lang := range []string{"en", "ja"} {
			b := NewSimulationBuilder(texts(t, lang), tt.mail, "spf", 0)
			got := b.dmarcMessage(&simulate.Verdict{Possible: tt.possible, DMARC: tt.dmarc})
			if lang == "en" && got != tt.want {
				t.Errorf("%s:\n got %s\nwant %s", tt.why, got, tt.want)
			}
			if strings.Contains(got, "simulation.") || wordless(got) != "" {
				t.Errorf("%s, %s: %s", tt.why, lang, got)
			}
		}
	}
}

func TestGrouped(t *testing.T) {
	tests := []struct {
		n    string
		want string
	}{
		{"0", "0"}, {"7", "7"}, {"999", "999"}, {"1000", "1,000"}, {"65536", "65,536"}, {"4294967296", "4,294,967,296"},
		{"18446744073709551616", "2^64"}, {"340282366920938463463374607431768211456", "2^128"},
		{"340282366920938463463374607427473244160", "≈3.40×10^38"}, // without the IPv4-mapped ones
	}
	for _, tt := range tests {
		n, _ := new(big.Int).SetString(tt.n, 10)
		if got := grouped(n); got != tt.want {
			t.Errorf("%s is %s, want %s", tt.n, got, tt.want)
		}
	}
}
