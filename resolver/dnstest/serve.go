package dnstest

import (
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"time"
)

// serveUDP answers datagrams, each in its own goroutine, so that a delayed
// reply holds up no other.
func (s *Server) serveUDP(conn *net.UDPConn) {
	buf := make([]byte, 65535)
	for {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		s.seen(from)
		query := append([]byte(nil), buf[:n]...)
		s.wg.Go(func() {
			e := s.handle(query, "udp")
			if !s.sleep(e.delay) {
				return
			}
			if e.forge {
				s.forge(query, from)
			}
			for _, msg := range e.messages {
				_, _ = conn.WriteToUDPAddrPort(msg, from)
			}
		})
	}
}

func (s *Server) seen(from netip.AddrPort) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ports[from] = true
}

// forge sends a lie with the right id and question from another port.
func (s *Server) forge(query []byte, to netip.AddrPort) {
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(to))
	if err != nil {
		return
	}
	defer conn.Close()
	_, _ = conn.Write(lie(query))
}

// serveStream answers on one connection, out of order where delays differ (RFC
// 7766 §7).
func (s *Server) serveStream(conn net.Conn, network string) {
	defer s.dismiss(conn)
	write := make(chan struct{}, 1)
	for {
		query, err := readFrame(conn)
		if err != nil {
			return
		}
		s.wg.Go(func() {
			e := s.handle(query, network)
			if !s.sleep(e.delay) {
				return
			}
			write <- struct{}{}
			defer func() { <-write }()
			for _, msg := range e.messages {
				_, _ = conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(msg))), msg...))
			}
			if e.hangUp {
				conn.Close()
			}
		})
	}
}

func readFrame(r io.Reader) ([]byte, error) {
	var length [2]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, err
	}
	msg := make([]byte, binary.BigEndian.Uint16(length[:]))
	_, err := io.ReadFull(r, msg)
	return msg, err
}

// sleep returns false if the server ended meanwhile.
func (s *Server) sleep(d time.Duration) bool {
	if d == 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.life.Done():
		return false
	}
}
