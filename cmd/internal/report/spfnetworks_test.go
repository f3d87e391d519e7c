package report

import (
	"encoding/csv"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/spf"
)

func networksOf(t *testing.T, lang, domain, lines string) SPFNetworks {
	return BuildNetworks(policyFacts(t, domain, lines), DNS{Questions: 14, ElapsedMS: 52}, texts(t, lang))
}

func renderNetworks(t *testing.T, o TextOptions, policies ...SPFNetworks) string {
	t.Helper()
	var b strings.Builder
	text := NewText(&b, o)
	for _, p := range policies {
		if err := text.Networks(p); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// coveredPolicy has terms that others cover, in whole or in part, and a list of
// senders to be refused.
const coveredPolicy = `
example.co.jp. TXT "v=spf1 -exists:%{i}.bl.example mx ip4:203.0.113.64/28 ip6:2001:db8::25 include:_spf.example.co.jp include:b.example ?include:c.example ~all"
example.co.jp. MX 10 mail.example.co.jp.
mail.example.co.jp. A 203.0.113.65
_spf.example.co.jp. TXT "v=spf1 ip4:192.0.2.0/25 include:in.example include:in.example ~all"
b.example. TXT "v=spf1 include:in.example ip4:192.0.2.0/27 -all"
c.example. TXT "v=spf1 ip4:192.0.2.128/25 -all"
in.example. TXT "v=spf1 ip4:198.51.100.0/24 ip6:2001:db8:1::/64 -all"
`

// overPolicy goes over the limit with what it lists last.
const overPolicy = `
example.co.jp. TXT "v=spf1 include:five.example include:five.example ip4:192.0.2.0/24 include:gone.example -all"
five.example. TXT "v=spf1 a:h.example a:h.example a:h.example a:h.example a:h.example ?all"
h.example. A 203.0.113.1
h.example. AAAA 2001:db8::1
`

// redirectPolicy leads to another record, which has what passes.
const redirectPolicy = `
example.co.jp. TXT "v=spf1 ip4:203.0.113.25 redirect=_spf.example.co.jp"
_spf.example.co.jp. TXT "v=spf1 ip4:203.0.113.64/28 include:_spf.example.net ~all"
_spf.example.net. TXT "v=spf1 ip4:198.51.100.0/24 -all"
`

// decidesPolicy has a macro that may spare listed addresses permerror, but does
// not let them pass.
const decidesPolicy = `
ne.example. TXT "v=spf1 ?exists:%{l}.x.ne.example a:v1.ne.example a:v2.ne.example a:v3.ne.example ip4:192.0.2.7 -all"
`

// riskPolicy has one that may let them pass before the limits end all.
const riskPolicy = `
risk.example. TXT "v=spf1 exists:%{l}.risk.example a a a a a a a a a a ip4:192.0.2.77 -all"
risk.example. A 192.0.2.2
`

// needsPolicy has a network that an include brings too, beyond the limit.
const needsPolicy = `
lim.example. TXT "v=spf1 ip4:198.51.100.0/24 a:h.example a:h.example a:h.example a:h.example a:h.example a:h.example a:h.example a:h.example a:h.example a:h.example include:q.example -all"
h.example. A 192.0.2.3
h.example. AAAA 2001:db8::3
q.example. TXT "v=spf1 ip4:198.51.100.0/24 ip4:203.0.113.0/24 -all"
`

// roundPolicy leads back to itself.
const roundPolicy = `
self.example. TXT "v=spf1 ip4:192.0.2.7 include:self.example -all"
x.example. TXT "v=spf1 ip4:192.0.2.7 redirect=y.example"
y.example. TXT "v=spf1 ip4:192.0.2.8 redirect=x.example"
`

// The verdicts, which are the exit statuses, agree with what is told of them.
func TestVerdictsOfPolicies(t *testing.T) {
	tests := []struct {
		domain, lines  string
		tree, networks checks.Status
	}{
		{"ne.example.", decidesPolicy, checks.StatusFail, checks.StatusFail},
		{"risk.example.", riskPolicy, checks.StatusWarn, checks.StatusWarn},
		{"self.example.", roundPolicy, checks.StatusFail, checks.StatusPass},
		{"x.example.", roundPolicy, checks.StatusFail, checks.StatusPass},
		{"example.co.jp.", overPolicy, checks.StatusFail, checks.StatusFail},
	}
	for _, test := range tests {
		tree, networks := treeOf(t, "en", test.domain, test.lines), networksOf(t, "en", test.domain, test.lines)
		if tree.Verdict != test.tree || networks.Verdict != test.networks {
			t.Errorf("%s: tree %s, networks %s; want %s and %s", test.domain, tree.Verdict, networks.Verdict, test.tree, test.networks)
		}
	}
}

func TestNetworksGolden(t *testing.T) {
	verbose := func(o *TextOptions) { o.Verbose = true }
	tests := []struct {
		name, domain, lines string
		change              func(*TextOptions)
	}{
		{"networks-travel", "travel.example.co.jp.", "", nil},
		{"networks-verbose", "travel.example.co.jp.", "", verbose},
		{"networks-narrow", "travel.example.co.jp.", "", func(o *TextOptions) { o.Width = 50 }},
		{"networks-color", "shop.example.co.jp.", "", func(o *TextOptions) { o.Color = true }},
		{"networks-covered", "example.co.jp.", coveredPolicy, nil},
		{"networks-over", "example.co.jp.", overPolicy, nil},
		{"networks-open", "example.co.jp.", openPolicy, nil},
		{"networks-odd", "example.co.jp.", oddPolicy, nil},
		{"networks-nobody", "two.example.", "two.example. TXT \"v=spf1 -all\"", nil},
		{"networks-everybody", "two.example.", "two.example. TXT \"v=spf1 +all\"", nil},
		{"networks-decides", "ne.example.", decidesPolicy, nil},
		{"networks-risk", "risk.example.", riskPolicy, nil},
		{"networks-needs", "lim.example.", needsPolicy, nil},
		{"networks-self", "self.example.", roundPolicy, nil},
		{"networks-round", "x.example.", roundPolicy, nil},
		{"networks-redirect", "example.co.jp.", redirectPolicy, nil},
		{"networks-none", "none.example.", oddPolicy, nil},
	}
	for _, test := range tests {
		for lang, suffix := range map[string]string{"en": "", "ja": "-ja"} {
			t.Run(test.name+suffix, func(t *testing.T) {
				sameAsFile(t, test.name+suffix+".golden", renderNetworks(t, options(t, lang, test.change), networksOf(t, lang, test.domain, test.lines)))
			})
		}
	}
}

// Every policy can be told in both languages, fits the schema, keeps to the
// width, says the same from JSON, and shows nothing that a terminal would obey.
func TestEveryPolicyHasNetworks(t *testing.T) {
	s := compileSchema(t, "networks.schema.json")
	everyPolicy(t, func(name string, f *spf.Facts) {
		for _, lang := range []string{"en", "ja"} {
			networks := BuildNetworks(f, DNS{Questions: 1, ElapsedMS: 2}, texts(t, lang))
			var back NetworksDocument
			validate(t, s, NetworksDocument{Header{Version, Tool{"mailauth", "test"}, lang, "zone"}, []SPFNetworks{networks}, []Problem{}}, &back)
			got := renderNetworks(t, options(t, lang, nil), networks)
			if saved := renderNetworks(t, options(t, lang, nil), back.Policies...); saved != got {
				t.Errorf("%s, %s: printed from JSON it differs:\n%s\n---\n%s", name, lang, saved, got)
			}
			checkPage(t, name+", "+lang, got)
			checkWords(t, name+", "+lang+", -v", renderNetworks(t, options(t, lang, func(o *TextOptions) { o.Verbose = true }), networks))
			for _, row := range tableOf(t, networks) {
				for _, cell := range row {
					if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r") {
						t.Errorf("%s: the cell %q is a formula", name, cell)
					}
				}
			}
		}
	})
}

func tableOf(t *testing.T, policies ...SPFNetworks) [][]string {
	t.Helper()
	var b strings.Builder
	if err := NetworksCSV(&b, policies); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestNetworksCSV(t *testing.T) {
	tests := []struct {
		why, domain, lines string
		want               []string
	}{
		{"what passes, and what is listed and does not", "example.co.jp.", overPolicy, []string{
			"domain|family|network|addresses|status|results|via|reason",
			"example.co.jp|IPv4|203.0.113.1/32|1|pass|pass|include:five.example > a:h.example; include:five.example > a:h.example|",
			"example.co.jp|IPv6|2001:db8::1/128|1|pass|pass|include:five.example > a:h.example; include:five.example > a:h.example|",
			"example.co.jp|IPv4|192.0.2.0/24|256|error|permerror|ip4:192.0.2.0/24|lookups: include:five.example of example.co.jp",
		}},
		{"terms that a spreadsheet would take for a formula", "example.co.jp.", `example.co.jp. TXT "v=spf1 +ip4:192.0.2.1 -exists:%{i}.bl.example +a:h.example -all"
h.example. A 192.0.2.7
h.example. AAAA 2001:db8::7
`, []string{
			"domain|family|network|addresses|status|results|via|reason",
			"example.co.jp|IPv4|192.0.2.1/32|1|pass|pass|'+ip4:192.0.2.1|",
			"example.co.jp|IPv4|192.0.2.7/32|1|depends|pass,fail|'+a:h.example|match: -exists:%{i}.bl.example of example.co.jp",
			"example.co.jp|IPv6|2001:db8::7/128|1|depends|pass,fail|'+a:h.example|match: -exists:%{i}.bl.example of example.co.jp",
		}},
		{"listed, and the message decides what they get in place of pass", "ne.example.", decidesPolicy, []string{
			"domain|family|network|addresses|status|results|via|reason",
			"ne.example|IPv4|192.0.2.7/32|1|error|neutral,permerror|ip4:192.0.2.7|voids: a:v2.ne.example of ne.example; voids: a:v3.ne.example of ne.example",
		}},
		{"an answer that is missing", "example.co.jp.", openPolicy, []string{
			"domain|family|network|addresses|status|results|via|reason",
			"example.co.jp|IPv4|192.0.2.1/32|1|pass|pass|ip4:192.0.2.1|",
			"example.co.jp|IPv4|0.0.0.0/1|2147483648|unknown|unknown||dns: a:www.example.net of example.co.jp: offline",
		}},
		{"nobody", "two.example.", "two.example. TXT \"v=spf1 -all\"", []string{"domain|family|network|addresses|status|results|via|reason"}},
	}
	for _, test := range tests {
		var got []string
		for _, row := range tableOf(t, networksOf(t, "en", test.domain, test.lines)) {
			for i := range row {
				row[i] = strings.ReplaceAll(row[i], "|", ",")
			}
			got = append(got, strings.Join(row, "|"))
		}
		if len(got) < len(test.want) || len(got) > len(test.want) && test.lines != openPolicy {
			t.Errorf("%s: %d lines, want %d:\n%s", test.why, len(got), len(test.want), strings.Join(got, "\n"))
			continue
		}
		for i, want := range test.want {
			if got[i] != want {
				t.Errorf("%s:\n%s\nwant\n%s", test.why, got[i], want)
			}
		}
	}
}
