package resolver

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"time"
)

// A socket is bound to a port that the operating system picks at random (RFC
// 5452 §9.2, RFC 6056) and connected to the server, so that the kernel drops
// datagrams from anybody else and tells when nobody listens there. It carries
// many questions at once and is given up after some use or time, for others
// not to learn its port.
const (
	udpSockets  = 8                // at most, for one server
	udpCrowd    = 32               // questions in flight on a socket before another is opened
	udpUses     = 200              // questions in the life of a socket
	udpLife     = 10 * time.Second // age from which a socket is not used any more
	udpMaxReply = 16384            // octets; we announce 1232
	udpBurst    = 128              // questions sent and not answered within udpBreath; forwarders refuse more
	udpBreath   = 250 * time.Millisecond
)

type udpPool struct {
	dial func(ctx context.Context) (net.Conn, error)
	life context.Context
	wg   *sync.WaitGroup

	burst   chan struct{}
	mu      sync.Mutex
	sockets []*udpSocket
}

func newUDPPool(life context.Context, wg *sync.WaitGroup, dial func(context.Context) (net.Conn, error)) *udpPool {
	return &udpPool{dial: dial, life: life, wg: wg, burst: make(chan struct{}, udpBurst)}
}

type udpSocket struct {
	mux
	conn    net.Conn
	born    time.Time
	uses    int
	retired bool
}

func (p *udpPool) carry(ctx context.Context, query []byte) (parcel, error) {
	release, err := p.pace(ctx)
	if err != nil {
		return parcel{}, err
	}
	defer release()
	s, waiter, err := p.enter(query)
	if err != nil {
		return parcel{}, err
	}
	defer p.leave(s, waiter)
	if _, err := s.conn.Write(waiter.query); err != nil {
		p.discard(s, err) // an ICMP error told to this writer is not told to the reader
		return parcel{}, err
	}
	select {
	case a := <-waiter.arrived:
		return parcel{msg: a.msg}, a.err
	case <-ctx.Done():
		return parcel{}, ctx.Err()
	}
}

// pace keeps a burst from overrunning the server's buffer: a question takes one
// of the places until it is answered, or for a moment if it is not.
func (p *udpPool) pace(ctx context.Context) (release func(), err error) {
	select {
	case p.burst <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	free := sync.OnceFunc(func() { <-p.burst })
	timer := time.AfterFunc(udpBreath, free)
	return func() { timer.Stop(); free() }, nil
}

// enter puts the question on a socket.
func (p *udpPool) enter(query []byte) (*udpSocket, *pending, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, err := p.pick()
	if err != nil {
		return nil, nil, err
	}
	waiter, err := s.add(query)
	s.uses++
	return s, waiter, err
}

// pick chooses at random among the sockets that are neither worn nor crowded,
// else opens another, else takes the least crowded.
func (p *udpPool) pick() (*udpSocket, error) {
	var free []*udpSocket
	var least *udpSocket
	for _, s := range append([]*udpSocket(nil), p.sockets...) {
		waiting := s.count()
		if s.uses >= udpUses || time.Since(s.born) >= udpLife {
			s.retired = true
			if waiting == 0 {
				p.drop(s)
				continue
			}
		}
		if !s.retired && waiting < udpCrowd {
			free = append(free, s)
		}
		if least == nil || waiting < least.count() {
			least = s
		}
	}
	switch {
	case len(free) > 0:
		return free[rand.IntN(len(free))], nil
	case least != nil && len(p.sockets) >= udpSockets:
		return least, nil
	}
	return p.open()
}

func (p *udpPool) open() (*udpSocket, error) {
	conn, err := p.dial(p.life)
	if err != nil {
		return nil, err
	}
	s := &udpSocket{conn: conn, born: time.Now()}
	p.sockets = append(p.sockets, s)
	p.wg.Go(func() { p.read(s) })
	return s, nil
}

// drop closes a socket and forgets it.
func (p *udpPool) drop(s *udpSocket) {
	s.conn.Close()
	for i, other := range p.sockets {
		if other == s {
			p.sockets = append(p.sockets[:i], p.sockets[i+1:]...)
			return
		}
	}
}

func (p *udpPool) leave(s *udpSocket, waiter *pending) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.remove(waiter) == 0 && s.retired {
		p.drop(s)
	}
}

// read delivers what arrives until the socket is closed. A socket that nobody
// uses any more closes itself.
func (p *udpPool) read(s *udpSocket) {
	buf := make([]byte, udpMaxReply)
	for {
		_ = s.conn.SetReadDeadline(time.Now().Add(udpLife))
		n, err := s.conn.Read(buf)
		switch {
		case err == nil:
			s.deliver(append([]byte(nil), buf[:n]...))
		case errors.Is(err, os.ErrDeadlineExceeded):
			if p.retire(s) {
				return
			}
		default: // nobody listens there (ICMP), or closed
			p.discard(s, err)
			return
		}
	}
}

// retire gives a socket up, at once if no question waits on it.
func (p *udpPool) retire(s *udpSocket) (closed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s.retired = true
	if s.count() > 0 {
		return false
	}
	p.drop(s)
	return true
}

func (p *udpPool) discard(s *udpSocket, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drop(s)
	s.fail(err)
}

func (p *udpPool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.sockets) > 0 {
		p.drop(p.sockets[0])
	}
}
