package report

import (
	"net/netip"
	"slices"

	"mailauth/checks"
	"mailauth/checks/catalog"
	"mailauth/checks/spf"
)

// NetworksDocument is everything that `spf networks` says.
type NetworksDocument struct {
	Header
	Policies []SPFNetworks `json:"policies"`
	// Problems are the domains that could not be looked at.
	Problems []Problem `json:"problems"`
}

// SPFNetworks are the addresses that a domain lets pass. Domain has no trailing
// dot.
type SPFNetworks struct {
	Domain string `json:"domain"`
	// Verdict is fail if there is no record that receivers can use or if addresses
	// that it lists get permerror and never pass, whatever the message is; unknown if an answer is missing, warn if the message decides about some
	// addresses, else pass.
	Verdict checks.Status `json:"verdict"`
	Outcome spf.Outcome   `json:"outcome"`
	// Passing pass whatever the message is, with all limits.
	Passing OriginsOfBoth `json:"passing"`
	Sources []SPFSource   `json:"sources"`
	// Overlaps are addresses that several parts of the domain's own record bring.
	Overlaps []SPFOverlap `json:"overlaps"`
	// Rest are all other addresses, by what they get.
	Rest []SPFRest `json:"rest"`
	// Cut says that the record has more parts than are listed.
	Cut        bool         `json:"cut,omitempty"`
	Unanswered []Unanswered `json:"unanswered"`
	DNS        DNS          `json:"dns"`
}

// OriginsOfBoth are networks of both families with what brings them.
type OriginsOfBoth struct {
	IPv4 Origins[uint64] `json:"ipv4"`
	IPv6 Origins[string] `json:"ipv6"`
}

// Origins are the networks of one family, as the shortest list. N is how many
// addresses there are: of IPv6 a string of digits.
type Origins[N uint64 | string] struct {
	Addresses N           `json:"addresses"`
	Networks  []Origin[N] `json:"networks"`
}

// Origin is a network and the ids of the innermost sources that bring it or
// parts of it.
type Origin[N uint64 | string] struct {
	Prefix    netip.Prefix `json:"prefix"`
	Addresses N            `json:"addresses"`
	Sources   []int        `json:"sources"`
}

// SPFSource is a part of a record that lets addresses pass.
type SPFSource struct {
	// ID counts from 1; Parent is the include or redirect that leads to the
	// source's record, 0 for the domain's own.
	ID     int `json:"id"`
	Parent int `json:"parent"`
	// Domain is where the record stands, Terms one term of it or all its networks.
	Domain string   `json:"domain"`
	Terms  []string `json:"terms"`
	// Networks says that the terms are networks.
	Networks bool `json:"networks,omitempty"`
	// Own says that the record is one of the organization's.
	Own     bool `json:"own"`
	Lookups int  `json:"lookups"`
	// Listed is what the source lets pass by itself, as its author means it.
	Listed Both `json:"listed"`
	// Only is what would not pass without it; null if that was not worked out.
	Only      *Both `json:"only"`
	Redundant bool  `json:"redundant"`
	Dynamic   bool  `json:"dynamic"`
	Unknown   bool  `json:"unknown"`
	// Others are the ids of other parts of the domain's own record that bring some
	// of it.
	Others []int `json:"others"`
}

// SPFOverlap are addresses that each of some sources brings.
type SPFOverlap struct {
	Sources []int `json:"sources"`
	Both
}

// SPFRest are addresses that do not certainly pass.
type SPFRest struct {
	Kind    spf.RestKind `json:"kind"`
	Results []string     `json:"results"`
	Reasons []Reason     `json:"reasons"`
	// Fails says that they get permerror and never pass whatever the message is,
	// but for the few that a term by the client's address may let pass.
	Fails bool `json:"fails"`
	Both
	// Listed are those of them that the record lets pass as its author means it.
	Listed OriginsOfBoth `json:"listed"`
}

// BuildNetworks says in a language which addresses a record lets pass.
func BuildNetworks(f *spf.Facts, cost DNS, texts *catalog.Localizer) SPFNetworks {
	n := f.Networks()
	b := networksBuilder{ids: map[*spf.Source]int{}, root: f.Root}
	built := SPFNetworks{
		Domain: BareName(f.Root.Name), Verdict: networksVerdict(f, n), Outcome: f.Outcome, Passing: b.origins(nil),
		Sources: []SPFSource{}, Overlaps: []SPFOverlap{}, Rest: []SPFRest{},
		Unanswered: BuildUnanswered(f.Unanswered, cost, texts), DNS: cost,
	}
	if n == nil {
		return built
	}
	for i, s := range n.Sources {
		b.ids[s] = i + 1
	}
	built.Passing, built.Cut = b.origins(n.Origins), n.Cut
	for _, s := range n.Sources {
		built.Sources = append(built.Sources, b.source(s))
	}
	for _, o := range n.Overlaps {
		built.Overlaps = append(built.Overlaps, SPFOverlap{b.list(o.Sources), bothOf(o.Set)})
	}
	for _, r := range n.Rest {
		built.Rest = append(built.Rest, b.rest(r))
	}
	return built
}

func networksVerdict(f *spf.Facts, n *spf.Networks) checks.Status {
	has := func(wanted func(spf.Rest) bool) bool { return n != nil && slices.ContainsFunc(n.Rest, wanted) }
	switch {
	case f.Outcome == spf.Open:
		return checks.StatusUnknown
	case n == nil, has(func(r spf.Rest) bool {
		return r.Kind != spf.RestUnknown && r.Fails && len(r.Origins) > 0
	}):
		return checks.StatusFail
	case has(func(r spf.Rest) bool { return r.Kind == spf.RestUnknown }):
		return checks.StatusUnknown
	case has(func(r spf.Rest) bool { return r.Kind == spf.RestDepends }):
		return checks.StatusWarn
	}
	return checks.StatusPass
}

// networksBuilder knows the sources of a domain by number.
type networksBuilder struct {
	ids  map[*spf.Source]int // from 1
	root *spf.Domain
}

func (b networksBuilder) source(s *spf.Source) SPFSource {
	built := SPFSource{
		ID: b.ids[s], Parent: b.ids[s.Parent], Domain: BareName(s.Terms[0].Owner.Name), Networks: s.Terms[0].Prefix.IsValid(), Own: s.Own(b.root),
		Lookups: s.Lookups, Listed: bothOf(s.Set), Redundant: s.Redundant, Dynamic: s.Dynamic, Unknown: s.Open, Others: b.list(s.Others),
	}
	for _, e := range s.Terms {
		built.Terms = append(built.Terms, e.String())
	}
	if s.Only != nil {
		only := bothOf(s.Only)
		built.Only = &only
	}
	return built
}

func (b networksBuilder) rest(r spf.Rest) SPFRest {
	built := SPFRest{Kind: r.Kind, Fails: r.Fails, Results: []string{}, Reasons: []Reason{}, Both: bothOf(r.Set), Listed: b.origins(r.Origins)}
	for _, result := range r.Results.List() {
		built.Results = append(built.Results, result.String())
	}
	for _, d := range r.Decisions {
		built.Reasons = append(built.Reasons, reasonOf(d))
	}
	return built
}

// list gives the ids of sources.
func (b networksBuilder) list(sources []*spf.Source) []int {
	ids := make([]int, 0, len(sources))
	for _, s := range sources {
		ids = append(ids, b.ids[s])
	}
	slices.Sort(ids)
	return ids
}

func (b networksBuilder) origins(list []spf.Origin) OriginsOfBoth {
	all := OriginsOfBoth{Origins[uint64]{Networks: []Origin[uint64]{}}, Origins[string]{Networks: []Origin[string]{}}}
	var v4, v6 []netip.Prefix
	for _, o := range list {
		count, ids := spf.Addresses([]netip.Prefix{o.Prefix}), b.list(o.Sources)
		if o.Prefix.Addr().Is4() {
			v4 = append(v4, o.Prefix)
			all.IPv4.Networks = append(all.IPv4.Networks, Origin[uint64]{o.Prefix, count.Uint64(), ids})
		} else {
			v6 = append(v6, o.Prefix)
			all.IPv6.Networks = append(all.IPv6.Networks, Origin[string]{o.Prefix, count.String(), ids})
		}
	}
	all.IPv4.Addresses, all.IPv6.Addresses = spf.Addresses(v4).Uint64(), spf.Addresses(v6).String()
	return all
}

// both is the same without what brings them.
func (o OriginsOfBoth) both() Both {
	b := Both{IPv4{Addresses: o.IPv4.Addresses}, IPv6{Addresses: o.IPv6.Addresses}}
	for _, n := range o.IPv4.Networks {
		b.IPv4.Prefixes = append(b.IPv4.Prefixes, n.Prefix)
	}
	for _, n := range o.IPv6.Networks {
		b.IPv6.Prefixes = append(b.IPv6.Prefixes, n.Prefix)
	}
	return b
}
