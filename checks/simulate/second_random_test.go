package simulate

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// In random worlds every difference has a known reason.
func TestSecondOpinionInRandomWorlds(t *testing.T) {
	terms := []string{"a", "a:h1.example.co.jp", "a:h2.example.co.jp/24//64", "-a:none.example.co.jp", "mx", "mx:many.example.co.jp", "mx:null.example.co.jp", "mx:two.example.co.jp//48",
		"include:i1.example.co.jp", "?include:i2.example.co.jp", "include:gone.example.co.jp", "ip4:192.0.2.0/25", "ip6:2001:db8::/65", "ip6:::ffff:192.0.2.0/120", "ptr", "ptr:net.example",
		"exists:%{ir}.d.example.co.jp", "exists:%{p}.p.example.co.jp", "exists:%{l1r+-}.l.example.co.jp", "-exists:%{S}.s.example.co.jp", "exists:six.example.co.jp", "exists:%{h}",
		"redirect=i1.example.co.jp", "redirect=%{d2}", "exp=why.example.co.jp", "ipv4:192.0.2.1", "moo=x", "a:x..example.co.jp", "include:%{o2}"}
	names := []string{"h1.example.co.jp.", "h2.example.co.jp.", "m1.example.co.jp.", "m2.example.co.jp.", "six.example.co.jp.", "i2.example.co.jp.", "25.2.0.192.in-addr.arpa.", "mail.net.example."}
	seen := map[string]int{}
	agreed := 0
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 6))
		record := func(n int) string {
			words := []string{"v=spf1"}
			for range n {
				words = append(words, []string{"", "", "", "~", "?"}[r.IntN(5)]+terms[r.IntN(len(terms))])
			}
			text := strings.Join(append(words, []string{"-all", "~all", ""}[r.IntN(3)]), " ")
			for _, modifier := range []string{"redirect=", "exp=", "moo="} {
				for _, q := range []string{"~", "?"} {
					text = strings.ReplaceAll(text, q+modifier, modifier)
				}
			}
			return text
		}
		zone := fmt.Sprintf("example.co.jp:\n@ TXT \"%s\"\ni1 TXT \"%s\"\ni2 TXT \"%s\"\n@ A 192.0.2.200\n@ MX 10 m1\n@ MX 20 m2\nh1 A 192.0.2.25\nh1 AAAA 2001:db8::25\nh2 AAAA 2001:db8::2\nm1 A 192.0.2.25\nm2 AAAA 2001:db8::25\n"+
			"two MX 5 m2\ntwo MX 6 m1\nnull MX 0 .\nsix AAAA 2001:db8::6\nwhy TXT \"no\"\n25.2.0.192.d A 127.0.0.2\nmail.net.example.p A 127.0.0.2\nlist.l A 127.0.0.2\n",
			record(1+r.IntN(5)), record(r.IntN(4)), record(r.IntN(3)))
		for i := range 11 {
			zone += fmt.Sprintf("many MX %d m1\n", i)
		}
		fault := "fault:"
		for _, name := range names {
			if r.IntN(12) == 0 {
				fault += fmt.Sprintf("\n%s %s %s", name, []string{"A", "AAAA", "TXT", "PTR"}[r.IntN(4)], []string{"timeout", "SERVFAIL", "offline"}[r.IntN(3)])
			}
		}
		w := world(t, zone, "net.example:\nmail A 192.0.2.25\nmail AAAA 2001:db8::25\n", "2.0.192.in-addr.arpa:\n25 PTR mail.net.example.\n", fault)
		report := run(t, w, Mail{Domain: "example.co.jp", Sender: "info-list@example.co.jp", HELO: []string{"h1.example.co.jp", "localhost"}[r.IntN(2)]}, Options{Second: true},
			"192.0.2.25", "192.0.2.200", "203.0.113.1", "2001:db8::25", "2001:db9::1")
		for _, s := range report.Simulations {
			switch {
			case s.Verdict.Second == nil:
				t.Fatalf("seed %d: no second opinion on %s", seed, said(s.Verdict))
			case !s.Verdict.Second.Differs:
				agreed++
			default:
				seen[s.Verdict.Second.Reason.ID]++
				if s.Verdict.Second.Reason.ID == "second.unexplained" {
					t.Errorf("seed %d: %s: %s, they say %s\n%s\n%s", seed, s.Target.Text, said(s.Verdict), s.Verdict.Second.Result, zone, fault)
				}
			}
		}
		if t.Failed() {
			return
		}
	}
	for _, id := range []string{"mapped", "mx-order", "other-family", "syntax", "validated-name", "voids"} {
		if seen["second."+id] == 0 {
			t.Errorf("no difference of the kind %s: %v", id, seen)
		}
	}
	if agreed < 1000 {
		t.Errorf("they agree on %d only", agreed)
	}
}
