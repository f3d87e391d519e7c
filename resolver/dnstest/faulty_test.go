package dnstest_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// exists is a world where every name exists and nothing has records.
var exists = dnstest.Func(func(_ context.Context, q resolver.Question) (resolver.Answer, error) {
	return resolver.Answer{Question: q, Status: resolver.NoData, OwnerExists: true}, nil
})

func TestFaulty(t *testing.T) {
	world := dnstest.Faulty(exists, func(q resolver.Question) resolver.ErrorKind {
		if q.Name == "_dmarc.example.co.jp." && q.Type == resolver.TypeTXT {
			return resolver.ServFail
		}
		return ""
	})
	broken := resolver.Question{Name: "_dmarc.example.co.jp.", Type: resolver.TypeTXT}
	if _, err := world.Lookup(t.Context(), broken); resolver.KindOf(err) != resolver.ServFail {
		t.Errorf("Lookup(%s): %v, want SERVFAIL", broken, err)
	}
	if _, err := world.Exchange(t.Context(), resolver.Query{Question: broken}); resolver.KindOf(err) != resolver.ServFail {
		t.Errorf("Exchange(%s): %v, want SERVFAIL", broken, err)
	}
	sound := resolver.Question{Name: "example.co.jp.", Type: resolver.TypeTXT}
	if answer, err := world.Lookup(t.Context(), sound); err != nil || answer.Status != resolver.NoData {
		t.Errorf("Lookup(%s) = %v, %v, want the base's NODATA", sound, answer.Status, err)
	}
	if _, err := world.Exchange(t.Context(), resolver.Query{Question: sound}); resolver.KindOf(err) != resolver.Offline {
		t.Errorf("Exchange(%s): %v, want the base's error", sound, err)
	}
}

func TestSleepy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const delay = 20 * time.Millisecond
		world := dnstest.Sleepy(exists, delay)
		q := resolver.Question{Name: "example.co.jp.", Type: resolver.TypeMX}
		start := time.Now()
		if _, err := world.Lookup(t.Context(), q); err != nil {
			t.Errorf("Lookup: %v, want an answer", err)
		}
		world.Exchange(t.Context(), resolver.Query{Question: q})
		if got := time.Since(start); got != 2*delay { // virtual time
			t.Errorf("a Lookup and an Exchange took %v, want %v", got, 2*delay)
		}

		hurried, stop := context.WithTimeout(t.Context(), delay/2)
		defer stop()
		if _, err := world.Lookup(hurried, q); resolver.KindOf(err) != resolver.Timeout {
			t.Errorf("with half the time: %v, want timeout", err)
		}
		left, leave := context.WithCancel(t.Context())
		leave()
		if _, err := world.Lookup(left, q); resolver.KindOf(err) != resolver.Cancelled {
			t.Errorf("cancelled: %v, want cancelled", err)
		}
	})
}
