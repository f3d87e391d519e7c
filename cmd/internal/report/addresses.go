package report

import (
	"math/big"
	"net/netip"
	"strings"

	"go4.org/netipx"

	"mailauth/checks"
	"mailauth/checks/spf"
)

// IPv4 are IPv4 addresses, as the shortest list of networks.
type IPv4 struct {
	Addresses uint64         `json:"addresses"`
	Prefixes  []netip.Prefix `json:"prefixes"`
}

// IPv6 are IPv6 addresses, as the shortest list of networks. How many there are
// is a string of digits: most programs cannot count as far.
type IPv6 struct {
	Addresses string         `json:"addresses"`
	Prefixes  []netip.Prefix `json:"prefixes"`
}

// Both are addresses of both families.
type Both struct {
	IPv4 IPv4 `json:"ipv4"`
	IPv6 IPv6 `json:"ipv6"`
}

func bothOf(set *netipx.IPSet) Both {
	b := Both{IPv4{Prefixes: []netip.Prefix{}}, IPv6{Prefixes: []netip.Prefix{}}}
	for _, p := range spf.Prefixes(set) {
		if p.Addr().Is4() {
			b.IPv4.Prefixes = append(b.IPv4.Prefixes, p)
		} else {
			b.IPv6.Prefixes = append(b.IPv6.Prefixes, p)
		}
	}
	b.IPv4.Addresses = spf.Addresses(b.IPv4.Prefixes).Uint64()
	b.IPv6.Addresses = spf.Addresses(b.IPv6.Prefixes).String()
	return b
}

func (b Both) empty() bool { return len(b.IPv4.Prefixes)+len(b.IPv6.Prefixes) == 0 }

// amounts says how many addresses of both families there are, without a family
// of which there are none.
func (p *page) amounts(b Both) string {
	var parts []string
	if len(b.IPv4.Prefixes) > 0 || b.empty() {
		parts = append(parts, p.amount("ipv4", b.IPv4.Prefixes))
	}
	if len(b.IPv6.Prefixes) > 0 {
		parts = append(parts, p.amount("ipv6", b.IPv6.Prefixes))
	}
	return p.Texts.List(parts)
}

// amount says how many addresses there are; IPv6 networks count by their /64,
// of which a site has one for each of its links.
func (p *page) amount(family string, prefixes []netip.Prefix) string {
	n := spf.Addresses(prefixes)
	shown, unit := magnitude(n)
	id, plural := "amount."+family, 2
	if unit {
		id += "-64"
	}
	if n.IsInt64() && n.Int64() == 1 || unit && strings.TrimPrefix(shown, "≈") == "1" {
		plural = 1
	}
	return p.Texts.Text(id, checks.Args{"count": plural, "number": shown})
}

// magnitude writes a number of addresses; where there are very many, how many
// networks of 64 bits they fill.
func magnitude(n *big.Int) (shown string, networks bool) {
	units, rest := new(big.Int).QuoRem(n, new(big.Int).Lsh(big.NewInt(1), 64), new(big.Int))
	switch {
	case units.Sign() == 0 || len(units.String()) >= largeCount:
		return grouped(n), false
	case rest.Sign() > 0:
		return "≈" + grouped(units), true
	}
	return grouped(units), true
}
