package resolver_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

const policyHost = "mta-sts.example.co.jp"

func TestFetchPolicy(t *testing.T) {
	ca := newAuthority(t)
	const policy = "version: STSv1\r\nmode: enforce\r\nmx: mail.example.co.jp\r\nmax_age: 604800\r\n"
	port := ca.serve(t, policyHost, func(w http.ResponseWriter, r *http.Request) {
		if r.Host != fmt.Sprintf("%s:%s", policyHost, r.URL.Port()) && !strings.HasPrefix(r.Host, policyHost+":") {
			t.Errorf("Host header %q, want %s", r.Host, policyHost)
		}
		if got := r.Header.Get("Accept"); got != "text/plain" {
			t.Errorf("Accept %q, want text/plain", got)
		}
		if got := r.Header.Get("User-Agent"); got != "mailauth" {
			t.Errorf("User-Agent %q, want mailauth", got)
		}
		if got := r.Header.Get("Accept-Encoding"); got != "" {
			t.Errorf("Accept-Encoding %q, want none", got)
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Set-Cookie", "a=b")
		io.WriteString(w, policy)
	})
	url := "https://MTA-STS.example.co.jp:" + port + "/.well-known/mta-sts.txt#top"
	got, err := ca.fetcher().Fetch(t.Context(), resolver.FetchRequest{URL: url, Accept: "text/plain"})
	if err != nil {
		t.Fatal(err)
	}
	if got.Status != 200 || string(got.Body) != policy || got.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("got %d %q %v, want 200 with the policy", got.Status, got.Body, got.Header)
	}
	if len(got.Header) != 1 {
		t.Errorf("header %v, want only those that are kept", got.Header)
	}
	if len(got.Certificates) != 1 || got.Certificates[0].VerifyHostname(policyHost) != nil {
		t.Errorf("certificates %v, want the leaf for %s", got.Certificates, policyHost)
	}
	if got.TLSVersion != tls.VersionTLS13 || got.Address != "127.0.0.1:"+port {
		t.Errorf("TLS %x with %s, want TLS 1.3 with 127.0.0.1:%s", got.TLSVersion, got.Address, port)
	}
}

// TestTrapT31FetchFollowsNoRedirect: RFC 8461 §3.3 forbids it for policies.
func TestTrapT31FetchFollowsNoRedirect(t *testing.T) {
	ca := newAuthority(t)
	var requests atomic.Int32
	port := ca.serve(t, policyHost, func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		http.Redirect(w, r, "/elsewhere", http.StatusMovedPermanently)
	})
	got, err := ca.fetcher().Fetch(t.Context(), ca.request(port))
	if err != nil || got.Status != 301 || got.Header.Get("Location") != "/elsewhere" {
		t.Errorf("got %d %v, %v, want the 301 itself", got.Status, got.Header, err)
	}
	if requests.Load() != 1 {
		t.Errorf("%d requests, want 1", requests.Load())
	}
}

func TestTrapT31FetchHasASizeCap(t *testing.T) {
	ca := newAuthority(t)
	port := ca.serve(t, policyHost, func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush() // no Content-Length: the size shows only while reading
		w.Write(bytes.Repeat([]byte("x"), resolver.DefaultFetchBytes))
	})
	tests := []struct {
		max int64
		ok  bool
		why string
	}{
		{0, true, "exactly the default limit"},
		{resolver.DefaultFetchBytes - 1, false, "one octet over"},
		{10, false, "far over"},
		{1 << 20, true, "under a limit of one's own"},
	}
	for _, test := range tests {
		request := ca.request(port)
		request.MaxBytes = test.max
		got, err := ca.fetcher().Fetch(t.Context(), request)
		if test.ok && (err != nil || len(got.Body) != resolver.DefaultFetchBytes) {
			t.Errorf("MaxBytes %d: %d octets, %v, want all of them: %s", test.max, len(got.Body), err, test.why)
		}
		if !test.ok && fetchKind(err) != resolver.FetchTooLarge {
			t.Errorf("MaxBytes %d: %v, want kind %q: %s", test.max, err, resolver.FetchTooLarge, test.why)
		}
	}
}

func TestFetchCertificates(t *testing.T) {
	ca, stranger := newAuthority(t), newAuthority(t)
	hello := func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") }
	tests := []struct {
		why    string
		port   string
		h      *resolver.HTTPS
		detail string
	}{
		{"a certificate for another name", ca.serve(t, "www.example.com", hello), ca.fetcher(), "www.example.com"},
		{"an authority that nobody trusts", stranger.serve(t, policyHost, hello), ca.fetcher(), "unknown authority"},
		{"expired at the time of the clock", ca.serve(t, policyHost, hello), ca.fetcherAt(time.Now().Add(1000 * time.Hour)), "expired"},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			_, err := test.h.Fetch(t.Context(), ca.request(test.port))
			var failure *resolver.FetchError
			if !errors.As(err, &failure) || failure.Kind != resolver.FetchTLS {
				t.Fatalf("%v, want kind %q", err, resolver.FetchTLS)
			}
			if !strings.Contains(failure.Detail, test.detail) || len(failure.Certificates) == 0 || failure.Address == "" {
				t.Errorf("detail %q, %d certificates, address %q; want %q, the chain, the address",
					failure.Detail, len(failure.Certificates), failure.Address, test.detail)
			}
		})
	}
}

func TestFetchBrokenServers(t *testing.T) {
	ca := newAuthority(t)
	certificate := ca.certificate(t, policyHost)
	listen := func(serve func(net.Conn)) string {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { listener.Close() })
		go func() {
			for {
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				go func() { defer conn.Close(); serve(conn) }()
			}
		}()
		_, port, _ := net.SplitHostPort(listener.Addr().String())
		return port
	}
	over := func(text string) string {
		return listen(func(conn net.Conn) {
			secure := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{certificate}})
			secure.Read(make([]byte, 4096))
			io.WriteString(secure, text)
			secure.Close()
		})
	}
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, closedPort, _ := net.SplitHostPort(closed.Addr().String())
	closed.Close()

	tests := []struct {
		why  string
		port string
		want resolver.FetchErrorKind
	}{
		{"nobody listens", closedPort, resolver.FetchUnreachable},
		{"plain text on the port", listen(func(c net.Conn) { io.WriteString(c, "220 mail.example.co.jp ESMTP\r\n") }), resolver.FetchTLS},
		{"TLS, but not HTTP", over("220 mail.example.co.jp ESMTP\r\n"), resolver.FetchHTTP},
		{"no response at all", over(""), resolver.FetchHTTP},
		{"the body ends early", over("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nversion"), resolver.FetchHTTP},
		{"a header without end", over("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 100<<10)), resolver.FetchHTTP},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			_, err := ca.fetcher().Fetch(t.Context(), ca.request(test.port))
			if fetchKind(err) != test.want {
				t.Errorf("%v, want kind %q", err, test.want)
			}
		})
	}
}

// beginBody sends the first line of a body.
func beginBody(w http.ResponseWriter) {
	io.WriteString(w, "version: STSv1\r\n")
	w.(http.Flusher).Flush()
}

func TestTrapT31FetchHasATimeOut(t *testing.T) {
	ca := newAuthority(t)
	slow := ca.fetcher()
	slow.Timeout = 300 * time.Millisecond
	port := ca.serve(t, policyHost, func(w http.ResponseWriter, r *http.Request) {
		beginBody(w)
		<-r.Context().Done() // the rest never comes
	})
	if _, err := slow.Fetch(t.Context(), ca.request(port)); fetchKind(err) != resolver.FetchTimeout {
		t.Errorf("a body that never ends: %v, want kind %q", err, resolver.FetchTimeout)
	}
	synctest.Test(t, func(t *testing.T) { // without a time-out set there is one too
		mute := dnstest.Func(func(ctx context.Context, q resolver.Question) (resolver.Answer, error) {
			<-ctx.Done()
			return resolver.Answer{}, &resolver.Error{Kind: resolver.Timeout, Question: q}
		})
		_, err := (&resolver.HTTPS{Resolver: mute}).Fetch(t.Context(), resolver.FetchRequest{URL: "https://" + policyHost + "/"})
		if fetchKind(err) != resolver.FetchTimeout {
			t.Errorf("a name that is never found: %v, want kind %q", err, resolver.FetchTimeout)
		}
	})
}

func TestFetchCancelled(t *testing.T) {
	ca := newAuthority(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	port := ca.serve(t, policyHost, func(w http.ResponseWriter, r *http.Request) {
		beginBody(w)
		cancel() // somebody presses ^C meanwhile
		<-r.Context().Done()
	})
	if _, err := ca.fetcher().Fetch(ctx, ca.request(port)); fetchKind(err) != resolver.FetchCancelled {
		t.Errorf("stopped by the caller: %v, want kind %q", err, resolver.FetchCancelled)
	}
}

func TestFetchNeverDialsPrivateAddresses(t *testing.T) {
	ca := newAuthority(t)
	var requests atomic.Int32
	port := ca.serve(t, policyHost, func(http.ResponseWriter, *http.Request) { requests.Add(1) })
	h := ca.fetcher()
	h.AllowPrivate = false
	for _, host := range []string{policyHost, "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost"} {
		_, err := h.Fetch(t.Context(), resolver.FetchRequest{URL: "https://" + host + ":" + port + "/"})
		if fetchKind(err) != resolver.FetchForbidden {
			t.Errorf("%s: %v, want kind %q", host, err, resolver.FetchForbidden)
		}
	}
	if requests.Load() != 0 {
		t.Errorf("%d requests reached the loopback server, want none", requests.Load())
	}
}

func TestFetchNames(t *testing.T) {
	ca := newAuthority(t)
	port := ca.serve(t, policyHost, func(http.ResponseWriter, *http.Request) {})
	dead := map[resolver.Type]error{resolver.TypeA: serverFailure, resolver.TypeAAAA: serverFailure}
	tests := []struct {
		why     string
		answers hostAnswers
		want    resolver.FetchErrorKind
	}{
		{"both families known", hostAnswers{a: []string{"127.0.0.1"}}, ""},
		{"AAAA fails, A is there", hostAnswers{a: []string{"127.0.0.1"}, errs: map[resolver.Type]error{resolver.TypeAAAA: serverFailure}}, ""},
		{"A fails, AAAA has none", hostAnswers{errs: map[resolver.Type]error{resolver.TypeA: serverFailure}}, resolver.FetchDNS},
		{"both fail", hostAnswers{errs: dead}, resolver.FetchDNS},
		{"neither exists", hostAnswers{}, resolver.FetchNoAddress},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			h := ca.fetcher()
			h.Resolver = test.answers.resolver()
			_, err := h.Fetch(t.Context(), ca.request(port))
			if fetchKind(err) != test.want {
				t.Fatalf("%v, want kind %q", err, test.want)
			}
			if test.want == resolver.FetchDNS && resolver.KindOf(err) != resolver.ServFail {
				t.Errorf("KindOf(%v) = %q, want the DNS error kept: SERVFAIL", err, resolver.KindOf(err))
			}
		})
	}
}

func TestFetchTriesTheNextAddress(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux answers on the whole of 127.0.0.0/8")
	}
	ca := newAuthority(t)
	port := ca.serve(t, policyHost, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") })
	h := ca.fetcher()
	h.Resolver = hostAnswers{a: []string{"127.0.0.3", "127.0.0.1"}}.resolver()
	got, err := h.Fetch(t.Context(), ca.request(port))
	if err != nil || string(got.Body) != "hello" {
		t.Errorf("%q, %v, want the body from the second address", got.Body, err)
	}
}

func TestFetchURLs(t *testing.T) {
	tests := []struct{ url, detail string }{
		{"http://mta-sts.example.co.jp/", `found scheme "http", expected https`},
		{"ftp://mta-sts.example.co.jp/", `found scheme "ftp", expected https`},
		{"mta-sts.example.co.jp/policy", `found scheme "", expected https`},
		{"https:///policy", "found no host"},
		{"https://user:secret@mta-sts.example.co.jp/", "found a user name"},
		{"https://mta-sts.example.co.jp:0/", `found port "0"`},
		{"https://mta-sts.example.co.jp:70000/", `found port "70000"`},
		{"https://mta-sts..example.co.jp/", "empty label"},
		{"https://\u200d日本.example.jp/", "a name that IDNA allows"},
		{"https://mta-sts.example.co.jp/%zz", "no URL"},
	}
	h := &resolver.HTTPS{Resolver: hostAnswers{}.resolver()}
	for _, test := range tests {
		_, err := h.Fetch(t.Context(), resolver.FetchRequest{URL: test.url})
		if fetchKind(err) != resolver.FetchBadURL || !strings.Contains(err.Error(), test.detail) {
			t.Errorf("%s: %v, want %q with %q", test.url, err, resolver.FetchBadURL, test.detail)
		}
	}
}
