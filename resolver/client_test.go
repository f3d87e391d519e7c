package resolver_test

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

func TestClientAnswers(t *testing.T) {
	srv := dnstest.Start(t, company(t)...)
	servers := map[string]resolver.Server{
		"udp": srv.UDP(), "tcp": srv.TCP(), "tls": srv.TLS(t), "https": srv.HTTPS(t, false), "https over HTTP/1.1": srv.HTTPS(t, true),
	}
	for network, server := range servers {
		t.Run(network, func(t *testing.T) {
			client := resolver.NewClient([]resolver.Server{server}, resolver.WithRootCAs(srv.Roots(t)))
			defer client.Close()
			for _, tt := range companyAnswers {
				got, err := client.Lookup(t.Context(), resolver.Question{Name: tt.name, Type: tt.t})
				if err != nil {
					t.Errorf("%s %s (%s): %v", tt.name, tt.t, tt.why, err)
					continue
				}
				if diff := cmp.Diff(tt.want, inShort(got)); diff != "" {
					t.Errorf("%s %s (%s) (-want +got):\n%s", tt.name, tt.t, tt.why, diff)
				}
				if got.Source != server.String() {
					t.Errorf("%s %s: source %q, want %q", tt.name, tt.t, got.Source, server)
				}
			}
		})
	}
}

// faultKinds are the faults that leave a question without an answer.
var faultKinds = []struct {
	fault dnstest.Fault
	want  resolver.ErrorKind
	why   string
}{
	{dnstest.ServFail, resolver.ServFail, "SERVFAIL"},
	{dnstest.Refused, resolver.Refused, "REFUSED"},
	{dnstest.NotImp, resolver.BadReply, "another RCODE"},
	{dnstest.Rcode(1), resolver.BadReply, "FORMERR without EDNS too"},
	{dnstest.Drop, resolver.Timeout, "no reply"},
	{dnstest.WrongID, resolver.Timeout, "a reply with another id is none"},
	{dnstest.WrongQuestion, resolver.Timeout, "a reply to another question is none"},
	{dnstest.Lame, resolver.BadReply, "an upward referral is not NODATA"},
	{dnstest.Garbage, resolver.BadReply, "noise"},
	{dnstest.CutShort, resolver.BadReply, "a message without the answer that it announces is not NODATA"},
	{dnstest.TCPOnly, resolver.Timeout, "no reply over UDP, not even TC"},
}

// enoughFor is how long to wait for an outcome: only where that is a timeout is
// the wait over when the time is, so that a busy machine changes nothing.
func enoughFor(want resolver.ErrorKind) time.Duration {
	if want == resolver.Timeout {
		return 500 * time.Millisecond
	}
	return time.Minute
}

func TestClientErrors(t *testing.T) {
	for _, tt := range faultKinds {
		for _, q := range []resolver.Question{
			{Name: "example.co.jp.", Type: resolver.TypeTXT},
			{Name: "nope.example.co.jp.", Type: resolver.TypeA},
		} {
			t.Run(tt.why+"/"+q.String(), func(t *testing.T) {
				t.Parallel()
				srv := dnstest.Start(t, company(t)...)
				srv.Fault("*", 0, tt.fault)
				client := srv.Client(t, resolver.WithTimeout(enoughFor(tt.want)))
				answer, err := client.Lookup(t.Context(), q)
				if err == nil {
					t.Fatalf("answer %v, want an error", answer)
				}
				if kind := resolver.KindOf(err); kind != tt.want {
					t.Errorf("error %v (kind %q), want %q", err, kind, tt.want)
				}
			})
		}
	}
}

func TestClientChainErrors(t *testing.T) {
	srv := dnstest.Start(t, company(t)...)
	client := srv.Client(t)
	for _, tt := range []struct{ name, why string }{
		{"one.example.co.jp.", "two aliases of each other (the server says SERVFAIL)"},
		{"c0.example.co.jp.", "thirteen links"},
	} {
		answer, err := client.Lookup(t.Context(), resolver.Question{Name: tt.name, Type: resolver.TypeA})
		if err == nil {
			t.Errorf("%s: answer %v, want an error: %s", tt.name, answer, tt.why)
		}
	}
}

func TestClientUnreachable(t *testing.T) {
	srv := dnstest.Start(t)
	closed := resolver.Server{Net: "udp", Addr: netip.MustParseAddrPort("127.0.0.1:1")}
	for _, server := range []resolver.Server{
		closed,
		{Net: "tcp", Addr: closed.Addr},
		{Net: "tls", Addr: closed.Addr, Name: dnstest.ServerName},
		{Net: "https", URL: "https://127.0.0.1:1/dns-query"},
		{Net: "tls", Addr: srv.TLS(t).Addr, Name: "other.example.net"}, // its certificate is for another name
		srv.HTTPS(t, false), // its authority is unknown
	} {
		client := resolver.NewClient([]resolver.Server{server})
		_, err := client.Lookup(t.Context(), resolver.Question{Name: "example.co.jp.", Type: resolver.TypeA})
		if kind := resolver.KindOf(err); err == nil || kind != resolver.Unreachable {
			t.Errorf("%s: error %v (kind %q), want unreachable", server, err, kind)
		}
		client.Close()
	}
	if srv.Count() != 0 {
		t.Errorf("%d questions reached a server whose certificate is wrong", srv.Count())
	}
}

func TestClientUnusableNames(t *testing.T) {
	client := resolver.NewClient(nil)
	defer client.Close()
	for _, name := range []string{"a..example.co.jp.", strings.Repeat("a", 64) + ".example.co.jp.", strings.Repeat("abcdefg.", 32) + "example.co.jp."} {
		_, err := client.Lookup(t.Context(), resolver.Question{Name: name, Type: resolver.TypeA})
		if resolver.KindOf(err) != resolver.BadName {
			t.Errorf("%s: error %v, want an unusable name", name, err)
		}
	}
	if _, err := client.Lookup(t.Context(), resolver.Question{Name: "example.co.jp.", Type: resolver.TypeA}); resolver.KindOf(err) != resolver.Unreachable {
		t.Errorf("without servers: error %v, want unreachable", err)
	}
}

// TestTrapT03RetryAfterTruncationUsesTCP: the same question over UDP would be
// truncated again.
func TestTrapT03RetryAfterTruncationUsesTCP(t *testing.T) {
	var long strings.Builder
	for i := range 40 {
		fmt.Fprintf(&long, "example.co.jp. 300 TXT \"%02d %s\"\n", i, strings.Repeat("x", 100))
	}
	srv := dnstest.Start(t, served(t, "example.co.jp.", long.String()))
	client := srv.Client(t)
	q := resolver.Question{Name: "example.co.jp.", Type: resolver.TypeTXT}
	answer, err := client.Lookup(t.Context(), q)
	if err != nil || len(answer.Records) != 40 {
		t.Fatalf("%d records, error %v, want 40 that do not fit into 1232 octets", len(answer.Records), err)
	}
	if udp, tcp := srv.CountNet("udp"), srv.CountNet("tcp"); udp != 1 || tcp != 1 {
		t.Errorf("%d questions over UDP and %d over TCP, want 1 and 1", udp, tcp)
	}
	client = srv.Client(t, resolver.WithTimeout(300*time.Millisecond))
	srv.Fault("*", 0, dnstest.Truncate, dnstest.UDPOnly)
	if answer, err := client.Lookup(t.Context(), q); err == nil {
		t.Errorf("truncated, and TCP hangs up: answer %v, want an error", answer)
	}
	srv.Fault("*", 0, dnstest.Truncate, dnstest.Drop)
	if answer, err := client.Lookup(t.Context(), q); resolver.KindOf(err) != resolver.Timeout {
		t.Errorf("truncated, and no reply over TCP: answer %v, error %v, want a timeout", answer, err)
	}
	reply, err := client.Exchange(t.Context(), resolver.Query{Question: q, Net: "tcp", RD: true})
	if err == nil {
		t.Errorf("TCP is dropped: reply %v, want an error", reply)
	}
}

func TestClientWithoutEDNS(t *testing.T) {
	for name, fault := range map[string]dnstest.Fault{"FORMERR": dnstest.FormErrToEDNS, "NOTIMP": dnstest.NotImpToEDNS} {
		srv := dnstest.Start(t, company(t)...)
		srv.Fault("*", 0, fault)
		client := srv.Client(t)
		for range 3 {
			answer, err := client.Lookup(t.Context(), resolver.Question{Name: "mail.example.co.jp.", Type: resolver.TypeA})
			if err != nil || len(answer.Records) != 1 {
				t.Fatalf("%s: answer %v, error %v, want one record", name, answer, err)
			}
		}
		if srv.Count() != 4 {
			t.Errorf("%s: %d questions for three look-ups, want 4: the client remembers", name, srv.Count())
		}
	}
}

// TestClientAsksOn has a server that gives one link at a time.
func TestClientAsksOn(t *testing.T) {
	alias, target := record(t, "www.example.co.jp. 60 CNAME host.example.net."), record(t, "host.example.net. 30 A 198.51.100.7")
	srv := dnstest.StartFunc(t, func(q resolver.Query) resolver.Reply {
		switch q.Name {
		case alias.Name:
			return resolver.Reply{RA: true, Answer: []resolver.Record{alias}}
		case target.Name:
			return resolver.Reply{RA: true, Answer: []resolver.Record{target}}
		}
		return resolver.Reply{RA: true, Rcode: 3}
	})
	client := srv.Client(t)
	got, err := client.Lookup(t.Context(), resolver.Question{Name: alias.Name, Type: resolver.TypeA})
	want := said{resolver.Data, true, "198.51.100.7", "www.example.co.jp.>host.example.net.", 30}
	if diff := cmp.Diff(want, inShort(got)); err != nil || diff != "" {
		t.Errorf("error %v (-want +got):\n%s", err, diff)
	}
	srv.Fault(target.Name, 0, dnstest.ServFail)
	_, err = client.Lookup(t.Context(), resolver.Question{Name: alias.Name, Type: resolver.TypeA})
	if resolver.KindOf(err) != resolver.ServFail || !strings.HasPrefix(err.Error(), "www.example.co.jp. A: SERVFAIL") {
		t.Errorf("error %v, want SERVFAIL about the asked name", err)
	}
}

func TestClientCancelled(t *testing.T) {
	srv := dnstest.Start(t, company(t)...)
	srv.Fault("*", 0, dnstest.Drop)
	q := resolver.Question{Name: "example.co.jp.", Type: resolver.TypeTXT}
	for _, server := range []resolver.Server{srv.UDP(), srv.TCP(), srv.TLS(t), srv.HTTPS(t, false)} {
		client := resolver.NewClient([]resolver.Server{server}, resolver.WithRootCAs(srv.Roots(t)))
		ctx, cancel := context.WithCancel(t.Context())
		asked := srv.Count()
		go func() {
			for srv.Count() == asked { // until the question is on its way
				time.Sleep(time.Millisecond)
			}
			cancel()
		}()
		if _, err := client.Lookup(ctx, q); resolver.KindOf(err) != resolver.Cancelled {
			t.Errorf("%s: error %v, want cancelled", server, err)
		}
		ctx, cancel = context.WithTimeout(t.Context(), 20*time.Millisecond)
		if _, err := client.Lookup(ctx, q); resolver.KindOf(err) != resolver.Timeout {
			t.Errorf("%s: error %v, want a timeout", server, err)
		}
		cancel()
		client.Close()
		if _, err := client.Lookup(t.Context(), q); resolver.KindOf(err) != resolver.Cancelled {
			t.Errorf("%s: after Close: error %v, want cancelled", server, err)
		}
	}
}
