package all_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"mailauth/checks"
	"mailauth/checks/all"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// jittery answers each question after a delay of its own, so that answers come
// in another order in each run.
func jittery(base resolver.Resolver, seed uint64) resolver.Resolver {
	rng := rand.New(rand.NewPCG(seed, 3))
	delays := make(chan time.Duration, 1000)
	for range cap(delays) {
		delays <- time.Duration(rng.IntN(50)) * time.Millisecond
	}
	return dnstest.Func(func(ctx context.Context, q resolver.Question) (resolver.Answer, error) {
		return dnstest.Sleepy(base, <-delays).Lookup(ctx, q)
	})
}

// T30: the report does not depend on the order in which answers come.
func TestOrderOfAnswersDoesNotShow(t *testing.T) {
	for seed := range uint64(12) {
		world := resolver.Overlay(randomZones(t, seed), resolver.Nothing())
		var first string
		for run := range uint64(4) {
			synctest.Test(t, func(t *testing.T) {
				report, err := checks.Audit(context.Background(), "example.co.jp.", jittery(world, seed*10+run), all.Checks(), checks.Options{Selectors: []string{"2024"}})
				if err != nil {
					t.Fatal(err)
				}
				text, err := json.Marshal(report)
				if err != nil {
					t.Fatal(err)
				}
				switch {
				case len(report.Findings) == 0:
					t.Fatalf("world %d shows nothing to compare", seed)
				case first == "":
					first = string(text)
				case first != string(text):
					t.Errorf("world %d: run %d differs from the first:\n%s\n%s", seed, run, text, first)
				}
			})
		}
	}
}
