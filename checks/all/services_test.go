package all_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/all"
	"mailauth/resolver"
)

const watching = "\n_dmarc TXT \"v=DMARC1; p=none; rua=mailto:d@example.co.jp\""

// auditServices audits a zone beside those of the providers.
func auditServices(t *testing.T, text string, without ...string) *checks.Report {
	t.Helper()
	zones := slices.DeleteFunc(services(t), func(z *resolver.Zone) bool { return slices.Contains(without, z.Apex) })
	zones = append(zones, parseZone(t, "example.co.jp.", text+watching)...)
	report, err := checks.Audit(context.Background(), "example.co.jp.", resolver.Overlay(zones, resolver.Nothing()), all.Checks(), checks.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func findingOf(report *checks.Report, id string) *checks.Finding {
	i := slices.IndexFunc(report.Findings, func(f checks.Finding) bool { return f.Rule.ID == id })
	if i < 0 {
		return nil
	}
	return &report.Findings[i]
}

// A record is proposed for the services that are known to send, once their
// includes were seen to have one; else only its form.
func TestFirstRecordNamesTheProviders(t *testing.T) {
	const mx = "@ MX 1 smtp.google.com.\n"
	for _, tt := range []struct {
		why, zone string
		without   []string
		want      string
	}{
		{"mailboxes at a provider", mx, nil, "v=spf1 include:_spf.google.com ~all"},
		{"the include has no record", mx, []string{"google.com."}, ""},
		{"mailboxes at nobody that is known", "@ MX 10 mail\nmail A 192.0.2.25\n" + key("default", "v=DKIM1; k=rsa; p="+rsa2048), nil, ""},
	} {
		f := findingOf(auditServices(t, tt.zone, tt.without...), "spf-missing")
		if f == nil {
			t.Errorf("%s: spf-missing is not raised", tt.why)
			continue
		}
		got := ""
		if first := f.Fixes[0]; first.Verified {
			got = strings.Trim(first.Edits[0].Add[0], `"`)
		}
		if got != tt.want {
			t.Errorf("%s: proposes %q, want %q", tt.why, got, tt.want)
		}
	}
}

// What the mailbox provider needs is printed whole, and weighed by what else could
// explain that it is missing.
func TestProvidersOfTheMailboxes(t *testing.T) {
	const (
		microsoft = "@ MX 0 example-co-jp.mail.protection.outlook.com.\n_domainkey TXT \"o=~\"\n"
		google    = "@ MX 1 smtp.google.com.\n_domainkey TXT \"o=~\"\n"
	)
	signed := key("google", "v=DKIM1; k=rsa; p="+rsa2048) + "\n"
	for _, tt := range []struct {
		why, zone, rule string
		severity        checks.Severity // 0: not raised
		fix             string          // what the first fix adds first
	}{
		{"its selectors are everybody's, nobody else sends", microsoft + `@ TXT "v=spf1 include:spf.protection.outlook.com -all"`, "x-provider-dkim-missing", checks.Warning,
			"selector1-example-co-jp._domainkey.<tenant>.onmicrosoft.com."},
		{"a gateway may sign", microsoft + `@ TXT "v=spf1 include:spf.protection.outlook.com include:spf.mta.hdems.com -all"`, "x-provider-dkim-missing", checks.Info,
			"selector1-example-co-jp._domainkey.<tenant>.onmicrosoft.com."},
		{"a server of its own may sign", microsoft + `@ TXT "v=spf1 ip4:192.0.2.25 include:spf.protection.outlook.com -all"`, "x-provider-dkim-missing", checks.Info,
			"selector1-example-co-jp._domainkey.<tenant>.onmicrosoft.com."},
		{"customers choose the selector", google + `@ TXT "v=spf1 include:_spf.google.com -all"`, "x-provider-dkim-missing", checks.Info, `"v=DKIM1; k=rsa; p=<key>"`},
		{"no key can exist: told once, with what to publish", "@ MX 0 example-co-jp.mail.protection.outlook.com.\n" + `@ TXT "v=spf1 include:spf.protection.outlook.com -all"`, "dkim-no-namespace", checks.Warning,
			"selector1-example-co-jp._domainkey.<tenant>.onmicrosoft.com."},
		{"no key can exist", "@ MX 0 example-co-jp.mail.protection.outlook.com.\n" + `@ TXT "v=spf1 include:spf.protection.outlook.com -all"`, "x-provider-dkim-missing", 0, ""},
		{"it only receives", microsoft + `@ TXT "v=spf1 -all"`, "x-provider-dkim-missing", 0, ""},
		{"SPF leaves it out", google + `@ TXT "v=spf1 ip4:192.0.2.25 ~all"`, "x-provider-spf-missing", checks.Info, `"v=spf1 ip4:192.0.2.25 include:_spf.google.com ~all"`},
		{"mail leaves through a gateway", google + `@ TXT "v=spf1 include:spf.mta.hdems.com ~all"`, "x-provider-spf-missing", 0, ""},
		{"it only receives", google + `@ TXT "v=spf1 -all"`, "x-provider-spf-missing", 0, ""},
		{"refused though signed", google + signed + `@ TXT "v=spf1 -all"`, "spf-mail-but-denyall", checks.Warning, ""},
		{"bounces go to a name of its own", google + signed + "bounce MX 10 feedback-smtp.us-east-1.amazonses.com.\n" + `@ TXT "v=spf1 -all"`, "spf-mail-but-denyall", checks.Info, ""},
		{"it only receives", google + `@ TXT "v=spf1 -all"`, "spf-mail-but-denyall", checks.Info, ""},
	} {
		f := findingOf(auditServices(t, tt.zone), tt.rule)
		var severity checks.Severity
		fix := ""
		if f != nil {
			severity = f.Severity
			if len(f.Fixes) > 0 {
				fix = f.Fixes[0].Edits[0].Add[0]
			}
		}
		if severity != tt.severity || fix != tt.fix {
			t.Errorf("%s: %s is %q with the fix %q, want %q with %q", tt.why, tt.rule, severity, fix, tt.severity, tt.fix)
		}
	}
}

// An include that was just seen to have a record is proposed as a verified fix.
func TestMissingIncludeIsTried(t *testing.T) {
	f := findingOf(auditServices(t, "@ MX 1 smtp.google.com.\n@ TXT \"v=spf1 ip4:192.0.2.25 ~all\""), "x-provider-spf-missing")
	if f == nil || len(f.Fixes) != 1 || !f.Fixes[0].Verified {
		t.Errorf("found %+v, want a finding with a verified fix", f)
	}
	f = findingOf(auditServices(t, "@ MX 1 smtp.google.com.\n@ TXT \"v=spf1 ip4:192.0.2.25 ~all\"", "google.com."), "x-provider-spf-missing")
	if f == nil || len(f.Fixes) != 0 {
		t.Errorf("found %+v, want a finding without a fix: nobody saw the include's record", f)
	}
}
