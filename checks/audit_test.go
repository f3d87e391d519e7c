package checks_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
)

func auditColours(t *testing.T, dns fakeDNS, budget int) *checks.Report {
	t.Helper()
	report, err := checks.Audit(context.Background(), "example.jp.", dns, []*checks.Check{colourCheck(budget)}, checks.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func ids(findings []checks.Finding) []string {
	var got []string
	for _, f := range findings {
		got = append(got, f.Severity.String()+" "+f.Rule.ID)
	}
	return got
}

func TestAuditFoldsConsequences(t *testing.T) {
	report := auditColours(t, fakeDNS{txt: map[string]string{"example.jp.": "red"}}, 10)
	if got, want := ids(report.Findings), []string{"error test-red"}; !slices.Equal(got, want) {
		t.Fatalf("findings %v, want %v", got, want)
	}
	related := report.Findings[0].Related
	if len(related) != 1 || related[0].Rule != "test-dull" {
		t.Errorf("related %+v, want test-dull", related)
	}
	if report.Verdict != checks.StatusFail {
		t.Errorf("verdict %s, want fail", report.Verdict)
	}
}

func TestAuditNeverTakesAnErrorForAbsence(t *testing.T) {
	tests := []struct {
		name    string
		broken  string
		want    []string
		blocks  []string
		verdict checks.Status
	}{
		{"the colour is open", "example.jp.", []string{"warning test-square", "info dns-tempfail"}, []string{"test-dull", "test-red"}, checks.StatusUnknown},
		{"the shape is open", "shape.example.jp.", []string{"error test-red", "info dns-tempfail"}, []string{"test-square"}, checks.StatusFail},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dns := fakeDNS{txt: map[string]string{"example.jp.": "red", "shape.example.jp.": "square"}, broken: map[string]bool{tt.broken: true}}
			report := auditColours(t, dns, 10)
			got := ids(report.Findings)
			if !slices.Equal(got, tt.want) {
				t.Fatalf("findings %v, want %v", got, tt.want)
			}
			last := report.Findings[len(report.Findings)-1]
			if !slices.Equal(last.Blocks, tt.blocks) {
				t.Errorf("blocks %v, want %v", last.Blocks, tt.blocks)
			}
			if last.Args["error"] != "SERVFAIL" || last.Name != tt.broken {
				t.Errorf("tempfail names %s %v, want %s SERVFAIL", last.Name, last.Args["error"], tt.broken)
			}
			if report.Verdict != tt.verdict {
				t.Errorf("verdict %s, want %s", report.Verdict, tt.verdict)
			}
		})
	}
}

func TestBudgetIsSpentInOrder(t *testing.T) {
	report := auditColours(t, fakeDNS{txt: map[string]string{"example.jp.": "green"}}, 1)
	if got, want := ids(report.Findings), []string{"info dns-tempfail"}; !slices.Equal(got, want) {
		t.Fatalf("findings %v, want %v", got, want)
	}
	if f := report.Findings[0]; f.Name != "shape.example.jp." || f.Args["error"] != string(resolver.OverBudget) {
		t.Errorf("open question %s, %v, want shape.example.jp., over budget", f.Name, f.Args["error"])
	}
}

func TestBrokenCheckIsNotABadDomain(t *testing.T) {
	broken := &checks.Check{Name: "broken", Doc: "Breaks.", Lookup: func(context.Context, *checks.Pass) (any, error) {
		return nil, errors.New("out of paper")
	}}
	_, err := checks.Audit(context.Background(), "example.jp.", fakeDNS{}, []*checks.Check{broken}, checks.Options{})
	if err == nil || !strings.Contains(err.Error(), "check broken of example.jp.: out of paper") {
		t.Errorf("error %v, want the check's own", err)
	}
}

func TestFactsNeedARequirement(t *testing.T) {
	other := colourCheck(10)
	nosy := &checks.Check{Name: "nosy", Doc: "Reads what it did not require.", Judge: func(p *checks.Pass) checks.Judgement {
		p.Facts(other)
		return checks.Judgement{}
	}}
	defer func() {
		if recover() == nil {
			t.Error("reading facts of a check that is not required did not panic")
		}
	}()
	_, _ = checks.Audit(context.Background(), "example.jp.", fakeDNS{}, []*checks.Check{other, nosy}, checks.Options{})
}

func TestFingerprintIgnoresTextAndPlace(t *testing.T) {
	record := resolver.Record{Name: "example.jp.", Data: resolver.NewTXT("red"), Origin: resolver.Origin{File: "a.zone", Line: 3}}
	a := ruleRed.At(record)
	record.Origin.Line = 9
	b := ruleRed.At(record).As(checks.Info).With("count", 3)
	if a.Fingerprint() != b.Fingerprint() {
		t.Errorf("fingerprints %s and %s, want the same for another line, severity and count", a.Fingerprint(), b.Fingerprint())
	}
	b.Key = []string{"include:example.net"}
	if a.Fingerprint() == b.Fingerprint() {
		t.Error("findings with different keys share a fingerprint")
	}
}

// One question can fail for several checks: each of them is unknown, and the
// finding is told once.
func TestFailureMakesEveryAskerUnknown(t *testing.T) {
	first, second := colourCheck(10), colourCheck(10)
	second.Name = "other"
	second.Rules = nil
	dns := fakeDNS{txt: map[string]string{"example.jp.": "green"}, broken: map[string]bool{"shape.example.jp.": true}}
	report, err := checks.Audit(context.Background(), "example.jp.", dns, []*checks.Check{first, second}, checks.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := ids(report.Findings); len(got) != 1 {
		t.Errorf("findings %v, want one dns-tempfail", got)
	}
	for _, c := range report.Checks {
		if c.Status != checks.StatusUnknown {
			t.Errorf("check %s is %s, want unknown", c.Name, c.Status)
		}
	}
}
