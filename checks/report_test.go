package checks_test

import (
	"context"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
)

// A check is not in order when what is wrong with it is told in another
// check's name; an info that is folded says nothing against it.
func TestStatusCountsConsequences(t *testing.T) {
	rule := func(id string, s checks.Severity, supersedes ...string) *checks.Rule {
		return &checks.Rule{ID: id, Severity: s, Supersedes: supersedes}
	}
	cause := rule("left-cause", checks.Warning, "right-weak", "middle-fact")
	weak, fact := rule("right-weak", checks.Warning), rule("middle-fact", checks.Info)
	raising := func(name string, rules ...*checks.Rule) *checks.Check {
		return &checks.Check{Name: name, Rules: rules, Judge: func(p *checks.Pass) (j checks.Judgement) {
			for _, r := range rules {
				j.Findings = append(j.Findings, r.On(p.Domain, resolver.TypeTXT))
			}
			return j
		}}
	}
	list := []*checks.Check{raising("left", cause), raising("middle", fact), raising("right", weak)}
	report, err := checks.Audit(context.Background(), "example.jp.", fakeDNS{}, list, checks.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]checks.Status{"left": checks.StatusWarn, "middle": checks.StatusPass, "right": checks.StatusWarn}
	for _, c := range report.Checks {
		if c.Status != want[c.Name] {
			t.Errorf("%s is %s, want %s", c.Name, c.Status, want[c.Name])
		}
	}
}
