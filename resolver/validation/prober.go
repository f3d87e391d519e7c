package validation

import (
	"context"
	"sync"

	"mailauth/resolver"
)

// DefaultBogus is a name whose signatures are wrong on purpose.
const DefaultBogus = "dnssec-failed.org."

// Exchanger asks a question with its own bits; a resolver.Resolver does.
type Exchanger interface {
	Exchange(ctx context.Context, q resolver.Query) (resolver.Reply, error)
}

// Prober finds out what is secure. Everything is asked once; a Cache below makes
// that once a run, also for the control questions that show whether a resolver
// validates. It can be used from several goroutines.
type Prober struct {
	dns   Exchanger
	bogus string

	mu      sync.Mutex
	flights map[string]*flight
}

// flight is something being found out, or found.
type flight struct {
	done  chan struct{}
	value any
}

// New returns a prober that asks dns. Bogus is a canonical name known to be
// bogus, for the control question; empty is DefaultBogus.
func New(dns Exchanger, bogus string) *Prober {
	if bogus == "" {
		bogus = DefaultBogus
	}
	return &Prober{dns: dns, bogus: bogus, flights: map[string]*flight{}}
}

// once finds something out the first time, and waits for whoever does. One key
// always has one type.
func once[T any](p *Prober, key string, find func() T) T {
	p.mu.Lock()
	f, ok := p.flights[key]
	if !ok {
		f = &flight{done: make(chan struct{})}
		p.flights[key] = f
	}
	p.mu.Unlock()
	if ok {
		<-f.done
	} else {
		defer close(f.done)
		f.value = find()
	}
	value, _ := f.value.(T)
	return value
}

// ask asks as a validating stub would: with DO, to see signatures.
func (p *Prober) ask(ctx context.Context, name string, t resolver.Type) (resolver.Reply, resolver.Question, error) {
	q := resolver.Question{Name: name, Type: t}
	reply, err := p.dns.Exchange(ctx, resolver.Query{Question: q, DO: true, RD: true})
	if err == nil && (reply.Rcode == rcodeFormErr || reply.Rcode == rcodeNotImp) { // a way that has never heard of DNSSEC
		reply.Rcode = rcodeSuccess
		reply.Answer, reply.Authority = nil, nil
	}
	if err == nil && !answers(reply) && reply.Rcode != rcodeServFail {
		err = &resolver.Error{Kind: resolver.BadReply, Question: q, Server: reply.Server, Detail: "a reply that decides nothing"}
		if reply.Rcode == rcodeRefused {
			err = &resolver.Error{Kind: resolver.Refused, Question: q, Server: reply.Server}
		}
	}
	return reply, q, err
}

// Response codes (RFC 1035 §4.1.1).
const (
	rcodeSuccess  = 0
	rcodeFormErr  = 1
	rcodeServFail = 2
	rcodeNXDomain = 3
	rcodeNotImp   = 4
	rcodeRefused  = 5
)

// answers reports whether a reply says something of the name.
func answers(r resolver.Reply) bool { return r.Rcode == rcodeSuccess || r.Rcode == rcodeNXDomain }

// validates reports whether a server is seen to validate (RFC 4035 §4.9.3): it
// sets AD on the root's own records and refuses to answer for a name that is
// known to be bogus. The status is Secure if it is.
func (p *Prober) validates(ctx context.Context, server string) Status {
	return once(p, "server "+server, func() Status {
		var root, bad resolver.Reply
		var rootErr, badErr error
		rootQ, badQ := resolver.Question{Name: ".", Type: resolver.TypeSOA}, resolver.Question{Name: p.bogus, Type: resolver.TypeA}
		var both sync.WaitGroup
		both.Go(func() {
			root, rootErr = p.dns.Exchange(ctx, resolver.Query{Question: rootQ, Server: server, DO: true, RD: true})
		})
		both.Go(func() {
			bad, badErr = p.dns.Exchange(ctx, resolver.Query{Question: badQ, Server: server, DO: true, RD: true})
		})
		both.Wait()
		switch {
		case rootErr != nil:
			return failure(rootQ, rootErr)
		case root.Rcode != rcodeSuccess || !root.AD || !has(root.Answer, ".", resolver.TypeSOA):
			return unknown(NotValidating)
		case !root.Trusted:
			return unknown(NotProtected)
		case badErr != nil:
			return failure(badQ, badErr)
		case bad.Rcode != rcodeServFail || unreached(bad):
			return unknown(NotValidating)
		}
		return Status{Security: Secure, Reason: Validated}
	})
}

// signatures reports whether the way to the DNS returns signatures at all: the
// root is signed. The status is Secure if it does.
func (p *Prober) signatures(ctx context.Context) Status {
	return once(p, "signatures", func() Status {
		reply, q, err := p.ask(ctx, ".", resolver.TypeSOA)
		switch {
		case err != nil:
			return failure(q, err)
		case reply.Rcode == rcodeServFail:
			return failure(q, servFail(q, reply))
		case !has(reply.Answer, ".", resolver.TypeRRSIG):
			return unknown(NoSignatures)
		}
		return Status{Security: Secure, Reason: Validated}
	})
}

// believed returns Secure for a reply whose AD bit counts, Unknown with the
// reason for one whose AD bit does not, and false for one without it.
func (p *Prober) believed(ctx context.Context, r resolver.Reply) (Status, bool) {
	switch {
	case !r.AD || r.Net == "":
		return Status{}, false
	case !r.Trusted:
		return unknown(NotProtected), true
	}
	return p.validates(ctx, r.Server), true
}

// Fails says of a question that got SERVFAIL whether signatures are to blame:
// with checking disabled (RFC 4035 §3.2.2) there is an answer, without it still
// none, and the resolver does not say that it reached nobody (RFC 8914 §4.23,
// §4.24). The status is Bogus or Unknown.
func (p *Prober) Fails(ctx context.Context, q resolver.Question) Status {
	return once(p, "fails "+q.String(), func() Status {
		first, _, err := p.ask(ctx, q.Name, q.Type)
		switch {
		case err != nil:
			return failure(q, err)
		case first.Rcode != rcodeServFail || first.Net == "":
			return unknown(ServerFails) // it answers now: nothing was wrong with its signatures
		case unreached(first):
			return failure(q, servFail(q, first))
		}
		unchecked, err := p.dns.Exchange(ctx, resolver.Query{Question: q, DO: true, CD: true, RD: true})
		if err != nil || !answers(unchecked) {
			return failure(q, servFail(q, first))
		}
		again, err := p.dns.Exchange(ctx, resolver.Query{Question: q, RD: true}) // without DO it is another question to a cache
		if err != nil || again.Rcode != rcodeServFail || unreached(again) {
			return failure(q, servFail(q, first))
		}
		return Status{Security: Bogus, Reason: FailsValidation}
	})
}

func servFail(q resolver.Question, r resolver.Reply) error {
	return &resolver.Error{Kind: resolver.ServFail, Question: q, Server: r.Server}
}

// unreached reports that a resolver says it reached no server: EDE 22 and 23.
func unreached(r resolver.Reply) bool {
	for _, code := range r.EDE {
		if code == 22 || code == 23 {
			return true
		}
	}
	return false
}

func has(section []resolver.Record, name string, t resolver.Type) bool {
	for _, r := range section {
		if r.Name == name && r.Type() == t {
			return true
		}
	}
	return false
}
