package spf

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"mailauth/resolver"
)

// A failing server is temperror, and only where its answer was needed. RFC 7208
// §4.4, §5.
func TestCheckHostFailures(t *testing.T) {
	const mx = `
		example.co.jp TXT "v=spf1 mx a:late.example -all"
		example.co.jp MX 30 c.example.
		example.co.jp MX 10 a.example.
		example.co.jp MX 20 b.example.
		a.example A 192.0.2.1
		b.example A 192.0.2.2
		c.example A 192.0.2.3
		late.example A 192.0.2.4
		fault b.example A SERVFAIL`
	const ptr = `
		example.co.jp TXT "v=spf1 ptr ~all"
		1.2.0.192.in-addr.arpa PTR a.example.co.jp.
		1.2.0.192.in-addr.arpa PTR b.example.co.jp.
		1.2.0.192.in-addr.arpa PTR other.example.
		b.example.co.jp A 192.0.2.1
		fault other.example A timeout
		fault 2.2.0.192.in-addr.arpa PTR SERVFAIL
		3.2.0.192.in-addr.arpa PTR a.example.co.jp.
		fault a.example.co.jp A timeout
		fault 4.2.0.192.in-addr.arpa PTR offline
		5.2.0.192.in-addr.arpa PTR off.example.co.jp.
		5.2.0.192.in-addr.arpa PTR z.example.co.jp.
		z.example.co.jp A 192.0.2.5
		fault off.example.co.jp A offline
		6.2.0.192.in-addr.arpa PTR off.example.co.jp.
		7.2.0.192.in-addr.arpa PTR off.example.
		fault off.example A offline`
	tests := []struct{ why, lines, ip, want string }{
		{"the domain's own record (§4.4)", "fault example.co.jp TXT SERVFAIL", "192.0.2.1", "temperror dns example.co.jp"},
		{"a term before the failing one matches", `
			example.co.jp TXT "v=spf1 ip4:192.0.2.0/24 a:b.example -all"
			fault b.example A timeout`, "192.0.2.1", "pass match example.co.jp ip4:192.0.2.0/24"},
		{"a", `
			example.co.jp TXT "v=spf1 a:b.example ip4:192.0.2.0/24 -all"
			fault b.example A timeout`, "192.0.2.1", "temperror dns example.co.jp a:b.example"},
		{"the other family's type does not matter", `
			example.co.jp TXT "v=spf1 a:b.example ip4:192.0.2.0/24 -all"
			fault b.example AAAA timeout`, "192.0.2.1", "pass match example.co.jp ip4:192.0.2.0/24"},
		{"exists", `
			example.co.jp TXT "v=spf1 -exists:b.example -all"
			fault b.example A REFUSED`, "2001:db8::1", "temperror dns example.co.jp -exists:b.example"},
		{"a record behind an include", `
			example.co.jp TXT "v=spf1 include:b.example -all"
			fault b.example TXT timeout`, "192.0.2.1", "temperror dns example.co.jp include:b.example"},
		{"a term of a record behind an include (§5.2)", `
			example.co.jp TXT "v=spf1 ?include:b.example ip4:192.0.2.1 -all"
			b.example TXT "v=spf1 -mx:c.example"
			fault c.example MX timeout`, "192.0.2.1", "temperror dns example.co.jp>b.example -mx:c.example"},
		{"a record behind a redirect", `
			example.co.jp TXT "v=spf1 redirect=b.example"
			fault b.example TXT timeout`, "192.0.2.1", "temperror dns example.co.jp redirect=b.example"},
		{"a mistake in the record beats what its terms ask (§4.6)", `
			example.co.jp TXT "v=spf1 a:b.example moo -all"
			fault b.example A timeout`, "192.0.2.1", "permerror syntax example.co.jp moo"},
		{"an earlier host of the mx matches", mx, "192.0.2.1", "pass match example.co.jp mx"},
		{"no earlier host does: later ones are not asked", mx, "192.0.2.3", "temperror dns example.co.jp mx"},
		{"nor are later terms", mx, "192.0.2.4", "temperror dns example.co.jp mx"},
		{"the host that fails is after eleven: nobody is asked (§4.6.4)", `
			example.co.jp TXT "v=spf1 mx -all"
			` + manyExchanges(11) + `
			fault m0.example A timeout`, "192.0.2.1", "permerror mx-hosts example.co.jp mx"},
		{"one of the client's names fails, another is valid (§5.5)", ptr, "192.0.2.1", "pass match example.co.jp ptr"},
		{"the reverse name fails: no match (§5.5)", ptr, "192.0.2.2", "softfail match example.co.jp ~all"},
		{"its only name fails: no match (§5.5)", ptr, "192.0.2.3", "softfail match example.co.jp ~all"},
		{"the reverse name was not asked: nobody knows", ptr, "192.0.2.4", "unknown dns example.co.jp ptr"},
		{"a name was not asked, and another is valid", ptr, "192.0.2.5", "pass match example.co.jp ptr"},
		{"the only name was not asked: nobody knows", ptr, "192.0.2.6", "unknown dns example.co.jp ptr"},
		{"a name that could not match need not be asked", ptr, "192.0.2.7", "softfail match example.co.jp ~all"},
	}
	for _, tt := range tests {
		if e, _ := call(t, tt.lines, client(tt.ip)); e.summary() != tt.want {
			t.Errorf("%s: %s\n%s\ngot  %s\nwant %s", tt.why, tt.ip, tt.lines, e.summary(), tt.want)
		}
	}
}

func manyExchanges(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "example.co.jp MX %d m%d.example.\n", i, i)
	}
	return b.String()
}

// What a receiver cannot have met is unknown: no server failed, we did not ask.
func TestCheckHostFailureKinds(t *testing.T) {
	tests := map[resolver.ErrorKind]Result{
		resolver.Timeout: ResultTempError, resolver.ServFail: ResultTempError, resolver.Refused: ResultTempError, resolver.BadReply: ResultTempError,
		resolver.Unreachable: ResultUnknown, resolver.Offline: ResultUnknown, resolver.NotRecorded: ResultUnknown, resolver.OverBudget: ResultUnknown,
		resolver.Undetermined: ResultUnknown, resolver.Cancelled: ResultUnknown, resolver.BadName: ResultUnknown,
	}
	for kind, want := range tests {
		for _, failing := range []resolver.Question{{Name: "example.co.jp.", Type: resolver.TypeTXT}, {Name: "h.example.", Type: resolver.TypeA}} {
			w := newWorld(t, `example.co.jp TXT "v=spf1 a:h.example -all"`)
			w.faults[failing] = kind
			e := CheckHost(context.Background(), w, client("192.0.2.1"))
			if e.Result != want || e.Cause != CauseDNS || resolver.KindOf(e.Err) != kind {
				t.Errorf("%s, %s: %s, %v; want %s", failing, kind, e.summary(), e.Err, want)
			}
		}
	}
}

// An alias that leads nowhere is a failure of the servers.
func TestCheckHostAliasLoop(t *testing.T) {
	e, _ := call(t, `
		example.co.jp TXT "v=spf1 a:loop.example -all"
		loop.example CNAME pool.example.
		pool.example CNAME loop.example.`, client("192.0.2.1"))
	if want := "temperror dns example.co.jp a:loop.example"; e.summary() != want {
		t.Errorf("%s, want %s", e.summary(), want)
	}
}
