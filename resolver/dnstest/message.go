package dnstest

import (
	"time"

	"github.com/miekg/dns"

	"mailauth/resolver"
)

// effect is what a question causes: packed messages after a delay.
type effect struct {
	messages [][]byte
	delay    time.Duration
	forge    bool
	hangUp   bool
}

// handle answers one packed query.
func (s *Server) handle(packed []byte, network string) effect {
	var msg dns.Msg
	if err := msg.Unpack(packed); err != nil || len(msg.Question) != 1 {
		return effect{}
	}
	name, err := resolver.CanonicalName(msg.Question[0].Name)
	if err != nil {
		return effect{}
	}
	opt := msg.IsEdns0()
	q := resolver.Query{
		Question: resolver.Question{Name: name, Type: resolver.Type(msg.Question[0].Qtype)},
		Server:   s.Addr(), Net: network, RD: msg.RecursionDesired, CD: msg.CheckingDisabled, DO: opt != nil && opt.Do(),
	}
	faults := s.note(q)
	reply := s.answer(q)
	for _, f := range faults {
		reply = f.change(reply, q, opt != nil)
	}
	var e effect
	out := buildReply(&msg, reply, network)
	for _, f := range faults {
		if f.kind == rcodeToEDNS && opt != nil {
			out.Question = nil // as servers do that did not read so far
		}
	}
	if raw, err := out.Pack(); err == nil {
		e.messages = [][]byte{raw}
	}
	for _, f := range faults {
		f.spoil(&e, packed, network)
	}
	return e
}

// change applies the faults that are another answer.
func (f Fault) change(reply resolver.Reply, q resolver.Query, edns bool) resolver.Reply {
	empty := resolver.Reply{AA: reply.AA, RA: reply.RA}
	switch {
	case f.kind == rcode, f.kind == rcodeToEDNS && edns:
		empty.Rcode = f.rcode
		return empty
	case f.kind == truncate && q.Net == "udp":
		empty.TC = true
		return empty
	case f.kind == noData:
		return empty
	case f.kind == compact && reply.Rcode == dns.RcodeNameError:
		reply.Rcode = dns.RcodeSuccess
	case f.kind == lame:
		root := resolver.Record{Name: ".", TTL: 518400, Data: resolver.NS{Host: "a.root-servers.example."}}
		return resolver.Reply{Authority: []resolver.Record{root}}
	}
	return reply
}

// spoil applies the faults of messages and of their way.
func (f Fault) spoil(e *effect, query []byte, network string) {
	switch f.kind {
	case drop:
		e.messages = nil
	case tcpOnly:
		if network == "udp" {
			e.messages = nil
		}
	case udpOnly:
		if network != "udp" {
			e.messages, e.hangUp = nil, true
		}
	case hangUp:
		e.hangUp = true
	case delay:
		e.delay += f.delay
	case wrongID:
		e.messages = [][]byte{otherID(lie(query))}
	case wrongQuestion:
		e.messages = [][]byte{otherQuestion(query)}
	case forged:
		e.forge = true
		e.messages = append([][]byte{otherID(lie(query)), otherQuestion(query), {0}, nil}, e.messages...)
	case garbage:
		e.messages = [][]byte{spoilt(query)}
	case cutShort:
		e.messages = [][]byte{announced(query)}
	}
}

// buildReply makes the message of a reply; over UDP it is cut to what the
// query allows.
func buildReply(query *dns.Msg, reply resolver.Reply, network string) *dns.Msg {
	out := new(dns.Msg).SetReply(query)
	out.Authoritative, out.Truncated = reply.AA, reply.TC
	out.RecursionAvailable, out.AuthenticatedData = reply.RA, reply.AD
	var ok [3]bool
	out.Answer, ok[0] = convert(reply.Answer)
	out.Ns, ok[1] = convert(reply.Authority)
	out.Extra, ok[2] = convert(reply.Additional)
	out.Rcode = reply.Rcode & 0xf
	if ok != [3]bool{true, true, true} { // no server can send it
		out.Answer, out.Ns, out.Extra, out.Rcode = nil, nil, nil, dns.RcodeServerFailure
	}
	size := dns.MinMsgSize
	if opt := query.IsEdns0(); opt != nil {
		out.SetEdns0(4096, opt.Do())
		out.Rcode = reply.Rcode
		for _, code := range reply.EDE {
			own := out.IsEdns0()
			own.Option = append(own.Option, &dns.EDNS0_EDE{InfoCode: code})
		}
		size = max(size, int(opt.UDPSize()))
	}
	if network != "udp" {
		size = dns.MaxMsgSize
	}
	out.Truncate(size)
	out.Truncated = out.Truncated || reply.TC
	return out
}

func convert(records []resolver.Record) (rrs []dns.RR, ok bool) {
	for _, r := range records {
		rr, err := resolver.ToRR(r)
		if err != nil {
			return nil, false
		}
		rrs = append(rrs, rr)
	}
	return rrs, true
}
