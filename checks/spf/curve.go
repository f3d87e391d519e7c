package spf

import (
	"net/netip"
	"slices"

	"go4.org/netipx"
)

// families are the first addresses of IPv4 and IPv6, which are universes of
// their own: a client has one of them (RFC 7208 §5).
const (
	family4 = iota
	family6
	families
)

func firstOf(family int) netip.Addr {
	if family == family4 {
		return netip.IPv4Unspecified()
	}
	return netip.IPv6Unspecified()
}

// familyNumber returns the family of a client; IPv4-mapped addresses are IPv4.
func familyNumber(addr netip.Addr) int {
	if addr.Is4() {
		return family4
	}
	return family6
}

// curve gives every address of one family a value. It is a list of steps,
// sorted by address, the first at the family's first address: so it is
// complete and disjoint by its very form. Neighbours differ.
type curve []step

// step is the value of all addresses from one on, up to the next step.
type step struct {
	from  netip.Addr
	value valueID
}

func flat(family int, value valueID) curve { return curve{{firstOf(family), value}} }

// at returns the value of an address of the curve's family.
func (c curve) at(addr netip.Addr) valueID {
	low, high := 0, len(c) // c[low].from <= addr, and c[high].from > addr
	for high-low > 1 {
		middle := int(uint(low+high) >> 1)
		if c[middle].from.Compare(addr) <= 0 {
			low = middle
		} else {
			high = middle
		}
	}
	return c[low].value
}

// over gives the addresses of the networks one value and all others another.
// Networks of the other family are left out.
func over(family int, networks []netip.Prefix, inside, outside valueID) curve {
	var b netipx.IPSetBuilder
	for _, p := range networks {
		if familyNumber(p.Addr()) == family {
			b.AddPrefix(p)
		}
	}
	c := flat(family, outside)
	for _, r := range built(&b).Ranges() {
		if r.From() == firstOf(family) {
			c = c[:0]
		}
		c = append(c, step{r.From(), inside})
		if next := r.To().Next(); next.IsValid() {
			c = append(c, step{next, outside})
		}
	}
	return c
}

// joinCurves joins two curves of one family.
func joinCurves(a, b curve, join func(x, y valueID) valueID) curve {
	joined := make(curve, 0, len(a)+len(b))
	for i, j := 0, 0; ; {
		from := a[i].from
		if b[j].from.Compare(from) > 0 {
			from = b[j].from
		}
		if value := join(a[i].value, b[j].value); len(joined) == 0 || joined[len(joined)-1].value != value {
			joined = append(joined, step{from, value})
		}
		nextA, nextB := i+1 < len(a), j+1 < len(b)
		if !nextA && !nextB {
			return joined
		}
		order := 0
		if nextA && nextB {
			order = a[i+1].from.Compare(b[j+1].from)
		}
		if nextA && (!nextB || order <= 0) {
			i++
		}
		if nextB && (!nextA || order >= 0) {
			j++
		}
	}
}

// apply changes the values of a curve.
func (c curve) apply(change func(valueID) valueID) curve {
	changed := make(curve, 0, len(c))
	for _, s := range c {
		if value := change(s.value); len(changed) == 0 || changed[len(changed)-1].value != value {
			changed = append(changed, step{s.from, value})
		}
	}
	return changed
}

// ranges calls visit with each stretch of addresses of one value, from the
// lowest to the highest. Of IPv6, the IPv4-mapped addresses are left out: no
// client has one.
func (c curve) ranges(family int, visit func(r netipx.IPRange, value valueID)) {
	for i, s := range c {
		last := lastOf(family)
		if i+1 < len(c) {
			last = c[i+1].from.Prev()
		}
		for _, r := range withoutMapped(netipx.IPRangeFrom(s.from, last)) {
			visit(r, s.value)
		}
	}
}

func lastOf(family int) netip.Addr {
	return netipx.PrefixLastIP(netip.PrefixFrom(firstOf(family), 0))
}

func mappedRange() netipx.IPRange {
	first := netip.AddrFrom16(netip.IPv4Unspecified().As16())
	return netipx.RangeOfPrefix(netip.PrefixFrom(first, 96))
}

// withoutMapped cuts the IPv4-mapped addresses out of a range.
func withoutMapped(r netipx.IPRange) []netipx.IPRange {
	mapped := mappedRange()
	if r.From().Is4() || !r.Overlaps(mapped) {
		return []netipx.IPRange{r}
	}
	var rest []netipx.IPRange
	if r.From().Less(mapped.From()) {
		rest = append(rest, netipx.IPRangeFrom(r.From(), mapped.From().Prev()))
	}
	if mapped.To().Less(r.To()) {
		rest = append(rest, netipx.IPRangeFrom(mapped.To().Next(), r.To()))
	}
	return slices.Clip(rest)
}

// Prefixes is the shortest list of networks for a set. IPv4-mapped addresses,
// which no client has, are in it where that makes it shorter.
func Prefixes(set *netipx.IPSet) []netip.Prefix {
	mapped := mappedRange()
	if set.Contains(mapped.From().Prev()) && set.Contains(mapped.To().Next()) {
		var b netipx.IPSetBuilder
		b.AddSet(set)
		b.AddRange(mapped)
		set = built(&b)
	}
	return set.Prefixes()
}

// Without are the networks of the first list without those of the second.
func Without(all, without []netip.Prefix) []netip.Prefix {
	return Prefixes(difference(setOf(all...), setOf(without...)))
}
