package spf

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// shownLimits is a line for each thing that there is to say.
func shownLimits(l *Limits) string {
	if l == nil {
		return "nil"
	}
	lines := []string{fmt.Sprintf("worst %d, %d, %d", l.Worst.Lookups, l.Worst.Void4, l.Worst.Void6)}
	for _, loss := range l.Lost {
		lines = append(lines, fmt.Sprintf("lost %s: %v", loss.Term, loss.Set.Prefixes()))
	}
	for _, loss := range l.AtRisk {
		lines = append(lines, fmt.Sprintf("at risk %s: %v", loss.Term, loss.Set.Prefixes()))
	}
	if l.Lookups != No || l.Voids != No {
		certain := ""
		if l.Certain {
			certain = ", certain"
		}
		lines = append(lines, fmt.Sprintf("over: lookups %s, voids %s%s", l.Lookups, l.Voids, certain))
	}
	for _, d := range l.Broken {
		lines = append(lines, fmt.Sprintf("broken %s at %s of %s", d.Cause, d.Term, d.Path[len(d.Path)-1]))
	}
	if l.Open {
		lines = append(lines, "open")
	}
	return strings.Join(lines, "\n")
}

func TestLimits(t *testing.T) {
	const hosts = `
h.example A 192.0.2.1
h.example AAAA 2001:db8::1
four.example A 192.0.2.4
`
	tests := []struct{ why, lines, want string }{
		{"no look-up at all", `example.co.jp TXT "v=spf1 ip4:192.0.2.1 -all"`, "worst 0, 0, 0"},
		{"all of IPv4 matches at once, so that no address pays for the rest", `
example.co.jp TXT "v=spf1 ?ip4:0.0.0.0/0 ip6:2001:db8::/32 -ip6:::/0 a:four.example a:four.example a:four.example -all"` + hosts, "worst 0, 0, 0"},
		{"IPv6 clients meet nothing at a host that has IPv4 only", `
example.co.jp TXT "v=spf1 a:four.example a:h.example -all"` + hosts, "worst 2, 0, 1"},
		{"three that are void, behind which nobody of IPv6 passes", `
example.co.jp TXT "v=spf1 a:four.example a:four.example/24 a:four.example/16 -all"` + hosts, "worst 3, 0, 3\nover: lookups no, voids unknown"},
		{"the same, and somebody would pass", `
example.co.jp TXT "v=spf1 a:four.example a:four.example/24 a:four.example/16 ip6:2001:db8::/48 -all"` + hosts,
			"worst 3, 0, 3\nlost ip6:2001:db8::/48: [2001:db8::/48]\nover: lookups no, voids yes, certain"},
		{"the eleventh look-up", `
example.co.jp TXT "v=spf1 include:five.example redirect=rest.example"
five.example TXT "v=spf1 a:h.example a:h.example a:h.example a:h.example -all"
rest.example TXT "v=spf1 a:h.example a:h.example a:h.example a:h.example ip4:203.0.113.0/25 include:late.example ip4:203.0.113.128/25 -all"
late.example TXT "v=spf1 ip4:198.51.100.0/24 -all"` + hosts,
			"worst 11, 0, 0\nlost include:late.example: [198.51.100.0/24]\nlost ip4:203.0.113.128/25: [203.0.113.128/25]\nover: lookups yes, voids no, certain"},
		{"includes that are broken", `
example.co.jp TXT "v=spf1 ip4:192.0.2.1 include:good.example -all"
good.example TXT "v=spf1 ip4:192.0.2.2 include:none.example -all"
none.example TXT "hello"`, "worst 2, 0, 0\nbroken include-none at include:none.example of good.example."},
		{"a question without an answer", `
example.co.jp TXT "v=spf1 a:h.example include:away.example -all"
fault away.example TXT timeout` + hosts, "worst 2, 0, 0\nopen"},
		{"what a macro leads to is open", `example.co.jp TXT "v=spf1 include:%{l}.example -all"`, "worst 1, 0, 0\nopen"},
		{"what a macro finds is not", `example.co.jp TXT "v=spf1 exists:%{l}.example -all"`, "worst 1, 1, 1"},
		{"three macros that find nothing for most", `example.co.jp TXT "v=spf1 exists:%{i}.a.example exists:%{i}.b.example exists:%{i}.c.example ip4:192.0.2.1 -all"`,
			"worst 3, 3, 3\nat risk ip4:192.0.2.1: [192.0.2.1/32]\nover: lookups no, voids unknown"},
		{"a macro may find a few addresses before the limit", `example.co.jp TXT "v=spf1 exists:%{i}.a.example a:no.example a:no.example a:no.example ip4:192.0.2.1 -all"`,
			"worst 4, 4, 4\nat risk ip4:192.0.2.1: [192.0.2.1/32]\nover: lookups no, voids yes, certain"},
		{"the same, and the message decides", `example.co.jp TXT "v=spf1 exists:%{l}.a.example a:no.example a:no.example a:no.example ip4:192.0.2.1 -all"`,
			"worst 4, 4, 4\nat risk ip4:192.0.2.1: [192.0.2.1/32]\nover: lookups no, voids unknown"},
		{"a macro that may find somebody after the limit", `example.co.jp TXT "v=spf1 a:no.example a:no.example a:no.example exists:%{i}.a.example ip4:192.0.2.1 -all"`,
			"worst 4, 4, 4\nlost ip4:192.0.2.1: [192.0.2.1/32]\nover: lookups no, voids yes, certain"},
		{"names of the client, asked for three times, that it may not have", `example.co.jp TXT "v=spf1 ptr ptr ptr ip4:192.0.2.1 -all"`,
			"worst 3, 3, 3\nat risk ip4:192.0.2.1: [192.0.2.1/32]\nover: lookups no, voids unknown"},
		{"three that are void, and nothing else", `example.co.jp TXT "v=spf1 a:no.example a:no.example a:no.example -all"`,
			"worst 3, 3, 3\nover: lookups no, voids yes, certain"},
		{"a macro may find somebody before either limit, and the last term is listed", `example.co.jp TXT "v=spf1 exists:%{l}.x.example a a a a a a a a a a ip4:192.0.2.77 -all"
example.co.jp A 192.0.2.1`, "worst 11, 1, 11\nat risk ip4:192.0.2.77: [192.0.2.77/32]\nover: lookups unknown, voids unknown"},
		{"a macro that makes neutral of those who never pass otherwise", `example.co.jp TXT "v=spf1 ?exists:%{l}.x.example a:no.example a:no.example a:no.example ip4:192.0.2.7 -all"`,
			"worst 4, 4, 4\nlost ip4:192.0.2.7: [192.0.2.7/32]\nover: lookups no, voids unknown, certain"},
		{"a macro that leads to another record, before ten look-ups", `
example.co.jp TXT "v=spf1 include:%{l}.pick.example a:no.example a:no.example a:h.example a:h.example a:h.example a:h.example a:h.example a:h.example a:h.example a:h.example -all"` + hosts,
			"worst 11, 2, 2\nover: lookups unknown, voids no\nopen"},
		{"a record that includes itself", `example.co.jp TXT "v=spf1 ip4:192.0.2.7 include:example.co.jp -all"`,
			"worst 11, 0, 0\nover: lookups yes, voids no, certain"},
		{"a record that leads to itself", `example.co.jp TXT "v=spf1 ip4:192.0.2.7 redirect=example.co.jp"`,
			"worst 11, 0, 0\nover: lookups yes, voids no, certain"},
		{"includes that go round, and what stands behind them", `
example.co.jp TXT "v=spf1 ip4:192.0.2.7 include:x.example ip4:192.0.2.10 -all"
x.example TXT "v=spf1 ip4:192.0.2.8 include:y.example -all"
y.example TXT "v=spf1 ip4:192.0.2.9 include:x.example -all"`,
			"worst 11, 0, 0\nlost ip4:192.0.2.10: [192.0.2.10/32]\nover: lookups yes, voids no, certain"},
		{"redirects that go round", `
example.co.jp TXT "v=spf1 ip4:192.0.2.7 redirect=y.example"
y.example TXT "v=spf1 ip4:192.0.2.8 redirect=example.co.jp"`,
			"worst 11, 0, 0\nover: lookups yes, voids no, certain"},
		{"includes that go round, but nobody gets there", `example.co.jp TXT "v=spf1 -all include:example.co.jp"`, "worst 0, 0, 0"},
		{"a mistake", `example.co.jp TXT "v=spf1 ipv4:192.0.2.1 -all"`, "nil"},
		{"no record", `example.co.jp TXT "hello"`, "nil"},
	}
	for _, test := range tests {
		f := Expand(context.Background(), newWorld(t, test.lines), "example.co.jp.", Identity{})
		if got := shownLimits(f.Limits()); got != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", test.why, got, test.want)
		}
	}
}

// With a sender, its macros have a value, and nothing is open.
func TestLimitsOfASender(t *testing.T) {
	w := newWorld(t, `
example.co.jp TXT "v=spf1 include:%{l}.example -all"
info.example TXT "v=spf1 a:none.example -all"`)
	f := Expand(context.Background(), w, "example.co.jp.", Identity{Sender: "info@example.co.jp"})
	if got, want := shownLimits(f.Limits()), "worst 2, 1, 1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Questions without an answer are listed for who asked.
func TestExpandListsWhatIsUnanswered(t *testing.T) {
	f := Expand(context.Background(), newWorld(t, `
example.co.jp TXT "v=spf1 a:away.example -all"
fault away.example A SERVFAIL`), "example.co.jp.", Identity{})
	if len(f.Unanswered) != 1 || f.Unanswered[0].Question != question(t, "away.example", "A") || f.Unanswered[0].Finding().Args["error"] != "SERVFAIL" {
		t.Errorf("unanswered: %v", f.Unanswered)
	}
}
