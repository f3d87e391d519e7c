package spf

import (
	"net/netip"
	"strings"
	"testing"
)

// Names that few records have: the policy and check_host() make the same of
// them.
func TestPolicyOnOddNames(t *testing.T) {
	long := strings.Repeat("x", 58)
	tests := []struct {
		why, lines   string
		sender, helo string
	}{
		{"a target of one label has no policy, whatever stands there", `
example.co.jp TXT "v=spf1 ip4:192.0.2.1 include:%{d1} -all"
jp TXT "v=spf1 +all"`, "", ""},
		{"the same for a redirect", `
example.co.jp TXT "v=spf1 ip4:192.0.2.1 redirect=%{d1}"
jp TXT "v=spf1 +all"`, "", ""},
		{"the same where the question would fail", `
example.co.jp TXT "v=spf1 ip4:192.0.2.1 include:%{d1} -all"
fault jp TXT timeout`, "", ""},
		{"a label that is too long for one family", `
example.co.jp TXT "v=spf1 a:` + long + `%{v}.example exists:` + long + `%{v}.b.example mx:` + long + `%{v}.c.example include:` + long + `%{v}.d.example -all"
` + long + `ip6.example AAAA 2001:db8::1
` + long + `ip6.c.example MX 1 host.c.example.
host.c.example AAAA 2001:db8::2
` + long + `ip6.d.example TXT "v=spf1 ip6:2001:db8::3 -all"`, "", ""},
		{"names in U-labels are asked for in A-labels", `
example.co.jp TXT "v=spf1 a:%{h} exists:%{o}.o.example -all"
xn--wgv71a119e.example A 192.0.2.1
example.co.jp.o.example A 127.0.0.2`, "info@example.co.jp", "日本語.example"},
		{"a local-part that no name can hold", `
example.co.jp TXT "v=spf1 exists:%{l}.a.example include:%{s}.b.example -all"
*.a.example A 127.0.0.2
*.b.example TXT "v=spf1 +all"`, "情報@example.co.jp", ""},
		{"the name of an include is too long even when cut", `
example.co.jp TXT "v=spf1 include:%{l}.a.example -all"`, strings.Repeat("y", 64) + "@example.co.jp", ""},
		{"HELO is an address literal", `
example.co.jp TXT "v=spf1 a:%{h} include:%{h} -all"`, "", "[192.0.2.1]"},
		{"a backslash in a macro's value", `
example.co.jp TXT "v=spf1 exists:%{l}.a.example -all"
*.a.example A 127.0.0.2`, `a\b@example.co.jp`, ""},
	}
	for _, test := range tests {
		var n tally
		q := Query{Domain: "example.co.jp", Sender: test.sender, HELO: test.helo}
		if q.Sender == "" {
			q.Sender = "info@example.co.jp"
		}
		if q.HELO == "" {
			q.HELO = "mail.example.co.jp"
		}
		clients := []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.9"), netip.MustParseAddr("2001:db8::1"),
			netip.MustParseAddr("2001:db8::2"), netip.MustParseAddr("2001:db8::3"), netip.MustParseAddr("2001:db8::9")}
		if complaints := n.compareWorld(newWorld(t, test.lines), q, clients); complaints != nil {
			t.Errorf("%s: %d times, first %s", test.why, len(complaints), complaints[0])
		}
		if n.addresses < 18 {
			t.Errorf("%s: compared only %+v", test.why, n)
		}
	}
}
