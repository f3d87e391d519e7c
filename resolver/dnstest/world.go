package dnstest

import (
	"github.com/miekg/dns"

	"mailauth/resolver"
)

// world answers from zones.
type world struct {
	zones         []*resolver.Zone
	authoritative bool
}

const maxSteps = 32 // zones that a chain of aliases passes through

func (w world) answer(q resolver.Query) resolver.Reply {
	reply := resolver.Reply{RA: !w.authoritative, AA: w.authoritative}
	name := q.Name
	for range maxSteps {
		zone := w.zoneOf(name, q.Type)
		if zone == nil {
			return w.outside(reply)
		}
		found := zone.Find(resolver.Question{Name: name, Type: q.Type})
		reply.Answer = append(reply.Answer, found.Chain...)
		switch found.Outcome {
		case resolver.Authoritative:
			return w.finish(reply, zone, found)
		case resolver.Referral:
			return w.refer(reply, zone, found)
		case resolver.Broken:
			reply.Rcode = dns.RcodeServerFailure
			return reply
		}
		if w.authoritative {
			return reply // the target is the resolver's business
		}
		name = found.Name
	}
	reply.Rcode = dns.RcodeServerFailure
	return reply
}

// zoneOf is the zone with the longest apex at or above name; for DS, which the
// parent holds, above it (RFC 4035 §3.1.4.1).
func (w world) zoneOf(name string, t resolver.Type) *resolver.Zone {
	var best *resolver.Zone
	for _, zone := range w.zones {
		holds := resolver.IsSubdomain(name, zone.Apex) && !(t == resolver.TypeDS && name == zone.Apex && len(w.zones) > 1)
		if holds && (best == nil || resolver.CountLabels(zone.Apex) > resolver.CountLabels(best.Apex)) {
			best = zone
		}
	}
	return best
}

// outside answers for a name of no zone.
func (w world) outside(reply resolver.Reply) resolver.Reply {
	if w.authoritative {
		reply.Rcode, reply.AA = dns.RcodeRefused, false
		return reply
	}
	root := resolver.SOA{MName: "a.root-servers.example.", RName: "hostmaster.root-servers.example.",
		Serial: 2026052001, Refresh: 1800, Retry: 900, Expire: 604800, Minimum: 3600}
	reply.Rcode = dns.RcodeNameError
	reply.Authority = []resolver.Record{{Name: ".", TTL: 3600, Data: root}}
	return reply
}

func (w world) finish(reply resolver.Reply, zone *resolver.Zone, found resolver.Found) resolver.Reply {
	reply.Answer = append(reply.Answer, found.Records...)
	if found.Status == resolver.Data {
		return reply
	}
	if found.Status == resolver.NXDomain {
		reply.Rcode = dns.RcodeNameError
	}
	soa := zone.Find(resolver.Question{Name: zone.Apex, Type: resolver.TypeSOA})
	reply.Authority = soa.Records
	return reply
}

// refer answers for a name below a delegation. A resolver finds no server
// there that answers.
func (w world) refer(reply resolver.Reply, zone *resolver.Zone, found resolver.Found) resolver.Reply {
	if !w.authoritative {
		return resolver.Reply{RA: true, Rcode: dns.RcodeServerFailure}
	}
	reply.AA = len(found.Chain) > 0 // RFC 1035 §4.1.1: of the first owner name
	reply.Authority = found.Records
	for _, ns := range found.Records {
		host := ns.Data.(resolver.NS).Host
		for _, r := range zone.Records() {
			if r.Name == host && (r.Type() == resolver.TypeA || r.Type() == resolver.TypeAAAA) {
				reply.Additional = append(reply.Additional, r)
			}
		}
	}
	return reply
}
