package dnstest

import (
	"context"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"mailauth/resolver"
)

// Manners are how a resolver in front of a Tree behaves. The zero value is a
// resolver that validates, over a way that can be trusted.
type Manners struct {
	Blind     bool     // does not validate: bogus answers pass, AD is never set
	Pretends  bool     // sets AD on everything; with Blind it is a lie
	Strips    bool     // answers as if nobody had signed anything
	IgnoresCD bool     // SERVFAIL for bogus names with CD too
	Distrust  bool     // over a way where anybody can change the reply
	EDE       []uint16 // extended errors of a SERVFAIL (RFC 8914); nil is 6, DNSSEC Bogus
}

// TreeServer is the address that a Tree's resolver says it has.
const TreeServer = "127.0.0.1:53"

// Resolver answers from the tree as a validating resolver does. It knows which
// zones are bogus from their DS records and does not verify signatures again.
func (t *Tree) Resolver(m Manners) resolver.Resolver { return treeResolver{t, m} }

type treeResolver struct {
	tree    *Tree
	manners Manners
}

// resolved is what a resolver finds out before it writes a reply.
type resolved struct {
	status   resolver.Status
	chain    []resolver.Record
	records  []resolver.Record
	ttl      uint32
	standing standing // the worst of all zones passed through
	zones    []*treeZone
	wildcard []string // owners that the names were made from, "" for none
	names    []string
	failed   bool
}

// Exchange implements resolver.Resolver.
func (r treeResolver) Exchange(_ context.Context, q resolver.Query) (resolver.Reply, error) {
	reply := r.answer(q)
	reply.Server, reply.Net, reply.Trusted = TreeServer, "udp", !r.manners.Distrust
	return reply, nil
}

// Answer is the resolver as the Answer function of a Config.
func (t *Tree) Answer(m Manners) func(resolver.Query) resolver.Reply {
	return treeResolver{t, m}.answer
}

func (r treeResolver) answer(q resolver.Query) resolver.Reply {
	found := r.tree.resolve(q.Question)
	reply := resolver.Reply{RA: true}
	if found.failed || r.refuses(found, q.CD) {
		reply.Rcode, reply.EDE = dns.RcodeServerFailure, r.manners.EDE
		if reply.EDE == nil {
			reply.EDE = []uint16{dns.ExtendedErrorCodeDNSBogus}
		}
		return reply
	}
	reply.AD = r.manners.Pretends || !r.manners.Blind && !q.CD && found.standing == secure
	reply.Answer = slices.Concat(found.chain, found.records)
	last := found.zones[len(found.zones)-1]
	if found.status != resolver.Data {
		soa := last.zone.Find(resolver.Question{Name: last.zone.Apex, Type: resolver.TypeSOA})
		reply.Authority = soa.Records
		if q.DO && !r.manners.Strips {
			reply.Authority = append(reply.Authority, last.denial(found.names[len(found.names)-1])...)
			reply.Authority = append(reply.Authority, last.signatures(reply.Authority, "")...)
		}
	}
	if found.status == resolver.NXDomain {
		reply.Rcode = dns.RcodeNameError
	}
	if q.DO && !r.manners.Strips {
		for i, z := range found.zones {
			own := slices.DeleteFunc(slices.Clone(reply.Answer), func(a resolver.Record) bool { return a.Name != found.names[i] || a.Type() == resolver.TypeRRSIG })
			reply.Answer = append(reply.Answer, z.signatures(own, found.wildcard[i])...)
		}
	}
	return reply
}

func (r treeResolver) refuses(found resolved, cd bool) bool {
	return !r.manners.Blind && found.standing == bogus && (!cd || r.manners.IgnoresCD)
}

// Lookup implements resolver.Resolver.
func (r treeResolver) Lookup(_ context.Context, q resolver.Question) (resolver.Answer, error) {
	found := r.tree.resolve(q)
	if found.failed || r.refuses(found, false) {
		return resolver.Answer{}, &resolver.Error{Kind: resolver.ServFail, Question: q, Server: TreeServer}
	}
	return resolver.Answer{
		Question: q, Status: found.status, OwnerExists: found.status != resolver.NXDomain || len(found.chain) > 0,
		Records: found.records, Chain: found.chain, TTL: found.ttl, Cached: true, Source: TreeServer,
		Authentic: !r.manners.Distrust && (r.manners.Pretends || !r.manners.Blind && found.standing == secure),
	}, nil
}

// resolve follows aliases from zone to zone.
func (t *Tree) resolve(q resolver.Question) resolved {
	out := resolved{standing: secure}
	for name := q.Name; len(out.names) < maxSteps; {
		z := t.zoneOf(resolver.Question{Name: name, Type: q.Type})
		found := z.zone.Find(resolver.Question{Name: name, Type: q.Type})
		out.pass(z, name, found.Wildcard)
		out.chain = append(out.chain, found.Chain...)
		if found.Name != name && found.Outcome != resolver.Away {
			out.pass(z, found.Name, found.Wildcard)
		}
		if found.Outcome == resolver.Authoritative {
			out.status, out.records, out.ttl = found.Status, found.Records, found.TTL
			return out
		}
		if next := t.zoneOf(resolver.Question{Name: found.Name, Type: q.Type}); next == z {
			break // a delegation to servers that are not there, or aliases without end
		}
		name = found.Name
	}
	out.failed = true
	return out
}

// pass notes a name on the way.
func (r *resolved) pass(z *treeZone, name, wildcard string) {
	r.zones, r.names, r.wildcard = append(r.zones, z), append(r.names, name), append(r.wildcard, wildcard)
	r.standing = max(r.standing, z.standing)
}

// zoneOf is the zone that answers a question; DS records stand above their zone
// (RFC 4035 §3.1.4.1).
func (t *Tree) zoneOf(q resolver.Question) *treeZone {
	name := q.Name
	if q.Type == resolver.TypeDS && name != "." {
		name = resolver.Parent(name)
	}
	for {
		if z := t.zones[name]; z != nil || name == "." {
			return z
		}
		name = resolver.Parent(name)
	}
}

// signatures are those of the records' RRsets that the zone holds.
func (z *treeZone) signatures(records []resolver.Record, wildcard string) (sigs []resolver.Record) {
	if z.key == nil {
		return nil
	}
	for i, r := range records {
		q := resolver.Question{Name: r.Name, Type: r.Type()}
		if slices.ContainsFunc(records[:i], func(s resolver.Record) bool { return s.Name == q.Name && s.Type() == q.Type }) {
			continue
		}
		owner := q.Name
		if wildcard != "" {
			owner = wildcard
		}
		for _, s := range z.zone.Records() {
			if s.Name == owner && s.Type() == resolver.TypeRRSIG && strings.HasPrefix(s.Data.String(), q.Type.String()+" ") {
				s.Name = q.Name
				sigs = append(sigs, s)
			}
		}
	}
	return sigs
}

// denial is the NSEC record at or before a name (RFC 4035 §3.1.3).
func (z *treeZone) denial(name string) []resolver.Record {
	var best []resolver.Record
	for _, r := range z.zone.Records() {
		if r.Type() == resolver.TypeNSEC && compareNames(r.Name, name) <= 0 && (len(best) == 0 || compareNames(best[0].Name, r.Name) < 0) {
			best = []resolver.Record{r}
		}
	}
	return best
}
