package simulate

import (
	"testing"

	"mailauth/checks/spf"
)

func TestSecondOpinion(t *testing.T) {
	zones := []string{`example.co.jp:
@ TXT "v=spf1 ip4:203.0.113.0/25 include:_spf.example.net -all"
syntax TXT "v=spf1 ip4:192.0.2.1 ipv4:192.0.2.2 -all"
zero TXT "v=spf1 ip4:192.0.2.0/024 ip4:203.0.113.1 -all"
outer TXT "v=spf1 ip4:203.0.113.9 include:zero.example.co.jp -all"
back TXT "v=spf1 redirect= ip4:192.0.2.1 -all"
four TXT "v=spf1 exists:six.example.co.jp exists:six.example.co.jp exists:six.example.co.jp ip6:2001:db8::7 -all"
six AAAA 2001:db8::6
mx TXT "v=spf1 mx -all"
mx MX 10 good
mx MX 20 slow
good A 192.0.2.1
good AAAA 2001:db8::1
other TXT "v=spf1 a:half.example.co.jp -all"
half AAAA 2001:db8::1
p TXT "v=spf1 exists:%{p}.ok.example.co.jp -all"
mail.example.co.jp.ok A 127.0.0.2
mail A 192.0.2.25
mapped TXT "v=spf1 ip6:::ffff:192.0.2.0/120 -all"
strict TXT "v=spf1 include:a/b.example.net -all"
empty TXT "v=spf1 exists:%{l1r-}.l.example.co.jp -all"
l.l A 127.0.0.2
user TXT "v=spf1 exists:%{l}.u.example.co.jp -all"
info.u A 127.0.0.2
none TXT "v=spf1 include:%{h} ?all"
slow TXT "v=spf1 include:slow.example.net -all"
away TXT "v=spf1 include:away.example.net -all"
helo TXT "v=spf1 exists:%{h}.u.example.co.jp -all"
`,
		"example.net:\n_spf TXT \"v=spf1 ip4:198.51.100.0/24 ~all\"\na/b TXT \"v=spf1 ip4:198.51.100.0/24 ~all\"\n",
		"localhost:\n@ TXT \"v=spf1 ip4:192.0.2.1 -all\"\n",
		"2.0.192.in-addr.arpa:\n25 PTR mail.example.co.jp.\n",
		"fault: slow.example.co.jp. A timeout\nslow.example.co.jp. AAAA timeout\nhalf.example.co.jp. A SERVFAIL\nslow.example.net. TXT SERVFAIL\naway.example.net. TXT offline",
	}
	r := world(t, zones...)
	tests := []struct {
		why    string
		mail   Mail
		ip     string
		ours   string
		theirs string // "" if not asked
		reason string
	}{
		{"both pass", Mail{Domain: "example.co.jp"}, "203.0.113.7", "pass", "pass", ""},
		{"both fail", Mail{Domain: "example.co.jp"}, "192.0.2.7", "fail", "fail", ""},
		{"a mistake behind the match", Mail{Domain: "syntax.example.co.jp"}, "192.0.2.1", "permerror", "pass", "second.syntax"},
		{"the term that matches is itself the mistake", Mail{Domain: "zero.example.co.jp"}, "192.0.2.25", "permerror", "pass", "second.lenient"},
		{"a mistake before the match", Mail{Domain: "zero.example.co.jp"}, "203.0.113.1", "permerror", "pass", "second.lenient"},
		{"and in an include", Mail{Domain: "outer.example.co.jp"}, "203.0.113.7", "permerror", "fail", "second.lenient"},
		{"which is not reached", Mail{Domain: "outer.example.co.jp"}, "203.0.113.9", "pass", "pass", ""},
		{"a redirect comes last, wherever it stands", Mail{Domain: "back.example.co.jp"}, "192.0.2.1", "permerror", "pass", "second.syntax"},
		{"an exists that has only AAAA is void", Mail{Domain: "four.example.co.jp"}, "2001:db8::7", "permerror", "pass", "second.voids"},
		{"the first mail host matches, and the second fails", Mail{Domain: "mx.example.co.jp"}, "192.0.2.1", "pass", "temperror", "second.mx-order"},
		{"the A record fails, and the client has IPv6", Mail{Domain: "other.example.co.jp"}, "2001:db8::1", "pass", "temperror", "second.other-family"},
		{"the validated name", Mail{Domain: "p.example.co.jp"}, "192.0.2.25", "pass", "fail", "second.validated-name"},
		{"an IPv4-mapped network", Mail{Domain: "mapped.example.co.jp"}, "192.0.2.25", "fail", "pass", "second.mapped"},
		{"a slash in a name", Mail{Domain: "strict.example.co.jp"}, "198.51.100.1", "pass", "permerror", "second.stricter"},
		{"parts that are empty count", Mail{Domain: "empty.example.co.jp", Sender: "-l@empty.example.co.jp"}, "192.0.2.25", "fail", "pass", "second.macro"},
		{"the target of an include has one label", Mail{Domain: "none.example.co.jp", HELO: "localhost"}, "192.0.2.1", "permerror", "pass", "second.domain"},
		{"a server fails", Mail{Domain: "slow.example.co.jp"}, "192.0.2.1", "temperror", "temperror", ""},
		{"nobody was asked", Mail{Domain: "away.example.co.jp"}, "192.0.2.1", "unknown", "temperror", ""},
		{"the sender is known", Mail{Domain: "user.example.co.jp", Sender: "info@user.example.co.jp"}, "192.0.2.1", "pass", "pass", ""},
		{"the sender's domain is another one, and a macro is about the sender", Mail{Domain: "user.example.co.jp", Sender: "info@example.co.jp"}, "192.0.2.1", "pass", "", ""},
		{"the sender's domain is another one, and no macro minds", Mail{Domain: "example.co.jp", Sender: "info@example.net"}, "203.0.113.7", "pass", "pass", ""},
		{"the sender is not known", Mail{Domain: "user.example.co.jp"}, "192.0.2.1", "pass|fail", "", ""},
		{"HELO is not known", Mail{Domain: "helo.example.co.jp"}, "192.0.2.1", "pass|fail", "", ""},
		{"no name", Mail{Domain: "a..b"}, "192.0.2.1", "none", "", ""},
	}
	for _, tt := range tests {
		report := run(t, r, tt.mail, Options{Second: true}, tt.ip)
		v := report.Simulations[0].Verdict
		theirs, reason := "", ""
		if v.Second != nil {
			theirs = v.Second.Result.String()
			if v.Second.Reason != nil {
				reason = v.Second.Reason.ID
			}
			if v.Second.Differs != (reason != "") || v.Second.Engine != Engine {
				t.Errorf("%s: %+v", tt.why, v.Second)
			}
		}
		if v.Possible.String() != tt.ours || theirs != tt.theirs || reason != tt.reason {
			t.Errorf("%s: %s from %s: %s, they say %q for %q; want %s, %q, %q", tt.why, tt.mail.Domain, tt.ip, said(v), theirs, reason, tt.ours, tt.theirs, tt.reason)
		}
	}
}

// Among many addresses the other one is asked once for each cell.
func TestSecondOpinionOnceForEachCell(t *testing.T) {
	r := world(t, "example.co.jp: \n@ TXT \"v=spf1 ip4:203.0.113.0/25 ip4:192.0.2.1 ~all\"\n")
	var texts []string
	for i := range 200 {
		texts = append(texts, targets(t, "203.0.113.0")[0].Prefix.Addr().String(), "192.0.2."+string(rune('0'+i%3)))
	}
	report := run(t, r, Mail{Domain: "example.co.jp"}, Options{Second: true}, append(texts, "203.0.113.0/24")...)
	for _, s := range report.Simulations {
		verdicts := []*Verdict{s.Verdict}
		for _, region := range s.Regions {
			verdicts = append(verdicts, region.Verdict)
		}
		for _, v := range verdicts {
			if v != nil && (v.Second == nil || v.Second.Result != v.SPF.Result || v.SPF.Result == spf.ResultNone) {
				t.Fatalf("%s: %s, second %+v", s.Target.Text, said(v), v.Second)
			}
		}
	}
}
