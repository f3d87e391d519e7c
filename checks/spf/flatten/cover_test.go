package flatten

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"go4.org/netipx"
	"pgregory.net/rapid"

	"mailauth/checks/spf"
)

func prefixes(list string) []netip.Prefix {
	var all []netip.Prefix
	for _, text := range strings.Fields(list) {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}

func texts(list []network) string {
	var words []string
	for _, n := range list {
		words = append(words, sign(n.label.result())+n.written)
	}
	return strings.Join(words, " ")
}

func TestCover(t *testing.T) {
	pass, fail := spf.ResultPass, spf.ResultFail
	tests := []struct {
		why        string
		pass, fail string
		around     label
		done       string
		want       string
	}{
		{"nobody", "", "", undecided, "", ""},
		{"neighbours are one network", "192.0.2.0/25 192.0.2.128/25", "", undecided, "", "ip4:192.0.2.0/24"},
		{"what is inside another goes", "192.0.2.0/24 192.0.2.7/32", "", undecided, "", "ip4:192.0.2.0/24"},
		{"single hosts have no length", "192.0.2.1/32 2001:db8::1/128", "", undecided, "", "ip4:192.0.2.1 ip6:2001:db8::1"},
		{"an exception is shorter than the rest in eight parts", "192.0.2.0/24", "192.0.2.7/32", labelOf(fail), "", "-ip4:192.0.2.7 ip4:192.0.2.0/24"},
		{"nobody around: an exception that fails anyway needs a term", "192.0.2.0/24", "192.0.2.7/32", undecided, "", "-ip4:192.0.2.7 ip4:192.0.2.0/24"},
		{"what gets the result of all needs no term", "192.0.2.7/32", "192.0.2.128/25", labelOf(fail), "", "ip4:192.0.2.7"},
		{"what was decided before may be covered", "192.0.2.0/25 192.0.2.129/32", "", undecided, "192.0.2.128/32 192.0.2.130/31 192.0.2.132/30 192.0.2.136/29 192.0.2.144/28 192.0.2.160/27 192.0.2.192/26", "ip4:192.0.2.0/24"},
		{"exceptions of exceptions", "192.0.2.0/24 192.0.2.65/32", "192.0.2.64/26", undecided, "", "ip4:192.0.2.65 -ip4:192.0.2.64/26 ip4:192.0.2.0/24"},
		{"everybody of one family", "0.0.0.0/0", "", labelOf(fail), "", "ip4:0.0.0.0/0"},
		{"mapped addresses are nobody", "::/1 8000::/1", "", labelOf(fail), "", "ip6:::/0"},
	}
	for _, tt := range tests {
		passing, failing := setOf(prefixes(tt.pass)...), setOf(prefixes(tt.fail)...)
		inner := common(passing, failing)
		if tt.why == "exceptions of exceptions" {
			failing = minus(failing, setOf(prefixes("192.0.2.65/32")...))
		} else {
			passing = minus(passing, inner)
		}
		passing = minus(passing, failing)
		got := texts(cover(map[spf.Result]*netipx.IPSet{pass: passing, fail: failing}, tt.around, setOf(prefixes(tt.done)...)))
		if got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.why, got, tt.want)
		}
	}
}

// anyPrefix draws networks that overlap and touch often.
func anyPrefix() *rapid.Generator[netip.Prefix] {
	return rapid.Custom(func(t *rapid.T) netip.Prefix {
		last := byte(rapid.IntRange(0, 15).Draw(t, "last"))
		if rapid.Bool().Draw(t, "six") {
			octets := netip.MustParseAddr("2001:db8::").As16()
			octets[15] = last
			p, _ := netip.AddrFrom16(octets).Prefix(rapid.IntRange(123, 128).Draw(t, "bits"))
			return p
		}
		p, _ := netip.AddrFrom4([4]byte{192, 0, 2, last}).Prefix(rapid.IntRange(27, 32).Draw(t, "bits"))
		return p
	})
}

// anyBlock draws disjoint sets, and what was decided before.
func anyBlock(t *rapid.T) (sets map[spf.Result]*netipx.IPSet, done *netipx.IPSet) {
	done = setOf(rapid.SliceOfN(anyPrefix(), 0, 3).Draw(t, "done")...)
	sets = map[spf.Result]*netipx.IPSet{}
	taken := done
	for _, q := range qualifiers {
		set := minus(setOf(rapid.SliceOfN(anyPrefix(), 0, 5).Draw(t, "set")...), taken)
		sets[q.result] = set
		taken = union(taken, set)
	}
	return sets, done
}

// Whoever reads the list from the left gets for every address what the sets say,
// unless it was decided before.
func TestCoverKeepsTheSets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sets, done := anyBlock(t)
		around := label(rapid.IntRange(0, 4).Draw(t, "around"))
		left := minus(everybody(), done)
		got := map[label]*netipx.IPSet{}
		list := cover(sets, around, done)
		for _, n := range list {
			matched := common(left, setOf(n.prefix))
			got[n.label] = union(got[n.label], matched)
			left = minus(left, matched)
		}
		got[around] = union(got[around], left)
		covered := done
		for _, q := range qualifiers {
			covered = union(covered, sets[q.result])
		}
		rest := minus(everybody(), covered)
		for l := range label(labels) {
			want := &netipx.IPSet{}
			if l != undecided {
				want = union(sets[l.result()])
			}
			if l == around {
				want = union(want, rest)
			}
			if have := union(got[l]); !have.Equal(want) {
				t.Fatalf("label %d: got %v, want %v, list %s", l, have.Prefixes(), want.Prefixes(), texts(list))
			}
		}
	})
}

// No list of networks that netipx makes of the sets is shorter.
func TestCoverIsNoLongerThanPlainLists(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sets, done := anyBlock(t)
		plain, best := 0, 0
		for _, q := range qualifiers {
			for _, p := range sets[q.result].Prefixes() {
				plain += labelOf(q.result).octets(written(p))
			}
		}
		list := cover(sets, undecided, done)
		for _, n := range list {
			best += n.octets()
		}
		if best > plain {
			t.Fatalf("%d octets, %d without thinking: %s", best, plain, texts(list))
		}
	})
}

func TestLevelsAreInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sets, done := anyBlock(t)
		list := cover(sets, label(rapid.IntRange(0, 4).Draw(t, "around")), done)
		for i, n := range list {
			if slices.ContainsFunc(list[:i], func(o network) bool { return o.prefix.Overlaps(n.prefix) && o.prefix.Bits() < n.prefix.Bits() }) {
				t.Fatalf("%s stands behind what contains it: %s", n.prefix, texts(list))
			}
		}
	})
}
