package report

import (
	"net/netip"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/dmarc"
	"mailauth/checks/simulate"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

// companySPF is the record that the sample addresses meet.
const companySPF = "v=spf1 ip4:203.0.113.24/31 include:_spf.example.net exists:%{l}._spf.example.co.jp -all"

func prefixes(texts ...string) []netip.Prefix {
	var list []netip.Prefix
	for _, text := range texts {
		list = append(list, netip.MustParsePrefix(text))
	}
	return list
}

func target(text string) simulate.Target {
	if addr, err := netip.ParseAddr(text); err == nil {
		return simulate.Target{Text: text, Prefix: netip.PrefixFrom(addr, addr.BitLen())}
	}
	return simulate.Target{Text: text, Prefix: netip.MustParsePrefix(text).Masked()}
}

// decided is a term of a record of some domain.
func decided(record, term string, path ...string) spf.Decision {
	at := strings.Index(record, term)
	return spf.Decision{Cause: spf.CauseMatch, Path: path, Record: record, Term: term, Span: checks.Span{Start: at, End: at + len(term)}}
}

// policyOf is DMARC with p=reject for the company.
func policyOf(result simulate.DMARCResult) *simulate.DMARC {
	d := &simulate.DMARC{
		Result: result, IfDKIM: simulate.DMARCPass, Author: "example.co.jp.", Domain: "example.co.jp.", Org: "example.co.jp.",
		Record: "v=DMARC1; p=reject", Policy: dmarc.Reject, Asked: dmarc.Reject, Tag: "p", SPFAligned: checks.Yes, DKIMAligned: checks.No,
	}
	if result == simulate.DMARCPass {
		d.Aligned = "spf"
	}
	return d
}

func verdictPass() *simulate.Verdict {
	return &simulate.Verdict{
		Possible: spf.Of(spf.ResultPass), DMARC: policyOf(simulate.DMARCPass),
		SPF: spf.Evaluation{
			Result: spf.ResultPass, Decision: decided("v=spf1 ip4:198.51.100.0/25 -all", "ip4:198.51.100.0/25", "example.co.jp.", "_spf.example.net."), Lookups: 1,
			Steps: []spf.Step{
				{Domain: "example.co.jp.", Term: "ip4:203.0.113.24/31"},
				{Domain: "example.co.jp.", Term: "include:_spf.example.net", Target: "_spf.example.net.", Lookup: 1, Match: true, Result: spf.ResultPass},
				{Depth: 1, Domain: "_spf.example.net.", Term: "ip4:198.51.100.0/25", Match: true, Result: spf.ResultPass},
			},
		},
		Second: &simulate.SecondOpinion{Engine: "blitiri.com.ar/go/spf", Result: spf.ResultPass},
	}
}

func verdictFail() *simulate.Verdict {
	return &simulate.Verdict{
		Possible: spf.Of(spf.ResultFail), DMARC: policyOf(simulate.DMARCDepends),
		SPF: spf.Evaluation{
			Result: spf.ResultFail, Decision: decided(companySPF, "-all", "example.co.jp."), Lookups: 2, Voids: 1,
			Explanation: "see https://example.co.jp/\x1b[31mspf",
			Steps: []spf.Step{
				{Domain: "example.co.jp.", Term: "ip4:203.0.113.24/31"},
				{Domain: "example.co.jp.", Term: "include:_spf.example.net", Target: "_spf.example.net.", Lookup: 1},
				{Depth: 1, Domain: "_spf.example.net.", Term: "ip4:198.51.100.0/25"},
				{Depth: 1, Domain: "_spf.example.net.", Term: "-all", Match: true, Result: spf.ResultFail},
				{Domain: "example.co.jp.", Term: "exists:%{l}._spf.example.co.jp", Target: "info._spf.example.co.jp.", Lookup: 2, Void: true},
				{Domain: "example.co.jp.", Term: "-all", Match: true, Result: spf.ResultFail},
			},
		},
		Second: &simulate.SecondOpinion{Engine: "blitiri.com.ar/go/spf", Result: spf.ResultNeutral, Differs: true},
		Fix: &checks.Fix{
			Title: checks.T("fix.spf-publish-one", checks.Args{"domain": "example.co.jp."}), Verified: true,
			Edits: []resolver.Edit{{Name: "example.co.jp.", Type: resolver.TypeTXT, TTL: 3600, Remove: []string{`"` + companySPF + `"`},
				Add: []string{`"` + strings.Replace(companySPF, "-all", "ip4:203.0.113.99 -all", 1) + `"`}}},
		},
	}
}

// verdictDepends is what the local part of the sender decides.
func verdictDepends() *simulate.Verdict {
	return &simulate.Verdict{
		Possible:  spf.Of(spf.ResultPass, spf.ResultFail),
		SPF:       spf.Evaluation{Result: spf.ResultPass, Decision: decided(companySPF, "exists:%{l}._spf.example.co.jp", "example.co.jp."), Lookups: 2},
		DependsOn: []string{"exists:%{l}._spf.example.co.jp"}, Needs: []string{"sender"}, DMARC: policyOf(simulate.DMARCDepends),
	}
}

// verdictOf is a result that no term gave.
func verdictOf(result spf.Result, cause spf.Cause, err error) *simulate.Verdict {
	d := policyOf(simulate.DMARCUnknown)
	d.Err = err
	return &simulate.Verdict{Possible: spf.Of(result), DMARC: d,
		SPF: spf.Evaluation{Result: result, Decision: spf.Decision{Cause: cause, Path: []string{"example.co.jp."}, Err: err}}}
}

func failed(kind resolver.ErrorKind) error {
	return &resolver.Error{Kind: kind, Question: resolver.Question{Name: "_spf.example.net.", Type: resolver.TypeTXT}, Server: "192.0.2.53:53"}
}

func single(text string, v *simulate.Verdict) simulate.Simulation {
	return simulate.Simulation{Target: target(text), Verdict: v}
}

// partly is a prefix of which little passes.
func partly() simulate.Simulation {
	pass, fail := verdictPass(), verdictFail()
	pass.SPF.Decision = decided(companySPF, "ip4:203.0.113.24/31", "example.co.jp.")
	pass.SPF.Lookups, pass.SPF.Steps, fail.SPF.Steps, fail.Fix, fail.SPF.Explanation, fail.Second = 0, nil, nil, nil, "", nil
	return simulate.Simulation{Target: target("203.0.113.7/24"), Regions: []simulate.Region{
		{Prefixes: prefixes("203.0.113.0/28", "203.0.113.16/29", "203.0.113.26/31", "203.0.113.28/30", "203.0.113.32/27", "203.0.113.64/26", "203.0.113.128/25"), Verdict: fail},
		{Prefixes: prefixes("203.0.113.24/31"), Verdict: pass},
	}}
}

// wholly is a prefix whose addresses share their fate.
func wholly(text string, v *simulate.Verdict) simulate.Simulation {
	t := target(text)
	return simulate.Simulation{Target: t, Verdict: v, Regions: []simulate.Region{{Prefixes: []netip.Prefix{t.Prefix}, Verdict: v}}}
}

var sampleMail = simulate.Mail{Domain: "example.co.jp.", Sender: "info@example.co.jp", HELO: "mail.example.co.jp"}

func simulationBuilder(t *testing.T, lang, require string) *SimulationBuilder {
	return NewSimulationBuilder(texts(t, lang), sampleMail, require, 7)
}

// simulated prints simulations as one page.
func simulated(t *testing.T, lang string, change func(*SimulationOptions), list ...simulate.Simulation) string {
	t.Helper()
	var b strings.Builder
	o := SimulationOptions{TextOptions: options(t, lang, nil), Require: "spf", Targets: len(list)}
	for _, s := range list {
		o.AddressWidth = max(o.AddressWidth, AddressWidth(s.Target.Prefix))
	}
	if change != nil {
		change(&o)
	}
	page := NewSimulationText(&b, o)
	built := simulationBuilder(t, lang, o.Require)
	for _, s := range list {
		if err := page.Simulation(built.Simulation(s)); err != nil {
			t.Fatal(err)
		}
	}
	if err := page.Close(SimulationEnd{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
