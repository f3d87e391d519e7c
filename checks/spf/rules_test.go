package spf

import (
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
)

// judged lists the errors and warnings of a report, and the infos that the test
// names, as "severity rule".
func judged(report *checks.Report, want []string) []string {
	var got []string
	for _, f := range report.Findings {
		line := f.Severity.String() + " " + f.Rule.ID
		if f.Name != "example.co.jp." {
			line += " " + f.Name
		}
		if f.Severity > checks.Info || slices.Contains(want, line) {
			got = append(got, line)
		}
	}
	slices.Sort(got)
	return got
}

func TestRules(t *testing.T) {
	tests := []struct {
		name  string
		lines string
		want  string // comma-separated
	}{
		{"a sound record", `
			example.co.jp TXT "v=spf1 ip4:192.0.2.25 include:_spf.example.net ~all"
			_spf.example.net TXT "v=spf1 ip4:198.51.100.0/24 -all"`, ""},
		{"the old type beside TXT", `
			example.co.jp TXT "v=spf1 -all"
			example.co.jp SPF "v=spf1 -all"`, "info spf-type99"},
		{"the old type alone", `
			example.co.jp SPF "v=spf1 mx -all"`, "error spf-type99-only"},
		{"the record one label too low", `
			example.co.jp A 192.0.2.1
			_spf.example.co.jp TXT "v=spf1 mx -all"`, "warning spf-wrong-name _spf.example.co.jp."},
		{"the origin written twice", `
			example.co.jp.example.co.jp TXT "v=spf1 mx -all"`, "warning spf-wrong-name example.co.jp.example.co.jp."},
		{"a web host that sends nothing", `
			www.example.co.jp TXT "v=spf1 -all"`, ""},
		{"a wildcard answers everywhere", `
			example.co.jp A 192.0.2.1
			*.example.co.jp TXT "v=spf1 -all"`, "info spf-wildcard"},
		{"an alias leads to a record", `
			example.co.jp CNAME host.example.net.
			host.example.net TXT "v=spf1 ?all"`, "info spf-txt-via-cname host.example.net."},
		{"all with plus", `
			example.co.jp TXT "v=spf1 mx +all"
			example.co.jp MX 10 mail.example.co.jp.
			mail.example.co.jp A 192.0.2.1`, "error spf-plus-all"},
		{"all passes through an include", `
			example.co.jp TXT "v=spf1 include:a.example -all"
			a.example TXT "v=spf1 include:b.example -all"
			b.example TXT "v=spf1 all"`, "error spf-plus-all"},
		{"all with plus behind a neutral include passes nobody", `
			example.co.jp TXT "v=spf1 ?include:a.example -all"
			a.example TXT "v=spf1 +all"`, ""},
		{"all with plus after all is never reached", `
			example.co.jp TXT "v=spf1 -all +all"`, "warning spf-terms-after-all"},
		{"names that end in all", `
			example.co.jp TXT "v=spf1 include:send-all.example -all"
			send-all.example TXT "v=spf1 ip4:192.0.2.1 -all"`, ""},
		{"two halves of IPv4", `
			example.co.jp TXT "v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all"`, "error spf-effective-all"},
		{"halves in two includes", `
			example.co.jp TXT "v=spf1 include:a.example include:b.example -all"
			a.example TXT "v=spf1 ip4:0.0.0.0/1 -all"
			b.example TXT "v=spf1 ip4:128.0.0.0/1 -all"`, "error spf-effective-all"},
		{"a with length 0", `
			example.co.jp TXT "v=spf1 a/0 -all"
			example.co.jp A 192.0.2.1
			example.co.jp AAAA 2001:db8::1`, "error spf-effective-all"},
		{"all of IPv6 by mx", `
			example.co.jp TXT "v=spf1 mx//0 -all"
			example.co.jp MX 10 mail.example.co.jp.
			mail.example.co.jp AAAA 2001:db8::1`, "error spf-effective-all"},
		{"exists of a name that exists", `
			example.co.jp TXT "v=spf1 exists:yes.example -all"
			yes.example A 192.0.2.1`, "error spf-effective-all"},
		{"exists of a name that does not", `
			example.co.jp TXT "v=spf1 exists:no.example -all"`, "warning spf-exists-static"},
		{"neutral all", `example.co.jp TXT "v=spf1 ip4:192.0.2.1 ?all"`, "warning spf-neutral-all"},
		{"neutral all of an included record does not matter", `
			example.co.jp TXT "v=spf1 include:_spf.example.co.jp -all"
			_spf.example.co.jp TXT "v=spf1 ip4:192.0.2.1 ?all"`, ""},
		{"neutral all by an own redirect", `
			example.co.jp TXT "v=spf1 redirect=_spf.example.co.jp"
			_spf.example.co.jp TXT "v=spf1 ip4:192.0.2.1 ?all"`, "warning spf-neutral-all _spf.example.co.jp."},
		{"neutral all by a foreign redirect is theirs", `
			example.co.jp TXT "v=spf1 redirect=_spf.example.net"
			_spf.example.net TXT "v=spf1 ip4:192.0.2.1 ?all"`, ""},
		{"no end", `example.co.jp TXT "v=spf1 ip4:192.0.2.1"`, "warning spf-no-all"},
		{"the empty record", `example.co.jp TXT "v=spf1"`, "warning spf-no-all"},
		{"the end of an include is not inherited", `
			example.co.jp TXT "v=spf1 include:a.example"
			a.example TXT "v=spf1 ip4:192.0.2.1 -all"`, "info spf-include-all-inside, warning spf-no-all"},
		{"softfail is fine", `example.co.jp TXT "v=spf1 ip4:192.0.2.1 ~all"`, "info spf-softfail"},
		{"redirect beside all", `
			example.co.jp TXT "v=spf1 redirect=a.example ~all"
			a.example TXT "v=spf1 -all"`, "warning spf-redirect-with-all"},
		{"redirect in the middle", `
			example.co.jp TXT "v=spf1 redirect=a.example ip4:192.0.2.1"
			a.example TXT "v=spf1 -all"`, "info spf-redirect-position"},
		{"redirect to nothing", `example.co.jp TXT "v=spf1 redirect=a.example"`, "error spf-redirect-none"},
		{"include of a domain without SPF", `
			example.co.jp TXT "v=spf1 include:example.net -all"
			example.net A 192.0.2.80`, "error spf-include-none"},
		{"include of a host", `
			example.co.jp TXT "v=spf1 include:mail.example.co.jp -all"
			mail.example.co.jp A 192.0.2.80`, "error spf-include-mx-host"},
		{"include of nothing", `
			example.co.jp TXT "v=spf1 include:_spf.example.net -all"`, "error spf-include-nxdomain"},
		{"include of nothing, two levels down", `
			example.co.jp TXT "v=spf1 include:a.example include:b.example -all"
			a.example TXT "v=spf1 include:gone.example -all"
			b.example TXT "v=spf1 redirect=gone.example"`, "error spf-include-nxdomain, error spf-include-permerror"},
		{"two records at the target", `
			example.co.jp TXT "v=spf1 include:a.example -all"
			a.example TXT "v=spf1 ip4:192.0.2.1 -all"
			a.example TXT "v=spf1 ip4:192.0.2.2 -all"`, "error spf-include-permerror"},
		{"a mistake in the target, after what matches first", `
			example.co.jp TXT "v=spf1 redirect=a.example"
			a.example TXT "v=spf1 ip4:192.0.2.0/24 -all ipv4:192.0.2.1"`, "error spf-include-permerror"},
		{"two records at an own target", `
			example.co.jp TXT "v=spf1 include:_spf.example.co.jp -all"
			_spf.example.co.jp TXT "v=spf1 ip4:192.0.2.1 -all"
			_spf.example.co.jp TXT "v=spf1 ip4:192.0.2.2 -all"`, "error spf-multiple _spf.example.co.jp."},
		{"an own target that only looks like SPF", `
			example.co.jp TXT "v=spf1 include:_spf.example.co.jp -all"
			_spf.example.co.jp TXT "v-spf1 ip4:192.0.2.1 -all"`, "error spf-lookalike _spf.example.co.jp."},
		{"a URL as a name", `
			example.co.jp TXT "v=spf1 include:https://_spf.example.net -all"`, "error spf-domain-url"},
		{"eleven exchanges in a foreign record", `
			example.co.jp TXT "v=spf1 include:a.example -all"
			a.example TXT "v=spf1 mx -all"` + elevenMX("a.example"), "error spf-include-permerror"},
		{"eleven exchanges", `
			example.co.jp TXT "v=spf1 mx -all"` + elevenMX("example.co.jp"), "error spf-mx-limit"},
		{"the record includes itself", `
			example.co.jp TXT "v=spf1 include:example.co.jp -all"`, "error spf-include-self"},
		{"a foreign circle", `
			example.co.jp TXT "v=spf1 include:a.example -all"
			a.example TXT "v=spf1 include:b.example -all"
			b.example TXT "v=spf1 include:a.example -all"`, "error spf-loop"},
		{"a redirect to itself", `
			example.co.jp TXT "v=spf1 redirect=example.co.jp"`, "error spf-loop"},
		{"the same include by two paths", `
			example.co.jp TXT "v=spf1 include:a.example include:b.example -all"
			a.example TXT "v=spf1 ip4:192.0.2.1 -all"
			b.example TXT "v=spf1 include:a.example -all"`, "info spf-include-dup"},
		{"ten look-ups", `
			example.co.jp TXT "v=spf1 ` + strings.Repeat("include:a.example ", 1) + `include:five.example mx a exists:%{i}.x.example -all"
			example.co.jp MX 10 mail.example.co.jp.
			example.co.jp A 192.0.2.1
			example.co.jp AAAA 2001:db8::1
			a.example TXT "v=spf1 ip4:192.0.2.1 -all"
			five.example TXT "v=spf1 a:1.x.example a:1.x.example/31 a:1.x.example/30 a:1.x.example/29 a:1.x.example/28 -all"
			1.x.example A 192.0.2.1
			1.x.example AAAA 2001:db8::1`, "warning spf-lookups-near"},
		{"an include twice takes the count over ten", `
			example.co.jp TXT "v=spf1 include:five.example include:five.example -all"
			five.example TXT "v=spf1 a:1.x.example a:1.x.example/31 a:1.x.example/30 a:1.x.example/29 a:1.x.example/28 -all"
			1.x.example A 192.0.2.1
			1.x.example AAAA 2001:db8::1`, "error spf-lookups-over, warning spf-include-dup"},
		{"void for both families", `
			example.co.jp TXT "v=spf1 a:gone.example ip4:192.0.2.1 -all"`, "warning spf-a-no-addr"},
		{"void for IPv6 clients alone, beside a term that is void for all", `
			example.co.jp TXT "v=spf1 a:gone.example a:host.example ip4:192.0.2.1 -all"
			host.example A 192.0.2.2`, "info spf-void-some, warning spf-a-no-addr"},
		{"three void names", `
			example.co.jp TXT "v=spf1 a:a.example mx:b.example a:c.example ip4:192.0.2.1 -all"`, "error spf-void-over"},
		{"three hosts with IPv4 only, and nobody passes by IPv6", `
			example.co.jp TXT "v=spf1 a:a.example a:b.example a:c.example -all"
			a.example A 192.0.2.1
			b.example A 192.0.2.2
			c.example A 192.0.2.3`, "info spf-void-over"},
		{"three hosts with IPv4 only, before IPv6 that passes", `
			example.co.jp TXT "v=spf1 a:a.example a:b.example a:c.example ip6:2001:db8::1 -all"
			a.example A 192.0.2.1
			b.example A 192.0.2.2
			c.example A 192.0.2.3`, "error spf-void-over"},
		{"three void names of somebody else", `
			example.co.jp TXT "v=spf1 include:x.example -all"
			x.example TXT "v=spf1 a:a.example mx:b.example a:c.example ip4:192.0.2.1 -all"`, "error spf-void-over"},
		{"mx without MX records", `
			example.co.jp TXT "v=spf1 mx ip4:192.0.2.1 -all"
			example.co.jp A 192.0.2.1`, "warning spf-mx-no-mx"},
		{"the null MX is a record", `
			example.co.jp TXT "v=spf1 mx -all"
			example.co.jp MX 0 .`, ""},
		{"ptr", `
			example.co.jp TXT "v=spf1 ptr ip4:192.0.2.1 -all"`, "warning spf-ptr"},
		{"the macro p", `
			example.co.jp TXT "v=spf1 exists:%{p}.x.example ip4:192.0.2.1 -all"`, "warning spf-macro-p"},
		{"the local part", `
			example.co.jp TXT "v=spf1 exists:%{l}.x.example ip4:192.0.2.1 -all"`, "info spf-localpart-eai, info spf-macro-dynamic"},
		{"a dynamic exists", `
			example.co.jp TXT "v=spf1 exists:%{ir}.x.example ip4:192.0.2.1 -all"`, "info spf-exists-v6, info spf-macro-dynamic"},
		{"no explanation", `
			example.co.jp TXT "v=spf1 exp=why.example -all"`, "info spf-exp-broken"},
		{"two explanations", `
			example.co.jp TXT "v=spf1 exp=why.example -all"
			why.example TXT "a"
			why.example TXT "b"`, "info spf-exp-broken"},
		{"an explanation with a macro", `
			example.co.jp TXT "v=spf1 exp=why.example -all"
			why.example TXT "%{i} is not one of ours, see https://example.co.jp/?r=%{r}"`, ""},
		{"widths", `
			example.co.jp TXT "v=spf1 ip4:4.0.0.0/6 -all"`, "error spf-ip-wide"},
		{"an eighth", `
			example.co.jp TXT "v=spf1 ip4:9.0.0.0/8 -all"`, "warning spf-ip-wide"},
		{"a sixteenth", `
			example.co.jp TXT "v=spf1 ip4:9.1.0.0/16 -all"`, "info spf-ip-wide"},
		{"two halves of an eighth", `
			example.co.jp TXT "v=spf1 ip4:8.0.0.0/8 ip4:9.0.0.0/8 -all"`, "warning spf-ip-wide, warning spf-ip-wide, error spf-ip-wide"},
		{"wide IPv6", `
			example.co.jp TXT "v=spf1 ip6:2400::/24 -all"`, "warning spf-ip-wide"},
		{"a private network is not wide", `
			example.co.jp TXT "v=spf1 ip4:10.0.0.0/8 ip4:192.0.2.1 -all"`, "info spf-ip-private"},
		{"a foreign network is theirs", `
			example.co.jp TXT "v=spf1 include:a.example -all"
			a.example TXT "v=spf1 ip4:9.0.0.0/8 -all"`, ""},
		{"small things about addresses", `
			example.co.jp TXT "v=spf1 ip4:192.0.2.77/24 ip4:192.0.2.5 ip6:::ffff:192.0.2.1 -all"`,
			"info spf-ip-doc, info spf-ip-doc, info spf-ip-doc, info spf-ip-hostbits, info spf-ip-redundant, info spf-ip-v4mapped"},
		{"a host before its network", `
			example.co.jp TXT "v=spf1 ip4:192.0.2.5 ?include:a.example ip4:198.51.100.1 a ip4:192.0.2.0/24 ip4:198.51.100.0/24 -all"
			example.co.jp A 192.0.2.1
			a.example TXT "v=spf1 ip4:192.0.2.5 -all"`, "info spf-ip-redundant"},
		{"an include that fails", `
			example.co.jp TXT "v=spf1 include:a.example -all"
			fault a.example TXT SERVFAIL`, "info spf-include-temperror, info dns-tempfail a.example."},
		{"the record that fails", `
			fault example.co.jp TXT timeout`, "info dns-tempfail"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var want []string
			if tt.want != "" {
				want = strings.Split(tt.want, ", ")
			}
			slices.Sort(want)
			report, _ := newWorld(t, tt.lines).audit(t)
			if got := judged(report, want); !slices.Equal(got, want) {
				t.Errorf("got  %v\nwant %v", got, want)
			}
		})
	}
}

func elevenMX(name string) string {
	var b strings.Builder
	for _, host := range strings.Split("abcdefghijk", "") {
		b.WriteString("\n" + name + " MX 10 " + host + ".mx.example.")
	}
	return b.String()
}
