package simulate

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

func compareRun(t testing.TB, before, after resolver.Resolver, m Mail, texts ...string) *Comparison {
	t.Helper()
	c, err := Compare(t.Context(), before, after, m, targets(t, texts...), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// told is a change in a line.
func told(c Change) string {
	line := fmt.Sprintf("%s>%s", results(c.Before), results(c.After))
	for _, part := range []struct {
		sign     string
		prefixes []netip.Prefix
	}{{"-", c.Lost}, {"+", c.Gained}, {"~", c.Wavering}} {
		for _, p := range part.prefixes {
			line += " " + part.sign + p.String()
		}
	}
	return line + " " + string(c.Throughout)
}

func results(s Simulation) string {
	var all spf.Results
	if s.Target.Single() {
		return s.Verdict.Possible.String()
	}
	for _, r := range s.Regions {
		all |= r.Verdict.Possible
	}
	return all.String()
}

func setsOf(t Transition) string {
	var all []string
	for _, s := range t.Sets {
		text := fmt.Sprintf("%s %s %d", strings.TrimSuffix(s.Name, "."), s.Type, s.TTL)
		if s.Absent {
			text += " absent"
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

func TestCompare(t *testing.T) {
	mail := Mail{Domain: "example.co.jp"}
	tests := []struct {
		why, before, after string
		targets            []string
		want               []string
		sets               string
		mixtures           int
	}{
		{"nothing changes", `@ TXT "v=spf1 mx -all"` + "\n@ MX 10 mail\nmail A 192.0.2.25", `@ TXT "v=spf1 mx -all"` + "\n@ MX 10 mail\nmail A 192.0.2.25",
			[]string{"192.0.2.25", "192.0.2.26", "192.0.2.0/24"}, []string{"pass>pass yes", "fail>fail yes", "pass|fail>pass|fail yes"}, "", 1},
		{"the server moves, and the record names both", `@ 600 TXT "v=spf1 ip4:192.0.2.25 -all"`, `@ TXT "v=spf1 ip4:192.0.2.25 ip4:203.0.113.25 -all"`,
			[]string{"192.0.2.25", "203.0.113.25", "198.51.100.1"}, []string{"pass>pass yes", "fail>pass +203.0.113.25/32 yes", "fail>fail yes"}, "example.co.jp TXT 600", 2},
		{"the old address is dropped at once", `@ TXT "v=spf1 ip4:192.0.2.25 -all"`, `@ TXT "v=spf1 ip4:203.0.113.25 -all"`,
			[]string{"192.0.2.25", "203.0.113.25"}, []string{"pass>fail -192.0.2.25/32 yes", "fail>pass +203.0.113.25/32 yes"}, "example.co.jp TXT 3600", 2},
		{"a prefix that gives up half", `@ TXT "v=spf1 ip4:192.0.2.0/24 -all"`, `@ TXT "v=spf1 ip4:192.0.2.0/25 ip4:203.0.113.0/25 -all"`,
			[]string{"192.0.2.0/24", "203.0.113.0/24"}, []string{"pass>pass|fail -192.0.2.128/25 yes", "fail>pass|fail +203.0.113.0/25 yes"}, "example.co.jp TXT 3600", 2},
		{"the addresses move from one name to another: the old record with the new names, or the new with the old, lets nobody pass",
			`@ TXT "v=spf1 a:old.example.co.jp -all"` + "\nold 7200 A 192.0.2.25", `@ TXT "v=spf1 a:new.example.co.jp -all"` + "\nnew A 192.0.2.25",
			[]string{"192.0.2.25", "192.0.2.26", "192.0.2.24/31"}, []string{"pass>pass ~192.0.2.25/32 no", "fail>fail yes", "pass|fail>pass|fail ~192.0.2.25/32 no"},
			"example.co.jp TXT 3600, new.example.co.jp A 600 absent, old.example.co.jp A 7200", 4},
		{"the old name stays for a while", `@ TXT "v=spf1 a:old.example.co.jp -all"` + "\nold 7200 A 192.0.2.25", `@ TXT "v=spf1 a:new.example.co.jp ip4:192.0.2.25 -all"` + "\nnew A 192.0.2.25\nold A 192.0.2.25",
			[]string{"192.0.2.25"}, []string{"pass>pass yes"}, "example.co.jp TXT 3600, new.example.co.jp A 600 absent", 3},
		{"an include that is new, and was not there: permerror while its absence is cached", `@ TXT "v=spf1 ip4:192.0.2.25 ip4:203.0.113.25 -all"`,
			`@ TXT "v=spf1 ip4:192.0.2.25 include:_spf.example.co.jp -all"` + "\n" + `_spf TXT "v=spf1 ip4:203.0.113.25 -all"`,
			[]string{"192.0.2.25", "203.0.113.25"}, []string{"pass>pass yes", "pass>pass ~203.0.113.25/32 no"}, "_spf.example.co.jp TXT 600 absent, example.co.jp TXT 3600", 3},
		{"a record is split in two, and nothing wavers", `@ TXT "v=spf1 ip4:192.0.2.25 ip4:203.0.113.25 -all"` + "\n" + `_spf TXT "v=spf1 ip4:203.0.113.25 -all"`,
			`@ TXT "v=spf1 ip4:192.0.2.25 include:_spf.example.co.jp -all"` + "\n" + `_spf TXT "v=spf1 ip4:203.0.113.25 -all"`,
			[]string{"192.0.2.25", "203.0.113.25"}, []string{"pass>pass yes", "pass>pass yes"}, "example.co.jp TXT 3600", 2},
		{"the domain had no record", "@ MX 10 mail\nmail A 192.0.2.25", "@ MX 10 mail\nmail A 192.0.2.25\n@ TXT \"v=spf1 mx -all\"",
			[]string{"192.0.2.25"}, []string{"none>pass +192.0.2.25/32 yes"}, "example.co.jp TXT 600 absent", 2},
		{"a macro about the address: it is asked under every mixture", `@ TXT "v=spf1 exists:%{i}.a.example.co.jp -all"` + "\n192.0.2.1.a A 127.0.0.2\n192.0.2.2.a A 127.0.0.2\n192.0.2.2.b A 127.0.0.2",
			`@ TXT "v=spf1 exists:%{i}.b.example.co.jp -all"` + "\n192.0.2.1.b A 127.0.0.2\n192.0.2.2.b A 127.0.0.2\n192.0.2.2.a A 127.0.0.2",
			[]string{"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.0/30"}, []string{"pass>pass ~192.0.2.1/32 no", "pass>pass yes", "fail>fail yes", "pass|fail>pass|fail ~192.0.2.1/32 no"},
			"192.0.2.1.a.example.co.jp A 3600, 192.0.2.1.b.example.co.jp A 600 absent, example.co.jp TXT 3600", 2},
		{"a macro about the sender, who is not known", `@ TXT "v=spf1 exists:%{l}.a.example.co.jp -all"`, `@ TXT "v=spf1 exists:%{l}.a.example.co.jp ~all"`,
			[]string{"192.0.2.1"}, []string{"pass|fail>pass|softfail unknown"}, "example.co.jp TXT 3600", 2},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			c := compareRun(t, world(t, "example.co.jp:\n"+tt.before), world(t, "example.co.jp:\n"+tt.after), mail, tt.targets...)
			for i, want := range tt.want {
				if got := told(c.Changes[i]); got != want {
					t.Errorf("%s: %s, want %s", tt.targets[i], got, want)
				}
			}
			if got := setsOf(c.Transition); got != tt.sets || c.Transition.Mixtures != tt.mixtures || c.Transition.TooMany {
				t.Errorf("sets %s in %d mixtures, want %s in %d", got, c.Transition.Mixtures, tt.sets, tt.mixtures)
			}
		})
	}
}

// What to add is what the change takes away, not all that was asked about.
func TestCompareOffersWhatIsLost(t *testing.T) {
	before := world(t, "example.co.jp: \n@ TXT \"v=spf1 ip4:203.0.113.0/24 ip4:192.0.2.0/25 ip4:198.51.100.7 -all\"\n")
	after := world(t, "example.co.jp: \n@ TXT \"v=spf1 ip4:203.0.113.0/25 ip4:192.0.2.0/25 -all\"\n")
	c, err := Compare(t.Context(), before, after, Mail{Domain: "example.co.jp"},
		targets(t, "203.0.113.0/24", "192.0.2.0/24", "198.51.100.7", "198.51.100.9", "2001:db8::/64", "203.0.113.7"), Options{Fix: true})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`"v=spf1 ip4:203.0.113.0/25 ip4:192.0.2.0/25 ip4:203.0.113.128/25 -all"`,
		"",
		`"v=spf1 ip4:203.0.113.0/25 ip4:192.0.2.0/25 ip4:198.51.100.7 -all"`,
		`"v=spf1 ip4:203.0.113.0/25 ip4:192.0.2.0/25 ip4:198.51.100.9 -all"`,
		`"v=spf1 ip4:203.0.113.0/25 ip4:192.0.2.0/25 ip6:2001:db8::/64 -all"`,
		"",
	}
	for i, change := range c.Changes {
		fix := change.After.Fix
		if change.Target.Single() {
			fix = change.After.Verdict.Fix
		}
		if got := written(fix, nil); got != want[i] {
			t.Errorf("%s: %s, want %s", change.Target.Text, got, want[i])
		}
	}
	all := `"v=spf1 ip4:203.0.113.0/25 ip4:192.0.2.0/25 ip4:198.51.100.7 ip4:203.0.113.128/25 -all"` // the rest never passed
	if got := written(c.After.Fix, nil); got != all {
		t.Errorf("together: %s, want %s", got, all)
	}
	lost := []netip.Prefix{netip.MustParsePrefix("198.51.100.7/32"), netip.MustParsePrefix("203.0.113.128/25")}
	if prefix := c.Changes[0].After; !slices.Equal(c.After.FixCovers, lost) || !slices.Equal(prefix.FixCovers, lost[1:]) {
		t.Errorf("the changes cover %v and %v, want %v and the second of it", c.After.FixCovers, prefix.FixCovers, lost)
	}
}

func TestCompareFailures(t *testing.T) {
	before := []string{"example.co.jp: \n@ TXT \"v=spf1 ip4:192.0.2.1 include:slow.example.net -all\"\n", "example.net: \nslow TXT \"v=spf1 ip4:203.0.113.1 -all\"\n"}
	after := []string{"example.co.jp: \n@ TXT \"v=spf1 ip4:192.0.2.2 include:slow.example.net -all\"\n", before[1], "fault: slow.example.net. TXT timeout"}
	c := compareRun(t, world(t, before...), world(t, after...), Mail{Domain: "example.co.jp"}, "203.0.113.1", "192.0.2.1", "192.0.2.9")
	want := []string{"pass>temperror -203.0.113.1/32 unknown", "pass>temperror -192.0.2.1/32 unknown", "fail>temperror yes"}
	for i := range want {
		if got := told(c.Changes[i]); got != want[i] {
			t.Errorf("%s: %s, want %s", c.Changes[i].Target.Text, got, want[i])
		}
	}
}

func TestCompareTooManySets(t *testing.T) {
	record := `@ TXT "v=spf1 ip4:192.0.2.1 a:h0.example.co.jp mx -all"` + "\n"
	side := func(offset int) string {
		text := "example.co.jp:\n" + record + "h0 A 192.0.2.2\n"
		for i := range 10 {
			text += fmt.Sprintf("@ MX %d m%d\nm%d A 203.0.113.%d\nm%d AAAA 2001:db8::%d\n", i, i, i, i+offset, i, i+offset)
		}
		return text
	}
	c := compareRun(t, world(t, side(0)), world(t, side(100)), Mail{Domain: "example.co.jp"}, "192.0.2.1", "203.0.113.1")
	if !c.Transition.TooMany || len(c.Transition.Sets) != 20 {
		t.Errorf("%d sets, too many %v: %s", len(c.Transition.Sets), c.Transition.TooMany, setsOf(c.Transition))
	}
	if got := told(c.Changes[0]); got != "pass>pass yes" {
		t.Errorf("an address that none of them matters to: %s", got)
	}
	if got := told(c.Changes[1]); got != "pass>fail -203.0.113.1/32 yes" {
		t.Errorf("an address that loses pass: %s", got)
	}
}

// The policies of all mixtures are those that an exhaustive search over the
// changed sets gives, and two states that are one lose nothing.
func TestCompareProperties(t *testing.T) {
	random := func(r *rand.Rand) string {
		text := "example.co.jp:\n"
		terms := []string{"a:x.example.co.jp", "a:y.example.co.jp", "include:i.example.co.jp", "mx", "ip4:192.0.2.0/30", "-ip4:192.0.2.1", "exists:%{i}.e.example.co.jp"}
		record := func(name string, n int) {
			words := "v=spf1"
			for range n {
				words += " " + terms[r.IntN(len(terms))]
			}
			text += fmt.Sprintf("%s TXT \"%s %s\"\n", name, words, []string{"-all", "~all", "?all"}[r.IntN(3)])
		}
		record("@", 1+r.IntN(3))
		if r.IntN(4) > 0 {
			record("i", r.IntN(2))
		}
		for _, host := range []string{"x", "y"} {
			if r.IntN(3) > 0 {
				text += fmt.Sprintf("%s A 192.0.2.%d\n", host, r.IntN(4))
			}
		}
		if r.IntN(2) > 0 {
			text += fmt.Sprintf("@ MX 10 %s\n", []string{"x", "y"}[r.IntN(2)])
		}
		if r.IntN(2) > 0 {
			text += fmt.Sprintf("192.0.2.%d.e A 127.0.0.2\n", r.IntN(4))
		}
		return text
	}
	texts := []string{"192.0.2.0", "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.0/30"}
	wavered := 0
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 9))
		before, after := world(t, random(r)), world(t, random(r))
		c := compareRun(t, before, after, Mail{Domain: "example.co.jp"}, texts...)
		for _, change := range c.Changes[:4] {
			if change.Before.Verdict.Passes() != checks.Yes || change.After.Verdict.Passes() != checks.Yes {
				continue
			}
			want := checks.Yes
			for range 80 { // random mixtures in place of all
				mix := resolver.NewMix(before, after, func(resolver.Changed) bool { return r.IntN(2) == 0 })
				e := spf.CheckHost(t.Context(), mix, spf.Query{IP: change.Target.Prefix.Addr(), Domain: "example.co.jp"})
				want = want.And(checks.TriOf(e.Result == spf.ResultPass, true))
			}
			if want == checks.No {
				wavered++
			}
			if change.Throughout != want {
				t.Fatalf("seed %d: %s throughout %s, mixtures say %s (%s)", seed, change.Target.Text, change.Throughout, want, setsOf(c.Transition))
			}
		}
		same := compareRun(t, before, before, Mail{Domain: "example.co.jp"}, texts...)
		for _, change := range same.Changes {
			if len(change.Lost)+len(change.Gained)+len(change.Wavering)+len(same.Transition.Sets) > 0 || change.Throughout != checks.Yes {
				t.Fatalf("seed %d: no change does something to %s: %s, %s", seed, change.Target.Text, told(change), setsOf(same.Transition))
			}
		}
	}
	if wavered < 5 {
		t.Errorf("only %d addresses wavered", wavered)
	}
}
