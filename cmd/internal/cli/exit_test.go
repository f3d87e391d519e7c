package cli

import (
	"testing"

	"mailauth/checks"
)

func TestGate(t *testing.T) {
	weak := &checks.Rule{ID: "test-weak", Severity: checks.Warning}
	grave := &checks.Rule{ID: "test-grave", Severity: checks.Info, Max: checks.Error}
	list := []*checks.Check{{Name: "test", Rules: []*checks.Rule{weak, grave}}}
	found := func(severities ...checks.Severity) (findings []checks.Finding) {
		for _, s := range severities {
			findings = append(findings, checks.Finding{Rule: weak, Severity: s})
		}
		return findings
	}
	open := func(blocks ...string) checks.Finding {
		return checks.Finding{Rule: checks.TempFail, Severity: checks.Info, Blocks: blocks}
	}
	tests := []struct {
		name     string
		failOn   checks.Severity
		ignore   bool
		findings []checks.Finding
		want     int
	}{
		{"nothing", checks.Error, false, nil, ExitOK},
		{"an error", checks.Error, false, found(checks.Error), ExitFindings},
		{"a warning is below", checks.Error, false, found(checks.Warning, checks.Info), ExitOK},
		{"a warning is enough", checks.Warning, false, found(checks.Warning), ExitFindings},
		{"an info is enough", checks.Info, false, found(checks.Info), ExitFindings},
		{"never", 0, false, append(found(checks.Error), open("test-grave")), ExitOK},
		{"open, and it could be an error", checks.Error, false, []checks.Finding{open("test-weak", "test-grave")}, ExitUnknown},
		{"open, and it could not", checks.Error, false, []checks.Finding{open("test-weak")}, ExitOK},
		{"open, and a warning is enough", checks.Warning, false, []checks.Finding{open("test-weak")}, ExitUnknown},
		{"open, and that is ignored", checks.Error, true, []checks.Finding{open("test-grave")}, ExitOK},
		{"a finding decides over what is open", checks.Error, false, append([]checks.Finding{open("test-grave")}, found(checks.Error)...), ExitFindings},
		{"what is open is no info by itself", checks.Info, true, []checks.Finding{open("test-weak")}, ExitOK},
		{"open rules that nobody knows", checks.Error, false, []checks.Finding{open("test-other")}, ExitOK},
	}
	for _, tt := range tests {
		g := newGate(list, tt.failOn, tt.ignore)
		if got := g.status(&checks.Report{Findings: tt.findings}); got != tt.want {
			t.Errorf("%s: exit status %d, want %d", tt.name, got, tt.want)
		}
	}
}

// Over several domains 2 > 1 > 3 > 0.
func TestWorseExit(t *testing.T) {
	order := []int{ExitOK, ExitUnknown, ExitFindings, ExitUsage}
	for i, a := range order {
		for j, b := range order {
			if got, want := worseExit(a, b), order[max(i, j)]; got != want {
				t.Errorf("worseExit(%d, %d) = %d, want %d", a, b, got, want)
			}
		}
	}
}
