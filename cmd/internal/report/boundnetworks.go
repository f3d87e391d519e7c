package report

import "net/netip"

// maxJSONNetworks is how many networks, and names of what brings them, JSON has
// for a domain beside those that pass: some hundred octets each while it is
// written. The largest real records have some thousands.
const maxJSONNetworks = 250_000

// maxBringers is how many ids are listed of what brings one network.
const maxBringers = 20

// Bound leaves out lists of networks, not what passes and not how many there are,
// where a hostile record would take gigabytes: hundreds of its includes can each
// list the same thousands of networks. Cut says so then.
func (r *SPFNetworks) Bound() { r.bound(maxJSONNetworks) }

func (r *SPFNetworks) bound(left int) {
	take := func(n int) bool {
		if n > left {
			r.Cut = true
			return false
		}
		left -= n
		return true
	}
	ids := func(list *[]int) {
		if n := len(*list); n > maxBringers && !take(n) {
			*list = (*list)[:maxBringers]
		}
	}
	both := func(b *Both) {
		if !take(len(b.IPv4.Prefixes)) {
			b.IPv4.Prefixes = []netip.Prefix{}
		}
		if !take(len(b.IPv6.Prefixes)) {
			b.IPv6.Prefixes = []netip.Prefix{}
		}
	}
	bringers := func(o *OriginsOfBoth) {
		for i := range o.IPv4.Networks {
			ids(&o.IPv4.Networks[i].Sources)
		}
		for i := range o.IPv6.Networks {
			ids(&o.IPv6.Networks[i].Sources)
		}
	}
	bringers(&r.Passing)
	for i := range r.Rest {
		rest := &r.Rest[i]
		both(&rest.Both)
		if !take(len(rest.Listed.IPv4.Networks) + len(rest.Listed.IPv6.Networks)) {
			rest.Listed.IPv4.Networks, rest.Listed.IPv6.Networks = []Origin[uint64]{}, []Origin[string]{}
		}
		bringers(&rest.Listed)
	}
	for i := range r.Sources {
		s := &r.Sources[i]
		both(&s.Listed)
		if s.Only != nil {
			both(s.Only)
		}
		ids(&s.Others)
		if !take(len(s.Terms)) {
			s.Terms = s.Terms[:min(len(s.Terms), maxBringers)]
		}
	}
	for i := range r.Overlaps {
		both(&r.Overlaps[i].Both)
		ids(&r.Overlaps[i].Sources)
	}
}
