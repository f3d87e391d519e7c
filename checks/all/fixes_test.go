package all_test

import (
	"strings"
	"testing"

	"mailauth/fixtures"
	"mailauth/resolver"
)

// unverified are the reasons for which a fix of a rule's own fixture may stay
// unverified; anything else is a fix that does not do what it says.
var unverified = map[string]bool{
	"trial.needs-choice":      true, // only the user knows the value
	"trial.spf-removes-term":  true, // a ptr may let somebody pass
	"trial.dkim-removes-key":  true, // the title does not announce it
	"trial.dmarc-policy-lost": true,
}

// The fix of each rule's fixture mends the fixture: it is verified, or the
// report says why it cannot be. What it adds is well-formed.
func TestFixesOfFixtures(t *testing.T) {
	scenarios, err := fixtures.LoadAll(ruleFolder)
	if err != nil {
		t.Fatal(err)
	}
	verified := 0
	for _, s := range scenarios {
		for _, f := range audit(t, s, s.Zones).Findings {
			for _, fix := range f.Fixes {
				if fix.Verified {
					verified++
				} else if fix.Reason == nil || !unverified[fix.Reason.ID] {
					t.Errorf("%s: the fix %s of %s is not verified: %+v\n%+v", s.Name, fix.Title.ID, f.Rule.ID, fix.Reason, fix.Edits)
				}
				for _, e := range fix.Edits {
					checkEdit(t, s.Name, e, len(fix.Choices) > 0)
				}
			}
		}
	}
	if verified == 0 {
		t.Error("no fix of any fixture is verified")
	}
}

func checkEdit(t *testing.T, scenario string, e resolver.Edit, open bool) {
	t.Helper()
	if canonical, err := resolver.CanonicalName(e.Name); err != nil || canonical != e.Name {
		t.Errorf("%s: an edit's name %q is not canonical (%v)", scenario, e.Name, err)
	}
	for _, text := range e.Add {
		if open && strings.Contains(text, "<") {
			continue // the form of a record with the user's value left out
		}
		data, err := resolver.ParseRData(e.Type, text)
		if err != nil {
			t.Errorf("%s: an edit adds %s %s: %v", scenario, e.Type, text, err)
			continue
		}
		if txt, ok := data.(resolver.TXT); ok {
			for _, part := range txt.Strings {
				if len(part) > 255 {
					t.Errorf("%s: an edit adds a string of %d octets, expected at most 255", scenario, len(part))
				}
			}
		}
	}
}
