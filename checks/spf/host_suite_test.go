package spf

import (
	"context"
	"iter"
	"slices"
	"strings"
	"testing"
)

// publicSuite is a suite of check_host() in one of its two copies.
type publicSuite struct {
	json, yaml string // the file in the test material, and in the peer's module
	tests      int
	// pins are our results where the suite accepts several. Exceptions are tests
	// whose expectation is not that of RFC 7208, with the result that is.
	pins, exceptions map[string]string
	adapt            func(scenario) scenario
}

var publicSuites = []publicSuite{
	{json: "rfc7208.json", yaml: "rfc7208-tests.yml", tests: 203, pins: map[string]string{
		"multispf1":                     "fail", // the two records are the same, and an RRset has no duplicates (RFC 2181 §5)
		"invalid-domain-empty-label":    "fail", // §4.8 leaves it open; the suite prefers that such a name does not match
		"invalid-domain-long":           "fail", // the same
		"invalid-domain-long-via-macro": "fail", // the same
		"p-macro-multiple":              "pass", // §7.3: a name at or below the domain SHOULD be used
		"ptr-limit":                     "pass", // of eleven names the last one of the alphabet is ignored (§4.6.4)
	}},
	// RFC 4408 left open what RFC 7208 settled: it contradicts it nowhere.
	{json: "rfc4408.json", yaml: "rfc4408-tests.yml", tests: 191, pins: map[string]string{
		"txtonly":                       "fail",      // RFC 7208 §3.1: type TXT only
		"spfonly":                       "none",      // §3.1: nobody asks for type SPF
		"spftimeout":                    "fail",      // §3.1
		"txttimeout":                    "temperror", // §3.1, §4.4
		"nospftxttimeout":               "temperror", // §3.1, §4.4
		"spfoverride":                   "fail",      // §3.1
		"multitxt1":                     "permerror", // §4.5: two records of type TXT
		"multispf2":                     "pass",      // §3.1: the TXT is alone
		"multispf1":                     "fail",      // as above
		"invalid-domain-empty-label":    "fail",      // as above
		"invalid-domain-long":           "fail",      // as above
		"invalid-domain-long-via-macro": "fail",      // as above
		"exists-dnserr":                 "temperror", // §5: no mechanism but ptr passes over a server that fails
		"cidr6-0-ip4":                   "neutral",   // §5: an IPv4 client is in no ip6 network
		"cidr6-ip4":                     "neutral",   // §5: nor is an IPv4-mapped one
		"p-macro-multiple":              "pass",      // as above
		"mx-limit":                      "permerror", // §4.6.4: more than ten exchanges
		"ptr-limit":                     "pass",      // as above
	}},
	{json: "pyspf.json", yaml: "pyspf-tests.yml", tests: 16, exceptions: map[string]string{
		"default-modifier":       "neutral", // "default=" is an extension of that library; §6: unknown modifiers are ignored
		"default-modifier-harsh": "neutral", // and "ambiguous" is its warning, no result of §2.6
	}},
	{yaml: "blitirispf-tests.yml", tests: 83, adapt: qualified, pins: map[string]string{
		"macro-empty-parts": "fail", // §4.8, as above
	}},
}

// scenarios reads the suite from the test material, or from the peer's module.
func (s publicSuite) scenarios(t *testing.T, peer bool) []scenario {
	t.Helper()
	if !peer {
		return suiteScenarios(t, s.json)
	}
	scenarios := peerScenarios(t, s.yaml)
	for i := range scenarios {
		if s.adapt != nil {
			scenarios[i] = s.adapt(scenarios[i])
		}
	}
	return scenarios
}

// everyScenario yields the worlds of all public suites with the calls that are
// made on them, for whoever evaluates a policy in another way than CheckHost.
func everyScenario(t *testing.T) iter.Seq2[*world, scenario] {
	return func(yield func(*world, scenario) bool) {
		for _, suite := range publicSuites {
			for _, s := range suite.scenarios(t, true) {
				if !yield(suiteWorld(t, s.Zonedata), s) {
					return
				}
			}
		}
	}
}

func TestCheckHostOnPublicSuites(t *testing.T) {
	for _, suite := range publicSuites {
		t.Run(suite.yaml, func(t *testing.T) { suite.run(t, suite.scenarios(t, true)) })
		if suite.json != "" {
			t.Run(suite.json, func(t *testing.T) { suite.run(t, suite.scenarios(t, false)) })
		}
	}
}

// run makes all calls of the suite.
func (s publicSuite) run(t *testing.T, scenarios []scenario) {
	t.Helper()
	ran, pins, exceptions := 0, 0, 0
	for _, sc := range scenarios {
		w := suiteWorld(t, sc.Zonedata)
		for _, test := range sc.Tests {
			ran++
			want := test.Result
			if pin, ok := s.pins[test.Name]; ok || len(want) > 1 {
				if pins++; !slices.Contains(want, pin) || len(want) == 1 {
					t.Errorf("%s: %q is pinned, the suite accepts %q", test.Name, pin, want)
				}
				want = []string{pin}
			}
			if result, ok := s.exceptions[test.Name]; ok {
				if exceptions++; slices.Contains(want, result) {
					t.Errorf("%s: an exception that is none: the suite accepts %s", test.Name, result)
				}
				want = []string{result}
			}
			judgeCall(t, w, test, want)
		}
	}
	if ran != s.tests || pins != len(s.pins) || exceptions != len(s.exceptions) {
		t.Errorf("%d tests, %d pins, %d exceptions; expected %d, %d, %d", ran, pins, exceptions, s.tests, len(s.pins), len(s.exceptions))
	}
}

// judgeCall makes one call and compares result and explanation.
func judgeCall(t *testing.T, w *world, test suiteTest, want []string) {
	t.Helper()
	e := CheckHost(context.Background(), w, test.query())
	if !slices.Contains(want, e.Result.String()) {
		t.Errorf("%s: %s (%s, %q), the suite says %q", test.Name, e.Result, e.Cause, e.Term, want)
	}
	explanation := strings.Replace(test.Explanation, "DEFAULT", "", 1)
	if test.Explanation != "" && !strings.EqualFold(e.Explanation, explanation) { // %{ir} may be in any case
		t.Errorf("%s: explanation %q, the suite says %q", test.Name, e.Explanation, explanation)
	}
	wellFormed(t, test.Name, e)
}

// No call of any suite puts a question twice.
func TestCheckHostAsksOnce(t *testing.T) {
	calls := 0
	for w, s := range everyScenario(t) {
		for _, test := range s.Tests {
			calls++
			clear(w.asked)
			CheckHost(context.Background(), w, test.query())
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
