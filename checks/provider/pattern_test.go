package provider

import (
	"errors"
	"strings"
	"testing"
)

func TestPatternMatches(t *testing.T) {
	for _, tt := range []struct {
		pattern, name string
		want          bool
		why           string
	}{
		{"_spf.google.com", "_spf.google.com.", true, "the name itself, canonical"},
		{"_spf.google.com", "_SPF.Google.COM", true, "as somebody wrote it into a record"},
		{"_spf.google.com", "a._spf.google.com.", false, "without * only the name itself"},
		{"*.sendgrid.net", "u123.wl45.sendgrid.net.", true, "a first * stands for several labels"},
		{"*.sendgrid.net", "sendgrid.net.", false, "and for one at least"},
		{"*.sendgrid.net", "sendgrid.net.attacker.example.", false, "the name of somebody else"},
		{"*.sendgrid.net", "u1.sendgrid.net.attacker.example.", false, "the same, deeper"},
		{"*.sendgrid.net", "evilsendgrid.net.", false, "the end of a label is no label"},
		{"*.sendgrid.net", `u1\.sendgrid.net.`, false, "an escaped dot is no boundary"},
		{"*.sendgrid.net", "u1..sendgrid.net.", false, "no name at all"},
		{"*.sendgrid.net", "", false, "nothing"},
		{"*.sendgrid.net", ".", false, "the root"},
		{"mx*.mail.ovh.net", "mx0.mail.ovh.net.", true, "* inside a label"},
		{"mx*.mail.ovh.net", "mx.mail.ovh.net.", true, "* may stand for nothing"},
		{"mx*.mail.ovh.net", "mx0.x.mail.ovh.net.", false, "but not for a dot"},
		{"mx*.mail.ovh.net", "amx0.mail.ovh.net.", false, "the label begins with mx"},
		{"*-smtp-inbound-1.mimecast.com", "eu-smtp-inbound-1.mimecast.com.", true, "* at the start of a label is no label"},
		{"*-smtp-inbound-1.mimecast.com", "x.eu-smtp-inbound-1.mimecast.com.", false, "so that none can be put in front"},
		{"jp*-aspmx*.worksmobile.com", "jp1-aspmx2.worksmobile.com.", true, "two in one label"},
		{"jp*-aspmx*.worksmobile.com", "jp1-mx2.worksmobile.com.", false, "what stands between counts"},
		{"a*b*c.example.net", "abbc.example.net.", true, "as little as possible for each"},
		{"a*b*c.example.net", "acbc.example.net.", true, "as much as needed"},
		{"a*b*c.example.net", "abab.example.net.", false, "the end is fixed"},
		{"aa*aa.example.net", "aaa.example.net.", false, "the two ends do not overlap"},
		{"feedback-smtp.*.amazonses.com", "feedback-smtp.eu-west-1.amazonses.com.", true, "* as a label of its own"},
		{"feedback-smtp.*.amazonses.com", "feedback-smtp.a.b.amazonses.com.", false, "stands for one label there"},
		{"*.spf.has.pphosted.com", "%{ir}.%{v}.%{d}.spf.has.pphosted.com", true, "macros stand for whatever * does"},
		{"*._spf.vali.email", "%{i}._ip.%{h}._ehlo.%{d}._spf.vali.email", true, "macros between labels"},
		{"*.r.spf25.jp", "%{d}.r.spf25.jp", true, "one macro"},
		{"spf-*.pphosted.com", "spf-%{o}.pphosted.com", true, "a macro in a label with *"},
		{"sendgrid.net", "%{d}", false, "a macro can be anything, so it is nobody"},
		{"sendgrid.net", "sendgrid.%{d}", false, "the end of the name decides, and it is open"},
		{"*.sendgrid.net", "x.%{d2}.sendgrid.net", true, "a delimiter or count in a macro"},
		{"*.sendgrid.net", "%{ir.}.sendgrid.net", true, "a dot in a macro is no boundary"},
		{"*.sendgrid.net", "%{broken.sendgrid.net", true, "an unclosed macro still ends as it does"},
	} {
		p, err := ParsePattern(tt.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Match(tt.name); got != tt.want {
			t.Errorf("%s matches %q: %v, want %v: %s", tt.pattern, tt.name, got, tt.want, tt.why)
		}
	}
}

func TestPatternsRefused(t *testing.T) {
	for _, tt := range []struct{ pattern, code, why string }{
		{"", "provider-pattern", "nothing"},
		{"*", "provider-pattern-wide", "every name"},
		{"*.com", "provider-pattern-wide", "a top-level domain"},
		{"*.co.jp", "provider-pattern-wide", "a public suffix"},
		{"*.ne.jp", "provider-pattern-wide", "a public suffix of providers"},
		{"mx*.net", "provider-pattern-wide", "anybody can register it"},
		{"mx.*.net", "provider-pattern-wide", "a * left of a top-level domain alone"},
		{"example", "provider-pattern-wide", "one label"},
		{"example.net.", "provider-pattern", "the final dot is left out"},
		{"Example.net", "provider-pattern", "upper case"},
		{"a..example.net", "provider-pattern", "an empty label"},
		{"例え.jp", "provider-pattern", "A-labels only"},
		{"%{d}.example.net", "provider-pattern", "a macro: * is for that"},
		{"a b.example.net", "provider-pattern", "a space"},
		{strings.Repeat("a", 64) + ".example.net", "provider-pattern", "a label over 63 octets"},
		{strings.Repeat("a.", 130) + "example.net", "provider-pattern", "a name that is too long"},
	} {
		_, err := ParsePattern(tt.pattern)
		var e *Error
		if !errors.As(err, &e) || e.Code != tt.code {
			t.Errorf("%q: error %v, want %s: %s", tt.pattern, err, tt.code, tt.why)
		}
	}
	for _, good := range []string{"kagoya.net", "*.sakura.ne.jp", "*.mx.microsoft", "ms*.msv1.invalid", "a*.b*.example.co.jp"} {
		if _, err := ParsePattern(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
}

// The pattern that says most about a name wins, whatever the order of the rows.
func TestLongestSuffixWins(t *testing.T) {
	const head = "[evidence.own]\ntitle = \"own\"\ndate = \"2026\"\n"
	row := func(id, pattern string) string {
		return "[provider." + id + "]\nname = \"" + id + "\"\nlayers = [\"inbound\"]\nevidence = [\"own\"]\nmx = [\"" + pattern + "\"]\n"
	}
	for _, tt := range []struct{ less, more, name, why string }{
		{"*.protection.example.net", "*.olc.protection.example.net", "a.olc.protection.example.net", "a longer suffix"},
		{"*.example.net", "mx*.example.net", "mx1.example.net", "a label with * before any labels"},
		{"mx*.example.net", "mx1.example.net", "mx1.example.net", "a literal label before one with *"},
		{"*.example.net", "*.*.example.net", "a.b.example.net", "more labels"},
		{"m*.example.net", "mx*.example.net", "mx1.example.net", "more of the label"},
		{"*.gw.*.example.net", "*.jp.example.net", "a.gw.jp.example.net", "what stands further right decides first"},
	} {
		for _, text := range []string{row("less", tt.less) + row("more", tt.more), row("more", tt.more) + row("less", tt.less)} {
			table, err := (&Table{}).Extend("own.toml", strings.NewReader(head+text))
			if err != nil {
				t.Fatal(err)
			}
			if p := table.ByMX(tt.name); p == nil || p.ID != "more" {
				t.Errorf("%s is %v by\n%swant %s: %s", tt.name, p, text, tt.more, tt.why)
			}
		}
	}
}

func TestSelectorMatches(t *testing.T) {
	for _, tt := range []struct {
		pattern, selector string
		want              bool
		why               string
	}{
		{"google", "google", true, "the same"},
		{"google", "GOOGLE", true, "names have no case"},
		{"google", "google2", false, "another one"},
		{"mimecast{date}", "mimecast20240115", true, "a date"},
		{"mimecast{date}", "mimecast20241315", false, "no month 13"},
		{"mimecast{date}", "mimecast", false, "the date is missing"},
		{"hs1-{digits}", "hs1-4242", true, "the number of an account"},
		{"hs1-{digits}", "hs1-", false, "without the number"},
		{"hs1-{digits}", "hs1-4242.example", false, "more labels"},
		{"fe-{word}", "fe-0a1b2c", true, "a word"},
		{"{digits}pm", "20230101123456pm", true, "digits in front"},
		{"scph{digits}", "xscph0123", false, "something in front"},
		{"a.b{digits}", "a.b1", true, "two labels"},
		{"a.b{digits}", "axb1", false, "a dot is a dot"},
	} {
		s, err := ParseSelector(tt.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Match(tt.selector); got != tt.want {
			t.Errorf("%s matches %q: %v, want %v: %s", tt.pattern, tt.selector, got, tt.want, tt.why)
		}
	}
	for _, bad := range []string{"", "S1", "s1.", ".s1", "s 1", "s{", "s{number}", "s{}", "s}1{", "*", "a..b"} {
		if s, err := ParseSelector(bad); err == nil {
			t.Errorf("%q is the selector %v", bad, s)
		}
	}
}
