package authority

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"mailauth/checks"
	"mailauth/resolver"
)

// patience is how long one server is waited for: another of them may be well.
const patience = 5 * time.Second

// The response codes that are looked at (RFC 1035 §4.1.1).
const (
	noError  = 0
	servFail = 2
	nxDomain = 3
	refused  = 5
)

// askServers asks every server for the zone itself, and those that answer for
// everything, over UDP and over TCP. What came from none of this is an open
// question, once: a server that cannot be reached from here may be well.
func (f *Facts) askServers(ctx context.Context, p *checks.Pass) {
	servers := f.Servers[:min(len(f.Servers), maxServers)]
	errs := make([]error, len(servers))
	var running sync.WaitGroup
	for i, s := range servers {
		running.Go(func() { errs[i] = f.askServer(ctx, p, s) })
	}
	running.Wait()
	f.asked = slices.ContainsFunc(servers, func(s *Server) bool { return s.State != NotAsked })
	for _, err := range errs {
		if err != nil {
			p.Miss(InDirect, resolver.Question{Name: f.Zone, Type: resolver.TypeSOA}, err)
		}
	}
	for i, q := range f.questions {
		for _, s := range servers {
			if a := s.answer(i); s.State == Answers && !a.known {
				p.Miss(InDirect, q, &resolver.Error{Kind: resolver.Timeout, Question: q, Server: s.Address.String()})
			}
		}
	}
}

// askServer settles the state of one server and what it says. The error is why
// that cannot be told.
func (f *Facts) askServer(ctx context.Context, p *checks.Pass, s *Server) error {
	soa := resolver.Question{Name: f.Zone, Type: resolver.TypeSOA}
	s.udp, s.tcp = make([]said, len(f.questions)), make([]said, len(f.questions))
	reply, err := s.exchange(ctx, p, soa, "udp")
	if err != nil {
		s.State = Silent
		return err
	}
	if reply.Server != s.at(p) { // a proposed zone answered in its place
		s.State = NotAsked
		return nil
	}
	if s.State = stateOf(reply, f.Zone); s.State != Answers {
		return nil
	}
	for _, r := range reply.Answer {
		if data, ok := r.Data.(resolver.SOA); ok {
			s.serial = data.Serial
		}
	}
	var running sync.WaitGroup
	var overTCP error
	running.Go(func() { _, overTCP = s.exchange(ctx, p, soa, "tcp") })
	for i, q := range f.questions {
		running.Go(func() { s.udp[i] = s.say(ctx, p, q, "udp") })
		running.Go(func() { s.tcp[i] = s.say(ctx, p, q, "tcp") })
	}
	running.Wait()
	switch {
	case overTCP == nil:
	case refusedConnection(overTCP):
		s.State = NoTCP
	default:
		return overTCP
	}
	return nil
}

func (s *Server) exchange(ctx context.Context, p *checks.Pass, q resolver.Question, network string) (resolver.Reply, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return p.Exchange(ctx, resolver.Query{Question: q, Server: s.at(p), Net: network})
}

// at is the address and port of the server.
func (s *Server) at(p *checks.Pass) string {
	return netip.AddrPortFrom(s.Address, cmp.Or(p.Options.AuthorityPort, 53)).String()
}

// stateOf reads a reply to the question for the zone's SOA: a server that holds
// the zone answers it with authority (RFC 1034 §6.2.7).
func stateOf(reply resolver.Reply, zone string) State {
	switch {
	case reply.Rcode == servFail:
		return Fails
	case reply.Rcode == refused:
		return Refuses
	case reply.Rcode == noError && reply.AA && holds(reply.Answer, zone):
		return Answers
	}
	return NotResponsible
}

func holds(records []resolver.Record, zone string) bool {
	for _, r := range records {
		if r.Name == zone && r.Type() == resolver.TypeSOA {
			return true
		}
	}
	return false
}

func (s *Server) say(ctx context.Context, p *checks.Pass, q resolver.Question, network string) said {
	reply, err := s.exchange(ctx, p, q, network)
	switch {
	case err != nil, reply.Rcode != noError && reply.Rcode != nxDomain:
		return said{}
	case reply.TC:
		return said{known: true, truncated: true}
	case !reply.AA && len(reply.Answer) == 0 && referred(reply, q.Name):
		return said{known: true, away: true}
	case !reply.AA:
		return said{}
	}
	answer := said{known: true}
	for _, r := range reply.Answer {
		if r.Name == q.Name && (r.Type() == q.Type || r.Type() == resolver.TypeCNAME) {
			answer.records = append(answer.records, r)
		}
	}
	return answer
}

// referred reports a delegation of the name, as of _domainkey to somebody else.
func referred(reply resolver.Reply, name string) bool {
	for _, r := range reply.Authority {
		if r.Type() == resolver.TypeNS && r.Name != "." && resolver.IsSubdomain(name, r.Name) {
			return true
		}
	}
	return false
}

// refusedConnection reports that the host said no, in the words of the system or
// by hanging up: silence, or no way to the host, may be the network here.
func refusedConnection(err error) bool {
	if resolver.KindOf(err) == resolver.BadReply {
		return strings.Contains(err.Error(), "closed before the reply")
	}
	return resolver.KindOf(err) == resolver.Unreachable && strings.Contains(err.Error(), "refused")
}
