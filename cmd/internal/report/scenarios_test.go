package report

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"mailauth/checks"
	"mailauth/checks/all"
	"mailauth/fixtures"
)

// sampled is how many scenarios one stands for in a short run, as under the race
// detector: what is printed of the others is no other code.
const sampled = 5

// someReports are those of all scenarios, or in a short run of one in five.
func someReports(t *testing.T) map[string]*checks.Report {
	t.Helper()
	all := scenarioReports(t)
	if !testing.Short() {
		return all
	}
	some := map[string]*checks.Report{}
	for i, name := range slices.Sorted(maps.Keys(all)) {
		if i%sampled == 0 {
			some[name] = all[name]
		}
	}
	return some
}

// scenarioReports are the audits of all scenarios, by name; made once.
func scenarioReports(t *testing.T) map[string]*checks.Report {
	t.Helper()
	reports, err := auditScenarios()
	if err != nil {
		t.Fatal(err)
	}
	if len(reports) == 0 {
		t.Fatal("there is no scenario")
	}
	return reports
}

var auditScenarios = sync.OnceValues(func() (map[string]*checks.Report, error) {
	reports := map[string]*checks.Report{}
	for _, folder := range []string{"../../../fixtures/rules", "../../../fixtures/traps"} {
		scenarios, err := fixtures.LoadAll(folder)
		if err != nil {
			return nil, err
		}
		for _, s := range scenarios {
			if reports[s.Name], err = checks.Audit(context.Background(), s.Domain, s.Resolver(s.Zones), all.Checks(), s.Options); err != nil {
				return nil, fmt.Errorf("%s: %w", s.Name, err)
			}
		}
	}
	return reports, nil
})

// Whatever is found has words, in every language, with every value that they
// name, and fits the schema.
func TestScenariosHaveWords(t *testing.T) {
	s := schema(t)
	reports := someReports(t)
	for _, lang := range []string{"en", "ja"} {
		localizer := texts(t, lang)
		for name, r := range reports {
			built := Build(r, DNS{Questions: 1, ElapsedMS: 2}, localizer)
			for place, text := range wordsOf(built) {
				if fault := wordless(text); fault != "" {
					t.Errorf("%s, %s, %s %s: %q", name, lang, place, fault, text)
				}
			}
			var out bytes.Buffer
			j := NewJSON(&out, Tool{"mailauth", "test"}, lang, "zone")
			if err := j.Report(built); err != nil {
				t.Fatal(err)
			}
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
			document, err := jsonschema.UnmarshalJSON(bytes.NewReader(out.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(document); err != nil {
				t.Errorf("%s, %s: %v", name, lang, err)
			}
		}
	}
}

// wordsOf collects the texts of a report with their places.
func wordsOf(r Report) map[string]string {
	words := map[string]string{}
	for _, c := range r.Checks {
		words["summary of "+c.Name] = c.Summary
	}
	for _, f := range r.Findings {
		words[f.Rule+" message"], words[f.Rule+" mend"] = f.Message, f.Mend
		words[f.Rule+" effect"], words[f.Rule+" note"] = f.Effect, f.Note
		if f.Message == "" || f.Mend == "" {
			words[f.Rule+" message or mend"] = "<no value>"
		}
		for _, related := range f.Related {
			words[f.Rule+" related note"] = related.Note
		}
		for _, fix := range f.Fixes {
			words[f.Rule+" fix"], words[f.Rule+" reason"] = fix.Title, fix.Reason
			for _, c := range fix.Choices {
				words[f.Rule+" choice "+c.Name] = c.Text
			}
		}
	}
	return words
}

// textID looks like the id of a text that the catalogue lacks.
var textID = regexp.MustCompile(`(^|[ ,、])(summary|fix|choice|trial|note|guard|reason)\.[a-z]|^[a-z0-9]+(-[a-z0-9]+)+(\.[a-z-]+)?$`)

func wordless(text string) string {
	switch {
	case strings.Contains(text, "<no value>"):
		return "has a placeholder that nothing fills"
	case strings.Contains(text, "%!"):
		return "has a formatting mistake"
	case textID.MatchString(text):
		return "has no words"
	case strings.Contains(text, "map["), strings.Contains(text, "[]string"):
		return "prints a Go value"
	}
	return ""
}

// missingText is what is printed in place of a text that the catalogue lacks.
var missingText = regexp.MustCompile(`report\.[a-z]|dns-[a-z]+\.[a-z]|<no value>`)

// Every scenario can be printed in every way, within the width, and says the
// same when printed again from its JSON.
func TestScenariosPrint(t *testing.T) {
	for name, r := range someReports(t) {
		for _, lang := range []string{"en", "ja"} {
			built := Build(r, DNS{Questions: 1, ElapsedMS: 2}, texts(t, lang))
			for _, change := range []func(*TextOptions){nil, func(o *TextOptions) { o.Verbose = true }, func(o *TextOptions) { o.Panel, o.Quiet = true, true }} {
				got := render(t, options(t, lang, change), built)
				for _, c := range got {
					if c != '\n' && !visible(c) {
						t.Errorf("%s, %s: %U is printed", name, lang, c)
						break
					}
				}
				if missingText.MatchString(got) {
					t.Errorf("%s, %s: a text is missing:\n%s", name, lang, got)
				}
				if saved := render(t, options(t, lang, change), throughJSON(t, built)); saved != got {
					t.Errorf("%s, %s: printed from JSON it differs:\n%s\n---\n%s", name, lang, saved, got)
				}
			}
		}
	}
}

func throughJSON(t *testing.T, r Report) Report {
	t.Helper()
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back Report
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	return back
}
