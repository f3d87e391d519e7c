package all_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/all"
	"mailauth/fixtures/corpus"
	"mailauth/resolver"
)

const (
	corpusSeed = 1
	corpusSize = 400
)

// Of every domain of the corpus the audit finds what was planted, and nothing
// else.
func TestCorpus(t *testing.T) {
	domains := corpus.Make(corpusSeed, corpusSize)
	var providers []*resolver.Zone
	for apex, text := range corpus.World(domains) {
		providers = append(providers, parseZone(t, apex+".", text)...)
	}
	planted := map[string]int{}
	for _, d := range domains {
		zones := append(parseZone(t, d.Name, d.Zone), providers...)
		zones = append(zones, parseZone(t, "2.0.192.in-addr.arpa.", d.Reverse)...)
		report, err := checks.Audit(context.Background(), d.Name, resolver.Overlay(zones, resolver.Nothing()), all.Checks(), checks.Options{Seed: 1, SkipTrials: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := weighty(report, nil); !slices.Equal(got, d.Want) {
			t.Errorf("%s (%s; %s):\nfound   %s\nplanted %s", d.Name, strings.Join(d.Setup, ", "), strings.Join(d.Planted, ", "), strings.Join(got, "\n\t"), strings.Join(d.Want, "\n\t"))
		}
		for _, name := range d.Planted {
			planted[name]++
		}
	}
	if len(planted) < 50 {
		t.Errorf("%d kinds of mistake in the corpus, want all of 50 and more", len(planted))
	}
}
