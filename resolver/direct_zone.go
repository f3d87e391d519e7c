package resolver

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
)

// zoneOf returns the deepest known zone that holds the question's name, after
// looking for one if none is known. DS records are held above their zone (RFC
// 4035 §3.1.4.1).
func (d *direct) zoneOf(ctx context.Context, q Question) (*Authority, error) {
	name := q.Name
	if q.Type == TypeDS {
		name = Parent(name)
	}
	if zone := d.known(name); zone != nil {
		return zone, nil
	}
	top := name
	for _, domain := range d.domains {
		if IsSubdomain(name, domain) && CountLabels(domain) < CountLabels(top) {
			top = domain
		}
	}
	turn := d.turn(top)
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
	case <-ctx.Done():
		return nil, endedError(ctx, q, "")
	}
	if zone := d.known(name); zone != nil {
		return zone, nil
	}
	found, err := FindAuthority(ctx, d.base, top)
	if err != nil {
		return nil, err
	}
	return d.keep(found), nil
}

// turn is where those wait who look for the zone of one domain.
func (d *direct) turn(domain string) chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.turns[domain] == nil {
		d.turns[domain] = make(chan struct{}, 1)
	}
	return d.turns[domain]
}

func (d *direct) known(name string) *Authority {
	d.mu.Lock()
	defer d.mu.Unlock()
	for {
		if zone := d.zones[name]; zone != nil || name == "." {
			return zone
		}
		name = Parent(name)
	}
}

// keep remembers a zone; of two findings the first.
func (d *direct) keep(found Authority) *Authority {
	for i, server := range found.Servers {
		found.Servers[i] = netip.AddrPortFrom(server.Addr(), cmp.Or(d.port, server.Port()))
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.zones[found.Zone] == nil {
		d.zones[found.Zone] = &found
	}
	return d.zones[found.Zone]
}

// learn takes a delegation in. Addresses beside it are believed only for names
// that its zone has a say in (RFC 5452 §6).
func (d *direct) learn(ctx context.Context, zone, cut string, ns, additional []Record) (*Authority, error) {
	glue := slices.DeleteFunc(slices.Clone(additional), func(r Record) bool { return !IsSubdomain(r.Name, zone) })
	found, err := authorityOf(ctx, d.base, cut, ns, glue)
	if err != nil {
		return nil, err
	}
	return d.keep(found), nil
}

// referral returns the delegation that a reply of a zone's server leads to; it
// must go down and be above the name.
func referral(zone string, q Question, reply Reply) (cut string, ns []Record) {
	if reply.AA || reply.Rcode != rcodeSuccess || len(reply.Answer) > 0 {
		return "", nil
	}
	for _, r := range reply.Authority {
		if r.Type() == TypeNS && r.Name != zone && IsSubdomain(r.Name, zone) && IsSubdomain(q.Name, r.Name) {
			return r.Name, rrset(reply.Authority, r.Name, TypeNS)
		}
	}
	return "", nil
}
