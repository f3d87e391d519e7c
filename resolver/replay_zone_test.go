package resolver_test

import (
	"strings"
	"testing"

	"mailauth/resolver"
	"mailauth/resolver/zone"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Everything that a zone can answer must survive a recording: what Write
// writes, ReadRecording's checks of chains and owners must not refuse.
func TestReplayOfAZone(t *testing.T) {
	const text = `
$ORIGIN example.co.jp.
@            IN SOA ns1 hostmaster 2026052001 3600 900 604800 900
@            IN NS ns1
@            IN MX 10 mail
@            IN TXT "v=spf1 mx -all"
@            IN CAA 0 issue "ca.example.net"
ns1          IN A 192.0.2.53
mail     60  IN A 192.0.2.7
mail         IN AAAA 2001:db8::7
a.b.c        IN A 192.0.2.9
*.wild       IN TXT "any" "thing"
*.alias      IN CNAME mail
www          IN CNAME web
web          IN CNAME mail
dead         IN CNAME gone
out          IN CNAME www.example.com.
round        IN CNAME trip
trip         IN CNAME round
old          IN DNAME new
host.new     IN A 192.0.2.10
sub          IN NS ns.example.com.
sel1\.x      IN TXT "a dot in a label"
`
	zones, err := zone.Parse("example.co.jp.zone", strings.NewReader(text), zone.Options{Origin: "example.co.jp."})
	if err != nil {
		t.Fatal(err)
	}
	names := []string{
		"example.co.jp.", "ns1.example.co.jp.", "mail.example.co.jp.", "c.example.co.jp.", "x.wild.example.co.jp.",
		"x.y.alias.example.co.jp.", "www.example.co.jp.", "dead.example.co.jp.", "out.example.co.jp.", "round.example.co.jp.",
		"host.old.example.co.jp.", "none.old.example.co.jp.", "old.example.co.jp.", "x.sub.example.co.jp.",
		`sel1\.x.example.co.jp.`, "gone.example.co.jp.", "www.example.com.",
	}
	types := []resolver.Type{
		resolver.TypeA, resolver.TypeAAAA, resolver.TypeMX, resolver.TypeTXT, resolver.TypeNS, resolver.TypeSOA,
		resolver.TypeCNAME, resolver.TypeDNAME, resolver.TypeCAA, resolver.TypeDS,
	}
	for base, r := range map[string]resolver.Resolver{
		"offline": resolver.Overlay(zones, resolver.NoResolver()), "over nothing": resolver.Overlay(zones, resolver.Nothing()),
	} {
		t.Run(base, func(t *testing.T) {
			recorder := resolver.NewRecorder(r, nil)
			type outcome struct {
				Answer resolver.Answer
				Err    string
			}
			ask := func(r resolver.Resolver, q resolver.Question) outcome {
				answer, err := r.Lookup(t.Context(), q)
				if err != nil {
					return outcome{Err: err.Error()}
				}
				return outcome{Answer: answer}
			}
			recorded := map[resolver.Question]outcome{}
			for _, name := range names {
				for _, kind := range types {
					q := resolver.Question{Name: name, Type: kind}
					recorded[q] = ask(recorder, q)
				}
			}
			replay := taped(t, recorder)
			for q, want := range recorded {
				got := ask(replay, q)
				if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(resolver.Answer{}, "Source"), cmpopts.IgnoreFields(resolver.Record{}, "Origin"), cmpopts.EquateEmpty(), sameAddress); diff != "" {
					t.Errorf("%s (-zone +replay):\n%s", q, diff)
				}
			}
		})
	}
}
