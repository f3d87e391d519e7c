package resolver

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Cache is a Resolver in front of another that asks every question once. What
// came is final for the life of the cache, errors and negative answers too, so
// that an audit and the trials of its fixes see the same DNS. TTLs play no
// part: a cache lives for one run.
//
// An Answer or Reply from it is shared by all who asked: do not modify it.
type Cache struct {
	base      Resolver
	lookups   flights[Question, Answer]
	exchanges flights[Query, Reply]
	fetches   flights[FetchRequest, FetchResponse]
	run       context.Context
	stop      context.CancelFunc
	subtree   bool

	mu     sync.Mutex
	denied map[string]Answer // by name, when subtree is set
}

// CacheOption changes how a Cache works.
type CacheOption func(*Cache)

// Within binds the cache to a run: when ctx ends, everything under way does.
// Without it only Close stops what is under way.
func Within(ctx context.Context) CacheOption {
	return func(c *Cache) { c.run = ctx }
}

// DenySubtree lets an NXDOMAIN stand for all names below (RFC 8020 §2). Off by
// default: servers exist that answer NXDOMAIN for an empty non-terminal.
func DenySubtree() CacheOption {
	return func(c *Cache) { c.subtree = true }
}

// NewCache puts a cache in front of base.
func NewCache(base Resolver, options ...CacheOption) *Cache {
	c := &Cache{base: base, run: context.Background(), denied: map[string]Answer{}}
	for _, option := range options {
		option(c)
	}
	c.run, c.stop = context.WithCancel(c.run)
	birth := time.Now()
	c.lookups = flights[Question, Answer]{run: c.run, birth: birth, leave: leaveLookup, final: notCancelled, calls: map[Question]*flight[Answer]{}}
	c.exchanges = flights[Query, Reply]{run: c.run, birth: birth, leave: leaveExchange, final: notCancelled, calls: map[Query]*flight[Reply]{}}
	c.fetches = flights[FetchRequest, FetchResponse]{run: c.run, birth: birth, leave: leaveFetch, final: notCancelled, calls: map[FetchRequest]*flight[FetchResponse]{}}
	return c
}

// Close stops whatever is under way; the questions stopped are Cancelled and
// not kept. What was answered before can still be looked up.
func (c *Cache) Close() { c.stop() }

// Lookup implements Resolver.
func (c *Cache) Lookup(ctx context.Context, q Question) (Answer, error) {
	return c.lookups.do(ctx, q, func(ctx context.Context) (Answer, error) {
		if answer, ok := c.deniedAbove(q); ok {
			return answer, nil
		}
		answer, err := c.base.Lookup(ctx, q)
		if err == nil {
			c.noteDenied(answer)
		}
		return answer, err
	})
}

// Exchange implements Resolver; queries that differ in any field are asked
// separately.
func (c *Cache) Exchange(ctx context.Context, q Query) (Reply, error) {
	return c.exchanges.do(ctx, q, func(ctx context.Context) (Reply, error) {
		return c.base.Exchange(ctx, q)
	})
}

// Names implements NameLister for a base that does.
func (c *Cache) Names(below string) (names []string, complete bool) { return namesOf(c.base, below) }

// namesOf asks a resolver for its names, if it can enumerate them.
func namesOf(r Resolver, below string) (names []string, complete bool) {
	if lister, ok := r.(NameLister); ok {
		return lister.Names(below)
	}
	return nil, false
}

// Fetching puts the cache in front of a Fetcher too: a URL is fetched once a
// run, and its fetch is in the ledger.
func (c *Cache) Fetching(base Fetcher) Fetcher { return cachedFetcher{c, base} }

type cachedFetcher struct {
	cache *Cache
	base  Fetcher
}

// Fetch implements Fetcher.
func (f cachedFetcher) Fetch(ctx context.Context, request FetchRequest) (FetchResponse, error) {
	return f.cache.fetches.do(ctx, request, func(ctx context.Context) (FetchResponse, error) {
		return f.base.Fetch(ctx, request)
	})
}

func (c *Cache) noteDenied(answer Answer) {
	if !c.subtree || answer.Status != NXDomain || answer.OwnerExists {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.denied[answer.Question.Name] = answer
}

// deniedAbove answers from an NXDOMAIN for the name or one above it. RFC 8020 §2.
func (c *Cache) deniedAbove(q Question) (Answer, bool) {
	if !c.subtree {
		return Answer{}, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for name := q.Name; name != "."; name = Parent(name) {
		if above, ok := c.denied[name]; ok {
			above.Question = q
			return above, true
		}
	}
	return Answer{}, false
}

func leaveLookup(ctx context.Context, q Question) error    { return endedError(ctx, q, "") }
func leaveExchange(ctx context.Context, q Query) error     { return endedError(ctx, q.Question, q.Server) }
func leaveFetch(ctx context.Context, r FetchRequest) error { return endedFetch(ctx, r.URL) }

// endedError is the error of a caller whose context ended before the answer.
func endedError(ctx context.Context, q Question, server string) *Error {
	e := &Error{Kind: Cancelled, Question: q, Server: server, Err: context.Cause(ctx)}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		e.Kind, e.Code, e.Detail = Timeout, "time-over", "the time allowed was over"
	}
	return e
}

// notCancelled says whether an error tells something of the DNS, or only that
// this run was stopped.
func notCancelled(err error) bool {
	if fetch, ok := errors.AsType[*FetchError](err); ok {
		return fetch.Kind != FetchCancelled
	}
	return KindOf(err) != Cancelled
}
