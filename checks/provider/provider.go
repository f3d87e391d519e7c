package provider

import (
	"fmt"
	"net/netip"
	"slices"
)

// Layer is what a provider does with mail. Who receives a domain's mail often
// is not who sends it.
type Layer string

// The layers.
const (
	Mailbox   Layer = "mailbox"   // holds mailboxes: who has one there sends from there
	Hosting   Layer = "hosting"   // web hosting with mail; its MX may be there unused
	Forwarder Layer = "forwarder" // receives and passes on, holds nothing
	Inbound   Layer = "inbound"   // filters mail before it reaches the mailboxes
	Outbound  Layer = "outbound"  // filters and relays what the mailboxes send
	Sender    Layer = "sender"    // sends newsletters, tickets, invoices for others
	SPFHost   Layer = "spf-host"  // publishes SPF records for others, sends nothing
	Web       Layer = "web"       // has web sites, no mail
)

// Layers lists all layers.
func Layers() []Layer {
	return []Layer{Mailbox, Hosting, Forwarder, Inbound, Outbound, Sender, SPFHost, Web}
}

// Field is a kind of pattern that a provider is known by.
type Field string

// The fields.
const (
	Includes     Field = "includes"        // names after include: and redirect=
	Hosts        Field = "hosts"           // names after a:, mx: and exists:
	Networks     Field = "networks"        // addresses, as after ip4: and ip6:
	MX           Field = "mx"              // hosts of MX records
	Placeholders Field = "mx-placeholders" // hosts of MX records that take no mail
	Selectors    Field = "selectors"       // DKIM selectors
	DKIMTargets  Field = "dkim-targets"    // what CNAME records of DKIM keys lead to
	ReturnPaths  Field = "return-paths"    // hosts that take bounces, by MX or CNAME
	DMARCTargets Field = "dmarc-targets"   // where _dmarc or report addresses lead to
	MailDomains  Field = "mail-domains"    // domains at which anybody can have a mailbox
	WebNetworks  Field = "web-networks"    // addresses of web sites, which send no mail
	Keys         Field = "keys"            // records that its customers publish for DKIM
)

// NameFields lists the fields whose patterns are of DNS names, each of one
// provider alone.
func NameFields() []Field {
	return []Field{Includes, Hosts, MX, Placeholders, DKIMTargets, ReturnPaths, DMARCTargets, MailDomains}
}

// Fields lists all fields, in the order in which people read them.
func Fields() []Field {
	return []Field{Includes, Hosts, Networks, MX, Placeholders, Selectors, Keys, DKIMTargets, ReturnPaths, DMARCTargets, MailDomains, WebNetworks}
}

// Items are the values of any field, as they are written in a file.
func (p *Provider) Items(f Field) []string {
	switch f {
	case Networks:
		return written(p.Networks)
	case WebNetworks:
		return written(p.WebNetworks)
	case Keys:
		return written(p.Keys)
	case Selectors:
		return written(p.Selectors)
	}
	return written(p.Patterns(f))
}

func written[T fmt.Stringer](list []T) []string {
	texts := make([]string, len(list))
	for i, item := range list {
		texts[i] = item.String()
	}
	return texts
}

// Names is a text in both languages.
type Names struct {
	EN string `json:"en"`
	JA string `json:"ja"`
}

// In returns the text in a language, in English for one that it lacks.
func (n Names) In(lang string) string {
	if lang == "ja" && n.JA != "" {
		return n.JA
	}
	return n.EN
}

// Both returns the texts of both languages, the English one for one that is not
// there.
func (n Names) Both() Names { return Names{n.EN, n.In("ja")} }

// Provider is a row of the table.
type Provider struct {
	ID      string // stable, kebab-case
	Name    Names
	Layers  []Layer
	Country string // of the company, ISO 3166-1 alpha-2; empty if not known

	Includes, Hosts, MX, Placeholders      []Pattern
	DKIMTargets, ReturnPaths, DMARCTargets []Pattern
	MailDomains                            []Pattern
	Networks, WebNetworks                  []netip.Prefix
	Selectors                              []Selector
	Keys                                   []KeyRecord

	// Traits are what the provider does in ways that not all do.
	Traits []Trait

	// Evidence lists the codes of the sources that the row is taken from.
	Evidence []string
	// Unverified lists the fields that no source confirms.
	Unverified []Field
	// Note says what the fields cannot; empty if there is nothing to say.
	Note Names
	// File and Line are where a user's file adds or changes the row; empty for a
	// built-in one.
	File string
	Line int
}

// Has reports that the provider does this with mail.
func (p *Provider) Has(l Layer) bool { return slices.Contains(p.Layers, l) }

// Patterns returns the patterns of a field of names, in the order of the row.
func (p *Provider) Patterns(f Field) []Pattern {
	if list := p.patterns(f); list != nil {
		return *list
	}
	return nil
}

func (p *Provider) patterns(f Field) *[]Pattern {
	switch f {
	case Includes:
		return &p.Includes
	case Hosts:
		return &p.Hosts
	case MX:
		return &p.MX
	case Placeholders:
		return &p.Placeholders
	case DKIMTargets:
		return &p.DKIMTargets
	case ReturnPaths:
		return &p.ReturnPaths
	case DMARCTargets:
		return &p.DMARCTargets
	case MailDomains:
		return &p.MailDomains
	}
	return nil
}

// fills reports that the row says anything in the field.
func (p *Provider) fills(f Field) bool { return len(p.Items(f)) > 0 }

func (p *Provider) clone() *Provider {
	q := *p
	for _, f := range NameFields() {
		*q.patterns(f) = slices.Clone(p.Patterns(f))
	}
	q.Networks, q.WebNetworks = slices.Clone(p.Networks), slices.Clone(p.WebNetworks)
	q.Evidence, q.Unverified = slices.Clone(p.Evidence), slices.Clone(p.Unverified)
	return &q
}
