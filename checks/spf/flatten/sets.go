package flatten

import (
	"net/netip"

	"go4.org/netipx"

	"mailauth/checks/spf"
)

// mapped are the IPv4-mapped addresses: no client has one (RFC 7208 §5).
var mapped = netip.MustParsePrefix("::ffff:0:0/96")

// families are the two address spaces.
var families = [2]netip.Prefix{netip.PrefixFrom(netip.IPv4Unspecified(), 0), netip.PrefixFrom(netip.IPv6Unspecified(), 0)}

// everybody is the set of all clients.
func everybody() *netipx.IPSet {
	var b netipx.IPSetBuilder
	for _, f := range families {
		b.AddPrefix(f)
	}
	b.RemovePrefix(mapped)
	return built(&b)
}

// setOf returns the clients in some networks.
func setOf(prefixes ...netip.Prefix) *netipx.IPSet {
	var b netipx.IPSetBuilder
	for _, p := range prefixes {
		b.AddPrefix(p.Masked())
	}
	b.RemovePrefix(mapped)
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

func empty(s *netipx.IPSet) bool { return s == nil || len(s.Ranges()) == 0 }

func union(sets ...*netipx.IPSet) *netipx.IPSet {
	var b netipx.IPSetBuilder
	for _, s := range sets {
		if s != nil {
			b.AddSet(s)
		}
	}
	return built(&b)
}

func minus(a, b *netipx.IPSet) *netipx.IPSet {
	if empty(b) {
		return a
	}
	var s netipx.IPSetBuilder
	s.AddSet(a)
	s.RemoveSet(b)
	return built(&s)
}

func common(a, b *netipx.IPSet) *netipx.IPSet {
	if empty(a) || empty(b) {
		return &netipx.IPSet{}
	}
	var s netipx.IPSetBuilder
	s.AddSet(a)
	s.Intersect(b)
	return built(&s)
}

// qualifiers are the results that a mechanism can give, and how they are
// written. RFC 7208 §4.6.2.
var qualifiers = []struct {
	result spf.Result
	sign   string
}{{spf.ResultPass, ""}, {spf.ResultFail, "-"}, {spf.ResultSoftFail, "~"}, {spf.ResultNeutral, "?"}}

// sign is what stands before a mechanism that gives a result.
func sign(r spf.Result) string {
	for _, q := range qualifiers {
		if q.result == r {
			return q.sign
		}
	}
	return "?"
}
