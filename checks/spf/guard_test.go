package spf

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
)

func TestGuard(t *testing.T) {
	const rest = `
		example.co.jp A 192.0.2.80
		example.co.jp MX 10 mail.example.co.jp.
		mail.example.co.jp A 192.0.2.25
		_spf.example.net TXT "v=spf1 ip4:198.51.100.0/24 exists:%{i}.list.example.net -all"
		_deny.example.net TXT "v=spf1 -exists:%{i}.bad.example.net ip4:198.51.100.0/24 -all"
		_deny2.example.net TXT "v=spf1 -exists:%{i}.worse.example.net ip4:198.51.100.0/24 -all"
		_ten.example.net TXT "v=spf1 a:h.example.net a:h.example.net a:h.example.net a:h.example.net a:h.example.net a:h.example.net a:h.example.net a:h.example.net a:h.example.net -all"
		h.example.net A 203.0.113.1
		h.example.net AAAA 2001:db8:1::1
		fault down.example.net TXT timeout
		fault slow.example.net A offline`
	tests := []struct {
		name, before, after, lost string // term and addresses, "" if nobody loses
	}{
		{"an address by its name or by itself", "v=spf1 a mx -all", "v=spf1 ip4:192.0.2.80 mx -all", ""},
		{"an address less", "v=spf1 a mx -all", "v=spf1 mx -all", "a: 192.0.2.80"},
		{"half of a network", "v=spf1 mx ip4:198.51.100.0/24 -all", "v=spf1 mx ip4:198.51.100.0/25 -all", "ip4:198.51.100.0/24: 198.51.100.128/25 of 128"},
		{"a smaller network that another covers", "v=spf1 a/24 ip4:192.0.2.128/25 -all", "v=spf1 a/24 -all", ""},
		{"two networks merged", "v=spf1 ip4:198.51.100.0/25 ip4:198.51.100.128/25 -all", "v=spf1 ip4:198.51.100.0/24 -all", ""},
		{"a refusal in front", "v=spf1 mx -all", "v=spf1 -ip4:192.0.2.25 mx -all", "mx: 192.0.2.25"},
		{"a refusal in front of another address", "v=spf1 mx -all", "v=spf1 -ip4:192.0.2.26 mx -all", ""},
		{"a neutral end inside of an include", "v=spf1 include:_spf.example.net -all", "v=spf1 ?include:_spf.example.net -all", "include:_spf.example.net: 198.51.100.0/24 of 256"},
		{"an include by what is known of it", "v=spf1 include:_spf.example.net -all", "v=spf1 ip4:198.51.100.0/24 -all", "include:_spf.example.net: "},
		{"an include kept", "v=spf1 include:_spf.example.net a -all", "v=spf1 a include:_spf.example.net ~all", ""},
		{"macros that everybody passes by anyway", "v=spf1 exists:%{i}.list.example.net +all", "v=spf1 +all", ""},
		{"macros by which one passes who is refused else", "v=spf1 exists:%{i}.list.example.net -all", "v=spf1 -all", "exists:%{i}.list.example.net: "},
		{"the same macros written otherwise", "v=spf1 +EXISTS:%{i}.list.example.net -all", "v=spf1 exists:%{i}.list.example.net. -all", ""},
		{"other macros", "v=spf1 exists:%{i}.list.example.net -all", "v=spf1 exists:%{i}.list.example.com -all", "exists:%{i}.list.example.net: "},
		{"a refusal by macros in front", "v=spf1 a mx -all", "v=spf1 a -exists:%{i}.bad.example.net mx -all", "mx: 192.0.2.25"},
		{"a refusal by macros in front of macros", "v=spf1 exists:%{i}.list.example.net -all",
			"v=spf1 -exists:%{i}.bad.example.net exists:%{i}.list.example.net -all", "exists:%{i}.list.example.net: "},
		{"one of two that let the same pass, each but for its own list", "v=spf1 include:_deny.example.net include:_deny2.example.net -all",
			"v=spf1 include:_deny2.example.net -all", "include:_deny.example.net, include:_deny2.example.net: "},
		{"a list of refusals kept beside another change", "v=spf1 a:gone.example include:_deny.example.net ?all",
			"v=spf1 include:_deny.example.net ~all", ""},
		{"a list of refusals, and an end behind it", "v=spf1 include:_deny.example.net", "v=spf1 include:_deny.example.net ~all", ""},
		{"an include that gave no answer", "v=spf1 include:down.example.net -all", "v=spf1 -all", "include:down.example.net: "},
		{"what stands behind one that gave no answer", "v=spf1 include:down.example.net a -all", "v=spf1 include:down.example.net -all", "a: 192.0.2.80 as meant"},
		{"a host that was not asked for", "v=spf1 a:slow.example.net mx -all", "v=spf1 mx -all", "a:slow.example.net: "},
		{"no record left", "v=spf1 mx -all", "nothing", "mx: 192.0.2.25"},
		{"a record that nobody can read any more", "v=spf1 mx -all", "v=spf1 mx -al", "mx: 192.0.2.25"},
		{"a record that nobody could read", "v=spf1 mx ipv4:192.0.2.1 -all", "v=spf1 mx ip4:192.0.2.1 -all", ""},
		{"nor one of its senders", "v=spf1 mx ipv4:192.0.2.1 -all", "v=spf1 ip4:192.0.2.1 -all", "mx: 192.0.2.25 as meant"},
		{"nor what stands behind a mistake that may have been its end", "v=spf1 a -all. mx", "v=spf1 a -all mx", ""},
		{"all, reached by a redirect", "v=spf1 mx +all", "v=spf1 mx ~all", "+all: 0.0.0.0/1, 128.0.0.0/2, 192.0.0.0/23 and 125 of 4294967295"},
		{"behind the limit nobody passes", "v=spf1 include:_ten.example.net mx a -all", "v=spf1 include:_ten.example.net a -all", "mx: 192.0.2.25 as meant"},
		{"made cheaper", "v=spf1 include:_ten.example.net mx a -all", "v=spf1 include:_ten.example.net ip4:192.0.2.25 ip4:192.0.2.80 -all", ""},
		{"one look-up more, so that the last do not pass any more", "v=spf1 include:_ten.example.net ip4:192.0.2.25 -all",
			"v=spf1 include:_ten.example.net a:h.example.net ip4:192.0.2.25 -all", "ip4:192.0.2.25: 192.0.2.25"},
		{"three void names in front", "v=spf1 ip4:192.0.2.25 -all", "v=spf1 a:1.example a:2.example a:3.example ip4:192.0.2.25 -all", "ip4:192.0.2.25: 192.0.2.25"},
		{"three void names in front of macros", "v=spf1 exists:%{i}.list.example.net -all",
			"v=spf1 a:1.example a:2.example a:3.example exists:%{i}.list.example.net -all", "exists:%{i}.list.example.net: "},
		{"a broken include in front", "v=spf1 mx -all", "v=spf1 include:gone.example mx -all", "mx: 192.0.2.25"},
		{"a broken include behind", "v=spf1 mx -all", "v=spf1 mx include:gone.example -all", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			record := func(text string) *Facts {
				return factsOf(t, "example.co.jp TXT "+resolver.NewTXT(text).String()+rest)
			}
			lost := ""
			if texts := losses(record(tt.before), record(tt.after)); len(texts) > 0 {
				lost = shownLoss(texts[0])
			}
			if lost != tt.lost {
				t.Errorf("lost %q, want %q", lost, tt.lost)
			}
		})
	}
}

func shownLoss(text checks.Text) string {
	shown := strings.Join(text.Args["term"].([]string), ", ") + ": " + strings.Join(text.Args["addresses"].([]string), ", ")
	if more := text.Args["more"]; more != 0 {
		shown += fmt.Sprintf(" and %v", more)
	}
	if count := text.Args["count"]; count != 0 {
		shown += fmt.Sprintf(" of %v", count)
	}
	if text.ID == "trial.spf-removes-meant" {
		shown += " as meant"
	}
	return shown
}

// crowdedTree is a record with several things wrong with it, and hosts that
// pass by name, by macros and by their reverse names.
func crowdedTree(rng *rand.Rand) string {
	terms := strings.Fields(`a:gone.example mx/24 ?all ~all -all +all a include:dead.example include:n.example include:n.example include:m.example
		ip4:192.0.2.77/24 ip4:192.0.2.5 ip4:192.0.2.5 ip6:::ffff:192.0.2.9 ptr ptr exp=why.example redirect=m.example redirect=gone.example
		mx:gone.example mx:h1.example exists:gone.example exists:%{i}.x.example -exists:%{i}.bad.example ?include:n.example -include:m.example
		include:h1.example include:n.example. ipv4:192.0.2.9 foo=bar v=spf1 include=n.example -all. moo include:example.co.jp
		include:_own.example.co.jp include:_spf.google.con a:h1.example a:h2.example include: all ip4:198.51.100.0/24 ip4:198.51.100.0/25 -ip4:198.51.100.1`)
	record := "v=spf1"
	for range 2 + rng.IntN(8) {
		record += " " + terms[rng.IntN(len(terms))]
	}
	own := []string{"v=spf1 a:h1.example ?all ptr mx", "v=spf1 ip4:192.0.2.77/24 ip4:192.0.2.3 include:dead.example", "v=spf1 -exists:%{i}.bad.example ip4:198.51.100.0/24 ?all"}[rng.IntN(3)]
	return "example.co.jp TXT " + resolver.NewTXT(record).String() + "\n_own.example.co.jp TXT " + resolver.NewTXT(own).String() + `
		n.example TXT "v=spf1 ip4:198.51.100.0/26 a:h3.example exists:%{i}.x.example -all"
		m.example TXT "v=spf1 -exists:%{i}.bad.example ip4:198.51.100.0/24 a:h1.example include:n.example ~all"
		_spf.google.com TXT "v=spf1 ip4:203.0.113.0/24 ~all"
		example.co.jp A 192.0.2.80
		example.co.jp MX 10 h2.example.
		192.0.2.9.x.example A 127.0.0.2
		198.51.100.3.bad.example A 127.0.0.2
		198.51.100.1.bad.example A 127.0.0.2
		9.2.0.192.in-addr.arpa PTR h9.example.co.jp.
		h9.example.co.jp A 192.0.2.9` + hostsOf(4)
}

// Whoever passes before a verified fix passes after it, by the evaluator for one
// client, at every address where one of the two partitions changes; and so do
// those whom only a limit keeps from it.
func TestVerifiedFixesLoseNobody(t *testing.T) {
	verified, refused := 0, 0
	for seed := range uint64(240) {
		rng := rand.New(rand.NewPCG(seed, 8))
		lines := []func(*rand.Rand) string{crowdedTree, randomTree, limitTree}[seed%3](rng)
		w := newWorld(t, lines)
		before := factsOf(t, lines)
		tried := map[string]bool{}
		for _, f := range w.auditTrying(t).Findings {
			for _, fix := range f.Fixes {
				key := fmt.Sprint(fix.Edits)
				if !fix.Verified {
					refused += number(fix.Reason != nil && strings.HasPrefix(fix.Reason.ID, "trial.spf-removes"))
					continue
				}
				if !tried[key] {
					tried[key] = true
					verified++
					comparePass(t, w, before, fix)
				}
			}
		}
		if t.Failed() {
			t.Fatalf("seed %d:\n%s", seed, lines)
		}
	}
	if verified < 60 || refused < 5 {
		t.Errorf("only %d fixes were verified, and %d refused", verified, refused)
	}
}

func comparePass(t *testing.T, w *world, before *Facts, fix checks.Fix) {
	t.Helper()
	patched, err := resolver.Patch(context.Background(), fix.Edits, w)
	if err != nil {
		t.Fatal(err)
	}
	after := Expand(context.Background(), patched, "example.co.jp.", Identity{})
	everywhere := setOf(netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0"))
	addrs := slices.Concat(boundaries(before.meant, everywhere), boundaries(before.real(), everywhere), boundaries(after.meant, everywhere),
		[]netip.Addr{netip.MustParseAddr("192.0.2.9"), netip.MustParseAddr("198.51.100.3")})
	for _, addr := range addrs {
		for _, unlimited := range []bool{false, true} {
			q := Query{IP: addr, Domain: "example.co.jp", Sender: "a@example.co.jp", HELO: "example.co.jp", Unlimited: unlimited}
			was, is := CheckHost(context.Background(), w, q), CheckHost(context.Background(), patched, q)
			if was.Result == ResultPass && is.Result != ResultPass {
				t.Errorf("%s: %s passes by %s, and gets %s by %s afterwards (without limits: %v)\n%+v", fix.Title.ID, addr, was.Term, is.Result, is.Term, unlimited, fix.Edits)
				return
			}
		}
	}
}
