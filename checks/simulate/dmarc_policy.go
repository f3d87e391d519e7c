package simulate

import (
	"context"
	"strings"

	"mailauth/checks"
	"mailauth/checks/dmarc"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

// policy is what DMARC says of the mail before SPF has spoken.
type policy struct {
	found DMARC // everything but the results
	// applies says whether a policy does, even if it is not known which: open if
	// that depends on a question without an answer, or if receivers differ in how
	// they read the record.
	applies checks.Tri
	// signed says that what Mail tells of signatures is all there is.
	signed bool
	judged map[fate]*DMARC
}

// fate is what decides the outcome of mail, once the policy is known.
type fate struct {
	possible spf.Results
	failure  string
}

// discover looks for the policy and compares the domains (RFC 9989 §4.10).
func discover(ctx context.Context, r resolver.Resolver, m Mail) *policy {
	p := &policy{signed: m.SignaturesKnown, judged: map[fate]*DMARC{}, applies: checks.No,
		found: DMARC{SPFAligned: checks.Open, DKIMAligned: checks.Open}}
	author, ok := authorOf(m)
	if !ok { // receivers have no name to look up
		p.found.SPFAligned, p.found.DKIMAligned = checks.No, checks.No
		return p
	}
	asker := dmarc.NewAsker(ctx, r)
	p.found.Author = author
	d, known := dmarc.Discover(author, asker.Published)
	if d.OrgKnown {
		p.found.Org = d.Org
	}
	if !known {
		p.applies, p.found.Err = dmarc.Applies(author, asker.Published), asker.Failure(author)
	}
	if known && d.Record != nil {
		p.apply(d, asker)
	}
	strict := dmarc.Record{}
	if d.Record != nil && p.applies != checks.No {
		strict = *d.Record
	}
	p.found.SPFAligned = p.aligned(spfDomains(m), strict.ASPF.Strict, asker)
	p.found.DKIMAligned = p.aligned(m.Signatures, strict.ADKIM.Strict, asker)
	return p
}

// authorOf is the domain of the From field, as a name that can be asked for.
func authorOf(m Mail) (author string, ok bool) {
	name := m.HeaderFrom
	if name == "" {
		name = m.Domain
	}
	author, err := resolver.CanonicalName(name)
	literal := strings.HasPrefix(name, "[") // RFC 5321 §4.1.3
	return author, err == nil && author != "." && !literal
}

// spfDomains is the identifier that SPF authenticates: none if the checked
// domain is no name.
func spfDomains(m Mail) []string {
	name, err := resolver.CanonicalName(m.Domain)
	if err != nil {
		return nil
	}
	return []string{name}
}

// apply takes over what the record asks for.
func (p *policy) apply(d dmarc.Discovery, asker *dmarc.Asker) {
	exists := func() checks.Tri { return asker.Exists(p.found.Author) }
	a, known := d.Apply(p.found.Author, exists)
	p.found.Domain, p.found.Record, p.found.Standing = d.Domain, d.Record.Text, a.Standing
	switch a.Standing {
	case dmarc.Ignored: // RFC 9989 §4.10.1: as if there were no record
		return
	case dmarc.Unclear:
		p.applies = checks.Open
		return
	}
	p.applies = checks.Yes
	p.found.Asked, p.found.Policy, p.found.Tag = a.Asked, a.Applied, a.Tag
	p.found.Testing = a.Applied != a.Asked
	if !known {
		p.found.Err = asker.Failure(p.found.Author)
	}
}

// aligned says whether one of the domains is aligned with the author's.
func (p *policy) aligned(domains []string, strict bool, asker *dmarc.Asker) checks.Tri {
	found := checks.No
	for _, domain := range domains {
		found = found.Or(p.inLine(domain, strict, asker))
	}
	return found
}

// inLine compares one domain. Where no policy applies nothing is asked for it,
// and where none is known, nor is the mode.
func (p *policy) inLine(domain string, strict bool, asker *dmarc.Asker) checks.Tri {
	if domain == p.found.Author {
		return checks.Yes
	}
	if p.applies == checks.No {
		return checks.Open
	}
	aligned, known := dmarc.Aligned(p.found.Author, domain, strict, asker.Published)
	if !known && p.found.Err == nil {
		p.found.Err = firstOf(asker.Failure(p.found.Author), asker.Failure(domain))
	}
	return checks.TriOf(aligned, known && !(aligned && p.found.Record == ""))
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
