package dmarc

import (
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
)

// One change mends all that is certain about a record, and its title says what
// takes effect by it.
func TestMendTogether(t *testing.T) {
	const to = "; rua=mailto:d@example.co.jp"
	for _, tt := range []struct {
		zone  string
		rules string   // what the change is the fix of, all of them with the same
		edits []string // the edits
		title string   // without "fix.dmarc-", and the policy that takes effect
		why   string
	}{
		{`_dmarc TXT "v=dmarc1; p=none; rua=d@example.co.jp"`, "version", []string{`-["v=dmarc1; p=none; rua=d@example.co.jp"] +["v=DMARC1; p=none` + to + `"]`}, "corrected", "the version and the address"},
		{`_dmarc TXT "v=dmarc1; p=rejct; ri=1"`, "version", []string{`-["v=dmarc1; p=rejct; ri=1"] +["v=DMARC1; p=reject"]`}, "corrected-enforce p=reject", "nothing applied before"},
		{`_dmarc TXT "v=DMARC1; p=reject; rf=afrf; ri=1; fo=1; rua=d@example.co.jp"`, "fo rf ri rua-uri",
			[]string{`-["v=DMARC1; p=reject; rf=afrf; ri=1; fo=1; rua=d@example.co.jp"] +["v=DMARC1; p=reject` + to + `"]`}, "corrected", "p=reject applies already"},
		{`_dmarc TXT "v=DMARC1; p=quarantine, sp:reject; rf=afrf` + to + `"`, "rf syntax",
			[]string{`-["v=DMARC1; p=quarantine, sp:reject; rf=afrf` + to + `"] +["v=DMARC1; p=quarantine; sp=reject` + to + `"]`}, "corrected-enforce p=quarantine", "the record counted as p=none"},
		{`_dmarc TXT "v=DMARC1; p=quarantin` + to + `"`, "p-invalid", []string{`-["v=DMARC1; p=quarantin` + to + `"] +["v=DMARC1; p=quarantine` + to + `"]`}, "policy-enforce p=quarantine", "a slip in the policy itself"},
		{`_dmarc TXT "v=DMARC1; p=none; p=none` + to + `"`, "tag-dup", []string{`-["v=DMARC1; p=none; p=none` + to + `"] +["v=DMARC1; p=none` + to + `"]`}, "corrected", "p=none lets nothing take effect"},
		{`_dmarc TXT "v=DMARC1; p=none; np=reject; ri=1` + to + `"`, "ri", []string{`-["v=DMARC1; p=none; np=reject; ri=1` + to + `"] +["v=DMARC1; p=none; np=reject` + to + `"]`}, "drop-tag", "one correction has its own words"},
		{`_dmarc TXT "v=DMARC1; p=reject; np=none; ri=1` + to + `"`, "ri", []string{`-["v=DMARC1; p=reject; np=none; ri=1` + to + `"] +["v=DMARC1; p=reject; np=none` + to + `"]`}, "drop-tag", "np is a decision of its own"},
		{`_dmarc TXT "v=DMARC1; p=reject"` + "\n" + `_dmarc TXT "v=DMARC1; p=reject; rua=d@example.co.jp"`, "multiple",
			[]string{`-["v=DMARC1; p=reject"] -["v=DMARC1; p=reject; rua=d@example.co.jp"] +["v=DMARC1; p=reject` + to + `"]`}, "merge-enforce p=reject", "none of them applied"},
		{`_dmarc TXT "v=dmarc1; p=none"` + "\n" + `_dmarc TXT "v=DMARC2; p=none` + to + `"`, "version",
			[]string{`-["v=DMARC2; p=none` + to + `"] -["v=dmarc1; p=none"] +["v=DMARC1; p=none` + to + `"]`}, "merge", "two that were meant become one"},
		{`dmarc TXT "v=DMARC1; p=reject; rua=d@example.co.jp"`, "wrong-name",
			[]string{`-["v=DMARC1; p=reject; rua=d@example.co.jp"]`, `+["v=DMARC1; p=reject` + to + `"]`}, "move-enforce p=reject", "mended on the way"},
		{`dmarc TXT "v=DMARC1; p=none"` + "\n" + `@ TXT "v=DMARC1; p=none` + to + `"`, "wrong-name",
			[]string{`-["v=DMARC1; p=none` + to + `"]`, `-["v=DMARC1; p=none"]`, `+["v=DMARC1; p=none` + to + `"]`}, "move", "two places, one record"},
		{`_dmarc TXT "v=DMARC1" "p=reject" "rua=d@example.co.jp"`, "string-join", []string{`-["v=DMARC1" "p=reject" "rua=d@example.co.jp"] +["v=DMARC1; p=reject` + to + `"]`}, "corrected-enforce p=reject", "strings without semicolons"},
	} {
		report := auditDMARC(t, "example.co.jp.", dns(t, "example.co.jp.:"+tt.zone+mailbox))
		var rules []string
		for _, f := range report.Findings {
			if len(f.Fixes) != 1 || len(f.Fixes[0].Choices) > 0 {
				continue
			}
			rules = append(rules, strings.TrimPrefix(f.Rule.ID, "dmarc-"))
			fix := f.Fixes[0]
			title := strings.TrimPrefix(fix.Title.ID, "fix.dmarc-")
			if policy, ok := fix.Title.Args["enforced"].(string); ok {
				title += " " + policy
			}
			edits := editsOf(f.Fixes)
			for i := range edits {
				edits[i] = edits[i][strings.Index(edits[i], "TXT ")+4:]
			}
			if !slices.Equal(edits, tt.edits) || title != tt.title || !fix.Verified {
				t.Errorf("%s: %s\n got %q %q verified %t %v\nwant %q %q: %s", tt.zone, f.Rule.ID, title, edits, fix.Verified, fix.Reason, tt.title, tt.edits, tt.why)
			}
		}
		slices.Sort(rules)
		if got := strings.Join(slices.Compact(rules), " "); got != tt.rules {
			t.Errorf("%s: fixes of %q, want of %q", tt.zone, got, tt.rules)
		}
	}
}

// What has to be decided is asked of the record that is right otherwise.
func TestDecisions(t *testing.T) {
	const to = "; rua=mailto:d@example.co.jp"
	for _, tt := range []struct {
		record, rule string
		add          string
		values       []string
	}{
		{"v=DMARC1; p=reject; pct=20; ri=1" + to, "dmarc-pct", "<record>", []string{"v=DMARC1; p=reject" + to, "v=DMARC1; p=reject" + to + "; t=y"}},
		{"v=DMARC1; p=reject; pct=0" + to, "dmarc-pct", "<record>", []string{"v=DMARC1; p=reject" + to + "; t=y", "v=DMARC1; p=reject" + to}},
		{"v=DMARC1; p=none; p=reject; ri=1" + to, "dmarc-tag-dup", "v=DMARC1; p=<value>" + to, []string{"none", "reject"}},
		{"v=DMARC1; p=none; p=reject; ri=1" + to, "dmarc-ri", "v=DMARC1; p=<value>" + to, []string{"none", "reject"}},
		{"v=DMARC1; p=none; ri=1; rua=mailto: d@example.co.jp", "dmarc-p-none", "v=DMARC1; p=<policy>" + to, []string{"quarantine", "reject"}},
		{"v=DMARC1; p=reject; sp=quarantine; ri=1" + to, "dmarc-sp-weaker", "v=DMARC1; p=reject; sp=reject" + to, []string{"yes", "no"}},
	} {
		report := auditDMARC(t, "example.co.jp.", dns(t, "example.co.jp.:_dmarc TXT "+quote(tt.record)+mailbox))
		i := slices.IndexFunc(report.Findings, func(f checks.Finding) bool { return f.Rule.ID == tt.rule })
		if i < 0 || len(report.Findings[i].Fixes) != 1 || len(report.Findings[i].Fixes[0].Choices) != 1 {
			t.Errorf("%s: no decision for %s", tt.record, tt.rule)
			continue
		}
		fix := report.Findings[i].Fixes[0]
		if add := fix.Edits[0].Add[0]; add != quote(tt.add) || !slices.Equal(fix.Choices[0].Values, tt.values) {
			t.Errorf("%s: %s asks for %q in %s, want %q in %s", tt.record, tt.rule, fix.Choices[0].Values, add, tt.values, quote(tt.add))
		}
	}
}

// An address that can be corrected is judged as it was meant: whether its host
// takes mail is no news of the correction.
func TestDestinationAsMeant(t *testing.T) {
	for _, record := range []string{"v=DMARC1; p=reject; rua=mailto: d@gone.example.co.jp", "v=DMARC1; p=reject; rua=d@gone.example.co.jp", "v=DMARC1; p=reject rua=mailto:d@gone.example.co.jp"} {
		report := auditDMARC(t, "example.co.jp.", dns(t, "example.co.jp.:_dmarc TXT "+quote(record)+mailbox))
		var rules []string
		for _, f := range report.Findings {
			rules = append(rules, f.Rule.ID)
			if len(f.Fixes) == 1 && len(f.Fixes[0].Choices) == 0 && !f.Fixes[0].Verified {
				t.Errorf("%s: the fix of %s is not verified: %v", record, f.Rule.ID, f.Fixes[0].Reason)
			}
		}
		if len(rules) != 2 || !slices.Contains(rules, "dmarc-rua-no-mx") {
			t.Errorf("%s: findings %q, want the slip and dmarc-rua-no-mx", record, rules)
		}
	}
}
