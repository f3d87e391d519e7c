package all_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/all"
	"mailauth/checks/spf"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// defaultWorlds is how many worlds a plain `go test` looks at; MAILAUTH_WORLDS
// asks for more.
const defaultWorlds = 250

func worldCount(t *testing.T) int {
	t.Helper()
	text := os.Getenv("MAILAUTH_WORLDS")
	if text == "" {
		return defaultWorlds
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("MAILAUTH_WORLDS is %q, expected a positive number", text)
	}
	return n
}

// TestFaultyWorlds breaks a random part of the questions of random worlds. What
// the audit then says must be true of the whole world, and what it no longer
// says must be among the rules that it calls blocked.
func TestFaultyWorlds(t *testing.T) {
	for seed := range uint64(worldCount(t)) {
		zones := randomZones(t, seed)
		sound := listedOrNot(zones, seed)
		if seed%4 == 1 {
			sound = signed(t, zones, seed)
		}
		whole := auditPlain(t, sound, randomWeb(seed, nil))
		share := []uint64{3, 8, 30}[seed%3] // one question in so many fails
		faulty := auditPlain(t, dnstest.Faulty(sound, func(q resolver.Question) resolver.ErrorKind { return fault(seed, share, q) }),
			randomWeb(seed, func(url string) resolver.FetchErrorKind { return fetchFault(seed, share, url) }))
		for _, complaint := range compareFaulty(whole, faulty) {
			t.Errorf("world %d: %s", seed, complaint)
		}
		if t.Failed() {
			t.Fatalf("world %d:\n%s", seed, zoneText(zones))
		}
	}
}

// listedOrNot answers from zones that tell their names, as a zone file does, or
// from zones that tell none, as servers do.
func listedOrNot(zones []*resolver.Zone, seed uint64) resolver.Resolver {
	world := resolver.Overlay(zones, resolver.Nothing())
	if seed%2 == 0 {
		return world
	}
	return dnstest.Func(world.Lookup)
}

// signed puts the zones under top-level domains, signs some of them, one with a
// key that its DS record does not lead to, and answers as a validating resolver.
func signed(t *testing.T, zones []*resolver.Zone, seed uint64) resolver.Resolver {
	t.Helper()
	states := []string{"DS 0 13 2 00", "DS 0 13 2 00", "DS 0 15 2 00", "NS ns.registrar.example.", "DS 4711 13 2 " + strings.Repeat("5a", 32), "DS 0 5 2 00"}
	own, other := states[seed/4%6], states[seed/24%4]
	tree, err := dnstest.NewTree(append(append(parseZone(t, "jp.", "example.co "+own), parseZone(t, "net.", "example "+other)...), zones...))
	if err != nil {
		t.Fatal(err)
	}
	manners := []dnstest.Manners{{}, {}, {Blind: true}, {Blind: true, Strips: true}, {Distrust: true}}
	return tree.Resolver(manners[seed/7%5])
}

func zoneText(zones []*resolver.Zone) (text string) {
	for _, z := range zones {
		for _, r := range z.Records() {
			text += r.String() + "\n"
		}
	}
	return text
}

func auditPlain(t *testing.T, r resolver.Resolver, web resolver.Fetcher) *checks.Report {
	t.Helper()
	opts := checks.Options{Selectors: []string{"2024"}, SkipTrials: true, Fetcher: web}
	report, err := checks.Audit(context.Background(), "example.co.jp.", r, all.Checks(), opts)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// fault decides by seed and question, so that one question fails always or never.
func fault(seed, share uint64, q resolver.Question) resolver.ErrorKind {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s", seed, q)
	sum := h.Sum64() >> 8
	kinds := []resolver.ErrorKind{resolver.Timeout, resolver.ServFail, resolver.Refused, resolver.BadReply, resolver.Unreachable}
	if sum%share != 0 {
		return ""
	}
	return kinds[(sum/share)%uint64(len(kinds))]
}

// compareFaulty says where a faulty run claims what is not so, or is silent
// about what it could not tell. An include that fails at receivers too is a
// finding of the faulty run alone, and true.
func compareFaulty(whole, faulty *checks.Report) (complaints []string) {
	truth, said := weights(whole), weights(faulty)
	var blocked []string
	for _, f := range faulty.Findings {
		blocked = append(blocked, f.Blocks...)
		severity, ok := truth[f.Fingerprint()]
		if f.Rule != checks.TempFail && f.Rule != spf.RuleIncludeTempErr && (!ok || f.Severity > severity) {
			complaints = append(complaints, fmt.Sprintf("says %s %s of %s %v, which the whole world does not show", f.Severity, f.Rule.ID, f.Name, f.Key))
		}
	}
	for _, f := range whole.Findings {
		if said[f.Fingerprint()] < f.Severity && !slices.Contains(blocked, f.Rule.ID) {
			complaints = append(complaints, fmt.Sprintf("does not say %s %s of %s %v, nor that it is blocked", f.Severity, f.Rule.ID, f.Name, f.Key))
		}
	}
	return complaints
}

// weights are the severities of a report's findings by fingerprint. What was
// folded into its cause counts as said, with any weight.
func weights(report *checks.Report) map[string]checks.Severity {
	all := map[string]checks.Severity{}
	for _, f := range report.Findings {
		for _, r := range f.Related {
			all[r.Fingerprint] = checks.Error
		}
	}
	for _, f := range report.Findings {
		all[f.Fingerprint()] = f.Severity
	}
	return all
}
