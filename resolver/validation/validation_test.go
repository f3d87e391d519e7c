package validation_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"
	"mailauth/resolver/validation"
	"mailauth/resolver/zone"
)

// zones: jp and net are signed. Below jp example.jp is signed, has a signed zone
// and an unsigned one below it; bogus.jp has a DS record that leads nowhere,
// island.jp is signed without one, plain.jp is not signed.
var zones = map[string]string{
	"jp.":             "example DS 0 13 2 00\nbogus DS 4711 13 2 00000000000000000000000000000000000000000000000000000000000000aa\nwww.gov A 192.0.2.1\n",
	"example.jp.":     "@ MX 10 mail\nmail A 192.0.2.25\n* TXT \"any\"\nplain CNAME www.plain.jp.\ngood CNAME mail.example.net.\ninner CNAME mail\na.b TXT \"deep\"\nsub DS 0 13 2 00\n",
	"sub.example.jp.": "@ MX 10 mail\n",
	"lab.example.jp.": "@ MX 10 mail\n",
	"bogus.jp.":       "@ MX 10 mail\n",
	"island.jp.":      "@ DNSKEY 257 3 13 AAAA\n@ MX 10 mail\n",
	"plain.jp.":       "@ MX 10 mail\nwww A 192.0.2.80\n",
	"net.":            "example DS 0 8 2 00\n",
	"example.net.":    "mail A 198.51.100.25\n",
}

func parse(t testing.TB, apex, text string) []*resolver.Zone {
	t.Helper()
	head := "$ORIGIN " + apex + "\n$TTL 3600\n@ SOA ns.registrar.example. hostmaster 1 7200 900 1209600 3600\n@ NS ns.registrar.example.\n"
	parsed, err := zone.Parse(apex+"zone", strings.NewReader(head+text), zone.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func tree(t testing.TB) *dnstest.Tree {
	t.Helper()
	var all []*resolver.Zone
	for apex, text := range zones {
		all = append(all, parse(t, apex, text)...)
	}
	signed, err := dnstest.NewTree(all)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// counted is a cache in front of a world: what it was asked is what a run asks.
func counted(base resolver.Resolver) *resolver.Cache { return resolver.NewCache(base) }

func TestZone(t *testing.T) {
	signed := tree(t)
	for _, test := range []struct {
		name      string
		probably  bool
		want      validation.Security
		reason    validation.Reason
		zone, cut string
		questions int
		why       string
	}{
		{"example.jp.", true, validation.Secure, validation.Validated, "example.jp.", "", 4, "SOA, DS, and the two control questions"},
		{"plain.jp.", true, validation.Insecure, validation.NoDS, "plain.jp.", "plain.jp.", 2, "most domains: SOA and DS"},
		{"www.plain.jp.", false, validation.Insecure, validation.NoDS, "plain.jp.", "plain.jp.", 2, "a name below asks as much"},
		{"sub.example.jp.", false, validation.Secure, validation.Validated, "sub.example.jp.", "", 3, "a zone below a signed one"},
		{"lab.example.jp.", false, validation.Insecure, validation.NoDS, "lab.example.jp.", "lab.example.jp.", 2, "an unsigned zone below a signed one"},
		{"island.jp.", true, validation.Insecure, validation.NoDS, "island.jp.", "island.jp.", 2, "an island of security"},
		{"bogus.jp.", true, validation.Bogus, validation.FailsValidation, "", "", 4, "SOA, DS, SOA with CD, SOA again"},
		{"nothing.example.jp.", false, validation.Secure, validation.Validated, "example.jp.", "", 3, "NXDOMAIN"},
		{"b.example.jp.", false, validation.Secure, validation.Validated, "example.jp.", "", 3, "an empty non-terminal"},
		{"x.example.jp.", false, validation.Secure, validation.Validated, "example.jp.", "", 3, "a name of a wildcard"},
		{"plain.example.jp.", false, validation.Secure, validation.Validated, "example.jp.", "", 4, "an alias lies in its own zone, wherever it leads"},
		{"gov.jp.", true, validation.Secure, validation.Validated, "jp.", "", 4, "not a cut: that it has no DS proves nothing"},
		{"jp.", false, validation.Secure, validation.Validated, "jp.", "", 3, "a top-level domain"},
		{".", false, validation.Secure, validation.Validated, ".", "", 3, "the root"},
	} {
		cache := counted(signed.Resolver(dnstest.Manners{}))
		got := validation.New(cache, "").Zone(t.Context(), test.name, test.probably)
		if got.Security != test.want || got.Reason != test.reason || got.Zone != test.zone || got.Cut != test.cut || len(got.Open) > 0 {
			t.Errorf("Zone(%s) = %+v, want %s, %s, zone %q, cut %q (%s)", test.name, got, test.want, test.reason, test.zone, test.cut, test.why)
		}
		if n := cache.Ledger().Questions(); n != test.questions {
			t.Errorf("Zone(%s) asks %d questions, want %d (%s):\n%v", test.name, n, test.questions, test.why, asked(cache))
		}
		if signs := test.name == "island.jp." || test.want == validation.Secure; got.Signed != signs {
			t.Errorf("Zone(%s): signed %t, want %t", test.name, got.Signed, signs)
		}
	}
}

func asked(c *resolver.Cache) (lines []string) {
	for _, e := range c.Ledger() {
		lines = append(lines, e.Question.String())
	}
	return lines
}

// Control questions are asked once for all domains of a run.
func TestManyDomainsShareTheControls(t *testing.T) {
	signed := tree(t)
	cache := counted(signed.Resolver(dnstest.Manners{}))
	for _, name := range []string{"example.jp.", "sub.example.jp.", "example.net."} {
		if got := validation.New(cache, "").Zone(t.Context(), name, true); got.Security != validation.Secure {
			t.Errorf("%s is %+v, want secure", name, got)
		}
	}
	if n := cache.Ledger().Questions(); n != 3*2+2 {
		t.Errorf("%d questions, want two for each domain and two controls:\n%v", n, asked(cache))
	}
}

// What a resolver is not seen to do is not believed.
func TestResolversOfManyKinds(t *testing.T) {
	signed := tree(t)
	const good, plain, bad = "example.jp.", "plain.jp.", "bogus.jp."
	for _, test := range []struct {
		manners dnstest.Manners
		name    string
		want    validation.Security
		reason  validation.Reason
		why     string
	}{
		{dnstest.Manners{Blind: true}, good, validation.Unknown, validation.NotValidating, "there are DS records, and nobody validates"},
		{dnstest.Manners{Blind: true}, plain, validation.Insecure, validation.NoDS, "no trust is needed to see that nothing is signed"},
		{dnstest.Manners{Blind: true}, bad, validation.Unknown, validation.NotValidating, "who does not validate cannot see it"},
		{dnstest.Manners{Blind: true, Strips: true}, plain, validation.Unknown, validation.NoSignatures, "a missing DS record proves nothing"},
		{dnstest.Manners{Blind: true, Strips: true}, good, validation.Unknown, validation.NotValidating, "DS records, without their signatures"},
		{dnstest.Manners{Blind: true, Pretends: true}, good, validation.Unknown, validation.NotValidating, "AD without validating: the bogus name has an answer"},
		{dnstest.Manners{Blind: true, Pretends: true}, plain, validation.Insecure, validation.NoDS, "AD without validating, on an unsigned zone"},
		{dnstest.Manners{Distrust: true}, good, validation.Unknown, validation.NotProtected, "anybody on the way can set AD"},
		{dnstest.Manners{Distrust: true}, plain, validation.Insecure, validation.NoDS, "no DS record"},
		{dnstest.Manners{Distrust: true}, bad, validation.Bogus, validation.FailsValidation, "SERVFAIL, an answer with CD, SERVFAIL"},
		{dnstest.Manners{IgnoresCD: true}, bad, validation.Unknown, validation.NoAnswer, "SERVFAIL for whatever reason"},
		{dnstest.Manners{EDE: []uint16{22}}, bad, validation.Unknown, validation.NoAnswer, "no reachable authority"},
		{dnstest.Manners{EDE: []uint16{23}}, bad, validation.Unknown, validation.NoAnswer, "network error"},
		{dnstest.Manners{EDE: []uint16{7}}, bad, validation.Bogus, validation.FailsValidation, "signature expired"},
		{dnstest.Manners{EDE: []uint16{}}, bad, validation.Bogus, validation.FailsValidation, "a resolver without extended errors"},
		{dnstest.Manners{EDE: []uint16{22}}, good, validation.Unknown, validation.NotValidating, "the control fails for want of a server: it proves nothing"},
	} {
		got := validation.New(counted(signed.Resolver(test.manners)), "").Zone(t.Context(), test.name, true)
		if got.Security != test.want || got.Reason != test.reason {
			t.Errorf("%+v: Zone(%s) = %+v, want %s, %s (%s)", test.manners, test.name, got, test.want, test.reason, test.why)
		}
	}
}

// A question without an answer is open, and only where it could have decided.
func TestFaults(t *testing.T) {
	signed := tree(t)
	for _, test := range []struct {
		broken resolver.Question
		kind   resolver.ErrorKind
		name   string
		want   validation.Security
		reason validation.Reason
		open   int
	}{
		{resolver.Question{Name: "example.jp.", Type: resolver.TypeSOA}, resolver.Timeout, "example.jp.", validation.Unknown, validation.NoAnswer, 1},
		{resolver.Question{Name: "example.jp.", Type: resolver.TypeDS}, resolver.Timeout, "example.jp.", validation.Secure, validation.Validated, 0},
		{resolver.Question{Name: "plain.jp.", Type: resolver.TypeDS}, resolver.ServFail, "plain.jp.", validation.Unknown, validation.NoAnswer, 1},
		{resolver.Question{Name: ".", Type: resolver.TypeSOA}, resolver.Refused, "example.jp.", validation.Unknown, validation.NoAnswer, 1},
		{resolver.Question{Name: ".", Type: resolver.TypeSOA}, resolver.Refused, "plain.jp.", validation.Insecure, validation.NoDS, 0},
		{resolver.Question{Name: dnstest.BogusName, Type: resolver.TypeA}, resolver.Timeout, "example.jp.", validation.Unknown, validation.NoAnswer, 1},
		{resolver.Question{Name: "example.jp.", Type: resolver.TypeSOA}, resolver.Offline, "example.jp.", validation.Unknown, validation.NotAsked, 0},
		{resolver.Question{Name: "plain.jp.", Type: resolver.TypeDS}, resolver.NotRecorded, "plain.jp.", validation.Unknown, validation.NotAsked, 0},
	} {
		world := dnstest.Faulty(signed.Resolver(dnstest.Manners{}), func(q resolver.Question) resolver.ErrorKind {
			if q == test.broken {
				return test.kind
			}
			return ""
		})
		got := validation.New(counted(world), "").Zone(t.Context(), test.name, true)
		if got.Security != test.want || got.Reason != test.reason || len(got.Open) != test.open {
			t.Errorf("without %s (%s): Zone(%s) = %+v, want %s, %s, %d open", test.broken, test.kind, test.name, got, test.want, test.reason, test.open)
		}
	}
}

// altered is a world in which replies are changed on their way.
type altered struct {
	resolver.Resolver
	change func(resolver.Query, *resolver.Reply)
}

func (a altered) Exchange(ctx context.Context, q resolver.Query) (resolver.Reply, error) {
	reply, err := a.Resolver.Exchange(ctx, q)
	a.change(q, &reply)
	return reply, err
}

// Servers that answer for the wrong side of a cut, lame ones, and those that
// deny what is there do not make a zone insecure.
func TestStrangeReplies(t *testing.T) {
	signed := tree(t)
	for why, change := range map[string]func(resolver.Query, *resolver.Reply){
		"the zone's own server denies its DS": func(q resolver.Query, r *resolver.Reply) {
			if q.Type == resolver.TypeDS {
				r.Authority = []resolver.Record{{Name: q.Name, TTL: 60, Data: resolver.SOA{MName: ".", RName: "."}}}
			}
		},
		"NXDOMAIN for the DS of a zone that exists": func(q resolver.Query, r *resolver.Reply) {
			if q.Type == resolver.TypeDS {
				r.Rcode = 3
			}
		},
		"an empty reply without SOA": func(q resolver.Query, r *resolver.Reply) {
			if q.Type == resolver.TypeDS {
				r.Authority = nil
			}
		},
		"a lame server refers upwards": func(q resolver.Query, r *resolver.Reply) {
			*r = resolver.Reply{Net: "udp", Authority: []resolver.Record{{Name: ".", TTL: 60, Data: resolver.NS{Host: "a.root-servers.example."}}}}
		},
		"NOTIMP": func(_ resolver.Query, r *resolver.Reply) { *r = resolver.Reply{Rcode: 4, Net: "udp"} },
	} {
		for _, name := range []string{"plain.jp.", "sub.example.jp."} {
			world := altered{signed.Resolver(dnstest.Manners{Blind: true}), change}
			if got := validation.New(counted(world), "").Zone(t.Context(), name, true); got.Security != validation.Unknown {
				t.Errorf("%s: %s is %+v, want unknown", why, name, got)
			}
		}
	}
}

// judged asks and judges.
func judged(t *testing.T, world resolver.Resolver, name string, kind resolver.Type) (resolver.Reply, validation.Status) {
	prober := validation.New(counted(world), "")
	reply, status := prober.Ask(t.Context(), name, kind)
	if status.Security == "" {
		status = prober.Judge(t.Context(), name, kind, reply)
	}
	return reply, status
}

func TestRecords(t *testing.T) {
	signed := tree(t)
	for _, test := range []struct {
		name string
		t    resolver.Type
		want validation.Security
		why  string
	}{
		{"mail.example.jp.", resolver.TypeA, validation.Secure, "data"},
		{"mail.example.jp.", resolver.TypeTXT, validation.Secure, "NODATA"},
		{"b.example.jp.", resolver.TypeTXT, validation.Secure, "an empty non-terminal"},
		{"x.example.jp.", resolver.TypeTXT, validation.Secure, "from a wildcard"},
		{"inner.example.jp.", resolver.TypeA, validation.Secure, "an alias within the zone"},
		{"good.example.jp.", resolver.TypeA, validation.Secure, "an alias into another signed zone"},
		{"plain.example.jp.", resolver.TypeA, validation.Insecure, "an alias into an unsigned zone"},
		{"www.plain.jp.", resolver.TypeA, validation.Insecure, "unsigned"},
		{"mail.bogus.jp.", resolver.TypeA, validation.Bogus, "NXDOMAIN that nobody can prove"},
	} {
		if _, got := judged(t, signed.Resolver(dnstest.Manners{}), test.name, test.t); got.Security != test.want {
			t.Errorf("Records(%s %s) = %+v, want %s (%s)", test.name, test.t, got, test.want, test.why)
		}
	}
}

// Names of a proposed zone are judged by the live DS records of its apex; those
// of a patch as far as what is around them shows.
func TestProposedZones(t *testing.T) {
	signed := tree(t)
	live := signed.Resolver(dnstest.Manners{})
	for apex, want := range map[string]validation.Security{"example.jp.": validation.Secure, "plain.jp.": validation.Insecure, "bogus.jp.": validation.Secure, "new.jp.": validation.Unknown} {
		world := resolver.Overlay(parse(t, apex, "@ MX 10 mail\nmail A 192.0.2.25\n"), live)
		for _, name := range []string{apex, "mail." + apex} {
			got := validation.New(counted(world), "").Zone(t.Context(), name, name == apex)
			if got.Security != want || got.Security != validation.Unknown && !got.Proposed {
				t.Errorf("proposed: Zone(%s) = %+v, want %s, proposed", name, got, want)
			}
		}
		if got := validation.New(counted(resolver.Overlay(parse(t, apex, ""), resolver.NoResolver())), "").Zone(t.Context(), apex, true); got.Reason != validation.NotAsked {
			t.Errorf("alone: Zone(%s) = %+v, want not-asked", apex, got)
		}
	}
	patched, err := resolver.Patch(t.Context(), []resolver.Edit{{Name: "_25._tcp.mail.example.jp.", Type: resolver.TypeTLSA, TTL: 60, Add: []string{"3 1 1 " + strings.Repeat("ab", 32)}}}, live)
	if err != nil {
		t.Fatal(err)
	}
	reply, got := judged(t, patched, "_25._tcp.mail.example.jp.", resolver.TypeTLSA)
	if got.Security != validation.Secure || len(reply.Answer) != 1 {
		t.Errorf("an added record of a signed zone: %+v, %d records, want secure, one", got, len(reply.Answer))
	}
}

// A recording says the same, without the network and without its flags.
func TestRecorded(t *testing.T) {
	signed := tree(t)
	server := dnstest.New(t, dnstest.Config{Answer: signed.Answer(dnstest.Manners{})})
	recorder := resolver.NewRecorder(server.Client(t), nil)
	names := []string{"example.jp.", "plain.jp.", "bogus.jp.", "island.jp."}
	var want []validation.Status
	for _, name := range names {
		want = append(want, validation.New(counted(recorder), "").Zone(t.Context(), name, true))
	}
	var text strings.Builder
	recorded := recorder.Recording()
	recorded.RecordedAt = time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	if err := recorded.Write(&text); err != nil {
		t.Fatal(err)
	}
	recording, err := resolver.ReadRecording(strings.NewReader(text.String()), "run.json")
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		got := validation.New(counted(resolver.NewReplay(recording)), "").Zone(t.Context(), name, true)
		if got.Security != want[i].Security || got.Reason != want[i].Reason || got.Zone != want[i].Zone {
			t.Errorf("replayed: %s is %+v, was %+v", name, got, want[i])
		}
	}
	if securities := []validation.Security{want[0].Security, want[1].Security, want[2].Security, want[3].Security}; !slices.Equal(securities,
		[]validation.Security{validation.Secure, validation.Insecure, validation.Bogus, validation.Insecure}) {
		t.Errorf("recorded: %v", securities)
	}
}

// The name of the control question is the user's to choose.
func TestOtherBogusName(t *testing.T) {
	signed := tree(t)
	if got := validation.New(counted(signed.Resolver(dnstest.Manners{})), "bogus.jp.").Zone(t.Context(), "example.jp.", false); got.Security != validation.Secure {
		t.Errorf("with a bogus name of one's own: %+v, want secure", got)
	}
	if got := validation.New(counted(signed.Resolver(dnstest.Manners{})), "plain.jp.").Zone(t.Context(), "example.jp.", false); got.Reason != validation.NotValidating {
		t.Errorf("with a name that is not bogus: %+v, want not validating", got)
	}
}
