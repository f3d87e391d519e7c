package spf

import (
	"net/netip"
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

// MaxLookups is how many terms that ask the DNS a receiver evaluates, MaxVoids
// how many of them may be answered with nothing. RFC 7208 §4.6.4.
const (
	MaxLookups = 10
	MaxVoids   = 2
)

// maxEntries bounds the ledger: records that include each other twice over
// would make it grow without end. Long before, the limit is exceeded.
const maxEntries = 500

// Ledger numbers the look-ups of a record in the order in which a receiver
// makes them that no mechanism stops: the worst case.
type Ledger struct {
	Entries []Entry `json:"entries"`
	// Lookups is what the record costs, Limit how much is allowed.
	Lookups int `json:"lookups"`
	Limit   int `json:"limit"`
	// Void4 and Void6 count the look-ups that are answered with nothing, for
	// clients of either family.
	Void4 int `json:"void_ipv4"`
	Void6 int `json:"void_ipv6"`
	// LowerBound says that there can be more look-ups: behind macros, or behind
	// a name that nobody could tell of.
	LowerBound bool `json:"lower_bound"`
	// Cut says that the ledger ends before the record does.
	Cut bool `json:"cut,omitempty"`
}

// Entry is one counted look-up.
type Entry struct {
	// N is the number of look-ups so far, with this one.
	N int `json:"n"`
	// Path are the names whose records lead here, the audited domain first.
	Path []string `json:"path"`
	Term string   `json:"term"`
	// Cost is 1, and 2 with the macro %{p}, which asks for reverse names.
	Cost int `json:"cost"`
	// Subtotal is the cost with all that an include or redirect brings.
	Subtotal int `json:"subtotal"`
	// Void4 and Void6 say that a client of the family gets nothing.
	Void4 bool `json:"void_ipv4,omitempty"`
	Void6 bool `json:"void_ipv6,omitempty"`
	// Cycle says that the term leads back to a name of the path.
	Cycle bool `json:"cycle,omitempty"`

	term *Expanded
}

// Node is a record in the tree, drawn wherever a path leads to it.
type Node struct {
	Name    string  `json:"name"`
	Record  string  `json:"record,omitempty"`
	Outcome Outcome `json:"outcome"`
	// Lookups is what the record costs with all that it includes.
	Lookups int      `json:"lookups"`
	Terms   []Branch `json:"terms,omitempty"`
	// Omitted is how many further terms the record has that cost nothing and are
	// not drawn: the tree is too large.
	Omitted int `json:"omitted,omitempty"`
}

// Branch is a term of a record in the tree.
type Branch struct {
	Term string `json:"term"`
	// Kind is the name of the mechanism or modifier in lower case, "" for one
	// that RFC 7208 does not define.
	Kind string `json:"kind,omitempty"`
	// Number is that of the entry in the ledger; 0 for what does not count.
	Number int `json:"number,omitempty"`
	// Lookups is what the term costs with all that it leads to.
	Lookups int `json:"lookups,omitempty"`
	// Ignored says that receivers do not evaluate the term.
	Ignored bool `json:"ignored,omitempty"`
	// Broken says that the grammar does not allow the term, so that receivers
	// use nothing of the record.
	Broken bool `json:"broken,omitempty"`
	// Dynamic says that the term depends on the message, Unknown that a question
	// of its own had no answer, Unusable that it gives no name that can be asked.
	Dynamic  bool `json:"dynamic,omitempty"`
	Unknown  bool `json:"unknown,omitempty"`
	Unusable bool `json:"unusable,omitempty"`
	Cycle    bool `json:"cycle,omitempty"`
	// TooManyMX says that the name has more exchanges than receivers look up.
	TooManyMX bool     `json:"too_many_mx,omitempty"`
	Void4     bool     `json:"void_ipv4,omitempty"`
	Void6     bool     `json:"void_ipv6,omitempty"`
	Asked     []string `json:"asked,omitempty"`
	Found     []string `json:"found,omitempty"`
	Target    *Node    `json:"target,omitempty"`
	// Target6 is where the term leads IPv6 clients, if that is another name;
	// Target is then for IPv4 clients.
	Target6 *Node `json:"target_ipv6,omitempty"`
}

// cost is what evaluating the term counts: the macro %{p} makes the receiver
// look up reverse names, as ptr does. RFC 7208 §4.6.4.
func (t *Term) cost() int {
	if t.Domain != nil && t.Domain.Uses("p") {
		return 2
	}
	return 1
}

// void reports whether the term's own look-up is answered with nothing for
// clients of the family (0 is IPv4, 1 is IPv6), and whether that is known. The
// type is the one that such a client makes the receiver ask for; exchanges of
// an mx and names of a ptr do not count, and what depends on the message
// cannot be counted. RFC 7208 §4.6.4.
func (e *Expanded) void(family int) (void, known bool) {
	var r checks.Result
	switch {
	case len(e.Names) == 0:
		return false, true
	case e.Kind == A && family == 0:
		r = e.Hosts[0].A
	case e.Kind == A:
		r = e.Hosts[len(e.Hosts)-1].AAAA
	case e.Kind == MX:
		r = e.MX[min(family, len(e.MX)-1)]
	case e.Kind == Exists:
		r = e.Exists[min(family, len(e.Exists)-1)]
	default:
		return false, true
	}
	if r.Unknown() {
		return false, false
	}
	return !r.Is(resolver.Data), true
}

// found lists the addresses that the DNS gave for a term, the lowest first.
func (e *Expanded) found() []string {
	var addrs []netip.Addr
	for _, h := range e.Hosts {
		addrs = append(addrs, h.Addrs()...)
	}
	slices.SortFunc(addrs, netip.Addr.Compare)
	var found []string
	for _, addr := range slices.Compact(addrs) {
		found = append(found, addr.String())
	}
	return found
}
