package resolver_test

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"mailauth/resolver"
)

// wire is a network in memory, for bubbles of virtual time. Every connection
// leads to a server that says NXDOMAIN, but the first mute ones say nothing.
type wire struct {
	mute          int32
	authoritative bool
	asked, dialed atomic.Int32
	open          atomic.Int32
}

func (w *wire) dialer() resolver.Option {
	return resolver.WithDialer(func(_ context.Context, network, _ string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		mute := w.dialed.Add(1) <= w.mute
		w.open.Add(1)
		go w.serve(theirs, network, mute)
		return ours, nil
	})
}

func (w *wire) serve(conn net.Conn, network string, mute bool) {
	defer w.open.Add(-1)
	buf := make([]byte, 4096)
	for {
		msg, err := readMessage(conn, network, buf)
		if err != nil {
			return
		}
		w.asked.Add(1)
		var query dns.Msg
		if mute || query.Unpack(msg) != nil {
			continue
		}
		reply := new(dns.Msg).SetRcode(&query, dns.RcodeNameError)
		reply.RecursionAvailable, reply.Authoritative = !w.authoritative, w.authoritative
		raw, err := reply.Pack()
		if err != nil {
			return
		}
		if network == "tcp" {
			raw = append(binary.BigEndian.AppendUint16(nil, uint16(len(raw))), raw...)
		}
		if _, err := conn.Write(raw); err != nil {
			return
		}
	}
}

func readMessage(conn net.Conn, network string, buf []byte) ([]byte, error) {
	if network != "tcp" {
		n, err := conn.Read(buf)
		return buf[:n], err
	}
	if _, err := io.ReadFull(conn, buf[:2]); err != nil {
		return nil, err
	}
	msg := buf[:binary.BigEndian.Uint16(buf)]
	_, err := io.ReadFull(conn, msg)
	return msg, err
}

// inBubble runs a test over UDP and over TCP.
func inBubble(t *testing.T, w func() *wire, test func(*testing.T, *wire, *resolver.Client), opts ...resolver.Option) {
	for _, text := range []string{"192.0.2.53", "tcp://192.0.2.53"} {
		synctest.Test(t, func(t *testing.T) {
			server, err := resolver.ParseServer(text)
			if err != nil {
				t.Fatal(err)
			}
			net := w()
			client := resolver.NewClient([]resolver.Server{server}, append(opts, net.dialer())...)
			test(t, net, client)
			client.Close()
			synctest.Wait()
			if n := net.open.Load(); n != 0 {
				t.Errorf("%s: %d sockets are open after Close", text, n)
			}
		})
	}
}

func deaf() *wire { return &wire{mute: 1000} }

func TestClientDefaults(t *testing.T) {
	inBubble(t, deaf, func(t *testing.T, w *wire, client *resolver.Client) {
		start := time.Now()
		_, err := client.Lookup(t.Context(), resolver.Question{Name: "example.co.jp.", Type: resolver.TypeTXT})
		if resolver.KindOf(err) != resolver.Timeout || time.Since(start) != 10*time.Second {
			t.Errorf("error %v after %s, want a timeout after 10 s", err, time.Since(start))
		}
		if w.asked.Load() != 3 {
			t.Errorf("asked %d times, want 3", w.asked.Load())
		}
	})
}

func TestClientObeysSystem(t *testing.T) {
	system := resolver.System{Patience: time.Second, Attempts: 5, Rotate: true}
	inBubble(t, deaf, func(t *testing.T, w *wire, client *resolver.Client) {
		ctx, cancel := context.WithTimeout(t.Context(), 3500*time.Millisecond)
		defer cancel()
		_, err := client.Lookup(ctx, resolver.Question{Name: "example.co.jp.", Type: resolver.TypeTXT})
		if resolver.KindOf(err) != resolver.Timeout || w.asked.Load() != 4 {
			t.Errorf("error %v, asked %d times in 3.5 s, want 4", err, w.asked.Load())
		}
	}, system.Options()...)
}

// TestClientClosesIdleSockets waits until nobody uses them any more.
func TestClientClosesIdleSockets(t *testing.T) {
	inBubble(t, func() *wire { return &wire{} }, func(t *testing.T, w *wire, client *resolver.Client) {
		for range 3 {
			answer, err := client.Lookup(t.Context(), resolver.Question{Name: "example.co.jp.", Type: resolver.TypeTXT})
			if err != nil || answer.Status != resolver.NXDomain {
				t.Fatalf("answer %v, error %v, want NXDOMAIN", answer, err)
			}
			if w.open.Load() != 1 {
				t.Errorf("%d sockets are open after a question, want 1", w.open.Load())
			}
			time.Sleep(30 * time.Second)
			if w.open.Load() != 0 {
				t.Errorf("%d sockets are open half a minute later, want none", w.open.Load())
			}
		}
		if w.dialed.Load() != 3 {
			t.Errorf("dialled %d times, want 3", w.dialed.Load())
		}
	})
}

// TestClientLeavesSilentConnections has a connection that says nothing, as
// when a firewall forgets it; the next one works.
func TestClientLeavesSilentConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{mute: 1}
		server, err := resolver.ParseServer("tcp://192.0.2.53")
		if err != nil {
			t.Fatal(err)
		}
		client := resolver.NewClient([]resolver.Server{server}, w.dialer())
		defer client.Close()
		answer, err := client.Lookup(t.Context(), resolver.Question{Name: "example.co.jp.", Type: resolver.TypeTXT})
		if err != nil || answer.Status != resolver.NXDomain || w.dialed.Load() != 2 {
			t.Errorf("answer %v, error %v, %d connections, want NXDOMAIN over the second", answer, err, w.dialed.Load())
		}
	})
}

func TestClientTimeoutsDoNotAddUp(t *testing.T) {
	inBubble(t, deaf, func(t *testing.T, w *wire, client *resolver.Client) {
		start := time.Now()
		if err := parallel(t.Context(), client, 300); err == nil {
			t.Error("a deaf server answered")
		}
		if waited := time.Since(start); waited != 10*time.Second {
			t.Errorf("300 questions at once waited for %s, want 10 s: they do not wait for each other", waited)
		}
	})
}
