package caa

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
)

//go:embed data/authorities.toml
var authorityData string

// Authority is a certification authority that this program knows.
type Authority struct {
	// Organizations are the names under which it signs, as its certificates have
	// them.
	Organizations []string `toml:"organizations"`
	// Issuers are the domains that it accepts in CAA records, the usual one first.
	Issuers []string `toml:"issuers"`
	// Source and Date say where that is written and when it was looked up.
	Source string `toml:"source"`
	Date   string `toml:"date"`
}

// Authorities lists those that are known.
func Authorities() []*Authority { return authorities() }

var authorities = sync.OnceValue(func() []*Authority {
	var table struct {
		Authority []*Authority `toml:"authority"`
	}
	if _, err := toml.Decode(authorityData, &table); err != nil {
		panic("the table of authorities: " + err.Error()) // a test reads it
	}
	return table.Authority
})

// AuthorityOf finds the one that signs as the organization, nil if it is not
// known.
func AuthorityOf(organization string) *Authority {
	i := slices.IndexFunc(Authorities(), func(a *Authority) bool { return slices.Contains(a.Organizations, organization) })
	if i < 0 {
		return nil
	}
	return Authorities()[i]
}

// Accepts reports whether the authority takes an issuer's domain for its own.
func (a *Authority) Accepts(domain string) bool {
	return slices.ContainsFunc(a.Issuers, func(own string) bool { return domain == own || strings.HasSuffix(domain, "."+own) })
}

// Forbids reports whether the records keep the authority from issuing a
// certificate for the name, or for a wildcard, and which records do. Where one
// names an authority that is not known here it may be the same under another
// name: then they do not.
func (f *Facts) Forbids(a *Authority, wildcard bool) (by []Property, forbidden bool) {
	if wildcard {
		by = f.All("issuewild") // RFC 8659 §4.3: it comes before issue
	}
	if len(by) == 0 {
		by = f.All("issue")
	}
	for _, p := range by {
		issuer, ok := ParseIssuer(p.Value)
		if !ok || issuer.Domain == "" {
			continue // names nobody
		}
		known := slices.ContainsFunc(Authorities(), func(other *Authority) bool { return other.Accepts(issuer.Domain) })
		if !known || a.Accepts(issuer.Domain) {
			return nil, false
		}
	}
	return by, len(by) > 0
}
