package role

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/dkim"
	"mailauth/checks/mx"
	"mailauth/checks/provider"
	"mailauth/checks/spf"
	"mailauth/resolver"
	"mailauth/resolver/zone"
)

// shown writes parties as "id kind name", with "< record" for a term that
// stands in another record than the domain's own.
func shown(list parties) (lines []string) {
	for _, p := range list {
		for _, c := range p.Because {
			line := p.Provider + " " + string(c.From) + " " + c.Name
			if len(c.Path) > 1 {
				line += " < " + c.Path[len(c.Path)-1]
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// roleOf audits example.co.jp in a world of zones.
func roleOf(t *testing.T, zones map[string]string, table *provider.Table) *Facts {
	t.Helper()
	var all []*resolver.Zone
	for apex, text := range zones {
		parsed, err := zone.Parse(apex+".zone", strings.NewReader("$TTL 3600\n"+text), zone.Options{Origin: apex + "."})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, parsed...)
	}
	report, err := checks.Audit(context.Background(), "example.co.jp.", resolver.Overlay(all, resolver.Nothing()), []*checks.Check{Check}, checks.Options{Providers: table})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(report.Checks, func(c checks.CheckReport) bool { return c.Name == Check.Name })
	return report.Checks[i].Facts.(*Facts)
}

func TestParties(t *testing.T) {
	others := map[string]string{
		"google.com":         "_spf TXT \"v=spf1 include:amazonses.com ~all\"\nsmtp A 198.51.100.25",
		"sendgrid.net":       "@ TXT \"v=spf1 ip4:192.0.2.0/25 ~all\"",
		"hdems.com":          "spf.mta TXT \"v=spf1 ip4:203.0.113.0/24 ~all\"",
		"spf25.jp":           "example.co.jp.r TXT \"v=spf1 include:sendgrid.net ~all\"",
		"vali.email":         "@ TXT x",
		"attacker.example":   "sendgrid.net TXT \"v=spf1 ip4:192.0.2.0/25 ~all\"",
		"mail.example":       "@ TXT \"v=spf1 include:sendgrid.net ~all\"",
		"helpscoutemail.com": "@ TXT nothing",
	}
	for _, tt := range []struct {
		why, zone             string
		inbound, out, records []string
	}{
		{why: "mailboxes and their SPF; what the provider includes is its own business", zone: "@ MX 1 smtp.google.com.\n@ TXT \"v=spf1 include:_spf.google.com ~all\"",
			inbound: []string{"google-workspace mx smtp.google.com."}, out: []string{"google-workspace include _spf.google.com."}},
		{why: "inbound and outbound at different houses", zone: "@ MX 1 i1.mailsecurity-nec.jp.\n@ TXT \"v=spf1 include:spf.mta.hdems.com ~all\"",
			inbound: []string{"nec-mail-security mx i1.mailsecurity-nec.jp."}, out: []string{"hennge-one include spf.mta.hdems.com."}},
		{why: "behind records of the domain's own and of a stranger", zone: "@ TXT \"v=spf1 include:_spf2.example.co.jp ~all\"\n_spf2 TXT \"v=spf1 include:mail.example ~all\"",
			out: []string{"sendgrid include sendgrid.net. < mail.example."}},
		{why: "one provider for several reasons", zone: "@ TXT \"v=spf1 a:www123.sakura.ne.jp a:www124.sakura.ne.jp a:www123.sakura.ne.jp ~all\"\n@ MX 10 www123.sakura.ne.jp.",
			inbound: []string{"sakura mx www123.sakura.ne.jp."}, out: []string{"sakura host www123.sakura.ne.jp.", "sakura host www124.sakura.ne.jp."}},
		{why: "an address", zone: "@ TXT \"v=spf1 ip4:210.130.202.9 ~all\"", out: []string{"iij-secure-mx address 210.130.202.9/32"}},
		{why: "hosted SPF sends nothing", zone: "@ TXT \"v=spf1 include:%{i}._ip.%{h}._ehlo.%{d}._spf.vali.email ~all\"",
			records: []string{"valimail include %{i}._ip.%{h}._ehlo.%{d}._spf.vali.email"}},
		{why: "a redirect to a host of records", zone: "@ TXT \"v=spf1 redirect=%{d}.r.spf25.jp\"", records: []string{"twofive redirect example.co.jp.r.spf25.jp."}},
		{why: "a bounce host", zone: "@ MX 10 feedback-smtp.ap-northeast-1.amazonses.com.", out: []string{"amazon-ses return-path feedback-smtp.ap-northeast-1.amazonses.com."}},
		{why: "a proof of ownership is no mail server", zone: "@ MX 10 ms12345678.msv1.invalid."},
		{why: "a term that lets nobody pass", zone: "@ TXT \"v=spf1 ?include:sendgrid.net -include:_spf.google.com ~all\""},
		{why: "a term that nobody evaluates", zone: "@ TXT \"v=spf1 -all include:sendgrid.net\""},
		{why: "an include without a record", zone: "@ TXT \"v=spf1 include:helpscoutemail.com include:spf.mandrillapp.com ~all\""},
		{why: "somebody who wants to look like it", zone: "@ TXT \"v=spf1 include:sendgrid.net.attacker.example ~all\""},
		{why: "a loop ends", zone: "@ TXT \"v=spf1 include:_a.example.co.jp ~all\"\n_a TXT \"v=spf1 include:_a.example.co.jp include:sendgrid.net ~all\"",
			out: []string{"sendgrid include sendgrid.net. < _a.example.co.jp."}},
	} {
		zones := map[string]string{"example.co.jp": tt.zone}
		for apex, text := range others {
			zones[apex] = text
		}
		f := roleOf(t, zones, nil)
		for what, pair := range map[string][2][]string{"in": {shown(f.Inbound), tt.inbound}, "out": {shown(f.Outbound), tt.out}, "policy": {shown(f.PolicyHosts), tt.records}} {
			if !slices.Equal(pair[0], pair[1]) {
				t.Errorf("%s: %s %q, want %q", tt.why, what, pair[0], pair[1])
			}
		}
		if got, want := len(f.summary()), min(len(tt.inbound)+len(tt.out), 1); got != want {
			t.Errorf("%s: %d summary lines, want %d", tt.why, got, want)
		}
	}
}

// A live key behind a provider's alias tells who signs, and so may send.
func TestPartiesByKey(t *testing.T) {
	table := provider.Builtin()
	d := &dkim.Facts{LiveKey: checks.Yes, Selectors: []*dkim.Selector{
		{Selector: "em1", State: dkim.StateLive, Alias: "s1.u1.wl1.sendgrid.net.", Provider: "sendgrid"},
		{Selector: "k2", State: dkim.StateDangling, Alias: "dkim2.mcsv.net.", Provider: "mailchimp"},
		{Selector: "own", State: dkim.StateLive},
	}}
	f := derive("example.jp.", table, &spf.Facts{}, d, &mx.Facts{Kind: mx.None})
	if got := shown(f.Outbound); !slices.Equal(got, []string{"sendgrid key s1.u1.wl1.sendgrid.net."}) {
		t.Errorf("out: %q", got)
	}
	if f.Outbound[0].Because[0].Selector != "em1" || fmt.Sprint(f.Outbound[0].Layers) != "[sender]" {
		t.Errorf("%+v", f.Outbound[0])
	}
}

// Only mailboxes and bounce hosts are signs of sending.
func TestSendingByMX(t *testing.T) {
	for host, want := range map[string]checks.Tri{
		"mx.zoho.jp.":                               checks.Yes, // mailboxes
		"jp1-aspmx1.worksmobile.com.":               checks.Yes,
		"mxa.mailgun.org.":                          checks.Yes, // bounces
		"route1.mx.cloudflare.net.":                 checks.No,  // passes mail on
		"jp-smtp-inbound-1.mimecast.com.":           checks.No,  // a gateway
		"smtp.secureserver.net.":                    checks.No,  // there from the start
		"ms12345678.msv1.invalid.":                  checks.No,  // no mail at all
		"mail.protection.outlook.com.":              checks.No,  // no tenant's
		"a.mail.protection.outlook.com.jp.example.": checks.No,
	} {
		noKey := &dkim.Facts{Namespace: dkim.NamespaceNXDomain, LiveKey: checks.No}
		f := derive("example.jp.", provider.Builtin(), &spf.Facts{CanPass: checks.No}, noKey, &mx.Facts{Kind: mx.Hosts, Hosts: []*mx.Host{{Name: host, Canonical: host}}})
		if f.Sends != want {
			t.Errorf("MX %s: sends %s, want %s", host, f.Sends, want)
		}
	}
}

func TestPartiesOfTheUsersTable(t *testing.T) {
	table, err := provider.Builtin().Extend("own.toml", strings.NewReader("[provider.gw]\nname = \"Gateway\"\nname-ja = \"中継\"\nlayers = [\"mailbox\"]\nmx = [\"mx*.gw.example.net\"]\nevidence = [\"VP\"]\n"))
	if err != nil {
		t.Fatal(err)
	}
	f := roleOf(t, map[string]string{"example.co.jp": "@ MX 10 mx1.gw.example.net."}, table)
	if got := shown(f.Inbound); !slices.Equal(got, []string{"gw mx mx1.gw.example.net."}) || f.Sends != checks.Yes {
		t.Errorf("in: %q, sends %s", got, f.Sends)
	}
	if name := f.Inbound[0].Name; name.In("ja") != "中継" {
		t.Errorf("name %+v", name)
	}
}
