package resolver_test

import (
	"context"
	"errors"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// TestErrorCodes raises every code of an *Error.
func TestErrorCodes(t *testing.T) {
	raised := map[string]bool{}
	check := func(err error, code, args string) {
		t.Helper()
		var e *resolver.Error
		if !errors.As(err, &e) {
			t.Fatalf("%s: %v, want an *Error", code, err)
		}
		if names := strings.Join(slices.Sorted(maps.Keys(e.Args)), " "); e.Code != code || names != args {
			t.Errorf("%v: code %q with %q, want %q with %q", err, e.Code, names, code, args)
		}
		raised[e.Code] = true
	}
	lookup := func(r resolver.Resolver, name string) error {
		_, err := r.Lookup(t.Context(), question(t, name, "A"))
		return err
	}
	check(lookup(resolver.NoResolver(), "example.jp."), "outside-zones", "")
	check(lookup(resolver.NewClient(nil), "example.jp."), "no-server", "")
	late, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	_, err := resolver.NewCache(resolver.Nothing()).Lookup(late, question(t, "example.jp.", "A"))
	check(err, "time-over", "")
	_, err = resolver.FindAuthority(t.Context(), resolver.Nothing(), "example.jp.")
	check(err, "no-root-servers", "")
	mute := resolver.Overlay([]*resolver.Zone{zoneOf(t, "example.jp.", "@ NS ns\n")}, resolver.Nothing())
	_, err = resolver.FindAuthority(t.Context(), mute, "example.jp.")
	check(err, "no-server-address", "servers zone")
	check(lookup(endless(t), "j.i.h.g.f.e.d.c.b.a.example.jp."), "delegations-endless", "")

	cut := zoneOf(t, "example.jp.", "sub NS ns.example.net.\nto CNAME x.sub\n")
	check(lookup(resolver.Overlay([]*resolver.Zone{cut}, resolver.NoResolver()), "x.sub.example.jp."), "delegation-not-compared", "cut kind")
	check(lookup(resolver.Overlay([]*resolver.Zone{cut}, resolver.Nothing()), "x.sub.example.jp."), "delegation-differs", "current cut proposed")
	check(lookup(resolver.Overlay([]*resolver.Zone{cut}, resolver.Nothing()), "to.example.jp."), "delegation-differs", "current cut proposed target")

	base := blind(world(zoneOf(t, "example.co.jp.", patched)))
	for _, tt := range []struct{ edits, ask, code, args string }{
		{`+ new.wild.example.co.jp. TXT "mine"`, "", "maybe-from-wildcard", ""},
		{`+ new.alias.example.co.jp. TXT "x"`, "", "maybe-cname-from-wildcard", ""},
		{`+ new.wild.example.co.jp. CNAME mail.example.co.jp.`, "", "maybe-others-from-wildcard", ""},
		{`+ new.wild.example.co.jp. MX 0 .`, "new.wild.example.co.jp.", "made-name", "name"},
		{"- www.wild.example.co.jp. A 203.0.113.2", "www.wild.example.co.jp.", "which-wildcard", ""},
		{"- lone.example.co.jp. A 203.0.113.4", "lone.example.co.jp.", "removed-name", "name"},
		{"- *.wild.example.co.jp. A 203.0.113.1\n+ *.wild.example.co.jp. A 203.0.113.9", "x.wild.example.co.jp.", "edited-wildcard", "name"},
	} {
		p, err := resolver.Patch(t.Context(), edits(t, tt.edits), base)
		if err == nil {
			err = lookup(p, tt.ask)
		}
		check(err, tt.code, tt.args)
	}
	if got, want := slices.Sorted(maps.Keys(raised)), slices.Sorted(slices.Values(resolver.ErrorCodes())); !slices.Equal(got, want) {
		t.Errorf("raised\n%q\nlisted\n%q", got, want)
	}
}

// endless is asked at a server that delegates every name one label further
// down.
func endless(t *testing.T) resolver.Resolver {
	depth := 2
	server := dnstest.StartFunc(t, func(q resolver.Query) resolver.Reply {
		depth++
		cut := q.Name
		for resolver.CountLabels(cut) > depth {
			cut = resolver.Parent(cut)
		}
		host := "ns." + cut
		return resolver.Reply{
			Authority:  []resolver.Record{{Name: cut, TTL: 60, Data: resolver.NS{Host: host}}},
			Additional: []resolver.Record{{Name: host, TTL: 60, Data: resolver.A{Addr: netip.AddrFrom4([4]byte{127, 0, 0, 1})}}},
		}
	})
	client := resolver.NewClient(nil)
	t.Cleanup(func() { client.Close() })
	known := resolver.Overlay([]*resolver.Zone{zoneOf(t, "example.jp.", "@ NS ns\nns A 127.0.0.1\n")}, resolver.Nothing())
	return resolver.NewAuthoritative(deafZone{client, known}, []string{"example.jp."}, resolver.WithAuthorityPort(portOf(t, server)))
}
