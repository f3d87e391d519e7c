package flatten

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"mailauth/checks/spf"
	"mailauth/resolver"
)

// grower draws a DNS with a tree of records in it.
type grower struct {
	*rapid.T
	lines strings.Builder
}

func (g *grower) one(label string, from ...string) string {
	return rapid.SampledFrom(from).Draw(g.T, label)
}

func (g *grower) add(format string, args ...any) { fmt.Fprintf(&g.lines, format+"\n", args...) }

// world draws records at the domain, three own names and two of others, each of
// which leads only to those after it, and the hosts that they name.
func (g *grower) world() string {
	g.add("h1.example.co.jp A 192.0.2.1")
	g.add("h1.example.co.jp A 192.0.2.2")
	g.add("h1.example.co.jp AAAA 2001:db8::1")
	g.add("h2.example.co.jp A 192.0.2.5")
	g.add("h3.example.co.jp AAAA 2001:db8::5")
	g.add("h4.example.co.jp CNAME h1.vendor.example.")
	g.add("h1.vendor.example A 192.0.2.9")
	g.add("on.example.co.jp A 127.0.0.2")
	for i := range 16 {
		if rapid.Bool().Draw(g.T, "listed") {
			g.add("192.0.2.%d.list.example.co.jp A 127.0.0.2", i)
		}
		if rapid.Bool().Draw(g.T, "listed") {
			g.add("192.0.2.%d._a.example.co.jp A 127.0.0.2", i)
		}
	}
	names := []string{"example.co.jp", "_a.example.co.jp", "_b.example.co.jp", "_c.example.co.jp", "spf.vendor.example", "net.vendor.example"}
	for i, name := range names {
		if i < 4 && rapid.Bool().Draw(g.T, "mail host") {
			g.add("%s A 192.0.2.%d", name, rapid.IntRange(0, 15).Draw(g.T, "host"))
		}
		if i < 4 && rapid.Bool().Draw(g.T, "mx") {
			g.add("%s MX 10 %s.", name, g.one("exchange", "h1.example.co.jp", "h2.example.co.jp", "h4.example.co.jp", "h1.vendor.example"))
		}
		record := g.record(names[i+1:])
		if i == 0 && g.one("own networks", "few", "few", "few", "many") == "many" {
			record = strings.Replace(record, "v=spf1", "v=spf1"+apartNetworks(24), 1)
		}
		g.add("%s TXT %s", name, resolver.NewTXT(record))
	}
	return g.lines.String()
}

// apartNetworks are terms that cannot be joined; 24 do not fit in one record.
func apartNetworks(count int) string {
	var terms strings.Builder
	for i := range count {
		fmt.Fprintf(&terms, " ip6:2001:db8:%x::/48", 0x100+2*i)
	}
	return terms.String()
}

func (g *grower) record(targets []string) string {
	words := []string{"v=spf1"}
	for range rapid.IntRange(0, 5).Draw(g.T, "terms") {
		words = append(words, g.one("sign", "", "", "", "-", "~", "?")+g.mechanism(targets))
	}
	end := g.one("end", "-all", "~all", "?all", "+all", "", "redirect")
	if end == "redirect" && len(targets) > 0 {
		end = "redirect=" + g.one("target", targets...)
	} else if end == "redirect" {
		end = "-all"
	}
	return strings.TrimSpace(strings.Join(append(words, end), " "))
}

func (g *grower) mechanism(targets []string) string {
	kinds := []string{"ip4", "ip4", "ip6", "a", "mx", "exists", "dynamic"}
	if len(targets) > 0 {
		kinds = append(kinds, "include", "include", "include")
	}
	switch g.one("kind", kinds...) {
	case "ip4":
		return fmt.Sprintf("ip4:192.0.2.%d/%d", rapid.IntRange(0, 15).Draw(g.T, "octet"), rapid.IntRange(28, 32).Draw(g.T, "bits"))
	case "ip6":
		return fmt.Sprintf("ip6:2001:db8::%x/%d", rapid.IntRange(0, 15).Draw(g.T, "last"), rapid.IntRange(124, 128).Draw(g.T, "bits"))
	case "a":
		return g.one("host", "a", "a/30", "a:h1.example.co.jp", "a:h2.example.co.jp/31", "a:h3.example.co.jp//126", "a:h4.example.co.jp", "a:h1.vendor.example")
	case "mx":
		return g.one("exchanges", "mx", "mx/29", "mx:_a.example.co.jp")
	case "exists":
		return g.one("switch", "exists:on.example.co.jp", "exists:off.example.co.jp", "exists:on.vendor.example")
	case "dynamic":
		return g.one("macro", "exists:%{i}.list.example.co.jp", "exists:%{i}.%{d}", "exists:%{l}.%{d2}", "include:%{i}.none.%{d}", "exists:%{p}.%{d}")
	}
	return "include:" + g.one("target", targets...)
}

// Whatever the tree, a plan is either refused for a reason, or its records give
// every client what the old ones gave, whoever evaluates them.
func TestFlattenKeepsEveryResult(t *testing.T) {
	verdicts := map[Verdict]int{}
	chains := 0
	rapid.Check(t, func(t *rapid.T) {
		g := &grower{T: t}
		lines := g.world()
		w := newWorld(t, lines)
		o := options()
		o.All = rapid.Bool().Draw(t, "all")
		p, err := Flatten(context.Background(), w, domain, o)
		if err != nil {
			t.Fatalf("%v\n%s", err, lines)
		}
		verdicts[p.Verdict]++
		if p.Verdict != Fits {
			if len(p.Broken)+len(p.Over) == 0 {
				t.Fatalf("%s without a reason\n%s", p.Verdict, lines)
			}
			return
		}
		chains += len(p.Records) - 1
		patched, err := resolver.Patch(context.Background(), p.Edits, w)
		if err != nil {
			t.Fatal(err)
		}
		for _, addr := range clients() {
			q := spf.Query{IP: addr, Domain: "example.co.jp", Sender: "h1@example.co.jp", HELO: "h1.example.co.jp"}
			limited := spf.CheckHost(context.Background(), patched, q)
			q.Unlimited = true
			before := spf.CheckHost(context.Background(), w, q)
			if before.Result != limited.Result {
				t.Fatalf("%s: %s before, %s after\n%s\n%s", addr, before.Result, limited.Result, lines, shown(p))
			}
		}
		if again := planFor(t, patched, Options{All: o.All, Names: o.Names}); again.Verdict != Fits || again.After.Lookups > p.After.Lookups {
			t.Fatalf("flattened again: %s %+v, %d look-ups, %d before\n%s\n%s\n%s", again.Verdict, again.Over, again.After.Lookups, p.After.Lookups, lines, shown(p), shown(again))
		}
	})
	t.Logf("%v, %d further records", verdicts, chains)
	if !testing.Short() && (verdicts[Fits] < 20 || chains < 5) {
		t.Errorf("verdicts %v, %d further records: nothing was tried", verdicts, chains)
	}
}

func clients() []netip.Addr {
	all := []netip.Addr{netip.MustParseAddr("203.0.113.1"), netip.MustParseAddr("2001:db8:1::")}
	for i := range 17 {
		all = append(all, netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}))
		six := netip.MustParseAddr("2001:db8::").As16()
		six[15] = byte(i)
		all = append(all, netip.AddrFrom16(six))
	}
	return all
}
