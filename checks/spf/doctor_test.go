package spf

import (
	"strings"
	"testing"
)

func TestExamine(t *testing.T) {
	for _, tt := range []struct {
		text       string // "¦" between character-strings
		problem    Problem
		reason     Reason
		span       string
		confidence Confidence
		record     string
	}{
		// The version.
		{"v-spf1 +ip4:203.0.113.25 +mx -all", NotSPF, HyphenForEquals, "v-spf1", Certain, "v=spf1 ip4:203.0.113.25 mx -all"},
		{"v–spf1 mx –all", NotSPF, HyphenForEquals, "v–spf1", Certain, "v=spf1 mx -all"},
		{"spf1 ip4:203.0.113.25 -all", NotSPF, VersionNoTag, "spf1", Likely, "v=spf1 ip4:203.0.113.25 -all"},
		{"SPF=ip4:203.0.113.25 -all", NotSPF, VersionNoTag, "SPF=", Likely, "v=spf1 ip4:203.0.113.25 -all"},
		{"v=spf 1 mx -all", NotSPF, VersionSpace, "v=spf 1", Certain, "v=spf1 mx -all"},
		{"v= spf1 mx -all", NotSPF, VersionSpace, "v= spf1", Certain, "v=spf1 mx -all"},
		{"v =spf1 mx -all", NotSPF, VersionSpace, "v =spf1", Certain, "v=spf1 mx -all"},
		{"v=spf mx -all", NotSPF, VersionNumber, "v=spf", Likely, "v=spf1 mx -all"},
		{"v=spf -all", NotSPF, VersionNumber, "v=spf", Likely, "v=spf1 -all"},
		{"v=spf2 mx -all", NotSPF, VersionNumber, "v=spf2", Likely, "v=spf1 mx -all"},
		{"v=spf10 mx -all", NotSPF, VersionNumber, "v=spf10", Likely, "v=spf1 mx -all"},
		{"v=spf1.0 mx -all", NotSPF, VersionNumber, "v=spf1.0", Likely, "v=spf1 mx -all"},
		{"v=spfl mx -all", NotSPF, VersionNumber, "v=spfl", Likely, "v=spf1 mx -all"},
		{"v=spf1; mx -all", NotSPF, VersionEnd, "v=spf1;", Certain, "v=spf1 mx -all"},
		{"v=spf1, mx, -all", NotSPF, VersionEnd, "v=spf1,", Certain, "v=spf1 mx -all"},
		{"v=spf1: mx -all", NotSPF, VersionEnd, "v=spf1:", Certain, "v=spf1 mx -all"},
		{"v=spf1;ip4:192.0.2.1;mx;-all", NotSPF, VersionEnd, "v=spf1;", Certain, "v=spf1 ip4:192.0.2.1 mx -all"},
		{"v=spf1;", NotSPF, VersionEnd, "v=spf1;", Certain, "v=spf1"},
		{"v=spf1include:_spf.example.com -all", NotSPF, VersionGlued, "v=spf1", Certain, "v=spf1 include:_spf.example.com -all"},
		{"v=spf1-all", NotSPF, VersionGlued, "v=spf1", Certain, "v=spf1 -all"},
		{"v:spf1 mx -all", NotSPF, VersionSpelling, "v:spf1", Certain, "v=spf1 mx -all"},
		{"v=v=spf1 mx -all", NotSPF, VersionSpelling, "v=v=spf1", Certain, "v=spf1 mx -all"},
		{`v\=spf1 mx -all`, NotSPF, VersionSpelling, `v\=spf1`, Certain, "v=spf1 mx -all"},
		{"v=sfp1 mx -all", NotSPF, VersionSpelling, "v=sfp1", Likely, "v=spf1 mx -all"},
		{"include:_spf.example.com ~all", NotSPF, NoVersion, "include:_spf.example.com", Likely, "v=spf1 include:_spf.example.com ~all"},
		// What stands before or around it, and what nobody sees.
		{" v=spf1 mx -all", NotSPF, LeadingSpace, " ", Certain, "v=spf1 mx -all"},
		{"\ufeffv=spf1 mx -all", NotSPF, ZeroWidth, "\ufeff", Certain, "v=spf1 mx -all"},
		{"\u200bv=spf1 mx -all", NotSPF, ZeroWidth, "\u200b", Certain, "v=spf1 mx -all"},
		{"V=ＳＰＦ１ mx -all", NotSPF, FullWidth, "Ｓ", Certain, "v=spf1 mx -all"},
		{"ｖ＝ｓｐｆ１　ｍｘ　－ａｌｌ", NotSPF, FullWidth, "ｖ", Certain, "v=spf1 mx -all"},
		{"v=spf1\u3000mx -all", NotSPF, WideSpace, "\u3000", Certain, "v=spf1 mx -all"},
		{"v=spf1\tmx -all", NotSPF, ControlBehind, "\t", Certain, "v=spf1 mx -all"},
		{`"v=spf1 mx -all"`, Quotes, QuoteMarks, `"`, Certain, "v=spf1 mx -all"},
		{`\"v=spf1 mx -all\"`, Quotes, QuoteMarks, `\"`, Certain, "v=spf1 mx -all"},
		{"“v=spf1 mx -all”", Quotes, QuoteMarks, "“", Certain, "v=spf1 mx -all"},
		{"'v=spf1 mx -all'", Quotes, QuoteMarks, "'", Certain, "v=spf1 mx -all"},
		{`"v=spf1 include:_spf.exa" "mple.com -all"`, Quotes, QuoteMarks, `"`, Certain, "v=spf1 include:_spf.example.com -all"},
		{`"v=spf1 mx" "a -all"`, Quotes, QuoteMarks, `"`, Certain, "v=spf1 mx a -all"},
		{`"v-spf1 mx -all"`, Quotes, QuoteMarks, `"`, Certain, "v=spf1 mx -all"},
		{"TXT v=spf1 mx -all", NotSPF, ZoneLine, "TXT ", Certain, "v=spf1 mx -all"},
		{"@ v=spf1 mx -all", NotSPF, ZoneLine, "@ ", Certain, "v=spf1 mx -all"},
		{"SPF: v=spf1 mx -all", NotSPF, ZoneLine, "SPF: ", Certain, "v=spf1 mx -all"},
		{`IN TXT "v=spf1 mx -all"`, NotSPF, ZoneLine, "IN TXT ", Certain, "v=spf1 mx -all"},
		{`example.com. 3600 IN TXT ( "v=spf1 mx" " -all" )`, NotSPF, ZoneLine, "example.com. 3600 IN TXT ( ", Certain, "v=spf1 mx -all"},
		{"@ TXT v-spf1 mx -all", NotSPF, ZoneLine, "@ TXT ", Certain, "v=spf1 mx -all"},
		{"google-site-verification=abcDEF123 v=spf1 mx ~all", NotSPF, Embedded, "google-site-verification=abcDEF123 ", Likely, "v=spf1 mx ~all"},
		// Strings, and more than one mistake.
		{"v=spf1¦mx -all", StringJoin, JoinGlued, "1m", Certain, "v=spf1 mx -all"},
		{"v=spf1¦include:_spf.example.com¦-all", StringJoin, JoinGlued, "1i", Certain, "v=spf1 include:_spf.example.com -all"},
		{"v-spf1 ipv4:192.0.2.1 include: _spf.example.com –all", NotSPF, HyphenForEquals, "v-spf1", Certain, "v=spf1 ip4:192.0.2.1 include:_spf.example.com -all"},
		{"v-spf1 mx -all v=spf1 a -all", NotSPF, HyphenForEquals, "v-spf1", Certain, "v=spf1 mx a -all"},
		{"v-spf1 moo mx -all", NotSPF, HyphenForEquals, "v-spf1", Certain, ""}, // meant, but what is moo?
	} {
		l, ok := Examine(strings.Split(tt.text, "¦"))
		if !ok {
			t.Errorf("%q: not noticed", tt.text)
			continue
		}
		if l.Problem != tt.problem || l.Reason != tt.reason || l.Span.Of(l.Text) != tt.span || l.Confidence != tt.confidence || l.Record != tt.record {
			t.Errorf("%q:\n got %v %s %q %v %q\nwant %v %s %q %v %q", tt.text, l.Problem, l.Reason, l.Span.Of(l.Text), l.Confidence, l.Record,
				tt.problem, tt.reason, tt.span, tt.confidence, tt.record)
		}
		if l.Record != "" && (!IsSPF(l.Record) || len(Parse(l.Record).Errors) > 0) {
			t.Errorf("%q: the remedy %q is ill itself", tt.text, l.Record)
		}
	}
}

func TestExamineChoices(t *testing.T) {
	l, ok := Examine([]string{"v-spf1 mx -all v=spf1 a ~all"})
	if !ok || l.Record != "" || strings.Join(l.Alternatives, " | ") != "v=spf1 mx a -all | v=spf1 mx a ~all" {
		t.Errorf("got %+v", l)
	}
	l, ok = Examine([]string{"MS=ms12345678; v=spf1 mx -all"})
	if !ok || l.Rest != "MS=ms12345678" {
		t.Errorf("the other record's data: %+v", l)
	}
}

// A domain is full of TXT records that are somebody else's business.
func TestExamineHealthy(t *testing.T) {
	for _, text := range []string{
		"v=spf1 mx -all", "V=SPF1", "v=spf1 moo", // SPF, good or bad
		"spf2.0/pra mx -all", "spf2.0/mfrom,pra +mx -all", "v=spf2.0/pra mx -all", // Sender ID
		"v=DMARC1; p=none", "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3", "v=TLSRPTv1; rua=mailto:tls@example.com", "v=STSv1; id=20240101", "v=BIMI1; l=",
		"spf-verification=a1b2c3d4", "spf=a1b2c3d4e5", "spf-check", "spfcheck:12345", "spf1", "spf1-token-1234567", "SPF", "v=spf", "v=spfwatch",
		"google-site-verification=spf1mx", "MS=ms12345678", "docusign=v-spf1-0a1b", "v=verifydomain MS=1234", "sparkpost-verify=1 include", "sp=reject",
		"d41d8cd98f00b204e9800998ecf8427e", "9a0364b9e99bb480dd25e1f0284c8555", "", " ", `""`, "v1", "v=1; spf", "mx a", "-all", "all", "a=b c=d -all",
		"This domain sends no mail, see our SPF policy", "SPF is configured by IT, call -all questions", "spf: see https://example.com/spf",
		"The record v=spf1 mx -all was removed in 2020", "Our policy is v=spf1 mx -all", "see v=spf1 -all", "spf and mx", "spring mx -all", "v spf",
		"SPFレコードは情報システム部が管理しています", "include the invoice, all of it", "ip4 address pool of example.com", "@ office: mx room",
	} {
		if l, ok := Examine([]string{text}); ok {
			t.Errorf("%q taken for SPF: %+v", text, l)
		}
	}
}
