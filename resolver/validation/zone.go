package validation

import (
	"context"
	"fmt"
	"sync"

	"mailauth/resolver"
)

// Zone says whether the zone that a canonical name lies in is secure. Where the
// name probably is the start of a zone, its DS records are asked for at once.
func (p *Prober) Zone(ctx context.Context, name string, probably bool) Status {
	return once(p, "zone "+name, func() Status {
		var early sync.WaitGroup
		if probably && name != "." {
			early.Go(func() { p.delegation(ctx, name) })
		}
		at := p.apex(ctx, name)
		early.Wait()
		if at.apex == "" {
			return at.Status
		}
		return once(p, "apex "+at.apex, func() Status { return p.judge(ctx, at) })
	})
}

// judge says whether the zone with an apex is secure.
func (p *Prober) judge(ctx context.Context, at start) Status {
	status := p.climb(ctx, at)
	status.Zone, status.Signed, status.Proposed = at.apex, at.signed, at.proposed
	return status
}

// DS returns the DS records of a zone, whoever holds them. The status is Secure
// if there are some (which alone proves nothing), Insecure if there are none.
func (p *Prober) DS(ctx context.Context, zone string) ([]resolver.Record, Status) {
	d := p.delegation(ctx, zone)
	return d.records, d.Status
}

// Ask asks for the records of a name and type. Without an answer, the status
// says why: it is Unknown or Bogus. With one it is zero: see Judge.
func (p *Prober) Ask(ctx context.Context, name string, t resolver.Type) (resolver.Reply, Status) {
	reply, q, err := p.ask(ctx, name, t)
	switch {
	case err != nil:
		return resolver.Reply{}, failure(q, err)
	case reply.Rcode == rcodeServFail:
		return resolver.Reply{}, p.Fails(ctx, q)
	}
	return reply, Status{}
}

// Judge says whether a reply that Ask returned is secure, aliases in it
// included. It asks further questions where the reply itself does not show it.
func (p *Prober) Judge(ctx context.Context, name string, t resolver.Type, reply resolver.Reply) Status {
	return once(p, fmt.Sprintf("records %s %s", name, t), func() Status {
		doubt := unknown(NotValidating)
		if s, set := p.believed(ctx, reply); set {
			if s.Security == Secure {
				return s
			}
			doubt = s
		}
		status := p.Zone(ctx, name, false)
		for _, r := range reply.Answer {
			if alias, ok := r.Data.(resolver.CNAME); ok {
				status = worse(status, p.Zone(ctx, alias.Target, false))
			}
		}
		if status.Security == Secure && reply.Net != "" {
			return doubt // signed, and yet this reply is not vouched for
		}
		return status
	})
}

// climb looks for a reason to believe that a zone is secure, or for the first
// zone on the way to the root that has no DS record (RFC 4035 §5.2).
func (p *Prober) climb(ctx context.Context, at start) Status {
	doubt := unknown(NotValidating)
	if s, set := p.believed(ctx, at.reply); set {
		if s.Security == Secure {
			return s
		}
		doubt = s
	}
	for zone := at; zone.apex != "."; {
		ds := p.delegation(ctx, zone.apex)
		switch {
		case ds.Security != Secure:
			if ds.Security == Unknown && len(ds.Open) == 0 && doubt.Reason != NotValidating {
				return doubt
			}
			return ds.Status
		case zone.proposed: // once published, it is as secure as its DS records
			if s, set := p.believed(ctx, ds.reply); set {
				return s
			}
		}
		above := p.apex(ctx, resolver.Parent(zone.apex))
		if above.apex == "" {
			return above.Status
		}
		zone = above
	}
	return doubt
}

// start is where a zone begins, and what was seen of it on the way. Without an
// apex, Status says why.
type start struct {
	Status
	apex     string
	reply    resolver.Reply
	signed   bool
	proposed bool // from a zone file or a patch
}

// apex finds where the zone of a name begins: its SOA record stands there, and
// in replies about names that have none (RFC 2308 §2, RFC 1034 §4.3.4).
func (p *Prober) apex(ctx context.Context, name string) start {
	for at := name; ; at = resolver.Parent(at) {
		reply, q, err := p.ask(ctx, at, resolver.TypeSOA)
		switch {
		case err != nil:
			return start{Status: failure(q, err)}
		case reply.Rcode == rcodeServFail:
			return start{Status: p.Fails(ctx, q)}
		case has(reply.Answer, at, resolver.TypeSOA):
			return start{apex: at, reply: reply, signed: has(reply.Answer, at, resolver.TypeRRSIG), proposed: reply.Net == ""}
		}
		if soa, ok := covering(at, reply.Authority); ok && !aliased(reply.Answer) {
			return start{apex: soa, reply: reply, signed: has(reply.Authority, soa, resolver.TypeRRSIG), proposed: reply.Net == ""}
		}
		// An alias is no apex (RFC 1034 §3.6.2): it lies in the zone of the name
		// above. A patch shows no SOA of a name that it makes.
		if at == "." || !aliased(reply.Answer) && reply.Net != "" {
			return start{Status: unknown(Contradiction)}
		}
	}
}

func aliased(answer []resolver.Record) bool {
	for _, r := range answer {
		if r.Type() == resolver.TypeCNAME || r.Type() == resolver.TypeDNAME {
			return true
		}
	}
	return false
}

// covering returns the owner of an SOA record that a name lies below.
func covering(name string, authority []resolver.Record) (apex string, ok bool) {
	for _, r := range authority {
		if r.Type() == resolver.TypeSOA && resolver.IsSubdomain(name, r.Name) {
			return r.Name, true
		}
	}
	return "", false
}

// delegation is what the zone above says of the DS records of a zone: Secure if
// there are some (which alone proves nothing), Insecure with NoDS if there are
// none, else Unknown.
type delegation struct {
	Status
	records []resolver.Record
	reply   resolver.Reply
}

// delegation asks for the DS records of a name.
func (p *Prober) delegation(ctx context.Context, name string) delegation {
	return once(p, "ds "+name, func() delegation {
		reply, q, err := p.ask(ctx, name, resolver.TypeDS)
		switch {
		case err != nil:
			return delegation{Status: failure(q, err)}
		case reply.Rcode == rcodeServFail:
			return delegation{Status: p.Fails(ctx, q)}
		}
		found := delegation{Status: Status{Security: Secure}, reply: reply}
		for _, r := range reply.Answer {
			if r.Name == name && r.Type() == resolver.TypeDS {
				found.records = append(found.records, r)
			}
		}
		if len(found.records) == 0 {
			found.Status = p.denied(ctx, name, reply)
		}
		return found
	})
}

// denied judges a reply without DS records. The zone above must be the one that
// denies them: a server that only knows the zone itself has none either (RFC
// 4035 §3.1.4.1).
func (p *Prober) denied(ctx context.Context, name string, reply resolver.Reply) Status {
	above, ok := covering(name, reply.Authority)
	switch {
	case reply.Rcode == rcodeNXDomain && reply.Net == "":
		return unknown(NotAsked) // a world of zones without the one above
	case reply.Rcode == rcodeNXDomain || !ok || above == name || len(reply.Answer) > 0:
		return unknown(Contradiction)
	}
	if !has(reply.Authority, above, resolver.TypeRRSIG) {
		if s := p.signatures(ctx); s.Security != Secure {
			return s
		}
	}
	return Status{Security: Insecure, Reason: NoDS, Cut: name}
}
