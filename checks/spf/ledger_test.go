package spf

import (
	"fmt"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
)

func TestLedgerCounts(t *testing.T) {
	tests := []struct {
		name         string
		lines        string
		lookups      int
		void4, void6 int
	}{
		{"addresses cost nothing", `
			example.co.jp TXT "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all"`, 0, 0, 0},
		{"every form of a and mx costs one", `
			example.co.jp TXT "v=spf1 a +a a/24 a:mail.example.co.jp a:mail.example.co.jp/24//64 mx ?mx/24 mx:example.co.jp//64 -all"
			example.co.jp A 192.0.2.1
			example.co.jp AAAA 2001:db8::1
			example.co.jp MX 10 mail.example.co.jp.
			mail.example.co.jp A 192.0.2.2
			mail.example.co.jp AAAA 2001:db8::2`, 8, 0, 0},
		{"bare all is no a, and names are not mechanisms", `
			example.co.jp TXT "v=spf1 include:send-all.example ip4:192.0.2.1 all"
			send-all.example TXT "v=spf1 ip4:192.0.2.9 -all"`, 1, 0, 0},
		{"qualified includes and redirect cost, exp does not", `
			example.co.jp TXT "v=spf1 ?include:a.example ~include:b.example exp=why.example redirect=c.example"
			a.example TXT "v=spf1 ip4:192.0.2.1"
			b.example TXT "v=spf1 ip4:192.0.2.2"
			c.example TXT "v=spf1 ip4:192.0.2.3 -all"
			why.example TXT "because"`, 3, 0, 0},
		{"redirect beside all costs nothing, wherever it stands", `
			example.co.jp TXT "v=spf1 redirect=a.example -all"
			a.example TXT "v=spf1 a mx -all"`, 0, 0, 0},
		{"terms after all cost nothing", `
			example.co.jp TXT "v=spf1 -all a mx include:a.example"`, 0, 0, 0},
		{"one include by two paths costs twice", `
			example.co.jp TXT "v=spf1 include:a.example include:b.example -all"
			a.example TXT "v=spf1 include:c.example -all"
			b.example TXT "v=spf1 include:c.example -all"
			c.example TXT "v=spf1 mx:d.example -all"
			d.example MX 10 mail.d.example.
			mail.d.example A 192.0.2.1`, 6, 0, 0},
		{"hosts of an mx do not count, nor do they as voids", `
			example.co.jp TXT "v=spf1 mx -all"
			example.co.jp MX 10 a.example.
			example.co.jp MX 20 b.example.
			example.co.jp MX 30 c.example.`, 1, 0, 0},
		{"a name with IPv4 only is void for IPv6 clients", `
			example.co.jp TXT "v=spf1 a:v4.example a:none.example exists:dead.example mx:nomx.example -all"
			v4.example A 192.0.2.1
			nomx.example A 192.0.2.1`, 4, 3, 4},
		{"the macro p costs a look-up more", `
			example.co.jp TXT "v=spf1 exists:%{p}.example.co.jp ptr -all"`, 3, 0, 0},
		{"constant macros are asked", `
			example.co.jp TXT "v=spf1 include:_spf.%{d} a:%{v}.%{d2} -all"
			_spf.example.co.jp TXT "v=spf1 a:mail.%{d} -all"
			mail._spf.example.co.jp A 192.0.2.1
			mail._spf.example.co.jp AAAA 2001:db8::1
			in-addr.co.jp A 192.0.2.1
			ip6.co.jp AAAA 2001:db8::2`, 3, 0, 0},
		{"a cycle is followed once", `
			example.co.jp TXT "v=spf1 include:a.example -all"
			a.example TXT "v=spf1 include:b.example -all"
			b.example TXT "v=spf1 include:a.example a -all"
			b.example A 192.0.2.1
			b.example AAAA 2001:db8::1`, 4, 0, 0},
		{"a target for each family: the dearer one counts", `
			example.co.jp TXT "v=spf1 include:%{v}.example a:last.example -all"
			in-addr.example TXT "v=spf1 a:none.example -all"
			ip6.example TXT "v=spf1 a:v6.example a:v6.example exists:none.example -all"
			v6.example AAAA 2001:db8::1
			last.example A 192.0.2.1
			last.example AAAA 2001:db8::2`, 5, 1, 1},
		{"names are read in any case", `
			example.co.jp TXT "V=SPF1 Include:A.example MX -ALL"
			example.co.jp MX 10 a.example.
			a.example TXT "v=spf1 -all"`, 2, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := factsOf(t, tt.lines).Ledger
			if l.Lookups != tt.lookups || l.Void4 != tt.void4 || l.Void6 != tt.void6 {
				t.Errorf("got %d look-ups, %d and %d void, want %d, %d and %d", l.Lookups, l.Void4, l.Void6, tt.lookups, tt.void4, tt.void6)
			}
		})
	}
}

func TestLedgerPaths(t *testing.T) {
	f := factsOf(t, `
		example.co.jp TXT "v=spf1 redirect=z.example include:a.example mx"
		example.co.jp MX 10 mail.example.co.jp.
		a.example TXT "v=spf1 include:b.example ?a -all"
		b.example TXT "v=spf1 include:a.example -all"
		z.example TXT "v=spf1 include:%{i}.z.example ~all"`)
	var got []string
	for _, e := range f.Ledger.Entries {
		line := fmt.Sprintf("%d %s %s =%d", e.N, strings.Join(e.Path, ">"), e.Term, e.Subtotal)
		if e.Cycle {
			line += " cycle"
		}
		got = append(got, line)
	}
	want := `1 example.co.jp. include:a.example =4
2 example.co.jp.>a.example. include:b.example =2
3 example.co.jp.>a.example.>b.example. include:a.example =1 cycle
4 example.co.jp.>a.example. ?a =1
5 example.co.jp. mx =1
6 example.co.jp. redirect=z.example =2
7 example.co.jp.>z.example. include:%{i}.z.example =1`
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("ledger:\n%s\nwant:\n%s", text, want)
	}
	if !f.Ledger.LowerBound || f.Final != "softfail" {
		t.Errorf("lower bound %v, final %q; want true, softfail", f.Ledger.LowerBound, f.Final)
	}
}

// Records that include each other twice over grow without end on paper.
func TestLedgerIsBounded(t *testing.T) {
	var lines strings.Builder
	fmt.Fprintln(&lines, `example.co.jp TXT "v=spf1 include:n0.example include:n0.example -all"`)
	for i := range 40 {
		fmt.Fprintf(&lines, "n%d.example TXT \"v=spf1 include:n%d.example include:n%d.example -all\"\n", i, i+1, i+1)
	}
	l := factsOf(t, lines.String()).Ledger
	if !l.Cut || len(l.Entries) != maxEntries || l.Lookups < maxEntries {
		t.Errorf("cut %v with %d entries and %d look-ups", l.Cut, len(l.Entries), l.Lookups)
	}
}

func TestRoundsAreTheDepthOfTheTree(t *testing.T) {
	tests := []struct {
		name  string
		lines string
		want  int
	}{
		{"a record with networks only", `
			example.co.jp TXT "v=spf1 ip4:192.0.2.0/29 -all"`, 1},
		{"an address with its reverse name, beside an include", `
			example.co.jp TXT "v=spf1 ip4:192.0.2.1 include:a.example -all"
			a.example TXT "v=spf1 -all"`, 2},
		{"includes side by side", `
			example.co.jp TXT "v=spf1 include:a.example include:b.example a exp=why.example -all"
			a.example TXT "v=spf1 -all"
			b.example TXT "v=spf1 -all"`, 2},
		{"three levels, and the hosts of the deepest mx", `
			example.co.jp TXT "v=spf1 include:a.example -all"
			a.example TXT "v=spf1 include:b.example -all"
			b.example TXT "v=spf1 mx -all"
			b.example MX 10 mail.b.example.`, 5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if f := factsOf(t, tt.lines); f.rounds != tt.want {
				t.Errorf("%d rounds, want %d", f.rounds, tt.want)
			}
		})
	}
}

// The CIDR is no part of the name, hidden terms are not asked, shared ones once.
func TestQuestions(t *testing.T) {
	w := newWorld(t, `
		example.co.jp TXT "v=spf1 a/24 mx/24 a:h.example/24//64 include:x.example include:y.example exists:%{i}.e.example ip4:192.0.2.1 -all include:late.example"
		example.co.jp MX 10 mail.example.co.jp.
		x.example TXT "v=spf1 include:z.example -all"
		y.example TXT "v=spf1 include:z.example redirect=late.example -all"`)
	w.audit(t)
	for _, q := range []string{"example.co.jp A", "example.co.jp AAAA", "example.co.jp MX", "mail.example.co.jp AAAA", "h.example A", "z.example TXT", "example.co.jp SPF"} {
		name, typ, _ := strings.Cut(q, " ")
		if n := w.asked[question(t, name, typ)]; n != 1 {
			t.Errorf("%s asked %d times, want once", q, n)
		}
	}
	for q := range w.asked {
		if strings.ContainsAny(q.Name, "/%") || strings.HasPrefix(q.Name, "late.") {
			t.Errorf("asked %s", q)
		}
	}
}

func TestBudgetLeavesTheRestUnknown(t *testing.T) {
	var record, rest strings.Builder
	for i := range 150 {
		fmt.Fprintf(&record, " include:n%d.example", i)
		fmt.Fprintf(&rest, "n%d.example TXT \"v=spf1 a a:x.n%d.example -all\"\n", i, i)
	}
	text := record.String()
	var quoted strings.Builder
	for i := 0; i < len(text); i += 200 {
		fmt.Fprintf(&quoted, " %q", text[i:min(i+200, len(text))])
	}
	lines := "example.co.jp TXT \"v=spf1\"" + quoted.String() + " \" -all\"\n" + rest.String()
	report, first := newWorld(t, lines).audit(t)
	if len(first.Static.Open) == 0 {
		t.Fatal("150 includes with two names each stay within 300 questions")
	}
	for range 3 {
		again := factsOf(t, lines)
		if strings.Join(again.Static.Open, "|") != strings.Join(first.Static.Open, "|") {
			t.Fatal("the budget leaves other questions open in another run")
		}
	}
	if first.Ledger.Lookups != 450 {
		t.Errorf("%d look-ups, want 450", first.Ledger.Lookups)
	}
	open := 0
	for _, f := range report.Findings {
		switch {
		case f.Rule == RuleANoAddr, f.Rule == RuleIncludeTempErr:
			t.Errorf("%s is raised for a question that was not asked", f.Rule.ID)
		case f.Rule == checks.TempFail && f.Args["error"] == string(resolver.OverBudget):
			open++
		}
	}
	if open == 0 {
		t.Error("no question is called over budget")
	}
}

// A record with thousands of terms that cost nothing, included over and over,
// does not fill the memory: what is left out is counted.
func TestTreeIsBounded(t *testing.T) {
	var lines strings.Builder
	fmt.Fprint(&lines, `example.co.jp TXT "v=spf1 `+strings.Repeat("include:long.example ", 11)+`" "-all"`)
	fmt.Fprint(&lines, "\nlong.example TXT \"v=spf1 \"")
	for range 100 {
		fmt.Fprintf(&lines, " %q", strings.Repeat("ip4:192.0.2.1 ", 10))
	}
	root := factsOf(t, lines.String()).Tree
	drawn, omitted := 0, root.Omitted
	for _, b := range root.Terms {
		if b.Number == 0 {
			drawn++
			continue
		}
		drawn += len(b.Target.Terms)
		omitted += b.Target.Omitted
	}
	if drawn != maxFree || drawn+omitted != 11*1000+1 {
		t.Errorf("%d terms drawn, %d left out; want %d and %d", drawn, omitted, maxFree, 11*1000+1-maxFree)
	}
}

// What a term is and what is wrong with it stands beside it.
func TestTreeSaysWhatATermIs(t *testing.T) {
	f := factsOf(t, `
		example.co.jp TXT "v=spf1 mx a:%{s1}..example exists:%{i}.e.example include:a.example ipv4:192.0.2.1 -all a"
		example.co.jp MX 10 m1.example.co.jp.
		example.co.jp MX 10 m2.example.co.jp.
		example.co.jp MX 10 m3.example.co.jp.
		example.co.jp MX 10 m4.example.co.jp.
		example.co.jp MX 10 m5.example.co.jp.
		example.co.jp MX 10 m6.example.co.jp.
		example.co.jp MX 10 m7.example.co.jp.
		example.co.jp MX 10 m8.example.co.jp.
		example.co.jp MX 10 m9.example.co.jp.
		example.co.jp MX 10 m10.example.co.jp.
		example.co.jp MX 10 m11.example.co.jp.
		a.example TXT "v=spf1 mx a:b.example -all"
		a.example MX 10 m.a.example.`)
	var got []string
	for _, b := range f.Tree.Terms {
		line := fmt.Sprintf("%s %q %d", b.Term, b.Kind, b.Lookups)
		for _, flag := range []struct {
			word  string
			holds bool
		}{{"broken", b.Broken}, {"ignored", b.Ignored}, {"dynamic", b.Dynamic}, {"too-many", b.TooManyMX}} {
			if flag.holds {
				line += " " + flag.word
			}
		}
		got = append(got, line)
	}
	want := `mx "mx" 1 too-many
a:%{s1}..example "a" 1 dynamic
exists:%{i}.e.example "exists" 1 dynamic
include:a.example "include" 3
ipv4:192.0.2.1 "" 0 broken ignored
-all "all" 0
a "a" 0 ignored`
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("tree:\n%s\nwant:\n%s", text, want)
	}
}
