package spf

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
)

// name finds out which names a term asks for when mail comes from somebody.
func (e *Expanded) name(from Identity) {
	switch e.Kind {
	case Include, A, MX, PTR, Exists, Redirect, Exp:
	default:
		return
	}
	if e.Domain == nil { // a, mx and ptr then mean the current domain
		e.Names = []string{e.Owner.Name}
		return
	}
	e.ofMessage = from.lacks(e.Domain)
	known := from.IP.IsValid() && !e.Domain.Uses("pcrt")
	if e.Domain.Uses("ipcrt") && !known { // what only the client, or only an explanation, has
		e.Dynamic = true
		e.askable = e.Domain.askable(e.Owner.Name, from)
		return
	}
	clients, unusable := []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}, 0
	if known {
		clients = []netip.Addr{from.IP}
	}
	for _, client := range clients {
		name, err := e.Domain.Name(MacroContext{Domain: e.Owner.Name, IP: client, Sender: from.Sender, HELO: from.HELO})
		var missing *MissingMacroError
		switch {
		case errors.As(err, &missing):
			e.Dynamic = true
			return
		case err != nil, from.unnameable(e.Domain): // RFC 7208 §4.8
			unusable++
		case !slices.Contains(e.Names, name):
			e.Names = append(e.Names, name)
		}
	}
	if unusable > 0 { // for one family only, by %{v}, it is for the client to say
		e.Names, e.Unusable, e.Dynamic = nil, unusable == len(clients), unusable < len(clients)
	}
}

// lacks reports that a name needs what is not known of the message.
func (from Identity) lacks(d *DomainSpec) bool {
	return from.Sender == "" && d.Uses("slo") || from.HELO == "" && d.Uses("h")
}

// ByAddress reports that only the client's address, and what the DNS says of it,
// tells whether the term matches, whatever the message is.
func (e *Expanded) ByAddress() bool { return (e.Dynamic || e.Kind == PTR) && !e.ofMessage }

// askable tells whether a name by the client's address is a DNS name, which
// somebody can be asked for: for every client (Yes), for none (No), or who
// knows. Its labels only grow with the digits of the address.
func (d *DomainSpec) askable(domain string, from Identity) Tri {
	if d.Uses("p") { // the reverse name can be anything
		return CannotTell
	}
	always, never := true, true
	for _, client := range []string{"0.0.0.0", "255.255.255.255", "::"} {
		octets, err := d.MacroString.Expand(MacroContext{Domain: domain, IP: netip.MustParseAddr(client), Sender: from.Sender, HELO: from.HELO})
		if err != nil {
			return CannotTell
		}
		name := labelled(octets) && !from.unnameable(d)
		always = always && name
		never = never && !name && len(octets) <= maxDomain
	}
	switch {
	case always:
		return Yes
	case never:
		return No
	}
	return CannotTell
}

// labelled reports that no label is empty or too long; what is over the length
// of a name loses labels until it is one.
func labelled(octets string) bool {
	for label := range strings.SplitSeq(strings.TrimSuffix(octets, "."), ".") {
		if label == "" || len(label) > 63 {
			return false
		}
	}
	return true
}

// unnameable reports that the mail comes from a local-part that no name can
// hold. RFC 8616 §4.
func (from Identity) unnameable(d *DomainSpec) bool {
	return d.Uses("sl") && !isASCII(localPart(MacroContext{Sender: from.Sender}.sender()))
}
