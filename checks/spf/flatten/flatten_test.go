package flatten

import (
	"strings"
	"testing"
)

func TestFlatten(t *testing.T) {
	tests := []struct {
		why, lines string
		all        bool
		drop       []string
		want       string
	}{
		{"own hosts become networks, a vendor's record stays", `
example.co.jp TXT "v=spf1 a mx include:_spf.vendor.example -all"
example.co.jp A 203.0.113.10
example.co.jp MX 10 mail.example.co.jp.
mail.example.co.jp A 203.0.113.11
mail.example.co.jp AAAA 2001:db8::25
_spf.vendor.example TXT "v=spf1 ip4:198.51.100.0/24 ~all"`, false, nil,
			"example.co.jp v=spf1 ip4:203.0.113.10/31 ip6:2001:db8::25 include:_spf.vendor.example -all\n"},
		{"with --all the vendor's networks are written down", `
example.co.jp TXT "v=spf1 ip4:203.0.113.10 include:_spf.vendor.example -all"
_spf.vendor.example TXT "v=spf1 ip4:198.51.100.0/25 ip4:198.51.100.128/25 include:more.vendor.example ~all"
more.vendor.example TXT "v=spf1 ip4:198.51.100.7 ip6:2001:db8:7::/48 -all"`, true, nil,
			"example.co.jp v=spf1 ip4:198.51.100.0/24 ip4:203.0.113.10 ip6:2001:db8:7::/48 -all\n"},
		{"an mx of hosts at a vendor can change there", `
example.co.jp TXT "v=spf1 mx ~all"
example.co.jp MX 10 mx1.vendor.example.
mx1.vendor.example A 198.51.100.1`, false, nil,
			"example.co.jp v=spf1 mx ~all\n"},
		{"an own host that is an alias of a vendor's can change there", `
example.co.jp TXT "v=spf1 a:mail.example.co.jp ~all"
mail.example.co.jp CNAME host.vendor.example.
host.vendor.example A 198.51.100.1`, false, nil,
			"example.co.jp v=spf1 a:mail.example.co.jp ~all\n"},
		{"a vendor's record in an own one moves to where it is looked up less", `
example.co.jp TXT "v=spf1 include:_spf.example.co.jp -all"
_spf.example.co.jp TXT "v=spf1 ip4:203.0.113.0/28 include:_spf.vendor.example a ~all"
_spf.example.co.jp A 203.0.113.16
_spf.vendor.example TXT "v=spf1 ip4:198.51.100.0/24 ~all"`, false, nil,
			"example.co.jp v=spf1 ip4:203.0.113.0/28 ip4:203.0.113.16 include:_spf.vendor.example -all\n"},
		{"what a record refuses before it includes a vendor stays refused", `
example.co.jp TXT "v=spf1 include:_spf.example.co.jp ~all"
_spf.example.co.jp TXT "v=spf1 -ip4:198.51.100.66 include:_spf.vendor.example -all"
_spf.vendor.example TXT "v=spf1 ip4:198.51.100.0/24 ~all"`, false, nil,
			"example.co.jp v=spf1 ~ip4:198.51.100.66 include:_spf.vendor.example ~all\n"},
		{"unless terms follow that may let it pass: then a record of its own keeps it", `
example.co.jp TXT "v=spf1 include:_spf.example.co.jp include:spf.other.example ~all"
_spf.example.co.jp TXT "v=spf1 ip4:203.0.113.1 -ip4:198.51.100.66 include:_spf.vendor.example -all"
_spf.vendor.example TXT "v=spf1 ip4:198.51.100.0/24 ~all"
spf.other.example TXT "v=spf1 ip4:198.51.100.66 ~all"`, false, nil,
			"example.co.jp v=spf1 ip4:203.0.113.1 include:_spf1.example.co.jp include:spf.other.example ~all\n" +
				"_spf1.example.co.jp v=spf1 -ip4:198.51.100.66 include:_spf.vendor.example -all\n"},
		{"an exception is shorter than what it leaves", `
example.co.jp TXT "v=spf1 -ip4:203.0.113.7 ip4:203.0.113.0/24 -all"`, false, nil,
			"example.co.jp v=spf1 -ip4:203.0.113.7 ip4:203.0.113.0/24 -all\n"},
		{"a network stays behind a vendor's record if its exception has to", `
example.co.jp TXT "v=spf1 include:_spf.vendor.example -ip4:203.0.113.7 ip4:203.0.113.0/24 ~all"
_spf.vendor.example TXT "v=spf1 ip4:203.0.113.7 ~all"`, false, nil,
			"example.co.jp v=spf1 include:_spf.vendor.example -ip4:203.0.113.7 ip4:203.0.113.0/24 ~all\n"},
		{"all qualifiers, and what fails anyway is left out", `
example.co.jp TXT "v=spf1 ?include:n.example.co.jp ~a:s.example.co.jp ip4:203.0.113.4 -ip4:203.0.113.5 -all"
n.example.co.jp TXT "v=spf1 ip4:203.0.113.0/31 -all"
s.example.co.jp A 203.0.113.1
s.example.co.jp A 203.0.113.2`, false, nil,
			"example.co.jp v=spf1 ip4:203.0.113.4 ~ip4:203.0.113.2 ?ip4:203.0.113.0/31 -all\n"},
		{"a redirect is read to its end", `
example.co.jp TXT "v=spf1 ip4:203.0.113.4 redirect=_spf.example.co.jp"
_spf.example.co.jp TXT "v=spf1 a:mail.example.co.jp ~all"
mail.example.co.jp A 203.0.113.5`, false, nil,
			"example.co.jp v=spf1 ip4:203.0.113.4/31 ~all\n"},
		{"a redirect to a vendor stays", `
example.co.jp TXT "v=spf1 redirect=spf.vendor.example a:mail.example.co.jp"
mail.example.co.jp A 203.0.113.5
spf.vendor.example TXT "v=spf1 ip4:198.51.100.0/24 ~all"`, false, nil,
			"example.co.jp v=spf1 ip4:203.0.113.5 redirect=spf.vendor.example\n"},
		{"a redirect to a vendor in an included record is an include", `
example.co.jp TXT "v=spf1 include:_spf.example.co.jp -all"
_spf.example.co.jp TXT "v=spf1 ip4:203.0.113.5 redirect=spf.vendor.example"
spf.vendor.example TXT "v=spf1 ip4:198.51.100.0/24 ~all"`, false, nil,
			"example.co.jp v=spf1 ip4:203.0.113.5 include:spf.vendor.example -all\n"},
		{"without all and redirect the rest is neutral, as before", `
example.co.jp TXT "v=spf1 a:mail.example.co.jp"
mail.example.co.jp A 203.0.113.5`, false, nil,
			"example.co.jp v=spf1 ip4:203.0.113.5\n"},
		{"macros stay in place, between what stands before and after", `
example.co.jp TXT "v=spf1 ip4:203.0.113.5 -exists:%{ir}.block.%{d} a:mail.example.co.jp exists:%{i}._spf.%{d} ~all"
mail.example.co.jp A 203.0.113.6`, false, nil,
			"example.co.jp v=spf1 ip4:203.0.113.5 -exists:%{ir}.block.%{d} ip4:203.0.113.6 exists:%{i}._spf.%{d} ~all\n"},
		{"macros of an included record keep its name", `
example.co.jp TXT "v=spf1 include:_spf.example.co.jp ~all"
_spf.example.co.jp TXT "v=spf1 exists:%{i}.%{d2}.%{d} ptr ~all"`, false, nil,
			"example.co.jp v=spf1 exists:%{i}.co.jp._spf.example.co.jp ptr:_spf.example.co.jp ~all\n"},
		{"%{p} prefers the name of its record, so that the record stays", `
example.co.jp TXT "v=spf1 include:_spf.example.co.jp a:mail.example.co.jp ~all"
_spf.example.co.jp TXT "v=spf1 exists:%{p}._allow.example.co.jp ip4:203.0.113.9 ~all"
mail.example.co.jp A 203.0.113.6`, false, nil,
			"example.co.jp v=spf1 ip4:203.0.113.6 include:_spf.example.co.jp ~all\n"},
		{"the same vendor twice is once", `
example.co.jp TXT "v=spf1 include:_spf.example.co.jp include:_SPF.vendor.example ~all"
_spf.example.co.jp TXT "v=spf1 include:_spf.vendor.example -all"
_spf.vendor.example TXT "v=spf1 ip4:198.51.100.0/24 ~all"`, false, nil,
			"example.co.jp v=spf1 include:_spf.vendor.example ~all\n"},
		{"an exists that everybody matches ends the record", `
example.co.jp TXT "v=spf1 ip4:203.0.113.6 ?exists:on.example.co.jp include:_spf.vendor.example -all"
on.example.co.jp A 127.0.0.2
_spf.vendor.example TXT "v=spf1 ip4:198.51.100.0/24 ~all"`, false, nil,
			"example.co.jp v=spf1 ip4:203.0.113.6 ?all\n"},
		{"one family of a host", `
example.co.jp TXT "v=spf1 a:%{v}.example.co.jp/28//64 -all"
in-addr.example.co.jp A 203.0.113.6
in-addr.example.co.jp AAAA 2001:db8:1::6
ip6.example.co.jp A 203.0.113.66
ip6.example.co.jp AAAA 2001:db8:2::6`, false, nil,
			"example.co.jp v=spf1 ip4:203.0.113.0/28 ip6:2001:db8:2::/64 -all\n"},
		{"a record by family", `
example.co.jp TXT "v=spf1 include:%{v}._spf.example.co.jp -all"
in-addr._spf.example.co.jp TXT "v=spf1 ip4:203.0.113.6 ip6:2001:db8:1::6 -all"
ip6._spf.example.co.jp TXT "v=spf1 ip4:203.0.113.66 ip6:2001:db8:2::6 -all"`, false, nil,
			"example.co.jp v=spf1 ip4:203.0.113.6 ip6:2001:db8:2::6 -all\n"},
		{"a broken term is dropped by name", `
example.co.jp TXT "v=spf1 ip4:203.0.113.6 include:gone.example ip4:203.0.113.300 -all"`, false,
			[]string{"include:gone.example", "ip4:203.0.113.300"},
			"example.co.jp v=spf1 ip4:203.0.113.6 -all\n"},
		{"modifiers that somebody reads stay", `
example.co.jp TXT "v=spf1 a:mail.example.co.jp redirect=_spf.example.co.jp exp=one.%{d} ra=postmaster moo=1"
_spf.example.co.jp TXT "v=spf1 -all exp=why.%{d}"
mail.example.co.jp A 203.0.113.5`, false, nil,
			"example.co.jp v=spf1 ip4:203.0.113.5 -all exp=why._spf.example.co.jp ra=postmaster\n"},
	}
	for _, tt := range tests {
		o := options()
		o.All, o.Drop = tt.all, tt.drop
		p := planOf(t, tt.lines, o)
		if got := shown(p); got != tt.want || p.Verdict != Fits || p.Proof == nil || !p.Proof.Holds {
			t.Errorf("%s: %s %+v %+v\n got %s\nwant %s", tt.why, p.Verdict, p.Broken, p.Unanswered, got, tt.want)
		}
		for _, r := range p.Records {
			if strings.Contains(r.Text, "  ") {
				t.Errorf("%s: two spaces in %s", tt.why, r.Text)
			}
		}
	}
}
