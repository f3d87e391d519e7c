package dnstest

import (
	"time"

	"mailauth/resolver"
)

// Fault is something that goes wrong with a reply.
type Fault struct {
	kind  faultKind
	rcode int
	delay time.Duration
	left  *int // how often it still happens; nil: always
}

type faultKind uint8

const (
	drop faultKind = iota + 1
	delay
	rcode
	rcodeToEDNS
	truncate
	tcpOnly
	udpOnly
	wrongID
	wrongQuestion
	forged
	noData
	compact
	lame
	garbage
	cutShort
	hangUp
)

// The faults. Several can be given for one question; they then add up.
var (
	Drop          = Fault{kind: drop}                  // no reply
	ServFail      = Fault{kind: rcode, rcode: 2}       // SERVFAIL
	Refused       = Fault{kind: rcode, rcode: 5}       // REFUSED
	NotImp        = Fault{kind: rcode, rcode: 4}       // NOTIMP
	FormErrToEDNS = Fault{kind: rcodeToEDNS, rcode: 1} // FORMERR to every query with EDNS, its question left out
	NotImpToEDNS  = Fault{kind: rcodeToEDNS, rcode: 4} // NOTIMP to every query with EDNS
	Truncate      = Fault{kind: truncate}              // TC and no records over UDP
	TCPOnly       = Fault{kind: tcpOnly}               // no reply over UDP
	UDPOnly       = Fault{kind: udpOnly}               // TCP hangs up
	WrongID       = Fault{kind: wrongID}               // the reply has another id
	WrongQuestion = Fault{kind: wrongQuestion}         // the reply is to another question
	Forged        = Fault{kind: forged}                // lies come first: another id, another question, another port
	NoData        = Fault{kind: noData}                // NODATA, whatever there is
	Compact       = Fault{kind: compact}               // NODATA for names that do not exist (RFC 9824)
	Lame          = Fault{kind: lame}                  // an upward referral: not responsible
	Garbage       = Fault{kind: garbage}               // octets that are no message, after the right id and question
	CutShort      = Fault{kind: cutShort}              // the message ends before the records that it announces
	HangUp        = Fault{kind: hangUp}                // the connection is closed after the reply
)

// Delay holds a reply back.
func Delay(d time.Duration) Fault { return Fault{kind: delay, delay: d} }

// Rcode replies with a response code and no records.
func Rcode(code int) Fault { return Fault{kind: rcode, rcode: code} }

// Times lets a fault happen only the first n times.
func Times(n int, f Fault) Fault {
	f.left = &n
	return f
}

// Fault sets what goes wrong with replies to one question, replacing what was
// set before; without faults all is well again. The name "*" stands for every
// name, the type 0 for every type; only what is set for the question most
// exactly applies.
func (s *Server) Fault(name string, t resolver.Type, faults ...Fault) {
	if name != "*" {
		canonical, err := resolver.CanonicalName(name)
		if err != nil {
			panic(err) // a mistake in the test
		}
		name = canonical
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[resolver.Question{Name: name, Type: t}] = faults
}

// faultsFor returns what applies to a question now and counts it. The caller
// holds the lock.
func (s *Server) faultsFor(q resolver.Question) []Fault {
	for _, key := range []resolver.Question{q, {Name: q.Name}, {Name: "*", Type: q.Type}, {Name: "*"}} {
		set, ok := s.faults[key]
		if !ok || len(set) == 0 {
			continue
		}
		var active []Fault
		for _, f := range set {
			if f.left != nil {
				if *f.left == 0 {
					continue
				}
				*f.left--
			}
			active = append(active, f)
		}
		return active
	}
	return nil
}
