package spf

import (
	"net/netip"
	"slices"

	"go4.org/netipx"
)

// Networks says which addresses a policy lets pass, and what brings them.
type Networks struct {
	// Passing pass whatever the message is, with all limits. Origins are the same
	// as the shortest list of networks, IPv4 first, with what brings each.
	Passing *netipx.IPSet
	Origins []Origin
	// Sources are the parts of the record that are there to let addresses pass,
	// in the order of evaluation, each before those below it.
	Sources []*Source
	// Overlaps are addresses that several parts of the domain's own record bring.
	Overlaps []Overlap
	// Rest are all other addresses, by what they get and why.
	Rest []Rest
	// Cut says that the record has more parts than are listed.
	Cut bool
}

// Origin is a network that passes, and the innermost sources that bring it or
// parts of it.
type Origin struct {
	Prefix  netip.Prefix
	Sources []*Source
}

// Source is a part of a record that lets addresses pass: an include, a redirect,
// a term that asks for addresses, or all networks of one record.
type Source struct {
	// Terms is one term, or the ip4 and ip6 of a record.
	Terms []*Expanded
	// Parent is the include or redirect that leads to the record of the terms; nil
	// for the domain's own record.
	Parent *Source
	// Set are the addresses that the source lets pass by itself and that are not
	// refused before it: what the author means, limits and broken includes left
	// aside.
	Set *netipx.IPSet
	// Only are those that would not pass without it, as the record is meant or
	// with the limits; nil if that was not worked out, as for records of others.
	Only *netipx.IPSet
	// Redundant says that without it every address would have the same results,
	// limits left aside, and with them none that passes would do so no more.
	Redundant bool
	// Dynamic says that more may pass by it, depending on the message; Open that
	// more may, since an answer is missing.
	Dynamic, Open bool
	// Lookups is what it costs with all that it leads to.
	Lookups int
	// Others are other parts of the domain's own record that bring some of Set.
	Others []*Source

	below map[*Expanded]*Source
	set   netipx.IPSetBuilder
}

// Overlap are addresses that each of several sources brings.
type Overlap struct {
	Sources []*Source
	Set     *netipx.IPSet
}

// Own reports that the source stands in a record of the audited organization.
func (s *Source) Own(root *Domain) bool { return s.Terms[0].Owner.Own || s.Terms[0].Owner == root }

// Bounds on a hostile record: sources that are told apart, sources that are
// tried without, steps of the search for overlaps.
const (
	maxSources = 500
	maxDropped = 60
	maxSwept   = 1_000_000
	maxWithout = 1_000_000 // of work on policies without a source
)

// Networks works out who passes by a policy. It is nil where there is no record
// that receivers evaluate.
func (f *Facts) Networks() *Networks {
	if f.Outcome != Published {
		return nil
	}
	real := f.real()
	n := &networks{Networks: &Networks{Passing: real.Passing()}, root: f.Root, matcher: newMatcher(), top: map[*Expanded]*Source{}}
	n.meant, n.real = f.meant, real
	n.listed = n.meant.Where(Cell.passesAnyway)
	n.walk(f.Root, nil, nil)
	n.fill()
	n.count(f.Ledger)
	n.drop()
	n.overlap()
	n.Origins = n.originate(n.Passing)
	n.Rest = restOf(real)
	for i := range n.Rest {
		r := &n.Rest[i]
		r.Listed = intersection(r.Set, n.listed)
		r.Origins = n.originate(r.Listed)
	}
	return n.Networks
}

// networks is the work on a Networks.
type networks struct {
	*Networks
	root    *Domain
	matcher *matcher
	meant   *Policy
	real    *Policy       // as receivers apply it
	listed  *netipx.IPSet // who passes as the record is meant
	top     map[*Expanded]*Source
	tops    []*Expanded // the terms of the domain's own record, in order
}

// count gives each source its cost.
func (n *networks) count(l *Ledger) {
	for _, s := range n.Sources {
		for _, entry := range l.Entries {
			if entry.term == s.Terms[0] {
				s.Lookups = entry.Subtotal
				break
			}
		}
	}
}

// drop finds out what would not pass without each of the organization's own
// terms.
func (n *networks) drop() {
	tried, work := 0, 0
	for _, s := range n.Sources {
		if !s.Own(n.root) || tried == maxDropped || work > maxWithout {
			continue
		}
		tried++
		o := meant
		o.Drop = func(e *Expanded) bool { return slices.Contains(s.Terms, e) }
		without := Compile(n.root, o)
		work += without.work
		s.Only = intersection(difference(n.listed, without.Where(Cell.passesAnyway)), s.Set)
		s.Redundant = len(Diff(n.meant, without)) == 0
		if n.real == n.meant && !without.mended && !without.Worst().over() {
			continue // receivers make of it what is meant
		}
		limited := Compile(n.root, CompileOptions{Drop: o.Drop})
		work += limited.work
		lost := passLost(n.real, limited)
		s.Only = union(s.Only, intersection(intersection(lost, n.listed), s.Set))
		s.Redundant = s.Redundant && empty(lost)
	}
}

// passLost are the addresses that may pass, or certainly do, by one policy and
// no more by another.
func passLost(before, after *Policy) *netipx.IPSet {
	lost := setOf()
	for _, change := range Diff(before, after) {
		if change.From == Of(ResultPass) || change.From.Has(ResultPass) && !change.To.Has(ResultPass) {
			lost = union(lost, change.Set)
		}
	}
	return lost
}

// originate says of each network of a set what brings it.
func (n *networks) originate(set *netipx.IPSet) []Origin {
	prefixes := Prefixes(set)
	origins := make([]Origin, len(prefixes))
	for i, p := range prefixes {
		origins[i].Prefix = p
	}
	for _, s := range n.Sources {
		if len(s.below) > 0 { // what is below it brings them
			continue
		}
		at := 0
		for _, r := range s.Set.Ranges() {
			for at < len(prefixes) && netipx.PrefixLastIP(prefixes[at]).Less(r.From()) {
				at++
			}
			for i := at; i < len(prefixes) && !r.To().Less(prefixes[i].Addr()); i++ {
				if list := origins[i].Sources; len(list) == 0 || list[len(list)-1] != s {
					origins[i].Sources = append(list, s)
				}
			}
		}
	}
	return origins
}
