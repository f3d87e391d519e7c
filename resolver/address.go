package resolver

import "net/netip"

// notPublic holds the blocks of the IANA special-purpose registries (RFC 6890)
// that a stranger's host name must not lead us into.
var notPublic = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "3fff::/20",
)

// The IPv6 blocks that matter: the one from which public addresses are given
// out, and those that carry an IPv4 address in them.
var (
	globalUnicast = netip.MustParsePrefix("2000::/3")
	nat64         = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052 §2.1: IPv4 in the last four octets
	sixToFour     = netip.MustParsePrefix("2002::/16")    // RFC 3056 §2: IPv4 after the first two octets
)

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}

// publicAddress reports whether an address can be on the public Internet. An
// address that embeds an IPv4 address is judged by that.
func publicAddress(addr netip.Addr) bool {
	addr = addr.Unmap()
	if !addr.IsValid() || addr.Zone() != "" {
		return false
	}
	if addr.Is6() {
		octets := addr.As16()
		switch {
		case nat64.Contains(addr):
			return publicAddress(netip.AddrFrom4([4]byte(octets[12:16])))
		case sixToFour.Contains(addr):
			return publicAddress(netip.AddrFrom4([4]byte(octets[2:6])))
		case !globalUnicast.Contains(addr):
			return false // loopback, link-local, ULA, multicast, mapped and reserved
		}
	}
	for _, block := range notPublic {
		if block.Contains(addr) {
			return false
		}
	}
	return true
}
