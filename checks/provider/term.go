package provider

import "strings"

// SplitTerm takes a term of an SPF record (RFC 7208 §4.6.1) apart, without its
// qualifier and, but for addresses, without its prefix length. Both are in lower
// case, and empty for a term that names nothing.
func SplitTerm(term string) (mechanism, value string) {
	term = strings.ToLower(strings.TrimLeft(term, "+-~?"))
	i := strings.IndexAny(term, ":=")
	if i < 0 {
		return "", ""
	}
	mechanism, value = term[:i], term[i+1:]
	if mechanism != "ip4" && mechanism != "ip6" {
		value, _, _ = strings.Cut(value, "/")
	}
	return mechanism, value
}

// ByTerm returns the provider that a term of an SPF record names, or nil.
func (t *Table) ByTerm(term string) *Provider {
	switch mechanism, value := SplitTerm(term); mechanism {
	case "include", "redirect":
		return t.ByInclude(value)
	case "a", "mx", "exists":
		return t.ByHost(value)
	case "ip4", "ip6":
		if network, ok := ParseNetwork(value); ok {
			return t.ByAddress(network)
		}
	}
	return nil
}
