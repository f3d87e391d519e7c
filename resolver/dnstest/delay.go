package dnstest

import (
	"context"
	"errors"
	"time"

	"mailauth/resolver"
)

// Sleepy answers as base does, each Lookup and Exchange after a delay. The
// delay is time.Sleep's, virtual in a testing/synctest bubble, so that a test
// can measure a critical path exactly. A context that ends cuts it short.
func Sleepy(base resolver.Resolver, delay time.Duration) resolver.Resolver {
	return sleepy{base, delay}
}

type sleepy struct {
	base  resolver.Resolver
	delay time.Duration
}

// Lookup implements resolver.Resolver.
func (s sleepy) Lookup(ctx context.Context, q resolver.Question) (resolver.Answer, error) {
	if err := s.sleep(ctx, q); err != nil {
		return resolver.Answer{}, err
	}
	return s.base.Lookup(ctx, q)
}

// Exchange implements resolver.Resolver.
func (s sleepy) Exchange(ctx context.Context, q resolver.Query) (resolver.Reply, error) {
	if err := s.sleep(ctx, q.Question); err != nil {
		return resolver.Reply{}, err
	}
	return s.base.Exchange(ctx, q)
}

// Names implements resolver.NameLister, without a delay.
func (s sleepy) Names(below string) ([]string, bool) { return names(s.base, below) }

// sleep returns an error if the context ended first.
func (s sleepy) sleep(ctx context.Context, q resolver.Question) error {
	timer := time.NewTimer(s.delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
	}
	kind := resolver.Cancelled
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		kind = resolver.Timeout
	}
	return &resolver.Error{Kind: kind, Question: q, Err: ctx.Err()}
}
