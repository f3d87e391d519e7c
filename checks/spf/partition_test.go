package spf

import (
	"context"
	"math/big"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"go4.org/netipx"
	"pgregory.net/rapid"
)

// drawnPolicy compiles the policy of a random world.
func drawnPolicy(t *testing.T, rt *rapid.T, o CompileOptions) (*Policy, *Domain) {
	made := makeWorld(drawn(rt))
	root := Expand(context.Background(), newWorld(t, made.lines), "example.co.jp.", made.from).Root
	return Compile(root, o), root
}

// drawnPrefix is a network of any size, most of them at an edge of the policy.
func drawnPrefix(rt *rapid.T, p *Policy) netip.Prefix {
	addr := rapid.SampledFrom(p.edges()).Draw(rt, "address")
	if rapid.IntRange(0, 5).Draw(rt, "mapped") == 0 {
		addr = netip.AddrFrom16(addr.As16()) // as IPv4-mapped, if it is IPv4
	}
	bits := rapid.IntRange(0, addr.BitLen()).Draw(rt, "bits")
	if rapid.Bool().Draw(rt, "narrow") {
		bits = addr.BitLen() - bits%9
	}
	return netip.PrefixFrom(addr, bits)
}

var (
	all4 = new(big.Int).Lsh(big.NewInt(1), 32)
	all6 = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 128), all4) // without the IPv4-mapped ones
)

// Every address is in one region, and its cell is the one that a look-up gives.
func TestPartitionIsDisjointAndComplete(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p, _ := drawnPolicy(t, rt, CompileOptions{Unlimited: rapid.Bool().Draw(rt, "unlimited")})
		sum := covers(rt, p, p.Regions())
		if sum[family4].Cmp(all4) != 0 || sum[family6].Cmp(all6) != 0 {
			rt.Fatalf("the regions have %s IPv4 and %s IPv6 addresses", sum[family4], sum[family6])
		}
		prefix := drawnPrefix(rt, p)
		regions := p.Within(prefix)
		sum = covers(rt, p, regions)
		inside := prefixSet(prefix)
		for family, want := range sizesOf(inside) {
			if sum[family].Cmp(want) != 0 {
				rt.Fatalf("%s: its regions have %s addresses of family %d, expected %s", prefix, sum[family], family, want)
			}
		}
		for _, r := range regions {
			for _, part := range r.Ranges {
				if !inside.ContainsRange(part) {
					rt.Fatalf("%s: %s is not within", prefix, part)
				}
			}
		}
	})
}

// covers checks that regions are disjoint, sorted, and what look-ups say; it
// counts their addresses of both families.
func covers(rt interface{ Fatalf(string, ...any) }, p *Policy, regions []Region) [families]*big.Int {
	var seen netipx.IPSetBuilder
	sum := [families]*big.Int{new(big.Int), new(big.Int)}
	cells := map[Cell]bool{}
	for i, r := range regions {
		if cells[r.Cell] {
			rt.Fatalf("two regions of one cell: %s", r.Results())
		}
		cells[r.Cell] = true
		if i > 0 && regions[i-1].Ranges[0].From().Compare(r.Ranges[0].From()) >= 0 {
			rt.Fatalf("region %d begins before the one before it", i)
		}
		for j, part := range r.Ranges {
			if j > 0 && r.Ranges[j-1].To().Compare(part.From()) >= 0 {
				rt.Fatalf("region %d: %s stands behind %s", i, part, r.Ranges[j-1])
			}
			if set := built(&seen); set.OverlapsRange(part) {
				rt.Fatalf("%s is in two regions", part)
			}
			seen.AddRange(part)
			for _, addr := range []netip.Addr{part.From(), part.To()} {
				if p.At(addr) != r.Cell {
					rt.Fatalf("%s is in a region of %s, the look-up says %s", addr, r.Results(), p.At(addr).Results())
				}
			}
		}
		size := Addresses(r.Prefixes())
		sum[familyNumber(r.Ranges[0].From())].Add(sum[familyNumber(r.Ranges[0].From())], size)
	}
	return sum
}

// prefixSet are the clients in a network: IPv4-mapped addresses are IPv4, and
// an IPv6 network has none of them.
func prefixSet(p netip.Prefix) *netipx.IPSet {
	p = p.Masked()
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	var b netipx.IPSetBuilder
	b.AddPrefix(p)
	b.RemovePrefix(netip.MustParsePrefix("::ffff:0:0/96"))
	return built(&b)
}

func sizesOf(s *netipx.IPSet) [families]*big.Int {
	var of [families][]netip.Prefix
	for _, p := range s.Prefixes() {
		of[familyNumber(p.Addr())] = append(of[familyNumber(p.Addr())], p)
	}
	return [families]*big.Int{Addresses(of[family4]), Addresses(of[family6])}
}

// A difference of policies is empty for one and itself, the mirror image the
// other way round, and for every address what the look-ups say.
func TestDiffIsAntisymmetricAndExact(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, root := drawnPolicy(t, rt, CompileOptions{})
		b, _ := drawnPolicy(t, rt, CompileOptions{})
		for _, p := range []*Policy{a, b} {
			if changes := Diff(p, p); len(changes) > 0 {
				rt.Fatalf("%d changes to itself", len(changes))
			}
		}
		if changes := Diff(a, Compile(root, CompileOptions{})); len(changes) > 0 {
			rt.Fatalf("%d changes to the same, compiled again", len(changes))
		}
		changes, back := Diff(a, b), Diff(b, a)
		if len(changes) != len(back) {
			rt.Fatalf("%d changes, %d backwards", len(changes), len(back))
		}
		for _, c := range changes {
			mirror := slices.IndexFunc(back, func(m Change) bool { return m.From == c.To && m.To == c.From })
			if mirror < 0 || !back[mirror].Set.Equal(c.Set) || c.From == c.To || empty(c.Set) {
				rt.Fatalf("%s to %s, %v: not so backwards", c.From, c.To, c.Set.Prefixes())
			}
		}
		for _, addr := range slices.Concat(a.edges(), b.edges()) {
			from, to, in := a.At(addr).Results(), b.At(addr).Results(), 0
			for _, c := range changes {
				if c.Set.Contains(addr) {
					in++
					if c.From != from || c.To != to {
						rt.Fatalf("%s goes from %s to %s, the difference says %s to %s", addr, from, to, c.From, c.To)
					}
				}
			}
			if in != count(from != to) {
				rt.Fatalf("%s goes from %s to %s, and is in %d changes", addr, from, to, in)
			}
		}
	})
}

// Where nobody comes to a limit, it is as if there were none. Elsewhere those
// who do are the only ones for whom it makes a difference.
func TestLimitsMatterToThoseWhoMeetThem(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p, root := drawnPolicy(t, rt, CompileOptions{})
		free := Compile(root, CompileOptions{Unlimited: true})
		worst := p.Worst()
		if worst != free.Worst() {
			rt.Fatalf("the worst is %+v with limits, %+v without", worst, free.Worst())
		}
		changes := Diff(p, free)
		if worst.Lookups <= MaxLookups && max(worst.Void4, worst.Void6) <= MaxVoids && len(changes) > 0 {
			rt.Fatalf("within the limits %+v, yet %d changes", worst, len(changes))
		}
		over := func(o Ending) bool { return o.Lookups > MaxLookups || o.Voids > MaxVoids }
		loops := func(o Ending) bool { return o.Decision().Cause == CauseLoop } // which a limit ends, if there is one
		for _, addr := range free.edges() {
			with, without := p.At(addr).Endings(), free.At(addr).Endings()
			if slices.ContainsFunc(without, loops) {
				continue
			}
			met := slices.ContainsFunc(without, over)
			if met != slices.ContainsFunc(with, over) || !met && !slices.EqualFunc(with, without, sameEnding) {
				rt.Fatalf("%s: with limits%s\nwithout%s", addr, shownEndings(p.At(addr)), shownEndings(free.At(addr)))
			}
		}
	})
}

func sameEnding(a, b Ending) bool {
	return a.Result == b.Result && a.Lookups == b.Lookups && a.Voids == b.Voids && a.Dynamic == b.Dynamic && a.Term() == b.Term() &&
		slices.Equal(a.Through(), b.Through())
}

// Whatever is written in a record is there again when it is printed.
func TestParseThenString(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := drawn(rt)
		w := &worldMaker{dice: d}
		words := []string{d.of("v=spf1", "V=SPF1", "v=spf1 ")}
		for range 1 + d(8) {
			switch d(4) {
			case 0:
				words = append(words, w.mistake())
			case 1:
				words = append(words, w.modifier())
			case 2:
				words = append(words, rapid.StringMatching(`[-+?~]?[a-z0-9]{1,8}([:=/][ -~]{0,12})?`).Draw(rt, "term"))
			case 3:
				words = append(words, w.term(d(len(recordNames))))
			}
		}
		text := strings.Join(words, d.of(" ", "  "))
		r := Parse(text)
		if got := r.String(); got != text {
			rt.Fatalf("%q printed as %q", text, got)
		}
		if again := Parse(r.Canonical()); again.Canonical() != r.Canonical() || (len(again.Errors) == 0) != (len(r.Errors) == 0) {
			rt.Fatalf("%q: its canonical form %q is not stable: %q", text, r.Canonical(), again.Canonical())
		}
	})
}
