package spftest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Suite is a suite of check_host() in one of its two copies, or both.
type Suite struct {
	// JSON is the file of the test material, YAML that of the other module; empty
	// if it is not there.
	JSON, YAML string
	tests      int
	// pins are our results where the suite accepts several. Exceptions are tests
	// whose expectation is not that of RFC 7208, with the result that is.
	pins, exceptions map[string]string
	adapt            func(Scenario) Scenario
}

// RFC7208 is the suite of the standard.
func RFC7208() Suite {
	return Suite{JSON: "rfc7208.json", YAML: "rfc7208-tests.yml", tests: 203, pins: map[string]string{
		"multispf1":                     "fail", // the two records are the same, and an RRset has no duplicates (RFC 2181 §5)
		"invalid-domain-empty-label":    "fail", // §4.8 leaves it open; the suite prefers that such a name does not match
		"invalid-domain-long":           "fail", // the same
		"invalid-domain-long-via-macro": "fail", // the same
		"p-macro-multiple":              "pass", // §7.3: a name at or below the domain SHOULD be used
		"ptr-limit":                     "pass", // of eleven names the last one of the alphabet is ignored (§4.6.4)
	}}
}

// RFC4408 is the suite of the older standard. It left open what RFC 7208
// settled; the two contradict each other nowhere.
func RFC4408() Suite {
	return Suite{JSON: "rfc4408.json", YAML: "rfc4408-tests.yml", tests: 191, pins: map[string]string{
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
	}}
}

// Suites are all suites.
func Suites() []Suite {
	return []Suite{
		RFC7208(),
		RFC4408(),
		{JSON: "pyspf.json", YAML: "pyspf-tests.yml", tests: 16, exceptions: map[string]string{
			"default-modifier":       "neutral", // "default=" is an extension of that library; §6: unknown modifiers are ignored
			"default-modifier-harsh": "neutral", // and "ambiguous" is its warning, no result of §2.6
		}},
		{YAML: "blitirispf-tests.yml", tests: 83, adapt: qualified, pins: map[string]string{
			"macro-empty-parts": "fail", // §4.8, as above
		}},
	}
}

// Scenarios reads the suite from the test material.
func (s Suite) Scenarios(t testing.TB) []Scenario {
	t.Helper()
	var suite struct{ Scenarios []Scenario }
	Material(t, &suite, "spf", s.JSON)
	return s.settle(t, suite.Scenarios)
}

// PeerScenarios reads the suite from the other module.
func (s Suite) PeerScenarios(t testing.TB) []Scenario {
	t.Helper()
	scenarios := peerScenarios(t, s.YAML)
	for i := range scenarios {
		if s.adapt != nil {
			scenarios[i] = s.adapt(scenarios[i])
		}
	}
	return s.settle(t, scenarios)
}

// AtHand reads the suite from the test material, or where there is none from the
// other module.
func (s Suite) AtHand(t testing.TB) []Scenario {
	t.Helper()
	if os.Getenv(variable) == "" {
		t.Logf("%s is not set: this is the copy of the suite that comes with another module", variable)
		return s.PeerScenarios(t)
	}
	return s.Scenarios(t)
}

// settle enters the one result that each test must have, and sees that every
// pin and every exception is one.
func (s Suite) settle(t testing.TB, scenarios []Scenario) []Scenario {
	t.Helper()
	tests, pins, exceptions := 0, 0, 0
	for i := range scenarios {
		for j := range scenarios[i].Tests {
			test := &scenarios[i].Tests[j]
			tests++
			test.Want = test.Result[0]
			if pin, ok := s.pins[test.Name]; ok || len(test.Result) > 1 {
				if pins++; !slices.Contains(test.Result, pin) || len(test.Result) == 1 {
					t.Errorf("%s: %q is pinned, the suite accepts %q", test.Name, pin, test.Result)
				}
				test.Want = pin
			}
			if result, ok := s.exceptions[test.Name]; ok {
				if exceptions++; slices.Contains(test.Result, result) {
					t.Errorf("%s: an exception that is none: the suite accepts %s", test.Name, result)
				}
				test.Want = result
			}
		}
	}
	if tests != s.tests || pins != len(s.pins) || exceptions != len(s.exceptions) {
		t.Errorf("%d tests, %d pins, %d exceptions; expected %d, %d, %d", tests, pins, exceptions, s.tests, len(s.pins), len(s.exceptions))
	}
	return scenarios
}

// variable is that of the environment which names the folder of test material.
const variable = "MAILAUTH_TESTDATA"

// Material reads a JSON file of the test material of others, which is found by
// the environment variable MAILAUTH_TESTDATA.
func Material(t testing.TB, into any, path ...string) {
	t.Helper()
	dir := os.Getenv(variable)
	if dir == "" {
		t.Skip(variable + " is not set: the public test suites are not at hand")
	}
	data, err := os.ReadFile(filepath.Join(append([]string{dir}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}
