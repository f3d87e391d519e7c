package report

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"mailauth/checks/spf/flatten"
	"mailauth/fixtures"
	"mailauth/resolver"
)

func planOf(t *testing.T, domain string, r resolver.Resolver, change func(*flatten.Options)) *flatten.Plan {
	t.Helper()
	o := flatten.Options{Names: []string{flatten.NamePattern(domain)}, Source: flatten.SourceName(domain)}
	if change != nil {
		change(&o)
	}
	p, err := flatten.Flatten(context.Background(), r, domain, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func flattenedOf(t *testing.T, lang, domain, lines string, change func(*flatten.Options)) Flattened {
	t.Helper()
	return BuildFlattened(planOf(t, domain, policyWorld(t, lines), change), DNS{Questions: 14, ElapsedMS: 52}, texts(t, lang))
}

func renderFlattened(t *testing.T, o TextOptions, f Flattened) string {
	t.Helper()
	var b strings.Builder
	if err := NewText(&b, o).Flattened(f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// manyNetworks is a policy of more networks than one record holds, with other
// TXT records beside it and a name that is taken.
func manyNetworks(n int) string {
	var b strings.Builder
	b.WriteString(`example.co.jp. TXT "v=spf1 mx include:_spf.example.co.jp include:_spf.example.net -ip4:203.0.113.7 ip4:203.0.113.0/26 ~all"
example.co.jp. TXT "site-verification=0123456789"
example.co.jp. MX 10 mail.example.co.jp.
mail.example.co.jp. A 203.0.113.25
mail.example.co.jp. AAAA 2001:db8::25
_spf1.example.co.jp. TXT "somebody's note"
_spf.example.net. TXT "v=spf1 ip4:198.51.100.0/24 -all"
_spf.example.co.jp. TXT "v=spf1 a:gone.example.co.jp"`)
	for i := range n {
		fmt.Fprintf(&b, " \" ip4:203.%d.%d.200\"", 100+i/100, i%100*2)
	}
	b.WriteString(" \" -all\"\n")
	return b.String()
}

// brokenPolicy has every flaw that a policy can have, but being an alias.
const brokenPolicy = `
example.co.jp. TXT "v=spf1 ip4:203.0.113.300 include:_own.example.co.jp include:gone.example include:two.example include:none.example include:bad.example include:a..b.example include:%{d}..%{d} mx include:spf.vendor.example -all"
example.co.jp. MX 1 mx1.example.co.jp.
example.co.jp. MX 2 mx2.example.co.jp.
example.co.jp. MX 3 mx3.example.co.jp.
example.co.jp. MX 4 mx4.example.co.jp.
example.co.jp. MX 5 mx5.example.co.jp.
example.co.jp. MX 6 mx6.example.co.jp.
example.co.jp. MX 7 mx7.example.co.jp.
example.co.jp. MX 8 mx8.example.co.jp.
example.co.jp. MX 9 mx9.example.co.jp.
example.co.jp. MX 10 mx10.example.co.jp.
example.co.jp. MX 11 mx11.example.co.jp.
_own.example.co.jp. TXT "v=spf1 ipv4:203.0.113.1 include:example.co.jp -all"
two.example. TXT "v=spf1 -all"
two.example. TXT "v=spf1 ~all"
none.example. TXT "nothing"
bad.example. TXT "v=spf1 x=\027[31m ipv4:192.0.2.1 -all"
spf.vendor.example. TXT "v=spf1 include:net.vendor.example -all"
`

// movedPolicy was flattened before its mail server moved.
const movedPolicy = `
example.co.jp. TXT "v=spf1 ip4:203.0.113.25 include:_spf.example.net ~all"
_spf-source.example.co.jp. TXT "v=spf1 mx include:_spf.example.net ~all"
example.co.jp. MX 10 mail.example.co.jp.
mail.example.co.jp. A 203.0.113.90
mail.example.co.jp. AAAA 2001:db8::90
_spf.example.net. TXT "v=spf1 ip4:198.51.100.0/24 -all"
`

// boundPolicy has terms of every kind that stays.
const boundPolicy = `
example.co.jp. TXT "v=spf1 include:_p.example.co.jp include:%{v}._v.example.co.jp ?exists:%{i}.%{d} a:host.vendor.example -all"
_p.example.co.jp. TXT "v=spf1 exists:%{p}.example.co.jp -all"
in-addr._v.example.co.jp. TXT "v=spf1 include:_spf.example.net -all"
ip6._v.example.co.jp. TXT "v=spf1 ip6:2001:db8::/48 -all"
host.vendor.example. A 198.51.100.9
_spf.example.net. TXT "v=spf1 ip4:198.51.100.0/25 -all"
`

// belowPolicy has the same broken term in two records.
const belowPolicy = `
example.co.jp. TXT "v=spf1 a:mail.example.co.jp include:_a.example.co.jp include:gone.example -all"
_a.example.co.jp. TXT "v=spf1 include:gone.example ip4:203.0.113.26 -all"
mail.example.co.jp. A 203.0.113.25
`

// voidPolicy has more terms that may find nothing than receivers allow, and no
// vendor.
const voidPolicy = `
example.co.jp. TXT "v=spf1 exists:%{i}.a.example exists:%{i}.b.example exists:%{i}.c.example a:mail.example.co.jp -all"
mail.example.co.jp. A 203.0.113.25
`

func TestFlattenGolden(t *testing.T) {
	all := func(o *flatten.Options) { o.All = true }
	check := func(o *flatten.Options) { o.Check = true }
	drop := func(terms ...string) func(*flatten.Options) { return func(o *flatten.Options) { o.Drop = terms } }
	const travel, company = "travel.example.co.jp.", "example.co.jp."
	tests := []struct {
		name, domain, lines string
		options             func(*flatten.Options)
		look                func(*TextOptions)
	}{
		{"flatten-vendors", travel, "", nil, nil},
		{"flatten-all", travel, "", all, nil},
		{"flatten-chain", company, manyNetworks(40), nil, nil},
		{"flatten-chain-panel", company, manyNetworks(40), nil, func(o *TextOptions) { o.Panel = true }},
		{"flatten-chain-verbose", company, manyNetworks(40), nil, func(o *TextOptions) { o.Verbose = true }},
		{"flatten-narrow", travel, "", nil, func(o *TextOptions) { o.Width = 50 }},
		{"flatten-color", company, movedPolicy, check, func(o *TextOptions) { o.Color = true }},
		{"flatten-too-big", company, manyNetworks(300), nil, nil},
		{"flatten-broken", company, brokenPolicy, nil, nil},
		{"flatten-dropped", company, oddPolicy, drop("include:_spf.example.net", "include:%{l}.example.net"), nil},
		{"flatten-dropped-below", company, belowPolicy, func(o *flatten.Options) {
			o.Drop, o.Source, o.SourceGiven = []string{"include:gone.example"}, "_kept.example.co.jp.", true
		}, nil},
		{"flatten-unkept", company, belowPolicy, func(o *flatten.Options) { o.Drop, o.Source = []string{"include:gone.example"}, "" }, nil},
		{"flatten-voids", company, voidPolicy, nil, nil},
		{"flatten-bound", company, boundPolicy, nil, nil},
		{"flatten-open", company, openPolicy, nil, nil},
		{"flatten-none", "none.example.", oddPolicy, nil, nil},
		{"flatten-again", company, movedPolicy, nil, nil},
		{"flatten-stale", company, movedPolicy, check, nil},
		{"flatten-current", company, strings.ReplaceAll(strings.ReplaceAll(movedPolicy, "ip4:203.0.113.25", "ip4:203.0.113.90"), "mail.example.co.jp. AAAA 2001:db8::90\n", ""), check, nil},
		{"flatten-flat", company, strings.ReplaceAll(strings.ReplaceAll(movedPolicy, "ip4:203.0.113.25", "ip4:203.0.113.90"), "mail.example.co.jp. AAAA 2001:db8::90\n", ""), nil, nil},
		{"flatten-no-source", company, strings.ReplaceAll(movedPolicy, "_spf-source.", "_other."), check, nil},
	}
	for _, test := range tests {
		for lang, suffix := range map[string]string{"en": "", "ja": "-ja"} {
			t.Run(test.name+suffix, func(t *testing.T) {
				got := renderFlattened(t, options(t, lang, test.look), flattenedOf(t, lang, test.domain, test.lines, test.options))
				sameAsFile(t, test.name+suffix+".golden", got)
			})
		}
	}
}

// Every policy of the scenarios gives a plan that fits the schema, reads well in
// both languages and prints from JSON as it does from memory.
func TestEveryPolicyIsFlattened(t *testing.T) {
	s := compileSchema(t, "flatten.schema.json")
	verdicts := map[flatten.Verdict]int{}
	visit := func(name, domain string, r resolver.Resolver, change func(*flatten.Options)) {
		plan := planOf(t, domain, r, change)
		verdicts[plan.Verdict]++
		for _, lang := range []string{"en", "ja"} {
			f := BuildFlattened(plan, DNS{Questions: 1, ElapsedMS: 2}, texts(t, lang))
			var back FlattenDocument
			validate(t, s, FlattenDocument{Header{Version, Tool{"mailauth", "test"}, lang, "zone"}, []Flattened{f}, []Problem{}}, &back)
			got := renderFlattened(t, options(t, lang, nil), f)
			if saved := renderFlattened(t, options(t, lang, nil), back.Plans[0]); saved != got {
				t.Errorf("%s, %s: printed from JSON it differs:\n%s\n---\n%s", name, lang, saved, got)
			}
			checkPage(t, name+", "+lang, withoutRecords(got))
			if strings.Contains(got, "flatten.") && !strings.Contains(name, "flatten") {
				t.Errorf("%s, %s: a text is missing\n%s", name, lang, got)
			}
		}
	}
	for _, folder := range []string{"../../../fixtures/rules", "../../../fixtures/traps"} {
		scenarios, err := fixtures.LoadAll(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, scenario := range scenarios {
			visit(scenario.Name, scenario.Domain, scenario.Resolver(scenario.Zones), nil)
			visit(scenario.Name+" --all", scenario.Domain, scenario.Resolver(scenario.Zones), func(o *flatten.Options) { o.All = true })
		}
	}
	for _, lines := range []string{oddPolicy, openPolicy, brokenPolicy, movedPolicy, boundPolicy, manyNetworks(40), manyNetworks(300)} {
		visit("example.co.jp.", "example.co.jp.", policyWorld(t, lines), nil)
		visit("example.co.jp. --check", "example.co.jp.", policyWorld(t, lines), func(o *flatten.Options) { o.Check = true })
	}
	for _, v := range []flatten.Verdict{flatten.Fits, flatten.TooBig, flatten.Broken, flatten.Unknown, flatten.Stale} {
		if verdicts[v] == 0 {
			t.Errorf("no policy is %s: %v", v, verdicts)
		}
	}
}

// withoutRecords leaves out lines that are for copying, which are never broken.
func withoutRecords(page string) string {
	var kept []string
	for _, line := range strings.Split(page, "\n") {
		if text := strings.TrimSpace(line); !strings.HasPrefix(text, "+ ") && !strings.HasPrefix(text, "- ") && !strings.HasPrefix(text, "--drop") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}
