package spf

import (
	"math/big"
	"net/netip"

	"go4.org/netipx"
)

// Policy is a record with all that it leads to, evaluated for every address: an
// exact partition of IPv4, and of IPv6 without the IPv4-mapped addresses, which
// count as IPv4. It does not change and can be used from several goroutines.
type Policy struct {
	root    *Domain
	options CompileOptions
	tables  [families]*table
	curves  [families]curve
	cells   [families][]cell // by valueID; empty where no address has the value
	mended  bool             // see CompileOptions.Mended: something was taken for not there
	work    int              // steps of curves that were joined
}

// cell is what all addresses of one value share.
type cell struct {
	results Results
	endings []Ending
}

// Compile evaluates the record of a domain. It asks nothing: what the tree does
// not know is unknown in the policy.
func Compile(root *Domain, o CompileOptions) *Policy {
	p := &Policy{root: root, options: o}
	for family := range families {
		c := newCompiler(family, o)
		p.curves[family] = c.record(root)
		p.tables[family], p.work = c.table, p.work+c.joined
		p.mended = p.mended || c.mended
		p.cells[family] = make([]cell, len(c.values))
		for _, s := range p.curves[family] {
			if known := &p.cells[family][s.value]; known.endings == nil {
				*known = c.cell(s.value)
			}
		}
	}
	return p
}

func (t *table) cell(v valueID) cell {
	var made cell
	for _, f := range t.values[v] {
		made.results |= Of(f.result)
		made.endings = append(made.endings, Ending{f.result, int(f.lookups), int(f.voids), f.dynamic, f.open, f.address, t, f.why})
	}
	return made
}

// Ending is one way in which the evaluation of an address can end.
type Ending struct {
	Result Result
	// Lookups and Voids are what the address costs (RFC 7208 §4.6.4).
	Lookups, Voids int
	// Dynamic says that a term matches on this way of which only the message
	// tells whether it does; Open that one does whose question had no answer.
	Dynamic, Open bool

	address bool // the client's address decides about such a term
	table   *table
	why     placeID
}

// Decision is the place in the DNS that gives the outcome.
func (o Ending) Decision() Decision { return o.table.decision(o.why) }

// Term is the term that decides; nil where a record as a whole does.
func (o Ending) Term() *Expanded { return o.table.places[o.table.leaf(o.why)].term }

// Through lists the includes and redirects that lead to the deciding record,
// from the root's own.
func (o Ending) Through() []*Expanded {
	var way []*Expanded
	for id := o.why; o.table.places[id].through != nil; id = o.table.places[id].inner {
		way = append(way, o.table.places[id].through)
	}
	return way
}

// Cell is a part of the address space in which everything is the same: the
// possible results, what decides, and what it costs. Cells of one policy can be
// compared.
type Cell struct {
	policy *Policy
	family int
	value  valueID
}

// Results are those that an address of the cell can get. Several mean that the
// message decides, or the lack of an answer.
func (c Cell) Results() Results { return c.policy.cells[c.family][c.value].results }

// Endings lists the ways in which the evaluation can end, at least one. They
// are shared: nobody changes them.
func (c Cell) Endings() []Ending { return c.policy.cells[c.family][c.value].endings }

// At returns the cell of an address. It allocates nothing.
func (p *Policy) At(addr netip.Addr) Cell {
	addr = addr.Unmap().WithZone("")
	family := familyNumber(addr)
	return Cell{p, family, p.curves[family].at(addr)}
}

// Region is a cell with addresses of it.
type Region struct {
	Cell
	Ranges []netipx.IPRange
}

// Prefixes is the minimal list of the region's addresses.
func (r Region) Prefixes() []netip.Prefix {
	var prefixes []netip.Prefix
	for _, part := range r.Ranges {
		prefixes = part.AppendPrefixes(prefixes)
	}
	return prefixes
}

// Regions partitions all addresses, in the order of the first address of each.
func (p *Policy) Regions() []Region {
	return append(p.regions(family4, everyRange(family4)), p.regions(family6, everyRange(family6))...)
}

// Within partitions the addresses of a prefix. That of an IPv6 prefix that
// holds the IPv4-mapped addresses is without them; one among them is IPv4.
func (p *Policy) Within(prefix netip.Prefix) []Region {
	prefix = unmapped(prefix.Masked())
	return p.regions(familyNumber(prefix.Addr()), netipx.RangeOfPrefix(prefix))
}

func everyRange(family int) netipx.IPRange {
	return netipx.RangeOfPrefix(netip.PrefixFrom(firstOf(family), 0))
}

// unmapped writes a network of IPv4-mapped addresses as IPv4.
func unmapped(p netip.Prefix) netip.Prefix {
	if v4Mapped(p) {
		return netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p
}

func (p *Policy) regions(family int, within netipx.IPRange) []Region {
	var regions []Region
	at := map[valueID]int{}
	p.curves[family].ranges(family, func(r netipx.IPRange, v valueID) {
		if r.To().Less(within.From()) || within.To().Less(r.From()) {
			return
		}
		r = netipx.IPRangeFrom(later(r.From(), within.From()), earlier(r.To(), within.To()))
		i, known := at[v]
		if !known {
			i = len(regions)
			at[v] = i
			regions = append(regions, Region{Cell: Cell{p, family, v}})
		}
		regions[i].Ranges = append(regions[i].Ranges, r)
	})
	return regions
}

func later(a, b netip.Addr) netip.Addr {
	if a.Less(b) {
		return b
	}
	return a
}

func earlier(a, b netip.Addr) netip.Addr {
	if a.Less(b) {
		return a
	}
	return b
}

// Where returns the addresses whose cell is wanted.
func (p *Policy) Where(want func(Cell) bool) *netipx.IPSet {
	var b netipx.IPSetBuilder
	for family, c := range p.curves {
		wanted := make([]bool, len(p.cells[family]))
		for v := range wanted {
			wanted[v] = p.cells[family][v].endings != nil && want(Cell{p, family, valueID(v)})
		}
		c.ranges(family, func(r netipx.IPRange, v valueID) {
			if wanted[v] {
				b.AddRange(r)
			}
		})
	}
	return built(&b)
}

// Set returns the addresses whose possible results are wanted.
func (p *Policy) Set(want func(Results) bool) *netipx.IPSet {
	return p.Where(func(c Cell) bool { return want(c.Results()) })
}

// Passing returns the addresses that pass whatever the message is.
func (p *Policy) Passing() *netipx.IPSet {
	return p.Set(func(r Results) bool { return r == Of(ResultPass) })
}

// Cost is what addresses meet on the way to their result.
type Cost struct {
	Lookups int `json:"lookups"`
	// Void4 and Void6 are the void look-ups for clients of either family.
	Void4 int `json:"void_ipv4"`
	Void6 int `json:"void_ipv6"`
}

// Worst is the most that any address costs, counted on where a receiver stops
// at a limit.
func (p *Policy) Worst() Cost {
	if !p.options.Unlimited {
		o := p.options
		o.Unlimited = true
		return Compile(p.root, o).Worst()
	}
	return p.met()
}

// met is the most that any address costs in the policy as it is.
func (p *Policy) met() Cost {
	var worst Cost
	for family, voids := range []*int{&worst.Void4, &worst.Void6} {
		for _, c := range p.cells[family] {
			for _, o := range c.endings {
				worst.Lookups, *voids = max(worst.Lookups, o.Lookups), max(*voids, o.Voids)
			}
		}
	}
	return worst
}

// Addresses counts the addresses of prefixes that do not overlap.
func Addresses(prefixes []netip.Prefix) *big.Int {
	sum := new(big.Int)
	for _, p := range prefixes {
		sum.Add(sum, new(big.Int).Lsh(big.NewInt(1), uint(p.Addr().BitLen()-p.Bits())))
	}
	return sum
}
