package provider

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// Names as they stand in DNS, each with its provider.
func TestProvidersOfNames(t *testing.T) {
	table := Builtin()
	for _, tt := range []struct {
		field     Field
		name, why string
		want      string // "" for nobody
	}{
		{Includes, "_spf.google.com.", "Google's own advice", "google-workspace"},
		{MX, "smtp.google.com.", "the one host of today's set-up", "google-workspace"},
		{MX, "alt3.aspmx.l.google.com.", "the five hosts of before", "google-workspace"},
		{MX, "aspmx5.googlemail.com.", "and still older ones", "google-workspace"},
		{MX, "googlemail.com.attacker.example.", "somebody who wants to look like it", ""},
		{MX, "notgoogle.com.", "the end of a label", ""},
		{Includes, "spf.protection.outlook.com.", "Microsoft's own advice", "microsoft-365"},
		{MX, "example-co-jp.mail.protection.outlook.com.", "the domain with hyphens", "microsoft-365"},
		{MX, "example-com.n-v1.mx.microsoft.", "new tenants", "microsoft-365"},
		{MX, "example-com.olc.protection.outlook.com.", "the consumer service, though the suffix is Microsoft's", "outlook-com"},
		{Placeholders, "ms12345678.msv1.invalid.", "a proof of ownership is no MX", "microsoft-365"},
		{MX, "ms12345678.msv1.invalid.", "so nobody receives there", ""},
		{DKIMTargets, "selector1-example-com._domainkey.exampletenant.onmicrosoft.com.", "old keys", "microsoft-365"},
		{DKIMTargets, "selector2-example-com0a1b._domainkey.exampletenant.r-v1.dkim.mail.microsoft.", "new keys", "microsoft-365"},
		{DKIMTargets, "exampletenant.onmicrosoft.com.", "the tenant alone is no key", ""},
		{DKIMTargets, "sig1.dkim.example.com.at.icloudmailadmin.com.", "Apple's custom domains", "icloud"},
		{MX, "mx.zoho.jp.", "Zoho in Japan", "zoho-mail"},
		{MX, "mx2.zoho.com.au.", "Zoho in Australia", "zoho-mail"},
		{DKIMTargets, "fm2.example.jp.dkim.fmhosted.com.", "Fastmail", "fastmail"},
		{DKIMTargets, "protonmail2.domainkey.d0a1b.domains.proton.ch.", "Proton", "proton-mail"},
		{MX, "route2.mx.cloudflare.net.", "Cloudflare passes mail on", "cloudflare-email-routing"},
		{MX, "mx3.mail.ovh.net.", "OVH", "ovh"},
		{MX, "jp-smtp-inbound-2.mimecast.com.", "Mimecast in Japan", "mimecast"},
		{Includes, "au._netblocks.mimecast.com.", "with the region", "mimecast"},
		{Includes, "_spf.mimecast.com.", "widely copied, and not theirs", ""},
		{MX, "mx0a-00123456.pphosted.com.", "Proofpoint", "proofpoint"},
		{MX, "mxb-00123456.gslb.pphosted.com.", "Proofpoint's other form", "proofpoint"},
		{Includes, "%{ir}.%{v}.%{d}.spf.has.pphosted.com", "hosted SPF", "proofpoint"},
		{Includes, "_spf.pphosted.com.", "widely copied, and not theirs", ""},
		{Includes, "%{i}._ip.%{h}._ehlo.%{d}._spf.vali.email", "a record for each client", "valimail"},
		{MX, "example.co.jp.in.tmems-jp.trendmicro.com.", "Trend Micro in Japan", "trend-micro"},
		{DKIMTargets, "s1.domainkey.u123456.wl123.sendgrid.net.", "SendGrid, whatever the selector", "sendgrid"},
		{ReturnPaths, "u123456.wl123.sendgrid.net.", "its bounce host", "sendgrid"},
		{DKIMTargets, "sendgrid.net.attacker.example.", "somebody who wants to look like it", ""},
		{Includes, "sendgrid.net.attacker.example.", "the same in SPF", ""},
		{DKIMTargets, "abcdefghijklmnopqrstuvwxyz234567.dkim.amazonses.com.", "a token that nobody guesses", "amazon-ses"},
		{ReturnPaths, "feedback-smtp.ap-northeast-1.amazonses.com.", "the bounces of SES in Tokyo", "amazon-ses"},
		{MX, "inbound-smtp.us-east-1.amazonaws.com.", "SES receives too", "amazon-ses"},
		{DKIMTargets, "dkim2.mcsv.net.", "Mailchimp", "mailchimp"},
		{DKIMTargets, "example-com.hs01a.dkim.hubspotemail.net.", "HubSpot", "hubspot"},
		{Includes, "1234567.spf04.hubspotemail.net.", "with the account's number", "hubspot"},
		{DKIMTargets, "zendesk2._domainkey.zendesk.com.", "Zendesk", "zendesk"},
		{DKIMTargets, "sf1.a1b2c3.custdkim.salesforce.com.", "Salesforce, a free name", "salesforce"},
		{MX, "www1234.sakura.ne.jp.", "a server of Sakura", "sakura"},
		{Hosts, "www1234.sakura.ne.jp.", "the same in SPF", "sakura"},
		{Includes, "_spf.sakura.ne.jp.", "circulates in guides and is nobody's", ""},
		{Hosts, "sv12345.xserver.jp.", "a server of Xserver", "xserver"},
		{Includes, "spf.sender.xserver.jp.", "Xserver", "xserver"},
		{MX, "mx01.lolipop.jp.", "Lolipop", "lolipop"},
		{MX, "mgws03.kagoya.net.", "KAGOYA", "kagoya"},
		{Includes, "spf.kagoya.net.", "doubtful, so nobody's", ""},
		{MX, "mail5678.onamae.ne.jp.", "Onamae", "onamae"},
		{MX, "jp1-aspmx2.worksmobile.com.", "LINE WORKS", "line-works"},
		{MX, "mx1.larksuite.com.", "Lark", "lark"},
		{Includes, "spf.mta.hdems.com.", "HENNGE", "hennge-one"},
		{MX, "mx1.securemx.jp.", "IIJ", "iij-secure-mx"},
		{DKIMTargets, "key1.example.dkg.dox.jp.", "IIJ signs too", "iij-secure-mx"},
		{MX, "mx02.active-w.net.", "Active! world", "active-world"},
		{Includes, "_spf.sbt-mailgate.jp.", "an OEM of the same service has a name of its own", "mail-safe"},
		{Includes, "example.co.jp.r.spf25.jp.", "a redirect of TwoFive", "twofive"},
		{DMARCTargets, "dmarc25.jp.", "reports go there", "twofive"},
		{DMARCTargets, "0a1b2c.dmarc-dns.com.", "PowerDMARC", "powerdmarc"},
		{Includes, "spf.haihaimail.jp.", "HaiHai Mail", "haihaimail"},
		{Includes, "support.crmstyle.com.", "Synergy!", "synergy"},
		{Includes, "_spf.example.co.jp.", "somebody's own", ""},
	} {
		got := ""
		if p := table.By(tt.field, tt.name); p != nil {
			got = p.ID
		}
		if got != tt.want {
			t.Errorf("%s %s is of %q, want %q: %s", tt.field, tt.name, got, tt.want, tt.why)
		}
	}
}

// example is a name that a pattern stands for.
func example(p Pattern) string {
	name := strings.ReplaceAll(p.String(), "*", "7")
	if p.below {
		return "any." + name
	}
	return name
}

// Every pattern leads to its own row: none hides behind another.
func TestEverythingIsReachable(t *testing.T) {
	table := Builtin()
	for _, p := range table.Providers() {
		for _, f := range NameFields() {
			for _, pattern := range p.Patterns(f) {
				if got := table.By(f, example(pattern)+"."); got != p {
					t.Errorf("%s %s of %s: %s leads to %v", f, pattern, p.ID, example(pattern), got)
				}
			}
		}
		for _, network := range p.Networks {
			if got := table.ByAddress(network); got != p {
				t.Errorf("%s of %s leads to %v", network, p.ID, got)
			}
		}
		for _, s := range p.Selectors {
			selector := strings.NewReplacer("{date}", "20260401", "{digits}", "42", "{word}", "a1").Replace(s.String())
			if !slices.Contains(table.BySelector(selector), p) {
				t.Errorf("selector %s of %s: %s does not lead to it", s, p.ID, selector)
			}
			if fixed := FixedSelectors([]*Provider{p}); slices.Contains(fixed, s.String()) != s.Fixed() {
				t.Errorf("selectors of %s that can be asked for: %q", p.ID, fixed)
			}
		}
		if found := table.Find(p.ID); len(found) != 1 || found[0] != p {
			t.Errorf("%s is not found by its id", p.ID)
		}
		if found := table.Find(p.Name.In("ja")); len(found) != 1 || found[0] != p {
			t.Errorf("%s is not found by its name %s", p.ID, p.Name.In("ja"))
		}
	}
}

// A row says who it is in both languages, has evidence that is listed, and
// confesses what rests on memory alone.
func TestRowsAreComplete(t *testing.T) {
	table := Builtin()
	if n := len(table.Providers()); n < 130 {
		t.Errorf("%d providers, want all of them", n)
	}
	used := map[string]bool{}
	for _, p := range table.Providers() {
		if p.Note.EN == "" != (p.Note.JA == "") {
			t.Errorf("the note of %s is in one language only", p.ID)
		}
		if p.Name.In("ja") == "" || p.Name.In("fr") != p.Name.EN {
			t.Errorf("the name of %s: %+v", p.ID, p.Name)
		}
		for _, code := range p.Evidence {
			used[code] = true
		}
		if slices.Equal(p.Evidence, []string{"U"}) {
			for _, f := range Fields() {
				if p.fills(f) && !slices.Contains(p.Unverified, f) {
					t.Errorf("%s has nothing but memory behind it, yet its %s count as verified", p.ID, f)
				}
			}
		}
		if p.File != "" || p.Line != 0 {
			t.Errorf("%s is at %s:%d, as if a user had written it", p.ID, p.File, p.Line)
		}
	}
	for _, e := range table.Evidence() {
		if !used[e.Code] || e.Title.JA == "" {
			t.Errorf("source %+v has no Japanese or is of no row", e)
		}
		if got, ok := table.Source(e.Code); !ok || got != e {
			t.Errorf("source %s: %+v", e.Code, got)
		}
	}
}

func TestByAddress(t *testing.T) {
	table := Builtin()
	for prefix, want := range map[string]string{
		"210.130.202.17/32": "iij-secure-mx", // one host of the network
		"210.130.202.0/25":  "iij-secure-mx", // a part of it
		"210.130.0.0/16":    "",              // more than it
		"192.0.2.25/32":     "",
		"2001:db8::/32":     "",
	} {
		got := ""
		if p := table.ByAddress(netip.MustParsePrefix(prefix)); p != nil {
			got = p.ID
		}
		if got != want {
			t.Errorf("%s is of %q, want %q", prefix, got, want)
		}
	}
}

func TestFind(t *testing.T) {
	table := Builtin()
	for word, want := range map[string][]string{
		"SENDGRID":           {"sendgrid"},
		"Twilio SendGrid":    {"sendgrid"},
		"さくらのレンタルサーバ":        {"sakura"},
		"sendgrid.net":       {"sendgrid"},
		"smtp.google.com.":   {"google-workspace"},
		"*.sendgrid.net":     {"sendgrid"},
		"210.130.202.1":      {"iij-secure-mx"},
		"ms1.msv1.invalid":   {"microsoft-365"},
		"selector1":          {"microsoft-365"},
		"s1":                 {"tuta", "sendgrid", "smtp2go", "atlassian"},
		"mail.example.co.jp": nil,
		"192.0.2.25":         nil,
		"":                   nil,
	} {
		var got []string
		for _, p := range table.Find(word) {
			got = append(got, p.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q finds %q, want %q", word, got, want)
		}
	}
}
