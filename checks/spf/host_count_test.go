package spf

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// What is counted, RFC 7208 §4.6.4, for a client that no term matches.
func TestCheckHostCounts(t *testing.T) {
	tests := []struct {
		why, lines string
		v4, v6     string // "look-ups void-look-ups cause"
	}{
		{"networks and all ask nothing", `example.co.jp TXT "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all"`, "0 0 match", "0 0 match"},
		{"every form of a and mx counts", `
			example.co.jp TXT "v=spf1 a +a a/24 a:h.example a:h.example/24//64 mx ?mx/24 mx:h.example -all"
			example.co.jp A 203.0.113.1
			example.co.jp AAAA 2001:db8:1::1
			example.co.jp MX 10 h.example.
			h.example A 203.0.113.2
			h.example AAAA 2001:db8:1::2
			h.example MX 10 h.example.`, "8 0 match", "8 0 match"},
		{"bare all is no a", `example.co.jp TXT "v=spf1 all"`, "0 0 match", "0 0 match"},
		{"include counts whatever its qualifier, redirect and exists too, exp does not", `
			example.co.jp TXT "v=spf1 ?include:a.example ~include:a.example -exists:no.example exp=why.example redirect=b.example"
			a.example TXT "v=spf1 ip4:203.0.113.0/24 -all"
			b.example TXT "v=spf1 -all exp=why.example"
			why.example TXT "because"`, "4 1 match", "4 1 match"},
		{"a redirect beside all does not count", `
			example.co.jp TXT "v=spf1 redirect=a.example ~all"
			a.example TXT "v=spf1 a mx ptr ~all"`, "0 0 match", "0 0 match"},
		{"terms behind all do not count", `example.co.jp TXT "v=spf1 ~all a mx include:a.example"`, "0 0 match", "0 0 match"},
		{"what stands in one include counts again in another", `
			example.co.jp TXT "v=spf1 include:a.example include:b.example ~all"
			a.example TXT "v=spf1 include:c.example ~all"
			b.example TXT "v=spf1 include:c.example ~all"
			c.example TXT "v=spf1 mx:d.example ~all"
			d.example MX 10 h.example.
			h.example A 203.0.113.1`, "6 0 match", "6 0 match"},
		{"hosts of an mx do not count, nor are they void", `
			example.co.jp TXT "v=spf1 mx mx:none.example -all"
			example.co.jp MX 10 a.example.
			example.co.jp MX 20 b.example.
			example.co.jp MX 30 c.example.`, "2 1 match", "2 1 match"},
		{"the null MX is an answer, and names no host (RFC 7505 §3)", `
			example.co.jp TXT "v=spf1 mx -all"
			example.co.jp MX 0 .`, "1 0 match", "1 0 match"},
		{"a name with IPv4 only is void for IPv6", `
			example.co.jp TXT "v=spf1 a:four.example a:six.example a:both.example -all"
			four.example A 203.0.113.1
			six.example AAAA 2001:db8:1::1
			both.example A 203.0.113.2
			both.example AAAA 2001:db8:1::2`, "3 1 match", "3 1 match"},
		{"exists asks for A in both families", `
			example.co.jp TXT "v=spf1 -exists:six.example -exists:none.example ~all"
			six.example AAAA 2001:db8:1::1`, "2 2 match", "2 2 match"},
		{"an alias to a name without addresses is void", `
			example.co.jp TXT "v=spf1 a:alias.example -all"
			alias.example CNAME h.example.
			h.example TXT "only text"`, "1 1 match", "1 1 match"},
		{"a reverse name that is not there is void, names that are not valid are not", `
			example.co.jp TXT "v=spf1 ptr -all"
			7.2.0.192.in-addr.arpa PTR gone.example.co.jp.`, "1 0 match", "1 1 match"},
		{"%{p} counts one more, and is no void look-up of its own", `
			example.co.jp TXT "v=spf1 -exists:%{p}.example ip4:203.0.113.1 -exists:%{p}%{p}.example ~all"`, "4 2 match", "4 2 match"},
		{"a name that cannot be asked counts, and is not void", `
			example.co.jp TXT "v=spf1 a:a..example exists:b..example ~all"`, "2 0 match", "2 0 match"},
		{"three void look-ups, the third in the last term", `
			example.co.jp TXT "v=spf1 a:v1.example a:v2.example mx:v3.example"`, "3 3 voids", "3 3 voids"},
		{"the last of three inside an include, which is the last term", `
			example.co.jp TXT "v=spf1 a:v1.example include:i.example"
			i.example TXT "v=spf1 exists:v2.example exists:v3.example"`, "4 3 voids", "4 3 voids"},
		{"void look-ups of an include that did not match stay counted", `
			example.co.jp TXT "v=spf1 include:i.example a:v3.example ip4:192.0.2.7 ip6:2001:db8::7"
			i.example TXT "v=spf1 exists:v1.example exists:v2.example -all"`, "4 3 voids", "4 3 voids"},
		{"two void look-ups are allowed, and a third name is not asked for by one whom the next term matches", `
			example.co.jp TXT "v=spf1 a:v1.example a:v2.example ip4:192.0.2.7 ip6:2001:db8::7 a:v3.example -all"`, "2 2 match", "2 2 match"},
	}
	for _, tt := range tests {
		for ip, want := range map[string]string{"192.0.2.7": tt.v4, "2001:db8::7": tt.v6} {
			e, _ := call(t, tt.lines, client(ip))
			if got := fmt.Sprintf("%d %d %s", e.Lookups, e.Voids, e.Cause); got != want {
				t.Errorf("%s, %s: %s, want %s", tt.why, ip, got, want)
			}
		}
	}
}

// lookups is a record of terms that ask for a name each and match nobody, then
// more terms.
func lookups(n int, rest string) string {
	var b strings.Builder
	b.WriteString("example.co.jp TXT \"v=spf1")
	for range n {
		b.WriteString(" a:h.example")
	}
	fmt.Fprintf(&b, " %s\"\nh.example A 203.0.113.1\n", rest)
	return b.String()
}

// The eleventh term that asks the DNS ends it, before anything is asked; RFC
// 7208 §4.6.4.
func TestCheckHostLimit(t *testing.T) {
	const world = `
		match.example A 192.0.2.7
		match.example TXT "v=spf1 ip4:192.0.2.7 -all"
		match.example MX 10 match.example.
		7.2.0.192.in-addr.arpa PTR match.example.
		four.example TXT "v=spf1 a:h.example a:h.example a:h.example a:h.example -all"
		deep.example TXT "v=spf1 include:deeper.example -all"
		deeper.example TXT "v=spf1 a:match.example -all"`
	tests := []struct {
		n          int
		rest, want string
		lookups    int
	}{
		{9, "a:match.example", "pass match example.co.jp a:match.example", 10},
		{10, "ip4:192.0.2.7 a:match.example", "pass match example.co.jp ip4:192.0.2.7", 10},
		{10, "-all", "fail match example.co.jp -all", 10},
		{10, "a:match.example", "permerror lookups example.co.jp a:match.example", 11},
		{10, "mx:match.example", "permerror lookups example.co.jp mx:match.example", 11},
		{10, "ptr:match.example", "permerror lookups example.co.jp ptr:match.example", 11},
		{10, "exists:match.example", "permerror lookups example.co.jp exists:match.example", 11},
		{10, "include:match.example", "permerror lookups example.co.jp include:match.example", 11},
		{10, "redirect=match.example", "permerror lookups example.co.jp redirect=match.example", 11},
		{9, "redirect=match.example", "pass match example.co.jp>match.example ip4:192.0.2.7", 10},
		{9, "include:match.example", "pass match example.co.jp>match.example ip4:192.0.2.7", 10},
		{8, "include:deep.example -all", "permerror lookups example.co.jp>deep.example>deeper.example a:match.example", 11},
		{7, "include:deep.example -all", "pass match example.co.jp>deep.example>deeper.example a:match.example", 10},
		{5, "include:four.example ip4:192.0.2.7", "pass match example.co.jp ip4:192.0.2.7", 10},
		{5, "include:four.example a:match.example", "permerror lookups example.co.jp a:match.example", 11},
		{8, "exists:%{p}", "pass match example.co.jp exists:%{p}", 10},
		{9, "exists:%{p}", "permerror lookups example.co.jp exists:%{p}", 11}, // the PTR question is the eleventh
		{10, "exists:%{p}", "permerror lookups example.co.jp exists:%{p}", 11},
		{10, "a:m..example ip4:192.0.2.7", "permerror lookups example.co.jp a:m..example", 11}, // it is the term that counts
	}
	for _, tt := range tests {
		e, questions := call(t, lookups(tt.n, tt.rest)+world, client("192.0.2.7"))
		if e.summary() != tt.want || e.Lookups != tt.lookups {
			t.Errorf("%d and %s: %s with %d look-ups, want %s with %d", tt.n, tt.rest, e.summary(), e.Lookups, tt.want, tt.lookups)
		}
		if tt.n == 10 && e.Result == ResultPermError && !slices.Equal(questions, []string{"example.co.jp. TXT", "h.example. A"}) {
			t.Errorf("%s: asked %q", tt.rest, questions)
		}
	}
}

// RFC 7208 §4.6.4: ten exchanges are asked for, eleven are too many before the
// first.
func TestCheckHostMXHosts(t *testing.T) {
	zone := func(n int) string {
		var b strings.Builder
		b.WriteString("example.co.jp TXT \"v=spf1 mx -all\"\n")
		for i := range n {
			fmt.Fprintf(&b, "example.co.jp MX %d m%d.example.\nm%d.example A 192.0.2.%d\n", 10*(i+1), i, i, i)
		}
		return b.String()
	}
	if e, asked := call(t, zone(10), client("192.0.2.9")); e.summary() != "pass match example.co.jp mx" || e.Lookups != 1 || len(asked) != 12 {
		t.Errorf("ten exchanges: %s, %d look-ups, %q", e.summary(), e.Lookups, asked)
	}
	if e, asked := call(t, zone(11), client("192.0.2.0")); e.summary() != "permerror mx-hosts example.co.jp mx" || len(asked) != 2 {
		t.Errorf("eleven exchanges: %s, %q", e.summary(), asked)
	}
	q := client("192.0.2.0")
	q.Unlimited = true
	if e, _ := call(t, zone(11), q); e.summary() != "permerror mx-hosts example.co.jp mx" {
		t.Errorf("eleven exchanges without the other limits: %s", e.summary())
	}
}
