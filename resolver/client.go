package resolver

import (
	"context"
	"crypto/x509"
	"net"
	"sync"
	"time"
)

const (
	defaultTimeout  = 10 * time.Second
	defaultPatience = 1500 * time.Millisecond
	defaultAttempts = 3
	ednsSize        = 1232 // octets: never fragmented in practice
)

// Client asks live servers (RFC 1034 §5.3.1, as a stub). Replies are matched by
// server, port, id and question; a truncated one is asked for again over TCP;
// an error of one server leads to the next. Make it with NewClient and end it
// with Close.
type Client struct {
	servers  []*upstream
	timeout  time.Duration
	patience time.Duration
	attempts int
	rotate   bool
	roots    *x509.CertPool
	dial     DialFunc

	life context.Context // ends with Close
	end  context.CancelFunc
	wg   sync.WaitGroup

	mu     sync.Mutex
	closed bool
	turn   int                  // of rotation
	others map[string]*upstream // servers that queries have named
}

// DialFunc connects to "ip:port" over "udp" or "tcp".
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// Option changes how a Client tries.
type Option func(*Client)

// WithTimeout limits a question, its aliases and all tries included. The
// default is 10 s.
func WithTimeout(d time.Duration) Option { return func(c *Client) { c.timeout = d } }

// WithPatience is how long a server is waited for before another one is asked
// too (or the same again, if there is no other). A reply that comes later
// still counts. The default is 1.5 s.
func WithPatience(d time.Duration) Option { return func(c *Client) { c.patience = d } }

// WithAttempts is how often each server is asked before the client only waits.
// The default is 3.
func WithAttempts(n int) Option { return func(c *Client) { c.attempts = max(n, 1) } }

// WithRotation begins each question with another server.
func WithRotation() Option { return func(c *Client) { c.rotate = true } }

// WithRootCAs replaces the system's certificate authorities, for servers asked
// over TLS and HTTPS.
func WithRootCAs(roots *x509.CertPool) Option { return func(c *Client) { c.roots = roots } }

// WithDialer replaces how sockets are made.
func WithDialer(dial DialFunc) Option { return func(c *Client) { c.dial = dial } }

// NewClient returns a client of the servers, asked in this order.
func NewClient(servers []Server, opts ...Option) *Client {
	life, end := context.WithCancel(context.Background())
	c := &Client{
		timeout:  defaultTimeout,
		patience: defaultPatience,
		attempts: defaultAttempts,
		dial:     new(net.Dialer).DialContext,
		life:     life,
		end:      end,
		others:   make(map[string]*upstream),
	}
	for _, opt := range opts {
		opt(c)
	}
	for _, server := range servers {
		c.servers = append(c.servers, newUpstream(c, server))
	}
	return c
}

// Limits returns how long a question may take and how long a server is waited
// for before another one is asked too.
func (c *Client) Limits() (question, server time.Duration) { return c.timeout, c.patience }

// Close stops what is under way, closes all sockets and waits until that is
// done. Questions asked later fail as cancelled.
func (c *Client) Close() error {
	c.mu.Lock()
	c.closed = true
	upstreams := append([]*upstream(nil), c.servers...)
	for _, u := range c.others {
		upstreams = append(upstreams, u)
	}
	c.mu.Unlock()
	c.end()
	for _, u := range upstreams {
		u.close()
	}
	c.wg.Wait()
	return nil
}

// begin limits a question to the client's life and timeout. done must be
// called at its end.
func (c *Client) begin(ctx context.Context) (limited context.Context, done func(), err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, nil, context.Canceled
	}
	c.wg.Add(1)
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	stop := context.AfterFunc(c.life, cancel)
	return limited, func() { stop(); cancel(); c.wg.Done() }, nil
}

// Lookup implements Resolver.
func (c *Client) Lookup(ctx context.Context, q Question) (Answer, error) {
	limited, done, err := c.begin(ctx)
	if err != nil {
		return Answer{}, &Error{Kind: Cancelled, Question: q, Err: err}
	}
	defer done()
	answer, err := follow(limited, q, func(ctx context.Context, q Question) (Reply, bool, error) {
		return c.settle(ctx, Query{Question: q, RD: true})
	})
	return answer, err
}

// Exchange implements Resolver: the reply may have any RCODE. Server is any
// that ParseServer reads, without a port or way the usual ones; empty, the
// client's servers are asked in turn until one gives neither SERVFAIL nor
// REFUSED. Net "udp" returns a truncated reply as it is; servers asked over
// TLS and HTTPS have no other Net.
func (c *Client) Exchange(ctx context.Context, q Query) (Reply, error) {
	limited, done, err := c.begin(ctx)
	if err != nil {
		return Reply{}, &Error{Kind: Cancelled, Question: q.Question, Err: err}
	}
	defer done()
	return c.exchange(limited, q)
}
