package cross

import (
	"context"

	"mailauth/checks"
	"mailauth/checks/caa"
	"mailauth/checks/spf"
	"mailauth/resolver"
	"mailauth/resolver/validation"
)

// Facts are the answers that only these rules need.
type Facts struct {
	// Helo are the TXT answers of the domain's own hosts that send, by name.
	Helo map[string]checks.Result `json:"-"`
	// OrgKeys is the answer for _domainkey of the organizational domain; of no
	// meaning for a domain that is its own.
	OrgKeys checks.Result `json:"-"`
	// SOA and OrgSOA are the answers for the SOA of the domain and of the
	// organizational domain; of no meaning for a domain that is its own.
	SOA    checks.Result `json:"-"`
	OrgSOA checks.Result `json:"-"`
	// PolicyZone is the state of the zone that an alias to the DMARC record leads
	// to; of no meaning where there is none, or where it cannot matter.
	PolicyZone validation.Status `json:"-"`
	// Includes are the TXT answers of names that a fix proposes to include, Bounces
	// the MX answers of names at which senders take bounces; asked only where the
	// fix or the weight of a finding depends on them.
	Includes []checks.Result `json:"-"`
	Bounces  []checks.Result `json:"-"`

	includes, bounces []string // the names, in the same order
	// PolicyCAA are the CAA records for the host of the MTA-STS policy; nil
	// where its certificate asks for none.
	PolicyCAA *caa.Facts `json:"-"`
}

func lookup(ctx context.Context, p *checks.Pass) (any, error) {
	v, below := viewOf(p), checks.OrganizationalDomain(p.Domain) != p.Domain
	facts := &Facts{Helo: map[string]checks.Result{}}
	var questions []checks.Tagged
	hosts := v.ownSenders()
	for _, h := range hosts {
		questions = append(questions, checks.Tagged{Input: InHelo, Question: resolver.Question{Name: h, Type: resolver.TypeTXT}})
	}
	if below {
		org := checks.OrganizationalDomain(p.Domain)
		questions = append(questions,
			checks.Tagged{Input: InOrgKeys, Question: resolver.Question{Name: resolver.Join(org, "_domainkey"), Type: resolver.TypeTXT}},
			checks.Tagged{Input: InSOA, Question: resolver.Question{Name: p.Domain, Type: resolver.TypeSOA}},
			checks.Tagged{Input: InSOA, Question: resolver.Question{Name: org, Type: resolver.TypeSOA}})
	}
	facts.includes, facts.bounces = v.includesToOffer(), v.bounceNames()
	more := len(questions)
	for _, name := range facts.includes {
		questions = append(questions, checks.Tagged{Input: InInclude, Question: resolver.Question{Name: name, Type: resolver.TypeTXT}})
	}
	for _, name := range facts.bounces {
		questions = append(questions, checks.Tagged{Input: InBounce, Question: resolver.Question{Name: name, Type: resolver.TypeMX}})
	}
	results := p.AskTagged(ctx, questions)
	facts.PolicyZone = v.policyZone(ctx, p)
	facts.Includes = results[more : more+len(facts.includes)]
	facts.Bounces = results[more+len(facts.includes):]
	for i, h := range hosts {
		facts.Helo[h] = results[i]
	}
	if below {
		rest := results[len(hosts):more]
		facts.OrgKeys, facts.SOA, facts.OrgSOA = rest[0], rest[1], rest[2]
	}
	facts.PolicyCAA = v.askPolicyCAA(ctx, p)
	return facts, nil
}

// ownSenders are the names of the domain's mail exchanges, within its own
// organization, whose address SPF lets pass by a term for that one address.
func (v view) ownSenders() (hosts []string) {
	for _, h := range v.mx.Hosts {
		if h.Name == v.domain || !checks.SameOrganization(h.Name, v.domain) {
			continue
		}
		for _, a := range h.Addresses {
			if v.sends(a.IP.String()) {
				hosts = append(hosts, h.Name)
				break
			}
		}
	}
	return hosts
}

// sends reports whether a single ip4, ip6, a or mx term of the domain's own
// record lets the address pass.
func (v view) sends(ip string) bool {
	for _, s := range v.spf.Static.Senders {
		if s.Addr.String() == ip {
			return true
		}
	}
	return false
}

// names reports whether the domain's own record names the address itself.
func (v view) names(ip string) bool {
	for _, s := range v.spf.Static.Senders {
		if s.Addr.String() == ip && s.Host == "" {
			return true
		}
	}
	return false
}

// hasSPF reports whether a TXT answer holds an SPF record.
func hasSPF(r checks.Result) bool {
	for _, record := range r.Answer.Records {
		if text, ok := record.Text(); ok && spf.IsSPF(text) {
			return true
		}
	}
	return false
}
