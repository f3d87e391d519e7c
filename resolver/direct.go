package resolver

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"sync"
	"time"
)

const (
	maxReferrals      = 8
	authorityPatience = 2 * time.Second // for one server of a zone
)

// NewAuthoritative returns a resolver that asks the name servers of the zones
// themselves for names at and below the domains, so that no cache is in
// between. Base finds those servers, carries the questions to them (Exchange)
// and answers for all other names, also where an alias leads to one.
//
// A zone's servers do not validate: its answers are never Authentic.
func NewAuthoritative(base Resolver, domains ...string) Resolver {
	return &direct{base: base, domains: slices.Clone(domains), turn: make(chan struct{}, 1), zones: map[string]*Authority{}}
}

// direct goes past all caches.
type direct struct {
	base    Resolver
	domains []string
	turn    chan struct{} // one place: to look for a zone that is not known

	mu    sync.Mutex
	zones map[string]*Authority
}

// Lookup implements Resolver.
func (d *direct) Lookup(ctx context.Context, q Question) (Answer, error) {
	return layer{d.base, d.own}.lookup(ctx, q)
}

// Exchange implements Resolver. A query that names no server goes, for a name
// of the domains, to a server of its zone.
func (d *direct) Exchange(ctx context.Context, q Query) (Reply, error) {
	name, err := CanonicalName(q.Name)
	if err != nil {
		return Reply{}, &Error{Kind: BadName, Question: q.Question, Detail: err.Error(), Err: err}
	}
	q.Name = name
	if q.Server != "" || !d.covers(name) {
		return d.base.Exchange(ctx, q)
	}
	return d.ask(ctx, q)
}

// Names implements NameLister for a base that does, outside the domains: what
// a cache or a file says of them is not fresh.
func (d *direct) Names(below string) (names []string, complete bool) {
	if d.covers(below) {
		return nil, false
	}
	return namesOf(d.base, below)
}

func (d *direct) covers(name string) bool {
	return slices.ContainsFunc(d.domains, func(domain string) bool { return IsSubdomain(name, domain) })
}

// own takes one step of a layer.
func (d *direct) own(ctx context.Context, q Question) (Found, error) {
	if !d.covers(q.Name) {
		return Found{Outcome: Away}, nil
	}
	reply, err := d.ask(ctx, Query{Question: q})
	if err != nil {
		return Found{}, err
	}
	if err := rcodeError(q, reply); err != nil {
		return Found{}, err
	}
	return firstStep(q, reply)
}

// firstStep reads a reply as far as the asked name goes: a server may have
// followed its alias into a zone that it only believes to hold.
func firstStep(q Question, reply Reply) (Found, error) {
	found := Found{Outcome: Authoritative, Name: q.Name, Source: reply.Server}
	if found.Records = rrset(reply.Answer, q.Name, q.Type); len(found.Records) > 0 {
		found.Status, found.TTL = Data, leastTTL(found.Records)
		return found, nil
	}
	links, target, err := link(reply.Answer, q.Name, q.Type)
	if err != nil {
		return Found{}, replyError(q, reply, err)
	}
	if target != "" {
		return Found{Outcome: alias, Chain: links, Name: target, Source: reply.Server}, nil
	}
	found.Status, err = absence(q.Name, reply, false)
	if err != nil {
		return Found{}, replyError(q, reply, err)
	}
	found.TTL = negativeTTL(q.Name, reply.Authority)
	return found, nil
}

// ask puts a query to the zone that holds its name, descending through
// delegations that are not known yet.
func (d *direct) ask(ctx context.Context, q Query) (Reply, error) {
	ctx, cancel := context.WithTimeout(ctx, defaultTimeout)
	defer cancel()
	zone, err := d.zoneOf(ctx, q.Question)
	if err != nil {
		return Reply{}, atTarget(err, q.Question, q.Name)
	}
	for range maxReferrals {
		reply, err := d.askServers(ctx, zone, q)
		if err != nil {
			return Reply{}, err
		}
		cut, ns := referral(zone.Zone, q.Question, reply)
		if cut == "" {
			return reply, nil
		}
		if zone, err = d.learn(ctx, zone.Zone, cut, ns, reply.Additional); err != nil {
			return Reply{}, atTarget(err, q.Question, q.Name)
		}
	}
	return Reply{}, &Error{Kind: BadReply, Question: q.Question, Detail: "its delegations have no end"}
}

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
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return nil, endedError(ctx, q, "")
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
	found, err := FindAuthority(ctx, d.base, top)
	if err != nil {
		return nil, err
	}
	return d.keep(found), nil
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

// askServers asks the servers of a zone in turn until one is responsible. One
// that fails is asked last from then on.
func (d *direct) askServers(ctx context.Context, zone *Authority, q Query) (Reply, error) {
	var worst *Error
	for _, server := range d.servers(zone) {
		reply, err := d.askServer(ctx, zone.Zone, server, q)
		if err == nil {
			return reply, nil
		}
		if ctx.Err() != nil {
			return Reply{}, endedError(ctx, q.Question, server.String())
		}
		d.putLast(zone, server)
		var e *Error
		if errors.As(err, &e) && (worst == nil || telling(e.Kind) > telling(worst.Kind)) {
			worst = e
		}
	}
	return Reply{}, worst
}

func (d *direct) askServer(ctx context.Context, zone string, server netip.AddrPort, q Query) (Reply, error) {
	ctx, cancel := context.WithTimeout(ctx, authorityPatience)
	defer cancel()
	q.Server, q.RD = server.String(), false
	reply, err := d.base.Exchange(ctx, q)
	if err != nil {
		return Reply{}, err
	}
	if err := rcodeError(q.Question, reply); err != nil {
		return Reply{}, err
	}
	if cut, _ := referral(zone, q.Question, reply); cut == "" && !reply.AA {
		return Reply{}, replyError(q.Question, reply, badReplyf("the server is not responsible for %s", zone))
	}
	return reply, nil
}

func (d *direct) servers(zone *Authority) []netip.AddrPort {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(zone.Servers)
}

func (d *direct) putLast(zone *Authority, server netip.AddrPort) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if i := slices.Index(zone.Servers, server); i >= 0 {
		zone.Servers = append(slices.Delete(zone.Servers, i, i+1), server)
	}
}
