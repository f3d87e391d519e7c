package dmarc

import (
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
)

// The mailbox of reports stands in every world: rua in the own domain.
const mailbox = "\n@ MX 10 mail\nmail A 192.0.2.25"

func TestJudgeRecord(t *testing.T) {
	const rua = "; rua=mailto:d@example.co.jp"
	for _, tt := range []struct {
		record string
		want   []string // "severity rule [span]"
		fix    string   // what the first fix adds
		why    string
	}{
		{"v=DMARC1; p=reject" + rua, nil, "", "nothing to say"},
		{"v=DMARC1; p=quarantine; sp=reject; np=reject; adkim=s; aspf=s" + rua, []string{"info strict [adkim=s]"}, "", "nothing else to say"},
		{"v=DMARC1; p=none" + rua, []string{"warning p-none [p=none]", "info np-suggest"}, `"v=DMARC1; p=<policy>; rua=mailto:d@example.co.jp" ? policy`, "the owner decides"},
		{"v=DMARC1; p=none", []string{"warning p-none-no-rua [p=none]", "info np-suggest"}, `"v=DMARC1; p=none; rua=mailto:<address>" ? address`, "instead of p-none"},
		{"v=DMARC1; p=none; ruf=mailto:d@example.co.jp", []string{"warning p-none-no-rua [p=none]", "info np-suggest", "info ruf [ruf=mailto:d@example.co.jp]"}, `"v=DMARC1; p=none; ruf=mailto:d@example.co.jp; rua=mailto:<address>" ? address`, "ruf is another thing"},
		{"v=DMARC1; p=none; rau=mailto:d@example.co.jp", []string{"warning p-none-no-rua [rau=mailto:d@example.co.jp]", "info np-suggest"}, `"v=DMARC1; p=none; rua=mailto:d@example.co.jp"`, "the slip is the cause"},
		{"v=DMARC1" + rua, []string{"warning p-missing"}, `"v=DMARC1; p=<policy>; rua=mailto:d@example.co.jp" ? policy`, "counts as p=none"},
		{"v=DMARC1;", []string{"error p-missing"}, `"v=DMARC1; p=none;"`, "no DMARC at all"},
		{"v=DMARC1; policy=reject" + rua, []string{"warning p-missing [policy=reject]"}, `"v=DMARC1; p=reject; rua=mailto:d@example.co.jp"`, "the tag's name is the cause"},
		{"v=DMARC1; p=none," + rua, []string{"error p-invalid [p=none,]"}, `"v=DMARC1; p=none; rua=mailto:d@example.co.jp"`, "a stray comma"},
		{"v=DMARC1; p=quarentine" + rua, []string{"error p-invalid [p=quarentine]"}, `"v=DMARC1; p=quarantine; rua=mailto:d@example.co.jp"`, "a slip"},
		{"v=DMARC1; p=monitor" + rua, []string{"error p-invalid [p=monitor]"}, `"v=DMARC1; p=<policy>; rua=mailto:d@example.co.jp" ? policy`, "another word is no slip"},
		{"v=DMARC1; p=reject; sp=non" + rua, []string{"error sp-invalid [sp=non]"}, `"v=DMARC1; p=reject; sp=none; rua=mailto:d@example.co.jp"`, "the whole record falls"},
		{"v=DMARC1; p=reject; np=" + rua, []string{"error np-invalid [np=]"}, `"v=DMARC1; p=reject; np=<policy>; rua=mailto:d@example.co.jp" ? policy`, "empty is no policy"},
		{"v=DMARC1; p=reject; sp=none" + rua, []string{"warning sp-weaker [sp=none]"}, `"v=DMARC1; p=reject; sp=<policy>; rua=mailto:d@example.co.jp" ? policy`, "subdomains are open"},
		{"v=DMARC1; p=reject; np=quarantine" + rua, []string{"warning np-weaker [np=quarantine]"}, `"v=DMARC1; p=reject; np=reject; rua=mailto:d@example.co.jp" ? names`, "made-up names are open; whether a machine sends from one is the owner's to know"},
		{"v=DMARC1; p=reject; sp=quarantine" + rua, []string{"warning sp-weaker [sp=quarantine]"}, `"v=DMARC1; p=reject; sp=reject; rua=mailto:d@example.co.jp" ? ready`, "one stronger policy: only the time is to be chosen"},
		{"v=DMARC1; p=reject; t=y" + rua, []string{"warning t-y [t=y]"}, `"v=DMARC1; p=reject; rua=mailto:d@example.co.jp" ? ready`, "one level less"},
		{"v=DMARC1; p=none; t=y" + rua, []string{"warning p-none [p=none]", "info np-suggest", "info t-noop [t=y]"}, `"v=DMARC1; p=<policy>; t=y; rua=mailto:d@example.co.jp" ? policy`, "t has nothing to lower"},
		{"v=DMARC1; p=reject; pct=50" + rua, []string{"warning pct [pct=50]"}, `"<record>" ? record`, "some still honour it"},
		{"v=DMARC1; p=quarantine; pct=0" + rua, []string{"warning pct [pct=0]", "info np-suggest"}, `"<record>" ? record`, "a test, as it was written then"},
		{"v=DMARC1; p=reject; pct=100" + rua, []string{"info pct [pct=100]"}, `"v=DMARC1; p=reject; rua=mailto:d@example.co.jp"`, "changes nothing"},
		{"v=DMARC1; p=reject; rf=afrf; ri=86400" + rua, []string{"info rf [rf=afrf]", "info ri [ri=86400]"}, `"v=DMARC1; p=reject; rua=mailto:d@example.co.jp"`, "historic, deleted together"},
		{"v=DMARC1; p=reject; psd=y" + rua, []string{"warning psd-misuse [psd=y]"}, `"v=DMARC1; p=reject; rua=mailto:d@example.co.jp"`, "no public suffix"},
		{"v=DMARC1; p=reject; psd=n" + rua, []string{"info psd-n [psd=n]"}, "", "stands alone"},
		{"v=DMARC1; p=reject; x-note=abc" + rua, []string{"info tag-unknown [x-note=abc]"}, `"v=DMARC1; p=reject; rua=mailto:d@example.co.jp"`, "ignored"},
		{"v=DMARC1; p=reject; p=reject" + rua, []string{"error tag-dup [p=reject]"}, `"v=DMARC1; p=reject; rua=mailto:d@example.co.jp"`, "twice the same"},
		{"v=DMARC1; p=none; p=reject" + rua, []string{"error tag-dup [p=reject]"}, `"v=DMARC1; p=<value>; rua=mailto:d@example.co.jp" ? value`, "twice, differently: p=none is not told too"},
		{"v=DMARC1; p=reject rua=mailto:d@example.co.jp", []string{"error syntax [ rua=]"}, `"v=DMARC1; p=reject; rua=mailto:d@example.co.jp"`, "neither p-invalid nor a missing rua beside it"},
		{"v=DMARC1; p:none; rua:mailto:d@example.co.jp", []string{"error syntax [p:]"}, `"v=DMARC1; p=none; rua=mailto:d@example.co.jp"`, "one finding for both"},
		{"v=DMARC1; p=none; rua:mailto:d@example.co.jp", []string{"error syntax [rua:]", "warning p-none [p=none]", "info np-suggest"}, `"v=DMARC1; p=none; rua=mailto:d@example.co.jp"`, "p=none is a cause of its own, a missing rua is none"},
		{"v=DMARC1; p=reject\\226\\128\\174" + rua, []string{"error syntax [\u202e]"}, `"v=DMARC1; p=reject; rua=mailto:d@example.co.jp"`, "a mark of direction is one cause"},
		{"v=DMARC1; p=reject\\195\\169; x=\\255" + rua, []string{"error syntax [\u00e9]", "info tag-unknown [x=\xff]"}, "", "the policy is a slip, what the other octet was nobody knows"},
		{"v=DMARC1; p=\\230\\139\\146\\229\\144\\166" + rua, []string{"error p-invalid [p=拒否]"}, `"v=DMARC1; p=<policy>; rua=mailto:d@example.co.jp" ? policy`, "a word that is no slip: its value is the cause"},
		{"v=DMARC1; p=reject; t=yes" + rua, []string{"warning syntax [t=yes]"}, `"v=DMARC1; p=reject; rua=mailto:d@example.co.jp"`, "the policy applies in full"},
		{"v=DMARC1; p=reject; fo=1" + rua, []string{"info fo [fo=1]"}, `"v=DMARC1; p=reject; rua=mailto:d@example.co.jp"`, "no ruf"},
		{"v=DMARC1; p=reject; fo=0:1:d; ruf=mailto:d@example.co.jp" + rua, []string{"info fo [fo=0:1:d]", "info ruf [ruf=mailto:d@example.co.jp]"}, `"v=DMARC1; p=reject; fo=1:d; ruf=mailto:d@example.co.jp; rua=mailto:d@example.co.jp"`, "0 and 1"},
		{"v=DMARC1; p=reject; adkim=relaxed; aspf=x" + rua, []string{"warning align-mode [adkim=relaxed]", "warning align-mode [aspf=x]"}, `"v=DMARC1; p=reject; adkim=r; rua=mailto:d@example.co.jp"`, "r is what receivers take"},
		{"v=DMARC1; p=reject; adkim=strict" + rua, []string{"warning align-mode [adkim=strict]"}, `"v=DMARC1; p=reject; adkim=<mode>; rua=mailto:d@example.co.jp" ? mode`, "s could lose mail"},
		{"v=DMARC1; p=reject; rua=d@example.co.jp", []string{"warning rua-uri [d@example.co.jp]"}, `"v=DMARC1; p=reject; rua=mailto:d@example.co.jp"`, "mailto is missing"},
		{"v=DMARC1; p=none; rua=d@example.co.jp", []string{"warning p-none [p=none]", "warning rua-uri [d@example.co.jp]", "info np-suggest"}, `"v=DMARC1; p=<policy>; rua=mailto:d@example.co.jp" ? policy`, "an address is meant: not p-none-no-rua"},
		{"v=DMARC1; p=reject; rua=mailto:d@example.co.jp;mailto:e@example.co.jp", []string{"warning rua-uri [mailto:e@example.co.jp]"}, `"v=DMARC1; p=reject; rua=mailto:d@example.co.jp,mailto:e@example.co.jp"`, "a semicolon for the comma"},
		{"v=DMARC1; p=reject; rua=postmaster", []string{"warning rua-uri [postmaster]"}, `"v=DMARC1; p=reject; rua=mailto:<address>" ? address`, "nobody can guess it"},
		{"v=DMARC1; p=reject; ruf=d@example.co.jp" + rua, []string{"info ruf [ruf=d@example.co.jp]", "info rua-uri [d@example.co.jp]"}, `"v=DMARC1; p=reject; ruf=mailto:d@example.co.jp; rua=mailto:d@example.co.jp"`, "hardly anybody sends those"},
		{"v=DMARC1; p=reject; rua=https://example.co.jp/r", []string{"info rua-http [https://example.co.jp/r]"}, "", "a valid URI that few support"},
	} {
		report := auditDMARC(t, "example.co.jp.", dns(t, "example.co.jp.:_dmarc TXT "+quote(tt.record)+mailbox))
		got := lines(report)
		for i := range got {
			got[i] = strings.Replace(got[i], " _dmarc.example.co.jp.", "", 1)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s\n got %q\nwant %q: %s", tt.record, got, tt.want, tt.why)
			continue
		}
		if len(got) > 0 {
			first := 0
			if report.Findings[0].Rule == RUF {
				first = 1 // that there is a ruf is a fact
			}
			if fix := fixed(report, report.Findings[first].Rule.ID); fix != tt.fix {
				t.Errorf("%s\n fix %s\nwant %s: %s", tt.record, fix, tt.fix, tt.why)
			}
		}
	}
}

func quote(text string) string { return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"` }

func TestJudgeSites(t *testing.T) {
	const good = "v=DMARC1; p=reject; rua=mailto:d@example.co.jp"
	for _, tt := range []struct {
		domain string
		zones  []string
		want   []string
		fix    string
		why    string
	}{
		{"example.co.jp.", []string{`example.co.jp.:_dmarc TXT "v=DMARC1; p=none"` + "\n" + `_dmarc TXT "v=DMARC1; p=reject"`},
			[]string{"error multiple _dmarc.example.co.jp."}, `"<record>" ? record`, "which of the two?"},
		{"example.co.jp.", []string{`example.co.jp.:_dmarc TXT "v=DMARC1; p=reject"` + "\n" + `_dmarc TXT "v=DMARC1; p=reject; rua=mailto:d@example.co.jp"` + mailbox},
			[]string{"error multiple _dmarc.example.co.jp."}, `"v=DMARC1; p=reject; rua=mailto:d@example.co.jp"`, "they do not contradict each other"},
		{"example.co.jp.", []string{`example.co.jp.:_dmarc TXT "v=DMARC1; p=reject` + `"` + "\n" + `_dmarc TXT "google-site-verification=abc"`},
			[]string{"info other-txt _dmarc.example.co.jp."}, "", "an unrelated text hides nothing"},
		{"example.co.jp.", []string{`example.co.jp.:_dmarc TXT "v=dmarc1; p=reject; rua=mailto:d@example.co.jp"`},
			[]string{"error version _dmarc.example.co.jp. [v=dmarc1]"}, quote(good), "the version has case"},
		{"example.co.jp.", []string{`example.co.jp.:_dmarc TXT "v=dmarc1; p=none"` + "\n" + `_dmarc TXT "v=DMARC1; p=reject"`},
			[]string{"info other-txt _dmarc.example.co.jp."}, "", "a good record stands beside it"},
		{"example.co.jp.", []string{`example.co.jp.:_dmarc TXT "v=DMARC1" "p=reject; rua=mailto:d@example.co.jp"`},
			[]string{"error string-join _dmarc.example.co.jp. [1p]"}, quote(good), "v=DMARC1p=reject"},
		{"example.co.jp.", []string{`example.co.jp.:_dmarc TXT "v=DMARC1; p=reject" "rua=mailto:d@example.co.jp"` + mailbox},
			[]string{"error string-join _dmarc.example.co.jp. [tr]"}, quote(good), "p=rejectrua=…: not p-invalid as well"},
		{"example.co.jp.", []string{`example.co.jp.:_dmarc TXT "v=spf1 mx -all"` + mailbox},
			[]string{"error spf-at-dmarc _dmarc.example.co.jp."}, `"v=DMARC1; p=none; rua=mailto:<address>" "v=spf1 mx -all" ? address`, "moved to the domain, which has none"},
		{"example.co.jp.", []string{`example.co.jp.:_dmarc TXT "v=spf1 mx -all"` + "\n" + `_dmarc TXT "v=DMARC1; p=reject"`},
			[]string{"info spf-at-dmarc _dmarc.example.co.jp."}, `"v=spf1 mx -all"`, "beside the policy it is only odd"},
		{"sub.example.co.jp.", []string{`example.co.jp.:_dmarc.sub TXT "v=spf1 mx -all"` + "\n" + `_dmarc TXT "v=DMARC1; p=reject"` + "\n" + `sub TXT "v=spf1 mx -all"`},
			[]string{"warning spf-at-dmarc _dmarc.sub.example.co.jp.", "info inherited _dmarc.example.co.jp."}, "", "the parent's policy applies: p=none here would weaken it"},
		{"example.co.jp.", []string{`example.co.jp.:* TXT "v=spf1 -all"`},
			[]string{"info spf-at-dmarc _dmarc.example.co.jp."}, "", "through a wildcard: a fact"},
		{"example.co.jp.", []string{`example.co.jp.:* TXT "site=abc"`},
			[]string{"info wildcard *.example.co.jp."}, "", "told once, by the wildcard"},
		{"example.co.jp.", []string{`example.co.jp.:* TXT "site=abc"` + "\n" + `_dmarc TXT "v=DMARC1; p=reject"`},
			[]string{"info wildcard *.example.co.jp."}, "", "beside a record of its own"},
		{"example.co.jp.", []string{`example.co.jp.:@ TXT "v=DMARC1; p=reject"`},
			[]string{"error wrong-name example.co.jp."}, `"v=DMARC1; p=reject"`, "at the domain itself"},
		{"example.co.jp.", []string{`example.co.jp.:_dmarc.example.co.jp TXT "v=DMARC1; p=reject"`},
			[]string{"error wrong-name _dmarc.example.co.jp.example.co.jp."}, `"v=DMARC1; p=reject"`, "the domain was added twice"},
		{"example.co.jp.", []string{`example.co.jp.:_dmarc.www TXT "v=DMARC1; p=reject"`},
			[]string{"error wrong-name _dmarc.www.example.co.jp."}, `"v=DMARC1; p=reject"`, "only for www"},
		{"example.co.jp.", []string{`example.co.jp.:_dmarc.www TXT "v=DMARC1; p=reject"` + "\n" + `_dmarc TXT "v=DMARC1; p=reject"`}, nil, "", "both"},
		{"example.co.jp.", []string{`example.co.jp.:@ TXT "v=DMARC1; p=reject"` + "\n" + `_dmarc TXT "v=DMARC1; p=reject"`}, nil, "", "a useless copy"},
		{"sub.example.co.jp.", []string{`example.co.jp.:_dmarc TXT "v=DMARC1; p=reject"` + "\nsub A 192.0.2.1"},
			[]string{"info inherited _dmarc.example.co.jp."}, "", "the parent's policy"},
		{"sub.example.co.jp.", []string{`example.co.jp.:_dmarc TXT "v=DMARC1; p=reject; sp=none"` + "\nsub A 192.0.2.1"},
			[]string{"warning sp-weaker _dmarc.example.co.jp. [sp=none]", "info inherited _dmarc.example.co.jp."}, `"v=DMARC1; p=reject; sp=<policy>" ? policy`, "the parent's weak spot is here"},
		{"sub.example.co.jp.", []string{`example.co.jp.:_dmarc TXT "v=DMARC1; p=none; sp=reject; rua=mailto:d@example.co.jp"` + "\nsub A 192.0.2.1" + mailbox},
			[]string{"info inherited _dmarc.example.co.jp."}, "", "p=none is the parent's, sp=reject is here"},
		{"sub.example.co.jp.", []string{`example.co.jp.:_dmarc TXT "v=dmarc1; p=none"` + "\nsub A 192.0.2.1"},
			[]string{"error version _dmarc.example.co.jp. [v=dmarc1]"}, `"v=DMARC1; p=none"`, "the parent's record cannot be seen"},
		{"sub.example.co.jp.", []string{`example.co.jp.:_dmarc.sub TXT "v=DMARC1; p=reject; sp=none"` + "\n" + `_dmarc TXT "v=DMARC1; p=reject"`}, []string{"info sp-ignored _dmarc.sub.example.co.jp. [sp=none]"}, `"v=DMARC1; p=reject"`, "sp counts only at the organizational domain"},
		{"sub.example.co.jp.", []string{`example.co.jp.:_dmarc.sub TXT "v=DMARC1; p=reject"`},
			[]string{"warning orgdomain-diverges _dmarc.sub.example.co.jp."}, "? boundary", "no record at the parent"},
		{"sub.example.co.jp.", []string{`example.co.jp.:_dmarc.sub TXT "v=DMARC1; p=reject; psd=n"`}, []string{"info psd-n _dmarc.sub.example.co.jp. [psd=n]"}, "", "stands alone on purpose"},
		{"sub.example.co.jp.", []string{`example.co.jp.:_dmarc.sub TXT "v=DMARC1; p=reject; adkim=s; aspf=s"`}, []string{"info strict _dmarc.sub.example.co.jp. [adkim=s]"}, "", "strict: nobody asks for the organizational domain"},
		{"sub.example.co.jp.", []string{`example.co.jp.:sub A 192.0.2.1`}, nil, "", "no record anywhere: nothing differs"},
		{"shop.example.co.jp.", []string{`example.co.jp.:_dmarc TXT "v=DMARC1; p=reject; psd=y"` + "\nshop A 192.0.2.1"},
			[]string{"warning orgdomain-diverges _dmarc.example.co.jp.", "warning psd-misuse _dmarc.example.co.jp. [psd=y]", "info inherited _dmarc.example.co.jp."}, "? boundary", "psd=y cuts the shop off"},
		{"example.co.jp.", []string{`example.co.jp.:@ MX 10 mail`, `jp.:_dmarc TXT "v=DMARC1; p=none; psd=y"`},
			[]string{"warning orgdomain-diverges _dmarc.jp.", "info inherited _dmarc.jp."}, "? boundary", "a registry's record is nobody else's to mend"},
	} {
		report := auditDMARC(t, tt.domain, dns(t, tt.zones...))
		if got := lines(report); !slices.Equal(got, tt.want) {
			t.Errorf("%s in %q\n got %q\nwant %q: %s", tt.domain, tt.zones, got, tt.want, tt.why)
			continue
		}
		if len(tt.want) > 0 {
			if fix := fixed(report, report.Findings[0].Rule.ID); fix != tt.fix {
				t.Errorf("%s in %q\n fix %s\nwant %s: %s", tt.domain, tt.zones, fix, tt.fix, tt.why)
			}
		}
	}
}

func TestJudgeAlias(t *testing.T) {
	const vendor = `example.net.:c1 TXT "v=DMARC1; p=reject; pct=50; fo=1; rua=mailto:d@example.net"` + "\n" + `example.co.jp._report._dmarc TXT "v=DMARC1;"` + "\n@ MX 10 mx\nmx A 192.0.2.3"
	report := auditDMARC(t, "example.co.jp.", dns(t, "example.co.jp.:_dmarc CNAME c1.example.net.", vendor))
	if got, want := lines(report), []string{"info cname _dmarc.example.co.jp."}; !slices.Equal(got, want) {
		t.Errorf("quality of a vendor's record: got %q, want %q", got, want)
	}
	weak := strings.Replace(vendor, "p=reject", "p=none", 1)
	report = auditDMARC(t, "example.co.jp.", dns(t, "example.co.jp.:_dmarc CNAME c1.example.net.", weak))
	if got, want := lines(report), []string{"warning p-none c1.example.net. [p=none]", "info cname _dmarc.example.co.jp."}; !slices.Equal(got, want) {
		t.Errorf("outcome of a vendor's record: got %q, want %q", got, want)
	}
	if fix := fixed(report, "dmarc-p-none"); fix != "" {
		t.Errorf("fix %s in somebody else's zone", fix)
	}
}

func TestJudgeDestinations(t *testing.T) {
	const policy = `example.co.jp.:_dmarc TXT "v=DMARC1; p=reject; rua=mailto:d@reports.example.net"` + mailbox
	const host = "\nreports MX 10 mx\nmx A 192.0.2.3\n"
	long := strings.Repeat("a234567890.", 22) + "example.net"
	for _, tt := range []struct {
		zones []string
		want  []string
		why   string
	}{
		{[]string{policy, `example.net.:example.co.jp._report._dmarc.reports TXT "v=DMARC1;"` + host}, nil, "agreed"},
		{[]string{policy, `example.net.:example.co.jp._report._dmarc.reports TXT "v=DMARC1"` + host}, nil, "agreed, without the semicolon"},
		{[]string{policy, `example.net.:*._report._dmarc.reports TXT "v=DMARC1;"` + host}, []string{"info rua-wildcard-auth"}, "agreed to all"},
		{[]string{policy, `example.net.:` + host}, []string{"warning rua-external-unauth"}, "nothing there"},
		{[]string{policy, `example.net.:*._report._dmarc.reports TXT "v=spf1 -all"` + host}, []string{"warning rua-external-invalid"}, "another text"},
		{[]string{policy, `example.net.:@ A 192.0.2.1`}, []string{"warning rua-no-mx"}, "no such host: that alone is told"},
		{[]string{policy, `example.net.:reports MX 0 .` + "\n" + `example.co.jp._report._dmarc.reports TXT "v=DMARC1"`}, []string{"warning rua-no-mx"}, "null MX"},
		{[]string{policy, `example.net.:reports TXT "x"`}, []string{"warning rua-external-unauth", "warning rua-no-mx"}, "two causes"},
		{[]string{policy, `example.net.:reports A 192.0.2.9` + "\n" + `*._report._dmarc.reports TXT "v=DMARC1;"`}, []string{"info rua-wildcard-auth"}, "no MX, but an address"},
		{[]string{`example.co.jp.:_dmarc TXT "v=DMARC1; p=reject; rua=mailto:d@mail.example.co.jp"` + mailbox}, nil, "a subdomain is no other organization"},
		{[]string{`example.co.jp.:_dmarc TXT "v=DMARC1; p=reject; rua=mailto:d@` + long + `"`, "example.net.:" + strings.TrimSuffix(long, ".example.net") + " A 192.0.2.9"},
			[]string{"warning rua-name-too-long"}, "no name is that long"},
	} {
		report := auditDMARC(t, "example.co.jp.", dns(t, tt.zones...))
		var got []string
		for _, f := range report.Findings {
			got = append(got, f.Severity.String()+" "+strings.TrimPrefix(f.Rule.ID, "dmarc-"))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q\n got %q\nwant %q: %s", tt.zones, got, tt.want, tt.why)
		}
	}
}

func TestGuard(t *testing.T) {
	for _, tt := range []struct{ was, is, want string }{
		{"v=DMARC1; p=reject", "v=DMARC1; p=quarantine", "guard.dmarc-weaker"},
		{"v=DMARC1; p=reject", "v=DMARC1; p=reject; t=y", "guard.dmarc-weaker"},
		{"v=DMARC1; p=reject", "v=DMARC1; p=reject; np=none", "guard.dmarc-weaker"},
		{"v=DMARC1; p=reject", "v=DMARC1 p=reject", "guard.dmarc-removed"},
		{"v=DMARC1; p=none", "v=DMARC1; p=reject", ""},
		{"v=dmarc1; p=reject", "v=DMARC1; p=none", ""},
		{"v=DMARC1; p=reject; pct=50", "v=DMARC1; p=reject", ""},
	} {
		var guarded []checks.Text
		factsOf := func(text string) *Facts {
			report := auditDMARC(t, "example.co.jp.", dns(t, "example.co.jp.:_dmarc TXT "+quote(text)))
			return report.Checks[0].Facts.(*Facts)
		}
		guarded = lostBetween(factsOf(tt.was), factsOf(tt.is))
		got := ""
		if len(guarded) > 0 {
			got = guarded[0].ID
		}
		if got != tt.want {
			t.Errorf("from %s to %s: %q, want %q", tt.was, tt.is, got, tt.want)
		}
	}
}
