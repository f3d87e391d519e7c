package spf

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"mailauth/resolver"
)

// diary is a resolver that notes the questions in their order.
type diary struct {
	*world
	questions []string
}

func (d *diary) Lookup(ctx context.Context, q resolver.Question) (resolver.Answer, error) {
	d.questions = append(d.questions, q.String())
	return d.world.Lookup(ctx, q)
}

// client is the call for one address that the tests make unless they say
// otherwise.
func client(ip string) Query {
	return Query{IP: netip.MustParseAddr(ip), Domain: "example.co.jp", Sender: "info@example.co.jp", HELO: "mail.example.co.jp",
		Receiver: "mx.example.net", Time: time.Unix(1_700_000_000, 0)}
}

// call evaluates a world's policy for one client and returns the questions too.
func call(t testing.TB, lines string, q Query) (Evaluation, []string) {
	t.Helper()
	d := &diary{world: newWorld(t, lines)}
	e := CheckHost(context.Background(), d, q)
	if t, ok := t.(*testing.T); ok && !q.Unlimited {
		wellFormed(t, lines, e)
	}
	return e, d.questions
}

// summary is what decided: "result cause", then the path and the term.
func (e Evaluation) summary() string {
	var path []string
	for _, name := range e.Path {
		path = append(path, strings.TrimSuffix(name, "."))
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s %s %s", e.Result, e.Cause, strings.Join(path, ">"), e.Term))
}

func TestCheckHostCauses(t *testing.T) {
	tests := []struct{ why, lines, ip, want string }{
		{"a term matches", `example.co.jp TXT "v=spf1 ip4:192.0.2.0/24 -all"`, "192.0.2.7",
			"pass match example.co.jp ip4:192.0.2.0/24"},
		{"the qualifier is the result", `example.co.jp TXT "v=spf1 ~ip4:192.0.2.0/24 -all"`, "192.0.2.7",
			"softfail match example.co.jp ~ip4:192.0.2.0/24"},
		{"a mapped address is IPv4 (§5)", `example.co.jp TXT "v=spf1 ?ip6:::ffff:0:0/96 ip4:192.0.2.0/24 -all"`, "::ffff:192.0.2.7",
			"pass match example.co.jp ip4:192.0.2.0/24"},
		{"nothing matches and nothing follows (§4.7)", `example.co.jp TXT "v=spf1 ip4:192.0.2.0/24"`, "198.51.100.7",
			"neutral default example.co.jp"},
		{"an empty record (§4.7)", `example.co.jp TXT "v=spf1"`, "192.0.2.7", "neutral default example.co.jp"},
		{"what an include lets pass, passes: the place is in the included record (§5.2)", `
			example.co.jp TXT "v=spf1 include:a.example -all"
			a.example TXT "v=spf1 include:b.example ~all"
			b.example TXT "v=spf1 ip4:192.0.2.0/24 -all"`, "192.0.2.7",
			"pass match example.co.jp>a.example>b.example ip4:192.0.2.0/24"},
		{"the qualifier of the outermost include is the result (§5.2)", `
			example.co.jp TXT "v=spf1 -include:a.example ?all"
			a.example TXT "v=spf1 ~include:b.example all"
			b.example TXT "v=spf1 ip4:192.0.2.0/24 -all"`, "198.51.100.7",
			"fail match example.co.jp>a.example all"},
		{"an inner fail is no match (§5.2)", `
			example.co.jp TXT "v=spf1 include:a.example ?all"
			a.example TXT "v=spf1 -all"`, "192.0.2.7", "neutral match example.co.jp ?all"},
		{"an inner default is no match (§5.2)", `
			example.co.jp TXT "v=spf1 include:a.example -all"
			a.example TXT "v=spf1"`, "192.0.2.7", "fail match example.co.jp -all"},
		{"a redirect takes everything over (§6.1)", `
			example.co.jp TXT "v=spf1 redirect=a.example ip4:198.51.100.0/24"
			a.example TXT "v=spf1 ip4:192.0.2.0/24 ~all"`, "203.0.113.7", "softfail match example.co.jp>a.example ~all"},
		{"the default of a redirect's target is its own", `
			example.co.jp TXT "v=spf1 redirect=a.example"
			a.example TXT "v=spf1 ip4:192.0.2.0/24"`, "203.0.113.7", "neutral default example.co.jp>a.example"},
		{"all makes a redirect ignored, wherever it stands (§5.1)", `
			example.co.jp TXT "v=spf1 redirect=gone.example -all"`, "203.0.113.7", "fail match example.co.jp -all"},
		{"no such name (§4.3)", ``, "192.0.2.7", "none no-record example.co.jp"},
		{"no TXT (§4.5)", `example.co.jp MX 10 mail.example.co.jp.`, "192.0.2.7", "none no-record example.co.jp"},
		{"TXT of other kinds only (§4.5)", `example.co.jp TXT "v=spf10 -all"`, "192.0.2.7", "none no-record example.co.jp"},
		{"a space before the version (§4.5)", `example.co.jp TXT " v=spf1 -all"`, "192.0.2.7", "none no-record example.co.jp"},
		{"the version in another case, a space at the end", `example.co.jp TXT "V=SPF1 -ALL "`, "192.0.2.7",
			"fail match example.co.jp -ALL"},
		{"strings are joined with nothing in between (§3.3)", `example.co.jp TXT "v=spf1 ip4:192.0" ".2.0/24 -all"`, "192.0.2.7",
			"pass match example.co.jp ip4:192.0.2.0/24"},
		{"two records (§4.5)", `
			example.co.jp TXT "v=spf1 ip4:192.0.2.0/24 -all"
			example.co.jp TXT "v=spf1 mx -all"`, "192.0.2.7", "permerror several-records example.co.jp"},
		{"a record and others (§4.5)", `
			example.co.jp TXT "v=spf1 ip4:192.0.2.0/24 -all"
			example.co.jp TXT "site-verification=1"`, "192.0.2.7", "pass match example.co.jp ip4:192.0.2.0/24"},
		{"a mistake behind the term that would match (§4.6)", `
			example.co.jp TXT "v=spf1 ip4:192.0.2.0/24 -all ipv4:198.51.100.7 foo:bar"`, "192.0.2.7",
			"permerror syntax example.co.jp ipv4:198.51.100.7"},
		{"a mistake in an included record, before the term that would match", `
			example.co.jp TXT "v=spf1 include:a.example ip4:192.0.2.0/24 -all"
			a.example TXT "v=spf1 ip4:192.0.2.1~all"`, "192.0.2.7",
			"permerror syntax example.co.jp>a.example ip4:192.0.2.1~all"},
		{"a mistake in an included record that is not reached", `
			example.co.jp TXT "v=spf1 ip4:192.0.2.0/24 include:a.example -all"
			a.example TXT "v=spf1 moo"`, "192.0.2.7", "pass match example.co.jp ip4:192.0.2.0/24"},
		{"unknown modifiers are ignored (§6)", `example.co.jp TXT "v=spf1 all=x ip4=192.0.2.7 moo=%{d} ip4:192.0.2.0/24 -all"`, "192.0.2.7",
			"pass match example.co.jp ip4:192.0.2.0/24"},
		{"an include of a domain without record (§5.2)", `
			example.co.jp TXT "v=spf1 include:a.example ip4:192.0.2.0/24 -all"
			a.example TXT "hello"`, "192.0.2.7", "permerror include-none example.co.jp include:a.example"},
		{"an include of no domain at all", `example.co.jp TXT "v=spf1 include:a.example -all"`, "192.0.2.7",
			"permerror include-none example.co.jp include:a.example"},
		{"an include of a name with an empty label (§4.3)", `example.co.jp TXT "v=spf1 include:a..example -all"`, "192.0.2.7",
			"permerror include-none example.co.jp include:a..example"},
		{"an include of a single label (§4.3)", `
			example.co.jp TXT "v=spf1 include:%{d1} -all"
			jp TXT "v=spf1 +all"`, "192.0.2.7", "permerror include-none example.co.jp include:%{d1}"},
		{"the include behind a term that matched is not looked at", `example.co.jp TXT "v=spf1 ip4:192.0.2.0/24 include:a.example -all"`,
			"192.0.2.7", "pass match example.co.jp ip4:192.0.2.0/24"},
		{"a redirect to a domain without record (§6.1)", `example.co.jp TXT "v=spf1 ip4:192.0.2.0/24 redirect=a.example"`, "198.51.100.7",
			"permerror redirect-none example.co.jp redirect=a.example"},
		{"a redirect to a name that is none (§6.1)", `example.co.jp TXT "v=spf1 redirect=a..example"`, "198.51.100.7",
			"permerror redirect-none example.co.jp redirect=a..example"},
		{"a redirect inside an include to a domain without record", `
			example.co.jp TXT "v=spf1 include:a.example -all"
			a.example TXT "v=spf1 redirect=b.example"`, "198.51.100.7",
			"permerror redirect-none example.co.jp>a.example redirect=b.example"},
		{"two records behind an include", `
			example.co.jp TXT "v=spf1 include:a.example -all"
			a.example TXT "v=spf1 -all"
			a.example TXT "v=spf1 +all"`, "198.51.100.7", "permerror several-records example.co.jp>a.example"},
	}
	for _, tt := range tests {
		if e, _ := call(t, tt.lines, client(tt.ip)); e.summary() != tt.want {
			t.Errorf("%s: %s\n%s\ngot  %s\nwant %s", tt.why, tt.ip, tt.lines, e.summary(), tt.want)
		}
	}
}

// RFC 7208 §4.3: names from mail are judged before anything is asked.
func TestCheckHostDomains(t *testing.T) {
	const lines = `
		example.co.jp TXT "v=spf1 -all"
		xn--r8jz45g.example TXT "v=spf1 -all"
		_bounces.example.co.jp TXT "v=spf1 -all"
		a\\b.example.co.jp TXT "v=spf1 -all"`
	long := strings.Repeat("a", 63)
	tests := []struct{ domain, want, why string }{
		{"example.co.jp", "fail match", "a name"},
		{"EXAMPLE.Co.jp.", "fail match", "in another case and with its final dot"},
		{"例え.example", "fail match", "U-labels are asked for as A-labels (RFC 8616 §4)"},
		{"_bounces.example.co.jp", "fail match", "no host name, yet in use"},
		{`a\b.example.co.jp`, "fail match", "a backslash is an octet like others, not an escape"},
		{long + ".example.co.jp", "none no-record", "63 octets are allowed in a label"},
		{long + "a.example.co.jp", "none bad-domain", "64 are not"},
		{strings.Repeat(long+".", 4) + "jp", "none bad-domain", "over 255 octets"},
		{"example..co.jp", "none bad-domain", "an empty label"},
		{".example.co.jp", "none bad-domain", "an empty label at the front"},
		{"example.co.jp..", "none bad-domain", "two final dots"},
		{"jp", "none bad-domain", "a single label"},
		{"jp.", "none bad-domain", "a single label"},
		{"", "none bad-domain", "nothing"},
		{".", "none bad-domain", "the root"},
		{"[192.0.2.7]", "none bad-domain", "an address literal"},
		{"[IPv6:2001:db8::7]", "none bad-domain", "an IPv6 address literal"},
		{"[tag:a.example]", "none bad-domain", "a literal of another kind (RFC 5321 §4.1.3)"},
		{"192.0.2.7", "none bad-domain", "an address without its brackets"},
		{"2001:db8::7", "none bad-domain", "the same of IPv6"},
		{"exam ple.co.jp", "none bad-domain", "a space"},
		{"example.co.jp\r\n", "none bad-domain", "a line end"},
		{"\xff.example.co.jp", "none bad-domain", "octets that are no text"},
	}
	for _, tt := range tests {
		q := client("192.0.2.7")
		q.Domain = tt.domain
		e, questions := call(t, lines, q)
		if got := fmt.Sprintf("%s %s", e.Result, e.Cause); got != tt.want {
			t.Errorf("%q (%s): %s, want %s", tt.domain, tt.why, got, tt.want)
		}
		if e.Cause == CauseBadDomain && len(questions) > 0 {
			t.Errorf("%q (%s): asked %q", tt.domain, tt.why, questions)
		}
	}
}

// It asks in the order of the terms, only for this client, and nothing twice.
func TestCheckHostAsksOnlyWhatItNeeds(t *testing.T) {
	const lines = `
		example.co.jp TXT "v=spf1 ip4:203.0.113.0/24 a/28 mx:mail.example/24 include:_spf.example exists:%{i}.ok.example a/28 redirect=last.example exp=why.example"
		example.co.jp A 192.0.2.1
		example.co.jp AAAA 2001:db8::1
		mail.example MX 20 b.mail.example.
		mail.example MX 10 c.mail.example.
		mail.example MX 10 a.mail.example.
		a.mail.example A 192.0.2.65
		b.mail.example A 192.0.2.129
		c.mail.example A 198.51.100.7
		_spf.example TXT "v=spf1 a:example.co.jp/28 -all"
		198.51.100.200.ok.example A 127.0.0.2
		last.example TXT "v=spf1 -all exp=why.example"
		why.example TXT "no"`
	tests := []struct {
		why, ip string
		want    []string
	}{
		{"ip4 asks nothing", "203.0.113.1", []string{"example.co.jp. TXT"}},
		{"the prefix length is no part of the name, and the family decides the type", "192.0.2.15",
			[]string{"example.co.jp. TXT", "example.co.jp. A"}},
		{"exchanges by preference, then name, up to the one that matches", "198.51.100.1",
			[]string{"example.co.jp. TXT", "example.co.jp. A", "mail.example. MX", "a.mail.example. A", "c.mail.example. A"}},
		{"what is known is not asked again, no exp without a fail", "198.51.101.200", []string{
			"example.co.jp. TXT", "example.co.jp. A", "mail.example. MX", "a.mail.example. A", "c.mail.example. A", "b.mail.example. A",
			"_spf.example. TXT", "198.51.101.200.ok.example. A", "last.example. TXT", "why.example. TXT"}},
		{"IPv6", "2001:db8::1", []string{"example.co.jp. TXT", "example.co.jp. AAAA", "mail.example. MX", "a.mail.example. AAAA",
			"c.mail.example. AAAA", "b.mail.example. AAAA", "_spf.example. TXT",
			"2.0.0.1.0.d.b.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.ok.example. A", "last.example. TXT", "why.example. TXT"}},
	}
	for _, tt := range tests {
		lines := lines
		if tt.ip == "2001:db8::1" { // nobody's address there: the prefix length is that of IPv6
			lines = strings.Replace(lines, "AAAA 2001:db8::1", "AAAA 2001:db8::2", 1)
		}
		if _, got := call(t, lines, client(tt.ip)); !slices.Equal(got, tt.want) {
			t.Errorf("%s, %s:\ngot  %q\nwant %q", tt.why, tt.ip, got, tt.want)
		}
	}
}

// The null MX names no host that could be asked for. RFC 7505 §3.
func TestCheckHostAsksForNoNullMX(t *testing.T) {
	_, got := call(t, "example.co.jp TXT \"v=spf1 mx -all\"\nexample.co.jp MX 0 .", client("192.0.2.1"))
	if want := []string{"example.co.jp. TXT", "example.co.jp. MX"}; !slices.Equal(got, want) {
		t.Errorf("asked %q, want %q", got, want)
	}
}

// Without a client nothing can be said.
func TestCheckHostWithoutClient(t *testing.T) {
	q := client("192.0.2.1")
	q.IP = netip.Addr{}
	if e, questions := call(t, `example.co.jp TXT "v=spf1 +all"`, q); e.Result != ResultUnknown || len(questions) > 0 {
		t.Errorf("%s after %q", e.summary(), questions)
	}
}
