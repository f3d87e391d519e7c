package spf

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"mailauth/resolver"
)

// Without the limits a policy is evaluated to its end, unless that never comes.
func TestCheckHostUnlimited(t *testing.T) {
	tests := []struct {
		why, lines, want string
		lookups, voids   int
	}{
		{"twenty look-ups", lookups(19, "include:a.example -all") + `a.example TXT "v=spf1 ip4:192.0.2.1 -all"`,
			"pass match example.co.jp>a.example ip4:192.0.2.1", 20, 0},
		{"five void ones", `example.co.jp TXT "v=spf1 a:v1.example a:v2.example mx:v3.example exists:v4.example ptr -all"`,
			"fail match example.co.jp -all", 5, 5},
		{"a record that includes itself", `example.co.jp TXT "v=spf1 ip4:198.51.100.1 include:example.co.jp -all"`,
			"permerror loop example.co.jp include:example.co.jp", 1, 0},
		{"a loop of include and redirect", `
			example.co.jp TXT "v=spf1 include:a.example -all"
			a.example TXT "v=spf1 redirect=b.example"
			b.example TXT "v=spf1 include:a.example ~all"`,
			"permerror loop example.co.jp>a.example>b.example include:a.example", 3, 0},
		{"one record by two ways is no loop", `
			example.co.jp TXT "v=spf1 include:a.example include:b.example -all"
			a.example TXT "v=spf1 include:c.example -all"
			b.example TXT "v=spf1 include:c.example ?all"
			c.example TXT "v=spf1 ip4:198.51.100.1"`, "fail match example.co.jp -all", 4, 0},
		{"a loop that a match comes before", `example.co.jp TXT "v=spf1 ip4:192.0.2.1 include:example.co.jp -all"`,
			"pass match example.co.jp ip4:192.0.2.1", 0, 0},
		{"names that grow until labels are cut off on the left (§7.3)", `
			example.co.jp TXT "v=spf1 include:abc.%{d} -all"
			*.example.co.jp TXT "v=spf1 include:abc.%{d} -all"`,
			"permerror loop " + growing("example.co.jp", "abc", 60) + " include:abc.%{d}", 61, 0},
	}
	for _, tt := range tests {
		q := client("192.0.2.1")
		q.Unlimited = true
		if e, _ := call(t, tt.lines, q); e.summary() != tt.want || e.Lookups != tt.lookups || e.Voids != tt.voids {
			t.Errorf("%s: %s, %d look-ups, %d void;\nwant %s, %d, %d", tt.why, e.summary(), e.Lookups, e.Voids, tt.want, tt.lookups, tt.voids)
		}
	}
}

// growing lists the names from the first to the one with n labels in front.
func growing(name, label string, n int) string {
	var names []string
	for i := range n + 1 {
		names = append(names, strings.Repeat(label+".", i)+name)
	}
	return strings.Join(names, ">")
}

// A loop runs into the limit where there is one: that is what receivers see.
func TestCheckHostLoop(t *testing.T) {
	e, asked := call(t, `example.co.jp TXT "v=spf1 ip4:198.51.100.1 include:example.co.jp -all"`, client("192.0.2.1"))
	if e.Cause != CauseLookups || e.Lookups != 11 || len(e.Path) != 11 || len(asked) != 1 {
		t.Errorf("%s, %d look-ups, %q", e.summary(), e.Lookups, asked)
	}
}

// Policies that are made to cost come to an end, and nobody claims to know
// which.
func TestCheckHostIsBounded(t *testing.T) {
	var doubling, wordy, fan strings.Builder
	doubling.WriteString("example.co.jp TXT \"v=spf1 include:n0.example include:n0.example\"\n")
	for i := range 40 {
		fmt.Fprintf(&doubling, "n%d.example TXT \"v=spf1 include:n%d.example include:n%d.example\"\n", i, i+1, i+1)
	}
	for i := range 40 {
		spec := strings.Repeat("%{d}", 1000) + fmt.Sprintf(".n%d.example", i)
		owner := fmt.Sprintf("*.n%d.example", i-1)
		if i == 0 {
			owner = "example.co.jp"
		}
		fmt.Fprintf(&wordy, "%s TXT \"v=spf1 include:%s include:%s\"\n", owner, spec, spec)
	}
	wordy.WriteString("*.n39.example TXT \"v=spf1 ?all\"\n")
	doubling.WriteString("n40.example TXT \"v=spf1 ?all\"\n")
	fan.WriteString("example.co.jp TXT \"v=spf1\"")
	for i := range 400 {
		fmt.Fprintf(&fan, " \" exists:h%d.example\"", i)
	}
	tests := []struct {
		why, lines       string
		questions, steps int
	}{
		{"forty records that each include the next one twice", doubling.String(), 42, maxTerms},
		{"the same with names of 250,000 octets, of which the last are asked for", wordy.String(), 41, maxTerms},
		{"four hundred names", fan.String() + "\n", maxQuestions, maxQuestions},
		{"each record leads to two names that nobody has seen", `
			example.co.jp TXT "v=spf1 include:a.%{d} include:b.%{d}"
			*.example.co.jp TXT "v=spf1 include:a.%{d} include:b.%{d}"`, 0, 0},
		{"names of the client that cannot be told apart from loops", `
			example.co.jp TXT "v=spf1 redirect=%{l}.%{d1r}.%{o}.%{d}"
			*.example.co.jp TXT "v=spf1 exists:%{ir}.%{d} include:%{d2}.%{h}.%{d} include:%{l}.%{d}"`, 0, 0},
	}
	for _, tt := range tests {
		q := client("192.0.2.1")
		q.Unlimited = true
		e, asked := call(t, tt.lines, q)
		if len(asked) > maxQuestions || len(e.Steps) > maxTerms {
			t.Errorf("%s: %d questions, %d terms", tt.why, len(asked), len(e.Steps))
		}
		if tt.steps > 0 && (e.Cause != CauseTooLarge || e.Result != ResultUnknown || len(asked) != tt.questions || len(e.Steps) < tt.steps) {
			t.Errorf("%s: %s after %d questions and %d terms; want %d and %d", tt.why, e.Cause, len(asked), len(e.Steps), tt.questions, tt.steps)
		}
		q.Unlimited = false
		if e, _ := call(t, tt.lines, q); e.Result != ResultPermError {
			t.Errorf("%s, with the limits: %s", tt.why, e.summary())
		}
	}
}

// The dearest policy that keeps to the limits stays below the bounds.
func TestCheckHostBoundsAreBeyondTheLimits(t *testing.T) {
	var b strings.Builder
	b.WriteString("example.co.jp TXT \"v=spf1 mx:m0.example mx:m1.example mx:m2.example mx:m3.example mx:m4.example mx:m5.example mx:m6.example mx:m7.example mx:%{p}.example exp=%{p}.why.example -all\"\n")
	for m := range 8 {
		for h := range maxMX {
			fmt.Fprintf(&b, "m%d.example MX 10 h%d.m%d.example.\n", m, h, m)
		}
	}
	for h := range maxMX {
		fmt.Fprintf(&b, "unknown.example MX 10 h%d.u.example.\n1.2.0.192.in-addr.arpa PTR n%d.example.\n", h, h)
	}
	e, asked := call(t, b.String(), client("192.0.2.1"))
	if e.Result != ResultFail || e.Lookups != MaxLookups || len(asked) != 1+8*11+11+11+1 {
		t.Errorf("%s, %d look-ups, %d questions", e.summary(), e.Lookups, len(asked))
	}
	if len(asked) >= maxQuestions {
		t.Errorf("%d questions within the limits", len(asked))
	}
}

// A run that is stopped ends, and does not claim anything.
func TestCheckHostCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	cache := resolver.NewCache(newWorld(t, `example.co.jp TXT "v=spf1 +all"`))
	defer cache.Close()
	if e := CheckHost(ctx, cache, client("192.0.2.1")); e.Result != ResultUnknown {
		t.Errorf("a cancelled call: %s", e.summary())
	}
}
