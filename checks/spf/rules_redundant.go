package spf

import (
	"slices"

	"mailauth/checks"
)

// judgeRedundant finds addresses that another term lets pass anyway.
func (k *desk) judgeRedundant(own *OwnRecord) []checks.Finding {
	var findings []checks.Finding
	terms := own.order()
	m := newMatcher()
	for i, e := range terms {
		by, exact := coveredBefore(m, e, terms[:i])
		if by == nil {
			by, exact = coveredAfter(e, terms[i+1:])
		}
		if by == nil {
			continue
		}
		found := on(RuleRedundant, own.Domain, e.Term).With("by", by.String())
		// An IPv4 address in IPv6 form is first of all to be written otherwise.
		if exact && (!v4Mapped(e.Prefix) || v4Mapped(by.Prefix)) {
			found.Fixes = k.correct(own.Domain, "spf-drop-redundant", checks.Args{"term": e.String()}, own.sameAs(e))
		}
		if !slices.ContainsFunc(findings, func(known checks.Finding) bool { return known.Fingerprint() == found.Fingerprint() }) {
			findings = append(findings, found)
		}
	}
	return findings
}

// coveredBefore returns an earlier term that matches whatever e does with the
// same result. It is exact where that does not depend on the DNS.
func coveredBefore(m *matcher, e *Expanded, earlier []*Expanded) (by *Expanded, exact bool) {
	for _, other := range earlier {
		if other.Qualifier != e.Qualifier || other.Kind == All {
			continue
		}
		switch {
		case e.Prefix.IsValid() && other.Prefix.IsValid():
			if e.inside(other) {
				return other, true
			}
		case (e.Kind == A || e.Kind == MX) && other.Kind == e.Kind:
			if slices.Equal(other.Names, e.Names) && len(e.Names) > 0 && other.CIDR4 <= e.CIDR4 && other.CIDR6 <= e.CIDR6 {
				return other, true
			}
		case e.Prefix.IsValid() && !v4Mapped(e.Prefix) && e.Qualifier == Pass:
			if m.set(other).ContainsPrefix(e.Prefix.Masked()) {
				return other, false
			}
		}
	}
	return nil, false
}

// coveredAfter returns a later network that holds that of e, if every term up
// to it has the same result.
func coveredAfter(e *Expanded, later []*Expanded) (by *Expanded, exact bool) {
	if !e.Prefix.IsValid() {
		return nil, false
	}
	for _, other := range later {
		if other.Kind == Redirect || other.Kind == All || other.Qualifier != e.Qualifier {
			return nil, false
		}
		if other.Prefix.IsValid() && other.Prefix.Bits() < e.Prefix.Bits() && e.inside(other) {
			return other, true
		}
	}
	return nil, false
}

// inside reports that the network of an ip4 or ip6 lies in that of another.
func (e *Expanded) inside(other *Expanded) bool {
	return other.Prefix.Bits() <= e.Prefix.Bits() && other.Prefix.Contains(e.Prefix.Addr())
}

// sameAs leaves out e, and what repeats it word for word.
func (d *Domain) sameAs(e *Expanded) change {
	gone := change{e.Term: ""}
	first := true
	for _, other := range d.Terms {
		if other.Reachable && other.String() == e.String() && other.Kind.Mechanism() {
			if !first {
				gone[other.Term] = ""
			}
			first = false
		}
	}
	return gone
}
