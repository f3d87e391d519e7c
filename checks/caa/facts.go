package caa

import (
	"context"

	"mailauth/checks"
	"mailauth/resolver"
)

// Facts is which authorities may issue certificates for the domain.
type Facts struct {
	// Found says whether CAA records apply that stand within the organization.
	Found checks.Tri `json:"found"`
	// Owner is the name that they stand at: the domain, or the closest one above
	// it that has any (RFC 8659 §3).
	Owner      string     `json:"owner,omitempty"`
	Properties []Property `json:"properties,omitempty"`
}

// All lists the properties with one of the tags.
func (f *Facts) All(tags ...string) (found []Property) {
	for _, p := range f.Properties {
		for _, tag := range tags {
			if p.Is(tag) {
				found = append(found, p)
			}
		}
	}
	return found
}

func lookup(ctx context.Context, p *checks.Pass) (any, error) {
	return Climb(ctx, p.Asker, InSet, p.Domain), nil
}

// Climb looks for the relevant RRset of a name (RFC 8659 §3): its own, else
// that of the closest name above it. What stands above the organizational
// domain is not asked for: it is nobody's whom a report could help.
func Climb(ctx context.Context, a *checks.Asker, in checks.Input, name string) *Facts {
	top := checks.OrganizationalDomain(name)
	for range maxClimb {
		r := a.Ask(ctx, in, resolver.Question{Name: name, Type: resolver.TypeCAA})
		if r.Unknown() {
			return &Facts{Found: checks.Open}
		}
		// An alias is followed as for any other type; where it leads to no CAA,
		// the climb goes on from the name itself.
		if r.Is(resolver.Data) {
			return found(name, r.Answer.Records)
		}
		if name == top || name == "." {
			break
		}
		name = resolver.Parent(name)
	}
	return &Facts{Found: checks.No}
}

func found(owner string, records []resolver.Record) *Facts {
	f := &Facts{Found: checks.Yes, Owner: owner}
	for _, rr := range records {
		if property, ok := ParseProperty(rr.Data.String()); ok {
			property.RR = rr
			f.Properties = append(f.Properties, property)
		}
	}
	return f
}

// Limits reports whether the records limit who may issue certificates at all:
// those that only say where to report do not.
func (f *Facts) Limits() bool { return len(f.All("issue", "issuewild")) > 0 }
