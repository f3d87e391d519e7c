package simulate

import (
	"net/netip"

	"mailauth/checks"
	"mailauth/checks/spf"
)

// wish is networks that do not pass, and the offset of the domain's own record
// at which they were stopped.
type wish struct {
	networks []netip.Prefix
	at       int
	of       *Simulation
	alone    bool // it gets a fix of its own
	joins    bool // the change for all together is for it too
	// otherwise is what to say if the change does not get round an error.
	otherwise *checks.Text
}

// wish is what a target lacks, unless it cannot be added, or not yet.
func (s *simulator) wish(simulation *Simulation, networks []netip.Prefix) (wish, *checks.Text) {
	one := wish{of: simulation}
	if isEmpty(simulation.where(s.lacks)) && s.options.DMARC {
		return one, nil // a signature carries it
	}
	if simulation.Target.Single() {
		v := simulation.Verdict
		advice := s.advise(unmapped(simulation.Target.Prefix), v)
		if one.otherwise = s.avoidable(v, advice); advice != nil && one.otherwise == nil {
			return one, advice
		}
		one.networks, one.at = networks, s.stoppedAt(v.SPF)
		return one, nil
	}
	for _, region := range simulation.Regions {
		advice := s.advise(simulation.Target.Prefix, region.Verdict)
		if avoidable := s.avoidable(region.Verdict, advice); avoidable != nil {
			one.otherwise = avoidable
		} else if advice != nil {
			return one, advice
		}
	}
	if one.networks = networks; len(networks) == 0 && simulation.tooWide() {
		return one, &checks.Text{ID: "advice.too-wide", Args: checks.Args{"network": simulation.Target.Prefix.String(), "domain": s.domain}}
	}
	return one, nil
}

// avoidable returns the advice about an error that an evaluation meets on its
// way, and that it would not meet if it matched before: an include of nothing, one
// look-up too many, or a server that fails. What nobody was asked is none.
func (s *simulator) avoidable(v *Verdict, advice *checks.Text) *checks.Text {
	only, certain := v.Possible.Only()
	if !certain || advice == nil {
		return nil
	}
	mistake := only == spf.ResultPermError && advice.ID == "advice.permerror"
	failure := only == spf.ResultTempError && advice.ID == later
	if (mistake || failure) && s.facts.Root.Record != nil && s.adviseDMARC(v) == nil {
		return advice
	}
	return nil
}

// first is what to try before a change is made, nil if nothing is: a server that
// fails may answer again.
func (w wish) first() *checks.Text {
	if w.otherwise != nil && w.otherwise.ID == later {
		return w.otherwise
	}
	return nil
}

// lacking is the target itself if any of it does not pass, unless it is too
// wide to be added.
func (s *Simulation) lacking() []netip.Prefix {
	if !s.failsSomewhere() || s.tooWide() {
		return nil
	}
	return []netip.Prefix{unmapped(s.Target.Prefix)}
}

// failsSomewhere reports that some of it does not pass: a temporary error is not
// what is not known, receivers really get it.
func (s *Simulation) failsSomewhere() bool {
	return !isEmpty(s.where(func(v *Verdict) bool {
		return v.Passes() == checks.No || v.Possible == spf.Of(spf.ResultTempError)
	}))
}

// tooWide reports a target that some of does not pass, and that is not added to
// a record all the same.
func (s *Simulation) tooWide() bool {
	network := unmapped(s.Target.Prefix)
	return network.Bits() < widest(network) && s.failsSomewhere()
}

func widest(network netip.Prefix) int {
	if network.Addr().Is4() {
		return widest4
	}
	return widest6
}

// unmapped writes an IPv4-mapped address as IPv4.
func unmapped(p netip.Prefix) netip.Prefix {
	if p.Addr().Is4In6() && p.IsSingleIP() {
		return netip.PrefixFrom(p.Addr().Unmap(), 32)
	}
	return p
}
