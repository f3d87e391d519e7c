package resolver

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync"

	"github.com/miekg/dns"
)

const dnsMessage = "application/dns-message" // RFC 8484 §6

// httpsCarrier asks over HTTPS (RFC 8484 §4.1), by POST. HTTP/2 carries the
// questions side by side; the host is found by the operating system.
type httpsCarrier struct {
	url       string
	client    *http.Client
	transport *http.Transport
	first     chan struct{} // one place: to be the first to connect
	connected chan struct{} // closed when a connection was used
	once      sync.Once
}

func newHTTPSCarrier(url string, roots *x509.CertPool, dial func(ctx context.Context, network, addr string) (net.Conn, error)) *httpsCarrier {
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dial,
		TLSClientConfig:     &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: streamDials,
		ForceAttemptHTTP2:   true,
		MaxConnsPerHost:     streamSlots,
		MaxIdleConnsPerHost: streamSlots,
		IdleConnTimeout:     3 * streamIdle,
	}
	client := &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &httpsCarrier{url: url, client: client, transport: transport, first: make(chan struct{}, 1), connected: make(chan struct{})}
}

// queue lets one question connect before the others begin: each of them would
// dial, as long as nobody knows that the server speaks HTTP/2. leave must be
// called when the question is done.
func (c *httpsCarrier) queue(ctx context.Context) (traced context.Context, leave func(), err error) {
	select {
	case <-c.connected:
		return ctx, func() {}, nil
	default:
	}
	select {
	case <-c.connected:
		return ctx, func() {}, nil
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	case c.first <- struct{}{}:
	}
	trace := &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { c.once.Do(func() { close(c.connected) }) }}
	return httptrace.WithClientTrace(ctx, trace), func() { <-c.first }, nil
}

func (c *httpsCarrier) carry(ctx context.Context, query []byte) (parcel, error) {
	ctx, leave, err := c.queue(ctx)
	if err != nil {
		return parcel{}, err
	}
	defer leave()
	query = bytes.Clone(query)
	query[0], query[1] = 0, 0 // RFC 8484 §4.1: an id of 0, for caches
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(query))
	if err != nil {
		return parcel{}, err
	}
	req.Header.Set("Content-Type", dnsMessage)
	req.Header.Set("Accept", dnsMessage)
	req.Header.Set("User-Agent", "mailauth")
	resp, err := c.client.Do(req)
	if err != nil {
		return parcel{}, err
	}
	defer resp.Body.Close()
	return readHTTPReply(resp, query)
}

func readHTTPReply(resp *http.Response, query []byte) (parcel, error) {
	if resp.StatusCode != http.StatusOK {
		return parcel{}, badReplyf("HTTP status %d, expected 200", resp.StatusCode)
	}
	if media, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); media != dnsMessage {
		return parcel{}, badReplyf("content type %q, expected %s", resp.Header.Get("Content-Type"), dnsMessage)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, dns.MaxMsgSize+1))
	if err != nil {
		return parcel{}, fmt.Errorf("reading the reply: %w", err)
	}
	if len(body) > dns.MaxMsgSize {
		return parcel{}, badReplyf("more than %d octets", dns.MaxMsgSize)
	}
	if !answers(query, body) {
		return parcel{}, badReplyf("the reply is to another question")
	}
	age, _ := strconv.ParseUint(resp.Header.Get("Age"), 10, 31) // RFC 8484 §5.1; none counts as 0
	return parcel{msg: body, age: uint32(age)}, nil
}

func (c *httpsCarrier) close() { c.transport.CloseIdleConnections() }
