package spf

import (
	"context"
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"
	"testing"

	"blitiri.com.ar/go/spf"
	"go4.org/netipx"

	"mailauth/resolver/adapter"
)

func compiled(t testing.TB, lines string, from Identity, o CompileOptions) *Policy {
	t.Helper()
	return Compile(Expand(context.Background(), newWorld(t, lines), "example.co.jp.", from).Root, o)
}

// shown is a policy as "range result", one line for every stretch of addresses.
func (p *Policy) shown(family int) string {
	var b strings.Builder
	last, from, to := "", netip.Addr{}, netip.Addr{}
	flush := func() {
		if from.IsValid() {
			b.WriteString(from.String() + "-" + to.String() + " " + last + "\n")
		}
	}
	p.curves[family].ranges(family, func(r netipx.IPRange, v valueID) {
		if result := p.cells[family][v].results.String(); result != last {
			flush()
			last, from = result, r.From()
		}
		to = r.To()
	})
	flush()
	return b.String()
}

func TestPolicy(t *testing.T) {
	const hosts = `
mail.example.co.jp A 192.0.2.25
mail.example.co.jp AAAA 2001:db8::25
four.example.co.jp A 198.51.100.4
no.example.co.jp TXT "no record"
`
	tests := []struct {
		why, lines   string
		want4, want6 string
	}{
		{"an address, a network, the end", `example.co.jp TXT "v=spf1 ip4:192.0.2.1 ip6:2001:db8::/32 -all"`,
			`0.0.0.0-192.0.2.0 fail
192.0.2.1-192.0.2.1 pass
192.0.2.2-255.255.255.255 fail
`, `::-2001:db7:ffff:ffff:ffff:ffff:ffff:ffff fail
2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff pass
2001:db9::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff fail
`},
		{"IPv4-mapped networks match nobody", `example.co.jp TXT "v=spf1 ip6:::ffff:192.0.2.0/120 ~all"`,
			"0.0.0.0-255.255.255.255 softfail\n", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff softfail\n"},
		{"the network around an IPv4-mapped address has others", "example.co.jp TXT \"v=spf1 a//95 ~all\"\nexample.co.jp AAAA ::ffff:192.0.2.1",
			"0.0.0.0-255.255.255.255 softfail\n", `::-::fffd:ffff:ffff softfail
::fffe:0:0-::fffe:ffff:ffff pass
::1:0:0:0-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff softfail
`},
		{"an inner fail is no match, and its own end is not inherited", `
example.co.jp TXT "v=spf1 include:inner.example ?all"
inner.example TXT "v=spf1 -ip4:192.0.2.0/25 ip4:192.0.2.0/24 -all"`,
			`0.0.0.0-192.0.2.127 neutral
192.0.2.128-192.0.2.255 pass
192.0.3.0-255.255.255.255 neutral
`, "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff neutral\n"},
		{"the target of an include has no record: only those who got by are spared", `
example.co.jp TXT "v=spf1 ip4:192.0.2.0/24 include:no.example.co.jp -all"` + hosts,
			`0.0.0.0-192.0.1.255 permerror
192.0.2.0-192.0.2.255 pass
192.0.3.0-255.255.255.255 permerror
`, "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff permerror\n"},
		{"a host that fails stops those whom no earlier host matched", `
example.co.jp TXT "v=spf1 mx -all"
example.co.jp MX 10 mail.example.co.jp.
example.co.jp MX 20 slow.example.co.jp.
fault slow.example.co.jp A timeout` + hosts,
			`0.0.0.0-192.0.2.24 temperror
192.0.2.25-192.0.2.25 pass
192.0.2.26-255.255.255.255 temperror
`, `::-2001:db8::24 fail
2001:db8::25-2001:db8::25 pass
2001:db8::26-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff fail
`},
		{"the family of the client decides what is void", `
example.co.jp TXT "v=spf1 a:four.example.co.jp a:four.example.co.jp/24 a:four.example.co.jp/16 -all"` + hosts,
			`0.0.0.0-198.50.255.255 fail
198.51.0.0-198.51.255.255 pass
198.52.0.0-255.255.255.255 fail
`, "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff permerror\n"},
		{"what was not asked is unknown, not temperror", `
example.co.jp TXT "v=spf1 ip4:192.0.2.1 a:away.example -all"
fault away.example A offline
fault away.example AAAA offline`,
			`0.0.0.0-192.0.2.0 unknown
192.0.2.1-192.0.2.1 pass
192.0.2.2-255.255.255.255 unknown
`, "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff unknown\n"},
		{"the message decides", `example.co.jp TXT "v=spf1 ip4:192.0.2.1 exists:%{i}.ok.example -all"`,
			`0.0.0.0-192.0.2.0 pass|fail
192.0.2.1-192.0.2.1 pass
192.0.2.2-255.255.255.255 pass|fail
`, "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff pass|fail\n"},
		{"three that may be void: permerror is possible too",
			`example.co.jp TXT "v=spf1 exists:%{i}.a.example -exists:%{i}.b.example exists:%{i}.c.example ~all"`,
			"0.0.0.0-255.255.255.255 pass|fail|permerror\n", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff pass|fail|permerror\n"},
		{"a record that includes itself", `example.co.jp TXT "v=spf1 ip4:192.0.2.1 include:example.co.jp -all"`,
			`0.0.0.0-192.0.2.0 permerror
192.0.2.1-192.0.2.1 pass
192.0.2.2-255.255.255.255 permerror
`, "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff permerror\n"},
		{"a target by family", `
example.co.jp TXT "v=spf1 redirect=%{v}.example"
in-addr.example TXT "v=spf1 ?all"
ip6.example TXT "v=spf1 ~all"`,
			"0.0.0.0-255.255.255.255 neutral\n", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff softfail\n"},
		{"no record", `example.co.jp TXT "something"`,
			"0.0.0.0-255.255.255.255 none\n", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff none\n"},
		{"a mistake behind the match", `example.co.jp TXT "v=spf1 ip4:192.0.2.1 ipv4:192.0.2.2 -all"`,
			"0.0.0.0-255.255.255.255 permerror\n", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff permerror\n"},
	}
	for _, test := range tests {
		p := compiled(t, test.lines, Identity{}, CompileOptions{})
		if got := p.shown(family4); got != test.want4 {
			t.Errorf("%s, IPv4:\n%swant\n%s", test.why, got, test.want4)
		}
		if got := p.shown(family6); got != test.want6 {
			t.Errorf("%s, IPv6:\n%swant\n%s", test.why, got, test.want6)
		}
	}
}

// Who was stopped in an include has paid less than who went through it, so the
// limit on look-ups is met by some addresses only.
func TestPolicyCounts(t *testing.T) {
	lines := `
example.co.jp TXT "v=spf1 include:deep.example a:h.example a:h.example a:h.example a:h.example a:h.example ip4:203.0.113.0/24 -all"
deep.example TXT "v=spf1 ?ip4:203.0.113.0/25 a:h.example a:h.example a:h.example a:h.example a:h.example -all"
h.example A 192.0.2.1
h.example AAAA 2001:db8::1
`
	p := compiled(t, lines, Identity{}, CompileOptions{})
	tests := []struct {
		ip, result string
		lookups    int
		term       string
		path       string
	}{
		{"192.0.2.1", "pass", 2, "a:h.example", "example.co.jp. deep.example."},
		{"203.0.113.1", "pass", 6, "ip4:203.0.113.0/24", "example.co.jp."},
		{"203.0.113.200", "permerror", 11, "a:h.example", "example.co.jp."},
		{"198.51.100.1", "permerror", 11, "a:h.example", "example.co.jp."},
	}
	for _, test := range tests {
		endings := p.At(netip.MustParseAddr(test.ip)).Endings()
		d := endings[0].Decision()
		if len(endings) != 1 || endings[0].Result.String() != test.result || endings[0].Lookups != test.lookups ||
			d.Term != test.term || strings.Join(d.Path, " ") != test.path {
			t.Errorf("%s: %+v decided by %+v, want %+v", test.ip, endings, d, test)
		}
	}
	if worst := p.Worst(); worst != (Cost{Lookups: 11}) {
		t.Errorf("the most that is spent: %+v", worst)
	}
}

// What passes for all addresses at once is what an evaluator for one client
// says, over random trees and with the limits.
func TestPolicyAgreesWithAnEvaluator(t *testing.T) {
	clients := []string{"9.1.0.0", "9.1.0.3", "9.2.0.1", "9.3.0.1", "9.200.0.1", "192.0.2.1", "100.1.1.1", "200.1.1.1"}
	compared := map[Result]int{}
	for seed := range uint64(300) {
		lines := randomTree(rand.New(rand.NewPCG(seed, 3)))
		w := newWorld(t, lines)
		p := Compile(Expand(context.Background(), w, "example.co.jp.", Identity{Sender: "user@example.co.jp", HELO: "mail.example.co.jp"}).Root, CompileOptions{})
		for _, client := range clients {
			addr := netip.MustParseAddr(client)
			want, _ := spf.CheckHostWithSender(net.IP(addr.AsSlice()), "mail.example.co.jp", "user@example.co.jp",
				spf.WithResolver(adapter.BlitiriSPFFor(w, addr)))
			results := p.At(addr).Results()
			// Mistakes behind a match are permerror here only: RFC 7208 §4.6.
			agrees := results == Of(ResultPermError)
			for _, r := range results.List() {
				if r.String() == string(want) {
					agrees = true
					compared[r]++
				}
			}
			if !agrees {
				t.Fatalf("seed %d: %s is %s here, %s there\n%s", seed, client, results, want, lines)
			}
		}
	}
	if compared[ResultPass] < 150 || compared[ResultPermError] < 50 || compared[ResultFail] < 50 {
		t.Errorf("compared only %v", compared)
	}
}

func TestAtAllocatesNothing(t *testing.T) {
	p := compiled(t, `example.co.jp TXT "v=spf1 ip4:192.0.2.1 ip6:2001:db8::/32 -all"`, Identity{}, CompileOptions{})
	addr := netip.MustParseAddr("192.0.2.1")
	if n := testing.AllocsPerRun(100, func() {
		if p.At(addr).Results() != Of(ResultPass) {
			t.Error("does not pass")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// A loop is told at the term that closes it, and costs what the limit allows.
func TestPolicyLoop(t *testing.T) {
	lines := `
example.co.jp TXT "v=spf1 ip4:192.0.2.1 include:b.example -all"
b.example TXT "v=spf1 ip4:192.0.2.2 include:example.co.jp ~all"
`
	tests := []struct {
		why     string
		options CompileOptions
		cause   Cause
		lookups int
	}{
		{"the limit ends it", CompileOptions{}, CauseLookups, 11},
		{"without limits it is a loop", CompileOptions{Unlimited: true}, CauseLoop, 2},
	}
	for _, test := range tests {
		ending := compiled(t, lines, Identity{}, test.options).At(netip.MustParseAddr("192.0.2.3")).Endings()[0]
		d := ending.Decision()
		if ending.Result != ResultPermError || d.Cause != test.cause || ending.Lookups != test.lookups ||
			d.Term != "include:example.co.jp" || strings.Join(d.Path, " ") != "example.co.jp. b.example." {
			t.Errorf("%s: %s after %d look-ups, %+v", test.why, ending.Result, ending.Lookups, d)
		}
	}
}
