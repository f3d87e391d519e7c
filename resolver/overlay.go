package resolver

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Overlay lays zones over a base: names at and below an apex are answered from
// the zone alone, as its name servers would once it is published; the most
// specific zone answers. All other names are the base's, and so are names
// below a delegation, provided that the base shows the same name servers for
// it: otherwise nobody can tell (Undetermined). Of two zones with the same apex
// the first counts.
//
// Answers from a zone are never Authentic. The overlay is a NameLister.
func Overlay(zones []*Zone, base Resolver) Resolver {
	o := &overlay{zones: map[string]*Zone{}, base: base}
	for _, z := range zones {
		if o.zones[z.Apex] == nil {
			o.zones[z.Apex] = z
		}
	}
	return o
}

type overlay struct {
	zones map[string]*Zone // by apex
	base  Resolver
}

// zone returns the zone that answers a question, nil if none does. The DS
// records of an apex belong to the zone above it (RFC 4035 §3.1.4.1).
func (o *overlay) zone(q Question) *Zone {
	name := q.Name
	if q.Type == TypeDS && name != "." && o.zones[name] != nil {
		name = Parent(name)
	}
	for {
		if z := o.zones[name]; z != nil || name == "." {
			return z
		}
		name = Parent(name)
	}
}

func (o *overlay) layer() layer { return layer{o.base, o.own} }

// Lookup implements Resolver.
func (o *overlay) Lookup(ctx context.Context, q Question) (Answer, error) {
	return o.layer().lookup(ctx, q)
}

func (o *overlay) own(ctx context.Context, q Question) (Found, error) {
	z := o.zone(q)
	if z == nil {
		return Found{Outcome: Away}, nil
	}
	f := z.step(q)
	if f.Outcome != Referral {
		return f, nil
	}
	return Found{Outcome: Away}, o.sameDelegation(ctx, q, f)
}

// sameDelegation is nil if the base has the delegation that the zone has, so
// that what the base says of names below it will stay true.
func (o *overlay) sameDelegation(ctx context.Context, q Question, f Found) error {
	live, err := o.base.Lookup(ctx, Question{f.Cut, TypeNS})
	if err != nil {
		detail := fmt.Sprintf("it is below the delegation of %s, which cannot be compared with the one in use: %v", f.Cut, err)
		return &Error{Kind: KindOf(err), Question: q, Server: f.Source, Detail: detail, Err: err,
			Code: "delegation-not-compared", Args: Args{"cut": f.Cut, "kind": string(KindOf(err))}}
	}
	proposed, current := hosts(f.Records), hosts(live.Records)
	if len(live.Chain) == 0 && slices.Equal(proposed, current) {
		return nil
	}
	detail := fmt.Sprintf("it is below the delegation of %s to %s; the one in use is %s", f.Cut, list(proposed), list(current))
	return &Error{Kind: Undetermined, Question: q, Server: f.Source, Detail: detail,
		Code: "delegation-differs", Args: Args{"cut": f.Cut, "proposed": list(proposed), "current": list(current)}}
}

// hosts lists the names of NS records, sorted.
func hosts(records []Record) []string {
	var names []string
	for _, r := range records {
		names = append(names, r.Data.String())
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// Exchange implements Resolver. A name of a zone is answered as the zone's own
// servers would, whichever server the query asks for.
func (o *overlay) Exchange(ctx context.Context, q Query) (Reply, error) {
	name, err := CanonicalName(q.Name)
	if err != nil {
		return Reply{}, &Error{Kind: BadName, Question: q.Question, Detail: err.Error(), Err: err}
	}
	q.Name = name
	f, err := o.own(ctx, q.Question)
	if err != nil {
		return Reply{}, err
	}
	if f.Outcome == Away {
		return o.base.Exchange(ctx, q)
	}
	z := o.zone(q.Question)
	return z.Find(q.Question).reply(q, z.soa()), nil
}

// Names implements NameLister: the names of the zones, and those that the base
// knows outside them. Below a delegation to elsewhere nothing is known.
func (o *overlay) Names(below string) (names []string, complete bool) {
	z := o.zone(Question{Name: below})
	switch {
	case z == nil:
		names, complete = namesOf(o.base, below)
		names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return o.zone(Question{Name: name}) != nil })
	case z.opaque(below) || z.hiddenBy(below) != "":
		return nil, false
	default:
		names, complete = o.zoneNames(z, below)
	}
	for _, other := range o.zones {
		if other != z && IsSubdomain(other.Apex, below) {
			more, all := o.zoneNames(other, below)
			names, complete = append(names, more...), complete && all
		}
	}
	slices.Sort(names)
	return slices.Compact(names), complete
}

// zoneNames lists the names that a zone answers itself, at and below a name. It
// is complete if every delegation in it leads to another zone of the overlay.
func (o *overlay) zoneNames(z *Zone, below string) (names []string, complete bool) {
	complete = true
	all, _ := z.Names(below)
	for _, name := range all {
		if o.zone(Question{Name: name}) == z {
			names = append(names, name)
			complete = complete && !z.opaque(name)
		}
	}
	return names, complete
}
