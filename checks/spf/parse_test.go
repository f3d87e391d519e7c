package spf

import (
	"net/netip"
	"testing"

	"mailauth/checks"
)

func TestIsSPF(t *testing.T) {
	for _, tt := range []struct {
		text string
		want bool
		why  string
	}{
		{"v=spf1", true, "an empty policy is a policy"},
		{"v=spf1 -all", true, ""},
		{"V=SpF1 ~all", true, "the version is case-insensitive"},
		{"v=spf10 -all", false, "another version"},
		{"v=spf1\t-all", false, "only a space ends the version"},
		{" v=spf1 -all", false, "nothing may stand before it"},
		{"v=spf1mx", false, "strings joined without a space"},
		{"v=spf1;", false, ""},
		{"v=spf", false, ""},
		{"", false, ""},
	} {
		if got := IsSPF(tt.text); got != tt.want {
			t.Errorf("IsSPF(%q) = %v, want %v (%s)", tt.text, got, tt.want, tt.why)
		}
	}
}

func TestParseTerms(t *testing.T) {
	const text = "v=spf1 A/24//64 ?MX:mail.example.com//48 +ip4:192.0.2.77/24 ip6:2001:DB8::1 " +
		"-include:%{d2}._spf.example.net ptr exists:%{ir}.%{l1r+-}._spf.%{d} redirect=_spf.example.com exp=why.%{o} moo.cow=%{S} ~all"
	r := Parse(text)
	if len(r.Errors) != 0 {
		t.Fatalf("errors: %v", r.Errors)
	}
	type brief struct {
		kind      Kind
		q         Qualifier
		explicit  bool
		domain    string
		prefix    string
		c4, c6    int
		c4g, c6g  bool
		dynamic   bool
		canonical string
	}
	want := []brief{
		{kind: A, q: Pass, c4: 24, c6: 64, c4g: true, c6g: true, canonical: "a/24//64"},
		{kind: MX, q: Neutral, explicit: true, domain: "mail.example.com", c4: 32, c6: 48, c6g: true, canonical: "?mx:mail.example.com//48"},
		{kind: IP4, q: Pass, explicit: true, prefix: "192.0.2.77/24", c4: 24, c4g: true, canonical: "ip4:192.0.2.77/24"},
		{kind: IP6, q: Pass, prefix: "2001:db8::1/128", c6: 128, canonical: "ip6:2001:db8::1"},
		{kind: Include, q: Fail, explicit: true, domain: "%{d2}._spf.example.net", canonical: "-include:%{d2}._spf.example.net"},
		{kind: PTR, q: Pass, canonical: "ptr"},
		{kind: Exists, q: Pass, domain: "%{ir}.%{l1r+-}._spf.%{d}", dynamic: true, canonical: "exists:%{ir}.%{l1r+-}._spf.%{d}"},
		{kind: Redirect, domain: "_spf.example.com", canonical: "redirect=_spf.example.com"},
		{kind: Exp, domain: "why.%{o}", dynamic: true, canonical: "exp=why.%{o}"},
		{kind: Modifier, canonical: "moo.cow=%{S}"},
		{kind: All, q: SoftFail, explicit: true, canonical: "~all"},
	}
	if len(r.Terms) != len(want) {
		t.Fatalf("%d terms, want %d", len(r.Terms), len(want))
	}
	for i := range r.Terms {
		term := &r.Terms[i]
		got := brief{kind: term.Kind, q: term.Qualifier, explicit: term.Explicit, c4: term.CIDR4, c6: term.CIDR6,
			c4g: term.CIDR4Given, c6g: term.CIDR6Given, canonical: term.Canonical()}
		if term.Domain != nil {
			got.domain, got.dynamic = term.Domain.String(), term.Domain.Dynamic()
			if s := term.Domain.Span.Of(text); s != got.domain {
				t.Errorf("term %d: the domain's span covers %q, want %q", i, s, got.domain)
			}
		}
		if term.Prefix.IsValid() {
			got.prefix = term.Prefix.String()
		}
		if got != want[i] {
			t.Errorf("term %d %q:\n got %+v\nwant %+v", i, term.Span.Of(text), got, want[i])
		}
		if s := term.Span.Of(text); s != term.String() {
			t.Errorf("term %d: String() = %q, written %q", i, term.String(), s)
		}
	}
	if got := r.String(); got != text {
		t.Errorf("String() = %q\n       want %q", got, text)
	}
}

func TestRecordSpelling(t *testing.T) {
	for _, tt := range []struct{ text, canonical string }{
		{"v=spf1", "v=spf1"},
		{"V=SPF1  +MX   -ALL  ", "v=spf1 mx -all"},
		{"v=spf1 ip4:192.0.2.1/32 ip6:2001:0DB8:0:0::1/128 ?all", "v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 ?all"},
		{"v=spf1 Include:_SPF.Example.NET ~all", "v=spf1 include:_SPF.Example.NET ~all"},
		{"v=spf1 moo -all", "v=spf1 moo -all"}, // a broken term stays as it is
	} {
		r := Parse(tt.text)
		if got := r.String(); got != tt.text {
			t.Errorf("Parse(%q).String() = %q", tt.text, got)
		}
		if got := r.Canonical(); got != tt.canonical {
			t.Errorf("Parse(%q).Canonical() = %q, want %q", tt.text, got, tt.canonical)
		}
	}
}

// A term made by hand is spelled from its fields.
func TestTermByHand(t *testing.T) {
	term := Term{Kind: IP4, Qualifier: Pass, Prefix: netip.MustParsePrefix("198.51.100.0/24")}
	if got := term.String(); got != "ip4:198.51.100.0/24" {
		t.Errorf("String() = %q", got)
	}
}

// Every mistake is found, wherever it stands: also behind the term that
// decides (RFC 7208 §4.6).
func TestParseFindsAll(t *testing.T) {
	r := Parse("v=spf1 -all moo a/33 include: redirect=a.example.com redirect=b.example.com")
	var got []Problem
	for _, e := range r.Errors {
		got = append(got, e.Problem)
	}
	want := []Problem{UnknownMech, CIDR, EmptyArg, DupModifier}
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

func TestParseNotSPF(t *testing.T) {
	r := Parse("v-spf1 mx -all")
	if len(r.Terms) != 0 || len(r.Errors) != 1 || r.Errors[0].Problem != NotSPF || r.Errors[0].Span != (checks.Span{Start: 0, End: 6}) {
		t.Errorf("got %+v", r)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"v=spf1", "V=SPF1  mx  ", "v=spf1 a/24//64 mx:mail.example.com//48 ip4:192.0.2.0/24 ip6:2001:db8::/32 ptr -all",
		"v=spf1 include: _spf.example.com ipv4:192.0.2.1 ip4 192.0.2.2 ~ all", "v=spf1 exists:%{ir}.%{l1r+-}.x.%{D2} exp=%{o}.%%%_%-",
		"v=spf1 %{x redirect=a.example redirect=b.example =x 1up=foo a//// ip4:/", "v=spf1 \x96all a\xe2\x80\x93b.example include:\xe3\x83\xa1.example.jp",
		"v=spf1 mx/ a: ip4: ip6:::1.2.3.4/33//12 include:x.example.com-all ip4:192.0.2.1~all mxinclude:a.example.com v=spf1 -all.",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := Parse(text)
		if got := r.String(); got != text {
			t.Errorf("String() = %q, parsed %q", got, text)
		}
		end := 0
		for i := range r.Terms {
			term := &r.Terms[i]
			if term.Span.Start < end || term.Span.End <= term.Span.Start {
				t.Errorf("term %d at %v of %q overlaps", i, term.Span, text)
			}
			end = term.Span.End
		}
		faulty := map[int]bool{}
		for _, e := range append(r.Errors, r.Remarks...) {
			if e.Term >= 0 && faulty[e.Term] {
				t.Errorf("two faults of term %d of %q", e.Term, text)
			}
			faulty[e.Term] = true
			if e.Problem == NoProblem || e.Span.Start < 0 || e.Span.End > len(text) || e.Span.End < e.Span.Start {
				t.Errorf("%+v in %q", e, text)
			}
		}
		anew := Parse(r.Canonical())
		if anew.Canonical() != r.Canonical() || (len(anew.Errors) == 0) != (len(r.Errors) == 0) {
			t.Errorf("canonical %q of %q changes when parsed again: %q", r.Canonical(), text, anew.Canonical())
		}
		if m := Mend(r); m.OK {
			if again := Parse(m.Text); len(again.faults()) > 0 {
				t.Errorf("mended %q of %q still has %v", m.Text, text, again.faults())
			}
		}
	})
}

func FuzzExamine(f *testing.F) {
	for _, seed := range []string{
		"v-spf1 mx -all", "v=spf1; ip4:192.0.2.1; -all", "\"v=spf1 mx\" \"a -all\"", "example.com. 3600 IN TXT ( \"v=spf1 mx\" )",
		"\ufeffv=spf1 mx", "ｖ＝ｓｐｆ１　ｍｘ", "MS=ms1 v=spf1 mx ~all", "v=spf mx", "spf=abc", "'v=spf1", "include:_spf.example.com ~all",
	} {
		f.Add(seed, 6)
	}
	f.Fuzz(func(t *testing.T, text string, cut int) {
		strs := []string{text}
		if cut > 0 && cut < len(text) {
			strs = []string{text[:cut], text[cut:]}
		}
		l, ok := Examine(strs)
		if !ok {
			return
		}
		if l.Span.Start < 0 || l.Span.End > len(text) || l.Span.Empty() || IsSPF(text) {
			t.Errorf("%q: %+v", text, l)
		}
		for _, record := range append(l.Alternatives, l.Record) {
			if record != "" && (!IsSPF(record) || len(Parse(record).faults()) > 0) {
				t.Errorf("%q: the remedy %q is ill itself", text, record)
			}
		}
	})
}
