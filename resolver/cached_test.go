package resolver_test

import (
	"testing"

	"mailauth/resolver"
)

func TestAnswersSayWhetherACacheGaveThem(t *testing.T) {
	base, _, _ := freshWorld(t)
	fresh := resolver.NewAuthoritative(base, []string{"example.co.jp."})
	zone := world(zoneOf(t, "example.co.jp.", "@ TXT \"new\"\n"))
	for _, tt := range []struct {
		r      resolver.Resolver
		name   string
		t      resolver.Type
		cached bool
		why    string
	}{
		{base, "example.co.jp.", resolver.TypeTXT, true, "a resolver's cache"},
		{base, "added.example.co.jp.", resolver.TypeA, true, "the absence that it keeps"},
		{fresh, "example.co.jp.", resolver.TypeTXT, false, "the zone's own server"},
		{fresh, "gone.example.co.jp.", resolver.TypeA, false, "its absence"},
		{fresh, "sel._domainkey.example.co.jp.", resolver.TypeTXT, true, "an alias of the zone to what a cache keeps"},
		{fresh, "sel.example.net.", resolver.TypeTXT, true, "another domain"},
		{zone, "example.co.jp.", resolver.TypeTXT, false, "a zone file"},
		{resolver.NewCache(base), "example.co.jp.", resolver.TypeTXT, true, "our own cache does not hide it"},
	} {
		got, err := tt.r.Lookup(t.Context(), resolver.Question{Name: tt.name, Type: tt.t})
		if err != nil || got.Cached != tt.cached {
			t.Errorf("%s: %s %s: cached %v, %v; want %v", tt.why, tt.name, tt.t, got.Cached, err, tt.cached)
		}
	}
}
