package resolver

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"sync"

	"github.com/miekg/dns"
)

// A carrier takes packed questions to one server and brings the replies. The
// id in the question is the carrier's to choose. It returns when the context
// ends; what it returns answers the question it was given.
type carrier interface {
	carry(ctx context.Context, query []byte) (parcel, error)
	close()
}

// parcel is a packed reply. Its TTLs have already run for age seconds.
type parcel struct {
	msg []byte
	age uint32
}

const headerSize = 12 // RFC 1035 §4.1.1

var errTooMany = errors.New("too many questions are waiting for this server")

// mux matches the replies that arrive on one connection with the questions
// that wait there.
type mux struct {
	mu      sync.Mutex
	waiting map[uint16]*pending
}

type pending struct {
	query   []byte // with its id
	arrived chan arrival
}

type arrival struct {
	msg []byte
	err error
}

// add gives a copy of the question an unpredictable id (RFC 5452 §9.2) that
// no other waiting question has.
func (m *mux) add(query []byte) (*pending, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.waiting == nil {
		m.waiting = make(map[uint16]*pending)
	}
	if len(m.waiting) >= 1<<15 {
		return nil, errTooMany
	}
	p := &pending{query: bytes.Clone(query), arrived: make(chan arrival, 1)}
	for {
		_, _ = rand.Read(p.query[:2]) // never fails
		if id := p.id(); m.waiting[id] == nil {
			m.waiting[id] = p
			return p, nil
		}
	}
}

func (p *pending) id() uint16 { return binary.BigEndian.Uint16(p.query) }

// remove forgets a question; how many still wait is returned.
func (m *mux) remove(p *pending) (left int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.waiting[p.id()] == p {
		delete(m.waiting, p.id())
	}
	return len(m.waiting)
}

func (m *mux) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.waiting)
}

// deliver hands a message to the question that it answers. Any other message
// is dropped and the question waits on: it may be a forgery that comes ahead
// of the true reply (RFC 5452 §9.1).
func (m *mux) deliver(msg []byte) (matched bool) {
	if len(msg) < headerSize {
		return false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.waiting[binary.BigEndian.Uint16(msg)]
	if p == nil || !answers(p.query, msg) {
		return false
	}
	delete(m.waiting, p.id())
	p.arrived <- arrival{msg: msg}
	return true
}

// fail ends the wait of all questions.
func (m *mux) fail(err error) (failed int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	failed = len(m.waiting)
	for _, p := range m.waiting {
		p.arrived <- arrival{err: err}
	}
	clear(m.waiting)
	return failed
}

// answers reports whether msg is a reply to the packed query: same id, a
// response, the same question but for the case of its letters.
func answers(query, msg []byte) bool {
	if len(msg) < headerSize || !bytes.Equal(msg[:2], query[:2]) || msg[2]&0x80 == 0 {
		return false
	}
	if questionLeftOut(msg) {
		return true
	}
	question := questionOf(query)
	if binary.BigEndian.Uint16(msg[4:]) != 1 || len(msg) < headerSize+len(question) {
		return false
	}
	asked := msg[headerSize : headerSize+len(question)]
	end := len(question) - 4 // type and class: compared exactly
	return equalFold(asked[:end], question[:end]) && bytes.Equal(asked[end:], question[end:])
}

// questionLeftOut reports whether the message is an error without its
// question: servers that do not understand a message, or do not want it, send
// back a bare header. It says nothing about any name, so that little would be
// won by forging it.
func questionLeftOut(msg []byte) bool {
	if binary.BigEndian.Uint16(msg[4:]) != 0 && len(msg) > headerSize {
		return false
	}
	switch msg[3] & 0x0f {
	case dns.RcodeFormatError, dns.RcodeServerFailure, dns.RcodeNotImplemented, dns.RcodeRefused:
		return true
	}
	return false
}

// questionOf cuts the question section out of a packed query of ours, which
// has exactly one question and no compression.
func questionOf(query []byte) []byte {
	end := headerSize
	for end < len(query) && query[end] != 0 {
		end += 1 + int(query[end])
	}
	return query[headerSize : end+5]
}

// equalFold compares names in wire form. Length octets are below the letters.
func equalFold(a, b []byte) bool {
	for i := range a {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return len(a) == len(b)
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
