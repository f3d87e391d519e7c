package spf

import (
	"math/rand/v2"
	"net/netip"
	"testing"

	"go4.org/netipx"
)

// randomSet has networks of both families, close together and at the ends.
func randomSet(rng *rand.Rand) *netipx.IPSet {
	var b netipx.IPSetBuilder
	for range rng.IntN(12) {
		v4 := netip.AddrFrom4([4]byte{byte(rng.IntN(2) * 255), byte(rng.IntN(2) * 255), byte(rng.IntN(2) * 255), byte(rng.IntN(256))})
		b.AddPrefix(netip.PrefixFrom(v4, 24+rng.IntN(9)).Masked())
		v6 := [16]byte{15: byte(rng.IntN(256))}
		if rng.IntN(2) == 0 {
			for i := range v6 {
				v6[i] = 255
			}
		}
		b.AddPrefix(netip.PrefixFrom(netip.AddrFrom16(v6), 120+rng.IntN(9)).Masked())
	}
	if rng.IntN(8) == 0 {
		b.AddPrefix(netip.PrefixFrom(netip.IPv4Unspecified(), 0))
	}
	if rng.IntN(8) == 0 {
		b.AddPrefix(netip.PrefixFrom(netip.IPv6Unspecified(), 0))
	}
	return built(&b)
}

// The sets are those of the library that has no linear time.
func TestSets(t *testing.T) {
	for seed := range uint64(2000) {
		rng := rand.New(rand.NewPCG(seed, 11))
		a, b := randomSet(rng), randomSet(rng)
		var both, only netipx.IPSetBuilder
		both.AddSet(a)
		both.Intersect(b)
		only.AddSet(a)
		only.RemoveSet(b)
		if got, want := intersection(a, b), built(&both); !got.Equal(want) {
			t.Fatalf("%v and %v: %v, want %v", a.Prefixes(), b.Prefixes(), got.Prefixes(), want.Prefixes())
		}
		if got, want := difference(a, b), built(&only); !got.Equal(want) {
			t.Fatalf("%v without %v: %v, want %v", a.Prefixes(), b.Prefixes(), got.Prefixes(), want.Prefixes())
		}
		if got, want := overlaps(a, b), a.Overlaps(b); got != want {
			t.Fatalf("%v and %v overlap: %v", a.Prefixes(), b.Prefixes(), got)
		}
	}
}
