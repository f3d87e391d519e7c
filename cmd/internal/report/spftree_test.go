package report

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"mailauth/checks/spf"
	"mailauth/fixtures"
	"mailauth/resolver"
	"mailauth/resolver/zone"
)

// policyFacts expands the policy of a domain.
func policyFacts(t *testing.T, domain, lines string) *spf.Facts {
	t.Helper()
	return spf.Expand(context.Background(), policyWorld(t, lines), domain, spf.Identity{})
}

// policyWorld is the DNS of a policy; lines are its zone at the root, without
// them the fixtures are asked.
func policyWorld(t *testing.T, lines string) resolver.Resolver {
	t.Helper()
	var zones []*resolver.Zone
	read := func(path, text string) {
		found, err := zone.Read(path, strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		zones = append(zones, found...)
	}
	if strings.HasPrefix(lines, "$ORIGIN") {
		read("-", lines)
	} else if lines != "" {
		read("-", "$ORIGIN .\n$TTL 3600\n@ SOA a. b. 1 1 1 1 1\n@ NS a.\n"+lines)
	} else {
		read("../../../fixtures", "")
		read("../../../fixtures/world", "")
	}
	return resolver.Overlay(zones, resolver.NoResolver())
}

func treeOf(t *testing.T, lang, domain, lines string) SPFTree {
	return BuildTree(policyFacts(t, domain, lines), DNS{Questions: 14, ElapsedMS: 52}, texts(t, lang))
}

func renderTree(t *testing.T, o TextOptions, trees ...SPFTree) string {
	t.Helper()
	var b strings.Builder
	text := NewText(&b, o)
	for _, tree := range trees {
		if err := text.Tree(tree); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// sameAsFile compares what was printed with a file.
func sameAsFile(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
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

// oddPolicy has everything that can be odd about a record, but a mistake.
const oddPolicy = `
example.co.jp. TXT "v=spf1 mx include:_spf.example.net exists:%{i}.example.net ptr a:v4.example.co.jp exists:no.example.co.jp include:%{l}.example.net -all a:late.example.co.jp"
example.co.jp. MX 10 mail.example.co.jp.
mail.example.co.jp. A 203.0.113.25
mail.example.co.jp. AAAA 2001:db8::25
v4.example.co.jp. A 203.0.113.26
_spf.example.net. TXT "v=spf1 include:gone.example include:two.example include:none.example include:_spf.example.net include:bad.example ?ip4:192.0.2.1 x=moo include:esc.example -all"
esc.example. TXT "v=spf1 x=\027[31m a:\226\128\174.example -all"
two.example. TXT "v=spf1 -all"
two.example. TXT "v=spf1 ~all"
none.example. TXT "nothing"
bad.example. TXT "v=spf1 ipv4:192.0.2.1 -all"
`

// openPolicy leads out of its zone, where nobody is asked.
const openPolicy = `$ORIGIN example.co.jp.
@ 3600 SOA ns hostmaster 1 1 1 1 1
@ 3600 NS ns
@ 3600 TXT "v=spf1 ip4:192.0.2.1 a:www.example.net include:_spf.example.net include:_spf.example.jp -all"
`

// familyPolicy leads IPv4 and IPv6 senders elsewhere.
const familyPolicy = `
v.example. TXT "v=spf1 include:%{v}.v.example a:h.v.example -all"
in-addr.v.example. TXT "v=spf1 ip4:192.0.2.1 include:more.v.example -all"
ip6.v.example. TXT "v=spf1 a:h.v.example a:h.v.example ip6:2001:db8::/32 -all"
more.v.example. TXT "v=spf1 ip4:192.0.2.9 -all"
h.v.example. A 192.0.2.7
h.v.example. AAAA 2001:db8:9::1
`

func TestTreeGolden(t *testing.T) {
	tests := []struct {
		name, domain, lines string
		change              func(*TextOptions)
	}{
		{"tree-over", "travel.example.co.jp.", "", nil},
		{"tree-verbose", "travel.example.co.jp.", "", func(o *TextOptions) { o.Verbose = true }},
		{"tree-color", "travel.example.co.jp.", "", func(o *TextOptions) { o.Color = true }},
		{"tree-narrow", "travel.example.co.jp.", "", func(o *TextOptions) { o.Width = 50 }},
		{"tree-open", "example.co.jp.", openPolicy, nil},
		{"tree-gone", "deep.example.jp.", "", nil},
		{"tree-odd", "example.co.jp.", oddPolicy, nil},
		{"tree-families", "v.example.", familyPolicy, nil},
		{"tree-mistake", "bad.example.", oddPolicy, nil},
		{"tree-several", "two.example.", oddPolicy, nil},
		{"tree-risk", "risk.example.", riskPolicy, nil},
		{"tree-self", "self.example.", roundPolicy, nil},
		{"tree-round", "x.example.", roundPolicy, nil},
		{"tree-none", "none.example.", oddPolicy, nil},
	}
	for _, test := range tests {
		for lang, suffix := range map[string]string{"en": "", "ja": "-ja"} {
			t.Run(test.name+suffix, func(t *testing.T) {
				sameAsFile(t, test.name+suffix+".golden", renderTree(t, options(t, lang, test.change), treeOf(t, lang, test.domain, test.lines)))
			})
		}
	}
}

// A chain of includes as long as the questions reach, and a record of hundreds
// of terms, leave the page readable, and it says what it leaves out.
func TestLargeTreesAreCut(t *testing.T) {
	var chain, wide strings.Builder
	for i := range 60 {
		fmt.Fprintf(&chain, "n%d.example. TXT \"v=spf1 include:n%d.example -all\"\n", i, i+1)
	}
	fmt.Fprint(&wide, `wide.example. TXT "v=spf1`)
	for i := range 400 {
		fmt.Fprintf(&wide, " include:n%d.example\" \"", i)
	}
	fmt.Fprint(&wide, "\"\n")
	for _, test := range []struct{ domain, lines, deep, rows string }{
		{"n0.example.", chain.String(), "deeper: 48 more lookups (-v)", ""},
		{"wide.example.", wide.String(), "", "more rows (-v)"},
	} {
		tree := treeOf(t, "en", test.domain, test.lines)
		short, long := renderTree(t, options(t, "en", nil), tree), renderTree(t, options(t, "en", func(o *TextOptions) { o.Verbose = true }), tree)
		if !strings.Contains(short, test.deep) || !strings.Contains(short, test.rows) {
			t.Errorf("%s: it does not say %q or %q:\n%s", test.domain, test.deep, test.rows, short)
		}
		if n := strings.Count(short, "\n"); n > mostRows+30 {
			t.Errorf("%s: %d lines", test.domain, n)
		}
		if strings.Contains(long, "(-v)") {
			t.Errorf("%s: -v leaves something out", test.domain)
		}
	}
}

func compileSchema(t *testing.T, file string) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile("../../../docs/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// validate writes a document, checks it against a schema and reads it back.
func validate(t *testing.T, s *jsonschema.Schema, document, back any) {
	t.Helper()
	var b bytes.Buffer
	if err := WriteJSON(&b, document); err != nil {
		t.Fatal(err)
	}
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(parsed); err != nil {
		t.Errorf("%v\n%.2000s", err, b.String())
	}
	if err := json.Unmarshal(b.Bytes(), back); err != nil {
		t.Fatal(err)
	}
}

// everyPolicy visits the policies of all scenarios, and some odd ones.
func everyPolicy(t *testing.T, visit func(name string, f *spf.Facts)) {
	for _, folder := range []string{"../../../fixtures/rules", "../../../fixtures/traps"} {
		scenarios, err := fixtures.LoadAll(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range scenarios {
			visit(s.Name, spf.Expand(context.Background(), s.Resolver(s.Zones), s.Domain, spf.Identity{}))
		}
	}
	for _, domain := range []string{"example.co.jp.", "bad.example.", "two.example.", "none.example.", "gone.example."} {
		visit(domain, policyFacts(t, domain, oddPolicy))
	}
	visit("families", policyFacts(t, "v.example.", familyPolicy))
	visit("open", policyFacts(t, "example.co.jp.", openPolicy))
	for _, domain := range []string{"travel.example.co.jp.", "deep.example.jp."} {
		visit(domain, policyFacts(t, domain, ""))
	}
}

// Every policy can be drawn in both languages, fits the schema, keeps to the
// width and shows nothing that a terminal would obey.
func TestEveryPolicyIsDrawn(t *testing.T) {
	s := compileSchema(t, "tree.schema.json")
	everyPolicy(t, func(name string, f *spf.Facts) {
		for _, lang := range []string{"en", "ja"} {
			tree := BuildTree(f, DNS{Questions: 1, ElapsedMS: 2}, texts(t, lang))
			var back TreeDocument
			validate(t, s, TreeDocument{Header{Version, Tool{"mailauth", "test"}, lang, "zone"}, []SPFTree{tree}, []Problem{}}, &back)
			got := renderTree(t, options(t, lang, nil), tree)
			if saved := renderTree(t, options(t, lang, nil), back.Trees...); saved != got {
				t.Errorf("%s, %s: printed from JSON it differs:\n%s\n---\n%s", name, lang, saved, got)
			}
			checkPage(t, name+", "+lang, got)
			checkWords(t, name+", "+lang+", -v", renderTree(t, options(t, lang, func(o *TextOptions) { o.Verbose = true }), tree))
		}
	})
}

// checkPage reports what no page may have. A line with one long word is that
// word alone.
func checkPage(t *testing.T, name, page string) {
	t.Helper()
	checkWords(t, name, page)
	for _, line := range strings.Split(page, "\n") {
		if Width(line) > 80 && len(strings.Fields(strings.Trim(line, "0123456789 │├└"))) > 1 {
			t.Errorf("%s: %d columns: %q", name, Width(line), line)
		}
	}
}

// checkWords reports texts that are missing, and what a terminal would obey.
func checkWords(t *testing.T, name, page string) {
	t.Helper()
	if missing := missingText.FindString(page); missing != "" || strings.Contains(page, "tree.") || strings.Contains(page, "networks.") {
		t.Errorf("%s: a text is missing: %q\n%s", name, missing, page)
	}
	for _, c := range page {
		if c != '\n' && !visible(c) {
			t.Errorf("%s: %U is printed in\n%s", name, c, page)
			return
		}
	}
}

func TestMagnitude(t *testing.T) {
	tests := []struct {
		prefixes []string
		want     string
	}{
		{[]string{"192.0.2.1/32"}, "1 IPv4 address"},
		{[]string{"0.0.0.0/0"}, "4,294,967,296 IPv4 addresses"},
		{[]string{"2001:db8::25/128", "2001:db8::26/128"}, "2 IPv6 addresses"},
		{[]string{"2001:db8::/96"}, "4,294,967,296 IPv6 addresses"},
		{[]string{"2001:db8::/80"}, "2^48 IPv6 addresses"},
		{[]string{"2001:db8::/80", "2001:db8:0:0:1::/82"}, "≈3.51×10^14 IPv6 addresses"},
		{[]string{"2001:db8::/64"}, "1 IPv6 /64 network"},
		{[]string{"2001:db8::/64", "2001:db8:1::25/128"}, "≈1 IPv6 /64 network"},
		{[]string{"2001:db8::/32"}, "4,294,967,296 IPv6 /64 networks"},
		{[]string{"::/0"}, "2^128 IPv6 addresses"},
	}
	for _, test := range tests {
		list := make([]netip.Prefix, 0, len(test.prefixes))
		for _, p := range test.prefixes {
			list = append(list, netip.MustParsePrefix(p))
		}
		family := "ipv6"
		if list[0].Addr().Is4() {
			family = "ipv4"
		}
		p := page{Text: NewText(nil, options(t, "en", nil))}
		if got := p.amount(family, list); got != test.want {
			t.Errorf("%v: %q, want %q", test.prefixes, got, test.want)
		}
	}
}

// One address does not pass, several do not, and who decides is named.
func TestNumbersAndWhoDecides(t *testing.T) {
	const gone = `v=spf1 a:no.example a:no.example a:no.example `
	tests := []struct{ record, want string }{
		{gone + "ip4:192.0.2.7 -all", "1 IPv4 address of ip4:192.0.2.7 does not pass"},
		{gone + "ip4:192.0.2.0/24 -all", "256 IPv4 addresses of ip4:192.0.2.0/24 do not pass"},
		{"v=spf1 exists:%{ir}.list.example -all", "exists:%{ir}.list.example  depends on the address"},
		{"v=spf1 ptr -all", "ptr  depends on the address"},
		{"v=spf1 exists:%{ir}.%{L}.list.example -all", "exists:%{ir}.%{L}.list.example  depends on the message"},
	}
	for _, test := range tests {
		got := renderTree(t, options(t, "en", nil), treeOf(t, "en", "one.example.", `one.example. TXT "`+test.record+`"`))
		if !strings.Contains(strings.Join(strings.Fields(got), " "), strings.Join(strings.Fields(test.want), " ")) {
			t.Errorf("%s: no %q in\n%s", test.record, test.want, got)
		}
	}
}
