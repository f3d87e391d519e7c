package dmarc

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestIsDMARC(t *testing.T) {
	for _, tt := range []struct {
		text string
		want bool
		why  string
	}{
		{"v=DMARC1; p=none", true, "the usual form"},
		{"V = DMARC1 ;p=none", true, "the tag's name has no case, white space may stand around"},
		{"v=DMARC1", true, "nothing else is needed to be seen"},
		{"v=DMARC1;", true, "as authorisation records are written"},
		{"v=dmarc1; p=none", false, "the value has case"},
		{"v=DMARC1 p=none", false, "the value is then \"DMARC1 p=none\""},
		{"v=DMARC10; p=none", false, "another version"},
		{" v=DMARC1; p=none", false, "nothing may stand before v"},
		{"p=none; v=DMARC1", false, "v must be first"},
		{"\ufeffv=DMARC1; p=none", false, "a byte order mark stands before v"},
		{"\"v=DMARC1; p=none\"", false, "the quote is part of the record"},
		{"v=DMARC1, p=none", false, "a comma does not end a tag"},
		{"v=spf1 -all", false, "SPF"},
		{"", false, "an empty string"},
	} {
		if got := IsDMARC(tt.text); got != tt.want {
			t.Errorf("IsDMARC(%q) = %v, want %v: %s", tt.text, got, tt.want, tt.why)
		}
	}
}

func TestEffective(t *testing.T) {
	for _, tt := range []struct{ text, want, why string }{
		{"v=DMARC1; p=reject", "in force reject reject reject", "sp and np follow p"},
		{"v=DMARC1; p=reject; sp=quarantine", "in force reject quarantine quarantine", "np follows sp"},
		{"v=DMARC1; p=none; np=reject", "in force none none reject", "np alone"},
		{"v=DMARC1;P=Reject;SP=NONE", "in force reject none none", "policies have no case"},
		{"v=DMARC1; sp=none; p=reject", "in force reject none none", "p=none must not be seen inside sp=none"},
		{"v=DMARC1; sp=none", "ignored   ", "p is missing, and no address for reports"},
		{"v=DMARC1; rua=mailto:dmarc@example.co.jp", "as p=none none none none", "p is missing, but reports could be sent"},
		{"v=DMARC1; p=reject; sp=block; rua=mailto:dmarc@example.co.jp", "as p=none none none none", "a wrong sp takes the whole record along"},
		{"v=DMARC1; p=reject; np=none,", "ignored   ", "so does a wrong np; nowhere to report"},
		{"v=DMARC1; p=reject; sp=", "ignored   ", "an empty sp is there and is no policy"},
		{"v=DMARC1; p=monitor; rua=dmarc@example.co.jp", "ignored   ", "an address without scheme is no URI"},
		{"v=DMARC1; p=monitor; rua=https://example.co.jp/dmarc", "as p=none none none none", "any valid URI will do"},
		{"v=DMARC1; p=reject rua=mailto:dmarc@example.co.jp", "ignored   ", "the missing semicolon swallows rua and spoils p"},
		{"v=DMARC1; p=none; p=reject", "unclear   ", "a tag that stands twice"},
		{"v=DMARC1; p=reject; adkim=x; fo=9", "in force reject reject reject", "other errors leave the policy alone"},
		{"v=DMARC1;;p=quarantine;;", "in force quarantine quarantine quarantine", "empty pieces are skipped"},
	} {
		e := Parse(tt.text).Effective()
		if got := fmt.Sprintf("%s %s %s %s", e.Standing, e.Domain, e.Sub, e.NonExist); got != tt.want {
			t.Errorf("Parse(%q).Effective() = %q, want %q: %s", tt.text, got, tt.want, tt.why)
		}
	}
}

func TestTestMode(t *testing.T) {
	r := Parse("v=DMARC1; p=reject; sp=quarantine; np=none; t=y")
	want := Effective{InForce, Quarantine, None, None}
	if got := r.Effective().Applied(r); got != want {
		t.Errorf("t=y applies %+v, want %+v", got, want)
	}
}

func TestTags(t *testing.T) {
	r := Parse("v=DMARC1; p=none; adkim=S; aspf=strict; psd=N; t=n; pct=20; x-team=mail; rua=mailto:a@example.co.jp!10m , https://example.co.jp/r")
	if !r.ADKIM.Strict || r.ASPF.Strict || r.ASPF.Tag == nil || r.PSD != 'n' || r.Testing {
		t.Errorf("adkim %+v aspf %+v psd %c t %v", r.ADKIM, r.ASPF, r.PSD, r.Testing)
	}
	if got := r.Tag("PCT"); got == nil || got.Value != "20" {
		t.Errorf("Tag(PCT) = %+v", got)
	}
	if got := r.Unknown(); len(got) != 1 || got[0].Name != "x-team" {
		t.Errorf("Unknown() = %+v", got)
	}
	if len(r.RUA) != 2 || r.RUA[0].Size != "10m" || r.RUA[0].Host != "example.co.jp." || r.RUA[1].Scheme != "https" {
		t.Errorf("RUA = %+v", r.RUA)
	}
	if len(r.Faults) != 0 {
		t.Errorf("Faults = %+v", r.Faults)
	}
}

func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		text     string
		want     []string // kind:octets
		intended string   // "" where it needs a guess
		why      string
	}{
		{"v=DMARC1; p=none; rua=mailto:a@example.co.jp;", nil, "v=DMARC1; p=none; rua=mailto:a@example.co.jp;", "nothing wrong"},
		{"v=DMARC1; p=reject rua=mailto:a@example.co.jp", []string{"missing-semicolon: rua="},
			"v=DMARC1; p=reject; rua=mailto:a@example.co.jp", "a space for the semicolon"},
		{"v=DMARC1; p=none,sp=reject, t=y", []string{"comma:,sp=", "comma:, t="}, "v=DMARC1; p=none; sp=reject; t=y", "commas for semicolons"},
		{"v=DMARC1; p:none; rua:mailto:a@example.co.jp?x=y", []string{"colon:p:", "colon:rua:"},
			"v=DMARC1; p=none; rua=mailto:a@example.co.jp?x=y", "colons for equals signs"},
		{"v=DMARC1; reject", []string{"no-equals:reject"}, "v=DMARC1; p=reject", "a policy without its tag"},
		{"v=DMARC1; p=none; see example.co.jp", []string{"no-equals:see example.co.jp"}, "v=DMARC1; p=none", "a remark"},
		{"v=DMARC1; p=none; =x", []string{"no-name:=x"}, "v=DMARC1; p=none", "a value of nothing"},
		{"v=DMARC1; *p*=none; our note=x", []string{"bad-name:*p*", "bad-name:our note"}, "v=DMARC1; p=none", "names that no tag can have"},
		{"v=DMARC1; p=“reject”", []string{"non-ascii:“", "non-ascii:”"}, "v=DMARC1; p=reject", "smart quotes"},
		{"v=DMARC1;　p=none", []string{"non-ascii:　"}, "v=DMARC1; p=none", "an ideographic space"},
		{"v=DMARC1; p=ｎｏｎｅ", []string{"non-ascii:ｎｏｎｅ"}, "v=DMARC1; p=none", "full-width letters"},
		{"v=DMARC1; p=none; rua=mailto:報告@example.co.jp", []string{"non-ascii:報告"}, "", "no telling what address was meant"},
		{`v=DMARC1; p="reject"`, []string{`quote:"`, `quote:"`}, "v=DMARC1; p=reject", "quotes inside the record"},
		{`v=DMARC1; p=none\; sp=none`, []string{`quote:\`}, "v=DMARC1; p=none; sp=none", "an escape that reached the DNS"},
		{"v=DMARC1; p=none;\nsp=none", []string{"control:\n"}, "v=DMARC1; p=none; sp=none", "a line end"},
		{"v=DMARC1; p=none;\tsp=none\n", nil, "v=DMARC1; p=none;\tsp=none\n", "a tab is white space; a line end after the record harms nobody"},
		{"v=DMARC1; p=none; P=none", []string{"duplicate:P"}, "v=DMARC1; p=none", "said twice"},
		{"v=DMARC1; p=none; p=reject", []string{"duplicate:p"}, "", "said twice, differently"},
		{"v=DMARC1; p=none; rua=mailto:a@example.jp; rua=mailto:b@example.jp", []string{"duplicate:rua"},
			"v=DMARC1; p=none; rua=mailto:a@example.jp,mailto:b@example.jp", "two addresses are one list"},
		{"v=DMARC1; p=none; v=DMARC1; p=none", []string{"duplicate:v", "duplicate:p"}, "v=DMARC1; p=none", "pasted twice"},
		{"v=DMARC1; p=reject; t=yes; psd=0", []string{"bad-value:yes", "bad-value:0"}, "v=DMARC1; p=reject; t=yes; psd=0", "t is y or n; psd is y, n or u"},
		{"v=DMARC1; p=none; note=see p=none", nil, "v=DMARC1; p=none; note=see p=none", "an unknown tag may say what it likes"},
		{"v=DMARC1; p=none; fo=0:1:d:s", nil, "v=DMARC1; p=none; fo=0:1:d:s", "no form fault: fo has its own rule"},
		{"v=DMARC1; p=none; rua=mailto:a@example.jp;mailto:b@example.jp", nil,
			"v=DMARC1; p=none; rua=mailto:a@example.jp;mailto:b@example.jp", "the address list has its own rule"},
	} {
		r := Parse(tt.text)
		var got []string
		for _, f := range r.Faults {
			got = append(got, string(f.Kind)+":"+f.Span.Of(tt.text))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("Faults of %q = %q, want %q: %s", tt.text, got, tt.want, tt.why)
		}
		intended, ok := r.Intended()
		if !ok {
			intended = ""
		}
		if intended != tt.intended {
			t.Errorf("Intended of %q = %q, want %q: %s", tt.text, intended, tt.intended, tt.why)
		}
	}
}

func TestEdits(t *testing.T) {
	r := Parse("v=DMARC1;p=none;pct=0;RUA=mailto:a@example.co.jp;")
	for _, tt := range []struct{ got, want string }{
		{r.Without("pct", "ri"), "v=DMARC1; p=none; RUA=mailto:a@example.co.jp;"},
		{r.Set("p", "reject"), "v=DMARC1; p=reject; pct=0; RUA=mailto:a@example.co.jp;"},
		{r.Set("t", "y"), "v=DMARC1; p=none; pct=0; RUA=mailto:a@example.co.jp; t=y;"},
		{Parse("v=DMARC1; sp=none").Set("p", "none"), "v=DMARC1; p=none; sp=none"},
		{Parse("v=DMARC1; policy=none").Rename(Parse("v=DMARC1; policy=none").Unknown()[0], "p"), "v=DMARC1; p=none"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"v=DMARC1; p=reject; sp=none; np=reject; psd=n; t=y; adkim=s; aspf=r; rua=mailto:a@example.jp!5m,https://example.jp/; ruf=mailto:b@example.jp; fo=1:d",
		"v=DMARC1 p=none", "v=DMARC1;p:none,rua=mailto:a@b;mailto:c@d", "v=DMARC1; =; ; p", "\ufeffv=DMARC1; p=“none”", "p=none; v=DMARC1",
		"v=dmarc1;;\x00", `_dmarc IN TXT "v=DMARC1\; p=none"`, "V = DMARC1\t; P = Reject ; rua = mailto:%40@x",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := Parse(text)
		for _, fault := range r.Faults {
			_ = fault.Span.Of(text)
		}
		for _, uri := range append(slices.Clone(r.RUA), r.RUF...) {
			if uri.Fault != EmptyList && strings.TrimSpace(uri.Span.Of(text)) != strings.TrimSpace(uri.Raw) {
				t.Fatalf("%q: address %q at %q", text, uri.Raw, uri.Span.Of(text))
			}
			uri.Corrected()
		}
		again := Parse(r.String())
		if again.String() != r.String() || again.Effective() != r.Effective() || len(again.RUA) != len(r.RUA) {
			t.Fatalf("%q written as %q reads as %+v, was %+v", text, r.String(), again.Effective(), r.Effective())
		}
		if intended, ok := r.Intended(); ok && (r.Malformed() || r.Has(Duplicate)) && (!IsDMARC(intended) || Parse(intended).Malformed()) {
			t.Fatalf("%q put right is %q", text, intended)
		}
		if l, ok := Doctor(text); ok {
			_ = l.Span.Of(text)
			if l.Corrected != "" && !IsDMARC(l.Corrected) {
				t.Fatalf("%q corrected to %q", text, l.Corrected)
			}
		}
		if half := len(text) / 2; true {
			if l, ok := JoinFault([]string{text[:half], text[half:]}); ok && l.Corrected != "" && !IsDMARC(l.Corrected) {
				t.Fatalf("%q and %q joined to %q", text[:half], text[half:], l.Corrected)
			}
		}
	})
}
