package spf

import (
	"slices"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
)

func TestMisspelt(t *testing.T) {
	tests := []struct {
		name, meant string
		want        bool
		why         string
	}{
		{"_spf.google.con.", "_spf.google.com.", true, "a letter beside the right one"},
		{"_spf.gogle.co.", "_spf.google.com.", true, "two letters lost"},
		{"spf.google.com.", "_spf.google.com.", true, "the underscore lost"},
		{"_spf.google.com.", "_spf.google.com.", false, "the name itself"},
		{"zoho.con.", "zoho.com.", true, "one letter of a short name"},
		{"soho.con.", "zoho.com.", false, "two letters of a short name are another name"},
		{"_spf2.example.net.", "_spf1.example.net.", false, "one of a series"},
		{"spf.example.net.", "spf.protection.outlook.com.", false, "something else"},
	}
	for _, tt := range tests {
		if got := misspelt(tt.name, tt.meant); got != tt.want {
			t.Errorf("misspelt(%q, %q) = %v, want %v: %s", tt.name, tt.meant, got, tt.want, tt.why)
		}
	}
}

// The title says which service goes or comes, alone or with
// other corrections.
func TestRemovalOfAServiceIsAnnounced(t *testing.T) {
	const mx = "\nexample.co.jp MX 10 mail.example.co.jp.\nmail.example.co.jp A 192.0.2.25"
	tests := []struct{ record, title string }{
		{"v=spf1 mx include:gone.example -all", "fix.spf-drop-include"},
		{"v=spf1 mx include:gone.example ?all", "fix.spf-mend-without"},
		{"v=spf1 mx redirect=gone.example", "fix.spf-redirect-gone"},
		{"v=spf1 mx include:_spf.google.con -all", "fix.spf-mend-term"},
		{"v=spf1 mx include:_spf.google.con ?all", "fix.spf-mend-with"},
	}
	for _, tt := range tests {
		report := newWorld(t, "example.co.jp TXT "+resolver.NewTXT(tt.record).String()+"\n_spf.google.com TXT \"v=spf1 -all\""+mx).auditTrying(t)
		i := slices.IndexFunc(report.Findings, func(f checks.Finding) bool { return f.Severity == checks.Error })
		if i < 0 || len(report.Findings[i].Fixes) != 1 {
			t.Fatalf("%s: no error with one fix in %+v", tt.record, report.Findings)
		}
		if got := report.Findings[i].Fixes[0]; got.Title.ID != tt.title || !got.Verified {
			t.Errorf("%s: fix %s, verified %v, want %s", tt.record, got.Title.ID, got.Verified, tt.title)
		}
	}
}

// No name is asked for where nothing is dead.
func TestNearNamesAreAskedForDeadOnesOnly(t *testing.T) {
	asked := resolver.Question{Name: "_spf.google.com.", Type: resolver.TypeTXT}
	for record, want := range map[string]int{
		"v=spf1 include:_spf.google.co.jp -all":   0,
		"v=spf1 include:_spf.gooogle.com -all":    0,
		"v=spf1 include:_spf.google.example -all": 0,
		"v=spf1 include:_spf.gogle.com -all":      1,
	} {
		w := newWorld(t, "example.co.jp TXT "+resolver.NewTXT(record).String()+"\n_spf.gooogle.com TXT \"v=spf1 -all\"")
		w.audit(t)
		if got := w.asked[asked]; got != want {
			t.Errorf("%s: %s asked %d times, want %d", record, asked, got, want)
		}
	}
}
