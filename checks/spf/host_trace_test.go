package spf

import (
	"fmt"
	"strings"
	"testing"

	"mailauth/checks"
)

// trace writes the steps as lines.
func (e Evaluation) trace() string {
	var b strings.Builder
	for _, s := range e.Steps {
		fmt.Fprintf(&b, "%s%s %s", strings.Repeat("  ", s.Depth), s.Domain, s.Term)
		if s.Target != "" {
			fmt.Fprintf(&b, " -> %s", s.Target)
		}
		if s.Lookup > 0 {
			fmt.Fprintf(&b, " (%d)", s.Lookup)
		}
		if s.Void {
			b.WriteString(" void")
		}
		fmt.Fprintf(&b, " %v %s\n", s.Match, s.Result)
	}
	return b.String()
}

func TestCheckHostSteps(t *testing.T) {
	tests := []struct{ why, lines, want string }{
		{"a match inside an include, behind one that is none", `
			example.co.jp TXT "v=spf1 IP4:198.51.100.0/24 a:none.example ?include:a.example ~include:b.example -all"
			a.example TXT "v=spf1 ip4:192.0.2.0/28 -all"
			b.example TXT "v=spf1 exists:%{i}.%{p}.example mx/24 -all"
			b.example MX 10 mail.example.
			mail.example A 192.0.2.1`, `
example.co.jp. IP4:198.51.100.0/24 false none
example.co.jp. a:none.example -> none.example. (1) void false none
example.co.jp. ?include:a.example -> a.example. (2) false none
  a.example. ip4:192.0.2.0/28 false none
  a.example. -all true fail
example.co.jp. ~include:b.example -> b.example. (3) true softfail
  b.example. exists:%{i}.%{p}.example -> 192.0.2.77.unknown.example. (5) void false none
  b.example. mx/24 -> b.example. (6) true pass
`},
		{"a redirect, wherever it stands, comes last and goes down", `
			example.co.jp TXT "v=spf1 redirect=a.example moo=cow ip4:198.51.100.0/24 exp=why.example"
			a.example TXT "v=spf1 ptr ?all"`, `
example.co.jp. ip4:198.51.100.0/24 false none
example.co.jp. redirect=a.example -> a.example. (1) true neutral
  a.example. ptr -> a.example. (2) void false none
  a.example. ?all true neutral
`},
		{"terms behind the one that matches are not steps", `example.co.jp TXT "v=spf1 all ip4:192.0.2.77 -all"`, `
example.co.jp. all true pass
`},
		{"an error ends every term that is under way", `
			example.co.jp TXT "v=spf1 include:a.example -all"
			a.example TXT "v=spf1 redirect=b.example"
			b.example TXT "v=spf1 a:broken.example -all"
			fault broken.example A timeout`, `
example.co.jp. include:a.example -> a.example. (1) false temperror
  a.example. redirect=b.example -> b.example. (2) false temperror
    b.example. a:broken.example -> broken.example. (3) false temperror
`},
		{"a target without record", `example.co.jp TXT "v=spf1 include:gone.example -all"`, `
example.co.jp. include:gone.example -> gone.example. (1) false permerror
`},
		{"the third void look-up", `example.co.jp TXT "v=spf1 a:v1.example a:v2.example exists:v3.example -all"`, `
example.co.jp. a:v1.example -> v1.example. (1) void false none
example.co.jp. a:v2.example -> v2.example. (2) void false none
example.co.jp. exists:v3.example -> v3.example. (3) void false permerror
`},
		{"a macro without value", `example.co.jp TXT "v=spf1 exists:%{h}.example -all"`, `
example.co.jp. exists:%{h}.example (1) false unknown
`},
		{"a record with a mistake has no steps", `example.co.jp TXT "v=spf1 ip4:192.0.2.77 moo"`, "\n"},
	}
	for _, tt := range tests {
		q := client("192.0.2.77")
		q.HELO = ""
		e, _ := call(t, tt.lines, q)
		if got := "\n" + e.trace(); got != tt.want {
			t.Errorf("%s:\ngot %s\nwant %s", tt.why, got, tt.want)
		}
	}
	e, _ := call(t, lookups(10, "mx -all"), client("192.0.2.77"))
	if last := e.Steps[len(e.Steps)-1]; last != (Step{Domain: "example.co.jp.", Term: "mx", Lookup: 11, Result: ResultPermError}) {
		t.Errorf("the eleventh look-up: %+v", last)
	}
}

// The span is that of the deciding term in the record that holds it, counted in
// the joined text.
func TestCheckHostSpan(t *testing.T) {
	tests := []struct {
		why, lines, record string
		span               checks.Span
	}{
		{"in the second string", `example.co.jp TXT "v=spf1  ip4:198.51.100.0/24 ip4:1" "92.0.2.1   -all"`,
			"v=spf1  ip4:198.51.100.0/24 ip4:192.0.2.1   -all", checks.Span{Start: 28, End: 41}},
		{"in an included record", `
			example.co.jp TXT "v=spf1 include:a.example -all"
			a.example TXT "v=spf1 A:h.example/24 -all"
			h.example A 192.0.2.9`, "v=spf1 A:h.example/24 -all", checks.Span{Start: 7, End: 21}},
		{"the first of two mistakes, with its qualifier", `example.co.jp TXT "v=spf1 ip4:192.0.2.1 -ip4:192.0.2 a:"`,
			"v=spf1 ip4:192.0.2.1 -ip4:192.0.2 a:", checks.Span{Start: 21, End: 33}},
		{"the record as a whole", `example.co.jp TXT "v=spf1 ip4:192.0.2.9"`, "v=spf1 ip4:192.0.2.9", checks.Span{}},
		{"the first of two records", "example.co.jp TXT \"v=spf1 -all\"\nexample.co.jp TXT \"v=spf1 ~all\"", "v=spf1 -all", checks.Span{}},
	}
	for _, tt := range tests {
		if e, _ := call(t, tt.lines, client("192.0.2.1")); e.Span != tt.span || e.Record != tt.record {
			t.Errorf("%s: %+v of %q, want %+v of %q", tt.why, e.Span, e.Record, tt.span, tt.record)
		}
	}
}
