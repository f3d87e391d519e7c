package resolver

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/miekg/dns"
)

// Response codes (RFC 1035 §4.1.1, RFC 6891 §9).
const (
	rcodeSuccess  = dns.RcodeSuccess
	rcodeFormErr  = dns.RcodeFormatError
	rcodeServFail = dns.RcodeServerFailure
	rcodeNXDomain = dns.RcodeNameError
	rcodeNotImp   = dns.RcodeNotImplemented
	rcodeRefused  = dns.RcodeRefused
	rcodeBadVers  = dns.RcodeBadVers
)

// badReply is a reply that says nothing, for a reason that people can read.
type badReply string

// Error is the reason.
func (b badReply) Error() string { return string(b) }

func badReplyf(format string, args ...any) error { return badReply(fmt.Sprintf(format, args...)) }

// packQuery writes a query, with an id of 0. The AD bit asks for the AD bit of
// the reply (RFC 6840 §5.7).
func packQuery(q Query, edns bool) ([]byte, error) {
	msg := dns.Msg{
		MsgHdr:   dns.MsgHdr{RecursionDesired: q.RD, CheckingDisabled: q.CD, AuthenticatedData: true},
		Question: []dns.Question{{Name: q.Name, Qtype: uint16(q.Type), Qclass: dns.ClassINET}},
	}
	if edns {
		msg.SetEdns0(ednsSize, q.DO)
	}
	return msg.Pack()
}

// unpackReply reads a reply. What follows a truncated one's header is not
// looked at.
func unpackReply(p parcel, server, network string) (Reply, error) {
	var msg dns.Msg
	err := msg.Unpack(p.msg)
	reply := Reply{
		Rcode: msg.Rcode, AA: msg.Authoritative, TC: msg.Truncated, RA: msg.RecursionAvailable, AD: msg.AuthenticatedData,
		Size: len(p.msg), Server: server, Net: network,
	}
	switch {
	case reply.TC:
		return reply, nil
	case err != nil:
		return reply, badReplyf("the message cannot be read: %v", err)
	case !complete(p.msg, &msg):
		return reply, badReplyf("the message ends before the records that it announces")
	}
	origin := Origin{Server: server, Cached: !msg.Authoritative}
	if reply.Answer, err = records(msg.Answer, origin, p.age); err != nil {
		return reply, err
	}
	if reply.Authority, err = records(msg.Ns, origin, p.age); err != nil {
		return reply, err
	}
	reply.Additional = glue(msg.Extra, origin, p.age)
	reply.EDE = extendedErrors(&msg)
	return reply, nil
}

// complete reports whether the message held as many records as its header
// says: the library takes an early end for the end, and an answer that was cut
// off would look like one without records.
func complete(raw []byte, msg *dns.Msg) bool {
	if len(raw) == headerSize {
		return questionLeftOut(raw)
	}
	count := func(offset int) int { return int(binary.BigEndian.Uint16(raw[offset:])) }
	return count(6) == len(msg.Answer) && count(8) == len(msg.Ns) && count(10) == len(msg.Extra)
}

func records(rrs []dns.RR, origin Origin, age uint32) ([]Record, error) {
	var out []Record
	for _, rr := range rrs {
		r, err := FromRR(rr, origin)
		if err != nil {
			return nil, badReplyf("a record cannot be read: %v", err)
		}
		r.TTL -= min(r.TTL, age)
		out = append(out, r)
	}
	return out, nil
}

// glue converts the additional section, as far as its records are data.
func glue(rrs []dns.RR, origin Origin, age uint32) []Record {
	var out []Record
	for _, rr := range rrs {
		switch rr.Header().Rrtype {
		case dns.TypeOPT, dns.TypeTSIG, dns.TypeSIG:
			continue
		}
		if r, err := FromRR(rr, origin); err == nil {
			r.TTL -= min(r.TTL, age)
			out = append(out, r)
		}
	}
	return out
}

func extendedErrors(msg *dns.Msg) []uint16 {
	opt := msg.IsEdns0()
	if opt == nil {
		return nil
	}
	var codes []uint16
	for _, option := range opt.Option {
		if ede, ok := option.(*dns.EDNS0_EDE); ok {
			codes = append(codes, ede.InfoCode)
		}
	}
	return codes
}

// describeRcode says in words what a reply with an error says (RFC 8914).
func describeRcode(r Reply) string {
	var parts []string
	if r.Rcode != rcodeServFail && r.Rcode != rcodeRefused {
		name, ok := dns.RcodeToString[r.Rcode]
		if !ok {
			name = fmt.Sprintf("%d", r.Rcode)
		}
		parts = append(parts, "RCODE "+name)
	}
	for _, code := range r.EDE {
		text := fmt.Sprintf("extended error %d", code)
		if name, ok := dns.ExtendedErrorCodeToString[code]; ok {
			text += " (" + name + ")"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}
