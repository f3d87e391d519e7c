package dnstest

import (
	"context"

	"mailauth/resolver"
)

// Func is a Resolver made of a function that answers Lookup. Its Exchange is
// always offline.
type Func func(ctx context.Context, q resolver.Question) (resolver.Answer, error)

// Lookup implements resolver.Resolver.
func (f Func) Lookup(ctx context.Context, q resolver.Question) (resolver.Answer, error) {
	return f(ctx, q)
}

// Exchange implements resolver.Resolver.
func (f Func) Exchange(_ context.Context, q resolver.Query) (resolver.Reply, error) {
	return resolver.Reply{}, &resolver.Error{Kind: resolver.Offline, Question: q.Question, Server: q.Server}
}

// names passes NameLister through to a base that implements it.
func names(base resolver.Resolver, below string) (names []string, complete bool) {
	if lister, ok := base.(resolver.NameLister); ok {
		return lister.Names(below)
	}
	return nil, false
}
