package message

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/catalog"
	"mailauth/resolver"
)

func auditMessages(t *testing.T, domain string, r resolver.Resolver, mails ...string) (*checks.Report, *Facts) {
	t.Helper()
	var options checks.Options
	for i, mail := range mails {
		m, err := Parse(fmt.Sprintf("%d.eml", i+1), []byte(mail))
		if err != nil {
			t.Fatal(err)
		}
		options.Messages = append(options.Messages, m.ForOptions())
	}
	report, err := checks.Audit(context.Background(), domain, r, []*checks.Check{Check}, options)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range report.Checks {
		if c.Name == Check.Name {
			facts, _ := c.Facts.(*Facts)
			return report, facts
		}
	}
	t.Fatal("the check is not in the report")
	return nil, nil
}

func TestAlignment(t *testing.T) {
	a := newRSA(t, 1024)
	for _, tt := range []struct {
		why, from, d, dmarc string
		fails               []string
		aligned             checks.Tri
		mode                string
	}{
		{"the same domain", "example.co.jp", "example.co.jp", `_dmarc TXT "v=DMARC1; p=reject"`, nil, checks.Yes, "relaxed"},
		{"the same domain, strictly", "example.co.jp", "example.co.jp", `_dmarc TXT "v=DMARC1; p=reject; adkim=s"`, nil, checks.Yes, "strict"},
		{"the same domain, policy not known", "example.co.jp", "example.co.jp", "", []string{"_dmarc.example.co.jp."}, checks.Yes, ""},
		{"a subdomain signs", "example.co.jp", "news.example.co.jp", `_dmarc TXT "v=DMARC1; p=reject"`, nil, checks.Yes, "relaxed"},
		{"a subdomain signs, strictly", "example.co.jp", "news.example.co.jp", `_dmarc TXT "v=DMARC1; p=reject; adkim=s"`, nil, checks.No, "strict"},
		{"a subdomain sends", "news.example.co.jp", "example.co.jp", `_dmarc TXT "v=DMARC1; p=reject"`, nil, checks.Yes, "relaxed"},
		{"a subdomain that is an organization of its own", "news.example.co.jp", "example.co.jp",
			"_dmarc TXT \"v=DMARC1; p=reject\"\n_dmarc.news TXT \"v=DMARC1; p=none; psd=n\"", nil, checks.No, "relaxed"},
		{"a provider signs with its own", "example.co.jp", "example.net", `_dmarc TXT "v=DMARC1; p=reject"`, nil, checks.No, "relaxed"},
		{"a subdomain signs, policy not known", "example.co.jp", "news.example.co.jp", "", []string{"_dmarc.example.co.jp."}, checks.Open, ""},
		{"a provider signs, policy not known", "example.co.jp", "example.net", "", []string{"_dmarc.example.co.jp."}, checks.No, ""},
	} {
		zones := map[string]string{
			"example.co.jp.": tt.dmarc + "\n" + key("s1", a.record),
			"example.net.":   key("s1", a.record),
		}
		zones["example.co.jp."] += "s1._domainkey.news TXT " + resolver.NewTXT(a.record).String() + "\n"
		mail := a.sign(t, strings.Replace(plainMail, "example.co.jp", tt.from, 1), "s1", tt.d, nil)
		_, facts := auditMessages(t, "example.co.jp.", dns(t, zones, tt.fails...), mail)
		o := facts.Messages[0]
		s := o.Signatures[0]
		if s.Result != Pass || s.Aligned != tt.aligned || s.Mode != tt.mode || o.DKIM != tt.aligned || !o.Related {
			t.Errorf("%s: %s %s, aligned %s %q, DMARC by DKIM %s; want pass, %s %q", tt.why, s.Result, s.Reason, s.Aligned, s.Mode, o.DKIM, tt.aligned, tt.mode)
		}
	}
}

// Mail of nobody, or of several, aligns with nothing; a message without a
// signature does not pass; one that is not about the domain is told so.
func TestOutcomes(t *testing.T) {
	a := newRSA(t, 1024)
	r := dns(t, map[string]string{"example.co.jp.": "_dmarc TXT \"v=DMARC1; p=none\"\n" + key("s1", a.record), "example.net.": "@ A 192.0.2.1\n"})
	sign := func(mail string) string { return a.sign(t, mail, "s1", "example.co.jp", nil) }
	report, facts := auditMessages(t, "example.co.jp.", r,
		sign(plainMail), plainMail,
		sign("From: a@example.co.jp, b@example.net\r\n\r\nbody\r\n"),
		sign("From: nobody\r\n\r\nbody\r\n"),
		"From: a@example.net\r\n\r\nbody\r\n",
		sign("From: a@example.co.jp\r\nFrom: b@example.co.jp\r\n\r\nbody\r\n"),
	)
	want := []struct {
		outcome string
		related bool
	}{{"passes", true}, {"unsigned", true}, {"from-several", true}, {"from-missing", true}, {"unsigned", false}, {"from-fields", true}}
	for i, o := range facts.Messages {
		if o.outcome() != want[i].outcome || o.Related != want[i].related {
			t.Errorf("message %d: %s, related %t; want %s, %t", i+1, o.outcome(), o.Related, want[i].outcome, want[i].related)
		}
	}
	for _, c := range report.Checks {
		if c.Name == Check.Name && c.Status != checks.StatusNone {
			t.Errorf("the check is %s: a message that does not pass is no fault of the domain", c.Status)
		}
	}
	again, _ := auditMessages(t, "example.co.jp.", r)
	for _, c := range again.Checks {
		if c.Name == Check.Name && (len(c.Summary) > 0 || len(c.Details) > 0 || c.Status != checks.StatusNone) {
			t.Errorf("without messages the check says %v %v and is %s", c.Summary, c.Details, c.Status)
		}
	}
}

// What could not be told is not counted as failed.
func TestSummary(t *testing.T) {
	a := newRSA(t, 1024)
	mail := a.sign(t, plainMail, "s1", "example.co.jp", nil)
	zones := map[string]string{"example.co.jp.": "_dmarc TXT \"v=DMARC1; p=none\"\n" + key("s1", a.record)}
	for _, tt := range []struct {
		why    string
		fails  []string
		mails  []string
		status checks.Status
		want   string
	}{
		{"all pass", nil, []string{mail, mail}, checks.StatusPass, "[summary.message-passed 2 2]"},
		{"the key could not be had", []string{"s1._domainkey.example.co.jp."}, []string{mail}, checks.StatusUnknown, "[summary.message-open 1 1]"},
		{"one is not signed, of the other nobody can tell", []string{"s1._domainkey.example.co.jp."}, []string{mail, plainMail}, checks.StatusNone, "[summary.message-passed 0 2 summary.message-open 1 2]"},
	} {
		report, _ := auditMessages(t, "example.co.jp.", dns(t, zones, tt.fails...), tt.mails...)
		for _, c := range report.Checks {
			if c.Name != Check.Name {
				continue
			}
			var got []any
			for _, text := range c.Summary {
				got = append(got, text.ID, text.Args["count"], text.Args["total"])
			}
			if fmt.Sprint(got) != tt.want || c.Status != tt.status {
				t.Errorf("%s: %v, %s; want %s, %s", tt.why, got, c.Status, tt.want, tt.status)
			}
		}
	}
}

// Every sentence is there in both languages.
func TestTexts(t *testing.T) {
	texts, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	reasons := []Reason{"", BodyChanged, HeaderChanged, NoKey, KeyRevoked, SeveralKeys, KeyBroken, KeyShort, KeyForbids, SHA1, Expired,
		FromUnsigned, Identity, StrictKey, Malformed, Unsupported, QueryMethod, KeyUnanswered, OnlyBegun, OtherClock, Unexplained}
	var said []checks.Text
	for _, reason := range reasons {
		result := Fail
		if reason == "" {
			result = Pass
		}
		for _, aligned := range []checks.Tri{checks.Yes, checks.No, checks.Open} {
			for _, mode := range []string{"relaxed", "strict", ""} {
				s := SignatureFacts{Domain: "example.co.jp.", Selector: "s1", Algorithm: "rsa-sha256", Bits: 2048, Result: result, Reason: reason, Tag: "bh", Aligned: aligned, Mode: mode}
				said = append(said, s.sentence(), SignatureFacts{Result: result, Reason: reason, Aligned: aligned}.sentence())
			}
		}
	}
	for _, from := range [][]string{nil, {"example.co.jp."}, {"a.example.", "b.example."}} {
		for _, tri := range []checks.Tri{checks.Yes, checks.No, checks.Open} {
			said = append(said, Outcome{Name: "1.eml", From: from, DKIM: tri, More: true, Signatures: make([]SignatureFacts, 0)}.sentences()...)
			o := Outcome{Name: "1.eml", From: from, DKIM: tri, Signatures: []SignatureFacts{{Result: Pass, Aligned: tri}}}
			said = append(said, o.sentences()...)
		}
	}
	said = append(said, Outcome{Name: "1.eml", From: []string{"a.example."}, fields: 2}.sentences()...)
	noDomain := SignatureFacts{Selector: "s1", Algorithm: "rsa-sha256", Result: Fail, Reason: Malformed, Tag: "d", Aligned: checks.No}
	for _, lang := range []string{"en", "ja"} {
		if got := texts.For(lang).Say(noDomain.sentence()); strings.Contains(got, "s1") {
			t.Errorf("a selector of no domain: %q", got)
		}
	}
	said = append(said, checks.T("summary.message-passed", checks.Args{"count": 1, "total": 2}), checks.T("summary.message-open", checks.Args{"count": 1, "total": 2}))
	for _, lang := range []string{"en", "ja"} {
		for _, text := range said {
			got := texts.For(lang).Say(text)
			if strings.Contains(got, "message.") || strings.Contains(got, "<no value>") || strings.TrimSpace(got) == "" {
				t.Errorf("%s %v in %s: %q", text.ID, text.Args, lang, got)
			}
		}
	}
}
