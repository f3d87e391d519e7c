package simulate

import (
	"net/netip"
	"strings"

	"mailauth/checks/spf"
)

// Mail is the mail whose fate is asked for.
type Mail struct {
	// Domain is what check_host() is asked about (RFC 7208 §4.1): as the user
	// named it, else that of the sender, else the HELO name. It need not be a
	// legal name if it comes from those.
	Domain string
	// Sender is the MAIL FROM address, HELO the HELO name; empty if not given.
	Sender, HELO string
	// NullSender says that the reverse-path is null: there is no Sender.
	NullSender bool
	// HeaderFrom is the domain of the From field, canonical; empty means Domain.
	HeaderFrom string
	// Signatures are the domains (d=, canonical) of DKIM signatures that are to
	// be taken for valid. SignaturesKnown says that there are no others: none at
	// all without Signatures. Unless it is set, nothing is known of others.
	Signatures      []string
	SignaturesKnown bool
}

// MailFrom is the sender that macros stand for, empty if it is not known. Mail
// with the null reverse-path is checked as from postmaster at the HELO name
// (RFC 7208 §2.4).
func (m Mail) MailFrom() string {
	if m.NullSender {
		if m.HELO == "" {
			return ""
		}
		return "postmaster@" + strings.TrimSuffix(m.HELO, ".")
	}
	return m.Sender
}

func sameName(a, b string) bool {
	return strings.EqualFold(strings.TrimSuffix(a, "."), strings.TrimSuffix(b, "."))
}

// identity is whom the mail comes from.
func (m Mail) identity() spf.Identity { return spf.Identity{Sender: m.MailFrom(), HELO: m.HELO} }

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
