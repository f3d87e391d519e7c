package spf

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"go4.org/netipx"

	"mailauth/checks"
	"mailauth/resolver"
)

// limitTree makes records at the limits: many look-ups and empty answers, with
// refusals and static answers that may keep everybody from them.
func limitTree(rng *rand.Rand) string {
	pick := func(list ...string) string { return list[rng.IntN(len(list))] }
	term := func(depth int) string {
		sign := pick("", "", "", "", "", "?", "-", "~")
		if depth < 2 && rng.IntN(4) == 0 {
			return sign + fmt.Sprintf("include:n%d%d.example", depth, rng.IntN(3))
		}
		return sign + pick("a:h1.example", "a:h2.example", "a:h3.example/9", "mx:h1.example", "a:void.example", "a:four.example", "mx:void.example",
			"exists:void.example", "exists:%{i}.x.example", "a:h1.example", "a:h2.example", "ip4:0.0.0.0/1", "ip4:128.0.0.0/2", "ip6:::/0", "ip4:198.51.0.0/16",
			pick("exists:h1.example", "ip4:0.0.0.0/0", "a:h1.example/0", "a:h1.example//0", "all", "ip6:2001:db8::/32"))
	}
	record := func(depth, n int) string {
		terms := []string{"v=spf1"}
		for range n {
			terms = append(terms, term(depth))
		}
		return strings.Join(append(terms, pick("-all", "~all", "?all", "", "+all")), " ")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "example.co.jp TXT %s\n", resolver.NewTXT(record(0, 2+rng.IntN(8))))
	for depth := range 2 {
		for i := range 3 {
			fmt.Fprintf(&b, "n%d%d.example TXT %s\n", depth, i, resolver.NewTXT(record(depth+1, rng.IntN(6))))
		}
	}
	b.WriteString(hostsOf(4) + "\nh1.example MX 10 h2.example.\nfour.example A 192.0.2.4\n")
	return b.String()
}

// What a limit makes of a record is what the evaluator for one client meets, at
// every address where the partition changes.
func TestLimitsAgreeWithTheEvaluator(t *testing.T) {
	raised := map[string]int{}
	for seed := range uint64(250) {
		lines := limitTree(rand.New(rand.NewPCG(seed, 5)))
		w := newWorld(t, lines)
		report, f := w.audit(t)
		if f.Root.Record == nil || slices.ContainsFunc(f.Ledger.Entries, func(e Entry) bool { return e.term.Dynamic }) {
			continue
		}
		lookups, voids4, voids6 := 0, 0, 0
		for _, addr := range boundaries(f.meant, clients()) {
			got := CheckHost(context.Background(), w, Query{IP: addr, Domain: "example.co.jp", Sender: "a@example.co.jp", HELO: "example.co.jp", Unlimited: true})
			lookups = max(lookups, got.Lookups)
			if addr.Is4() {
				voids4 = max(voids4, got.Voids)
			} else {
				voids6 = max(voids6, got.Voids)
			}
		}
		severity := func(r *checks.Rule) checks.Severity {
			for _, found := range report.Findings {
				if found.Rule == r {
					raised[r.ID+" "+found.Severity.String()]++
					return found.Severity
				}
			}
			return 0
		}
		if got := severity(RuleLookupsOver); (got == checks.Error) != (lookups > MaxLookups) || (got == 0) != (f.Ledger.Lookups <= MaxLookups) {
			t.Errorf("seed %d: lookups %q, while a client meets %d of %d", seed, got, lookups, f.Ledger.Lookups)
		}
		fatal := voids4 > MaxVoids || voids6 > MaxVoids && f.Static.passesIPv6()
		if got := severity(RuleVoidOver); (got == checks.Error) != fatal || (got == 0) != (max(f.Ledger.Void4, f.Ledger.Void6) <= MaxVoids) {
			t.Errorf("seed %d: voids %q, while clients meet %d and %d of %d and %d", seed, got, voids4, voids6, f.Ledger.Void4, f.Ledger.Void6)
		}
		if t.Failed() {
			t.Fatal(lines)
		}
	}
	for _, line := range []string{"spf-lookups-over error", "spf-lookups-over warning", "spf-void-over error", "spf-void-over info"} {
		if raised[line] < 5 {
			t.Errorf("%s is raised only %d times", line, raised[line])
		}
	}
}

// boundaries are the first and last addresses of every stretch of a partition,
// within a set.
func boundaries(p *Policy, within *netipx.IPSet) []netip.Addr {
	var list []netip.Addr
	for _, region := range p.Regions() {
		var b netipx.IPSetBuilder
		for _, r := range region.Ranges {
			b.AddRange(r)
		}
		for _, r := range intersection(built(&b), within).Ranges() {
			list = append(list, r.From(), r.To())
		}
	}
	return list
}

func TestFaultsNeverInventAtTheLimits(t *testing.T) {
	for seed := range uint64(300) {
		lines := limitTree(rand.New(rand.NewPCG(seed, 6)))
		whole, _ := newWorld(t, lines).audit(t)
		for _, share := range []uint64{3, 10} {
			w := newWorld(t, lines)
			w.fails = func(q resolver.Question) bool {
				h := fnv.New64a()
				fmt.Fprint(h, seed, share, q)
				return q.Name != "example.co.jp." && (h.Sum64()>>7)%share == 0
			}
			faulty, _ := w.audit(t)
			for _, complaint := range differences(whole, faulty) {
				t.Errorf("seed %d, one in %d fails: %s", seed, share, complaint)
			}
		}
		if t.Failed() {
			t.Fatal(lines)
		}
	}
}
