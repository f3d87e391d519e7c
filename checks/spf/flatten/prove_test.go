package flatten

import (
	"context"
	"strings"
	"testing"

	"mailauth/checks/spf"
)

// The proof notices what a mistake of the writer would change.
func TestProof(t *testing.T) {
	const hosts = `
h.example.co.jp A 203.0.113.1
h.example.co.jp AAAA 2001:db8::1
list.example.co.jp TXT "v=spf1 ip4:198.51.100.0/24 -all"
`
	tests := []struct {
		why, before, after string
		holds              bool
	}{
		{"the same", "a:h.example.co.jp -all", "ip4:203.0.113.1 ip6:2001:db8::1 -all", true},
		{"one family is forgotten", "a:h.example.co.jp -all", "ip4:203.0.113.1 -all", false},
		{"one address too many", "ip4:203.0.113.0/31 -all", "ip4:203.0.113.0/30 -all", false},
		{"softfail became fail", "?ip4:203.0.113.0/31 ~all", "?ip4:203.0.113.0/31 -all", false},
		{"neutral became softfail for one address", "?ip4:203.0.113.1 ~all", "~all", false},
		{"an exception behind what it is of", "-ip4:203.0.113.1 ip4:203.0.113.0/24 -all", "ip4:203.0.113.0/24 -ip4:203.0.113.1 -all", false},
		{"the old one is over the limit, the new one is not", strings.Repeat("a:h.example.co.jp ", 12) + "-all", "ip4:203.0.113.1 ip6:2001:db8::1 -all", true},
		{"the new one is over the limit", "a:h.example.co.jp -all", strings.Repeat("a:h.example.co.jp ", 11) + "-all", false},
		{"the new one has three void look-ups", "-all", "a:no1.example.co.jp a:no2.example.co.jp a:no3.example.co.jp -all", false},
		{"a term that depends on the message got another result", "exists:%{i}.x.example -all", "-exists:%{i}.x.example +all", false},
		{"or another name", "exists:%{i}.x.example -all", "exists:%{i}.y.example -all", false},
		{"two of them changed places", "exists:%{i}.x.example -exists:%{i}.y.example ~all", "-exists:%{i}.y.example exists:%{i}.x.example ~all", false},
		{"two of one result did", "exists:%{i}.x.example exists:%{i}.y.example ~all", "exists:%{i}.y.example exists:%{i}.x.example ~all", true},
		{"an address came before one that refuses it", "-exists:%{i}.x.example ip4:203.0.113.1 ~all", "ip4:203.0.113.1 -exists:%{i}.x.example ~all", false},
		{"the second of two that are the same", "-exists:%{i}.x.example exists:%{i}.x.example ~all", "-exists:%{i}.x.example ~all", true},
		{"an address came before an include that may lead nowhere", "include:%{i}.x.example ip4:203.0.113.1 -all", "ip4:203.0.113.1 include:%{i}.x.example -all", false},
		{"a redirect by the message", "redirect=%{i}.x.example", "include:%{i}.x.example ?all", false},
		{"ptr with its own name", "ptr -all", "ptr:example.co.jp -all", true},
		{"what a vendor has is compared, too", "include:list.example.co.jp -all", "ip4:198.51.100.0/24 -all", true},
	}
	for _, tt := range tests {
		root := func(text string) *spf.Domain {
			w := newWorld(t, hosts+`example.co.jp TXT "v=spf1 `+text+`"`)
			return spf.Expand(context.Background(), w, domain, spf.Identity{}).Root
		}
		if p := prove(root(tt.before), root(tt.after)); p.Holds != tt.holds {
			t.Errorf("%s: holds is %v: %s", tt.why, p.Holds, describeChanges(p))
		}
	}
}
