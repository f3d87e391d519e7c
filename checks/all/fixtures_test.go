package all_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/all"
	"mailauth/fixtures"
	"mailauth/resolver"
)

const (
	ruleFolder = "../../fixtures/rules"
	trapFolder = "../../fixtures/traps"
)

func audit(t *testing.T, s *fixtures.Scenario, zones []*resolver.Zone) *checks.Report {
	t.Helper()
	return auditWith(t, s, zones, s.Options)
}

func auditWith(t *testing.T, s *fixtures.Scenario, zones []*resolver.Zone, options checks.Options) *checks.Report {
	t.Helper()
	report, err := checks.Audit(context.Background(), s.Domain, s.Resolver(zones), all.Checks(), options)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// weighty lists the findings as scenarios do: errors and warnings, and the
// infos that are listed in named.
func weighty(report *checks.Report, named []string) (got []string) {
	for _, f := range report.Findings {
		line := strings.Join([]string{f.Severity.String(), f.Rule.ID, f.Name}, " ")
		if f.Severity > checks.Info || slices.Contains(named, line) {
			got = append(got, line)
		}
	}
	slices.Sort(got)
	return got
}

func raised(report *checks.Report, id string) bool {
	return slices.ContainsFunc(report.Findings, func(f checks.Finding) bool { return f.Rule.ID == id })
}

func compare(t *testing.T, what string, report *checks.Report, want []string) {
	t.Helper()
	want = slices.Sorted(slices.Values(want))
	if got := weighty(report, want); !slices.Equal(got, want) {
		t.Errorf("%s raises\n\t%s\nwant\n\t%s", what, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// Every rule has a world that raises it, and one that differs in a single
// record and does not.
func TestRuleFixtures(t *testing.T) {
	scenarios, err := fixtures.LoadAll(ruleFolder)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) {
			if !slices.ContainsFunc(s.Want, func(line string) bool { return strings.Contains(line, " "+s.Name+" ") }) {
				t.Fatalf("want does not name the rule %s", s.Name)
			}
			compare(t, "the world", audit(t, s, s.Zones), s.Want)
			if s.Mended == nil {
				t.Fatal("the scenario has no mend: nothing shows where the rule stops")
			}
			mended := auditWith(t, s, s.Mended, s.MendedOptions)
			if raised(mended, s.Name) {
				t.Errorf("the mended world still raises %s", s.Name)
			}
			compare(t, "the mended world", mended, s.After)
		})
	}
}

// Every rule has a fixture: the world that raises it.
func TestEveryRuleHasAFixture(t *testing.T) {
	scenarios, err := fixtures.LoadAll(ruleFolder)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, s := range scenarios {
		seen[s.Name] = true
	}
	for _, rule := range checks.Rules(all.Checks()) {
		if !seen[rule.ID] {
			t.Errorf("rule %s has no fixture in %s", rule.ID, ruleFolder)
		}
	}
}

// Each mistake that other checkers make is a world here.
func TestTraps(t *testing.T) {
	scenarios, err := fixtures.LoadAll(trapFolder)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) {
			report := audit(t, s, s.Zones)
			compare(t, "the world", report, s.Want)
			for _, id := range s.Never {
				if raised(report, id) {
					t.Errorf("the world raises %s", id)
				}
			}
			if s.Mended != nil {
				compare(t, "the mended world", audit(t, s, s.Mended), s.After)
			}
		})
	}
}
