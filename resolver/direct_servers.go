package resolver

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"time"
)

// said is what one server of a zone said.
type said struct {
	server netip.AddrPort
	reply  Reply
	err    error
}

// askServers asks the servers of a zone, the next one when one fails or keeps
// silent for a while, until one is responsible. A server that is slow is not
// given up: the first good reply wins. One that failed or lost is asked last
// from then on.
func (d *direct) askServers(ctx context.Context, zone *Authority, q Query) (Reply, error) {
	servers := d.servers(zone)
	racing, stop := context.WithCancel(ctx)
	defer stop()
	results := make(chan said, len(servers))
	next := time.NewTimer(0)
	defer next.Stop()
	patience := min(d.patience, d.timeout/time.Duration(len(servers)+1))
	var worst *Error
	for asked, heard := 0, 0; heard < len(servers); {
		select {
		case <-next.C:
			if asked == len(servers) {
				continue
			}
			server := servers[asked]
			go func() {
				reply, err := d.askServer(racing, zone.Zone, server, q)
				results <- said{server, reply, err}
			}()
			asked++
			next.Reset(patience)
		case answer := <-results:
			if answer.err == nil {
				d.putLast(zone, servers[:slices.Index(servers, answer.server)])
				return answer.reply, nil
			}
			heard++
			next.Reset(0)
			var e *Error
			if errors.As(answer.err, &e) && ctx.Err() == nil && (worst == nil || telling(e.Kind) > telling(worst.Kind)) {
				worst = e
			}
		case <-ctx.Done():
			return Reply{}, silence(ctx, q.Question, worst)
		}
	}
	if worst == nil {
		return Reply{}, silence(ctx, q.Question, worst)
	}
	return Reply{}, worst
}

// silence is the error of a question that is over before all servers have said
// something: what one of them has said tells more than that.
func silence(ctx context.Context, q Question, worst *Error) error {
	if worst != nil && telling(worst.Kind) > telling(Timeout) && !errors.Is(ctx.Err(), context.Canceled) {
		return worst
	}
	return endedError(ctx, q, "")
}

func (d *direct) askServer(ctx context.Context, zone string, server netip.AddrPort, q Query) (Reply, error) {
	q.Server, q.RD = server.String(), false
	reply, err := d.base.Exchange(ctx, q)
	if err != nil {
		return Reply{}, err
	}
	if err := rcodeError(q.Question, reply); err != nil {
		return Reply{}, err
	}
	if cut, _ := referral(zone, q.Question, reply); cut == "" && !reply.AA {
		return Reply{}, replyError(q.Question, reply, badReplyf("the server is not responsible for %s", zone))
	}
	return reply, nil
}

func (d *direct) servers(zone *Authority) []netip.AddrPort {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(zone.Servers)
}

// putLast moves servers behind the others.
func (d *direct) putLast(zone *Authority, servers []netip.AddrPort) {
	d.mu.Lock()
	defer d.mu.Unlock()
	rest := slices.DeleteFunc(slices.Clone(zone.Servers), func(server netip.AddrPort) bool { return slices.Contains(servers, server) })
	zone.Servers = append(rest, servers...)
}
