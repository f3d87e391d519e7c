package spf

import (
	"context"
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
)

// auditTrying audits example.co.jp and tries the fixes.
func (w *world) auditTrying(t *testing.T) *checks.Report {
	t.Helper()
	report, err := checks.Audit(context.Background(), "example.co.jp.", w, []*checks.Check{Check}, checks.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

const fiveLookups = `
	five.example TXT "v=spf1 a:1.x.example a:1.x.example/31 a:1.x.example/30 a:1.x.example/29 a:1.x.example/28 -all"
	1.x.example A 198.51.100.1
	1.x.example AAAA 2001:db8:5::1`

func TestFixes(t *testing.T) {
	const mx = `
		example.co.jp MX 10 mail.example.co.jp.
		example.co.jp A 192.0.2.80
		mail.example.co.jp A 192.0.2.25
		mail.example.co.jp AAAA 2001:db8::25`
	tests := []struct {
		name, rule string
		lines      string
		want       []string // of every fix: the new text, and "!" with the reason if it is not verified
	}{
		{"a dead include goes", "spf-include-nxdomain", `
			example.co.jp TXT "v=spf1 mx include:gone.example -all"` + mx,
			[]string{"v=spf1 mx -all"}},
		{"a foreign fault is not ours to mend", "spf-include-nxdomain", `
			example.co.jp TXT "v=spf1 mx include:a.example -all"
			a.example TXT "v=spf1 include:gone.example -all"` + mx, nil},
		{"an included host becomes a", "spf-include-mx-host", `
			example.co.jp TXT "v=spf1 include:mail.example.co.jp ~all"` + mx,
			[]string{"v=spf1 a:mail.example.co.jp ~all"}},
		{"a dead redirect becomes ~all", "spf-redirect-none", `
			example.co.jp TXT "v=spf1 mx redirect=gone.example"` + mx,
			[]string{"v=spf1 mx ~all"}},
		{"nothing that counts goes with what stands behind all", "spf-terms-after-all", `
			example.co.jp TXT "v=spf1 mx -all ip4:192.0.2.9 ~all"` + mx,
			[]string{"v=spf1 mx -all", "<record> v=spf1 mx ip4:192.0.2.9 -all !trial.needs-choice"}},
		{"a redirect beside all", "spf-redirect-with-all", `
			example.co.jp TXT "v=spf1 redirect=gone.example mx ~all"` + mx,
			[]string{"v=spf1 mx ~all"}},
		{"a redirect in the middle", "spf-redirect-position", `
			example.co.jp TXT "v=spf1 redirect=a.example mx"
			a.example TXT "v=spf1 -all"` + mx,
			[]string{"v=spf1 mx redirect=a.example"}},
		{"how strict is the user's to say", "spf-plus-all", `
			example.co.jp TXT "v=spf1 mx +all"` + mx,
			[]string{"v=spf1 mx <all> !trial.needs-choice"}},
		{"an open end", "spf-no-all", `example.co.jp TXT "v=spf1 mx"` + mx, []string{"v=spf1 mx ~all"}},
		{"a neutral end", "spf-neutral-all", `example.co.jp TXT "v=spf1 mx ?ALL"` + mx, []string{"v=spf1 mx ~all"}},
		{"ptr may let somebody pass", "spf-ptr", `
			example.co.jp TXT "v=spf1 mx ptr -all"` + mx,
			[]string{"v=spf1 mx -all !trial.spf-removes-term"}},
		{"ptr that nobody needs", "spf-ptr", `
			example.co.jp TXT "v=spf1 mx ptr +all"` + mx,
			[]string{"v=spf1 mx +all"}},
		{"ptr where nobody passes by it", "spf-ptr", `
			example.co.jp TXT "v=spf1 mx ?include:_own.example.co.jp -all"
			_own.example.co.jp TXT "v=spf1 ip4:192.0.2.7 ptr -all"` + mx,
			[]string{"v=spf1 ip4:192.0.2.7 -all"}},
		{"ptr in a record that nobody can read", "spf-ptr", `
			example.co.jp TXT "v=spf1 mx ptr ipv4:192.0.2.7 -all"` + mx,
			[]string{"v=spf1 mx ip4:192.0.2.7 -all !trial.spf-removes-meant"}},
		{"ptr alone is all that there is", "spf-ptr", `example.co.jp TXT "v=spf1 ptr -all"`, nil},
		{"a name without address", "spf-a-no-addr", `
			example.co.jp TXT "v=spf1 a:gone.example mx -all"` + mx,
			[]string{"v=spf1 mx -all"}},
		{"mx where a was meant", "spf-mx-no-mx", `
			example.co.jp TXT "v=spf1 mx mx:mail.example.co.jp/28 -all"` + mx,
			[]string{"v=spf1 mx -all", "<record> v=spf1 mx a:mail.example.co.jp/28 -all !trial.needs-choice"}},
		{"all void names at once", "spf-void-over", `
			example.co.jp TXT "v=spf1 a:1.gone.example mx:2.gone.example mx a:3.gone.example -all"` + mx,
			[]string{"v=spf1 mx -all"}},
		{"the same include twice", "spf-include-dup", `
			example.co.jp TXT "v=spf1 include:a.example mx include:a.example -all"
			a.example TXT "v=spf1 ip4:198.51.100.0/24 -all"` + mx,
			[]string{"v=spf1 include:a.example mx -all"}},
		{"an address twice", "spf-ip-redundant", `
			example.co.jp TXT "v=spf1 ip4:192.0.2.0/24 mx ip4:192.0.2.9 -all"` + mx,
			[]string{"v=spf1 ip4:192.0.2.0/24 mx -all"}},
		{"over ten: dead includes first", "spf-lookups-over", `
			example.co.jp TXT "v=spf1 include:five.example include:gone.example mx a:mail.example.co.jp/29 a:mail.example.co.jp/28 a:mail.example.net -all"` + mx + fiveLookups,
			[]string{"v=spf1 include:five.example ip4:192.0.2.25 ip6:2001:db8::25 a:mail.example.co.jp/29 a:mail.example.co.jp/28 -all"}},
		{"over ten: then hosts by their addresses, in the same order", "spf-lookups-over", `
			example.co.jp TXT "v=spf1 ?a include:five.example mx a:mail.example.co.jp/30 a:mail.example.co.jp/29 a:mail.example.co.jp/28//64 -all"` + mx + fiveLookups,
			[]string{"v=spf1 ?ip4:192.0.2.80 include:five.example ip4:192.0.2.25 ip6:2001:db8::25 ip4:192.0.2.24/30 ip6:2001:db8::25 a:mail.example.co.jp/29 a:mail.example.co.jp/28//64 -all"}},
		{"over ten: nothing that is known to be enough", "spf-lookups-over", `
			example.co.jp TXT "v=spf1 include:five.example ?include:b.example -all"
			b.example TXT "v=spf1 include:five.example -all"` + fiveLookups, nil},
		{"two findings, one record: a name that is gone", "spf-a-no-addr", `
			example.co.jp TXT "v=spf1 a:gone.example mx/24 ?all"` + mx,
			[]string{"v=spf1 mx/24 ~all"}},
		{"two findings, one record: a neutral end", "spf-neutral-all", `
			example.co.jp TXT "v=spf1 a:gone.example mx/24 ?all"` + mx,
			[]string{"v=spf1 mx/24 ~all"}},
		{"a mistake in the text and one in the tree", "spf-unknown-mech", `
			example.co.jp TXT "v=spf1 a:gone.example ipv4:192.0.2.7 mx ?all foo=bar"` + mx,
			[]string{"v=spf1 ip4:192.0.2.7 mx ~all"}},
		{"a choice beside what is certain", "spf-plus-all", `
			example.co.jp TXT "v=spf1 a:gone.example mx +all"` + mx,
			[]string{"v=spf1 mx <all> !trial.needs-choice"}},
		{"ptr beside what is certain", "spf-ptr", `
			example.co.jp TXT "v=spf1 ptr a:gone.example mx ?all"` + mx,
			[]string{"v=spf1 mx ~all !trial.spf-removes-term"}},
		{"a dead redirect is not moved", "spf-redirect-none", `
			example.co.jp TXT "v=spf1 redirect=gone.example mx"` + mx,
			[]string{"v=spf1 mx ~all"}},
		{"a misspelt redirect is moved and put right", "spf-redirect-none", `
			example.co.jp TXT "v=spf1 redirect=_spf.gogle.com mx"
			_spf.google.com TXT "v=spf1 ip4:198.51.100.0/24 ~all"` + mx,
			[]string{"v=spf1 mx redirect=_spf.google.com"}},
		{"a misspelt include is put right", "spf-include-nxdomain", `
			example.co.jp TXT "v=spf1 mx include:_spf.google.con -all"
			_spf.google.com TXT "v=spf1 ip4:198.51.100.0/24 ~all"` + mx,
			[]string{"v=spf1 mx include:_spf.google.com -all"}},
		{"unless that has no record", "spf-include-nxdomain", `
			example.co.jp TXT "v=spf1 mx include:_spf.google.con -all"
			_spf.google.com TXT "v-spf1 ip4:198.51.100.0/24 ~all"` + mx,
			[]string{"v=spf1 mx -all"}},
		{"or gives no answer", "spf-include-nxdomain", `
			example.co.jp TXT "v=spf1 mx include:_spf.google.con -all"
			fault _spf.google.com TXT timeout` + mx,
			[]string{"v=spf1 mx -all"}},
		{"a misspelling beside the right name", "spf-include-nxdomain", `
			example.co.jp TXT "v=spf1 include:_spf.exmaple.net include:_spf.example.net -all"
			_spf.example.net TXT "v=spf1 ip4:198.51.100.0/24 ~all"` + mx,
			[]string{"v=spf1 include:_spf.example.net -all"}},
		{"one of a series is no misspelling of another", "spf-include-nxdomain", `
			example.co.jp TXT "v=spf1 include:_spf1.example.net include:_spf2.example.net -all"
			_spf1.example.net TXT "v=spf1 ip4:198.51.100.0/24 ~all"` + mx,
			[]string{"v=spf1 include:_spf1.example.net -all"}},
		{"the obsolete type alone", "spf-type99-only", `example.co.jp SPF "v=spf1 mx -all"` + mx, []string{"v=spf1 mx -all"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			report := newWorld(t, tt.lines).auditTrying(t)
			i := slices.IndexFunc(report.Findings, func(f checks.Finding) bool { return f.Rule.ID == tt.rule })
			if i < 0 {
				t.Fatalf("%s is not found", tt.rule)
			}
			var got []string
			for _, fix := range report.Findings[i].Fixes {
				got = append(got, shownFix(t, fix))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("fixes\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(tt.want, "\n\t"))
			}
		})
	}
}

func shownFix(t *testing.T, fix checks.Fix) string {
	t.Helper()
	data, err := resolver.ParseRData(fix.Edits[0].Type, fix.Edits[0].Add[0])
	if err != nil {
		t.Fatal(err)
	}
	text := data.(resolver.TXT).Joined()
	for _, c := range fix.Choices {
		if c.Name == "record" {
			text += " " + strings.Join(c.Values, " | ")
		}
	}
	if !fix.Verified {
		text += " !" + fix.Reason.ID
	}
	return text
}
