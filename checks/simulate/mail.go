package simulate

import "net/netip"

// Mail is the mail whose fate is asked for.
type Mail struct {
	// Domain is what check_host() is asked about (RFC 7208 §4.1): as the user
	// named it, else that of the sender, else the HELO name. It need not be a
	// legal name if it comes from those.
	Domain string
	// Sender is the MAIL FROM address, HELO the HELO name; empty if not given.
	// For the null reverse-path only HELO is given.
	Sender, HELO string
	// HeaderFrom is the domain of the From field, canonical; empty means Domain.
	HeaderFrom string
	// Signatures are the domains (d=, canonical) of DKIM signatures that are to
	// be taken for valid. SignaturesKnown says that there are no others: none at
	// all without Signatures. Unless it is set, nothing is known of others.
	Signatures      []string
	SignaturesKnown bool
}

// Target is one thing that the user asked about: an address, or a prefix.
type Target struct {
	// Text is as the user wrote it, for reports.
	Text string
	// Prefix is a single address, or masked.
	Prefix netip.Prefix
	// File and Line say where the target was read; File is empty for a flag.
	File string
	Line int
}

// Single reports whether the target is one address.
func (t Target) Single() bool { return t.Prefix.IsSingleIP() }
