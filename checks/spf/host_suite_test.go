package spf

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// pinned are our results where the suite of RFC 7208 accepts several.
var pinned = map[string]string{
	"multispf1":                     "fail", // the two records are the same, and an RRset has no duplicates (RFC 2181 §5)
	"invalid-domain-empty-label":    "fail", // §4.8 leaves it open; the suite prefers that such a name does not match
	"invalid-domain-long":           "fail",
	"invalid-domain-long-via-macro": "fail",
	"p-macro-multiple":              "pass", // §7.3: a name at or below the domain SHOULD be used
	"ptr-limit":                     "pass", // of eleven names the last one of the alphabet is ignored (§4.6.4)
}

func TestSuiteCheckHost(t *testing.T) {
	if ran := runSuite(t, suiteScenarios(t, "rfc7208.json"), pinned, nil); ran != 203 {
		t.Errorf("%d tests ran, expected 203", ran)
	}
}

// runSuite makes the calls of a suite and returns how many. Where it accepts
// several results, pins has ours; exceptions are tests whose expectation is not
// that of RFC 7208, with the result that is.
func runSuite(t *testing.T, scenarios []scenario, pins, exceptions map[string]string) int {
	t.Helper()
	ran := 0
	for _, s := range scenarios {
		w := suiteWorld(t, s.Zonedata)
		for _, test := range s.Tests {
			ran++
			want := test.Result
			if pin, ok := pins[test.Name]; ok || len(want) > 1 {
				if !slices.Contains(want, pin) {
					t.Errorf("%s: %q is pinned, the suite accepts %q", test.Name, pin, want)
				}
				want = []string{pin}
			}
			if result, ok := exceptions[test.Name]; ok {
				want = []string{result}
			}
			e := CheckHost(context.Background(), w, test.query())
			if !slices.Contains(want, e.Result.String()) {
				t.Errorf("%s: %s (%s, %q), the suite says %q", test.Name, e.Result, e.Cause, e.Term, want)
			}
			explanation := strings.Replace(test.Explanation, "DEFAULT", "", 1)
			if test.Explanation != "" && !strings.EqualFold(e.Explanation, explanation) { // %{ir} may be in any case
				t.Errorf("%s: explanation %q, the suite says %q", test.Name, e.Explanation, explanation)
			}
		}
	}
	return ran
}
