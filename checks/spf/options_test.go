package spf

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"mailauth/resolver"
)

// A term that is dropped is as one that was never written.
func TestDropIsRemoval(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		made := makeWorld(drawn(rt))
		root := made.expand(t)
		at := rapid.IntRange(0, len(root.Terms)-1).Draw(rt, "term")
		e := root.Terms[at]
		if e.Kind == All || len(root.Record.Errors) > count(e.Broken) {
			return // what stands behind all would count; one mistake less is still a mistake
		}
		text := root.Record.Text
		text = strings.TrimSpace(text[:e.Span.Start]) + text[e.Span.End:]
		_, rest, _ := strings.Cut(made.lines, "\n")
		without := randomWorld{fmt.Sprintf("example.co.jp TXT %s\n%s", quoted(text), rest), made.from, nil}
		p := Compile(root, CompileOptions{Drop: func(other *Expanded) bool { return other == e }})
		q := Compile(without.expand(t), CompileOptions{})
		for _, addr := range slices.Concat(p.edges(), q.edges()) {
			if dropped, removed := p.At(addr), q.At(addr); !slices.EqualFunc(dropped.Endings(), removed.Endings(), sameOutcome) {
				rt.Fatalf("%s without %s: dropped%s\nremoved%s\n%s", addr, e, shownEndings(dropped), shownEndings(removed), made)
			}
		}
	})
}

func (w randomWorld) expand(t *testing.T) *Domain {
	return Expand(context.Background(), newWorld(t, w.lines), "example.co.jp.", w.from).Root
}

func sameOutcome(a, b Ending) bool {
	return a.Result == b.Result && a.Lookups == b.Lookups && a.Voids == b.Voids && a.Dynamic == b.Dynamic &&
		a.Decision().Cause == b.Decision().Cause && a.Decision().Term == b.Decision().Term
}

// Who comes to a match without meeting anything broken or unanswered has the
// same result when that is taken for not there.
func TestMendedKeepsWhatIsDecided(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p, root := drawnPolicy(t, rt, CompileOptions{Unlimited: true})
		mended := Compile(root, meant)
		for _, addr := range slices.Concat(p.edges(), mended.edges()) {
			results := p.At(addr).Results()
			if decided, ok := results.Only(); !ok || decided.failed() || decided == ResultNone {
				continue
			}
			if got := mended.At(addr).Results(); got != results {
				rt.Fatalf("%s is %s, mended %s", addr, results, got)
			}
		}
	})
}

// The sets of a policy hold what its look-ups say.
func TestSetsAreWhatLookupsSay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p, _ := drawnPolicy(t, rt, CompileOptions{})
		passing, dynamic := p.Passing(), p.Where(func(c Cell) bool { return slices.ContainsFunc(c.Endings(), func(o Ending) bool { return o.Dynamic }) })
		for r := range Result(results) {
			set := p.Set(func(s Results) bool { return s.Has(r) })
			for _, addr := range p.edges() {
				if cell := p.At(addr); set.Contains(addr) != cell.Results().Has(r) {
					rt.Fatalf("%s: %s is in it %v, the look-up says %s", r, addr, set.Contains(addr), cell.Results())
				}
			}
		}
		for _, addr := range p.edges() {
			cell := p.At(addr)
			if mapped := netip.AddrFrom16(addr.As16()); p.At(mapped) != cell {
				rt.Fatalf("%s is %s, as an IPv4-mapped address %s", addr, cell.Results(), p.At(mapped).Results())
			}
			if passing.Contains(addr) != (cell.Results() == Of(ResultPass)) {
				rt.Fatalf("%s is %s, passing %v", addr, cell.Results(), passing.Contains(addr))
			}
			if several := len(cell.Results().List()) > 1; several && !dynamic.Contains(addr) {
				rt.Fatalf("%s is %s, and depends on nothing%s", addr, cell.Results(), shownEndings(cell))
			}
		}
	})
}

// Where the tree is larger than the budget, the policy is unknown behind it, and
// nowhere else than check_host() says.
func TestPolicyPastTheBudget(t *testing.T) {
	lines := `example.co.jp TXT "v=spf1`
	for i := range 16 {
		lines += fmt.Sprintf(" mx:ten%d.example", i)
	}
	lines += " -all\"\n"
	for i := range 16 {
		for j := range 10 {
			lines += fmt.Sprintf("ten%d.example MX %d h%d.ten%d.example.\nh%d.ten%d.example A 192.0.2.%d\n", i, j, j, i, j, i, 10*i+j)
		}
	}
	w := newWorld(t, lines)
	p := compiled(t, lines, Identity{}, CompileOptions{Unlimited: true})
	unknown := 0
	for last := range 160 {
		addr := netip.AddrFrom4([4]byte{192, 0, 2, byte(last)})
		o := p.At(addr).Endings()[0]
		e := CheckHost(context.Background(), w, Query{IP: addr, Domain: "example.co.jp", Unlimited: true})
		switch {
		case e.Result != ResultPass:
			t.Fatalf("%s: %s here", addr, e.Result)
		case o.Result == ResultUnknown && resolver.KindOf(o.Decision().Err) == resolver.OverBudget:
			unknown++
		case !o.fits(e):
			t.Errorf("%s: %s", addr, shownEndings(p.At(addr)))
		}
	}
	if unknown == 0 || unknown > 60 {
		t.Errorf("%d of 160 hosts are unknown", unknown)
	}
}
