package resolver_test

import (
	"context"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

func TestClientTriesOtherServers(t *testing.T) {
	q := resolver.Question{Name: "mail.example.co.jp.", Type: resolver.TypeA}
	good := dnstest.Start(t, company(t)...)
	dead := resolver.Server{Net: "udp", Addr: netip.MustParseAddrPort("127.0.0.1:1")}
	with := func(fault dnstest.Fault) resolver.Server {
		srv := dnstest.Start(t, company(t)...)
		srv.Fault("*", 0, fault)
		return srv.UDP()
	}
	for _, tt := range []struct {
		servers []resolver.Server
		want    resolver.ErrorKind // "": an answer
		why     string
	}{
		{[]resolver.Server{with(dnstest.ServFail), good.UDP()}, "", "SERVFAIL: the next server is asked"},
		{[]resolver.Server{with(dnstest.Refused), good.UDP()}, "", "REFUSED too"},
		{[]resolver.Server{with(dnstest.Drop), good.UDP()}, "", "no reply"},
		{[]resolver.Server{with(dnstest.Lame), good.UDP()}, "", "a lame server"},
		{[]resolver.Server{with(dnstest.Garbage), good.UDP()}, "", "noise"},
		{[]resolver.Server{dead, good.UDP()}, "", "nobody listens there"},
		{[]resolver.Server{with(dnstest.Times(1, dnstest.Drop))}, "", "one server: the lost question is asked again"},
		{[]resolver.Server{with(dnstest.Delay(150 * time.Millisecond))}, "", "late is not too late, although it was asked again"},
		{[]resolver.Server{dead, with(dnstest.Refused)}, resolver.Refused, "REFUSED says more than an unreachable server"},
		{[]resolver.Server{with(dnstest.Refused), with(dnstest.ServFail)}, resolver.ServFail, "SERVFAIL says most: a server tried"},
		{[]resolver.Server{with(dnstest.ServFail), with(dnstest.Refused), dead}, resolver.ServFail, "whatever comes last"},
		{[]resolver.Server{with(dnstest.Drop), dead}, resolver.Timeout, "one of them may be there"},
		{[]resolver.Server{dead}, resolver.Unreachable, "at once, without a timeout"},
	} {
		client := resolver.NewClient(tt.servers, resolver.WithTimeout(enoughFor(tt.want)), resolver.WithPatience(40*time.Millisecond))
		answer, err := client.Lookup(t.Context(), q)
		switch {
		case tt.want == "" && (err != nil || len(answer.Records) != 1):
			t.Errorf("%s: answer %v, error %v, want one record", tt.why, answer, err)
		case tt.want != "" && (err == nil || resolver.KindOf(err) != tt.want):
			t.Errorf("%s: error %v, want %s", tt.why, err, tt.want)
		}
		client.Close()
	}
}

// The silent server is waited for until the time is over, which therefore is
// enough for the other one on a busy machine too.
func TestClientSilenceSaysLessThanServFail(t *testing.T) {
	t.Parallel()
	silent, broken := dnstest.Start(t), dnstest.Start(t)
	silent.Fault("*", 0, dnstest.Drop)
	broken.Fault("*", 0, dnstest.ServFail)
	client := resolver.NewClient([]resolver.Server{silent.UDP(), broken.UDP()}, resolver.WithTimeout(3*time.Second), resolver.WithPatience(40*time.Millisecond))
	defer client.Close()
	if _, err := client.Lookup(t.Context(), resolver.Question{Name: "example.co.jp.", Type: resolver.TypeA}); resolver.KindOf(err) != resolver.ServFail {
		t.Errorf("error %v, want SERVFAIL", err)
	}
}

func TestClientRotates(t *testing.T) {
	a, b := dnstest.Start(t, company(t)...), dnstest.Start(t, company(t)...)
	client := resolver.NewClient([]resolver.Server{a.UDP(), b.UDP()}, resolver.WithRotation())
	defer client.Close()
	for range 10 {
		if _, err := client.Lookup(t.Context(), resolver.Question{Name: "example.co.jp.", Type: resolver.TypeMX}); err != nil {
			t.Fatal(err)
		}
	}
	if a.Count() == 0 || b.Count() == 0 {
		t.Errorf("%d and %d questions, want both servers to be asked", a.Count(), b.Count())
	}
}

// TestClientIgnoresForgedReplies sends lies ahead of every true reply: with
// another id, with the right id and another question, and from another port
// with both right.
func TestClientIgnoresForgedReplies(t *testing.T) {
	srv := dnstest.Start(t, company(t)...)
	srv.Fault("*", 0, dnstest.Forged)
	client := srv.Client(t)
	for range 50 {
		answer, err := client.Lookup(t.Context(), resolver.Question{Name: "example.co.jp.", Type: resolver.TypeTXT})
		if err != nil || len(answer.Records) != 2 {
			t.Fatalf("answer %v, error %v, want the two true records", answer, err)
		}
		for _, r := range answer.Records {
			if text, _ := r.Text(); text == dnstest.Lie {
				t.Fatalf("a forged record was believed: %s", r)
			}
		}
		answer, err = client.Lookup(t.Context(), resolver.Question{Name: "mail.example.co.jp.", Type: resolver.TypeA})
		if err != nil || answer.Status != resolver.Data {
			t.Fatalf("answer %v, error %v, want an address: the forgery says NXDOMAIN", answer, err)
		}
	}
}

func TestClientIPv6(t *testing.T) {
	probe, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skip("this machine has no IPv6 loopback address")
	}
	probe.Close()
	srv := dnstest.New(t, dnstest.Config{Zones: company(t), IP: netip.IPv6Loopback()})
	server, err := resolver.ParseServer(srv.Addr())
	if err != nil {
		t.Fatal(err)
	}
	client := resolver.NewClient([]resolver.Server{server, {Net: "tcp", Addr: server.Addr}})
	defer client.Close()
	answer, err := client.Lookup(t.Context(), resolver.Question{Name: "mail.example.co.jp.", Type: resolver.TypeAAAA})
	if err != nil || len(answer.Records) != 1 || answer.Source != srv.Addr() {
		t.Errorf("answer %v, error %v, want one record from %s", answer, err, srv.Addr())
	}
}

// TestClientAuthentic checks that the AD bit counts only over a way that can
// be trusted (RFC 6840 §5.8).
func TestClientAuthentic(t *testing.T) {
	mx := record(t, "example.co.jp. 600 MX 10 mail.example.co.jp.")
	var ad atomic.Bool
	srv := dnstest.StartFunc(t, func(resolver.Query) resolver.Reply {
		return resolver.Reply{RA: true, AD: ad.Load(), Answer: []resolver.Record{mx}}
	})
	afar := netip.MustParseAddrPort("192.0.2.53:53")
	for _, tt := range []struct {
		server resolver.Server
		ad     bool
		want   bool
		why    string
	}{
		{srv.UDP(), true, true, "loopback"},
		{srv.UDP(), false, false, "no AD bit"},
		{srv.TLS(t), true, true, "over TLS"},
		{srv.HTTPS(t, false), true, true, "over HTTPS"},
		{resolver.Server{Net: "udp", Addr: afar}, true, false, "a server across the network"},
		{resolver.Server{Net: "udp", Addr: afar, TrustAD: true}, true, true, "the system vouches for it"},
	} {
		ad.Store(tt.ad)
		client := resolver.NewClient([]resolver.Server{tt.server}, resolver.WithRootCAs(srv.Roots(t)), redirect(afar.String(), srv.Addr()))
		q := resolver.Question{Name: mx.Name, Type: mx.Type()}
		answer, err := client.Lookup(t.Context(), q)
		if err != nil || answer.Authentic != tt.want {
			t.Errorf("%s: authentic %v, error %v, want %v", tt.why, answer.Authentic, err, tt.want)
		}
		reply, err := client.Exchange(t.Context(), resolver.Query{Question: q, RD: true})
		if err != nil || reply.AD != tt.ad {
			t.Errorf("%s: AD %v of the raw reply, error %v, want it as it came", tt.why, reply.AD, err)
		}
		client.Close()
	}
}

// redirect lets a client reach one address at another.
func redirect(from, to string) resolver.Option {
	return resolver.WithDialer(func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == from {
			address = to
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	})
}

func TestExchange(t *testing.T) {
	asked := make(chan resolver.Query, 8)
	srv := dnstest.StartFunc(t, func(q resolver.Query) resolver.Reply {
		asked <- q
		return resolver.Reply{
			Rcode: 2, AA: true, EDE: []uint16{22, 9},
			Authority:  []resolver.Record{record(t, "example.co.jp. 3600 NS ns1.example.co.jp.")},
			Additional: []resolver.Record{record(t, "ns1.example.co.jp. 3600 A 192.0.2.53")},
		}
	})
	other := dnstest.Start(t)
	client := other.Client(t)
	for _, tt := range []struct {
		query resolver.Query
		net   string
	}{
		{resolver.Query{Server: srv.Addr(), DO: true}, "udp"},
		{resolver.Query{Server: srv.Addr(), CD: true, RD: true, Net: "tcp"}, "tcp"},
		{resolver.Query{Server: "tcp://" + srv.Addr(), RD: true}, "tcp"},
		{resolver.Query{Server: "udp://" + srv.Addr(), Net: "udp"}, "udp"},
	} {
		tt.query.Question = resolver.Question{Name: "example.co.jp.", Type: resolver.TypeA}
		reply, err := client.Exchange(t.Context(), tt.query)
		if err != nil {
			t.Errorf("%+v: %v", tt.query, err)
			continue
		}
		if reply.Rcode != 2 || !reply.AA || reply.RA || reply.Net != tt.net || reply.Size < 12 || len(reply.EDE) != 2 ||
			reply.EDE[0] != 22 || len(reply.Authority) != 1 || len(reply.Additional) != 1 {
			t.Errorf("%+v: reply %+v is not as it was sent", tt.query, reply)
		}
		if seen := <-asked; seen.DO != tt.query.DO || seen.CD != tt.query.CD || seen.RD != tt.query.RD || seen.Net != tt.net {
			t.Errorf("asked %+v, the server saw %+v", tt.query, seen)
		}
	}
	if other.Count() != 0 {
		t.Errorf("the client's own server was asked %d times, want only the one named", other.Count())
	}
	reply, err := client.Exchange(t.Context(), resolver.Query{Question: resolver.Question{Name: "example.co.jp.", Type: resolver.TypeA}, Server: "ns1"})
	if err == nil {
		t.Errorf("server %q: reply %v, want an error", "ns1", reply)
	}
}

func TestExchangeShowsTruncation(t *testing.T) {
	srv := dnstest.Start(t, company(t)...)
	srv.Fault("*", 0, dnstest.Truncate)
	client := srv.Client(t)
	q := resolver.Question{Name: "mail.example.co.jp.", Type: resolver.TypeA}
	for network, truncated := range map[string]bool{"udp": true, "tcp": false, "": false} {
		reply, err := client.Exchange(t.Context(), resolver.Query{Question: q, Net: network, RD: true})
		if err != nil || reply.TC != truncated || (len(reply.Answer) == 0) != truncated {
			t.Errorf("over %q: reply %+v, error %v, want TC %v", network, reply, err, truncated)
		}
	}
}
