package resolver_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"

	"github.com/google/go-cmp/cmp"
)

// pageFetcher answers every fetch with one page.
type pageFetcher struct{}

func (pageFetcher) Fetch(context.Context, resolver.FetchRequest) (resolver.FetchResponse, error) {
	return resolver.FetchResponse{Status: 200, Address: "192.0.2.80:443", Body: []byte("version: STSv1\r\n")}, nil
}

func TestLedger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		world := dnstest.Func(func(_ context.Context, q resolver.Question) (resolver.Answer, error) {
			switch q.Type {
			case resolver.TypeTXT:
				return textAnswer(q, "v=spf1 -all"), nil
			case resolver.TypeMX:
				return resolver.Answer{Question: q, Status: resolver.NoData, OwnerExists: true, TTL: 900, Source: "192.0.2.53:53"}, nil
			}
			return resolver.Answer{}, &resolver.Error{Kind: resolver.ServFail, Question: q, Server: "192.0.2.54:53"}
		})
		cache := resolver.NewCache(dnstest.Sleepy(world, 20*time.Millisecond))
		defer cache.Close()
		request := resolver.FetchRequest{URL: "https://mta-sts.example.co.jp/.well-known/mta-sts.txt"}
		if _, err := cache.Fetching(pageFetcher{}).Fetch(t.Context(), request); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for _, kind := range []resolver.Type{resolver.TypeTXT, resolver.TypeAAAA, resolver.TypeMX} {
			all.Go(func() { cache.Lookup(t.Context(), resolver.Question{Name: "example.co.jp.", Type: kind}) })
		}
		query := resolver.Query{Question: resolver.Question{Name: "example.co.jp.", Type: resolver.TypeMX}, Server: "192.0.2.1:53"}
		all.Go(func() { cache.Exchange(t.Context(), query) })
		all.Go(func() {
			cache.Lookup(t.Context(), resolver.Question{Name: "_dmarc.example.co.jp.", Type: resolver.TypeTXT})
		})
		all.Wait()

		const trip = 20 * time.Millisecond
		offline := &resolver.Error{Kind: resolver.Offline, Question: query.Question, Server: query.Server}
		failed := &resolver.Error{Kind: resolver.ServFail, Question: resolver.Question{Name: "example.co.jp.", Type: resolver.TypeAAAA}, Server: "192.0.2.54:53"}
		want := resolver.Ledger{
			{Question: resolver.Question{Name: "_dmarc.example.co.jp.", Type: resolver.TypeTXT}, Status: resolver.Data, Records: 1, TTL: 3600, Source: "192.0.2.53:53", Asked: 1, Elapsed: trip},
			{Question: query.Question, Status: resolver.NoData, TTL: 900, Source: "192.0.2.53:53", Asked: 1, Elapsed: trip},
			{Question: query.Question, Query: &query, Err: offline, Source: "192.0.2.1:53", Asked: 1, Elapsed: trip},
			{Question: spfQuestion, Status: resolver.Data, Records: 1, TTL: 3600, Source: "192.0.2.53:53", Asked: 1, Elapsed: trip},
			{Question: failed.Question, Err: failed, Source: "192.0.2.54:53", Asked: 1, Elapsed: trip},
			{Fetch: request, Code: 200, Source: "192.0.2.80:443", Asked: 1},
		}
		got := cache.Ledger()
		if diff := cmp.Diff(want, got, cmp.Comparer(sameError)); diff != "" {
			t.Errorf("ledger (-want +got):\n%s", diff)
		}
		if got.Questions() != 5 {
			t.Errorf("Questions() = %d, want 5: a fetch is none", got.Questions())
		}
	})
}

func sameError(a, b error) bool {
	return (a == nil) == (b == nil) && (a == nil || a.Error() == b.Error())
}

func TestLedgerOrderDoesNotDependOnTheRace(t *testing.T) {
	names := []string{"a.example.co.jp.", "b.example.co.jp.", "c.example.co.jp.", "d.example.co.jp."}
	order := func(asked []string) (seen []string) {
		cache := resolver.NewCache(dnstest.Func(func(_ context.Context, q resolver.Question) (resolver.Answer, error) {
			return textAnswer(q, "x"), nil
		}))
		defer cache.Close()
		for _, name := range asked {
			cache.Lookup(t.Context(), resolver.Question{Name: name, Type: resolver.TypeTXT})
		}
		for _, entry := range cache.Ledger() {
			seen = append(seen, entry.Question.Name)
		}
		return seen
	}
	backwards := slices.Clone(names)
	slices.Reverse(backwards)
	if got := order(backwards); !slices.Equal(got, names) {
		t.Errorf("asked backwards: %v, want %v", got, names)
	}
}
