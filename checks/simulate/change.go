package simulate

import (
	"net/netip"

	"mailauth/checks"
)

// Change is what a change of the DNS does to one target.
type Change struct {
	Target        Target
	Before, After Simulation
	// Lost and Gained are the addresses of the target that certainly passed and
	// no longer certainly pass, and the other way round: minimal lists.
	Lost, Gained []netip.Prefix
	// Throughout says whether all addresses that pass before and after also pass
	// under every mixture of old and new records, while caches still hold old
	// ones; Wavering are those that do not.
	Throughout checks.Tri
	Wavering   []netip.Prefix
}

// Transition is what the evaluation meets on the way from old to new.
type Transition struct {
	// Sets are the RRsets that the evaluation meets and that differ.
	Sets []ChangedSet
	// MaxTTL is how many seconds old answers may live, the largest of Sets;
	// AtLeast says that a cache was asked, so that it may be longer.
	MaxTTL  uint32
	AtLeast bool
	// TooMany says that there are more sets than all mixtures of can be tried.
	TooMany bool
}

// ChangedSet is an RRset that differs before and after.
type ChangedSet struct {
	Name, Type string
	// TTL is that of the old answer in seconds; for a name or type that did not
	// exist, how long its absence may be kept (RFC 2308 §5). Absent tells.
	TTL     uint32
	Absent  bool
	AtLeast bool
}
