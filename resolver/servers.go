package resolver

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// The ways to carry a question to a server.
const (
	netUDP   = "udp"   // RFC 1035 §4.2.1, over TCP when truncated
	netTCP   = "tcp"   // RFC 7766
	netTLS   = "tls"   // RFC 7858
	netHTTPS = "https" // RFC 8484
)

// Server is one server to ask.
type Server struct {
	Net     string         // "udp" (TCP when truncated), "tcp", "tls" or "https"
	Addr    netip.AddrPort // not for https
	Name    string         // tls: what its certificate must be for, a name or an address
	URL     string         // https
	TrustAD bool           // the system says that its AD bit can be believed
}

const serverForms = "an IP address with or without a port, tcp://IP, tls://IP#name or https://host/dns-query"

// ParseServer reads a server as users write it: IP, IP:port, [IPv6]:port,
// udp://IP, tcp://IP, tls://IP#name, tls://IP:port#name or
// https://host/dns-query. Without a name, a tls server's certificate must be
// for its address.
func ParseServer(text string) (Server, error) {
	scheme, rest, found := strings.Cut(text, "://")
	if !found {
		scheme, rest = netUDP, text
	}
	switch strings.ToLower(scheme) {
	case netUDP:
		return addrServer(text, netUDP, rest, 53)
	case netTCP:
		return addrServer(text, netTCP, rest, 53)
	case netTLS:
		return tlsServer(text, rest)
	case netHTTPS:
		return httpsServer(text)
	}
	return Server{}, fmt.Errorf("found resolver %q, expected %s", text, serverForms)
}

func addrServer(text, network, rest string, port uint16) (Server, error) {
	addr, err := parseAddrPort(rest, port)
	if err != nil {
		return Server{}, fmt.Errorf("found resolver %q, expected %s", text, serverForms)
	}
	return Server{Net: network, Addr: addr}, nil
}

// parseAddrPort reads an address with an optional port; an IPv6 address needs
// brackets only in front of a port.
func parseAddrPort(text string, port uint16) (netip.AddrPort, error) {
	bare := text
	if inner, ok := strings.CutPrefix(text, "["); ok && strings.HasSuffix(inner, "]") {
		bare = strings.TrimSuffix(inner, "]")
	}
	if addr, err := netip.ParseAddr(bare); err == nil {
		return netip.AddrPortFrom(addr, port), nil
	}
	addr, err := netip.ParseAddrPort(text)
	if err == nil && addr.Port() == 0 {
		err = fmt.Errorf("port 0")
	}
	return addr, err
}

func tlsServer(text, rest string) (Server, error) {
	rest, name, named := strings.Cut(rest, "#")
	server, err := addrServer(text, netTLS, rest, 853) // RFC 7858 §3.1
	if err != nil {
		return Server{}, err
	}
	server.Name = server.Addr.Addr().WithZone("").String()
	if named {
		server.Name = strings.TrimSuffix(name, ".")
	}
	if server.Name == "" {
		return Server{}, fmt.Errorf("found resolver %q without a name after #, expected tls://IP#name", text)
	}
	return server, nil
}

func httpsServer(text string) (Server, error) {
	text = strings.TrimSuffix(text, "{?dns}") // the URI template of RFC 8484 §4.1.1, as some providers print it
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return Server{}, fmt.Errorf("found resolver %q, expected https://host/dns-query", text)
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return Server{}, fmt.Errorf("found resolver %q, expected a port between 1 and 65535", text)
		}
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = "/dns-query"
	}
	return Server{Net: netHTTPS, URL: u.String()}, nil
}

// String is the server in a form that ParseServer reads; for UDP only
// "IP:port".
func (s Server) String() string {
	switch s.Net {
	case netTCP:
		return "tcp://" + s.Addr.String()
	case netTLS:
		return "tls://" + s.Addr.String() + "#" + s.Name
	case netHTTPS:
		return s.URL
	}
	return s.Addr.String()
}

// authentic reports whether the AD bit of the server's replies means anything:
// the way to it is this machine or protected, or the system vouches for it
// (RFC 6840 §5.8; RFC 4035 §4.9.3).
func (s Server) authentic() bool {
	return s.TrustAD || s.Net == netTLS || s.Net == netHTTPS || s.Addr.Addr().IsLoopback()
}
