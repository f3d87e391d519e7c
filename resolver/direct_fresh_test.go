package resolver_test

import (
	"context"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// TestAuthoritativeAboveTheAudited audits shop.example.jp, which is no zone of
// its own: what it depends on stands above it in its organization's zone, and
// the cache still has what was there before.
func TestAuthoritativeAboveTheAudited(t *testing.T) {
	soa := `
		example.jp. 3600 SOA ns1.example.jp. hostmaster.example.jp. 1 7200 900 1209600 300
		example.jp. 3600 NS ns1.example.jp.
		ns1.example.jp. 3600 A 127.0.0.1
	`
	cache := dnstest.Start(t, served(t, "example.jp.", soa+`
		_dmarc.example.jp. 86400 TXT "v=DMARC1; p=none"
		_spf.example.jp. 86400 TXT "v=spf1 ip4:192.0.2.1 -all"
	`), served(t, "example.net.", `
		example.net. 3600 SOA ns1.example.net. hostmaster.example.net. 1 7200 900 1209600 300
		_spf.example.net. 3600 TXT "v=spf1 ip4:203.0.113.0/24 -all"
	`))
	zone := dnstest.New(t, dnstest.Config{Authoritative: true, Zones: []*resolver.Zone{served(t, "example.jp.", soa+`
		shop.example.jp. 300 TXT "v=spf1 include:_spf.example.jp -all"
		_dmarc.example.jp. 300 TXT "v=DMARC1; p=reject"
		_spf.example.jp. 300 TXT "v=spf1 ip4:192.0.2.2 -all"
		sel._domainkey.example.jp. 300 CNAME _spf.example.net.
	`)}})
	fresh := resolver.NewAuthoritative(cache.Client(t), []string{"example.jp."}, resolver.WithAuthorityPort(portOf(t, zone)))
	for _, tt := range []struct {
		name, want string
		cached     bool
		why        string
	}{
		{"shop.example.jp.", `"v=spf1 include:_spf.example.jp -all"`, false, "new: the cache has NXDOMAIN"},
		{"_dmarc.example.jp.", `"v=DMARC1; p=reject"`, false, "the policy, above the audited name"},
		{"_spf.example.jp.", `"v=spf1 ip4:192.0.2.2 -all"`, false, "included, above it too"},
		{"_spf.example.net.", `"v=spf1 ip4:203.0.113.0/24 -all"`, true, "a third party's may come from the cache"},
		{"sel._domainkey.example.jp.", `"v=spf1 ip4:203.0.113.0/24 -all"`, true, "an alias out of the zone"},
	} {
		answer, err := fresh.Lookup(t.Context(), resolver.Question{Name: tt.name, Type: resolver.TypeTXT})
		if err != nil || inShort(answer).Records != tt.want {
			t.Errorf("%s (%s): %v, %v, want %s", tt.name, tt.why, answer, err, tt.want)
			continue
		}
		if got := answer.Records[0].Origin; got.Cached != tt.cached {
			t.Errorf("%s (%s): origin %+v, want cached %v", tt.name, tt.why, got, tt.cached)
		}
		for _, link := range answer.Chain {
			if link.Origin.Cached {
				t.Errorf("%s: the alias %s is in the zone itself, and said to come from a cache", tt.name, link)
			}
		}
	}
}

func portOf(t *testing.T, server *dnstest.Server) uint16 {
	t.Helper()
	addr, err := netip.ParseAddrPort(server.Addr())
	if err != nil {
		t.Fatal(err)
	}
	return addr.Port()
}

// deafZone is a base that knows the servers of a zone and carries no question
// to them.
type deafZone struct {
	*resolver.Client
	known resolver.Resolver
}

func (d deafZone) Lookup(ctx context.Context, q resolver.Question) (resolver.Answer, error) {
	return d.known.Lookup(ctx, q)
}

// TestAuthoritativeObeysTimeout has three servers. All are deaf: the question
// takes as long as any other. The first two are: each costs some patience once.
func TestAuthoritativeObeysTimeout(t *testing.T) {
	known := resolver.Overlay([]*resolver.Zone{served(t, "example.jp.", `
		example.jp. 3600 NS ns1.example.jp.
		example.jp. 3600 NS ns2.example.jp.
		example.jp. 3600 NS ns3.example.jp.
		ns1.example.jp. 3600 A 192.0.2.1
		ns2.example.jp. 3600 A 192.0.2.2
		ns3.example.jp. 3600 A 192.0.2.3
	`)}, resolver.Nothing())
	q := resolver.Question{Name: "example.jp.", Type: resolver.TypeTXT}
	for _, tt := range []struct {
		timeout time.Duration
		mute    int32
		took    time.Duration
		again   time.Duration
		want    resolver.ErrorKind
	}{
		{3 * time.Second, 1000, 3 * time.Second, 3 * time.Second, resolver.Timeout},
		{30 * time.Second, 1000, 30 * time.Second, 30 * time.Second, resolver.Timeout},
		{20 * time.Second, 2, 3 * time.Second, 0, ""},
		{time.Second, 2, time.Second / 2, 0, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := &wire{mute: tt.mute, authoritative: true}
			client := resolver.NewClient(nil, w.dialer(), resolver.WithTimeout(tt.timeout), resolver.WithAttempts(1))
			defer client.Close()
			fresh := resolver.NewAuthoritative(deafZone{client, known}, []string{"example.jp."})
			for _, want := range []time.Duration{tt.took, tt.again} {
				start := time.Now()
				_, err := fresh.Lookup(t.Context(), q)
				if took := time.Since(start); took != want {
					t.Errorf("timeout %s, %d deaf: took %s, want %s", tt.timeout, tt.mute, took, want)
				}
				if (err != nil || tt.want != "") && resolver.KindOf(err) != tt.want {
					t.Errorf("timeout %s, %d deaf: error %v, want %q", tt.timeout, tt.mute, err, tt.want)
				}
			}
		})
	}
}
