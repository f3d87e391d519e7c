package mtasts

import (
	"strings"
	"testing"
	"time"

	"mailauth/checks/catalog"
)

// A final dot is what is wrong with the name: it has to be shown.
func TestFinalDotIsShown(t *testing.T) {
	texts, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	report := audit(t, world(t, inUse...), page{text: strings.Replace(goodPolicy, "*.example.jp", "mail.example.jp.", 1)}, time.Time{})
	if len(report.Findings) != 1 || report.Findings[0].Note == nil {
		t.Fatalf("%s is said, want one sts-policy with a note", said(report))
	}
	for _, lang := range []string{"en", "ja"} {
		if got := texts.For(lang).Say(*report.Findings[0].Note); !strings.Contains(got, "mail.example.jp.\"") && !strings.Contains(got, "mail.example.jp.」") {
			t.Errorf("%s: %q, want the name with its final dot", lang, got)
		}
	}
}
