package spf

import (
	"math/big"
	"net/netip"
	"slices"

	"go4.org/netipx"
)

// public is the set of addresses that mail can come from, of one family.
func public(family int) *netipx.IPSet {
	var b netipx.IPSetBuilder
	whole := netip.MustParsePrefix("0.0.0.0/0")
	if family == family6 {
		whole = netip.MustParsePrefix("2000::/3") // what is given out, RFC 4291 §2.4
	}
	b.AddPrefix(whole)
	for _, p := range slices.Concat(privateRanges(), docRanges()) {
		b.RemovePrefix(p)
	}
	return built(&b)
}

func bothFamilies() []int { return []int{family4, family6} }

// familiesWhere lists the families of which something holds for the public
// addresses of a set.
func familiesWhere(set *netipx.IPSet, holds func(passing *netipx.IPSet, family int) bool) []int {
	return slices.DeleteFunc(bothFamilies(), func(family int) bool { return !holds(intersection(set, public(family)), family) })
}

// everybody reports whether every public address of the families is in the set.
func everybody(set *netipx.IPSet, families []int) bool {
	return !slices.ContainsFunc(families, func(family int) bool { return !empty(difference(public(family), set)) })
}

// wideOpen reports public addresses that are more than any network for which
// there are reasons: more than a /8 of IPv4, more than a /28 of IPv6.
func wideOpen(passing *netipx.IPSet, family int) bool {
	bits := uint(32 - 8)
	if family == family6 {
		bits = 128 - 28
	}
	return Addresses(passing.Prefixes()).Cmp(new(big.Int).Lsh(big.NewInt(1), bits)) > 0
}

// mostOf reports public addresses that are at least half of those of the family:
// then a forger's host rather passes than not, whichever it is. Providers are far
// from it, since the largest of them has some hundredths.
func mostOf(passing *netipx.IPSet, family int) bool { return share(passing, family) >= 50 }

// percent is how much of the public addresses of the families is in the set, of
// the one that has least, rounded down.
func percent(set *netipx.IPSet, families []int) int {
	least := 100
	for _, family := range families {
		least = min(least, share(intersection(set, public(family)), family))
	}
	return least
}

func share(passing *netipx.IPSet, family int) int {
	n := new(big.Int).Mul(Addresses(passing.Prefixes()), big.NewInt(100))
	return int(n.Div(n, Addresses(public(family).Prefixes())).Int64())
}

// familyText names the family if it is one.
func familyText(families []int) string {
	switch {
	case len(families) != 1:
		return ""
	case families[0] == family6:
		return "IPv6"
	}
	return "IPv4"
}
