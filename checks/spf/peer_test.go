package spf

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"blitiri.com.ar/go/spf"

	"mailauth/resolver"
	"mailauth/resolver/adapter"
)

// verdicts are the answers of two evaluators to one check_host(): of ours, and of one
// that was written by other people.
type verdicts struct {
	world  *world
	query  Query
	ours   Evaluation
	theirs Result
	// What each asked, with the failures.
	weAsked, theyAsked map[resolver.Question]error
}

// listener writes down what is asked.
type listener struct {
	resolver.Resolver
	mu    sync.Mutex
	asked map[resolver.Question]error
}

func listen(r resolver.Resolver) *listener {
	return &listener{Resolver: r, asked: map[resolver.Question]error{}}
}

func (l *listener) Lookup(ctx context.Context, q resolver.Question) (resolver.Answer, error) {
	answer, err := l.Resolver.Lookup(ctx, q)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked[q] = err
	return answer, err
}

// answerBoth makes a call to both.
func answerBoth(w *world, q Query) *verdicts {
	we, they := listen(w), listen(w)
	c := &verdicts{world: w, query: q, weAsked: we.asked, theyAsked: they.asked}
	c.ours = CheckHost(context.Background(), we, q)
	c.theirs = peerResult(they, q)
	return c
}

func peerResult(r resolver.Resolver, q Query) Result {
	result, _ := spf.CheckHostWithSender(net.IP(q.IP.AsSlice()), q.HELO, q.Sender, spf.WithResolver(adapter.BlitiriSPFFor(r, q.IP)))
	for r := range ResultUnknown {
		if r.String() == string(result) {
			return r
		}
	}
	return ResultUnknown
}

func (c *verdicts) String() string {
	var b strings.Builder
	e := c.ours
	fmt.Fprintf(&b, "%s: %s here (%s, %q at %v, %d look-ups, %d void, %v), %s there", c.query.IP, e.Result, e.Cause, e.Term, e.Path,
		e.Lookups, e.Voids, e.Err, c.theirs)
	for _, s := range e.Steps {
		fmt.Fprintf(&b, "\n  %s%s of %s: target %q, look-up %d, void %v, match %v, %s", strings.Repeat("  ", s.Depth), s.Term, s.Domain,
			s.Target, s.Lookup, s.Void, s.Match, s.Result)
	}
	for q, err := range c.theyAsked {
		if err != nil {
			fmt.Fprintf(&b, "\n  failed there: %s", q)
		}
	}
	return b.String()
}

// Over random worlds, both evaluators say the same, but for differences that are
// understood: each is of a class whose condition is about the world and the way
// of the evaluation.
func TestPeerOnRandomWorlds(t *testing.T) {
	found := map[string]int{}
	calls, same := 0, map[Result]int{}
	worlds := worldCount(t, 200)
	for seed := range worlds {
		made := makeWorld(seeded(seed))
		w := newWorld(t, made.lines)
		q := made.query()
		for _, q.IP = range clientsOf(w, made, seed) {
			calls++
			c := answerBoth(w, q)
			if asksOther(0)(c) {
				t.Fatalf("world %d: the trace has other names than the macros give: %s\n%s", seed, c, made)
			}
			if c.ours.Result == c.theirs {
				same[c.theirs]++
				continue
			}
			class := classify(c)
			if class == "" {
				t.Fatalf("world %d: a difference of no known class: %s\n%s", seed, c, made)
			}
			found[class]++
		}
	}
	if worlds >= 1000 { // of fewer, one odd world is a share of its own
		judgeShares(t, found, calls)
	}
	t.Logf("%d worlds, %d calls, the same: %v", worlds, calls, same)
	for r := ResultNeutral; r < ResultUnknown; r++ {
		if worlds >= 100 && same[r] < calls/100 {
			t.Errorf("both said %s %d times in %d", r, same[r], calls)
		}
	}
}

// clientsOf are the clients of the world, and some at the edges of its policy.
func clientsOf(w *world, made randomWorld, seed uint64) []netip.Addr {
	p := Compile(Expand(context.Background(), w, "example.co.jp.", made.from).Root, CompileOptions{})
	edges := p.edges()
	rng := seeded(seed)
	clients := made.clients
	for range 8 {
		clients = append(clients, edges[rng(len(edges))])
	}
	slices.SortFunc(clients, netip.Addr.Compare)
	return slices.Compact(clients)
}
