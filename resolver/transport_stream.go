package resolver

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

const (
	streamIdle  = 10 * time.Second // after which an unused connection is closed (RFC 7766 §6.2.3)
	streamStuck = time.Second      // of silence with questions waiting: the next one tries another connection
	streamDials = 5 * time.Second  // for connecting, TLS included
	streamTries = 3                // connections for one question
	streamSlots = 8                // connections at once to a server that takes one question for each
)

// errLost says that a connection that had worked went away with the question
// on it; the question is asked again on another (RFC 7766 §6.2.4).
var errLost = errors.New("the connection was closed before the reply")

// streamPool keeps one connection to a server (RFC 7766 §6.2.1, RFC 7858 §3.4)
// and sends questions on it without waiting for the replies to others. Servers
// that hang up on several questions get a connection for each instead.
type streamPool struct {
	dial func(ctx context.Context) (net.Conn, error)
	life context.Context
	wg   *sync.WaitGroup

	mu      sync.Mutex
	current *stream
	oneShot bool
	slots   chan struct{}
}

func newStreamPool(life context.Context, wg *sync.WaitGroup, dial func(context.Context) (net.Conn, error)) *streamPool {
	return &streamPool{dial: dial, life: life, wg: wg, slots: make(chan struct{}, streamSlots)}
}

func (p *streamPool) carry(ctx context.Context, query []byte) (parcel, error) {
	var err error
	for range streamTries {
		var msg []byte
		if p.takesOne() {
			msg, err = p.askAlone(ctx, query)
		} else {
			msg, err = p.connection().ask(ctx, query)
		}
		if !errors.Is(err, errLost) {
			return parcel{msg: msg}, err
		}
	}
	return parcel{}, err
}

func (p *streamPool) takesOne() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.oneShot
}

func (p *streamPool) askAlone(ctx context.Context, query []byte) ([]byte, error) {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	s := p.open()
	defer s.hangUp()
	return s.ask(ctx, query)
}

// connection returns the one in use, or a new one. It does not wait.
func (p *streamPool) connection() *stream {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.current == nil || p.current.unusable() {
		p.current = p.open()
	}
	return p.current
}

func (p *streamPool) open() *stream {
	ctx, hangUp := context.WithCancel(p.life)
	s := &stream{pool: p, out: make(chan []byte), life: ctx, hangUp: hangUp, last: time.Now()}
	p.wg.Go(s.run)
	return s
}

// pipelinesNot notes that the server takes one question for a connection.
func (p *streamPool) pipelinesNot() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.oneShot = true
}

// close has nothing to do: streams end with the client's life.
func (p *streamPool) close() {}

// stream is one connection, from dialling on.
type stream struct {
	mux
	pool   *streamPool
	out    chan []byte
	life   context.Context // ends with the connection
	hangUp context.CancelFunc

	state  sync.Mutex
	conn   bool      // dialling succeeded
	last   time.Time // something arrived, or the first question was sent
	served int
	idled  bool  // we closed it for want of questions
	broken error // why life ended
}

func (s *stream) ask(ctx context.Context, query []byte) ([]byte, error) {
	if s.count() == 0 {
		s.touch(0)
	}
	waiter, err := s.add(query)
	if err != nil {
		return nil, err
	}
	defer s.remove(waiter)
	out := s.out
	for {
		select {
		case out <- frame(waiter.query):
			out = nil // sent
		case a := <-waiter.arrived:
			return a.msg, a.err
		case <-s.life.Done():
			return s.epilogue(waiter)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// frame puts the length in front of a message (RFC 1035 §4.2.2), for both to
// leave in one write (RFC 7766 §8).
func frame(msg []byte) []byte {
	return append(binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(msg)), uint16(len(msg))), msg...)
}

// run dials, then reads until the connection ends.
func (s *stream) run() {
	defer s.hangUp()
	ctx, cancel := context.WithTimeout(s.life, streamDials)
	conn, err := s.pool.dial(ctx)
	cancel()
	if err != nil {
		s.end(err)
		return
	}
	stop := context.AfterFunc(s.life, func() { conn.Close() })
	defer stop()
	defer conn.Close()
	s.dialled()
	s.pool.wg.Go(func() { s.write(conn) })
	s.end(s.read(conn))
}

func (s *stream) write(conn net.Conn) {
	idle := time.NewTimer(streamIdle)
	defer idle.Stop()
	for {
		select {
		case msg := <-s.out:
			if _, err := conn.Write(msg); err != nil {
				_ = conn.SetReadDeadline(time.Now().Add(time.Second)) // replies may still be under way
				return
			}
			idle.Reset(streamIdle)
		case <-idle.C:
			if s.closeIfIdle() {
				return
			}
			idle.Reset(streamIdle)
		case <-s.life.Done():
			return
		}
	}
}

func (s *stream) closeIfIdle() bool {
	s.state.Lock()
	defer s.state.Unlock()
	if s.count() > 0 {
		return false
	}
	s.idled = true
	s.hangUp()
	return true
}

func (s *stream) read(conn io.Reader) error {
	for {
		var length [2]byte
		if _, err := io.ReadFull(conn, length[:]); err != nil {
			return err
		}
		msg := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(conn, msg); err != nil {
			return err
		}
		if s.deliver(msg) {
			s.touch(1)
		}
	}
}

func (s *stream) dialled() {
	s.state.Lock()
	defer s.state.Unlock()
	s.conn, s.last = true, time.Now()
}

// touch notes a sign of life and counts replies.
func (s *stream) touch(served int) {
	s.state.Lock()
	defer s.state.Unlock()
	s.last = time.Now()
	s.served += served
}

// end tells everybody who waits why the connection is gone. A server that hung
// up on several questions is taken for one that does not pipeline.
func (s *stream) end(err error) {
	waiting := s.count()
	s.state.Lock()
	crowded := s.conn && waiting > 1
	if (s.served > 0 || s.idled || crowded) && s.pool.life.Err() == nil {
		err = errLost
	}
	s.broken = err
	if crowded && s.served <= 1 && !s.idled {
		s.pool.pipelinesNot()
	}
	s.state.Unlock()
	s.hangUp()
	s.fail(err)
}

// epilogue is what a question gets from a connection that is gone: the reply,
// if that was the last thing to come, else the reason.
func (s *stream) epilogue(waiter *pending) ([]byte, error) {
	select {
	case a := <-waiter.arrived:
		return a.msg, a.err
	default:
	}
	s.state.Lock()
	defer s.state.Unlock()
	switch {
	case s.broken != nil:
		return nil, s.broken
	case s.pool.life.Err() != nil:
		return nil, s.pool.life.Err()
	}
	return nil, errLost // we hung up while the question was on its way here
}

// unusable reports whether the next question should take another connection:
// this one is gone, or has been silent for too long.
func (s *stream) unusable() bool {
	if s.life.Err() != nil {
		return true
	}
	s.state.Lock()
	defer s.state.Unlock()
	return s.count() > 0 && time.Since(s.last) > streamStuck
}
