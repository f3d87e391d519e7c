package cross_test

import (
	"context"
	"net/netip"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/cross"
	"mailauth/resolver"
	"mailauth/resolver/zone"
)

// Addresses that SPF names and that are no mail exchange's are told of, lightly.
func TestReverseNamesOfNamedAddresses(t *testing.T) {
	tests := []struct {
		spf  string
		want []string
		why  string
	}{
		{`"v=spf1 ip4:203.0.113.7 -all"`, []string{"info mx-ptr 7.113.0.203.in-addr.arpa."}, "no reverse name"},
		{`"v=spf1 ip4:203.0.113.8 -all"`, []string{"info mx-fcrdns 8.113.0.203.in-addr.arpa."}, "the reverse name leads elsewhere"},
		{`"v=spf1 ip4:203.0.113.9 -all"`, nil, "confirmed"},
		{`"v=spf1 ip4:203.0.113.25 -all"`, []string{"warning mx-ptr 25.113.0.203.in-addr.arpa."}, "an exchange's address, once"},
		{`"v=spf1 ip4:203.0.113.0/29 -all"`, nil, "a network is not asked"},
		{`"v=spf1 -ip4:203.0.113.7 ~all"`, nil, "it may not send"},
		{`"v=spf1 ip4:10.0.0.7 -all"`, nil, "private"},
		{`"v=spf1 ip6:2001:db8::7 -all"`, []string{"info mx-ptr " + resolver.ReverseName(netip.MustParseAddr("2001:db8::7"))}, "IPv6"},
	}
	for _, tt := range tests {
		text := "$TTL 3600\nexample.co.jp. IN SOA ns. host. 1 2 3 4 5\nexample.co.jp. MX 10 mail.example.co.jp.\nmail.example.co.jp. A 203.0.113.25\nrelay.example.co.jp. A 203.0.113.9\nother.example.co.jp. A 203.0.113.77\nexample.co.jp. TXT " + tt.spf + "\n"
		reverse := "$TTL 3600\n113.0.203.in-addr.arpa. IN SOA ns. host. 1 2 3 4 5\n8.113.0.203.in-addr.arpa. PTR other.example.co.jp.\n9.113.0.203.in-addr.arpa. PTR relay.example.co.jp.\n"
		zones := append(parse(t, "example.co.jp.", text), parse(t, "113.0.203.in-addr.arpa.", reverse)...)
		report, err := checks.Audit(context.Background(), "example.co.jp.", resolver.Overlay(zones, resolver.Nothing()), []*checks.Check{cross.Check}, checks.Options{SkipTrials: true})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range report.Findings {
			if f.Rule == cross.NoReverse || f.Rule == cross.Unconfirmed {
				got = append(got, f.Severity.String()+" "+f.Rule.ID+" "+f.Name)
			}
		}
		if strings.Join(got, "; ") != strings.Join(tt.want, "; ") {
			t.Errorf("%s (%s): %v, want %v", tt.spf, tt.why, got, tt.want)
		}
	}
}

func parse(t *testing.T, apex, text string) []*resolver.Zone {
	t.Helper()
	zones, err := zone.Parse(apex+"zone", strings.NewReader("$ORIGIN "+apex+"\n"+text), zone.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return zones
}
