package mx

import (
	"net/netip"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
)

func TestUnroutable(t *testing.T) {
	tests := map[string]bool{
		"10.1.2.3":         true,
		"172.31.0.1":       true,
		"172.32.0.1":       false, // just above RFC 1918
		"192.168.1.1":      true,
		"100.64.0.1":       true, // carrier-grade NAT
		"100.128.0.1":      false,
		"127.0.0.1":        true,
		"169.254.1.1":      true,
		"0.0.0.0":          true,
		"224.0.0.1":        true,
		"192.0.2.25":       false, // documentation: this program's own examples
		"203.0.113.1":      false,
		"fd00::25":         true,
		"fe80::1":          true,
		"::1":              true,
		"2001:db8::25":     false,
		"::ffff:10.0.0.1":  true, // the IPv4 address inside decides
		"2400:4000::25:25": false,
	}
	for ip, want := range tests {
		if got := Unroutable(netip.MustParseAddr(ip)); got != want {
			t.Errorf("Unroutable(%s) = %v, want %v", ip, got, want)
		}
	}
}

func TestGenericName(t *testing.T) {
	tests := []struct {
		ip, name string
		want     bool
	}{
		{"203.0.113.25", "mail.example.co.jp.", false},
		{"203.0.113.25", "203-0-113-25.rev.example.net.", true},
		{"203.0.113.25", "25.113.0.203.static.example.net.", true}, // backwards
		{"203.0.113.25", "p203.dhcp.example.net.", true},
		{"203.0.113.25", "ppp12.example.ad.jp.", true},
		{"203.0.113.25", "mx25.example.co.jp.", false},         // one octet is no address
		{"203.0.113.25", "customers.example.co.jp.", false},    // a word that begins so
		{"2001:db8::25", "2001-db8--25.example.net.", false},   // IPv6 is left alone
		{"203.0.113.25", "whirlpool.example.co.jp.", false},    // "pool" inside a word
		{"203.0.113.25", "pool-7.example.net.", true},          // as a word of its own
		{"203.0.113.25", "static.203.0.113.25.example.", true}, // "static" does not help
	}
	for _, tt := range tests {
		_, got := genericName(Address{IP: netip.MustParseAddr(tt.ip), Names: []string{tt.name}})
		if got != tt.want {
			t.Errorf("genericName(%s, %s) = %v, want %v", tt.ip, tt.name, got, tt.want)
		}
	}
}

func TestIsLiteral(t *testing.T) {
	tests := map[string]bool{
		"192.0.2.25.":            true,
		"[192.0.2.25].":          true,
		"2001:db8::25.":          true,
		"mail.example.co.jp.":    false,
		"192.0.2.example.co.jp.": false,
		"25.":                    false,
	}
	for name, want := range tests {
		if got := isLiteral(name); got != want {
			t.Errorf("isLiteral(%s) = %v, want %v", name, got, want)
		}
	}
}

func answer(status resolver.Status, data ...resolver.RData) checks.Result {
	a := resolver.Answer{Status: status, OwnerExists: status != resolver.NXDomain}
	for _, d := range data {
		a.Records = append(a.Records, resolver.Record{Name: "example.jp.", Data: d})
	}
	return checks.Result{Answer: a}
}

func open() checks.Result {
	return checks.Result{Err: &resolver.Error{Kind: resolver.Timeout}}
}

func TestClassify(t *testing.T) {
	address := resolver.A{Addr: netip.MustParseAddr("192.0.2.1")}
	tests := []struct {
		name        string
		mx, a, aaaa checks.Result
		want        Kind
		hosts       int
	}{
		{"one host", answer(resolver.Data, resolver.MX{Preference: 10, Host: "mail.example.jp."}), open(), open(), Hosts, 1},
		{"the same host twice counts once", answer(resolver.Data, resolver.MX{Preference: 10, Host: "mail.example.jp."}, resolver.MX{Preference: 20, Host: "mail.example.jp."}), open(), open(), Hosts, 1},
		{"null MX (RFC 7505 §3)", answer(resolver.Data, resolver.MX{Host: "."}), answer(resolver.Data, address), open(), Null, 0},
		{"null MX beside a host", answer(resolver.Data, resolver.MX{Host: "."}, resolver.MX{Preference: 10, Host: "mail.example.jp."}), open(), open(), Mixed, 1},
		{"no MX, an address (RFC 5321 §5.1)", answer(resolver.NoData), answer(resolver.Data, address), open(), Implicit, 1},
		{"no MX, nothing else", answer(resolver.NXDomain), answer(resolver.NXDomain), answer(resolver.NXDomain), None, 0},
		{"MX timed out: the address proves nothing", open(), answer(resolver.Data, address), answer(resolver.NoData), Undecided, 0},
		{"no MX, address timed out", answer(resolver.NoData), open(), answer(resolver.NoData), Undecided, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := classify("example.jp.", tt.mx, tt.a, tt.aaaa)
			if got.Kind != tt.want || len(got.Hosts) != tt.hosts {
				t.Errorf("kind %s with %d hosts, want %s with %d", got.Kind, len(got.Hosts), tt.want, tt.hosts)
			}
		})
	}
}

func TestUsability(t *testing.T) {
	public := answer(resolver.Data, resolver.A{Addr: netip.MustParseAddr("192.0.2.1")})
	private := answer(resolver.Data, resolver.A{Addr: netip.MustParseAddr("10.0.0.1")})
	none := answer(resolver.NoData)
	tests := []struct {
		name    string
		host    string
		a, aaaa checks.Result
		want    Usability
	}{
		{"public address", "mail.example.jp.", public, none, Usable},
		{"public address, IPv6 timed out", "mail.example.jp.", public, open(), Usable},
		{"only private", "mail.example.jp.", private, none, Private},
		{"private, IPv6 timed out: may be public", "mail.example.jp.", private, open(), Unsure},
		{"nothing", "mail.example.jp.", none, none, Unresolvable},
		{"nothing yet: IPv4 timed out", "mail.example.jp.", open(), none, Unsure},
		{"localhost", "localhost.", none, none, Localhost},
		{"literal", "192.0.2.1.", none, none, Literal},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := &Host{Name: tt.host}
			h.take(tt.a, tt.aaaa)
			if h.Usability != tt.want {
				t.Errorf("usability %s, want %s", h.Usability, tt.want)
			}
		})
	}
}
