package resolver_test

import (
	"context"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// atPort lets a client reach each name server at the loopback port where it
// runs. What it has no place for cannot be reached.
func atPort(places map[string]string) resolver.Option {
	return resolver.WithDialer(func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		if place, ok := places[host]; ok {
			address = place
		} else if host != "127.0.0.1" {
			return nil, &net.OpError{Op: "dial", Net: network, Err: net.UnknownNetworkError("no route to host")}
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	})
}

const freshZone = `
	example.co.jp. 3600 SOA ns1.example.co.jp. hostmaster.example.co.jp. 2 7200 900 1209600 300
	example.co.jp. 3600 NS ns1.example.co.jp.
	example.co.jp. 3600 NS ns2.example.co.jp.
	ns1.example.co.jp. 3600 A 192.0.2.53
	ns2.example.co.jp. 3600 A 192.0.2.54
	ns2.example.co.jp. 3600 AAAA 2001:db8::54
	example.co.jp. 300 TXT "new"
	added.example.co.jp. 300 A 192.0.2.9
	www.example.co.jp. 60 CNAME added.example.co.jp.
	sel._domainkey.example.co.jp. 60 CNAME sel.example.net.
	back.example.co.jp. 60 CNAME back.example.net.
	deep.ent.example.co.jp. 60 TXT "deep"
	shop.example.co.jp. 3600 NS ns.shop.example.co.jp.
	ns.shop.example.co.jp. 3600 A 192.0.2.55
	lost.example.co.jp. 3600 NS ns.lost.example.co.jp.
	ns.lost.example.co.jp. 3600 A 192.0.2.99
`

// freshWorld has a cache with old data, and the name servers of the zone and
// of a delegation that the cache does not know.
func freshWorld(t *testing.T) (base *resolver.Client, zone, cache *dnstest.Server) {
	t.Helper()
	cache = dnstest.Start(t,
		served(t, "example.co.jp.", `
			example.co.jp. 3600 SOA ns1.example.co.jp. hostmaster.example.co.jp. 1 7200 900 1209600 300
			example.co.jp. 3600 NS ns1.example.co.jp.
			example.co.jp. 3600 NS ns2.example.co.jp.
			ns1.example.co.jp. 3600 A 192.0.2.53
			ns2.example.co.jp. 3600 A 192.0.2.54
			ns2.example.co.jp. 3600 AAAA 2001:db8::54
			example.co.jp. 300 TXT "old"
			gone.example.co.jp. 300 A 192.0.2.1
		`),
		served(t, "example.net.", `
			example.net. 3600 SOA ns1.example.net. hostmaster.example.net. 1 7200 900 1209600 300
			sel.example.net. 60 TXT "v=DKIM1; p="
			back.example.net. 60 CNAME gone.example.co.jp.
		`),
	)
	zone = dnstest.New(t, dnstest.Config{Zones: []*resolver.Zone{served(t, "example.co.jp.", freshZone)}, Authoritative: true})
	shop := dnstest.New(t, dnstest.Config{Authoritative: true, Zones: []*resolver.Zone{served(t, "shop.example.co.jp.", `
		shop.example.co.jp. 3600 SOA ns.shop.example.co.jp. hostmaster.example.co.jp. 1 7200 900 1209600 60
		shop.example.co.jp. 3600 NS ns.shop.example.co.jp.
		www.shop.example.co.jp. 60 A 192.0.2.81
	`)}})
	base = cache.Client(t, atPort(map[string]string{"192.0.2.53": zone.Addr(), "192.0.2.54": zone.Addr(), "192.0.2.55": shop.Addr()}))
	return base, zone, cache
}

func TestAuthoritative(t *testing.T) {
	base, zone, cache := freshWorld(t)
	fresh := resolver.NewAuthoritative(base, []string{"example.co.jp."})
	for _, tt := range []struct {
		name string
		t    resolver.Type
		want said
		why  string
	}{
		{"example.co.jp.", resolver.TypeTXT, said{resolver.Data, true, `"new"`, "", 300}, "not what the cache has"},
		{"gone.example.co.jp.", resolver.TypeA, said{resolver.NXDomain, false, "", "", 300}, "removed, and still in the cache"},
		{"added.example.co.jp.", resolver.TypeA, said{resolver.Data, true, "192.0.2.9", "", 300}, "added, and the cache has NXDOMAIN"},
		{"added.example.co.jp.", resolver.TypeTXT, said{resolver.NoData, true, "", "", 300}, "NODATA"},
		{"ent.example.co.jp.", resolver.TypeTXT, said{resolver.NoData, true, "", "", 300}, "an empty non-terminal"},
		{"www.example.co.jp.", resolver.TypeA, said{resolver.Data, true, "192.0.2.9", "www.example.co.jp.>added.example.co.jp.", 60}, "an alias in the zone"},
		{"sel._domainkey.example.co.jp.", resolver.TypeTXT, said{resolver.Data, true, `"v=DKIM1; p="`, "sel._domainkey.example.co.jp.>sel.example.net.", 60}, "an alias out of the zone"},
		{"back.example.co.jp.", resolver.TypeA, said{resolver.NXDomain, true, "", "back.example.co.jp.>back.example.net.,back.example.net.>gone.example.co.jp.", 60}, "out and back: the cache's old record does not count"},
		{"www.shop.example.co.jp.", resolver.TypeA, said{resolver.Data, true, "192.0.2.81", "", 60}, "a delegation that the cache does not know"},
		{"no.shop.example.co.jp.", resolver.TypeA, said{resolver.NXDomain, false, "", "", 60}, "and NXDOMAIN below it"},
		{"sel.example.net.", resolver.TypeTXT, said{resolver.Data, true, `"v=DKIM1; p="`, "", 60}, "another domain is the base's"},
	} {
		got, err := fresh.Lookup(t.Context(), resolver.Question{Name: tt.name, Type: tt.t})
		if err != nil {
			t.Errorf("%s %s (%s): %v", tt.name, tt.t, tt.why, err)
			continue
		}
		if diff := cmp.Diff(tt.want, inShort(got)); diff != "" {
			t.Errorf("%s %s (%s) (-want +got):\n%s", tt.name, tt.t, tt.why, diff)
		}
		if got.Authentic {
			t.Errorf("%s %s: authentic, although nobody validated it", tt.name, tt.t)
		}
	}
	if n := cache.CountOf("example.co.jp.", resolver.TypeTXT); n != 0 {
		t.Errorf("the cache was asked %d times for what must be fresh", n)
	}
	if zone.Count() == 0 {
		t.Error("the zone's own server was not asked")
	}
}

func TestAuthoritativeErrors(t *testing.T) {
	base, zone, _ := freshWorld(t)
	fresh := resolver.NewAuthoritative(base, []string{"example.co.jp."})
	ask := func(name string) error {
		answer, err := fresh.Lookup(t.Context(), resolver.Question{Name: name, Type: resolver.TypeA})
		if err == nil {
			t.Errorf("%s: answer %v, want an error", name, answer)
		}
		return err
	}
	if err := ask("www.lost.example.co.jp."); resolver.KindOf(err) != resolver.Unreachable || !strings.HasPrefix(err.Error(), "www.lost.example.co.jp. A: ") {
		t.Errorf("a delegation whose server is not there: %v, want unreachable", err)
	}
	for _, tt := range []struct {
		fault dnstest.Fault
		want  resolver.ErrorKind
	}{
		{dnstest.ServFail, resolver.ServFail},
		{dnstest.Refused, resolver.Refused},
		{dnstest.Lame, resolver.BadReply},
		{dnstest.CutShort, resolver.BadReply},
	} {
		zone.Fault("added.example.co.jp.", 0, tt.fault)
		if err := ask("added.example.co.jp."); resolver.KindOf(err) != tt.want {
			t.Errorf("error %v, want %s", err, tt.want)
		}
	}
}

// TestAuthoritativeTriesAllServers has a zone of which one server is dead, one
// lame and one well.
func TestAuthoritativeTriesAllServers(t *testing.T) {
	const text = `
		example.jp. 3600 SOA ns1.example.jp. hostmaster.example.jp. 1 7200 900 1209600 300
		example.jp. 3600 NS ns1.example.jp.
		example.jp. 3600 NS ns2.example.jp.
		example.jp. 3600 NS ns3.example.jp.
		ns1.example.jp. 3600 A 192.0.2.1
		ns2.example.jp. 3600 A 192.0.2.2
		ns3.example.jp. 3600 A 192.0.2.3
		example.jp. 300 TXT "v=spf1 -all"
	`
	zone := served(t, "example.jp.", text)
	well := dnstest.New(t, dnstest.Config{Zones: []*resolver.Zone{zone}, Authoritative: true})
	lame := dnstest.New(t, dnstest.Config{Authoritative: true})
	client := dnstest.Start(t, zone).Client(t, atPort(map[string]string{"192.0.2.2": lame.Addr(), "192.0.2.3": well.Addr()}))
	fresh := resolver.NewAuthoritative(client, []string{"example.jp."})
	for range 5 {
		answer, err := fresh.Lookup(t.Context(), resolver.Question{Name: "example.jp.", Type: resolver.TypeTXT})
		if err != nil || len(answer.Records) != 1 || answer.Source != "192.0.2.3:53" {
			t.Fatalf("answer %v, error %v, want the record from the one server that is well", answer, err)
		}
	}
	if lame.Count() != 1 {
		t.Errorf("the lame server was asked %d times, want once: it is asked last from then on", lame.Count())
	}
}

func TestFindAuthority(t *testing.T) {
	base, _, _ := freshWorld(t)
	for _, name := range []string{"example.co.jp.", "sel._domainkey.EXAMPLE.co.jp", "a.b.c.example.co.jp."} {
		got, err := resolver.FindAuthority(t.Context(), base, name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var servers []string
		for _, server := range got.Servers {
			servers = append(servers, server.String())
		}
		if got.Zone != "example.co.jp." || strings.Join(got.Hosts, " ") != "ns1.example.co.jp. ns2.example.co.jp." ||
			strings.Join(servers, " ") != "192.0.2.53:53 192.0.2.54:53 [2001:db8::54]:53" {
			t.Errorf("%s: %+v, want the zone example.co.jp. with two servers at three addresses, IPv4 first", name, got)
		}
	}
	if got, err := resolver.FindAuthority(t.Context(), base, "example.net."); err == nil {
		t.Errorf("no name servers up to the root: %+v, want an error", got)
	}
}

// TestAuthoritativeInParallel looks for the zone once, however many ask.
func TestAuthoritativeInParallel(t *testing.T) {
	base, _, cache := freshWorld(t)
	fresh := resolver.NewAuthoritative(base, []string{"example.co.jp."})
	var failed atomic.Int32
	done := make(chan struct{})
	for range 20 {
		go func() {
			defer func() { done <- struct{}{} }()
			if _, err := fresh.Lookup(t.Context(), resolver.Question{Name: "example.co.jp.", Type: resolver.TypeTXT}); err != nil {
				failed.Add(1)
			}
		}()
	}
	for range 20 {
		<-done
	}
	if failed.Load() != 0 || cache.CountOf("example.co.jp.", resolver.TypeNS) != 1 {
		t.Errorf("%d failures, name servers looked up %d times, want 0 and 1", failed.Load(), cache.CountOf("example.co.jp.", resolver.TypeNS))
	}
}

func TestAuthoritativeExchange(t *testing.T) {
	base, zone, cache := freshWorld(t)
	fresh := resolver.NewAuthoritative(base, []string{"example.co.jp."})
	for _, tt := range []struct {
		query resolver.Query
		aa    bool
		why   string
	}{
		{resolver.Query{Question: resolver.Question{Name: "Example.co.jp", Type: resolver.TypeTXT}, RD: true}, true, "of the domain: its own server"},
		{resolver.Query{Question: resolver.Question{Name: "sel.example.net.", Type: resolver.TypeTXT}, RD: true}, false, "of another: the base"},
		{resolver.Query{Question: resolver.Question{Name: "example.co.jp.", Type: resolver.TypeTXT}, Server: cache.Addr(), RD: true}, false, "the server that the query names"},
	} {
		reply, err := fresh.Exchange(t.Context(), tt.query)
		if err != nil || reply.AA != tt.aa || len(reply.Answer) != 1 {
			t.Errorf("%s: %+v, %v, want one record and AA %v", tt.why, reply, err, tt.aa)
		}
	}
	if zone.Count() != 1 {
		t.Errorf("the zone's server was asked %d times, want once", zone.Count())
	}
	if _, err := fresh.Exchange(t.Context(), resolver.Query{Question: resolver.Question{Name: "a..example.co.jp."}}); resolver.KindOf(err) != resolver.BadName {
		t.Errorf("error %v, want an unusable name", err)
	}
}

func TestAuthoritativeNames(t *testing.T) {
	old := served(t, "example.co.jp.", "example.co.jp. 300 TXT \"old\"")
	other := served(t, "example.net.", "example.net. 300 TXT \"other\"")
	fresh, ok := resolver.NewAuthoritative(resolver.Overlay([]*resolver.Zone{old, other}, resolver.NoResolver()), []string{"example.co.jp."}).(resolver.NameLister)
	if !ok {
		t.Fatal("no NameLister")
	}
	if names, complete := fresh.Names("example.co.jp."); len(names) != 0 || complete {
		t.Errorf("names of the domain: %v, complete %v, want none known", names, complete)
	}
	if names, _ := fresh.Names("example.net."); len(names) != 1 {
		t.Errorf("names elsewhere: %v, want those of the base", names)
	}
}
