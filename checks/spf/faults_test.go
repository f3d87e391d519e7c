package spf

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
)

// randomTree makes records of terms that lead to each other, to dead names and
// to themselves, some within the organization and some outside.
func randomTree(rng *rand.Rand) string {
	names := []string{"example.co.jp", "_a.example.co.jp", "_b.example.co.jp", "x.example", "y.example", "z.example"}
	hosts := []string{"h1.example.co.jp", "h2.example", "h3.example", "h4.example", "dead.example", "many.example"}
	pick := func(list ...string) string { return list[rng.IntN(len(list))] }
	term := func() string {
		to, host := pick(append(names, "none.example", "gone.example", "two.example", "bad.example")...), pick(hosts...)
		sign := pick("", "", "", "", "?", "-", "~")
		return sign + pick("include:"+to, "include:"+to, "include:"+to, "a:"+host, "a:"+host+"/12", "mx:"+host, "a", "mx", "ptr",
			"exists:"+host, "exists:%{i}."+host, "ip4:9.0.0.0/9", "ip4:9.128.0.0/9", "ip4:128.0.0.0/1", "ip4:0.0.0.0/1", "ip6:2001:db8::/32", "ip4:192.0.2.1", "all")
	}
	var b strings.Builder
	for _, name := range names {
		var terms []string
		for range rng.IntN(6) {
			terms = append(terms, term())
		}
		terms = append(terms, pick("-all", "~all", "?all", "+all", "", "redirect="+pick(names...), "redirect=gone.example exp=why.example"))
		fmt.Fprintf(&b, "%s TXT %q\n", name, strings.Join(append([]string{"v=spf1"}, terms...), " "))
	}
	fmt.Fprintf(&b, "two.example TXT \"v=spf1 -all\"\ntwo.example TXT \"v=spf1 ~all\"\nbad.example TXT \"v=spf1 moo -all\"\nnone.example TXT x\n")
	for i, host := range hosts[:4] {
		fmt.Fprintf(&b, "%s A 9.1.0.%d\n%s MX 10 mx%d.example.\nmx%d.example A 9.2.0.%d\n", host, i, host, i, i, i)
		if rng.IntN(2) == 0 {
			fmt.Fprintf(&b, "%s AAAA 2001:db8::%d\nmx%d.example AAAA 2001:db8::1%d\n", host, i, i, i)
		}
	}
	for i := range 11 {
		fmt.Fprintf(&b, "many.example MX 10 m%d.example.\n", i)
	}
	if rng.IntN(3) == 0 {
		b.WriteString("example.co.jp A 9.3.0.1\n*.example.co.jp TXT \"v=spf1 ~all\"\nexample.co.jp SPF \"v=spf1 -all\"\n")
	}
	return b.String()
}

// A question without an answer never makes a finding up, and never hides one
// that is not called blocked. Only an include that fails at receivers too is
// new, and true.
func TestFaultsNeverInvent(t *testing.T) {
	for seed := range uint64(400) {
		lines := randomTree(rand.New(rand.NewPCG(seed, 1)))
		whole, _ := newWorld(t, lines).audit(t)
		for _, share := range []uint64{3, 10} {
			w := newWorld(t, lines)
			w.fails = func(q resolver.Question) bool {
				h := fnv.New64a()
				fmt.Fprint(h, seed, share, q)
				return (h.Sum64()>>7)%share == 0
			}
			faulty, _ := w.audit(t)
			for _, complaint := range differences(whole, faulty) {
				t.Errorf("seed %d, one in %d fails: %s", seed, share, complaint)
			}
		}
		if t.Failed() {
			t.Fatal(lines)
		}
	}
}

func differences(whole, faulty *checks.Report) (complaints []string) {
	truth, said := fingerprints(whole), fingerprints(faulty)
	var blocked []string
	for _, f := range faulty.Findings {
		blocked = append(blocked, f.Blocks...)
	}
	for print, f := range said {
		folded := f.Check == "" // into its cause, where the weight is not told
		known, so := truth[print]
		if (!so || !folded && known.Severity < f.Severity) && f.Rule != checks.TempFail && f.Rule != RuleIncludeTempErr {
			complaints = append(complaints, fmt.Sprintf("invents %s %s %s %v", f.Severity, f.Rule.ID, f.Name, f.Key))
		}
	}
	for print, f := range truth {
		folded := f.Check == ""
		if !folded && said[print].Severity < f.Severity && !slices.Contains(blocked, f.Rule.ID) {
			complaints = append(complaints, fmt.Sprintf("loses %s %s %s %v", f.Severity, f.Rule.ID, f.Name, f.Key))
		}
	}
	slices.Sort(complaints)
	return complaints
}

// fingerprints are the findings of a report; what was folded into its cause is
// there with the highest weight.
func fingerprints(report *checks.Report) map[string]checks.Finding {
	all := map[string]checks.Finding{}
	for _, f := range report.Findings {
		all[f.Fingerprint()] = f
	}
	for _, f := range report.Findings {
		for _, r := range f.Related {
			if _, known := all[r.Fingerprint]; r.Fingerprint != "" && !known {
				all[r.Fingerprint] = checks.Finding{Rule: &checks.Rule{ID: r.Rule}, Severity: checks.Error, Name: r.Name}
			}
		}
	}
	return all
}

func TestSameAnswersSameReport(t *testing.T) {
	for seed := range uint64(20) {
		lines := randomTree(rand.New(rand.NewPCG(seed, 2)))
		first := printed(t, newWorld(t, lines))
		for range 3 {
			if again := printed(t, newWorld(t, lines)); again != first {
				t.Fatalf("seed %d: two runs differ:\n%s\n%s", seed, first, again)
			}
		}
	}
}

// printed is everything that a report says of SPF.
func printed(t *testing.T, w *world) string {
	t.Helper()
	report := w.auditTrying(t)
	text, err := json.Marshal(report.Checks[0].Facts)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.Write(text)
	for _, f := range report.Findings {
		fmt.Fprintf(&b, "\n%s %s %s %v %v", f.Severity, f.Rule.ID, f.Name, f.Span, f.Args)
		for _, fix := range f.Fixes {
			fmt.Fprintf(&b, "\n  %v %v %v", fix.Title, fix.Edits, fix.Verified)
		}
	}
	return b.String()
}
