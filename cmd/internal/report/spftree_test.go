package report

import (
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/spf"
)

func renderTree(t *testing.T, o TextOptions, trees ...SPFTree) string {
	t.Helper()
	var b strings.Builder
	text := NewText(&b, o)
	for _, tree := range trees {
		if err := text.Tree(tree); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// oddTree has everything that a tree can show.
func oddTree() SPFTree {
	facts := ledgerReport().Checks[0].Facts.(*spf.Facts)
	return SPFTree{
		Domain: "example.co.jp", Verdict: checks.StatusUnknown, Outcome: spf.Published, Final: "fail",
		Ledger: facts.Ledger, VoidLimit: spf.MaxVoids, Tree: facts.Tree,
		Worst: &Worst{Cost{6, 1}, Cost{7, 2}},
		Unanswered: []Unanswered{{Name: "open.example.", Type: 16, Error: "timeout", Server: "192.0.2.53:53", Mend: "Run it again in a minute."}},
		DNS:        DNS{Questions: 9, ElapsedMS: 1234},
	}
}

func TestTreeTextX(t *testing.T) {
	t.Log("\n" + renderTree(t, options(t, "en", nil), oddTree()))
	t.Log("\n" + renderTree(t, options(t, "ja", nil), oddTree()))
}
