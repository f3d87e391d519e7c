package dkim

import (
	"mailauth/checks"
	"mailauth/resolver"
)

// Namespace says what is known of _domainkey below the domain, where all keys are.
type Namespace string

// The values of Namespace.
const (
	NamespaceExists   Namespace = "exists"   // something is published at or below it
	NamespaceNXDomain Namespace = "nxdomain" // it does not exist: no selector can (RFC 8020)
	// NamespaceWildcard: the servers answer for names that nobody published,
	// through a wildcard or by compact denial (RFC 9824); existence proves nothing.
	NamespaceWildcard Namespace = "wildcard"
	NamespaceUnknown  Namespace = "unknown" // a question went without an answer
)

// Facts is what the DNS says about the domain's keys.
type Facts struct {
	Namespace Namespace `json:"namespace"`
	// EmptyNXDomain says that the servers deny _domainkey although a selector
	// below it exists.
	EmptyNXDomain bool `json:"empty_nxdomain"`
	// LiveKey is yes where a verifier can use a key of the domain, no where
	// there is provably none (a revoked wildcard counts as the owner's word).
	LiveKey checks.Tri `json:"live_key"`
	// Complete says that Selectors are all that there are: a zone file lists them, or
	// the NSEC records of a signed zone.
	Complete bool `json:"complete"`
	// Wildcard is what a selector that nobody published answers.
	Wildcard State `json:"wildcard"`
	// Tried lists all selectors that were asked for, in order; Selectors those
	// of them where there was something, or no answer.
	Tried     []string    `json:"tried"`
	Selectors []*Selector `json:"selectors"`
	// Beyond lists keys of other domains of the organization that signatures of
	// messages name.
	Beyond []*Selector `json:"beyond,omitempty"`
	// Inferred lists the providers that the domain's MX and SPF records name and
	// whose selectors were asked for therefore.
	Inferred []Inferred `json:"inferred,omitempty"`
	// Walk is the list by NSEC records, nil where nobody asked for it or a zone file
	// lists the names.
	Walk *Walk `json:"walk,omitempty"`
	// Misplaced lists keys at names where no receiver looks.
	Misplaced []*Misplaced `json:"misplaced,omitempty"`

	domain string
	// The controls: a random name beside _domainkey, and a random selector.
	sibling, random checks.Result
	empty           bool     // _domainkey is there, without a record of its own
	absent          []string // named selectors that are not there
	// policies are records of protocols of old, at and below _domainkey.
	policies []resolver.Record
	// delegation are the name servers of _domainkey, and home those of the
	// organizational domain; asked for only where there is something to compare.
	delegation, home checks.Result
	// open says that selectors may be missing here that a provider implies, since
	// a question that would have named it had no answer.
	open bool
}

// Inferred is a provider with the selectors that all its customers have.
type Inferred struct {
	Provider string `json:"provider"`
	// From is "mx" or "spf", Name the name in that record which is the provider's.
	From      string   `json:"from"`
	Name      string   `json:"name"`
	Selectors []string `json:"selectors"`
}

// Origin says why a selector was asked for.
type Origin string

// The origins.
const (
	OriginGiven    Origin = "given"    // named by the user
	OriginMessage  Origin = "message"  // named by a signature of a message
	OriginZone     Origin = "zone"     // listed by a zone file
	OriginWalk     Origin = "walk"     // listed by the NSEC records of the zone
	OriginProvider Origin = "provider" // what a provider of the domain has its customers publish
	OriginGuess    Origin = "guess"    // in common use
)

// named reports that the domain's mail is known to be signed with it.
func (o Origin) named() bool { return o == OriginGiven || o == OriginMessage }

// guessed reports that nobody said that the selector is the domain's.
func (o Origin) guessed() bool { return o == OriginGuess || o == OriginProvider }

// State says what a selector's name holds.
type State string

// The states of a selector.
const (
	StateUnknown  State = "unknown"  // no answer
	StateUnclear  State = "unclear"  // no key; what else is there had no answer
	StateAbsent   State = "absent"   // nothing
	StateOther    State = "other"    // text that was not meant to be a key
	StateWildcard State = "wildcard" // what every selector answers
	StateDangling State = "dangling" // an alias of a name without a key
	StateProxied  State = "proxied"  // an address, where a key or an alias belongs
	StateRevoked  State = "revoked"  // p= is empty
	StateNotMail  State = "not-mail" // a sound key whose s= is for something else
	StateBroken   State = "broken"   // a key that verifiers refuse, or several
	StateLive     State = "live"     // a key that verifiers take
)

// Found reports that the owner put something there for DKIM.
func (s State) Found() bool {
	switch s {
	case StateDangling, StateProxied, StateRevoked, StateNotMail, StateBroken, StateLive:
		return true
	}
	return false
}

// Selector is one selector that was asked for.
type Selector struct {
	Selector string `json:"selector"`
	// Name is the owner name of the key, <selector>._domainkey.<domain>.
	Name   string `json:"name"`
	Origin Origin `json:"origin"`
	State  State  `json:"state"`
	// Algorithm and Bits describe the key of a live selector.
	Algorithm string `json:"algorithm,omitempty"`
	Bits      int    `json:"bits,omitempty"`
	// Alias is the name at the end of a CNAME chain.
	Alias string `json:"alias,omitempty"`
	// Provider is the id of the provider to whose key the chain leads.
	Provider string `json:"provider,omitempty"`

	result checks.Result
	host   checks.Result // the address, asked where there is no TXT record
	keys   []keyRecord   // the TXT records that were meant to be keys

	hostAsked bool
}

// keyRecord is a TXT record and what it says as a key.
type keyRecord struct {
	record resolver.Record
	key    *Key
}

// primary is the record that is judged as the selector's key.
func (s *Selector) primary() keyRecord {
	if records := several(s.keys); len(records) > 0 {
		return records[0]
	}
	return s.keys[0]
}

// alias is the CNAME record at the selector's name.
func (s *Selector) alias() resolver.Record {
	for _, r := range s.result.Answer.Chain {
		if r.Type() == resolver.TypeCNAME {
			return r
		}
	}
	return s.result.Answer.Chain[0]
}

// Place says what kind of wrong name a key is at.
type Place string

// The places.
const (
	PlaceDoubled      Place = "doubled"       // <selector>._domainkey.<domain>.<domain>
	PlaceNoUnderscore Place = "no-underscore" // <selector>.domainkey.<domain>
	PlaceSwapped      Place = "swapped"       // _domainkey.<selector>.<domain>
	PlaceApex         Place = "apex"          // the domain itself
	PlaceULabel       Place = "u-label"       // a selector in UTF-8 instead of its A-label
)

// Misplaced is a key at a name where no receiver looks.
type Misplaced struct {
	Place Place  `json:"place"`
	Name  string `json:"name"`
	// Selector and Right are the selector and the name that were meant; empty
	// where the name does not tell.
	Selector string `json:"selector,omitempty"`
	Right    string `json:"right,omitempty"`

	found keyRecord
}

// found returns the selectors with something for DKIM.
func (f *Facts) found() (found []*Selector) {
	for _, s := range f.Selectors {
		if s.State.Found() {
			found = append(found, s)
		}
	}
	return found
}

// in returns the selectors that are in the state.
func (f *Facts) in(state State) (selectors []*Selector) {
	for _, s := range f.Selectors {
		if s.State == state {
			selectors = append(selectors, s)
		}
	}
	return selectors
}

// namespaceName is the name below which all keys are.
func namespaceName(domain string) string { return resolver.Join(domain, "_domainkey") }

// HasUnknown reports that a question without an answer may hide a key.
func (f *Facts) HasUnknown() bool {
	return f.open || f.Namespace == NamespaceUnknown || f.Wildcard == StateUnknown || len(f.in(StateUnknown)) > 0
}
