package spf

import (
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/catalog"
	"mailauth/resolver"
)

// domainWith is example.co.jp with TXT records in master-file form.
func domainWith(t *testing.T, txt ...string) *Domain {
	t.Helper()
	d := &Domain{Name: "example.co.jp."}
	answer := resolver.Answer{Status: resolver.Data}
	for _, text := range txt {
		data, err := resolver.ParseRData(resolver.TypeTXT, text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		answer.Records = append(answer.Records, resolver.Record{Name: d.Name, TTL: 3600, Data: data})
	}
	d.read(checks.Result{Answer: answer}, d.Name)
	return d
}

// judgeText judges the texts at one name.
func judgeText(d *Domain) []checks.Finding {
	return judgeTwice(func(k *desk) []checks.Finding { return k.judgeText(d) })
}

func TestJudgeText(t *testing.T) {
	for _, tt := range []struct {
		txt  []string
		want []string // severity and rule, and the key where it matters
		why  string
	}{
		{[]string{`"v=spf1 mx -all"`, `"google-site-verification=spf1"`}, nil, "all is well"},
		{[]string{`"v=spf1 mx ~all"`, `"v-spf1 a -all"`}, nil, "a leftover beside a good record harms nobody"},
		{[]string{`"v-spf1 mx -all"`}, []string{"error spf-lookalike"}, ""},
		{[]string{`"v-spf1 mx -all"`, `"spf1 a -all"`}, []string{"error spf-lookalike", "error spf-lookalike"}, "two attempts"},
		{[]string{`"\"v=spf1 mx -all\""`}, []string{"error spf-quotes"}, ""},
		{[]string{`"v=spf1" "mx -all"`}, []string{"error spf-string-join"}, ""},
		{[]string{`"v=spf1 mx" "a -all"`}, []string{"error spf-string-join"}, ""},
		{[]string{`"v=spf1 " "mx -all"`}, nil, "split as it should be"},
		{[]string{`"spf2.0/pra -all"`}, []string{"info spf-senderid"}, "never a lookalike"},
		{[]string{`"v=spf1 mx -all"`, `"v=spf1 mx -all "`}, []string{"error spf-multiple"}, "the same twice is twice"},
		{[]string{`"v=spf1 mx -all"`, `"v=spf1 moo -all"`}, []string{"error spf-multiple", "error spf-unknown-mech"}, "two causes"},
		{[]string{`"v=spf1 include: _spf.example.net ipv4:192.0.2.1~all"`}, []string{"error spf-empty-arg", "error spf-unknown-mech"}, "one finding for each broken term"},
		{[]string{`"v=spf1 moo mx moo -all"`}, []string{"error spf-unknown-mech", "error spf-unknown-mech"}, ""},
		{[]string{`"v=spf1 mx -all v=spf1 a -all"`}, []string{"error spf-version-repeated"}, "the second part is dead"},
		{[]string{`"v=spf1 mx v=spf1 a -all"`}, []string{"info spf-version-repeated"}, "all terms are alive"},
		{[]string{`"v=spf1 mx include:_spf.example.net. default=x -all"`}, []string{"info spf-trailing-dot", "info spf-unknown-modifier"}, ""},
		{[]string{`"v=spf1 mx\009-all"`}, []string{"error spf-control-char"}, ""},
		{[]string{`"` + "v=spf1" + strings.Repeat(" ip4:192.0.2.1", 20) + `"`}, []string{"error spf-len-string"}, "286 octets in a zone file"},
		{[]string{`"` + "v=spf1" + strings.Repeat(" ip4:192.0.2.1", 17) + `" "` + strings.Repeat(" ip4:192.0.2.1", 17) + `"`}, nil, "long, but split"},
	} {
		var got []string
		for _, f := range judgeText(domainWith(t, tt.txt...)) {
			got = append(got, f.Severity.String()+" "+f.Rule.ID)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s\n got %v\nwant %v (%s)", tt.txt, got, tt.want, tt.why)
		}
	}
}

func TestJudgeTextUnknown(t *testing.T) {
	d := &Domain{Name: "example.co.jp."}
	d.read(checks.Result{Err: &resolver.Error{Kind: resolver.Timeout}}, d.Name)
	if got := judgeText(d); got != nil {
		t.Errorf("an answer that nobody gave raises %v", got)
	}
}

// The text that a fix publishes; "|" between records, "?" before choices.
func TestTextFixes(t *testing.T) {
	for _, tt := range []struct {
		txt  []string
		want string
	}{
		{[]string{`"v=spf1 mx -all"`, `"v=spf1 +include:_spf.example.net -all"`}, `"v=spf1 mx include:_spf.example.net -all"`},
		{[]string{`"v=spf1 mx -all"`, `"v=spf1 a ~all"`}, `"<record>" ? v=spf1 mx a -all, v=spf1 mx a ~all`},
		{[]string{`"v-spf1 mx -all"`, `"spf1 a -all"`}, `"v=spf1 mx a -all"`},
		{[]string{`"MS=ms12345678; v=spf1 mx -all"`}, `"v=spf1 mx -all" | "MS=ms12345678"`},
		{[]string{`"v-spf1 mx -all v=spf1 a ~all"`}, `"<record>" ? v=spf1 mx a -all, v=spf1 mx a ~all`},
		{[]string{`"v=spf1 moo ipv4:192.0.2.1 -all"`}, ``},
		{[]string{`"v=spf1 ipv4:192.0.2.1 moo -all"`}, `"v=spf1 ip4:192.0.2.1 moo -all"`},
		{[]string{`"v=spf1 include: -all"`}, `"v=spf1 include:<domain> -all" ? `},
		{[]string{`"v=spf1 ip4 -all"`}, `"v=spf1 ip4:<address> -all" ? `},
		{[]string{`"v=spf1 mail.example.net host:mail.example.net -all"`}, `"v=spf1 <term> host:mail.example.net -all" ? a:mail.example.net, include:mail.example.net`},
		{[]string{`"spf2.0/pra mx -all"`}, ``},
		{[]string{`"v=spf1 include:_spf.example.net. default=x -all"`}, `"v=spf1 include:_spf.example.net -all"`},
		{[]string{`"v=spf1 mx default=x -all"`}, `"v=spf1 mx -all"`},
	} {
		fixes := judgeText(domainWith(t, tt.txt...))[0].Fixes
		got := ""
		if len(fixes) > 0 {
			got = strings.Join(fixes[0].Edits[0].Add, " | ")
			for _, c := range fixes[0].Choices {
				got += " ? " + strings.Join(c.Values, ", ")
			}
		}
		if got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.txt, got, tt.want)
		}
	}
}

// A record has one fix, however much is wrong with it.
func TestOneFixForOneRecord(t *testing.T) {
	for _, tt := range []struct {
		txt  []string
		want string
	}{
		{[]string{`"v=spf1 ipv4:192.0.2.1 include: _spf.example.net. default=x -all."`}, `"v=spf1 ip4:192.0.2.1 include:_spf.example.net -all"`},
		{[]string{`"v=spf1 ipv4:192.0.2.1 moo -all."`}, `"v=spf1 ip4:192.0.2.1 moo -all"`},
		{[]string{`"v=spf1 ipv4:192.0.2.1 -all."`, `"v=spf1 mx, -all"`}, `"v=spf1 ip4:192.0.2.1 mx -all"`},
		{[]string{`"v=spf1` + strings.Repeat(" ip4:192.0.2.1", 18) + ` -all."`}, `"v=spf1` + strings.Repeat(" ip4:192.0.2.1", 17) + ` " "ip4:192.0.2.1 -all"`},
	} {
		edits := map[string]bool{}
		for _, f := range judgeText(domainWith(t, tt.txt...)) {
			for _, fix := range f.Fixes {
				edits[strings.Join(fix.Edits[0].Add, " ")] = true
			}
		}
		if len(edits) != 1 || !edits[tt.want] {
			t.Errorf("%s\n got %v\nwant %s", tt.txt, edits, tt.want)
		}
	}
}

// Nobody edits the record that an alias leads to.
func TestNoFixForForeignRecord(t *testing.T) {
	d := domainWith(t, `"v=spf1 moo: ipv4:192.0.2.1 -all"`)
	d.Selected[0].Name = "_spf.example.net."
	for _, f := range judgeText(d) {
		if len(f.Fixes) > 0 {
			t.Errorf("%s proposes to edit %s", f.Rule.ID, f.Name)
		}
	}
}

// Every class has a rule, every rule its texts, and every text finds all that
// it names in the arguments of a finding.
func TestTextsOfTextRules(t *testing.T) {
	texts, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	known := slices.Concat(recordRules, syntaxRules)
	args := SyntaxError{}.args(&Domain{Name: "example.co.jp."}, &Record{})
	for p := NoProblem + 1; int(p) < len(problemRules); p++ {
		if !slices.Contains(known, p.Rule()) {
			t.Fatalf("problem %d has no rule that the check lists", p)
		}
		ids := []string{".title", ".message", ".mend", ".note"}
		for _, reason := range problemRules[p].notes {
			ids = append(ids, ".note-"+string(reason))
		}
		for _, id := range ids {
			names, ok := texts.Placeholders("en", p.Rule().ID+id)
			if !ok {
				t.Errorf("no text %s%s", p.Rule().ID, id)
			}
			for _, name := range names {
				if _, ok := args[name]; !ok {
					t.Errorf("%s%s names %q, which findings do not have", p.Rule().ID, id, name)
				}
			}
		}
	}
}

// Findings about one rule on one record can be told apart.
func TestTextKeys(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range judgeText(domainWith(t, `"v=spf1 moo mx moo: moo ,, -all. =x =x default=a op=b"`)) {
		if seen[f.Fingerprint()] {
			t.Errorf("two findings have the key %q of %s", f.Key, f.Rule.ID)
		}
		seen[f.Fingerprint()] = true
	}
	if len(seen) != 9 {
		t.Errorf("%d findings, want 9", len(seen))
	}
}

func TestShown(t *testing.T) {
	for text, want := range map[string]string{
		"ip4:192.0.2.1": "ip4:192.0.2.1", "a:メール.example.jp": "a:メール.example.jp",
		"mx\t": `mx\009`, "\x1b[31m": `\027[31m`, "\x96all": `\150all`, "a\u202eb": `a\226\128\174b`,
	} {
		if got := shown(text); got != want {
			t.Errorf("shown(%q) = %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{"–": "U+2013", "\t": "U+0009", "\x96": "0x96", "𝟏": "U+1D7CF", "": ""} {
		if got := codePoint(text); got != want {
			t.Errorf("codePoint(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestMeansAll(t *testing.T) {
	for text, want := range map[string]bool{
		"v=spf1 include:_spf.example.net-all": true, "v=spf1 mx all=x": true, "v=spf1 redirect=_spf.example.net-all": true,
		"v=spf1 include:https://_spf.example.net": false, "v=spf1 mx": false, "v=spf1 include:send-all.example.": false,
	} {
		if got := Parse(text).meansAll(); got != want {
			t.Errorf("%q means an all: %v, want %v", text, got, want)
		}
	}
}
