package spf

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"go4.org/netipx"
)

// shownNetworks is a line for each thing that there is to say.
func shownNetworks(n *Networks) string {
	if n == nil {
		return "nil"
	}
	names := func(list []*Source) string {
		var all []string
		for _, s := range list {
			all = append(all, s.Terms[0].String())
		}
		return strings.Join(all, " ")
	}
	var b strings.Builder
	for _, o := range n.Origins {
		fmt.Fprintf(&b, "%s by %s\n", o.Prefix, names(o.Sources))
	}
	for _, s := range n.Sources {
		depth := 0
		for p := s.Parent; p != nil; p = p.Parent {
			depth++
		}
		fmt.Fprintf(&b, "%s%s: %v", strings.Repeat(" ", depth), s.Terms[0], Prefixes(s.Set))
		if s.Only != nil {
			fmt.Fprintf(&b, " only %v", Prefixes(s.Only))
		}
		for _, flag := range []struct {
			word  string
			holds bool
		}{{"redundant", s.Redundant}, {"dynamic", s.Dynamic}, {"open", s.Open}} {
			if flag.holds {
				b.WriteString(" " + flag.word)
			}
		}
		fmt.Fprintf(&b, " costs %d\n", s.Lookups)
	}
	for _, o := range n.Overlaps {
		fmt.Fprintf(&b, "%v in %s\n", Prefixes(o.Set), names(o.Sources))
	}
	for _, r := range n.Rest {
		fmt.Fprintf(&b, "%s %s", r.Kind, r.Results)
		for _, d := range r.Decisions {
			fmt.Fprintf(&b, ", %s %s of %s", d.Cause, d.Term, d.Path[len(d.Path)-1])
		}
		if list := Prefixes(r.Listed); len(list) > 0 {
			fmt.Fprintf(&b, ": listed %v", list)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestNetworks(t *testing.T) {
	tests := []struct{ why, lines, want string }{
		{"two networks side by side are one", `
example.co.jp TXT "v=spf1 ip4:192.0.2.0/25 include:a.example -all"
a.example TXT "v=spf1 ip4:192.0.2.128/25 ip6:2001:db8::/32 ~all"`, `
192.0.2.0/24 by ip4:192.0.2.0/25 ip4:192.0.2.128/25
2001:db8::/32 by ip4:192.0.2.128/25
ip4:192.0.2.0/25: [192.0.2.0/25] only [192.0.2.0/25] costs 0
include:a.example: [192.0.2.128/25 2001:db8::/32] only [192.0.2.128/25 2001:db8::/32] costs 1
 ip4:192.0.2.128/25: [192.0.2.128/25 2001:db8::/32] costs 0
refused fail, match -all of example.co.jp.
`},
		{"a host that a network covers, a host that is gone, two includes that share one", `
example.co.jp TXT "v=spf1 mx ip4:203.0.113.64/28 ip4:203.0.113.0/29 a:gone.example include:a.example include:b.example -all"
example.co.jp MX 10 m.example.co.jp.
m.example.co.jp A 203.0.113.65
a.example TXT "v=spf1 ip4:192.0.2.0/25 include:in.example ~all"
b.example TXT "v=spf1 include:in.example ip4:192.0.2.0/27 -all"
in.example TXT "v=spf1 ip4:198.51.100.0/24 -all"`, `
192.0.2.0/25 by ip4:192.0.2.0/25 ip4:192.0.2.0/27
198.51.100.0/24 by ip4:198.51.100.0/24 ip4:198.51.100.0/24
203.0.113.0/29 by ip4:203.0.113.64/28
203.0.113.64/28 by mx ip4:203.0.113.64/28
mx: [203.0.113.65/32] only [] redundant costs 1
ip4:203.0.113.64/28: [203.0.113.0/29 203.0.113.64/28] only [203.0.113.0/29 203.0.113.64/32 203.0.113.66/31 203.0.113.68/30 203.0.113.72/29] costs 0
a:gone.example: [] only [] redundant costs 1
include:a.example: [192.0.2.0/25 198.51.100.0/24] only [192.0.2.32/27 192.0.2.64/26] costs 2
 ip4:192.0.2.0/25: [192.0.2.0/25] costs 0
 include:in.example: [198.51.100.0/24] costs 1
  ip4:198.51.100.0/24: [198.51.100.0/24] costs 0
include:b.example: [192.0.2.0/27 198.51.100.0/24] only [] redundant costs 2
 include:in.example: [198.51.100.0/24] costs 1
  ip4:198.51.100.0/24: [198.51.100.0/24] costs 0
 ip4:192.0.2.0/27: [192.0.2.0/27] costs 0
[192.0.2.0/27 198.51.100.0/24] in include:a.example include:b.example
[203.0.113.65/32] in mx ip4:203.0.113.64/28
refused fail, match -all of example.co.jp.
`},
		{"what an include refuses inside, or an earlier term outside, it does not bring", `
example.co.jp TXT "v=spf1 ?ip4:192.0.2.0/26 include:a.example redirect=r.example"
a.example TXT "v=spf1 -ip4:192.0.2.128/25 ip4:192.0.2.0/24 -all"
r.example TXT "v=spf1 ip4:192.0.2.192/26 ~all"`, `
192.0.2.64/26 by ip4:192.0.2.0/24
192.0.2.192/26 by ip4:192.0.2.192/26
include:a.example: [192.0.2.64/26] only [192.0.2.64/26] costs 1
 ip4:192.0.2.0/24: [192.0.2.64/26] costs 0
redirect=r.example: [192.0.2.192/26] only [192.0.2.192/26] costs 1
 ip4:192.0.2.192/26: [192.0.2.192/26] costs 0
refused softfail, match ~all of r.example.
refused neutral, match ?ip4:192.0.2.0/26 of example.co.jp.
`},
		{"only the message tells who passes by a macro", `
example.co.jp TXT "v=spf1 ip4:0.0.0.0/1 ip6:::/0 include:a.example -all"
a.example TXT "v=spf1 exists:%{i}.a.example -all"`, `
0.0.0.0/1 by ip4:0.0.0.0/1
::/0 by ip4:0.0.0.0/1
ip4:0.0.0.0/1: [0.0.0.0/1 ::/0] only [0.0.0.0/1 ::/0] costs 0
include:a.example: [] only [] dynamic costs 2
 exists:%{i}.a.example: [] dynamic costs 1
depends pass|fail, match exists:%{i}.a.example of a.example.
`},
		{"a list of those to be refused makes all depend on it", `
example.co.jp TXT "v=spf1 -exists:%{i}.bl.example ip4:192.0.2.0/24 include:gone.example ip4:198.51.100.0/24 -all"`, `
ip4:192.0.2.0/24: [192.0.2.0/24 198.51.100.0/24] only [192.0.2.0/24 198.51.100.0/24] costs 0
include:gone.example: [] only [] redundant costs 1
depends pass|fail, match -exists:%{i}.bl.example of example.co.jp.: listed [192.0.2.0/24]
error fail|permerror, include-none include:gone.example of example.co.jp.: listed [198.51.100.0/24]
`},
		{"behind a question without an answer nobody knows", `
example.co.jp TXT "v=spf1 ip4:192.0.2.0/24 include:away.example ip4:198.51.100.0/24 -all"
fault away.example TXT timeout`, `
192.0.2.0/24 by ip4:192.0.2.0/24
ip4:192.0.2.0/24: [192.0.2.0/24 198.51.100.0/24] only [192.0.2.0/24 198.51.100.0/24] costs 0
include:away.example: [] only [] open costs 1
unknown temperror, dns include:away.example of example.co.jp.: listed [198.51.100.0/24]
`},
		{"what comes after the tenth look-up is listed and does not pass", `
example.co.jp TXT "v=spf1 include:five.example include:five.example ip4:192.0.2.0/24 -all"
five.example TXT "v=spf1 a:h.example a:h.example a:h.example a:h.example a:h.example ?all"
h.example A 203.0.113.1
h.example AAAA 2001:db8::1`, `
203.0.113.1/32 by a:h.example a:h.example
2001:db8::1/128 by a:h.example a:h.example
include:five.example: [203.0.113.1/32 2001:db8::1/128] only [] redundant costs 6
 a:h.example: [203.0.113.1/32 2001:db8::1/128] costs 1
 a:h.example: [] costs 1
 a:h.example: [] costs 1
 a:h.example: [] costs 1
 a:h.example: [] costs 1
include:five.example: [203.0.113.1/32 2001:db8::1/128] only [] redundant costs 6
 a:h.example: [203.0.113.1/32 2001:db8::1/128] costs 1
 a:h.example: [] costs 1
 a:h.example: [] costs 1
 a:h.example: [] costs 1
 a:h.example: [] costs 1
ip4:192.0.2.0/24: [192.0.2.0/24] only [192.0.2.0/24] costs 0
[203.0.113.1/32 2001:db8::1/128] in include:five.example include:five.example
error permerror, lookups include:five.example of example.co.jp.: listed [192.0.2.0/24]
`},
		{"a record that denies all", `example.co.jp TXT "v=spf1 -all"`, "\nrefused fail, match -all of example.co.jp.\n"},
		{"a mistake", `example.co.jp TXT "v=spf1 ipv4:192.0.2.1 -all"`, "\nnil"},
	}
	for _, test := range tests {
		f := Expand(context.Background(), newWorld(t, test.lines), "example.co.jp.", Identity{})
		if got := "\n" + shownNetworks(f.Networks()); got != test.want {
			t.Errorf("%s:%s\nwant%s", test.why, got, test.want)
		}
	}
}

// Whatever the tree: those who pass and the rest are all addresses, each once;
// the networks listed are those who pass, and something brings each.
func TestNetworksAreComplete(t *testing.T) {
	told, whole := map[RestKind]int{}, []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}
	for seed := range uint64(300) {
		lines := randomTree(rand.New(rand.NewPCG(seed, 7)))
		f := Expand(context.Background(), newWorld(t, lines), "example.co.jp.", Identity{})
		n := f.Networks()
		if n == nil {
			continue
		}
		var all, listed netipx.IPSetBuilder
		all.AddSet(n.Passing)
		for _, r := range n.Rest {
			told[r.Kind]++
			if set := built(&all); set.Overlaps(r.Set) {
				t.Errorf("seed %d: %s %s has addresses of others\n%s", seed, r.Kind, r.Results, lines)
			}
			all.AddSet(r.Set)
			if r.Results == Of(ResultPass) || len(r.Decisions) == 0 {
				t.Errorf("seed %d: %s decided by %v", seed, r.Results, r.Decisions)
			}
		}
		if set := built(&all); !slices.Equal(Prefixes(set), whole) {
			t.Errorf("seed %d: %v are all\n%s", seed, Prefixes(set), lines)
		}
		for _, o := range n.Origins {
			listed.AddPrefix(o.Prefix)
			if len(o.Sources) == 0 {
				t.Errorf("seed %d: nothing brings %s\n%s%s", seed, o.Prefix, shownNetworks(n), lines)
			}
		}
		if set := built(&listed); !slices.Equal(Prefixes(set), Prefixes(n.Passing)) {
			t.Errorf("seed %d: %v is listed, %v passes", seed, set.Prefixes(), n.Passing.Prefixes())
		}
	}
	if told[RestRefused] < 50 || told[RestError] < 10 || told[RestDepends] < 5 {
		t.Errorf("the trees have only %v", told)
	}
}

func BenchmarkHostileNetworks(b *testing.B) {
	for _, alternate := range []bool{false, true} {
		f := Expand(context.Background(), newWorld(b, hostileTree(alternate, false)), "example.co.jp.", Identity{})
		b.Run(fmt.Sprintf("alternate=%v", alternate), func(b *testing.B) {
			for b.Loop() {
				f.Networks()
			}
		})
	}
}

// What nothing is lost without can be left out of the record as receivers
// evaluate it: each such part is tried.
func TestRedundantSourcesCanBeLeftOut(t *testing.T) {
	const hosts = `
h.example A 192.0.2.3
h.example AAAA 2001:db8::3
q.example TXT "v=spf1 ip4:198.51.100.0/24 ip4:203.0.113.0/24 -all"
`
	ten := strings.Repeat("a:h.example ", 10)
	tests := []struct {
		why, lines string
		redundant  []string
	}{
		{"what covers it stands behind the last look-up", `example.co.jp TXT "v=spf1 ip4:198.51.100.0/24 ` + ten + `include:q.example -all"`, []string{"a:h.example"}},
		{"what covers it is within the limits", `example.co.jp TXT "v=spf1 ip4:198.51.100.0/24 include:q.example a:h.example -all"`, []string{"ip4:198.51.100.0/24"}},
		{"it keeps all from a limit that they come to without it", `example.co.jp TXT "v=spf1 ip4:128.0.0.0/1 ip4:0.0.0.0/1 a:no.example a:no.example a:no.example ip4:128.0.0.0/1 -all"`,
			[]string{"a:no.example", "a:no.example", "a:no.example"}},
		{"it costs the look-up that is one too many", `example.co.jp TXT "v=spf1 ` + ten + `mx:h.example ip4:203.0.113.0/24 -all"
h.example MX 10 h.example.`, []string{"a:h.example", "mx:h.example"}},
	}
	for _, test := range tests {
		f := Expand(context.Background(), newWorld(t, test.lines+hosts), "example.co.jp.", Identity{})
		var got []string
		for _, s := range f.Networks().Sources {
			if name := s.Terms[0].String(); s.Redundant && !(name == "a:h.example" && slices.Contains(got, name)) {
				got = append(got, name)
			}
			without := Compile(f.Root, CompileOptions{Drop: func(e *Expanded) bool { return slices.Contains(s.Terms, e) }})
			if lost := difference(f.real().Passing(), without.Passing()); s.Redundant && !empty(lost) {
				t.Errorf("%s: without %s nothing is lost but %v", test.why, s.Terms[0], lost.Prefixes())
			}
		}
		if !slices.Equal(got, test.redundant) {
			t.Errorf("%s: redundant are %q, want %q", test.why, got, test.redundant)
		}
	}
}
