package all_test

import (
	"encoding/csv"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/all"
	"mailauth/checks/catalog"
)

func TestChecksAreValid(t *testing.T) {
	texts, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	if err := checks.Validate(all.Checks(), texts); err != nil {
		t.Error(err)
	}
}

// The index of the rule book names the rules that this version has. It lies
// beside the test material.
func TestRulesAreThoseOfTheIndex(t *testing.T) {
	data := os.Getenv("MAILAUTH_TESTDATA")
	if data == "" {
		t.Skip("MAILAUTH_TESTDATA is not set: the index of the rule book is not here")
	}
	want := readIndex(t, filepath.Join(filepath.Dir(data), "rules.tsv"))
	for _, rule := range checks.Rules(all.Checks()) {
		row, ok := want[rule.ID]
		switch {
		case !ok:
			t.Errorf("rule %s is not in the index", rule.ID)
		case row.severity != rule.Severity.String():
			t.Errorf("rule %s is %s, the index says %s", rule.ID, rule.Severity, row.severity)
		case rule.Max != 0 && !row.depends && !raisedByItsRow[rule.ID]:
			t.Errorf("rule %s can be raised above its severity; the index does not say that it depends", rule.ID)
		}
		delete(want, rule.ID)
	}
	for id, row := range want {
		if !row.needed {
			continue
		}
		t.Errorf("rule %s of the index is not built", id)
	}
}

// raisedByItsRow are rules whose row in the rule book raises them, although the
// index does not say that they depend: without p and without a usable address
// for reports there is no DMARC at all.
var raisedByItsRow = map[string]bool{"dmarc-p-missing": true}

type indexRow struct {
	severity string
	depends  bool
	needed   bool
}

// built are the parts of the index that this version has.
var built = []string{"main", "book"}

func readIndex(t *testing.T, file string) map[string]indexRow {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes = '\t', true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	index := map[string]indexRow{}
	for _, row := range rows[1:] {
		if slices.Contains(built, row[3]) {
			index[row[0]] = indexRow{row[1], row[2] == "depends", row[3] == "main"}
		}
	}
	return index
}

var update = flag.Bool("update", false, "rewrite the list of rules")

// The rules with their severities are a promise to users: a change of the list
// shows here.
func TestListOfRules(t *testing.T) {
	var lines []string
	for _, rule := range checks.Rules(all.Checks()) {
		line := rule.ID + " " + rule.Severity.String()
		if rule.Max != 0 {
			line += " to " + rule.Max.String()
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	got := strings.Join(lines, "\n") + "\n"
	const file = "testdata/rules.txt"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the rules are not those of %s; run with -update if that is meant:\n%s", file, got)
	}
}
