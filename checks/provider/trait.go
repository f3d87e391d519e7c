package provider

import (
	"net/netip"
	"slices"
	"strings"
)

// Trait is something that a provider does and others do not.
type Trait string

// The traits.
const (
	// ReceivesOnly: the hosts in its customers' MX records send no mail of theirs.
	ReceivesOnly Trait = "receives-only"
	// SharedPool: what its SPF names lets all customers send, in whosever name.
	SharedPool Trait = "shared-pool"
	// OwnBounce: it takes bounces at a domain of its own, unless a customer sets up
	// a subdomain for them, so that SPF is asked there and not at the customer's.
	OwnBounce Trait = "own-bounce"
	// FreeSelectors: customers choose their DKIM selectors.
	FreeSelectors Trait = "free-selectors"
	// Retired: the service is gone; nothing of its customers is sent any more.
	Retired Trait = "retired"
)

// Traits lists all traits.
func Traits() []Trait { return []Trait{ReceivesOnly, SharedPool, OwnBounce, FreeSelectors, Retired} }

// Is reports that the provider has the trait.
func (p *Provider) Is(t Trait) bool { return slices.Contains(p.Traits, t) }

// networks is a field of addresses.
func (p *Provider) networks(f Field) *[]netip.Prefix {
	if f == WebNetworks {
		return &p.WebNetworks
	}
	return &p.Networks
}

func (r *row) traits(p *Provider) {
	if _, ok := r.fields["traits"]; !ok {
		return
	}
	var known []string
	for _, t := range Traits() {
		known = append(known, string(t))
	}
	list := strings.Join(known, ", ")
	p.Traits = nil
	for _, text := range r.texts("traits") {
		if !slices.Contains(known, text) {
			r.fail("traits", unexpected("provider-trait", text, "one of "+list).with("list", list))
		}
		p.Traits = append(p.Traits, Trait(text))
	}
}
