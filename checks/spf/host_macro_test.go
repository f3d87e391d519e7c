package spf

import (
	"fmt"
	"strings"
	"testing"
)

// RFC 7208 §5.5: a name of the client counts if it has the client's address,
// and matches if it is the target or lies below it.
func TestCheckHostPTR(t *testing.T) {
	const lines = `
		example.co.jp TXT "v=spf1 ptr ptr:example.net ~all"
		1.2.0.192.in-addr.arpa PTR example.co.jp.
		example.co.jp A 192.0.2.1
		2.2.0.192.in-addr.arpa PTR A.Mail.Example.Net.
		a.mail.example.net A 198.51.100.1
		a.mail.example.net A 192.0.2.2
		3.2.0.192.in-addr.arpa PTR notexample.net.
		notexample.net A 192.0.2.3
		4.2.0.192.in-addr.arpa PTR forged.example.net.
		forged.example.net A 198.51.100.1
		5.2.0.192.in-addr.arpa PTR six.example.net.
		six.example.net AAAA 2001:db8::1
		6.2.0.192.in-addr.arpa CNAME 6.0-63.2.0.192.in-addr.arpa.
		6.0-63.2.0.192.in-addr.arpa PTR six.example.net.
		six.example.net A 192.0.2.6
		1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa PTR six.example.net.`
	tests := []struct{ ip, want, why string }{
		{"192.0.2.1", "pass match example.co.jp ptr", "the domain itself"},
		{"192.0.2.2", "pass match example.co.jp ptr:example.net", "a name below, in another case, with several addresses"},
		{"192.0.2.3", "softfail match example.co.jp ~all", "a name that merely ends alike"},
		{"192.0.2.4", "softfail match example.co.jp ~all", "a name with another address"},
		{"192.0.2.5", "softfail match example.co.jp ~all", "the name has no address of the family"},
		{"192.0.2.6", "pass match example.co.jp ptr:example.net", "a reverse name by way of an alias (RFC 2317)"},
		{"2001:db8::1", "pass match example.co.jp ptr:example.net", "IPv6"},
		{"192.0.2.9", "softfail match example.co.jp ~all", "no reverse name"},
	}
	for _, tt := range tests {
		if e, _ := call(t, lines, client(tt.ip)); e.summary() != tt.want {
			t.Errorf("%s (%s): %s, want %s", tt.ip, tt.why, e.summary(), tt.want)
		}
	}
}

// RFC 7208 §4.6.4: of the names of a client only the first ten are used.
func TestCheckHostManyNames(t *testing.T) {
	var b strings.Builder
	b.WriteString("example.co.jp TXT \"v=spf1 ptr:example.net ~all\"\n")
	for i := range 12 {
		fmt.Fprintf(&b, "1.2.0.192.in-addr.arpa PTR h%02d.example.net.\nh%02d.example.net A 198.51.100.%d\n", i, i, i)
	}
	e, asked := call(t, b.String()+"h10.example.net A 192.0.2.1", client("192.0.2.1"))
	if e.Result != ResultSoftFail || len(asked) != 12 { // TXT, PTR and ten addresses
		t.Errorf("the eleventh name is valid: %s after %d questions", e.summary(), len(asked))
	}
	if e, _ := call(t, b.String()+"h09.example.net A 192.0.2.1", client("192.0.2.1")); e.Result != ResultPass {
		t.Errorf("the tenth name is valid: %s", e.summary())
	}
}

// Which name an exists asks for.
func TestCheckHostMacros(t *testing.T) {
	const reverse = `
		1.2.0.192.in-addr.arpa PTR a.example.
		1.2.0.192.in-addr.arpa PTR mail.example.co.jp.
		1.2.0.192.in-addr.arpa PTR b.example.
		a.example A 192.0.2.1
		b.example A 192.0.2.1
		mail.example.co.jp A 192.0.2.1
		2.2.0.192.in-addr.arpa PTR b.example.
		2.2.0.192.in-addr.arpa PTR a.example.
		2.2.0.192.in-addr.arpa PTR example.co.jp.
		b.example A 192.0.2.2
		a.example A 192.0.2.2
		fault example.co.jp A SERVFAIL
		fault 3.2.0.192.in-addr.arpa PTR SERVFAIL
		fault 4.2.0.192.in-addr.arpa PTR offline`
	tests := []struct {
		spec, ip string
		change   func(*Query)
		want     string // the name asked for, or what decided
		why      string
	}{
		{"%{i}.%{v}.x.example", "192.0.2.1", nil, "192.0.2.1.in-addr.x.example.", "IPv4"},
		{"%{ir}.%{v}.x.example", "2001:db8::cb01", nil,
			"1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.x.example.", "IPv6"},
		{"%{ir}.%{v}.x.example", "::ffff:192.0.2.1", nil, "1.2.0.192.in-addr.x.example.", "mapped is IPv4 (§5)"},
		{"%{l}.%{o}.%{d}.%{h}", "192.0.2.1", nil, "info.example.co.jp.example.co.jp.mail.example.co.jp.", "sender, domain, HELO"},
		{"%{s}", "192.0.2.1", func(q *Query) { q.Sender = "@example.net" }, "postmaster\\@example.net.", "no local-part (§4.3)"},
		{"%{l}.%{o}", "192.0.2.1", func(q *Query) { q.Sender = "example.net" }, "postmaster.example.net.", "no local-part and no @ (§4.3)"},
		{"%{l}.%{o}", "192.0.2.1", func(q *Query) { q.Sender = `"a@b"@example.net` }, `\"a\@b\".example.net.`, "the last @ parts"},
		{"%{o}.%{h}", "192.0.2.1", func(q *Query) { q.Sender, q.HELO = "a@例え.example", "例え.example" },
			"xn--r8jz45g.example.xn--r8jz45g.example.", "A-labels (RFC 8616 §4)"},
		{"%{l}.x.example", "192.0.2.1", func(q *Query) { q.Sender = "情報@example.co.jp" }, "", "a local-part that is not ASCII matches nothing (RFC 8616 §4)"},
		{"%{o}.x.example", "192.0.2.1", func(q *Query) { q.Sender = "情報@example.co.jp" }, "example.co.jp.x.example.", "its domain does"},
		{"%{l}.x.example", "192.0.2.1", func(q *Query) { q.Sender = "a..b@example.co.jp" }, "", "an empty label matches nothing (§4.8)"},
		{"%{l}.x.example", "192.0.2.1", func(q *Query) { q.Sender = strings.Repeat("a", 64) + "@example.co.jp" }, "", "nor does a label of 64 (§4.8)"},
		{"%{h}.x.example", "192.0.2.1", func(q *Query) { q.HELO = "[192.0.2.1]" }, "[192.0.2.1].x.example.", "HELO as it is"},
		{"%{s}.x.example", "192.0.2.1", func(q *Query) { q.Sender = "" }, "unknown macro example.co.jp exists:%{s}.x.example", "no sender"},
		{"%{l}.x.example", "192.0.2.1", func(q *Query) { q.Sender = "" }, "unknown macro example.co.jp exists:%{l}.x.example", "no sender"},
		{"%{h}.x.example", "192.0.2.1", func(q *Query) { q.HELO = "" }, "unknown macro example.co.jp exists:%{h}.x.example", "no HELO"},
		{"%{d}.x.example", "192.0.2.1", func(q *Query) { q.HELO, q.Sender = "", "" }, "example.co.jp.x.example.", "what is known is known"},
		{"%{d}.x.example", "192.0.2.1", func(q *Query) { q.Domain = `a"b.example.co.jp` }, `a\"b.example.co.jp.x.example.`, "octets stay what they are"},
		{"%{p}.x.example", "192.0.2.1", nil, "mail.example.co.jp.x.example.", "of the client's names the one below the domain (§7.3)"},
		{"%{p}.x.example", "192.0.2.2", nil, "a.example.x.example.", "the domain's server fails: the first of the others (§5.5)"},
		{"%{p}.x.example", "192.0.2.3", nil, "unknown.x.example.", "a failing server (§7.3)"},
		{"%{p}.x.example", "192.0.2.9", nil, "unknown.x.example.", "no name (§7.3)"},
		{"%{p}.x.example", "192.0.2.4", nil, "unknown dns example.co.jp exists:%{p}.x.example", "nobody was asked"},
	}
	for _, tt := range tests {
		q := client(tt.ip)
		if tt.change != nil {
			tt.change(&q)
		}
		lines := "example.co.jp TXT \"v=spf1 exists:" + tt.spec + " -all\"\na\\\"b.example.co.jp TXT \"v=spf1 exists:" + tt.spec + " -all\"\n" + reverse
		e, _ := call(t, lines, q)
		got := e.Steps[0].Target
		if e.Result == ResultUnknown {
			got = e.summary()
		}
		if got != tt.want {
			t.Errorf("%s, %s: %q, want %q", tt.spec, tt.why, got, tt.want)
		}
	}
}

// RFC 7208 §5.2, §6.1: the domain is that of the record at hand, sender and
// HELO stay.
func TestCheckHostMacrosBehindIncludes(t *testing.T) {
	const lines = `
		example.co.jp TXT "v=spf1 include:in.%{d} redirect=re.%{d}"
		in.example.co.jp TXT "v=spf1 exists:%{d}.%{o}.%{h} a:%{d} mx:%{d2} -ptr:%{d} -all"
		re.example.co.jp TXT "v=spf1 exists:%{d}.%{l} ~all"`
	e, _ := call(t, lines, client("192.0.2.1"))
	var targets []string
	for _, s := range e.Steps {
		targets = append(targets, s.Target)
	}
	want := "in.example.co.jp. in.example.co.jp.example.co.jp.mail.example.co.jp. in.example.co.jp. co.jp."
	if got := strings.Join(targets, " "); got != want { // three of them are void
		t.Errorf("asked for %q, want %q", got, want)
	}
}

// RFC 7208 §6.2: the text that the domain gives for a fail.
func TestCheckHostExplanation(t *testing.T) {
	const world = `
		why.example TXT "%{i} is not %{d}: see https://%{o}/%{S}?%{r}"
		when.example TXT "%{t} %{c} %{p} %{h} 100%% %_.%-"
		two.example TXT "one"
		two.example TXT "two"
		parts.example TXT "one " "text"
		empty.example TXT ""
		odd.example TXT "an %{x}"
		bytes.example TXT "\195\188ber"
		control.example TXT "a\010b"
		local.example TXT "%{l}"
		alias.example CNAME parts.example.
		fault broken.example TXT SERVFAIL
		stranger.example TXT "v=spf1 -all exp=why.example"`
	tests := []struct{ record, want, why string }{
		{"-all exp=why.example", "192.0.2.1 is not example.co.jp: see https://example.co.jp/info%40example.co.jp?mx.example.net", "macros"},
		{"-all exp=when.example", "1700000000 192.0.2.1 unknown mail.example.co.jp 100%  .%20", "those of explanations only"},
		{"exp=parts.example -all", "one text", "strings are joined with nothing in between"},
		{"-all exp=alias.example", "one text", "by way of an alias"},
		{"-ip4:192.0.2.1 all exp=parts.example", "one text", "whatever mechanism fails"},
		{"~all exp=why.example", "", "a softfail has none"},
		{"-all", "", "none is given"},
		{"-all exp=gone.example", "", "no such name"},
		{"-all exp=two.example", "", "more than one record"},
		{"-all exp=empty.example", "", "no text"},
		{"-all exp=odd.example", "", "no such macro"},
		{"-all exp=bytes.example", "", "not US-ASCII"},
		{"-all exp=control.example", "", "a line end"},
		{"-all exp=long.example", "", "a text that macros blow up"},
		{"-all exp=broken.example", "", "a failing server changes nothing"},
		{"-all exp=a..example", "", "a name that is none"},
		{"include:stranger.example -all", "", "that of an include does not count"},
		{"-include:all.example exp=parts.example", "one text", "that of the record with the include does"},
		{"redirect=stranger.example exp=parts.example", "192.0.2.1 is not stranger.example: see https://example.co.jp/info%40example.co.jp?mx.example.net",
			"that of a redirect's target"},
		{"redirect=bare.example exp=parts.example", "", "and no other"},
		{"-all exp=%{l}.%{p}.example", "", "macros in the name, which does not exist"},
	}
	for _, tt := range tests {
		lines := "long.example TXT \"" + strings.Repeat("%{s}", 300) + "\"\nexample.co.jp TXT \"v=spf1 " + tt.record + "\"\nall.example TXT \"v=spf1 +all\"\nbare.example TXT \"v=spf1 -all\"\n" + world
		if e, _ := call(t, lines, client("192.0.2.1")); e.Explanation != tt.want {
			t.Errorf("%s (%s): %q, want %q", tt.record, tt.why, e.Explanation, tt.want)
		}
	}
	q := client("192.0.2.1")
	q.Sender = "情報@example.co.jp"
	if e, _ := call(t, "example.co.jp TXT \"v=spf1 -all exp=local.example\"\n"+world, q); e.Result != ResultFail || e.Explanation != "" {
		t.Errorf("a local-part that is not ASCII: %s, %q", e.Result, e.Explanation)
	}
	q = client("192.0.2.1")
	q.Receiver = ""
	if e, _ := call(t, "example.co.jp TXT \"v=spf1 -all exp=r.example\"\nr.example TXT \"%{r}\"", q); e.Explanation != "unknown" {
		t.Errorf("a receiver without a name: %q", e.Explanation)
	}
	if e, _ := call(t, lookups(10, "-all exp=parts.example")+world, client("192.0.2.1")); e.Explanation != "one text" || e.Lookups != 10 {
		t.Errorf("exp does not count: %s, %q", e.summary(), e.Explanation)
	}
}
