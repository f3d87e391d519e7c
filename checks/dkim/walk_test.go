package dkim

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"mailauth/checks"
	"mailauth/checks/catalog"
	"mailauth/resolver"
	"mailauth/resolver/dnstest"
	"mailauth/resolver/zone"
)

// signedWorld serves zones with NSEC records; those with a DNSKEY record are
// signed. Change bends replies.
type signedWorld struct {
	resolver.Resolver
	change func(q resolver.Query, reply *resolver.Reply) resolver.ErrorKind
	mu     sync.Mutex
	asked  int
}

func newSigned(t *testing.T, zones map[string]string, change func(resolver.Query, *resolver.Reply) resolver.ErrorKind) *signedWorld {
	t.Helper()
	var all []*resolver.Zone
	for apex, text := range zones {
		head := "$TTL 3600\n@ SOA ns.registrar.example. hostmaster.registrar.example. 1 7200 900 1209600 3600\n@ NS ns.registrar.example.\n"
		parsed, err := zone.Parse(apex+".zone", strings.NewReader(head+text), zone.Options{Origin: apex + "."})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, parsed...)
	}
	tree, err := dnstest.NewTree(all)
	if err != nil {
		t.Fatal(err)
	}
	return &signedWorld{Resolver: tree.Resolver(dnstest.Manners{}), change: change}
}

func (w *signedWorld) Exchange(ctx context.Context, q resolver.Query) (resolver.Reply, error) {
	w.mu.Lock()
	w.asked++
	w.mu.Unlock()
	reply, err := w.Resolver.Exchange(ctx, q)
	if err == nil && w.change != nil {
		if kind := w.change(q, &reply); kind != "" {
			return resolver.Reply{}, &resolver.Error{Kind: kind, Question: q.Question}
		}
	}
	return reply, err
}

func (w *signedWorld) audit(t *testing.T, walk bool) (*checks.Report, *Facts) {
	t.Helper()
	report, err := checks.Audit(context.Background(), domain, w, []*checks.Check{Check}, checks.Options{Seed: 1, Walk: walk})
	if err != nil {
		t.Fatal(err)
	}
	return report, report.Checks[0].Facts.(*Facts)
}

const signs = "@ DNSKEY 257 3 13 AAAA\n"

// nsec is an NSEC record.
func nsec(owner, next, types string) resolver.Record {
	return resolver.Record{Name: owner, TTL: 60, Data: resolver.Other{RRType: resolver.TypeNSEC, Text: next + " " + types}}
}

// instead answers questions for NSEC records, or for what is behind a name, with
// a record made up.
func instead(make func(name string) resolver.Record) func(resolver.Query, *resolver.Reply) resolver.ErrorKind {
	return func(q resolver.Query, reply *resolver.Reply) resolver.ErrorKind {
		reply.Rcode, reply.Answer, reply.Authority = 0, nil, []resolver.Record{make(q.Name)}
		return ""
	}
}

func TestWalk(t *testing.T) {
	many := ""
	for _, a := range "abcdefgh" {
		for _, b := range "abcdefgh" {
			many += txt("k"+string(a)+string(b)+"._domainkey", "v=DKIM1; p=")
		}
	}
	top := "_domainkey." + domain
	for _, tt := range []struct {
		why, zone string
		change    func(resolver.Query, *resolver.Reply) resolver.ErrorKind
		state     WalkState
		want      []string
	}{
		{"keys, an alias, a name of two labels, a policy of old", signs + txt("x7f3q._domainkey", "v=DKIM1; p="+rsa2048) + txt("a._domainkey", "v=DKIM1; p=") +
			"m365._domainkey CNAME key.example.net.\n" + txt("may.2026._domainkey", "v=DKIM1; p=") + txt("_adsp._domainkey", "dkim=all") + "zz A 192.0.2.1\n", nil,
			WalkComplete, []string{"may.2026", "a", "m365", "x7f3q"}},
		{"the last names of the zone", signs + txt("x7f3q._domainkey", "v=DKIM1; p="), nil, WalkComplete, []string{"x7f3q"}},
		{"a record at _domainkey itself", signs + txt("_domainkey", "o=~") + txt("x7f3q._domainkey", "v=DKIM1; p="), nil, WalkComplete, []string{"x7f3q"}},
		{"a wildcard is no selector", signs + txt("*._domainkey", "v=DKIM1; p="), nil, WalkComplete, nil},
		{"nothing below", signs + "zz A 192.0.2.1\n", nil, WalkComplete, nil},
		{"not signed", txt("x7f3q._domainkey", "v=DKIM1; p="), nil, WalkUnsigned, nil},
		{"more than anybody has", signs + many, nil, WalkTooMany, nil},
		{"a resolver that follows aliases whatever is asked for", signs + "m365._domainkey CNAME key.example.net.\n" + txt("x7f3q._domainkey", "v=DKIM1; p="),
			func(q resolver.Query, reply *resolver.Reply) resolver.ErrorKind {
				if q.Name == "m365."+top && q.Type == resolver.TypeNSEC {
					reply.Answer = []resolver.Record{{Name: q.Name, TTL: 60, Data: resolver.CNAME{Target: "key.example.net."}}}
				}
				return ""
			}, WalkComplete, []string{"m365", "x7f3q"}},
		{"NSEC3", signs + good("s1"), instead(func(string) resolver.Record {
			return resolver.Record{Name: "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom." + domain, TTL: 60, Data: resolver.Other{RRType: typeNSEC3, Text: "1 0 0 - 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR TXT RRSIG"}}
		}), WalkNSEC3, nil},
		{"compact denial of existing and other names", signs + good("s1"), instead(func(name string) resolver.Record {
			return nsec(name, `\000.`+name, "RRSIG NSEC")
		}), WalkLies, nil},
		{"compact denial that says that nothing is there", signs, instead(func(name string) resolver.Record {
			return nsec(name, `\000.`+name, "RRSIG NSEC TYPE128")
		}), WalkComplete, nil},
		{"minimal denial: neighbours that do not exist", signs + good("s1"), func(q resolver.Query, reply *resolver.Reply) resolver.ErrorKind {
			reply.Answer, reply.Authority = nil, nil
			if q.Name == top {
				reply.Authority = []resolver.Record{nsec("_domainkex~."+domain, "!."+top, "RRSIG NSEC")}
			}
			return ""
		}, WalkLies, nil},
		{"a circle", signs + good("s1"), instead(func(name string) resolver.Record {
			if name == top {
				return nsec(top, "b."+top, "TXT")
			}
			return nsec(name, "a."+top, "TXT")
		}), WalkLoop, []string{"b"}},
		{"a name that leads to itself", signs + good("s1"), instead(func(name string) resolver.Record { return nsec(name, "s1."+top, "TXT") }), WalkLoop, []string{"s1"}},
		{"SERVFAIL", signs + good("s1"), func(_ resolver.Query, reply *resolver.Reply) resolver.ErrorKind { reply.Rcode = 2; return "" }, WalkUnknown, nil},
		{"no answer at the second name", signs + good("s1") + good("s2"), func(q resolver.Query, _ *resolver.Reply) resolver.ErrorKind {
			if strings.HasPrefix(q.Name, "s2.") {
				return resolver.Timeout
			}
			return ""
		}, WalkUnknown, []string{"s1", "s2"}},
		{"a next name that is none", signs + good("s1"), instead(func(name string) resolver.Record { return nsec(name, strings.Repeat("a", 70)+".example.", "TXT") }), WalkUnsigned, nil},
	} {
		w := newSigned(t, map[string]string{"example.co.jp": base + tt.zone, "example.net": txt("key", "v=DKIM1; p="+rsa2048b)}, tt.change)
		report, facts := w.audit(t, true)
		if facts.Walk == nil || facts.Walk.State != tt.state || tt.want != nil && !slices.Equal(facts.Walk.Selectors, tt.want) {
			t.Errorf("%s: %+v, want %s %q", tt.why, facts.Walk, tt.state, tt.want)
			continue
		}
		if facts.Complete != (tt.state == WalkComplete) {
			t.Errorf("%s: the selectors are complete: %t", tt.why, facts.Complete)
		}
		raisedIt := slices.Contains(raised(report), "info dkim-nsec-walk "+top)
		if raisedIt != (tt.state == WalkComplete && len(facts.Walk.Selectors) > 0) {
			t.Errorf("%s: findings %q", tt.why, raised(report))
		}
		if unknown := slices.ContainsFunc(report.Findings, func(f checks.Finding) bool { return f.Rule == checks.TempFail }); unknown != (tt.state == WalkUnknown) {
			t.Errorf("%s: a question without an answer: %t", tt.why, unknown)
		}
		if w.asked > 3*maxWalk {
			t.Errorf("%s: %d questions", tt.why, w.asked)
		}
	}
}

// Nobody walks unless the user asks for it.
func TestNoWalk(t *testing.T) {
	w := newSigned(t, map[string]string{"example.co.jp": base + signs + good("x7f3q")}, nil)
	if _, facts := w.audit(t, false); facts.Walk != nil || w.asked > 0 {
		t.Errorf("walked without being asked to: %+v, %d questions", facts.Walk, w.asked)
	}
}

// A fix is tried over the names that were walked before.
func TestFixAfterWalk(t *testing.T) {
	w := newSigned(t, map[string]string{"example.co.jp": base + signs + txt("x7f3q._domainkey", "v=DKIM1 k=rsa p="+rsa2048)}, nil)
	report, _ := w.audit(t, true)
	for _, f := range report.Findings {
		if f.Rule == BadSyntax {
			if len(f.Fixes) != 1 || !f.Fixes[0].Verified {
				t.Errorf("the fix is not verified: %+v", f.Fixes)
			}
			return
		}
	}
	t.Errorf("findings %q, want dkim-tag-syntax at a selector that only walking shows", raised(report))
}

func TestWalkTexts(t *testing.T) {
	texts, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, state := range []WalkState{WalkComplete, WalkNSEC3, WalkLies, WalkUnsigned, WalkLoop, WalkTooMany, WalkUnknown} {
		for _, selectors := range [][]string{nil, {"s1", "s2"}} {
			f := &Facts{Walk: &Walk{State: state, Selectors: selectors}}
			for _, lang := range []string{"en", "ja"} {
				for _, finding := range f.judgeWalk() {
					for _, part := range []string{"title", "message", "effect", "mend"} {
						if said := texts.For(lang).Say(checks.T(Walked.ID+"."+part, finding.Args)); strings.Contains(said, Walked.ID) || strings.Contains(said, "<no value>") {
							t.Errorf("%s of the finding in %s: %q", part, lang, said)
						}
					}
				}
				if said := texts.For(lang).Say(f.details()[0]); strings.Contains(said, "walk.") || strings.Contains(said, "<no value>") {
					t.Errorf("%s in %s: %q", state, lang, said)
				}
			}
		}
	}
}

// RFC 4034 §6.1 has an example of the order.
func TestCompareNames(t *testing.T) {
	order := []string{"example.", "a.example.", "yljkjljk.a.example.", "z.a.example.", "zabc.a.example.", "z.example.", `\001.z.example.`, "*.z.example.", `\200.z.example.`}
	for i, a := range order {
		for j, b := range order {
			if got := compareNames(a, b); got < 0 != (i < j) || got > 0 != (i > j) {
				t.Errorf("%s and %s compare as %d", a, b, got)
			}
		}
	}
}

// Wherever a walk breaks off, the run says nothing that the whole walk would not
// have said, and names what it could not judge.
func TestFaultsOfAWalk(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := base + signs
		for _, piece := range zonePieces() {
			if rapid.IntRange(0, 5).Draw(rt, "piece") == 0 && !strings.Contains(text, piece) {
				text += piece
			}
		}
		breaks := rapid.IntRange(1, 8).Draw(rt, "breaks")
		asked := 0
		var change func(resolver.Query, *resolver.Reply) resolver.ErrorKind
		w := newSigned(t, map[string]string{"example.co.jp": text, "example.net": txt("one", "v=DKIM1; p="+rsa2048) + "web A 192.0.2.80\n"},
			func(q resolver.Query, reply *resolver.Reply) resolver.ErrorKind {
				if change == nil {
					return ""
				}
				return change(q, reply)
			})
		sound, _ := w.audit(t, true)
		change = func(resolver.Query, *resolver.Reply) resolver.ErrorKind {
			if asked++; asked == breaks {
				return resolver.ServFail
			}
			return ""
		}
		faulty, _ := w.audit(t, true)
		compareRuns(rt, sound, faulty)
	})
}

// Over the wire, and from a recording of that, the walk is the same.
func TestWalkOverTheWire(t *testing.T) {
	text := base + signs + "m365._domainkey CNAME key.example.net.\n" + txt("x7f3q._domainkey", "v=DKIM1; p="+rsa2048)
	tree := newSigned(t, map[string]string{"example.co.jp": text, "example.net": txt("key", "v=DKIM1; p="+rsa2048b)}, nil)
	server := dnstest.New(t, dnstest.Config{Answer: func(q resolver.Query) resolver.Reply {
		reply, err := tree.Exchange(context.Background(), q)
		if err != nil {
			reply.Rcode = 2
		}
		return reply
	}})
	recorder := resolver.NewRecorder(server.Client(t), nil)
	want := []string{"m365", "x7f3q"}
	if got := walkedBy(t, recorder); got.State != WalkComplete || !slices.Equal(got.Selectors, want) {
		t.Errorf("wire: %+v, want %q", got, want)
	}
	if got := walkedBy(t, resolver.NewReplay(recorder.Recording())); got.State != WalkComplete || !slices.Equal(got.Selectors, want) {
		t.Errorf("replay: %+v, want %q", got, want)
	}
}

func walkedBy(t *testing.T, r resolver.Resolver) *Walk {
	t.Helper()
	report, err := checks.Audit(context.Background(), domain, r, []*checks.Check{Check}, checks.Options{Seed: 1, Walk: true})
	if err != nil {
		t.Fatal(err)
	}
	return report.Checks[0].Facts.(*Facts).Walk
}

// Whatever a server puts into an NSEC record, the next name is one that can be
// asked for, and the order of names is one.
func FuzzNSEC(f *testing.F) {
	f.Add("s1._domainkey.example.co.jp. TXT RRSIG NSEC", "a.example.", "b.example.")
	f.Add(`\000.example. TYPE128`, `\001.example.`, "*.example.")
	f.Add("", ".", "x.")
	f.Fuzz(func(t *testing.T, text, a, b string) {
		if s, ok := readNSEC(resolver.Record{Name: domain, Data: resolver.Other{RRType: resolver.TypeNSEC, Text: text}}); ok {
			if again, err := resolver.CanonicalName(s.next); err != nil || again != s.next {
				t.Errorf("%q leads to %q, which is no canonical name", text, s.next)
			}
		}
		x, errX := resolver.CanonicalName(a)
		y, errY := resolver.CanonicalName(b)
		if errX == nil && errY == nil && (compareNames(x, y) != -compareNames(y, x) || compareNames(x, y) == 0 && x != y) {
			t.Errorf("%q and %q compare as %d and %d", x, y, compareNames(x, y), compareNames(y, x))
		}
	})
}
