package authority_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"mailauth/checks"
	"mailauth/checks/authority"
	"mailauth/checks/spf"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
	"mailauth/resolver/zone"
)

const base = `$ORIGIN example.co.jp.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 900 1209600 3600
@ NS ns1
@ NS ns2
ns1 A 192.0.2.53
ns2 A 198.51.100.53
@ MX 10 mail
@ TXT "v=spf1 ip4:192.0.2.25 -all"
mail A 192.0.2.25
_dmarc TXT "v=DMARC1; p=reject"
default._domainkey TXT "v=DKIM1; k=ed25519; p=qaXDcqOYh4oA5kTt4snAJzY/av6vl8YGgrLbj0XRW3Q="
`

func zones(t *testing.T, text string) []*resolver.Zone {
	t.Helper()
	list, err := zone.Parse("test", strings.NewReader(text), zone.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func serve(t *testing.T, text string) *dnstest.Server {
	t.Helper()
	return dnstest.New(t, dnstest.Config{Authoritative: true, Zones: zones(t, text)})
}

// routed is a resolver whose servers, by the addresses that zones give them,
// run on this machine. One that is not there keeps silent.
type routed struct {
	resolver.Resolver
	servers map[string]*dnstest.Server
	client  *resolver.Client
	sent    atomic.Int64
}

func (r *routed) Exchange(ctx context.Context, q resolver.Query) (resolver.Reply, error) {
	r.sent.Add(1)
	at, ok := r.servers[q.Server]
	if !ok {
		return resolver.Reply{}, &resolver.Error{Kind: resolver.Timeout, Question: q.Question, Server: q.Server}
	}
	asked := q
	asked.Server = at.Addr()
	reply, err := r.client.Exchange(ctx, asked)
	reply.Server = q.Server
	return reply, err
}

const (
	first  = "192.0.2.53:53"
	second = "198.51.100.53:53"
)

func world(t *testing.T, cache string, ns1, ns2 *dnstest.Server) *routed {
	t.Helper()
	world := &routed{Resolver: resolver.Overlay(zones(t, cache), resolver.Nothing()), servers: map[string]*dnstest.Server{}, client: ns1.Client(t)}
	world.servers[first] = ns1
	if ns2 != nil {
		world.servers[second] = ns2
	}
	return world
}

func audit(t *testing.T, r resolver.Resolver, authoritative bool) (report *checks.Report, got []string) {
	t.Helper()
	report, err := checks.Audit(context.Background(), "example.co.jp.", r, []*checks.Check{authority.Check}, checks.Options{Authoritative: authoritative, SkipTrials: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		if f.Check == "ns" {
			got = append(got, strings.Join(append([]string{f.Severity.String(), f.Rule.ID, f.Name, f.Type.String()}, f.Key...), " "))
		}
	}
	return report, got
}

func TestServersAreCompared(t *testing.T) {
	long := "v=spf1 ip4:192.0.2.25" + strings.Repeat(" ip4:198.51.100.7", 90) + " -all"
	large := strings.Replace(base, `"v=spf1 ip4:192.0.2.25 -all"`, resolver.NewTXT(long).String(), 1)
	tests := []struct {
		name   string
		ns2    string // what the second server has; empty: it has another zone
		cache  string
		faults []dnstest.Fault
		want   []string
	}{
		{"alike", base, base, nil, nil},
		{"old SPF record", strings.Replace(base, "192.0.2.25 -all", "203.0.113.25 -all", 1), base, nil, []string{"warning ns-inconsistent example.co.jp. TXT"}},
		{"a key is missing", strings.Replace(base, "default._domainkey", "old._domainkey", 1), base, nil,
			[]string{"warning ns-inconsistent default._domainkey.example.co.jp. TXT"}},
		{"no policy there", strings.Replace(base, "_dmarc TXT", "dmarc TXT", 1), base, nil, []string{"warning ns-inconsistent _dmarc.example.co.jp. TXT"}},
		{"other mail server", strings.Replace(base, "MX 10 mail", "MX 20 mail", 1), base, nil, []string{"warning ns-inconsistent example.co.jp. MX"}},
		{"another zone", "$ORIGIN example.net.\n$TTL 3600\n@ SOA ns1 hostmaster 1 7200 900 1209600 3600\n", base, nil, []string{"warning ns-lame example.co.jp. NS ns2.example.co.jp. 198.51.100.53"}},
		{"not responsible", base, base, []dnstest.Fault{dnstest.Lame}, []string{"warning ns-lame example.co.jp. NS ns2.example.co.jp. 198.51.100.53"}},
		{"REFUSED", base, base, []dnstest.Fault{dnstest.Refused}, []string{"warning ns-lame example.co.jp. NS ns2.example.co.jp. 198.51.100.53"}},
		{"SERVFAIL", base, base, []dnstest.Fault{dnstest.ServFail}, []string{"warning ns-lame example.co.jp. NS ns2.example.co.jp. 198.51.100.53"}},
		{"no TCP", base, base, []dnstest.Fault{dnstest.UDPOnly}, []string{"warning ns-lame example.co.jp. NS ns2.example.co.jp. 198.51.100.53"}},
		{"compact denial is no difference", base, base, []dnstest.Fault{dnstest.Compact}, nil},
		{"the cache is behind", base, strings.Replace(base, "p=reject", "p=none", 1), nil, []string{"info x-case-dns _dmarc.example.co.jp. TXT"}},
		{"too large for UDP, and TCP works", large, large, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ns1 := base
			if tt.name == "too large for UDP, and TCP works" {
				ns1 = large
			}
			ns2 := serve(t, tt.ns2)
			ns2.Fault("*", 0, tt.faults...)
			report, got := audit(t, world(t, tt.cache, serve(t, ns1), ns2), true)
			if !slices.Equal(got, tt.want) {
				t.Errorf("found %q, want %q; all: %v", got, tt.want, report.Findings)
			}
		})
	}
}

// A server that cannot be reached from here may be well.
func TestSilentServerIsNotLame(t *testing.T) {
	report, got := audit(t, world(t, base, serve(t, base), nil), true)
	if !slices.Equal(got, []string{"info dns-tempfail example.co.jp. SOA"}) {
		t.Errorf("found %q, want an open question only", got)
	}
	for _, c := range report.Checks {
		if c.Name != authority.Check.Name {
			continue
		}
		if silent, _ := c.Summary[0].Args["silent"].([]string); len(silent) != 1 || silent[0] != "ns2.example.co.jp." {
			t.Errorf("the line names %v as silent, want the second server", silent)
		}
	}
	for _, f := range report.Findings {
		if f.Rule == checks.TempFail && !slices.Equal(f.Blocks, []string{"ns-inconsistent", "ns-lame", "x-case-dns"}) {
			t.Errorf("blocks %v, want all that was not seen", f.Blocks)
		}
	}
}

func TestNothingIsAskedUnlessWanted(t *testing.T) {
	w := world(t, base, serve(t, base), nil)
	if _, got := audit(t, w, false); len(got) > 0 || w.sent.Load() > 0 {
		t.Errorf("found %q with %d exchanges, want none of either", got, w.sent.Load())
	}
}

// The trial of a fix sees what the servers said before.
func TestTrialsAskNoServerAgain(t *testing.T) {
	text := strings.Replace(base, `"v=spf1 ip4:192.0.2.25 -all"`, `"v=spf1 ip4:192.0.2.25 -all all"`, 1)
	ns1, ns2 := serve(t, text), serve(t, text)
	counts := map[bool]int64{}
	for _, skip := range []bool{true, false} {
		w := world(t, text, ns1, ns2)
		opts := checks.Options{Authoritative: true, SkipTrials: skip}
		tried := 0
		report, err := checks.Audit(context.Background(), "example.co.jp.", w, append([]*checks.Check{authority.Check}, withFixes()...), opts)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range report.Findings {
			for _, fix := range f.Fixes {
				if fix.Verified {
					tried++
				}
			}
		}
		if !skip && tried == 0 {
			t.Fatal("no fix was tried")
		}
		counts[skip] = w.sent.Load()
	}
	if counts[true] == 0 || counts[false] != counts[true] {
		t.Errorf("%d exchanges with trials, %d without; want the same", counts[false], counts[true])
	}
}

// A proposed zone stands for its servers: they have not got it yet.
func TestProposedZoneIsNotTakenForItsServers(t *testing.T) {
	report, got := audit(t, resolver.Overlay(zones(t, base), resolver.NoResolver()), true)
	if len(got) > 0 {
		t.Errorf("found %q, want nothing", got)
	}
	for _, c := range report.Checks {
		if c.Name == "ns" && (c.Status != checks.StatusNone || len(c.Summary) > 0) {
			t.Errorf("status %s, summary %v: want none", c.Status, c.Summary)
		}
	}
}

func withFixes() []*checks.Check { return []*checks.Check{spf.Check} }

// lossy loses some exchanges, the same in every run.
type lossy struct {
	*routed
	lost func(resolver.Query) bool
}

func (l lossy) Exchange(ctx context.Context, q resolver.Query) (resolver.Reply, error) {
	if l.lost(q) {
		return resolver.Reply{}, &resolver.Error{Kind: resolver.Timeout, Question: q.Question, Server: q.Server}
	}
	return l.routed.Exchange(ctx, q)
}

// What is found while replies are lost is so, and what is not found then is
// among what could not be told.
func TestLostRepliesProveNothing(t *testing.T) {
	other := strings.Replace(strings.Replace(base, "p=reject", "p=none", 1), "192.0.2.25 -all", "203.0.113.25 -all", 1)
	cache := strings.Replace(base, "MX 10 mail", "MX 20 mail", 1)
	ns1, ns2 := serve(t, base), serve(t, other)
	_, whole := audit(t, world(t, cache, ns1, ns2), true)
	if len(whole) != 3 {
		t.Fatalf("found %q, want two differences and a stale cache", whole)
	}
	for seed := range uint64(60) {
		lost := func(q resolver.Query) bool {
			h := fnv.New64a()
			fmt.Fprintf(h, "%d %s %s %s", seed, q.Question, q.Server, q.Net)
			return h.Sum64()>>8%4 == 0
		}
		report, got := audit(t, lossy{world(t, cache, ns1, ns2), lost}, true)
		var blocked []string
		for _, f := range report.Findings {
			blocked = append(blocked, f.Blocks...)
		}
		for _, finding := range got {
			if !slices.Contains(whole, finding) && !strings.Contains(finding, "dns-tempfail") {
				t.Errorf("seed %d: found %s, which is not so", seed, finding)
			}
		}
		for _, finding := range whole {
			if rule := strings.Fields(finding)[1]; !slices.Contains(got, finding) && !slices.Contains(blocked, rule) {
				t.Errorf("seed %d: neither found %s nor called it open", seed, finding)
			}
		}
	}
}

// What is only asked for on request is not open where it was not requested.
func TestWhatWasNotWantedIsNotOpen(t *testing.T) {
	fault := func(q resolver.Question) resolver.ErrorKind {
		if q.Type == resolver.TypeNS {
			return resolver.ServFail
		}
		return ""
	}
	for wanted, want := range map[bool][]string{false: {"ns-single"}, true: {"ns-inconsistent", "ns-lame", "ns-single", "x-case-dns"}} {
		w := world(t, base, serve(t, base), nil)
		w.Resolver = dnstest.Faulty(w.Resolver, fault)
		report, _ := audit(t, w, wanted)
		var blocked []string
		for _, f := range report.Findings {
			for _, id := range f.Blocks {
				if strings.HasPrefix(id, "ns-") || id == "x-case-dns" {
					blocked = append(blocked, id)
				}
			}
		}
		if !slices.Equal(blocked, want) {
			t.Errorf("wanted %v: %q are open, want %q", wanted, blocked, want)
		}
	}
}
