package resolver

import (
	"net/netip"
	"slices"
	"testing"
)

func TestPublicAddress(t *testing.T) {
	tests := []struct {
		addr string
		want bool
		why  string
	}{
		{"8.8.8.8", true, "an ordinary address"},
		{"1.1.1.1", true, "an ordinary address"},
		{"2001:4860:4860::8888", true, "ordinary IPv6"},
		{"127.0.0.1", false, "loopback"},
		{"127.255.255.254", false, "loopback is a /8"},
		{"10.1.2.3", false, "RFC 1918"},
		{"172.31.255.255", false, "RFC 1918, last of the /12"},
		{"172.32.0.0", true, "just after RFC 1918"},
		{"192.168.0.1", false, "RFC 1918"},
		{"100.64.0.1", false, "carrier-grade NAT, RFC 6598"},
		{"100.128.0.0", true, "just after carrier-grade NAT"},
		{"169.254.169.254", false, "link-local: cloud metadata"},
		{"0.0.0.0", false, "this host"},
		{"255.255.255.255", false, "broadcast"},
		{"224.0.0.1", false, "multicast"},
		{"198.18.0.1", false, "benchmarking"},
		{"192.0.2.1", false, "documentation"},
		{"::1", false, "loopback"},
		{"::", false, "unspecified"},
		{"::127.0.0.1", false, "IPv4-compatible"},
		{"::ffff:127.0.0.1", false, "IPv4-mapped loopback"},
		{"::ffff:8.8.8.8", true, "IPv4-mapped, judged by the IPv4 address"},
		{"64:ff9b::7f00:1", false, "NAT64 of loopback"},
		{"64:ff9b::808:808", true, "NAT64 of a public address"},
		{"64:ff9b:1::1", false, "local NAT64"},
		{"2002:7f00:1::1", false, "6to4 of loopback"},
		{"2002:808:808::1", true, "6to4 of a public address"},
		{"2001::1", false, "Teredo"},
		{"2001:db8::1", false, "documentation"},
		{"fc00::1", false, "ULA"},
		{"fd12:3456::1", false, "ULA"},
		{"fe80::1", false, "link-local"},
		{"fe80::1%eth0", false, "link-local with a zone"},
		{"fec0::1", false, "site-local"},
		{"ff02::1", false, "multicast"},
	}
	for _, test := range tests {
		if got := publicAddress(netip.MustParseAddr(test.addr)); got != test.want {
			t.Errorf("publicAddress(%s) = %v, want %v: %s", test.addr, got, test.want, test.why)
		}
	}
	if publicAddress(netip.Addr{}) {
		t.Error("the zero address is public, want not")
	}
}

func TestPermittedDropsPrivateAddresses(t *testing.T) {
	parse := func(texts ...string) (addrs []netip.Addr) {
		for _, text := range texts {
			addrs = append(addrs, netip.MustParseAddr(text))
		}
		return addrs
	}
	h := &HTTPS{}
	got, failure := h.permitted(parse("10.0.0.1", "8.8.8.8", "fd00::1", "2001:4860:4860::8888"))
	if want := parse("8.8.8.8", "2001:4860:4860::8888"); failure != nil || !slices.Equal(got, want) {
		t.Errorf("permitted = %v, %v, want %v", got, failure, want)
	}
	if _, failure := h.permitted(parse("127.0.0.1", "::1")); failure == nil || failure.Kind != FetchForbidden {
		t.Errorf("only private addresses: %v, want kind %q", failure, FetchForbidden)
	}
	many := parse("8.8.0.1", "8.8.0.2", "8.8.0.3", "8.8.0.4", "8.8.0.5", "8.8.0.6", "8.8.0.7")
	if got, _ := h.permitted(many); len(got) != maxFetchAddresses {
		t.Errorf("%d addresses to try, want %d at most", len(got), maxFetchAddresses)
	}
}
