package resolver

import (
	"net/netip"
	"strconv"
	"strings"
)

// ReverseName is the name whose PTR records name the hosts of an address: its
// octets backwards below in-addr.arpa. (RFC 1035 §3.5), or its nibbles backwards
// below ip6.arpa. (RFC 3596 §2.5). An IPv4-mapped address is an IPv4 address.
func ReverseName(addr netip.Addr) string {
	addr = addr.Unmap()
	var b strings.Builder
	octets := addr.AsSlice()
	for i := len(octets) - 1; i >= 0; i-- {
		if addr.Is4() {
			b.WriteString(strconv.Itoa(int(octets[i])))
			b.WriteByte('.')
			continue
		}
		for _, nibble := range [2]byte{octets[i] & 0xf, octets[i] >> 4} {
			b.WriteByte("0123456789abcdef"[nibble])
			b.WriteByte('.')
		}
	}
	if addr.Is4() {
		return b.String() + "in-addr.arpa."
	}
	return b.String() + "ip6.arpa."
}
