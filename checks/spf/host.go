package spf

import (
	"net/netip"
	"time"
)

// Query is one call of check_host(). RFC 7208 §4.1.
type Query struct {
	// IP is the client; without one the result is unknown. An IPv4-mapped IPv6
	// address counts as IPv4 (§5).
	IP netip.Addr
	// Domain is the name whose record is checked, as it comes from the mail: it
	// need not be a legal name. With or without the final dot.
	Domain string
	// Sender is the MAIL FROM address; for the null reverse-path the caller gives
	// "postmaster@" and the HELO name (§2.4). Where it is empty, macros that need
	// it have no value, and the result is unknown if one is evaluated.
	Sender string
	// HELO is the HELO or EHLO name; empty as Sender.
	HELO string
	// Receiver is the name of the receiving host for explanations, "unknown" if
	// empty (§7.3); Time is when the mail came.
	Receiver string
	Time     time.Time
	// Unlimited leaves the limits of §4.6.4 on look-ups and void look-ups out;
	// that on mx hosts, and loops, remain permerror.
	Unlimited bool
}

// Evaluation is the answer of check_host() with the way to it.
type Evaluation struct {
	Result Result
	Decision
	// Lookups counts the terms that asked the DNS for this client, Voids those
	// that were answered with nothing (RFC 7208 §4.6.4).
	Lookups, Voids int
	// Explanation is the text that the domain gives for a fail, macros expanded;
	// empty if it gives none that can be used (§6.2).
	Explanation string
	// Steps are the mechanisms and redirects that were evaluated, in order.
	Steps []Step
}

// Step is one evaluated term.
type Step struct {
	// Depth is 0 in the checked domain's record, and 1 more in each include and
	// redirect. A term's own step comes before those that it leads to.
	Depth  int
	Domain string // canonical name that the record stands at
	Term   string // as written
	// Target is the canonical name that the term asked for, macros expanded, of
	// "ptr" the one that the client's name must lie below; empty for all, ip4 and
	// ip6, and where nothing could be asked.
	Target string
	// Lookup is how many look-ups were counted with this one, 0 for a term that
	// does not count. With the macro %{p} a term counts twice.
	Lookup int
	Void   bool
	// Match says that the term matched, or that a redirect came to a result.
	Match bool
	// Result is what the qualifier of a term that matched gives, or the target of
	// a redirect; without Match the error that ended the evaluation in the term or
	// behind it. ResultNone for a term that did not match.
	Result Result
}
