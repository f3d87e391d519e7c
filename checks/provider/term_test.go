package provider

import "testing"

func TestByTerm(t *testing.T) {
	table := Builtin()
	for _, tt := range []struct{ term, mechanism, value, want string }{
		{"include:_spf.google.com", "include", "_spf.google.com", "google-workspace"},
		{"?INCLUDE:Sendgrid.NET", "include", "sendgrid.net", "sendgrid"},
		{"redirect=%{d}.r.spf25.jp", "redirect", "%{d}.r.spf25.jp", "twofive"},
		{"a:www12.sakura.ne.jp/32", "a", "www12.sakura.ne.jp", "sakura"},
		{"a:mail.example.net/24//64", "a", "mail.example.net", ""},
		{"+ip4:210.130.202.0/25", "ip4", "210.130.202.0/25", "iij-secure-mx"},
		{"ip4:210.130.202.9", "ip4", "210.130.202.9", "iij-secure-mx"},
		{"ip4:210.130.202.999", "ip4", "210.130.202.999", ""},
		{"ip6:2001:db8::/32", "ip6", "2001:db8::/32", ""},
		{"exists:%{i}._spf.%{d}", "exists", "%{i}._spf.%{d}", ""},
		{"ptr:kagoya.net", "ptr", "kagoya.net", ""},
		{"exp=kagoya.net", "exp", "kagoya.net", ""},
		{"include:", "include", "", ""},
		{"v=spf1", "v", "spf1", ""},
		{"mx", "", "", ""},
		{"-all", "", "", ""},
		{"https://example.net/a:b=c/", "https", "", ""},
	} {
		if mechanism, value := SplitTerm(tt.term); mechanism != tt.mechanism || value != tt.value {
			t.Errorf("%s is %q of %q, want %q of %q", tt.term, mechanism, value, tt.mechanism, tt.value)
		}
		got := ""
		if p := table.ByTerm(tt.term); p != nil {
			got = p.ID
		}
		if got != tt.want {
			t.Errorf("%s names %q, want %q", tt.term, got, tt.want)
		}
	}
}
