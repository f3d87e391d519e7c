package checks

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// OrganizationalDomain is the registrable domain of a canonical name by the
// public suffix list (RFC 7489 §3.2): the public suffix and one label more. A
// public suffix is its own.
//
// It decides whose a record is. For DMARC, RFC 9989's tree walk decides.
func OrganizationalDomain(name string) string {
	org, err := publicsuffix.EffectiveTLDPlusOne(strings.TrimSuffix(name, "."))
	if err != nil {
		return name
	}
	return org + "."
}

// IsPublicSuffix reports whether a canonical name is on the public suffix list.
func IsPublicSuffix(name string) bool {
	bare := strings.TrimSuffix(name, ".")
	suffix, icann := publicsuffix.PublicSuffix(bare)
	return suffix == bare && (icann || strings.Contains(bare, "."))
}

// SameOrganization reports whether two canonical names have one organizational
// domain.
func SameOrganization(a, b string) bool {
	return OrganizationalDomain(a) == OrganizationalDomain(b)
}

// Registrable returns the organizational domain of a canonical name if it lies
// under a suffix where domains are registered: a name whose top-level domain
// does not exist cannot be taken over by anyone.
func Registrable(name string) (org string, ok bool) {
	org = OrganizationalDomain(name)
	_, icann := publicsuffix.PublicSuffix(strings.TrimSuffix(org, "."))
	return org, icann
}
