package spf

import (
	"context"
	"net/netip"
	"slices"
	"testing"

	"mailauth/checks"
	"mailauth/checks/spf/spftest"
	"mailauth/resolver"
)

// The suite names one client and the result for it. What passes for certain
// must pass here, whatever is permerror must have a finding that says so.
func TestSuiteTrees(t *testing.T) {
	tried := map[string]int{}
	for _, s := range spftest.RFC7208().Scenarios(t) {
		w := suiteWorld(t, s)
		for _, test := range s.Tests {
			if len(test.Result) > 1 {
				continue
			}
			name, err := resolver.CanonicalName(test.Domain())
			if err != nil || resolver.CountLabels(name) < 2 {
				continue
			}
			report, err := checks.Audit(context.Background(), name, w, []*checks.Check{Check}, checks.Options{SkipTrials: true})
			if err != nil {
				t.Fatal(err)
			}
			tried[test.Result[0]]++
			if complaint := disagrees(test, report); complaint != "" {
				t.Errorf("%s (%s): %s", test.Name, name, complaint)
			}
		}
	}
	for result, least := range map[string]int{"pass": 25, "fail": 40, "permerror": 40, "none": 4, "temperror": 2} {
		if tried[result] < least {
			t.Errorf("only %d tests with result %s were tried, expected at least %d", tried[result], result, least)
		}
	}
}

func disagrees(test spftest.Test, report *checks.Report) string {
	f := report.Checks[0].Facts.(*Facts)
	ip := netip.MustParseAddr(test.Host).Unmap()
	settled := f.Outcome == Published && len(f.Static.Dynamic) == 0 && len(f.Static.Open) == 0
	switch result := test.Result[0]; {
	case result == "pass" && settled && !f.Static.Set.Contains(ip):
		return "does not pass"
	case slices.Contains([]string{"fail", "softfail", "neutral"}, result) && settled && f.Static.Set.Contains(ip):
		return "passes"
	case result == "permerror" && report.Count(checks.Error) == 0:
		return "no error is found"
	case result == "none" && f.Record != "":
		return "a record is found: " + f.Record
	case result == "temperror" && !slices.ContainsFunc(report.Findings, func(f checks.Finding) bool { return f.Rule == checks.TempFail }):
		return "nothing is called open"
	}
	return ""
}
