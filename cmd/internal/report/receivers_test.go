package report

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"mailauth/checks/receivers"
)

// The matrix has words for everything in it, fits the schema and 80 columns, in
// both languages, for whatever an audit finds.
func TestReceiversOfAllScenarios(t *testing.T) {
	s := schema(t)
	for _, lang := range []string{"en", "ja"} {
		localizer := texts(t, lang)
		for name, r := range someReports(t) {
			built := Build(r, DNS{}, localizer)
			built.Receivers = Receivers(r, receivers.IDs(), localizer)
			var out bytes.Buffer
			if err := NewText(&out, TextOptions{Texts: localizer, Width: 80}).Report(Report{Domain: built.Domain, Receivers: built.Receivers}); err != nil {
				t.Fatal(err)
			}
			for _, line := range strings.Split(out.String(), "\n") {
				if Width(line) > 80 {
					t.Errorf("%s, %s: a line of %d columns: %s", name, lang, Width(line), line)
				}
				if fault := wordless(line); fault != "" || strings.Contains(line, "receivers") && lang == "ja" {
					t.Errorf("%s, %s: %s: %q", name, lang, fault, line)
				}
			}
			checkDocument(t, s, built, name)
		}
	}
}

// Every need, state and scope has its texts, and every profile a name and a source.
func TestReceiversHaveTexts(t *testing.T) {
	for _, lang := range []string{"en", "ja"} {
		localizer := texts(t, lang)
		want := func(id string) {
			t.Helper()
			if !localizer.Has(id) || strings.TrimSpace(localizer.Text(id, nil)) == "" {
				t.Errorf("%s: no text %s", lang, id)
			}
		}
		for _, p := range receivers.Profiles() {
			want("receivers-name." + p.ID)
			if p.Source == "" || len(p.Requirements) == 0 {
				t.Errorf("profile %s has no source or asks for nothing", p.ID)
			}
			for _, r := range p.Requirements {
				want("receivers-need." + string(r.Need))
				want("receivers-mend." + string(r.Need))
				want("receivers.scope-" + string(r.Scope))
			}
		}
		for _, state := range []receivers.State{receivers.Met, receivers.Unmet, receivers.Unseen, receivers.Open, receivers.Exempt} {
			want("receivers.state-" + string(state))
		}
	}
}

// What stands in the way is a finding that the reader has before him.
func TestReceiversNameFindings(t *testing.T) {
	localizer := texts(t, "en")
	named := 0
	for name, r := range someReports(t) {
		built := Build(r, DNS{}, localizer)
		for _, receiver := range Receivers(r, receivers.IDs(), localizer) {
			for _, row := range receiver.Requirements {
				if (row.Mend != "") != (row.State == receivers.Unmet) {
					t.Errorf("%s, %s %s: %s, and to do: %q", name, receiver.Profile, row.Need, row.State, row.Mend)
				}
				for _, rule := range row.Rules {
					named++
					if !slices.ContainsFunc(built.Findings, func(f Finding) bool { return f.Rule == rule }) {
						t.Errorf("%s, %s %s names %s, which is not in the report", name, receiver.Profile, row.Need, rule)
					}
				}
			}
		}
	}
	if named == 0 {
		t.Error("no scenario has a finding that stands in the way of a receiver")
	}
}

// checkDocument holds a report against the schema.
func checkDocument(t *testing.T, s interface{ Validate(any) error }, r Report, name string) {
	t.Helper()
	data, err := json.Marshal(Document{Version: Version, Tool: Tool{"mailauth", "test"}, Lang: "en", Source: "test", Reports: []Report{r}, Problems: []Problem{}})
	if err != nil {
		t.Fatal(err)
	}
	var parsed any
	if err := json.Unmarshal(data, &parsed); err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(parsed); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}
