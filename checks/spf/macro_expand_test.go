package spf

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// The examples of RFC 7208 §7.4.
func TestExpandExamples(t *testing.T) {
	v4 := MacroContext{
		Sender: "strong-bad@email.example.com", Domain: "email.example.com.", HELO: "mx.example.org",
		IP: netip.MustParseAddr("192.0.2.3"), Validated: "mx.example.org", Receiver: "mx.example.net", Time: time.Unix(1700000000, 0),
	}
	v6 := v4
	v6.IP = netip.MustParseAddr("2001:db8::cb01")
	mapped := v4
	mapped.IP = netip.MustParseAddr("::ffff:192.0.2.3")
	for _, tt := range []struct {
		text string
		ctx  MacroContext
		want string
	}{
		{"%{s}", v4, "strong-bad@email.example.com"},
		{"%{o}", v4, "email.example.com"},
		{"%{d}", v4, "email.example.com"},
		{"%{d4}", v4, "email.example.com"},
		{"%{d3}", v4, "email.example.com"},
		{"%{d2}", v4, "example.com"},
		{"%{d1}", v4, "com"},
		{"%{dr}", v4, "com.example.email"},
		{"%{d2r}", v4, "example.email"},
		{"%{l}", v4, "strong-bad"},
		{"%{l-}", v4, "strong.bad"},
		{"%{lr}", v4, "strong-bad"},
		{"%{lr-}", v4, "bad.strong"},
		{"%{l1r-}", v4, "strong"},
		{"%{ir}.%{v}._spf.%{d2}", v4, "3.2.0.192.in-addr._spf.example.com"},
		{"%{lr-}.lp._spf.%{d2}", v4, "bad.strong.lp._spf.example.com"},
		{"%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", v4, "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"},
		{"%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", v4, "3.2.0.192.in-addr.strong.lp._spf.example.com"},
		{"%{d2}.trusted-domains.example.net", v4, "example.com.trusted-domains.example.net"},
		{"%{ir}.%{v}._spf.%{d2}", v6, "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com"},
		{"%{i}.%{v}", mapped, "192.0.2.3.in-addr"},
		{"%{c} %{r} %{t} %{p} %{h}", v6, "2001:db8::cb01 mx.example.net 1700000000 mx.example.org mx.example.org"},
		{"%{S}", v4, "strong-bad%40email.example.com"},
		{"%%%_%-", v4, "% %20"},
		{"%{d99999999999999999999}", v4, "email.example.com"},
		{"%{L}", MacroContext{Sender: "a+b/c~d@example.com"}, "a%2Bb%2Fc~d"},
		{"%{l2r+-}", MacroContext{Sender: "philip-gladstone-test@example.com"}, "gladstone.philip"},
		{"%{l}.%{o}", MacroContext{Sender: "@example.com"}, "postmaster.example.com"},
		{"%{l.}", MacroContext{Sender: "a..b@example.com"}, "a..b"},
	} {
		m, f := ParseExplanation(tt.text)
		if f != nil {
			t.Errorf("%q: %+v", tt.text, f)
			continue
		}
		got, err := m.Expand(tt.ctx)
		if err != nil || got != tt.want {
			t.Errorf("%q expands to %q, %v; want %q", tt.text, got, err, tt.want)
		}
	}
}

func TestExpandMissing(t *testing.T) {
	for _, letter := range macroLetters {
		m, _ := ParseExplanation("%{" + string(letter) + "}")
		_, err := m.Expand(MacroContext{})
		var missing *MissingMacroError
		if !errors.As(err, &missing) || missing.Letter != byte(letter) {
			t.Errorf("%%{%c} without a value: %v", letter, err)
		}
	}
}

// RFC 7208 §7.3: labels go on the left until 253 octets are left.
func TestExpandTruncates(t *testing.T) {
	expand := func(domain string) string {
		r := Parse("v=spf1 exists:%{d}.example.com.")
		got, err := r.Terms[0].Domain.Expand(MacroContext{Domain: domain})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	fits := strings.Repeat("a", 41) + strings.Repeat("."+strings.Repeat("b", 49), 4) // 241 + 12 = 253
	if got := expand(fits); got != fits+".example.com" || len(got) != 253 {
		t.Errorf("253 octets became %d: %q", len(got), got)
	}
	if got := expand("a" + fits); strings.HasPrefix(got, "a") || len(got) != 211 {
		t.Errorf("254 octets became %d: %q", len(got), got)
	}
	if got := expand(strings.Repeat("x", 300)); got != "example.com" {
		t.Errorf("a label over 253 octets: %q", got)
	}
}

func TestDomainSpecName(t *testing.T) {
	ctx := MacroContext{Sender: `odd\name"@example.com`, Domain: "example.com."}
	for _, tt := range []struct{ spec, want string }{
		{"_SPF.%{d}", "_spf.example.com."},
		{"%{l}._spf.%{d}.", `odd\\name\"._spf.example.com.`},
		{"a..%{d}", ""},
	} {
		r := Parse("v=spf1 include:" + tt.spec)
		got, err := r.Terms[0].Domain.Name(ctx)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%s: %q, %v; want %q", tt.spec, got, err, tt.want)
		}
	}
}
