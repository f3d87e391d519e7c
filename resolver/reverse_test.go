package resolver_test

import (
	"testing"

	"mailauth/resolver"
)

func TestReverseName(t *testing.T) {
	tests := []struct{ addr, want, why string }{
		{"192.0.2.7", "7.2.0.192.in-addr.arpa.", "octets backwards"},
		{"::ffff:192.0.2.7", "7.2.0.192.in-addr.arpa.", "mapped is IPv4"},
		{"2001:db8::1a", "a.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.", "32 nibbles backwards"},
	}
	for _, test := range tests {
		if got := resolver.ReverseName(address(test.addr)); got != test.want {
			t.Errorf("ReverseName(%s) = %s, want %s: %s", test.addr, got, test.want, test.why)
		}
	}
}
