package resolver_test

import (
	"context"
	"errors"
	"fmt"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// parallel asks n different questions at once and returns their errors.
func parallel(ctx context.Context, client *resolver.Client, n int) error {
	var wg sync.WaitGroup
	failures := make([]error, n)
	for i := range n {
		wg.Go(func() {
			_, failures[i] = client.Lookup(ctx, resolver.Question{Name: fmt.Sprintf("h%d.wild.example.co.jp.", i), Type: resolver.TypeTXT})
		})
	}
	wg.Wait()
	return errors.Join(failures...)
}

func TestClientBoundsSockets(t *testing.T) {
	srv := dnstest.Start(t, company(t)...)
	srv.Fault("*", 0, dnstest.Delay(20*time.Millisecond))
	client := srv.Client(t)
	if err := parallel(t.Context(), client, 1000); err != nil {
		t.Fatal(err)
	}
	if srv.Ports() > 16 || srv.Ports() < 2 {
		t.Errorf("1,000 questions at once came from %d ports, want a few", srv.Ports())
	}
}

func TestClientChangesPorts(t *testing.T) {
	srv := dnstest.Start(t, company(t)...)
	client := srv.Client(t)
	for range 10 {
		if err := parallel(t.Context(), client, 50); err != nil {
			t.Fatal(err)
		}
	}
	if srv.Ports() < 3 {
		t.Errorf("500 questions came from %d ports, want sockets to be given up after some use", srv.Ports())
	}
}

func TestClientPipelines(t *testing.T) {
	srv := dnstest.Start(t, company(t)...)
	for _, tt := range []struct {
		server resolver.Server
		most   int
		why    string
	}{
		{srv.TCP(), 1, "one connection carries all"},
		{srv.TLS(t), 1, "over TLS too"},
		{srv.HTTPS(t, false), 9, "one, or a few if the burst is ahead of HTTP/2"},
		{srv.HTTPS(t, true), 9, "HTTP/1.1 has no pipelining that works"},
	} {
		before := srv.Connections()
		client := resolver.NewClient([]resolver.Server{tt.server}, resolver.WithRootCAs(srv.Roots(t)))
		for range 2 {
			if err := parallel(t.Context(), client, 200); err != nil {
				t.Fatalf("%s: %v", tt.server, err)
			}
		}
		if n := srv.Connections() - before; n > tt.most {
			t.Errorf("%s: %d connections for 400 questions, want at most %d: %s", tt.server, n, tt.most, tt.why)
		}
		client.Close()
	}
}

// TestClientSurvivesHangUps has servers that close connections with questions
// under way (RFC 7766 §6.2.4).
func TestClientSurvivesHangUps(t *testing.T) {
	srv := dnstest.Start(t, company(t)...)
	client := resolver.NewClient([]resolver.Server{srv.TCP()})
	defer client.Close()
	for range 3 {
		if err := parallel(t.Context(), client, 5); err != nil {
			t.Fatalf("after idle connections were closed: %v", err)
		}
		srv.HangUp()
	}
	srv.Fault("*", 0, dnstest.HangUp)
	if err := parallel(t.Context(), client, 40); err != nil {
		t.Errorf("from a server that closes after every reply: %v", err)
	}
	srv.Fault("*", 0, dnstest.Times(2, dnstest.UDPOnly))
	if err := parallel(t.Context(), client, 1); err != nil {
		t.Errorf("from a server that closes twice without a reply: %v", err)
	}
	srv.Fault("*", 0, dnstest.UDPOnly)
	if err := parallel(t.Context(), client, 1); resolver.KindOf(err) != resolver.BadReply {
		t.Errorf("from a server that always closes: %v, want a bad reply", err)
	}
}

// running lists the goroutines of the package's client.
func running() (found []string) {
	var b strings.Builder
	_ = pprof.Lookup("goroutine").WriteTo(&b, 2)
	for stack := range strings.SplitSeq(b.String(), "\n\n") {
		for _, part := range []string{"resolver.(*udpPool)", "resolver.(*stream)", "resolver.(*race)", "resolver.(*upstream)"} {
			if strings.Contains(stack, part) {
				found = append(found, stack)
				break
			}
		}
	}
	return found
}

func TestClientCloseLeavesNothing(t *testing.T) {
	srv := dnstest.Start(t, company(t)...)
	srv.Fault("h1.wild.example.co.jp.", 0, dnstest.Drop)
	srv.Fault("*", resolver.TypeMX, dnstest.Truncate, dnstest.TCPOnly)
	client := resolver.NewClient([]resolver.Server{srv.UDP(), srv.TCP(), srv.TLS(t)}, resolver.WithRootCAs(srv.Roots(t)))
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for srv.Count() < 20 { // until all questions are on their way
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	if err := parallel(ctx, client, 20); err == nil {
		t.Error("a dropped question was answered")
	}
	if len(running()) == 0 {
		t.Fatal("no goroutine is running before Close: this test sees nothing")
	}
	client.Close()
	if left := running(); len(left) > 0 {
		t.Errorf("after Close %d goroutines are left:\n%s", len(left), strings.Join(left, "\n\n"))
	}
}

func BenchmarkClient(b *testing.B) {
	for _, delay := range []time.Duration{0, 5 * time.Millisecond} {
		for _, network := range []string{"udp", "tcp"} {
			b.Run(fmt.Sprintf("%s/delay=%s", network, delay), func(b *testing.B) {
				srv := dnstest.Start(b, company(b)...)
				srv.Fault("*", 0, dnstest.Delay(delay))
				server := srv.UDP()
				if network == "tcp" {
					server = srv.TCP()
				}
				client := resolver.NewClient([]resolver.Server{server})
				defer client.Close()
				b.ReportAllocs()
				b.SetParallelism(32)
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						if _, err := client.Lookup(b.Context(), resolver.Question{Name: "example.co.jp.", Type: resolver.TypeTXT}); err != nil {
							b.Error(err)
						}
					}
				})
			})
		}
	}
}
