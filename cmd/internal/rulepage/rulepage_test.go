package rulepage_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/all"
	"mailauth/checks/catalog"
	"mailauth/cmd/internal/report"
	"mailauth/cmd/internal/rulepage"
	"mailauth/fixtures"
)

var update = flag.Bool("update", false, "rewrite the pages")

const docs = "../../../docs"

// languages are those that have pages.
var languages = []string{"en", "ja"}

// The pages are what the catalogue and the scenarios make of them now, and
// there is one for every rule and no other.
func TestPages(t *testing.T) {
	texts, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	rules := checks.Rules(all.Checks())
	pages := map[string]string{}
	for _, lang := range languages {
		pages[rulepage.File("README", lang)] = rulepage.Index(rules, texts.For(lang))
	}
	for _, r := range rules {
		s, err := fixtures.Load("../../../fixtures/rules/" + r.ID + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		audited, err := checks.Audit(context.Background(), s.Domain, s.Resolver(s.Zones), all.Checks(), s.Options)
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range languages {
			pages[rulepage.File(r.ID, lang)] = rulepage.Page(r, example(t, s, r, audited, texts.For(lang)), texts.For(lang))
		}
	}
	for file, want := range pages {
		path := filepath.Join(docs, file)
		if *update {
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != want {
			t.Errorf("docs/%s is stale (%v): go test ./cmd/internal/rulepage -update", file, err)
		}
	}
	for _, lang := range languages {
		files, _ := filepath.Glob(filepath.Join(docs, filepath.Dir(rulepage.File("x", lang)), "*.md"))
		for _, file := range files {
			relative, _ := filepath.Rel(docs, file)
			if _, ok := pages[filepath.ToSlash(relative)]; ok {
				continue
			}
			if *update {
				if err := os.Remove(file); err != nil {
					t.Fatal(err)
				}
				continue
			}
			t.Errorf("docs/%s is about no rule", relative)
		}
	}
}

// example is what a scenario shows of its rule.
func example(t *testing.T, s *fixtures.Scenario, r *checks.Rule, audited *checks.Report, texts *catalog.Localizer) rulepage.Example {
	t.Helper()
	built := report.Build(audited, report.DNS{}, texts)
	own := slices.DeleteFunc(slices.Clone(built.Findings), func(f report.Finding) bool { return f.Rule != r.ID })
	if len(own) == 0 {
		t.Fatalf("the scenario of %s does not raise it", r.ID)
	}
	if r != checks.TempFail {
		own = own[:1]
	}
	for i := range own {
		own[i].File, own[i].Line = nil, nil // lines of the scenario, which nobody sees
		for j := range own[i].Related {
			own[i].Related[j].File, own[i].Related[j].Line = nil, nil
		}
	}
	var out bytes.Buffer
	text := report.NewText(&out, report.TextOptions{Texts: texts, Width: 76, Quiet: true, Verbose: r != checks.TempFail})
	if err := text.Report(report.Report{Domain: built.Domain, Findings: own}); err != nil {
		t.Fatal(err)
	}
	e := rulepage.Example{Domain: built.Domain, Finding: own[0], Output: out.String()}
	e.Before, e.After = s.Changed()
	return e
}

// A page says everything that it is for.
func TestPagesAreWhole(t *testing.T) {
	for _, r := range checks.Rules(all.Checks()) {
		for _, lang := range languages {
			data, err := os.ReadFile(filepath.Join(docs, rulepage.File(r.ID, lang)))
			if err != nil {
				t.Error(err)
				continue
			}
			text := string(data)
			for _, want := range []string{"# " + r.ID, r.Citation, "mailauth check ", "\n1. ", r.Version()} {
				if !strings.Contains(text, want) {
					t.Errorf("%s (%s) lacks %q", r.ID, lang, want)
				}
			}
			if strings.Contains(text, "<no value>") || strings.Contains(text, "rulepage.") {
				t.Errorf("%s (%s) has a placeholder that nothing fills", r.ID, lang)
			}
		}
	}
}

func TestTerminal(t *testing.T) {
	page := "# a-rule: A title\n\nA sentence that is longer than the terminal is wide, with `code` and [a link](x.md).\n\n```\n@ TXT \"v=spf1 -all\"\n\n  kept as it is\n```\n\n## Steps\n\n1. Do one thing after another thing.\n"
	want := "a-rule: A title\n\nA sentence that is longer than\nthe terminal is wide, with\ncode and a link.\n\n    @ TXT \"v=spf1 -all\"\n\n      kept as it is\n\nSteps\n\n1. Do one thing after another\n   thing.\n"
	if got := rulepage.Terminal(page, 30); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
