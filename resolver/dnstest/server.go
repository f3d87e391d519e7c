package dnstest

import (
	"cmp"
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"slices"
	"sync"
	"testing"

	"mailauth/resolver"
)

// Config says what a server answers, and where it listens.
type Config struct {
	Zones []*resolver.Zone
	// Authoritative: as the zones' own name server, with referrals and AA,
	// REFUSED for other names. Else as a resolver in a world of these zones:
	// chains are followed from zone to zone, other names do not exist.
	Authoritative bool
	// Answer, if set, is asked instead of the zones. The query says by which
	// Net it came; of the reply Size, Server and Net are ignored.
	Answer func(resolver.Query) resolver.Reply
	// IP is a loopback address; 127.0.0.1 if it is not set.
	IP netip.Addr
	// Port is the port to listen on; any free one if it is 0.
	Port uint16
}

// Server is a name server on a loopback address, on UDP and TCP at the same
// port. It ends with the test.
type Server struct {
	addr   netip.AddrPort
	answer func(resolver.Query) resolver.Reply
	ca     *authority

	life context.Context
	end  context.CancelFunc
	wg   sync.WaitGroup

	mu       sync.Mutex
	faults   map[resolver.Question][]Fault
	counts   map[resolver.Question]int
	byNet    map[string]int
	ports    map[netip.AddrPort]bool
	conns    map[net.Conn]bool
	accepted int
}

// Start runs a server as a resolver that knows the zones.
func Start(t testing.TB, zones ...*resolver.Zone) *Server {
	t.Helper()
	return New(t, Config{Zones: zones})
}

// StartFunc runs a server that answers by a function.
func StartFunc(t testing.TB, answer func(resolver.Query) resolver.Reply) *Server {
	t.Helper()
	return New(t, Config{Answer: answer})
}

// New runs a server until the test ends.
func New(t testing.TB, config Config) *Server {
	t.Helper()
	s, err := Listen(config)
	if err != nil {
		t.Fatalf("cannot listen: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}

// Listen runs a server until it is closed.
func Listen(config Config) (*Server, error) {
	if !config.IP.IsValid() {
		config.IP = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	udp, tcp, err := listen(netip.AddrPortFrom(config.IP, config.Port))
	if err != nil {
		return nil, err
	}
	s := &Server{
		addr:   udp.LocalAddr().(*net.UDPAddr).AddrPort(),
		answer: config.Answer,
		faults: map[resolver.Question][]Fault{},
		counts: map[resolver.Question]int{},
		byNet:  map[string]int{},
		ports:  map[netip.AddrPort]bool{},
		conns:  map[net.Conn]bool{},
	}
	if s.answer == nil {
		s.answer = world{config.Zones, config.Authoritative}.answer
	}
	s.life, s.end = context.WithCancel(context.Background())
	s.closeAtEnd(udp)
	s.wg.Go(func() { s.serveUDP(udp) })
	s.serve(tcp, "tcp")
	return s, nil
}

// listen opens both sockets at one port.
func listen(at netip.AddrPort) (udp *net.UDPConn, tcp net.Listener, err error) {
	for range 20 { // another program can hold the port on the other protocol
		tcp, err = net.Listen("tcp", at.String())
		if err != nil {
			return nil, nil, err
		}
		port := uint16(tcp.Addr().(*net.TCPAddr).Port)
		udp, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(at.Addr(), port)))
		if err == nil {
			return udp, tcp, nil
		}
		tcp.Close()
	}
	return nil, nil, err
}

// closeAtEnd closes what blocks a goroutine when the server ends.
func (s *Server) closeAtEnd(c interface{ Close() error }) {
	s.wg.Go(func() {
		<-s.life.Done()
		c.Close()
	})
}

// Close ends the server and what it is doing.
func (s *Server) Close() {
	s.end()
	s.mu.Lock()
	for conn := range s.conns {
		conn.Close()
	}
	s.mu.Unlock()
	s.wg.Wait()
}

// serve accepts connections until the server ends.
func (s *Server) serve(listener net.Listener, network string) {
	s.closeAtEnd(listener)
	s.wg.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			if s.admit(conn) {
				s.wg.Go(func() { s.serveStream(conn, network) })
			}
		}
	})
}

func (s *Server) admit(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.life.Err() != nil {
		conn.Close()
		return false
	}
	s.conns[conn] = true
	s.accepted++
	return true
}

func (s *Server) dismiss(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, conn)
	conn.Close()
}

// HangUp closes the connections that are open now, as a server does with idle
// ones.
func (s *Server) HangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.conns {
		conn.Close()
	}
}

// Addr is "127.0.0.1:port", for both UDP and TCP.
func (s *Server) Addr() string { return s.addr.String() }

// UDP is the server for a client that asks over UDP first.
func (s *Server) UDP() resolver.Server { return resolver.Server{Net: "udp", Addr: s.addr} }

// TCP is the server for a client that asks over TCP only.
func (s *Server) TCP() resolver.Server { return resolver.Server{Net: "tcp", Addr: s.addr} }

// Client returns a client of this server that is closed with the test.
func (s *Server) Client(t testing.TB, opts ...resolver.Option) *resolver.Client {
	client := resolver.NewClient([]resolver.Server{s.UDP()}, opts...)
	t.Cleanup(func() { client.Close() })
	return client
}

// Count is the number of questions that came, repeated ones too.
func (s *Server) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	total := 0
	for _, n := range s.counts {
		total += n
	}
	return total
}

// CountOf is how often one question came.
func (s *Server) CountOf(name string, t resolver.Type) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[resolver.Question{Name: name, Type: t}]
}

// CountNet is the number of questions that came over "udp", "tcp", "tls" or
// "https".
func (s *Server) CountNet(network string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byNet[network]
}

// Questions lists the questions that came, each once, in order of name and type.
func (s *Server) Questions() []resolver.Question {
	s.mu.Lock()
	defer s.mu.Unlock()
	var questions []resolver.Question
	for q := range s.counts {
		questions = append(questions, q)
	}
	slices.SortFunc(questions, func(a, b resolver.Question) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Type, b.Type))
	})
	return questions
}

// Ports is the number of UDP source ports that questions came from.
func (s *Server) Ports() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.ports)
}

// Connections is the number of connections accepted so far.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accepted
}

// note counts a question and returns the faults that apply to it.
func (s *Server) note(q resolver.Query) []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[q.Question]++
	s.byNet[q.Net]++
	return s.faultsFor(q.Question)
}

// tlsConfig is that of the server's own certificates.
func (s *Server) tlsConfig(t testing.TB, protocols ...string) *tls.Config {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ca == nil {
		s.ca = newAuthority(t)
	}
	return &tls.Config{Certificates: []tls.Certificate{s.ca.leaf(t, ServerName, s.addr.Addr())}, NextProtos: protocols}
}
