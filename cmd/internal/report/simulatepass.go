package report

import (
	"net/netip"

	"go4.org/netipx"

	"mailauth/checks"
	"mailauth/checks/simulate"
	"mailauth/checks/spf"
)

// passes says whether mail with the verdict passes what is required: open where
// the message, or a question without an answer, decides.
func passes(v *simulate.Verdict, require string) checks.Tri {
	switch {
	case v == nil:
		return checks.Open
	case require == "dmarc":
		return dmarcPasses(v.DMARC)
	}
	only, certain := v.Possible.Only()
	switch {
	case certain && only == spf.ResultPass:
		return checks.Yes
	case v.Possible.Has(spf.ResultPass), v.Possible.Has(spf.ResultTempError), v.Possible.Has(spf.ResultUnknown), v.Possible == 0:
		return checks.Open
	}
	return checks.No
}

func dmarcPasses(d *simulate.DMARC) checks.Tri {
	switch {
	case d == nil:
		return checks.Open
	case d.Result == simulate.DMARCPass:
		return checks.Yes
	case d.Result == simulate.DMARCFail, d.Result == simulate.DMARCNone:
		return checks.No
	}
	return checks.Open
}

// partsOf are the parts of a target; an address is one.
func partsOf(s simulate.Simulation) []simulate.Region {
	if s.Target.Single() {
		return []simulate.Region{{Prefixes: []netip.Prefix{s.Target.Prefix}, Verdict: s.Verdict}}
	}
	return s.Regions
}

// allPass says whether every address of a target passes: No if one does not.
func allPass(s simulate.Simulation, require string) checks.Tri {
	all := checks.Yes
	for _, r := range partsOf(s) {
		all = all.And(passes(r.Verdict, require))
	}
	return all
}

// byOutcome are the addresses that pass, that do not and those in between.
func byOutcome(s simulate.Simulation, require string) map[checks.Tri]*netipx.IPSet {
	sets := map[checks.Tri]*netipx.IPSet{}
	for _, outcome := range []checks.Tri{checks.Yes, checks.No, checks.Open} {
		var b netipx.IPSetBuilder
		for _, r := range partsOf(s) {
			if passes(r.Verdict, require) == outcome {
				for _, p := range r.Prefixes {
					b.AddPrefix(p)
				}
			}
		}
		sets[outcome] = setOf(&b)
	}
	return sets
}

func without(a, b *netipx.IPSet) *netipx.IPSet {
	var all netipx.IPSetBuilder
	all.AddSet(a)
	all.RemoveSet(b)
	return setOf(&all)
}

func both(a, b *netipx.IPSet) *netipx.IPSet {
	var all netipx.IPSetBuilder
	all.AddSet(a)
	all.Intersect(b)
	return setOf(&all)
}

func empty(s *netipx.IPSet) bool { return len(s.Ranges()) == 0 }

// setOf is the set that was built; only prefixes that are none make an error,
// and those are left out.
func setOf(b *netipx.IPSetBuilder) *netipx.IPSet {
	s, _ := b.IPSet()
	return s
}
