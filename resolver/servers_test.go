package resolver

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseServer(t *testing.T) {
	for _, tt := range []struct{ text, want, why string }{
		{"192.0.2.53", "192.0.2.53:53", "an address"},
		{"192.0.2.53:5300", "192.0.2.53:5300", "with a port"},
		{"2001:db8::53", "[2001:db8::53]:53", "an IPv6 address needs no brackets"},
		{"[2001:db8::53]", "[2001:db8::53]:53", "and may have them"},
		{"[2001:db8::53]:5300", "[2001:db8::53]:5300", "as it must with a port"},
		{"fe80::53%eth0", "[fe80::53%eth0]:53", "a link-local address with its zone"},
		{"udp://192.0.2.53", "192.0.2.53:53", "UDP is the default"},
		{"TCP://192.0.2.53", "tcp://192.0.2.53:53", "schemes are case-insensitive"},
		{"tcp://[2001:db8::53]:5300", "tcp://[2001:db8::53]:5300", "TCP only"},
		{"tls://192.0.2.53#dns.example.net", "tls://192.0.2.53:853#dns.example.net", "DoT has port 853"},
		{"tls://192.0.2.53:8530#dns.example.net.", "tls://192.0.2.53:8530#dns.example.net", "certificates know no final dot"},
		{"tls://2001:db8::53", "tls://[2001:db8::53]:853#2001:db8::53", "the certificate must be for the address"},
		{"https://dns.example.net/dns-query", "https://dns.example.net/dns-query", "DoH"},
		{"https://dns.example.net", "https://dns.example.net/dns-query", "the usual path"},
		{"https://[2001:db8::53]:8443/q{?dns}", "https://[2001:db8::53]:8443/q", "a template as providers print it"},
	} {
		got, err := ParseServer(tt.text)
		if err != nil || got.String() != tt.want {
			t.Errorf("ParseServer(%q) = %s, %v, want %s: %s", tt.text, got, err, tt.want, tt.why)
			continue
		}
		if again, err := ParseServer(got.String()); err != nil || again != got {
			t.Errorf("ParseServer(%q) = %+v, %v, want %+v again", got, again, err, got)
		}
	}
}

func TestParseServerRefuses(t *testing.T) {
	for _, tt := range []struct{ text, why string }{
		{"", "nothing"},
		{"dns.example.net", "a name: who would look it up?"},
		{"192.0.2.53:0", "port 0"},
		{"192.0.2.53:dns", "a port by name"},
		{"2001:db8::53]:53", "half a bracket"},
		{"tls://dns.example.net", "a name instead of an address"},
		{"tls://192.0.2.53#", "an empty name"},
		{"http://dns.example.net/dns-query", "DoH without TLS"},
		{"https:///dns-query", "no host"},
		{"https://user:secret@dns.example.net/dns-query", "a password that would be printed in reports"},
		{"https://dns.example.net:99999/dns-query", "a port over 65535"},
		{"sdns://AgcAAAA", "another scheme"},
	} {
		if got, err := ParseServer(tt.text); err == nil || !strings.Contains(err.Error(), "expected") {
			t.Errorf("ParseServer(%q) = %s, %v, want an error that says what was expected: %s", tt.text, got, err, tt.why)
		}
	}
}

func udpServer(addr string) Server {
	return Server{Net: netUDP, Addr: netip.AddrPortFrom(netip.MustParseAddr(addr), 53)}
}

func TestParseResolvConf(t *testing.T) {
	trusted, overTCP := udpServer("127.0.0.53"), udpServer("192.0.2.53")
	trusted.TrustAD, overTCP.Net = true, netTCP
	for _, tt := range []struct {
		why, text string
		want      System
	}{
		{"empty", "", System{}},
		{"as systemd-resolved writes it", "# stub\nnameserver 127.0.0.53\noptions edns0 trust-ad\nsearch example.co.jp\n", System{Servers: []Server{trusted}}},
		{"as DHCP writes it", "domain example.co.jp\nsearch example.co.jp example.jp\nnameserver 192.0.2.53\nnameserver 2001:db8::53\n",
			System{Servers: []Server{udpServer("192.0.2.53"), udpServer("2001:db8::53")}}},
		{"a zone", "nameserver fe80::1%eth0\n", System{Servers: []Server{udpServer("fe80::1%eth0")}}},
		{"options about trying", "nameserver 192.0.2.53\noptions timeout:2 attempts:4 rotate ndots:5\n",
			System{Servers: []Server{udpServer("192.0.2.53")}, Patience: 2 * time.Second, Attempts: 4, Rotate: true}},
		{"options over the C library's limits", "nameserver 192.0.2.53\noptions timeout:999 attempts:999\n",
			System{Servers: []Server{udpServer("192.0.2.53")}, Patience: 30 * time.Second, Attempts: 5}},
		{"options that say nothing", "nameserver 192.0.2.53\noptions timeout: attempts:x timeout:0\n", System{Servers: []Server{udpServer("192.0.2.53")}}},
		{"TCP only", "options use-vc\nnameserver 192.0.2.53\n", System{Servers: []Server{overTCP}}},
		{"the fourth server is not used", "nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\nnameserver 192.0.2.4\n",
			System{Servers: []Server{udpServer("192.0.2.1"), udpServer("192.0.2.2"), udpServer("192.0.2.3")}}},
		{"comments and what cannot be read", ";nameserver 192.0.2.1\n#nameserver 192.0.2.2\nnameserver ns.example.net\nnameserver\nnameserver 192.0.2.53 # office\r\n",
			System{Servers: []Server{udpServer("192.0.2.53")}}},
	} {
		got := parseResolvConf(strings.NewReader(tt.text))
		if diff := cmp.Diff(tt.want, got, cmp.Comparer(func(a, b Server) bool { return a == b })); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.why, diff)
		}
	}
}

func TestReadResolvConf(t *testing.T) {
	path := filepath.Join(t.TempDir(), "resolv.conf")
	if system, found, err := readResolvConf(path); found || err != nil {
		t.Errorf("a missing file: %+v, found %v, error %v, want neither", system, found, err)
	}
	if err := os.WriteFile(path, []byte("search example.co.jp\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if system, found, err := readResolvConf(path); found || err != nil {
		t.Errorf("a file without a server: %+v, found %v, error %v, want neither", system, found, err)
	}
	if err := os.WriteFile(path, []byte("nameserver 2001:db8::53\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	system, found, err := readResolvConf(path)
	if !found || err != nil || len(system.Servers) != 1 || system.Source != path {
		t.Errorf("%+v, found %v, error %v, want one server from %s", system, found, err, path)
	}
}

// TestSystemServers asks this machine, whatever it has.
func TestSystemServers(t *testing.T) {
	system, err := SystemServers(t.Context())
	if err != nil {
		t.Skipf("this machine's configuration cannot be read: %v", err)
	}
	for _, server := range system.Servers {
		if !server.Addr.IsValid() || server.Addr.Port() != 53 {
			t.Errorf("server %+v, want an address and port 53", server)
		}
	}
	if len(system.Servers) == 0 || system.Source == "" {
		t.Errorf("%+v, want at least one server and where it was read", system)
	}
}

func TestParseScutil(t *testing.T) {
	text := `DNS configuration

resolver #1
  search domain[0] : example.co.jp
  nameserver[0] : 192.0.2.53
  nameserver[1] : 2001:db8::53
  if_index : 14 (en0)
  flags    : Request A records, Request AAAA records
  reach    : 0x00020002 (Reachable,Directly Reachable Address)

resolver #2
  domain   : local
  options  : mdns
  nameserver[0] : 198.51.100.1
`
	want := []Server{udpServer("192.0.2.53"), udpServer("2001:db8::53")}
	got := parseScutil(strings.NewReader(text))
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b Server) bool { return a == b })); diff != "" {
		t.Errorf("parseScutil (-want +got):\n%s", diff)
	}
}
