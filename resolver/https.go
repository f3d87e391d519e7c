package resolver

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// HTTPS is the Fetcher that goes to the network. It finds addresses through
// Resolver, so that a proposed zone decides where a policy is fetched from,
// and talks to public addresses only. Proxies of the environment are not used.
type HTTPS struct {
	Resolver Resolver
	// Roots are the trusted certificates; nil means the system's.
	Roots *x509.CertPool
	// Timeout is for the whole fetch, from the first question to the last octet
	// of the body; 0 means 10 s.
	Timeout time.Duration
	// AllowPrivate permits loopback, private and other special addresses.
	AllowPrivate bool
	// UserAgent is sent as it is; "" sends "mailauth".
	UserAgent string
	// Now is the clock that certificates are judged by; nil is time.Now.
	Now func() time.Time
}

// Limits on what a stranger's server can make us do.
const (
	defaultFetchTimeout = 10 * time.Second
	maxFetchHeader      = 32 << 10 // octets of response header
	maxFetchAddresses   = 6        // addresses tried for one host
)

// Fetch implements Fetcher.
func (h *HTTPS) Fetch(ctx context.Context, request FetchRequest) (FetchResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(h.Timeout, defaultFetchTimeout))
	defer cancel()
	response, failure := h.fetch(ctx, request)
	switch {
	case ctx.Err() != nil:
		// Whatever broke, it broke because time was up. A body that came is not
		// believed either: a server that sees us hang up may end it properly.
		ended := endedFetch(ctx, request.URL)
		if failure != nil {
			ended.Address = failure.Address
		}
		return FetchResponse{}, ended
	case failure != nil:
		failure.URL = request.URL
		return FetchResponse{}, failure
	}
	return response, nil
}

func (h *HTTPS) fetch(ctx context.Context, request FetchRequest) (FetchResponse, *FetchError) {
	target, err := parseFetchURL(request.URL)
	if err != nil {
		return FetchResponse{}, &FetchError{Kind: FetchBadURL, Detail: err.Error()}
	}
	addrs, failure := h.addresses(ctx, target.host)
	if failure != nil {
		return FetchResponse{}, failure
	}
	conn, failure := h.connect(ctx, target, addrs)
	if failure != nil {
		return FetchResponse{}, failure
	}
	defer conn.Close()
	response, failure := h.get(ctx, conn, target, request)
	if failure != nil {
		failure.Address = conn.RemoteAddr().String()
	}
	return response, failure
}

// connect opens a verified TLS connection. It goes through the addresses until
// one accepts; what happens there is the outcome, so that one bad certificate
// is not hidden by a good one.
func (h *HTTPS) connect(ctx context.Context, target fetchTarget, addrs []netip.Addr) (*tls.Conn, *FetchError) {
	var failure *FetchError
	for i, addr := range addrs {
		address := netip.AddrPortFrom(addr, target.port).String()
		conn, err := dialWithin(ctx, address, len(addrs)-i)
		if err != nil {
			failure = &FetchError{Kind: FetchUnreachable, Address: address, Detail: detailOf(err), Err: err}
			if netError, ok := errors.AsType[net.Error](err); ok && netError.Timeout() {
				failure.Kind = FetchTimeout
			}
			continue
		}
		secure := tls.Client(conn, &tls.Config{
			ServerName: target.host, RootCAs: h.Roots, Time: h.Now,
			MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
		})
		if err := secure.HandshakeContext(ctx); err != nil {
			conn.Close()
			return nil, tlsFailure(address, err)
		}
		return secure, nil
	}
	return nil, failure
}

// dialWithin dials with a fair share of the time left, for one of n addresses.
func dialWithin(ctx context.Context, address string, n int) (net.Conn, error) {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(deadline)/time.Duration(n))
		defer cancel()
	}
	var dialer net.Dialer
	return dialer.DialContext(ctx, "tcp", address)
}

func tlsFailure(address string, err error) *FetchError {
	failure := &FetchError{Kind: FetchTLS, Address: address, Detail: detailOf(err), Err: err}
	if refused, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		failure.Certificates = refused.UnverifiedCertificates
		failure.Detail = refused.Err.Error()
	}
	return failure
}

// get sends the request over an open connection. RoundTrip follows nothing:
// RFC 8461 §3.3 forbids redirects, and we return them to be judged.
func (h *HTTPS) get(ctx context.Context, conn *tls.Conn, target fetchTarget, request FetchRequest) (FetchResponse, *FetchError) {
	message, err := http.NewRequestWithContext(ctx, http.MethodGet, target.url, nil)
	if err != nil {
		return FetchResponse{}, &FetchError{Kind: FetchBadURL, Detail: err.Error(), Err: err}
	}
	message.Header.Set("User-Agent", cmp.Or(h.UserAgent, "mailauth"))
	if request.Accept != "" {
		message.Header.Set("Accept", request.Accept)
	}
	transport := &http.Transport{
		DialTLSContext:         func(context.Context, string, string) (net.Conn, error) { return conn, nil },
		DisableKeepAlives:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxFetchHeader,
	}
	reply, err := transport.RoundTrip(message)
	if err != nil {
		return FetchResponse{}, &FetchError{Kind: FetchHTTP, Detail: detailOf(err), Err: err}
	}
	defer reply.Body.Close()
	body, failure := readBody(reply.Body, request.limit())
	if failure != nil {
		return FetchResponse{}, failure
	}
	state := conn.ConnectionState()
	return FetchResponse{
		Status: reply.StatusCode, Header: keptHeader(reply.Header), Body: body,
		Certificates: state.PeerCertificates, TLSVersion: state.Version, Address: conn.RemoteAddr().String(),
	}, nil
}

func readBody(body io.Reader, limit int64) ([]byte, *FetchError) {
	data, err := io.ReadAll(io.LimitReader(body, limit+1))
	switch {
	case err != nil:
		return nil, &FetchError{Kind: FetchHTTP, Detail: "the body broke off: " + detailOf(err), Err: err}
	case int64(len(data)) > limit:
		return nil, &FetchError{Kind: FetchTooLarge, Detail: fmt.Sprintf("the body is longer than %d octets", limit)}
	}
	return data, nil
}

func keptHeader(header http.Header) http.Header {
	kept := http.Header{}
	for _, name := range KeptHeaders() {
		for _, value := range header.Values(name) {
			kept.Add(name, strings.ToValidUTF8(value, "\uFFFD"))
		}
	}
	return kept
}

// detailOf is the text of an error without local addresses and ports, which
// would differ from run to run.
func detailOf(err error) string {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err.Error()
	}
	return err.Error()
}
