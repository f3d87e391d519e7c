package all_test

import (
	"context"
	"slices"
	"testing"

	"mailauth/checks"
	"mailauth/checks/all"
	"mailauth/fixtures"
	"mailauth/fixtures/corpus"
	"mailauth/resolver"
)

// mostQuestions is what the audit of a typical domain may ask.
const mostQuestions = 40

// asked counts the different questions of one audit, fixes not tried.
func asked(t *testing.T, domain string, world resolver.Resolver, options checks.Options) int {
	t.Helper()
	cache := resolver.NewCache(world)
	defer cache.Close()
	options.SkipTrials = true
	if _, err := checks.Audit(context.Background(), domain, cache, all.Checks(), options); err != nil {
		t.Fatal(err)
	}
	return len(cache.Ledger())
}

// A typical domain costs at most 40 questions: the median of the corpus, which
// has every kind of company, and of the domains that are set up as their
// providers say.
func TestTypicalDomainsAskFewQuestions(t *testing.T) {
	domains := corpus.Make(corpusSeed, 120)
	var providers []*resolver.Zone
	for apex, text := range corpus.World(domains) {
		providers = append(providers, parseZone(t, apex+".", text)...)
	}
	var counts []int
	for _, d := range domains {
		zones := append(parseZone(t, d.Name, d.Zone), providers...)
		zones = append(zones, parseZone(t, "2.0.192.in-addr.arpa.", d.Reverse)...)
		// Servers tell nobody what names they have.
		world := resolver.Overlay(zones, resolver.Nothing())
		counts = append(counts, asked(t, d.Name, unlisted{world}, checks.Options{Seed: 1}))
	}
	setups, err := fixtures.LoadAll(setupFolder)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range setups {
		n := asked(t, s.Domain, unlisted{s.Resolver(s.Zones)}, s.Options)
		t.Logf("%s: %d", s.Name, n)
		counts = append(counts, n)
	}
	slices.Sort(counts)
	t.Logf("%d domains: from %d to %d, median %d", len(counts), counts[0], counts[len(counts)-1], counts[len(counts)/2])
	if median := counts[len(counts)/2]; median > mostQuestions {
		t.Errorf("a typical domain asks %d questions, want at most %d", median, mostQuestions)
	}
}

// unlisted hides that a resolver could enumerate its names.
type unlisted struct{ resolver.Resolver }
