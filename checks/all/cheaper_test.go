package all_test

import (
	"testing"

	"mailauth/fixtures"
)

// T33: the record that is offered in the place of one that costs too much has
// nothing against it, not even a warning that it is near the limit.
func TestCheaperRecordIsNotNearTheLimit(t *testing.T) {
	s, err := fixtures.Load(trapFolder + "/t33-cheaper-record-is-not-near-the-limit.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range audit(t, s, s.Zones).Findings {
		if f.Rule.ID != "spf-lookups-over" {
			continue
		}
		if len(f.Fixes) != 1 || !f.Fixes[0].Verified || f.Fixes[0].Warnings > 0 {
			t.Errorf("fixes %+v, want one that is verified and leaves no warning", f.Fixes)
		}
		return
	}
	t.Error("spf-lookups-over is not raised")
}
