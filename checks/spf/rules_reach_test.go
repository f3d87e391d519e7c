package spf

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
)

// hostsOf are hosts of both families, so that nothing is void.
func hostsOf(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "\nh%d.example A 198.51.100.%d\nh%d.example AAAA 2001:db8:1::%d", i, i, i, i)
	}
	return b.String()
}

// terms are n look-ups for hosts.
func hostTerms(from, n int) string {
	var terms []string
	for i := range n {
		terms = append(terms, fmt.Sprintf("a:h%d.example", from+i))
	}
	return strings.Join(terms, " ")
}

// The partition decides differently from a count: each world says why.
func TestWhoComesToALimit(t *testing.T) {
	tests := []struct {
		why, lines string
		rule       string
		severity   checks.Severity // 0: not raised
		args       checks.Args
	}{
		{"an eleventh look-up for all who are not matched before", `
			example.co.jp TXT "v=spf1 ip4:192.0.2.0/25 ` + hostTerms(0, 10) + ` a:late.example ip4:203.0.113.0/24 -all"
			late.example A 192.0.2.200` + hostsOf(10),
			"spf-lookups-over", checks.Error, checks.Args{"met": true, "all": true, "term": "a:late.example", "where": "example.co.jp",
				"victims": []string{"192.0.2.200", "203.0.113.0/24"}, "more": 0, "count": 11, "worst": 11}},
		{"everybody has passed before", `
			example.co.jp TXT "v=spf1 ` + hostTerms(0, 4) + ` exists:yes.example include:n.example -all"
			n.example TXT "v=spf1 ` + hostTerms(4, 6) + ` -all"
			yes.example A 192.0.2.1` + hostsOf(10),
			"spf-lookups-over", checks.Warning, checks.Args{"met": false, "open": false, "worst": 5, "count": 12, "victims": []string(nil)}},
		{"the inner end stops IPv4, and no IPv6 client gets so far", `
			example.co.jp TXT "v=spf1 -ip6:::/0 ` + hostTerms(0, 4) + ` include:n.example a:h9.example -all"
			n.example TXT "v=spf1 -ip4:0.0.0.0/0 ` + hostTerms(4, 5) + ` -all"` + hostsOf(10),
			"spf-lookups-over", checks.Warning, checks.Args{"met": false, "worst": 6, "count": 11}},
		{"an include lets some go early, so that they pay less", `
			example.co.jp TXT "v=spf1 include:n.example ` + hostTerms(5, 5) + ` ip4:203.0.113.0/24 -all"
			n.example TXT "v=spf1 ?ip4:203.0.113.0/25 ` + hostTerms(0, 5) + ` -all"` + hostsOf(10),
			"spf-lookups-over", checks.Error, checks.Args{"met": true, "all": false, "term": "a:h9.example", "victims": []string{"198.51.100.9", "203.0.113.128/25", "2001:db8:1::9"}}},
		{"the one too many stands in an include", `
			example.co.jp TXT "v=spf1 ` + hostTerms(0, 8) + ` include:n.example ip4:203.0.113.7 -all"
			n.example TXT "v=spf1 ip4:192.0.2.7 ` + hostTerms(8, 2) + ` -all"` + hostsOf(10),
			"spf-lookups-over", checks.Error, checks.Args{"met": true, "term": "a:h9.example", "where": "example.co.jp → n.example", "all": true}},
		{"only clients of private networks get so far", `
			example.co.jp TXT "v=spf1 -ip4:0.0.0.0/5 -ip4:8.0.0.0/7 -ip4:11.0.0.0/8 -ip4:12.0.0.0/6 -ip4:16.0.0.0/4 -ip4:32.0.0.0/3 -ip4:64.0.0.0/2 -ip4:128.0.0.0/1 -ip6:::/0 ` +
			hostTerms(0, 9) + ` a:h0.example/31 a:h0.example/30 -all"` + hostsOf(10),
			"spf-lookups-over", checks.Warning, checks.Args{"met": false}},
		{"a dead include takes nobody the way", `
			example.co.jp TXT "v=spf1 include:gone.example ` + hostTerms(0, 10) + ` -all"` + hostsOf(10),
			"spf-lookups-over", checks.Error, checks.Args{"met": true, "term": "a:h9.example"}},
		{"a match by macro spares one message, not all", `
			example.co.jp TXT "v=spf1 exists:%{i}.list.example ` + hostTerms(0, 10) + ` -all"` + hostsOf(10),
			"spf-lookups-over", checks.Error, checks.Args{"met": true, "term": "a:h9.example"}},
		{"an answer that is missing may let all pass before", `
			example.co.jp TXT "v=spf1 exists:down.example ` + hostTerms(0, 10) + ` -all"
			fault down.example A timeout` + hostsOf(10),
			"spf-lookups-over", checks.Warning, checks.Args{"met": false, "open": true}},
		{"a host that gives no answer is no network", `
			example.co.jp TXT "v=spf1 ` + hostTerms(0, 10) + ` a:down.example/0 -all"
			fault down.example A timeout
			fault down.example AAAA timeout` + hostsOf(10),
			"spf-lookups-over", checks.Error, checks.Args{"met": true}},
		{"clients of IPv6 are led to more", `
			example.co.jp TXT "v=spf1 redirect=%{v}.example"
			in-addr.example TXT "v=spf1 -all"
			ip6.example TXT "v=spf1 ` + hostTerms(0, 10) + ` -all"` + hostsOf(10),
			"spf-lookups-over", checks.Error, checks.Args{"met": true, "count": 11, "term": "a:h9.example", "where": "example.co.jp → ip6.example"}},

		{"three void names that nobody comes to", `
			example.co.jp TXT "v=spf1 ip4:0.0.0.0/0 -ip6:::/0 a:a.example a:b.example a:c.example -all"`,
			"spf-void-over", checks.Info, checks.Args{"met": false, "worst": 0, "count": 3}},
		{"an include stops those who would meet the third", `
			example.co.jp TXT "v=spf1 a:a.example include:n.example -all"
			n.example TXT "v=spf1 a:b.example -ip4:0.0.0.0/0 -ip6:::/0 a:c.example -all"`,
			"spf-void-over", checks.Info, checks.Args{"met": false, "worst": 2, "count": 3}},
		{"only IPv4 clients meet the third, and a sender is among them", `
			example.co.jp TXT "v=spf1 -ip6:::/0 a:a.example a:b.example a:c.example ip4:192.0.2.1 -all"`,
			"spf-void-over", checks.Error, checks.Args{"met": true, "only": "IPv4", "victims": []string{"192.0.2.1"}}},
		{"IPv6 clients meet it, and one of them passes before", `
			example.co.jp TXT "v=spf1 ip6:2001:db8::1 a:h0.example a:a.example a:b.example a:f.example -all"
			f.example A 192.0.2.4` + hostsOf(1),
			"spf-void-over", checks.Error, checks.Args{"met": true, "only": "IPv6", "victims": []string(nil)}},
		{"two void names, and macros that find nothing for most", `
			example.co.jp TXT "v=spf1 a:a.example a:b.example exists:%{i}.list.example ip4:192.0.2.1 -all"`,
			"spf-void-over", checks.Info, checks.Args{"met": false, "sure": false, "count": 3}},
		{"two void names behind macros that find nothing for most", `
			example.co.jp TXT "v=spf1 exists:%{i}.list.example a:a.example ip4:192.0.2.1 -all"`,
			"spf-void-over", 0, nil},
		{"the void ones stand behind a name that may let all pass", `
			example.co.jp TXT "v=spf1 exists:down.example a:a.example a:b.example a:c.example -all"
			fault down.example A timeout`,
			"spf-void-over", checks.Info, checks.Args{"met": false, "open": true}},

		{"all but one network pass", `example.co.jp TXT "v=spf1 -ip4:8.8.8.0/24 +all"`,
			"spf-plus-all", checks.Error, checks.Args{"term": "+all", "everybody": false, "now": true}},
		{"all of IPv6 and none of IPv4", `example.co.jp TXT "v=spf1 -ip4:0.0.0.0/0 +all"`,
			"spf-plus-all", checks.Error, checks.Args{"everybody": true, "family": "IPv6"}},
		{"few of IPv4 and nearly all of IPv6", `example.co.jp TXT "v=spf1 -ip4:0.0.0.0/1 -ip4:128.0.0.0/2 -ip4:192.0.0.0/3 -ip6:2001:db8::/16 +all"`,
			"spf-plus-all", checks.Error, checks.Args{"everybody": false, "family": "IPv6"}},
		{"all but half of IPv4", `example.co.jp TXT "v=spf1 -ip4:0.0.0.0/1 -ip6:::/0 +all"`,
			"spf-plus-all", checks.Error, checks.Args{"everybody": false}},
		{"nobody is left to pass", `example.co.jp TXT "v=spf1 ip4:192.0.2.1 -ip4:0.0.0.0/0 -ip6:::/0 +all"`,
			"spf-plus-all", 0, nil},
		{"few are left to pass", `example.co.jp TXT "v=spf1 -ip4:0.0.0.0/1 -ip4:128.0.0.0/2 -ip4:192.0.0.0/4 -ip4:208.0.0.0/5 -ip4:216.0.0.0/6 -ip4:220.0.0.0/7 -ip4:222.0.0.0/8 -ip6:::/0 +all"`,
			"spf-plus-all", 0, nil},
		{"a neutral end inside is no match", `
			example.co.jp TXT "v=spf1 include:n.example -all"
			n.example TXT "v=spf1 ?all"`,
			"spf-plus-all", 0, nil},
		{"a pass inside is a match", `
			example.co.jp TXT "v=spf1 include:n.example -all"
			n.example TXT "v=spf1 all"`,
			"spf-plus-all", checks.Error, checks.Args{"term": "include:n.example", "chain": "example.co.jp → n.example", "everybody": true}},
		{"the inner record refuses all before its end", `
			example.co.jp TXT "v=spf1 include:n.example -all"
			n.example TXT "v=spf1 -ip4:0.0.0.0/0 -ip6:::/0 all"`,
			"spf-plus-all", 0, nil},
		{"behind an include that is permerror for all", `
			example.co.jp TXT "v=spf1 include:gone.example +all"`,
			"spf-plus-all", checks.Error, checks.Args{"term": "+all", "now": false}},
		{"behind more than ten look-ups", `
			example.co.jp TXT "v=spf1 ` + hostTerms(0, 10) + ` a:h0.example/31 +all"` + hostsOf(10),
			"spf-plus-all", checks.Error, checks.Args{"term": "+all", "now": true}},
		{"behind a name that always exists", `
			example.co.jp TXT "v=spf1 exists:yes.example +all"
			yes.example A 192.0.2.1`,
			"spf-plus-all", checks.Error, checks.Args{"term": "+all"}},
		{"behind a refusal of a name that always exists", `
			example.co.jp TXT "v=spf1 -exists:yes.example +all"
			yes.example A 192.0.2.1`,
			"spf-plus-all", 0, nil},
		{"a list of those who do not pass", `
			example.co.jp TXT "v=spf1 -exists:%{i}.bad.example +all"`,
			"spf-plus-all", checks.Error, checks.Args{"everybody": false}},
		{"behind a refusal that nobody could tell of", `
			example.co.jp TXT "v=spf1 -exists:down.example +all"
			fault down.example A timeout`,
			"spf-plus-all", 0, nil},

		{"the union of two includes", `
			example.co.jp TXT "v=spf1 include:n.example include:m.example -all"
			n.example TXT "v=spf1 ip4:128.0.0.0/1 -all"
			m.example TXT "v=spf1 ip4:0.0.0.0/1 -all"`,
			"spf-effective-all", checks.Error, checks.Args{"term": "include:m.example", "now": true}},
		{"the union by a redirect", `
			example.co.jp TXT "v=spf1 ip4:128.0.0.0/1 redirect=m.example"
			m.example TXT "v=spf1 ip4:0.0.0.0/1 -all"`,
			"spf-effective-all", checks.Error, checks.Args{"term": "redirect=m.example"}},
		{"one network is refused first", `
			example.co.jp TXT "v=spf1 -ip4:8.0.0.0/16 ip4:128.0.0.0/1 ip4:0.0.0.0/1 -all"`,
			"spf-effective-all", checks.Error, checks.Args{"term": "ip4:0.0.0.0/1", "everybody": false, "family": "IPv4", "percent": 99}},
		{"one address is refused before an include that lets everybody pass", `
			example.co.jp TXT "v=spf1 -ip4:8.8.8.8 include:n.example -all"
			n.example TXT "v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 ip6:2000::/3 -all"`,
			"spf-effective-all", checks.Error, checks.Args{"term": "include:n.example", "everybody": false, "family": "", "percent": 99}},
		{"it says all itself", `
			example.co.jp TXT "v=spf1 -ip4:8.8.8.8 include:n.example -all"
			n.example TXT "v=spf1 +all"`,
			"spf-plus-all", checks.Error, checks.Args{"term": "include:n.example", "everybody": false, "family": ""}},
		{"an include lets most of IPv4 pass, and refuses some inside", `
			example.co.jp TXT "v=spf1 include:n.example -all"
			n.example TXT "v=spf1 -ip4:9.0.0.0/8 -ip4:192.0.0.0/4 ip4:0.0.0.0/0 -all"`,
			"spf-effective-all", checks.Error, checks.Args{"term": "include:n.example", "family": "IPv4", "percent": 92}},
		{"less than half is wide, and no more", `
			example.co.jp TXT "v=spf1 ip4:128.0.0.0/1 ip6:2000::/5 -all"`,
			"spf-effective-all", 0, nil},
		{"half is refused first", `
			example.co.jp TXT "v=spf1 -ip4:0.0.0.0/1 ip4:0.0.0.0/0 -all"`,
			"spf-effective-all", 0, nil},
		{"an include may let fewer than half pass", `
			example.co.jp TXT "v=spf1 include:n.example -all"
			n.example TXT "v=spf1 ip4:8.0.0.0/6 ip4:16.0.0.0/5 ip4:40.0.0.0/6 ip6:2600::/12 -all"`,
			"spf-effective-all", 0, nil},
		{"a mistake stands beside", `
			example.co.jp TXT "v=spf1 ip4:0.0.0.0/0 ipv4:192.0.2.1 -all"`,
			"spf-effective-all", checks.Error, checks.Args{"term": "ip4:0.0.0.0/0", "now": false}},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			report, _ := newWorld(t, tt.lines).audit(t)
			i := slices.IndexFunc(report.Findings, func(f checks.Finding) bool { return f.Rule.ID == tt.rule })
			switch {
			case i < 0 && tt.severity == 0:
				return
			case i < 0:
				t.Fatalf("%s is not raised", tt.rule)
			}
			f := report.Findings[i]
			if f.Severity != tt.severity {
				t.Errorf("%s is %q, want %q", tt.rule, f.Severity, tt.severity)
			}
			for name, want := range tt.args {
				if fmt.Sprint(f.Args[name]) != fmt.Sprint(want) {
					t.Errorf("%s is %v, want %v", name, f.Args[name], want)
				}
			}
		})
	}
}

// Each term by which everybody passes is a finding, whatever stands before it.
func TestEveryPassAllIsFound(t *testing.T) {
	report, _ := newWorld(t, `
		example.co.jp TXT "v=spf1 include:n.example include:_a.example.co.jp ?ip4:192.0.2.1 redirect=n.example"
		_a.example.co.jp TXT "v=spf1 ?ip4:192.0.2.2 +all"
		n.example TXT "v=spf1 all"`).audit(t)
	var got []string
	for _, f := range report.Findings {
		if f.Rule == RulePlusAll {
			got = append(got, f.Name+" "+f.Key[0])
		}
	}
	slices.Sort(got)
	want := []string{"_a.example.co.jp. +all", "example.co.jp. include:n.example", "example.co.jp. redirect=n.example"}
	if !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
}
