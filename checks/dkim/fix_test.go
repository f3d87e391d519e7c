package dkim

import (
	"context"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
)

// Every fix that needs no choice ends its finding and brings nothing new that
// weighs as much.
func TestFixesHold(t *testing.T) {
	tried := 0
	for _, piece := range append(zonePieces(), faultyKeys()...) {
		for _, listing := range []bool{true, false} {
			w := newWorld(t, map[string]string{"example.co.jp": base + piece, "example.net": "web A 192.0.2.80\n"})
			w.listing = listing
			before, _ := w.audit(t)
			known := identities(before)
			for _, f := range before.Findings {
				for _, fix := range f.Fixes {
					if len(fix.Choices) > 0 {
						continue
					}
					tried++
					after := tryFix(t, w, fix)
					for id, other := range identities(after) {
						_, was := known[id]
						if id == identity(f) || !was && other.Severity >= f.Severity {
							t.Errorf("zone %.60q: after the fix of %s there is %s %s", piece, f.Rule.ID, other.Severity, id)
						}
					}
				}
			}
		}
	}
	if tried < 50 {
		t.Errorf("only %d fixes were tried", tried)
	}
}

func tryFix(t *testing.T, w *world, fix checks.Fix) *checks.Report {
	t.Helper()
	patched, err := resolver.Patch(context.Background(), fix.Edits, w)
	if err != nil {
		t.Fatalf("fix %s: %v", fix.Title.ID, err)
	}
	report, err := checks.Audit(context.Background(), domain, patched, []*checks.Check{Check}, checks.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return report
}
