package resolver

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"sync/atomic"
	"syscall"
)

// upstream is one server with the ways to it.
type upstream struct {
	server Server
	udp    carrier // nil but for udp servers
	main   carrier // the stream or HTTPS; for udp servers the way of truncated replies
	noEDNS atomic.Bool
}

func newUpstream(c *Client, server Server) *upstream {
	u := &upstream{server: server}
	addr := server.Addr.String()
	dial := func(network string) func(context.Context) (net.Conn, error) {
		return func(ctx context.Context) (net.Conn, error) { return c.dial(ctx, network, addr) }
	}
	switch server.Net {
	case netHTTPS:
		u.main = newHTTPSCarrier(server.URL, c.roots, c.dial)
	case netTLS:
		config := &tls.Config{ServerName: server.Name, RootCAs: c.roots, MinVersion: tls.VersionTLS12, NextProtos: []string{"dot"}}
		u.main = newStreamPool(c.life, &c.wg, func(ctx context.Context) (net.Conn, error) {
			return dialTLS(ctx, dial(netTCP), config)
		})
	case netTCP:
		u.main = newStreamPool(c.life, &c.wg, dial(netTCP))
	default:
		u.udp = newUDPPool(c.life, &c.wg, dial(netUDP))
		u.main = newStreamPool(c.life, &c.wg, dial(netTCP))
	}
	return u
}

func dialTLS(ctx context.Context, dial func(context.Context) (net.Conn, error), config *tls.Config) (net.Conn, error) {
	conn, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	secured := tls.Client(conn, config)
	if err := secured.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return secured, nil
}

func (u *upstream) close() {
	if u.udp != nil {
		u.udp.close()
	}
	u.main.close()
}

// try asks the server once; once more without EDNS if it is that which the
// server does not understand (RFC 6891 §7). Any RCODE is a success.
func (u *upstream) try(ctx context.Context, q Query) (Reply, error) {
	if !q.DO && u.noEDNS.Load() {
		return u.ask(ctx, q, false)
	}
	reply, err := u.ask(ctx, q, true)
	if err != nil || !(reply.Rcode == rcodeFormErr || reply.Rcode == rcodeNotImp || reply.Rcode == rcodeBadVers) {
		return reply, err
	}
	plain, err := u.ask(ctx, q, false)
	if err != nil {
		return reply, nil // it is the first reply that says what is wrong
	}
	if plain.Rcode == rcodeSuccess || plain.Rcode == rcodeNXDomain {
		u.noEDNS.Store(true)
	}
	return plain, nil
}

// ask sends one message, over TCP if the reply over UDP is truncated.
func (u *upstream) ask(ctx context.Context, q Query, edns bool) (Reply, error) {
	msg, err := packQuery(q, edns)
	if err != nil {
		return Reply{}, &Error{Kind: BadName, Question: q.Question, Detail: err.Error(), Err: err}
	}
	if u.udp != nil && q.Net != netTCP {
		reply, err := u.carry(ctx, q, u.udp, msg, netUDP)
		if err != nil || !reply.TC || q.Net == netUDP {
			return reply, err
		}
	}
	network := u.server.Net
	if network == netUDP {
		network = netTCP
	}
	reply, err := u.carry(ctx, q, u.main, msg, network)
	if err == nil && reply.TC {
		err = u.error(ctx, q, badReplyf("truncated although it came over %s", network))
	}
	return reply, err
}

func (u *upstream) carry(ctx context.Context, q Query, way carrier, msg []byte, network string) (Reply, error) {
	parcel, err := way.carry(ctx, msg)
	if err != nil {
		return Reply{}, u.error(ctx, q, err)
	}
	reply, err := unpackReply(parcel, u.server.String(), network)
	if err != nil {
		return Reply{}, u.error(ctx, q, err)
	}
	reply.Trusted = u.server.authentic()
	return reply, nil
}

// error says of which kind a failure is.
func (u *upstream) error(ctx context.Context, q Query, err error) *Error {
	e := &Error{Kind: Unreachable, Question: q.Question, Server: u.server.String(), Detail: plainText(err), Err: err}
	var bad badReply
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		e.Kind, e.Detail = Cancelled, ""
	case ctx.Err() != nil:
		e.Kind, e.Detail = Timeout, ""
	case errors.As(err, &bad):
		e.Kind = BadReply
	case hungUp(err):
		e.Kind, e.Detail = BadReply, errLost.Error()
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		e.Kind = Timeout
	}
	return e
}

// hungUp reports whether a server closed the connection instead of replying.
func hungUp(err error) bool {
	return errors.Is(err, errLost) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}

// plainText leaves out of a network error the addresses of the sockets, which
// differ from run to run.
func plainText(err error) string {
	var request *url.Error
	if errors.As(err, &request) {
		err = request.Err
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		return op.Err.Error()
	}
	return err.Error()
}
