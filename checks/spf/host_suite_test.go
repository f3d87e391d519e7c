package spf

import (
	"context"
	"iter"
	"net/netip"
	"testing"

	"mailauth/checks/spf/spftest"
	"mailauth/resolver"
)

// suiteWorld serves a scenario; what it does not answer times out.
func suiteWorld(t *testing.T, s spftest.Scenario) *world {
	t.Helper()
	zone, silent := s.World(t)
	w := &world{zone: zone, faults: map[resolver.Question]resolver.ErrorKind{}, asked: map[resolver.Question]int{}}
	for _, q := range silent {
		w.faults[q] = resolver.Timeout
	}
	return w
}

// queryOf is the call of check_host() that a test makes.
func queryOf(t spftest.Test) Query {
	q := Query{IP: netip.MustParseAddr(t.Host), Domain: t.Domain(), Sender: t.Mailfrom, HELO: t.Helo, Receiver: t.Receiver}
	if q.Sender == "" { // RFC 7208 §2.4
		q.Sender = "postmaster@" + t.Helo
	}
	return q
}

// everyScenario yields the worlds of all public suites with the calls that are
// made on them, for whoever evaluates a policy in another way than CheckHost.
func everyScenario(t *testing.T) iter.Seq2[*world, spftest.Scenario] {
	return func(yield func(*world, spftest.Scenario) bool) {
		for _, suite := range spftest.Suites() {
			for _, s := range suite.PeerScenarios(t) {
				if !yield(suiteWorld(t, s), s) {
					return
				}
			}
		}
	}
}

func TestCheckHostOnPublicSuites(t *testing.T) {
	for _, suite := range spftest.Suites() {
		t.Run(suite.YAML, func(t *testing.T) { judgeCalls(t, suite.PeerScenarios(t)) })
		if suite.JSON != "" {
			t.Run(suite.JSON, func(t *testing.T) { judgeCalls(t, suite.Scenarios(t)) })
		}
	}
}

// judgeCalls makes all calls and compares results and explanations.
func judgeCalls(t *testing.T, scenarios []spftest.Scenario) {
	t.Helper()
	for _, s := range scenarios {
		w := suiteWorld(t, s)
		for _, test := range s.Tests {
			e := CheckHost(context.Background(), w, queryOf(test))
			if e.Result.String() != test.Want {
				t.Errorf("%s: %s (%s, %q), expected %s; the suite says %q", test.Name, e.Result, e.Cause, e.Term, test.Want, test.Result)
			}
			if !test.Explains(e.Explanation) {
				t.Errorf("%s: explanation %q, the suite says %q", test.Name, e.Explanation, test.Explanation)
			}
			wellFormed(t, test.Name, e)
		}
	}
}

// No call of any suite puts a question twice.
func TestCheckHostAsksOnce(t *testing.T) {
	calls := 0
	for w, s := range everyScenario(t) {
		for _, test := range s.Tests {
			calls++
			clear(w.asked)
			CheckHost(context.Background(), w, queryOf(test))
			for q, times := range w.asked {
				if times > 1 {
					t.Errorf("%s: %s was asked for %d times", test.Name, q, times)
				}
			}
		}
	}
	if calls != 203+191+16+83 {
		t.Errorf("%d calls, expected 493", calls)
	}
}
