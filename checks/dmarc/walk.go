package dmarc

import (
	"strings"

	"mailauth/resolver"
)

// MaxWalk is the number of names that a tree walk asks at most (RFC 9989 §4.10).
const MaxWalk = 8

// Owner is the name that a domain's policy record is published at (RFC 9989
// §4.5). It can be too long to be asked; resolver.CanonicalName tells.
func Owner(domain string) string { return resolver.Join(domain, "_dmarc") }

// WalkNames lists the domains whose records a tree walk from domain asks for,
// in order: the domain itself, then its parents down to the top-level domain.
// From a name of eight or more labels it jumps to the last seven (RFC 9989
// §4.10, step 4). The root is never asked.
func WalkNames(domain string) []string {
	names := []string{domain}
	labels := resolver.Labels(domain)
	labels = labels[min(1, len(labels)):]
	if len(labels) >= MaxWalk {
		labels = labels[len(labels)-(MaxWalk-1):]
	}
	for ; len(labels) > 0; labels = labels[1:] {
		names = append(names, strings.Join(labels, ".")+".")
	}
	return names
}

// Published tells the one valid policy record of a domain: nil if it has none,
// or several, which receivers discard all. known is false if nobody could tell.
type Published func(domain string) (r *Record, known bool)

// walk visits the domains of a tree walk that have a record, from the longest
// name to the shortest, up to the first with psd=y or psd=n (RFC 9989 §4.10).
// known is false if a question without answer stands before that.
func walk(start string, at Published, visit func(domain string, r *Record)) (known bool) {
	for _, domain := range WalkNames(start) {
		r, known := at(domain)
		if !known {
			return false
		}
		if r == nil {
			continue
		}
		visit(domain, r)
		if r.PSD != 'u' {
			return true
		}
	}
	return true
}

// OrganizationalDomain is the organizational domain of a name by the tree walk
// (RFC 9989 §4.10.2). It serves the author's domain and the identifiers of SPF
// and DKIM alike.
func OrganizationalDomain(start string, at Published) (org string, known bool) {
	org = start
	known = walk(start, at, func(domain string, r *Record) {
		switch {
		case r.PSD == 'y' && domain != start:
			org = oneBelow(domain, start)
		default: // psd=n decides; otherwise the fewest labels, which come last
			org = domain
		}
	})
	return org, known
}

// oneBelow is the name one label below ancestor, on the way down to name.
func oneBelow(ancestor, name string) string {
	for {
		parent := resolver.Parent(name)
		if parent == ancestor || parent == name {
			return name
		}
		name = parent
	}
}

// Discovery is the policy record that applies to an author's domain. Record is
// nil if there is none.
type Discovery struct {
	// Domain is the one that publishes the record: the author's own, its
	// organizational domain, or the public suffix domain above that.
	Domain string
	Record *Record
	// Org is the author's organizational domain, if OrgKnown.
	Org      string
	OrgKnown bool
}

// Discover finds the policy record for an author's domain (RFC 9989 §4.10.1).
// known is false if a question without answer leaves it open; the record of the
// author's own domain is known without the rest.
func Discover(author string, at Published) (d Discovery, known bool) {
	d.Org, d.OrgKnown = OrganizationalDomain(author, at)
	if r, ok := at(author); !ok {
		return d, false
	} else if r != nil {
		d.Domain, d.Record = author, r
		return d, true
	}
	if !d.OrgKnown {
		return d, false
	}
	var psd Discovery
	walk(author, at, func(domain string, r *Record) {
		switch {
		case domain == d.Org:
			d.Domain, d.Record = domain, r
		case r.PSD == 'y':
			psd.Domain, psd.Record = domain, r
		}
	})
	if d.Record == nil {
		d.Domain, d.Record = psd.Domain, psd.Record
	}
	return d, true
}
