package resolver

import (
	"context"
	"slices"
	"sync"
	"time"
)

const maxReferrals = 8

// NewAuthoritative returns a resolver that asks the name servers of the zones
// themselves for names at and below the domains, so that no cache is in
// between: give it the organizational domains of what is audited, since policies,
// mail hosts and included records often stand above it. Base finds those servers,
// carries the questions to them (Exchange) and answers for all other names,
// also where an alias leads to one.
//
// A question takes no longer than one of base, if that is a Client. The zones'
// servers do not validate: their answers are never Authentic.
func NewAuthoritative(base Resolver, domains []string, options ...AuthorityOption) Resolver {
	d := &direct{base: base, domains: slices.Clone(domains), timeout: defaultTimeout, patience: defaultPatience,
		turns: map[string]chan struct{}{}, zones: map[string]*Authority{}}
	if client, ok := base.(interface {
		Limits() (question, server time.Duration)
	}); ok {
		d.timeout, d.patience = client.Limits()
	}
	for _, option := range options {
		option(d)
	}
	return d
}

// AuthorityOption changes how the servers of zones are asked.
type AuthorityOption func(*direct)

// WithAuthorityPort is for name servers that do not listen on port 53, as in
// tests.
func WithAuthorityPort(port uint16) AuthorityOption { return func(d *direct) { d.port = port } }

// direct goes past all caches.
type direct struct {
	base              Resolver
	domains           []string
	timeout, patience time.Duration // of a question, and until another server is asked too
	port              uint16        // of name servers; 0 is the usual one

	mu    sync.Mutex
	turns map[string]chan struct{} // one place each: to look for a domain's zone
	zones map[string]*Authority
}

// Lookup implements Resolver.
func (d *direct) Lookup(ctx context.Context, q Question) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
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
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
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
	return Reply{}, &Error{Kind: BadReply, Question: q.Question, Code: "delegations-endless", Detail: "its delegations have no end"}
}
