package dnstest

import (
	"bytes"

	"github.com/miekg/dns"
)

// Lie is in every forged reply, so that a test sees when one was believed.
const Lie = "v=spf1 +all"

// lie answers a packed query with NXDOMAIN, or with the lie if it asks for
// TXT: both would change an audit.
func lie(query []byte) []byte {
	var in dns.Msg
	if err := in.Unpack(query); err != nil {
		return nil
	}
	out := new(dns.Msg).SetReply(&in)
	out.RecursionAvailable = true
	out.Rcode = dns.RcodeNameError
	if q := in.Question[0]; q.Qtype == dns.TypeTXT {
		out.Rcode = dns.RcodeSuccess
		hdr := dns.RR_Header{Name: q.Name, Rrtype: dns.TypeTXT, Class: dns.ClassINET, Ttl: 86400}
		out.Answer = []dns.RR{&dns.TXT{Hdr: hdr, Txt: []string{Lie}}}
	}
	raw, err := out.Pack()
	if err != nil {
		return nil
	}
	return raw
}

func otherID(msg []byte) []byte {
	msg = bytes.Clone(msg)
	msg[1] ^= 0x55
	return msg
}

// otherQuestion is a lie with the right id about a name one octet away.
func otherQuestion(query []byte) []byte {
	query = bytes.Clone(query)
	if query[12] > 0 {
		query[13] ^= 1
	}
	return lie(query)
}

// spoilt begins as a reply and goes on as noise.
func spoilt(query []byte) []byte {
	msg := lie(query)
	end := 12
	for msg[end] != 0 {
		end += 1 + int(msg[end])
	}
	end += 5
	msg[7], msg[9], msg[11] = 1, 0, 0
	return append(msg[:end:end], 0xff, 0xff, 0xff, 0xff, 0xff)
}

// announced is a reply whose header promises an answer that does not come. A
// careless reader takes it for NODATA.
func announced(query []byte) []byte {
	var in dns.Msg
	if err := in.Unpack(query); err != nil {
		return nil
	}
	out := new(dns.Msg).SetReply(&in)
	out.RecursionAvailable = true
	raw, err := out.Pack()
	if err != nil {
		return nil
	}
	raw[7] = 1 // ANCOUNT
	return raw
}
