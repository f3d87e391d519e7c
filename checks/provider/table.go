package provider

import (
	"net/netip"
	"slices"
	"strings"
)

// Evidence is a source of facts.
type Evidence struct {
	Code  string
	Title Names
	// Date says of when the facts are: YYYY, YYYY-MM or YYYY-MM-DD.
	Date string
}

// Table is what is known of providers. It never changes once it is made, and
// is safe for concurrent use.
type Table struct {
	providers []*Provider // in the order of the files
	evidence  []Evidence
}

// Providers lists the rows, in the order of the files.
func (t *Table) Providers() []*Provider { return slices.Clone(t.providers) }

// Evidence lists the sources, in the order of the files.
func (t *Table) Evidence() []Evidence { return slices.Clone(t.evidence) }

// Source returns the source with the code.
func (t *Table) Source(code string) (Evidence, bool) {
	i := slices.IndexFunc(t.evidence, func(e Evidence) bool { return e.Code == code })
	if i < 0 {
		return Evidence{}, false
	}
	return t.evidence[i], true
}

// Get returns the provider with the id, or nil.
func (t *Table) Get(id string) *Provider {
	i := slices.IndexFunc(t.providers, func(p *Provider) bool { return p.ID == id })
	if i < 0 {
		return nil
	}
	return t.providers[i]
}

// By returns the provider that a name in a field belongs to, or nil: the one
// whose pattern says most about it, of equals the one that was read last.
func (t *Table) By(f Field, name string) *Provider {
	labels := labelsFromRight(name)
	var found *Provider
	var best Pattern
	for _, p := range t.providers {
		for _, pattern := range p.Patterns(f) {
			if pattern.match(labels) && (found == nil || pattern.compare(best) <= 0) {
				found, best = p, pattern
			}
		}
	}
	return found
}

// ByInclude returns the provider whose SPF record an include or redirect names.
// The name may hold macros.
func (t *Table) ByInclude(name string) *Provider { return t.By(Includes, name) }

// KnownIncludes lists the names, canonical, that providers tell all their
// customers to include, in the order of the files. None is to be proposed before
// it was just seen to have a record.
func (t *Table) KnownIncludes() (names []string) {
	for _, p := range t.providers {
		names = append(names, p.KnownIncludes()...)
	}
	return names
}

// KnownIncludes lists those of one provider.
func (p *Provider) KnownIncludes() (names []string) {
	if p.Is(Retired) {
		return nil
	}
	for _, pattern := range p.Includes {
		if !strings.Contains(pattern.text, "*") {
			names = append(names, pattern.text+".")
		}
	}
	return names
}

// ByHost returns the provider whose host a mechanism such as "a" names.
func (t *Table) ByHost(name string) *Provider { return t.By(Hosts, name) }

// ByMX returns the provider whose host an MX record names.
func (t *Table) ByMX(host string) *Provider { return t.By(MX, host) }

// ByPlaceholder returns the provider that has its customers publish an MX
// record to prove that the domain is theirs; no mail goes there.
func (t *Table) ByPlaceholder(host string) *Provider { return t.By(Placeholders, host) }

// ByDKIMTarget returns the provider whose key an alias leads to.
func (t *Table) ByDKIMTarget(name string) *Provider { return t.By(DKIMTargets, name) }

// ByReturnPath returns the provider to whose host bounces go.
func (t *Table) ByReturnPath(name string) *Provider { return t.By(ReturnPaths, name) }

// ByDMARCTarget returns the provider that an alias at _dmarc, or the host of a
// report address, belongs to.
func (t *Table) ByDMARCTarget(name string) *Provider { return t.By(DMARCTargets, name) }

// ByMailDomain returns the provider at whose domain anybody can have a mailbox.
func (t *Table) ByMailDomain(domain string) *Provider { return t.By(MailDomains, domain) }

// ByWebAddress returns the provider in whose networks web sites are, and no
// senders of mail.
func (t *Table) ByWebAddress(addr netip.Addr) *Provider {
	return t.byNetwork(WebNetworks, netip.PrefixFrom(addr, addr.BitLen()))
}

// ByAddress returns the provider whose network holds the prefix: the smallest
// such network decides.
func (t *Table) ByAddress(prefix netip.Prefix) *Provider { return t.byNetwork(Networks, prefix) }

func (t *Table) byNetwork(f Field, prefix netip.Prefix) *Provider {
	var found *Provider
	widest := -1
	for _, p := range t.providers {
		for _, network := range *p.networks(f) {
			if network.Bits() > widest && network.Bits() <= prefix.Bits() && network.Contains(prefix.Addr()) {
				found, widest = p, network.Bits()
			}
		}
	}
	return found
}

// BySelector lists the providers whose customers have such a selector; many
// share the commonest.
func (t *Table) BySelector(selector string) (found []*Provider) {
	for _, p := range t.providers {
		if slices.ContainsFunc(p.Selectors, func(s Selector) bool { return s.Match(selector) }) {
			found = append(found, p)
		}
	}
	return found
}

// FixedSelectors lists the selectors of the providers that are the same for
// every customer, each once, in order.
func FixedSelectors(providers []*Provider) (selectors []string) {
	for _, p := range providers {
		for _, s := range p.Selectors {
			if s.Fixed() && !slices.Contains(selectors, s.text) {
				selectors = append(selectors, s.text)
			}
		}
	}
	return selectors
}

// Find lists the providers that somebody means by a word: one by its id or
// name, else those that the word, as a DNS name, an address or a selector, belongs to.
func (t *Table) Find(word string) []*Provider {
	if word == "" {
		return nil
	}
	for _, p := range t.providers {
		if strings.EqualFold(p.ID, word) || strings.EqualFold(p.Name.EN, word) || strings.EqualFold(p.Name.JA, word) {
			return []*Provider{p}
		}
	}
	var found []*Provider
	add := func(p *Provider) {
		if p != nil && !slices.Contains(found, p) {
			found = append(found, p)
		}
	}
	if prefix, ok := ParseNetwork(word); ok {
		add(t.ByAddress(prefix))
		add(t.byNetwork(WebNetworks, prefix))
		return found
	}
	for _, f := range NameFields() {
		add(t.By(f, word))
	}
	if len(found) == 0 {
		found = t.BySelector(word)
	}
	return found
}

// ParseNetwork reads an address or a network, as ByAddress takes it.
func ParseNetwork(text string) (netip.Prefix, bool) {
	if addr, err := netip.ParseAddr(text); err == nil && addr.Zone() == "" {
		return netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen()), true
	}
	prefix, err := netip.ParsePrefix(text)
	return prefix, err == nil
}
