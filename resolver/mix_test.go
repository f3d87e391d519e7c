package resolver_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// changes writes sets as "name TYPE ttl", with "absent" and "cached".
func changes(sets []resolver.Changed) []string {
	var out []string
	for _, s := range sets {
		text := fmt.Sprintf("%s %s %d", strings.TrimSuffix(s.Name, ".example.co.jp."), s.Type, s.TTL)
		if s.Absent {
			text += " absent"
		}
		if s.Cached {
			text += " cached"
		}
		out = append(out, text)
	}
	return out
}

func TestMix(t *testing.T) {
	before := world(zoneOf(t, "example.co.jp.", `
$TTL 3600
@      SOA   ns host 1 1 1 1 300
@      TXT   "v=spf1 ip4:192.0.2.1 -all"
@      TXT   "verification"
split  TXT   "v=spf1 ip4:192.0.2.1" " -all"
mail   600 A 192.0.2.1
mail   AAAA  2001:db8::1
old    A     192.0.2.7
alias  CNAME old
turn   60 CNAME mail
out    CNAME host.example.net.
host   A     192.0.2.8
doomed A     192.0.2.9
twice  TXT   "a"
twice  TXT   "b"
loop   CNAME loop2
`), zoneOf(t, "example.net.", "host A 198.51.100.1\n"))
	after := world(zoneOf(t, "example.co.jp.", `
$TTL 7200
@      SOA   ns host 2 1 1 1 900
@      TXT   "verification"
@      TXT   "v=spf1 ip4:192.0.2.1 -all"
split  TXT   "v=spf1 ip4:192.0.2.1 -all"
mail   A     192.0.2.2
new    A     192.0.2.70
alias  CNAME new
turn   A     192.0.2.3
out    CNAME host.example.net.
host   CNAME mail
added  A     192.0.2.10
twice  TXT   "a"
twice  TXT   "c"
loop2  CNAME loop
`), zoneOf(t, "example.net.", "host A 198.51.100.1\n"))
	tests := []struct {
		name, rtype string
		old         string // sets kept old, "all" for every one
		want        string
		met         []string
		why         string
	}{
		{"example.co.jp.", "TXT", "all", `data, example.co.jp TXT "v=spf1 ip4:192.0.2.1 -all", example.co.jp TXT "verification"`, nil, "only the TTL and the order differ"},
		{"split.example.co.jp.", "TXT", "all", `data, split.example.co.jp TXT "v=spf1 ip4:192.0.2.1 -all"`, nil, "strings cut elsewhere are the same text"},
		{"mail.example.co.jp.", "A", "all", "data, mail.example.co.jp A 192.0.2.1", []string{"mail A 600"}, "the old address"},
		{"mail.example.co.jp.", "A", "", "data, mail.example.co.jp A 192.0.2.2", []string{"mail A 600"}, "the new address"},
		{"mail.example.co.jp.", "AAAA", "all", "data, mail.example.co.jp AAAA 2001:db8::1", []string{"mail AAAA 3600"}, "an address that goes away"},
		{"mail.example.co.jp.", "AAAA", "", "NODATA", []string{"mail AAAA 3600"}, "and is gone"},
		{"added.example.co.jp.", "A", "all", "NXDOMAIN, no owner", []string{"added A 300 absent"}, "a name that did not exist, kept for the lesser of the SOA's times"},
		{"added.example.co.jp.", "TXT", "all", "NODATA", nil, "no text before or after: NXDOMAIN and NODATA are alike"},
		{"alias.example.co.jp.", "A", "all", "data, alias.example.co.jp CNAME old.example.co.jp., old.example.co.jp A 192.0.2.7", []string{"alias CNAME 3600", "old A 3600"}, "the old alias with its old target"},
		{"alias.example.co.jp.", "A", "alias CNAME", "NXDOMAIN, alias.example.co.jp CNAME old.example.co.jp.", []string{"alias CNAME 3600", "old A 3600"}, "the old alias, when its target is gone already"},
		{"alias.example.co.jp.", "A", "new A", "NXDOMAIN, alias.example.co.jp CNAME new.example.co.jp.", []string{"alias CNAME 3600", "new A 300 absent"}, "the new alias, where the absence of its target is still held"},
		{"turn.example.co.jp.", "A", "all", "data, turn.example.co.jp CNAME mail.example.co.jp., mail.example.co.jp A 192.0.2.1", []string{"turn CNAME 60", "mail A 600"}, "an alias that becomes an address"},
		{"turn.example.co.jp.", "A", "turn CNAME", "data, turn.example.co.jp CNAME mail.example.co.jp., mail.example.co.jp A 192.0.2.2", []string{"turn CNAME 60", "mail A 600"}, "half of it"},
		{"host.example.co.jp.", "A", "", "data, host.example.co.jp CNAME mail.example.co.jp., mail.example.co.jp A 192.0.2.2", []string{"host A 3600", "mail A 600"}, "an address that becomes an alias"},
		{"out.example.co.jp.", "A", "all", "data, out.example.co.jp CNAME host.example.net., host.example.net A 198.51.100.1", nil, "nothing differs on the way"},
		{"doomed.example.co.jp.", "A", "", "NXDOMAIN, no owner", []string{"doomed A 3600"}, "a name that goes"},
		{"twice.example.co.jp.", "TXT", "", `data, twice.example.co.jp TXT "a", twice.example.co.jp TXT "c"`, []string{"twice TXT 3600"}, "one of two texts differs"},
		{"loop.example.co.jp.", "A", "loop CNAME", "bad reply: its aliases go in a circle at loop.example.co.jp.", []string{"loop CNAME 3600", "loop2 A 300 absent"}, "aliases that only mixed go in a circle"},
		{"none.example.co.jp.", "A", "all", "NXDOMAIN, no owner", nil, "never there"},
	}
	for _, tt := range tests {
		m := resolver.NewMix(before, after, func(c resolver.Changed) bool {
			return tt.old == "all" || tt.old == strings.TrimSuffix(c.Name, ".example.co.jp.")+" "+c.Type.String()
		})
		for range 2 { // the second time from what was decided
			got, err := m.Lookup(t.Context(), question(t, tt.name, tt.rtype))
			if text := told(got, err); text != tt.want {
				t.Errorf("%s: %s %s with old %q:\n got %s\nwant %s", tt.why, tt.name, tt.rtype, tt.old, text, tt.want)
			}
		}
		if got := changes(m.Met()); !slices.Equal(got, tt.met) {
			t.Errorf("%s: %s %s with old %q met %q, want %q", tt.why, tt.name, tt.rtype, tt.old, got, tt.met)
		}
	}
}

func TestMixOfFailures(t *testing.T) {
	text := "mail A 192.0.2.1\nalias CNAME host.example.net.\nother CNAME host.example.net.\n"
	before := world(zoneOf(t, "example.co.jp.", text), zoneOf(t, "example.net.", "host A 198.51.100.1\n"))
	after := world(zoneOf(t, "example.co.jp.", strings.Replace(text, "other CNAME host", "other CNAME gone", 1)), zoneOf(t, "example.net.", "host A 198.51.100.1\n"))
	fails := func(base resolver.Resolver, names ...string) resolver.Resolver {
		return dnstest.Faulty(base, func(q resolver.Question) resolver.ErrorKind {
			if slices.Contains(names, q.String()) {
				return resolver.ServFail
			}
			return ""
		})
	}
	tests := []struct {
		before, after resolver.Resolver
		name, want    string
		why           string
	}{
		{fails(before, "mail.example.co.jp. A"), after, "mail.example.co.jp.", "SERVFAIL: fault of a test", "the old side fails"},
		{before, fails(after, "mail.example.co.jp. A"), "mail.example.co.jp.", "SERVFAIL: fault of a test", "the new side fails"},
		{fails(before, "alias.example.co.jp. A"), fails(after, "alias.example.co.jp. A"), "alias.example.co.jp.",
			"data, alias.example.co.jp CNAME host.example.net., host.example.net A 198.51.100.1", "a chain that only fails as a whole is followed step by step"},
		{fails(before, "alias.example.co.jp. A", "host.example.net. A"), after, "alias.example.co.jp.",
			"SERVFAIL: at its alias target host.example.net.: fault of a test", "the target fails"},
		{fails(before, "other.example.co.jp. A", "host.example.net. A"), after, "other.example.co.jp.", "NXDOMAIN, other.example.co.jp CNAME gone.example.net.",
			"the old target fails, and the new alias does not lead there"},
	}
	for _, tt := range tests {
		m := resolver.NewMix(tt.before, tt.after, func(resolver.Changed) bool { return false })
		if got := told(m.Lookup(t.Context(), question(t, tt.name, "A"))); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.why, got, tt.want)
		}
	}
}

// With everything old a mixture is the old world, with everything new the new
// one, and two worlds that are one have no changed sets.
func TestMixOfRandomWorlds(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e"}
	random := func(r *rand.Rand) resolver.Resolver {
		var zone strings.Builder
		for _, name := range names {
			switch r.IntN(5) {
			case 0:
				fmt.Fprintf(&zone, "%s CNAME %s\n", name, names[r.IntN(len(names))])
			case 1:
				fmt.Fprintf(&zone, "%s A 192.0.2.%d\n", name, r.IntN(3))
			case 2:
				fmt.Fprintf(&zone, "%s A 192.0.2.%d\n%s TXT \"%d\"\n", name, r.IntN(3), name, r.IntN(2))
			case 3:
				fmt.Fprintf(&zone, "*.%s TXT \"%d\"\n", name, r.IntN(2))
			}
		}
		return world(zoneOf(t, "example.co.jp.", zone.String()))
	}
	records := func(a resolver.Answer, err error) string {
		if err != nil {
			return told(a, err)
		}
		return fmt.Sprint(a.Canonical(), a.Records)
	}
	keep := func(old bool) func(resolver.Changed) bool { return func(resolver.Changed) bool { return old } }
	differed := 0
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		before, after := random(r), random(r)
		worlds := []struct {
			mix *resolver.Mix
			is  resolver.Resolver
		}{
			{resolver.NewMix(before, after, keep(true)), before},
			{resolver.NewMix(before, after, keep(false)), after},
			{resolver.NewMix(before, before, keep(true)), before},
		}
		for i, w := range worlds {
			for _, name := range names {
				for _, q := range []resolver.Question{question(t, name+".example.co.jp.", "A"), question(t, "x."+name+".example.co.jp.", "TXT")} {
					got, want := records(w.mix.Lookup(context.Background(), q)), records(w.is.Lookup(context.Background(), q))
					if got != want {
						t.Fatalf("seed %d, world %d: %s: %s, want %s", seed, i, q, got, want)
					}
				}
			}
		}
		differed += len(worlds[0].mix.Met())
		if met := worlds[2].mix.Met(); len(met) > 0 {
			t.Fatalf("seed %d: one world differs from itself: %v", seed, met)
		}
	}
	if differed < 400 {
		t.Errorf("only %d sets differed", differed)
	}
}

// A question without an answer on either side is told: it may differ too.
func TestMixFailed(t *testing.T) {
	ctx := context.Background()
	mix := resolver.NewMix(resolver.NoResolver(), resolver.Nothing(), func(resolver.Changed) bool { return false })
	q := resolver.Question{Name: "example.jp.", Type: resolver.TypeTXT}
	for range 2 {
		if _, err := mix.Lookup(ctx, q); err == nil {
			t.Error("an answer, although one side has none")
		}
	}
	if failed := mix.Failed(); len(failed) != 1 || failed[0] != q || len(mix.Met()) != 0 {
		t.Errorf("failed %v, met %v; want %v and nothing", failed, mix.Met(), q)
	}
}
