package resolver

import (
	"context"
	"errors"
	"time"
)

// settle asks the client's servers in turn until one says something about the
// question: NOERROR or NXDOMAIN, from a server that is responsible.
func (c *Client) settle(ctx context.Context, q Query) (Reply, bool, error) {
	r := c.newRace(q, c.order())
	r.accept = func(reply Reply) error {
		if err := rcodeError(q.Question, reply); err != nil {
			return err
		}
		if _, err := readReply(q.Question, reply); err != nil {
			return replyError(q.Question, reply, err)
		}
		return nil
	}
	won, err := r.run(ctx)
	if err != nil {
		return Reply{}, false, err
	}
	return won.reply, won.from.server.authentic(), nil
}

// exchange implements Exchange within the limits of a question.
func (c *Client) exchange(ctx context.Context, q Query) (Reply, error) {
	name, err := CanonicalName(q.Name)
	if err != nil {
		return Reply{}, &Error{Kind: BadName, Question: q.Question, Detail: err.Error(), Err: err}
	}
	q.Name = name
	servers := c.order()
	if q.Server != "" {
		u, err := c.named(q.Server)
		if err != nil {
			return Reply{}, &Error{Kind: Unreachable, Question: q.Question, Server: q.Server, Detail: err.Error(), Err: err}
		}
		servers = []*upstream{u}
	}
	r := c.newRace(q, servers)
	var declined *Reply // the first SERVFAIL or REFUSED: it is a reply too
	r.accept = func(reply Reply) error {
		err := rcodeError(q.Question, reply)
		if kind := KindOf(err); err != nil && (kind == ServFail || kind == Refused) {
			if declined == nil {
				declined = &reply
			}
			return err
		}
		return nil
	}
	won, err := r.run(ctx)
	if err != nil && declined != nil && KindOf(err) != Cancelled {
		return *declined, nil
	}
	return won.reply, err
}

// rcodeError is the error of a reply that decides nothing.
func rcodeError(q Question, reply Reply) error {
	e := &Error{Kind: BadReply, Question: q, Server: reply.Server, Detail: describeRcode(reply)}
	switch reply.Rcode {
	case rcodeSuccess, rcodeNXDomain:
		return nil
	case rcodeServFail:
		e.Kind = ServFail
	case rcodeRefused:
		e.Kind = Refused
	}
	return e
}

// order is the servers as they are to be asked now.
func (c *Client) order() []*upstream {
	if !c.rotate || len(c.servers) < 2 {
		return c.servers
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	first := c.turn % len(c.servers)
	c.turn++
	return append(append([]*upstream(nil), c.servers[first:]...), c.servers[:first]...)
}

// named returns the upstream of a server that a query names; one of the
// client's own if it is meant.
func (c *Client) named(text string) (*upstream, error) {
	server, err := ParseServer(text)
	if err != nil {
		return nil, err
	}
	for _, u := range c.servers {
		if u.server.String() == server.String() {
			return u, nil
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, context.Canceled
	}
	u := c.others[server.String()]
	if u == nil {
		u = newUpstream(c, server)
		c.others[server.String()] = u
	}
	return u, nil
}

// race is one question on its way through the servers. A server that is slow
// is not given up when the next is asked: the first good reply wins.
type race struct {
	query    Query
	tries    []*upstream // still to be asked, in order
	patience time.Duration
	start    func(func())
	accept   func(Reply) error

	pending map[*upstream]int // tries under way, of servers that have not failed
	failed  map[*upstream]bool
	results chan lap
	worst   *Error
}

// lap is what one try came to.
type lap struct {
	from  *upstream
	reply Reply
	err   error
}

func (c *Client) newRace(q Query, servers []*upstream) *race {
	r := &race{
		query: q, start: c.wg.Go,
		pending: map[*upstream]int{}, failed: map[*upstream]bool{},
	}
	for range c.attempts {
		r.tries = append(r.tries, servers...)
	}
	r.results = make(chan lap, len(r.tries))
	r.patience = min(c.patience, c.timeout/time.Duration(len(r.tries)+1))
	return r
}

func (r *race) run(ctx context.Context) (lap, error) {
	if len(r.tries) == 0 {
		return lap{}, &Error{Kind: Unreachable, Question: r.query.Question, Code: "no-server", Detail: "no server is configured"}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	timer := time.NewTimer(r.patience)
	defer timer.Stop()
	r.next(ctx)
	for {
		select {
		case l := <-r.results:
			if l.err == nil {
				l.err = r.accept(l.reply)
			}
			if l.err == nil {
				return l, nil
			}
			r.lose(ctx, l)
			if len(r.pending) > 0 {
				continue
			}
			if !r.next(ctx) {
				return lap{}, r.verdict(ctx)
			}
			timer.Reset(r.patience)
		case <-timer.C:
			if r.next(ctx) {
				timer.Reset(r.patience)
			}
		case <-ctx.Done():
			return lap{}, r.verdict(ctx)
		}
	}
}

// next asks the next server that has not failed.
func (r *race) next(ctx context.Context) bool {
	for len(r.tries) > 0 {
		u := r.tries[0]
		r.tries = r.tries[1:]
		if r.failed[u] {
			continue
		}
		r.pending[u]++
		r.start(func() {
			reply, err := u.try(ctx, r.query)
			r.results <- lap{u, reply, err}
		})
		return true
	}
	return false
}

// lose notes a failure. A server that gave a reply gives the same again; one
// that hung up may be asked again, as after a lost datagram.
func (r *race) lose(ctx context.Context, l lap) {
	if r.pending[l.from]--; r.pending[l.from] <= 0 || !hungUp(l.err) {
		delete(r.pending, l.from)
	}
	r.failed[l.from] = r.failed[l.from] || !hungUp(l.err)
	var e *Error
	if errors.As(l.err, &e) && ctx.Err() == nil && telling(e.Kind) > r.worstSoFar() {
		r.worst = e
	}
}

func (r *race) worstSoFar() int {
	if r.worst == nil {
		return -1
	}
	return telling(r.worst.Kind)
}

// telling ranks errors by what they say about the domain rather than about the
// way to a server.
func telling(kind ErrorKind) int {
	switch kind {
	case ServFail:
		return 5
	case Refused:
		return 4
	case BadReply:
		return 3
	case BadName:
		return 2
	case Timeout:
		return 1
	}
	return 0
}

// verdict is the error of a question that nobody answered.
func (r *race) verdict(ctx context.Context) error {
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return &Error{Kind: Cancelled, Question: r.query.Question, Err: ctx.Err()}
	case ctx.Err() != nil && r.worstSoFar() <= telling(Timeout):
		e := &Error{Kind: Timeout, Question: r.query.Question, Err: ctx.Err()}
		for u := range r.pending {
			e.Server = max(e.Server, u.server.String())
		}
		return e
	}
	return r.worst
}
