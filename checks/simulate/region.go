package simulate

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"go4.org/netipx"
)

// ofPrefix parts a prefix into regions of one verdict each.
func (s *simulator) ofPrefix(prefix netip.Prefix) []Region {
	if s.policy == nil {
		return []Region{{Prefixes: []netip.Prefix{prefix}, Verdict: s.ofNoDomain()}}
	}
	var regions []Region
	spread := spreading{simulator: s, at: map[string]int{}}
	for _, region := range s.policy.Within(prefix) {
		if s.spreads(region) {
			eachAddress(region.Ranges, spread.add)
			continue
		}
		regions = append(regions, Region{Prefixes: region.Prefixes(), Verdict: s.ofCell(region.Cell)})
	}
	regions = append(regions, spread.regions()...)
	slices.SortFunc(regions, func(a, b Region) int { return a.Prefixes[0].Addr().Compare(b.Prefixes[0].Addr()) })
	return regions
}

// spreading joins addresses again that were evaluated one by one.
type spreading struct {
	*simulator
	at       map[string]int // by what their verdicts have in common
	verdicts []*Verdict
	sets     []netipx.IPSetBuilder
}

func (g *spreading) add(addr netip.Addr) {
	v := g.ofAddress(addr)
	key := v.kind()
	i, known := g.at[key]
	if !known {
		i = len(g.verdicts)
		g.at[key] = i
		g.verdicts = append(g.verdicts, v.ofMany())
		g.sets = append(g.sets, netipx.IPSetBuilder{})
	}
	g.sets[i].Add(addr)
}

func (g *spreading) regions() []Region {
	var regions []Region
	for i, v := range g.verdicts {
		set, err := g.sets[i].IPSet()
		if err != nil {
			continue // no address that was added is invalid
		}
		regions = append(regions, Region{Prefixes: set.Prefixes(), Verdict: v})
	}
	return regions
}

// kind is what makes verdicts the same: the result, what decided, and the cost.
func (v *Verdict) kind() string {
	e := v.SPF
	parts := []string{v.Possible.String(), string(e.Cause), strings.Join(e.Path, ">"), e.Record, e.Term,
		strconv.Itoa(e.Lookups), strconv.Itoa(e.Voids), strings.Join(v.Needs, ",")}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	return strings.Join(parts, "\x00")
}

// ofMany is the verdict without what is only true of one address.
func (v *Verdict) ofMany() *Verdict {
	many := *v
	many.SPF.Steps, many.SPF.Explanation = nil, ""
	return &many
}
