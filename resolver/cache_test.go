package resolver_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"

	"github.com/google/go-cmp/cmp"
)

var spfQuestion = resolver.Question{Name: "example.co.jp.", Type: resolver.TypeTXT}

// oneText answers every question with the same TXT record, counting.
func oneText(asked *atomic.Int32) dnstest.Func {
	return func(_ context.Context, q resolver.Question) (resolver.Answer, error) {
		asked.Add(1)
		return textAnswer(q, "v=spf1 mx -all"), nil
	}
}

func textAnswer(q resolver.Question, text string) resolver.Answer {
	record := resolver.Record{Name: q.Name, TTL: 3600, Data: resolver.NewTXT(text), Origin: resolver.Origin{Server: "192.0.2.53:53"}}
	return resolver.Answer{Question: q, Status: resolver.Data, OwnerExists: true,
		Records: []resolver.Record{record}, TTL: 3600, Source: "192.0.2.53:53"}
}

func TestCacheAsksOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		cache := resolver.NewCache(dnstest.Sleepy(oneText(&asked), 20*time.Millisecond))
		defer cache.Close()
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if answer, err := cache.Lookup(t.Context(), spfQuestion); err != nil || len(answer.Records) != 1 {
					t.Errorf("Lookup = %v, %v, want one record", answer, err)
				}
			})
		}
		all.Wait()
		if asked.Load() != 1 {
			t.Errorf("50 callers made %d questions, want 1", asked.Load())
		}
		if entry := cache.Ledger()[0]; entry.Asked != 50 {
			t.Errorf("Asked = %d, want 50", entry.Asked)
		}
	})
}

func TestCacheKeepsEveryOutcome(t *testing.T) {
	kinds := []resolver.ErrorKind{
		resolver.Timeout, resolver.ServFail, resolver.Refused, resolver.Unreachable, resolver.BadReply,
		resolver.Offline, resolver.NotRecorded, resolver.OverBudget, resolver.Undetermined, resolver.BadName,
	}
	for _, kind := range kinds {
		t.Run(string(kind), func(t *testing.T) {
			var asked atomic.Int32
			cache := resolver.NewCache(dnstest.Func(func(_ context.Context, q resolver.Question) (resolver.Answer, error) {
				if asked.Add(1) > 1 {
					return textAnswer(q, "v=spf1 -all"), nil // the server has recovered: too late for this run
				}
				return resolver.Answer{}, &resolver.Error{Kind: kind, Question: q}
			}))
			defer cache.Close()
			for range 3 {
				if _, err := cache.Lookup(t.Context(), spfQuestion); resolver.KindOf(err) != kind {
					t.Errorf("Lookup: %v, want kind %q each time", err, kind)
				}
			}
		})
	}
}

func TestCacheFlightOutlivesItsFirstCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		cache := resolver.NewCache(dnstest.Sleepy(oneText(&asked), time.Second))
		defer cache.Close()

		first, leave := context.WithCancel(t.Context())
		hurried, stop := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer stop()
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := cache.Lookup(first, spfQuestion); resolver.KindOf(err) != resolver.Cancelled {
				t.Errorf("the caller that left got %v, want cancelled", err)
			}
		})
		synctest.Wait()
		all.Go(func() {
			if _, err := cache.Lookup(hurried, spfQuestion); resolver.KindOf(err) != resolver.Timeout {
				t.Errorf("the caller with a deadline got %v, want timeout", err)
			}
		})
		all.Go(func() {
			if answer, err := cache.Lookup(t.Context(), spfQuestion); err != nil || answer.Status != resolver.Data {
				t.Errorf("the patient caller got %v, %v, want the record", answer.Status, err)
			}
		})
		synctest.Wait()
		leave()
		all.Wait()
		if asked.Load() != 1 {
			t.Errorf("asked %d times, want 1", asked.Load())
		}
		if _, err := cache.Lookup(first, spfQuestion); err != nil {
			t.Errorf("a known answer for a cancelled caller: %v, want it handed out", err)
		}
	})
}

func TestCacheClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		cache := resolver.NewCache(dnstest.Sleepy(oneText(&asked), time.Second))
		known := resolver.Question{Name: "known.example.co.jp.", Type: resolver.TypeTXT}
		if _, err := cache.Lookup(t.Context(), known); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := cache.Lookup(t.Context(), spfQuestion); resolver.KindOf(err) != resolver.Cancelled {
				t.Errorf("the question under way: %v, want cancelled", err)
			}
		})
		synctest.Wait()
		cache.Close()
		all.Wait()
		synctest.Wait() // the flight has landed too
		if _, err := cache.Lookup(t.Context(), known); err != nil {
			t.Errorf("what was answered before: %v, want the answer", err)
		}
		if _, err := cache.Lookup(t.Context(), spfQuestion); resolver.KindOf(err) != resolver.Cancelled {
			t.Errorf("a question after Close: %v, want cancelled", err)
		}
		if ledger := cache.Ledger(); len(ledger) != 1 || ledger[0].Question != known {
			t.Errorf("ledger %v, want only %s", ledger, known)
		}
	})
}

func TestCacheWithinRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		run, stop := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer stop()
		var asked atomic.Int32
		cache := resolver.NewCache(dnstest.Sleepy(oneText(&asked), time.Second), resolver.Within(run))
		defer cache.Close()
		if _, err := cache.Lookup(t.Context(), spfQuestion); resolver.KindOf(err) != resolver.Timeout {
			t.Errorf("Lookup when the run's time is over: %v, want timeout", err)
		}
		synctest.Wait()
		if ledger := cache.Ledger(); len(ledger) != 0 {
			t.Errorf("ledger %v, want nothing kept of a stopped run", ledger)
		}
	})
}

func TestCacheDeniedSubtree(t *testing.T) {
	tests := []struct {
		why     string
		options []resolver.CacheOption
		want    int32 // questions that reach the base
	}{
		{"off: a server may deny an empty non-terminal", nil, 4},
		{"on: RFC 8020", []resolver.CacheOption{resolver.DenySubtree()}, 2},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			var asked atomic.Int32
			cache := resolver.NewCache(dnstest.Func(func(_ context.Context, q resolver.Question) (resolver.Answer, error) {
				asked.Add(1)
				return resolver.Answer{Question: q, Status: resolver.NXDomain, TTL: 300}, nil
			}), test.options...)
			defer cache.Close()
			for _, name := range []string{"_domainkey.example.co.jp.", "s1._domainkey.example.co.jp.", "a.s2._domainkey.example.co.jp.", "x_domainkey.example.co.jp."} {
				q := resolver.Question{Name: name, Type: resolver.TypeTXT}
				answer, err := cache.Lookup(t.Context(), q)
				if err != nil || answer.Status != resolver.NXDomain || answer.Question != q || answer.OwnerExists {
					t.Errorf("Lookup(%s) = %+v, %v, want NXDOMAIN for that question", q, answer, err)
				}
			}
			if asked.Load() != test.want {
				t.Errorf("asked %d times, want %d", asked.Load(), test.want)
			}
		})
	}
}

func TestCacheDoesNotDenyBelowAnAlias(t *testing.T) {
	cache := resolver.NewCache(dnstest.Func(func(_ context.Context, q resolver.Question) (resolver.Answer, error) {
		if q.Name == "alias.example.co.jp." { // its target is what does not exist
			return resolver.Answer{Question: q, Status: resolver.NXDomain, OwnerExists: true}, nil
		}
		return textAnswer(q, "below"), nil
	}), resolver.DenySubtree())
	defer cache.Close()
	for name, want := range map[string]resolver.Status{"alias.example.co.jp.": resolver.NXDomain, "below.alias.example.co.jp.": resolver.Data} {
		answer, err := cache.Lookup(t.Context(), resolver.Question{Name: name, Type: resolver.TypeTXT})
		if err != nil || answer.Status != want {
			t.Errorf("%s: %v, %v, want %v", name, answer.Status, err, want)
		}
	}
}

// exchanger counts queries and answers with AA.
type exchanger struct {
	dnstest.Func
	asked *atomic.Int32
}

func (e exchanger) Exchange(_ context.Context, q resolver.Query) (resolver.Reply, error) {
	e.asked.Add(1)
	return resolver.Reply{AA: true, Server: q.Server}, nil
}

func (exchanger) Names(below string) ([]string, bool) {
	return []string{resolver.Join(below, "www")}, true
}

func TestCacheExchangeByWholeQuery(t *testing.T) {
	var asked atomic.Int32
	cache := resolver.NewCache(exchanger{asked: &asked})
	defer cache.Close()
	plain := resolver.Query{Question: spfQuestion, Server: "192.0.2.1:53"}
	queries := []resolver.Query{plain, plain, plain, plain, plain, plain}
	queries[1].Server = "192.0.2.2:53"
	queries[2].Net = "tcp"
	queries[3].DO = true
	queries[4].CD = true
	queries[5].RD = true
	for _, query := range append(queries, queries...) {
		if reply, err := cache.Exchange(t.Context(), query); err != nil || reply.Server != query.Server {
			t.Errorf("Exchange(%+v) = %+v, %v", query, reply, err)
		}
	}
	if asked.Load() != 6 {
		t.Errorf("asked %d times, want each of the 6 queries once", asked.Load())
	}
	names, complete := cache.Names("example.co.jp.")
	if !complete || !cmp.Equal(names, []string{"www.example.co.jp."}) {
		t.Errorf("Names = %v, %v, want those of the base", names, complete)
	}
}
