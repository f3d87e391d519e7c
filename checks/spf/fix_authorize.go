package spf

import (
	"net/netip"
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

// Authorize is the change of a domain's record by which networks pass that are
// stopped at an offset of its text, or behind it: ip4 and ip6 terms are added
// after the last ones that stand before it, since these cost no look-up, and
// otherwise in front. Ok is false if there is not one record without a mistake,
// or if an alias leads to somebody else's.
func (d *Domain) Authorize(stoppedAt int, networks ...netip.Prefix) (edit resolver.Edit, ok bool) {
	if d.Outcome != Published || !checks.SameOrganization(d.At().Name, d.Name) {
		return resolver.Edit{}, false
	}
	at, leading := len(version), true
	for i := range d.Record.Terms {
		t := &d.Record.Terms[i]
		network := t.Prefix.IsValid() && t.Qualifier == Pass
		leading = leading && network // by these nobody is stopped
		if network && (leading || t.Span.End <= stoppedAt) {
			at = t.Span.End
		}
	}
	text := d.Record.Text
	added := strings.Join(append([]string{text[:at]}, NetworkTerms(networks...)...), " ")
	return rewrite(d.At(), added+text[at:]), true
}

// NetworkTerms writes the terms that let networks pass.
func NetworkTerms(networks ...netip.Prefix) []string {
	var terms []string
	for _, network := range networks {
		terms = append(terms, networkTerm(Pass, network))
	}
	return terms
}

// Publish is the change that gives a domain its first record.
func (d *Domain) Publish(text string) resolver.Edit { return publish(d.Name, text) }

// Lookalike reports that a domain without a record has text that was meant to
// be one.
func (d *Domain) Lookalike() bool { return len(judgeLookalikes(d)) > 0 }

// NeverSends reports a network that no mail on the Internet comes from: it lies
// in a private one or the like (RFC 6890).
func NeverSends(network netip.Prefix) bool {
	return slices.ContainsFunc(privateRanges(), func(p netip.Prefix) bool {
		return p.Bits() <= network.Bits() && p.Contains(network.Addr())
	})
}
