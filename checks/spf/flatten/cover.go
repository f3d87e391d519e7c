package flatten

import (
	"cmp"
	"net/netip"
	"slices"

	"go4.org/netipx"

	"mailauth/checks/spf"
)

// label is what a list of networks has to say of an address.
type label uint8

// The labels beside the results that qualifiers give, which are 1 to 4.
const (
	undecided label = 0 // no term of the list may match: later ones decide
	anything  label = 5 // decided before the list is reached
)

// labels counts those that a term can have as its surroundings: undecided and
// the results.
const labels = 5

func labelOf(r spf.Result) label {
	for i, q := range qualifiers {
		if q.result == r {
			return label(i + 1)
		}
	}
	return undecided
}

func (l label) result() spf.Result { return qualifiers[l-1].result }

// network is one ip4 or ip6 of a list.
type network struct {
	prefix  netip.Prefix
	label   label
	level   int    // those of a lower level come first: they are exceptions
	written string // the term that it becomes, without qualifier
}

// written is the term for a network, without qualifier.
func written(p netip.Prefix) string {
	name := "ip4:"
	if p.Addr().Is6() {
		name = "ip6:"
	}
	if p.IsSingleIP() {
		return name + p.Addr().String()
	}
	return name + p.String()
}

// octets is what a term takes in a record, with the space before it.
func (l label) octets(written string) int { return 1 + len(sign(l.result())) + len(written) }

func (n network) octets() int { return n.label.octets(n.written) }

// impossible is the cost of what cannot be written; twice it is no overflow.
const impossible = 1 << 29

// cover writes a block of an ordered policy in the fewest octets: a list of
// networks, each with a result, of which the first that matches decides. A
// larger network may stand behind its exceptions, if these are named in sets:
// nobody else is refused or let pass by name. Sets are the addresses that get
// each result; around is what those in none of them get, undecided if later
// terms decide; done are those that earlier terms have decided.
//
// It is the optimal routing table of Draves et al. (INFOCOM 1999) with the
// length of the text for the number of entries: matching the longest prefix
// first is what the order of levels comes to.
func cover(sets map[spf.Result]*netipx.IPSet, around label, done *netipx.IPSet) []network {
	var list []network
	for _, family := range families {
		tree := plant(family, pieces(family, sets, done), around)
		list, _ = tree.harvest(undecided, list)
	}
	level(list)
	return list
}

// piece is a range of addresses with one label.
type piece struct {
	netipx.IPRange
	label label
}

// pieces cuts the address space of a family into ranges, in order and without a
// gap.
func pieces(family netip.Prefix, sets map[spf.Result]*netipx.IPSet, done *netipx.IPSet) []piece {
	whole := netipx.RangeOfPrefix(family)
	var marked []piece
	mark := func(l label, set *netipx.IPSet) {
		for _, r := range set.Ranges() {
			if r.Overlaps(whole) {
				marked = append(marked, piece{r, l})
			}
		}
	}
	skip := union(done, builtOf(mapped))
	mark(anything, skip)
	for _, q := range qualifiers {
		if set := sets[q.result]; !empty(set) {
			mark(labelOf(q.result), minus(set, skip))
		}
	}
	slices.SortFunc(marked, func(a, b piece) int { return a.From().Compare(b.From()) })
	var all []piece
	next := whole.From()
	for _, m := range marked {
		if next.Less(m.From()) {
			all = append(all, piece{netipx.IPRangeFrom(next, m.From().Prev()), undecided})
		}
		all = append(all, m)
		next = m.To().Next()
	}
	if next.IsValid() && whole.Contains(next) {
		all = append(all, piece{netipx.IPRangeFrom(next, whole.To()), undecided})
	}
	return all
}

func builtOf(p netip.Prefix) *netipx.IPSet {
	var b netipx.IPSetBuilder
	b.AddPrefix(p)
	return built(&b)
}

// tree is a prefix and its two halves.
type tree struct {
	prefix netip.Prefix
	halves *[2]tree // nil where the whole prefix has one label
	label  label
	// cost is how many octets the prefix takes within each label around it, and
	// emit the label that a term for the whole prefix then has, undecided for
	// none.
	cost [labels]int32
	emit [labels]label
}

// plant builds the tree below a prefix that the pieces cover. Around is the
// label that addresses have that nothing is written for.
func plant(p netip.Prefix, list []piece, around label) tree {
	t := tree{prefix: p}
	whole := netipx.RangeOfPrefix(p)
	if list[0].From().Compare(whole.From()) <= 0 && whole.To().Compare(list[0].To()) <= 0 {
		t.label = list[0].label
	} else {
		low, high := halvesOf(p)
		border := high.Addr()
		// The piece that holds the border belongs to both halves.
		at, _ := slices.BinarySearchFunc(list, border, func(q piece, a netip.Addr) int { return q.To().Compare(a) })
		below := at
		if list[at].From().Less(border) {
			below = at + 1
		}
		t.halves = &[2]tree{plant(low, list[:below], around), plant(high, list[at:], around)}
	}
	t.weigh(around)
	return t
}

func halvesOf(p netip.Prefix) (low, high netip.Prefix) {
	low = netip.PrefixFrom(p.Addr(), p.Bits()+1)
	octets := p.Addr().AsSlice()
	octets[p.Bits()/8] |= 0x80 >> (p.Bits() % 8)
	addr, _ := netip.AddrFromSlice(octets)
	return low, netip.PrefixFrom(addr, p.Bits()+1)
}

// weigh finds the cheapest way to write the prefix within each label around it.
func (t *tree) weigh(around label) {
	var inside [labels]int32 // without a term for the whole prefix
	for l := range label(labels) {
		switch {
		case t.halves != nil:
			inside[l] = min(t.halves[0].cost[l]+t.halves[1].cost[l], impossible)
		case t.label != anything && t.label != l && (l != undecided || t.label != around):
			inside[l] = impossible
		}
	}
	t.cost = inside
	term := written(t.prefix)
	for own := label(1); own < labels; own++ {
		if inside[own] == impossible {
			continue
		}
		with := inside[own] + int32(own.octets(term))
		for l := range label(labels) {
			if l != own && with < t.cost[l] {
				t.cost[l], t.emit[l] = with, own
			}
		}
	}
}

// harvest appends the terms of the cheapest way, and returns the height of the
// tallest: 0 for one without exceptions, -1 if there is none.
func (t *tree) harvest(around label, list []network) ([]network, int) {
	own := t.emit[around]
	if own == undecided {
		if t.halves == nil {
			return list, -1
		}
		list, low := t.halves[0].harvest(around, list)
		list, high := t.halves[1].harvest(around, list)
		return list, max(low, high)
	}
	height := -1
	if t.halves != nil {
		var low, high int
		list, low = t.halves[0].harvest(own, list)
		list, high = t.halves[1].harvest(own, list)
		height = max(low, high)
	}
	return append(list, network{t.prefix, own, height + 1, written(t.prefix)}), height + 1
}

// level puts networks that are no exceptions of others on the level of the
// highest of their result, so that they stand together, and sorts: by level,
// result, family and address.
func level(list []network) {
	top := map[label]int{}
	outer := make([]bool, len(list))
	for i, n := range list {
		outer[i] = !slices.ContainsFunc(list[i+1:], func(o network) bool { return o.prefix.Bits() < n.prefix.Bits() && o.prefix.Contains(n.prefix.Addr()) })
		if outer[i] {
			top[n.label] = max(top[n.label], n.level)
		}
	}
	for i := range list {
		if outer[i] {
			list[i].level = top[list[i].label]
		}
	}
	slices.SortStableFunc(list, func(a, b network) int {
		return cmp.Or(cmp.Compare(a.level, b.level), cmp.Compare(a.label, b.label), a.prefix.Addr().Compare(b.prefix.Addr()))
	})
}
