package spf

import (
	"fmt"
	"net/netip"
	"strings"

	"go4.org/netipx"

	"mailauth/checks"
)

// Passing is what a record lets pass as far as it can be said without a
// message. Limits and broken includes are left aside: it is what the record
// means, not what a receiver makes of it.
type Passing struct {
	// Set are the addresses of both families that pass.
	Set *netipx.IPSet
	// Dynamic lists the terms by which more may pass, depending on the message:
	// macros and ptr.
	Dynamic []string
	// Open lists the terms by which more may pass, since a question had no
	// answer.
	Open []string
	// halted says that something open may stop everybody, so that nothing behind
	// it is in Set.
	halted bool
	// Senders are the single addresses that the domain's own record lets pass.
	Senders []Sender
}

// Sender is one address that a term of the domain's own record names.
type Sender struct {
	Addr netip.Addr `json:"ip"`
	Term string     `json:"term"`
	// Host is the name that the address was found under; empty for ip4 and ip6.
	Host string `json:"host,omitempty"`
}

// Tri says whether some address can pass.
func (p Passing) Tri() Tri {
	switch {
	case p.Set != nil && len(p.Set.Ranges()) > 0 || len(p.Dynamic) > 0:
		return Yes
	case len(p.Open) > 0:
		return CannotTell
	}
	return No
}

// passes reports that those who match pass, or those who pass in the target of
// a redirect.
func (e *Expanded) passes() bool { return e.Qualifier == Pass || e.Kind == Redirect }

// key names a term across records whose order differs. The final dot of a name
// changes nothing.
func (e *Expanded) key() string {
	return fmt.Sprintf("%s %s", e.Owner.Name, strings.TrimSuffix(e.Canonical(), "."))
}

// networks returns the prefixes that an a or mx gives. RFC 7208 §5.3, §5.4.
func (e *Expanded) networks() []netip.Prefix {
	var prefixes []netip.Prefix
	for _, h := range e.Hosts {
		prefixes = append(prefixes, e.networksOf(h)...)
	}
	return prefixes
}

func (e *Expanded) networksOf(h *Host) []netip.Prefix {
	var prefixes []netip.Prefix
	for _, addr := range h.addrs() {
		bits := e.CIDR4
		if addr.Is6() {
			bits = e.CIDR6
		}
		// The network around an IPv4-mapped address can hold others: mx//64.
		if prefix, err := addr.Prefix(bits); err == nil && !v4Mapped(prefix) {
			prefixes = append(prefixes, prefix)
		}
	}
	return prefixes
}

// unknown reports that a question of the term itself had no answer.
func (e *Expanded) unknown() bool {
	failed := checks.Result.Unknown
	for _, r := range e.MX {
		if failed(r) {
			return true
		}
	}
	for _, r := range e.Exists {
		if failed(r) {
			return true
		}
	}
	for _, h := range e.Hosts {
		if h.Unknown() {
			return true
		}
	}
	return false
}

// v4Mapped: IPv4-mapped addresses count as IPv4, so that no client has one.
// RFC 7208 §5.
func v4Mapped(p netip.Prefix) bool { return p.Addr().Is4In6() && p.Bits() >= 96 }

// senders lists the single addresses of the domain's own record that pass.
func (d *Domain) senders() []Sender {
	var senders []Sender
	seen := map[netip.Addr]bool{}
	add := func(addr netip.Addr, e *Expanded, host string) {
		if !seen[addr] {
			seen[addr] = true
			senders = append(senders, Sender{addr, e.String(), host})
		}
	}
	for _, e := range d.order() {
		switch {
		case e.Qualifier != Pass:
		case e.Prefix.IsValid() && e.Prefix.IsSingleIP() && !v4Mapped(e.Prefix):
			add(e.Prefix.Addr(), e, "")
		case e.Kind == A || e.Kind == MX:
			for _, h := range e.Hosts {
				for _, addr := range h.Addrs() {
					if addr.Is4() && e.CIDR4 == 32 || addr.Is6() && e.CIDR6 == 128 {
						add(addr, e, h.Name)
					}
				}
			}
		}
	}
	return senders
}
