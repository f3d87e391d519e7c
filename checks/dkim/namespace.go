package dkim

import (
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

// adspName is where RFC 5617 had its policies.
func adspName(domain string) string { return resolver.Join(namespaceName(domain), "_adsp") }

// askDelegation asks whose name servers answer for _domainkey. That is rare: the
// question is worth it where a list of names shows that _domainkey has records of
// its own, and where something is there and no key was found.
func (s *search) askDelegation() {
	names, _ := s.Names(namespaceName(s.Domain))
	worth := s.nothingFound() || s.facts.Walk != nil || slices.Contains(names, namespaceName(s.Domain))
	if worth && s.namespaceState() == NamespaceExists {
		s.add(InDelegation, namespaceName(s.Domain), resolver.TypeNS, &s.facts.delegation)
	}
}

// askHome asks for the name servers that a delegation is compared with.
func (s *search) askHome() {
	home := resolver.Question{Name: checks.OrganizationalDomain(s.Domain), Type: resolver.TypeNS}
	if s.facts.delegation.Is(resolver.Data) && !s.asked[home] {
		s.add(InDelegation, home.Name, home.Type, &s.facts.home)
	}
}

// publishesADSP lists the providers that publish a policy for their customers.
func publishesADSP() []string { return []string{"xserver"} }

// askPolicy asks for the policy of RFC 5617 where it is known to be: in a list of
// the names, or at a provider that publishes it.
func (s *search) askPolicy() {
	name := adspName(s.Domain)
	if s.asked[resolver.Question{Name: name, Type: resolver.TypeTXT}] {
		return
	}
	names, _ := s.Names(namespaceName(s.Domain))
	provided := slices.ContainsFunc(s.facts.Inferred, func(i Inferred) bool { return slices.Contains(publishesADSP(), i.Provider) })
	walked := s.facts.Walk != nil && s.facts.Walk.adsp
	if provided || walked || slices.Contains(names, name) {
		s.add(InPolicy, name, resolver.TypeTXT, &s.adsp)
	}
}

// policies collects the records of DomainKeys and ADSP.
func (s *search) policies() (records []resolver.Record) {
	for _, r := range []checks.Result{s.namespace, s.adsp} {
		if !r.Is(resolver.Data) || len(r.Answer.Chain) > 0 {
			continue
		}
		for _, record := range r.Answer.Records {
			if text, ok := record.Text(); ok && isPolicy(text) && checks.SameOrganization(record.Name, s.Domain) {
				records = append(records, record)
			}
		}
	}
	return records
}
