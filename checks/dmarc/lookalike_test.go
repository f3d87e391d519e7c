package dmarc

import "testing"

func TestDoctor(t *testing.T) {
	const meant = "v=DMARC1; p=none; rua=mailto:a@example.jp"
	for _, tt := range []struct {
		text   string
		reason LookalikeReason
		at     string
		want   string
	}{
		{"v=dmarc1; p=none; rua=mailto:a@example.jp", VersionCase, "v=dmarc1", meant},
		{"V=Dmarc1;p=none;rua=mailto:a@example.jp", VersionCase, "V=Dmarc1", meant},
		{"v=DMARC 1; p=none; rua=mailto:a@example.jp", VersionOther, "v=DMARC 1", meant},
		{"v=DMARC2; p=none; rua=mailto:a@example.jp", VersionOther, "v=DMARC2", meant},
		{"v=DMARC; p=none; rua=mailto:a@example.jp", VersionOther, "v=DMARC", meant},
		{"DMARC1; p=none; rua=mailto:a@example.jp", VersionOther, "DMARC1", meant},
		{"v-DMARC1; p=none; rua=mailto:a@example.jp", VersionOther, "v-DMARC1", meant},
		{"v:DMARC1; p=none; rua=mailto:a@example.jp", VersionOther, "v:DMARC1", meant},
		{"v=DMARC-1; p=none; rua=mailto:a@example.jp", VersionOther, "v=DMARC-1", meant},
		{"ｖ＝ＤＭＡＲＣ１；　ｐ＝none; rua=mailto:a@example.jp", VersionOther, "ｖ＝ＤＭＡＲＣ１；　ｐ＝none", meant},
		{"v=DMARC1 p=none; rua=mailto:a@example.jp", NoSemicolon, "v=DMARC1", meant},
		{"v=DMARC1 p=none rua=mailto:a@example.jp", NoSemicolon, "v=DMARC1", meant},
		{"v=DMARC1, p=none, rua=mailto:a@example.jp", NoSemicolon, "v=DMARC1", meant},
		{"v=DMARC1p=none; rua=mailto:a@example.jp", NoSemicolon, "v=DMARC1", meant},
		{`v=DMARC1\; p=none\; rua=mailto:a@example.jp`, NoSemicolon, "v=DMARC1", meant},
		{" v=DMARC1; p=none; rua=mailto:a@example.jp", BeforeVersion, " ", meant},
		{"\ufeffv=DMARC1; p=none; rua=mailto:a@example.jp", BeforeVersion, "\ufeff", meant},
		{"\"v=DMARC1; p=none; rua=mailto:a@example.jp\"", BeforeVersion, "\"", meant},
		{"“v=DMARC1; p=none; rua=mailto:a@example.jp”", BeforeVersion, "“", meant},
		{"TXT v=DMARC1; p=none; rua=mailto:a@example.jp", BeforeVersion, "TXT ", meant},
		{"_dmarc.example.jp. 3600 IN TXT \"v=DMARC1; p=none; rua=mailto:a@example.jp\"", BeforeVersion, "_dmarc.example.jp. 3600 IN TXT \"", meant},
		{"p=none; v=DMARC1; rua=mailto:a@example.jp", NotFirst, "v=DMARC1", meant},
		{"p=none; rua=mailto:a@example.jp; v=DMARC1", NotFirst, "v=DMARC1", meant},
		{"p=none; rua=mailto:a@example.jp", NoVersion, "p=none; rua=mailto:a@example.jp", meant},
		{"v=dmarc1; p=none; p=reject", VersionCase, "v=dmarc1", ""},
	} {
		l, ok := Doctor(tt.text)
		if !ok {
			t.Errorf("Doctor(%q) sees nothing, want %s", tt.text, tt.reason)
			continue
		}
		if l.Reason != tt.reason || l.Span.Of(tt.text) != tt.at || l.Corrected != tt.want {
			t.Errorf("Doctor(%q) = %s at %q corrected %q, want %s at %q corrected %q", tt.text, l.Reason, l.Span.Of(tt.text), l.Corrected, tt.reason, tt.at, tt.want)
		}
	}
}

func TestDoctorLeavesOthersAlone(t *testing.T) {
	for _, text := range []string{
		"v=DMARC1; p=none", "v=spf1 include:_spf.example.net -all", "google-site-verification=abc", "dmarc-verification=4f3a",
		"DMARC reports go to the mail team", "v=DKIM1; p=MIGfMA0GCSq", "p=MIGfMA0GCSq", "", "v=STSv1; id=1", "k=rsa; p=none-of-your-business",
		"see https://dmarc.example/", "dmarcian=abc; p=1",
	} {
		if l, ok := Doctor(text); ok {
			t.Errorf("Doctor(%q) = %+v, want nothing", text, l)
		}
	}
}

func TestJoinFault(t *testing.T) {
	for _, tt := range []struct {
		parts []string
		want  string // "" where nothing is wrong
		why   string
	}{
		{[]string{"v=DMARC1", "p=none"}, "v=DMARC1; p=none", "becomes v=DMARC1p=none: no record"},
		{[]string{"v=DMARC1; p=none", "rua=mailto:a@example.jp"}, "v=DMARC1; p=none; rua=mailto:a@example.jp", "becomes p=nonerua=…"},
		{[]string{"v=DMARC1; p=none; rua=mailto:a@example.jp", "ruf=mailto:b@example.jp", "fo=1"},
			"v=DMARC1; p=none; rua=mailto:a@example.jp; ruf=mailto:b@example.jp; fo=1", "two boundaries"},
		{[]string{"v=DMARC1; p=reject; adkim=r", "pct=100"}, "v=DMARC1; p=reject; adkim=r; pct=100", "adkim=rpct=100"},
		{[]string{"v=DMARC1; ", "p=none;", " rua=mailto:a@example.jp"}, "", "the semicolons are there"},
		{[]string{"v=DMARC1; p=re", "ject; rua=mailto:a@exam", "ple.jp"}, "", "split anywhere, joined again"},
		{[]string{"v=DMARC1; p=none; s", "p=reject"}, "", "sp=reject"},
		{[]string{"v=DMARC1; p=none; rua=mailto:a@example.jp?subjec", "t=dmarc"}, "", "the rest of an address"},
		{[]string{"v=DMARC1; p=none"}, "", "one string"},
		{[]string{"hello", "p=none"}, "", "no DMARC record at all"},
	} {
		l, ok := JoinFault(tt.parts)
		if ok != (tt.want != "") || l.Corrected != tt.want {
			t.Errorf("JoinFault(%q) = %v %q, want %q: %s", tt.parts, ok, l.Corrected, tt.want, tt.why)
		}
	}
}
