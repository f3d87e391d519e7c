package spf

import (
	"net/netip"

	"go4.org/netipx"
)

func setOf(prefixes ...netip.Prefix) *netipx.IPSet {
	var b netipx.IPSetBuilder
	for _, p := range prefixes {
		b.AddPrefix(p)
	}
	return built(&b)
}

// built returns the set of a builder that was only given valid prefixes.
func built(b *netipx.IPSetBuilder) *netipx.IPSet {
	set, err := b.IPSet()
	if err != nil {
		return &netipx.IPSet{}
	}
	return set
}

func empty(s *netipx.IPSet) bool { return len(s.Ranges()) == 0 }

func union(a, b *netipx.IPSet) *netipx.IPSet {
	var s netipx.IPSetBuilder
	s.AddSet(a)
	s.AddSet(b)
	return built(&s)
}

// intersection and difference take time in proportion to the ranges of both
// sets, which are sorted: records have thousands.
func intersection(a, b *netipx.IPSet) *netipx.IPSet {
	var s netipx.IPSetBuilder
	common(a.Ranges(), b.Ranges(), func(r netipx.IPRange) bool {
		s.AddRange(r)
		return true
	})
	return built(&s)
}

// overlaps reports that some address is in both sets.
func overlaps(a, b *netipx.IPSet) bool {
	found := false
	common(a.Ranges(), b.Ranges(), func(netipx.IPRange) bool {
		found = true
		return false
	})
	return found
}

// common visits the ranges that two sorted lists have in common, as long as
// visit wants more.
func common(a, b []netipx.IPRange, visit func(netipx.IPRange) bool) {
	for len(a) > 0 && len(b) > 0 {
		from, to := later(a[0].From(), b[0].From()), earlier(a[0].To(), b[0].To())
		if from.Compare(to) <= 0 && !visit(netipx.IPRangeFrom(from, to)) {
			return
		}
		if a[0].To() == to {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
}

func difference(a, b *netipx.IPSet) *netipx.IPSet {
	var s netipx.IPSetBuilder
	holes := b.Ranges()
	for _, r := range a.Ranges() {
		from := r.From()
		for len(holes) > 0 && holes[0].To().Less(from) {
			holes = holes[1:]
		}
		for i := 0; from.IsValid() && i < len(holes) && holes[i].From().Compare(r.To()) <= 0; i++ {
			if from.Less(holes[i].From()) {
				s.AddRange(netipx.IPRangeFrom(from, holes[i].From().Prev()))
			}
			from = holes[i].To().Next() // invalid behind the last address
		}
		if from.IsValid() && from.Compare(r.To()) <= 0 {
			s.AddRange(netipx.IPRangeFrom(from, r.To()))
		}
	}
	return built(&s)
}
