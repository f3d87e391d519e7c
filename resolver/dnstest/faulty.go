package dnstest

import (
	"context"

	"mailauth/resolver"
)

// Faulty answers as base does, but for the questions to which fault returns an
// error kind: those fail with it, whether looked up or exchanged. The kind ""
// is no fault. A fault that depends on the question alone keeps runs
// comparable, whatever the order of asking.
func Faulty(base resolver.Resolver, fault func(resolver.Question) resolver.ErrorKind) resolver.Resolver {
	return faulty{base, fault}
}

type faulty struct {
	base  resolver.Resolver
	fault func(resolver.Question) resolver.ErrorKind
}

// Lookup implements resolver.Resolver.
func (f faulty) Lookup(ctx context.Context, q resolver.Question) (resolver.Answer, error) {
	if kind := f.fault(q); kind != "" {
		return resolver.Answer{}, &resolver.Error{Kind: kind, Question: q, Detail: "fault of a test"}
	}
	return f.base.Lookup(ctx, q)
}

// Exchange implements resolver.Resolver.
func (f faulty) Exchange(ctx context.Context, q resolver.Query) (resolver.Reply, error) {
	if kind := f.fault(q.Question); kind != "" {
		return resolver.Reply{}, &resolver.Error{Kind: kind, Question: q.Question, Server: q.Server, Detail: "fault of a test"}
	}
	return f.base.Exchange(ctx, q)
}

// Names implements resolver.NameLister; faults do not touch it.
func (f faulty) Names(below string) ([]string, bool) { return names(f.base, below) }
