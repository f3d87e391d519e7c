package dkim

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"mailauth/checks"
	"mailauth/resolver"
)

// identities are findings as they must agree between runs: rule, owner, key.
func identities(r *checks.Report) map[string]checks.Finding {
	ids := map[string]checks.Finding{}
	for _, f := range r.Findings {
		if f.Rule != checks.TempFail {
			ids[identity(f)] = f
		}
	}
	return ids
}

func identity(f checks.Finding) string { return fmt.Sprintf("%s %s %q", f.Rule.ID, f.Name, f.Key) }

// pieces of worlds that go together in any combination.
func zonePieces() []string {
	key := "v=DKIM1; k=rsa; p="
	return []string{
		good("default"), txt("google._domainkey", key+rsa1024), txt("s1._domainkey", "v=DKIM1; k=ed25519; p="+ed25519Raw),
		txt("s2._domainkey", "v=DKIM1; p="), txt("k1._domainkey", "v=DKIM1; k=rsa p="+rsa1024), txt("zoho._domainkey", key+rsa512),
		"selector1._domainkey CNAME one.example.net.\n", "selector2._domainkey CNAME gone.example.net.\n", "mail._domainkey A 192.0.2.80\n",
		txt("x7f3q._domainkey", key+rsa2048), txt("dkim._domainkey", "s=tlsrpt; p="+rsa2048), txt("dkim._domainkey", key+rsa2048b),
		"* A 192.0.2.80\n", txt("*", "v=spf1 -all"), "* CNAME web.example.net.\n", txt("*._domainkey", "v=DKIM1; p="), txt("*._domainkey", key+rsa2048),
		txt("default._domainkey.example.co.jp", key+rsa2048), txt("mail.domainkey", key+rsa2048), txt("_domainkey.s1", key+rsa2048), txt("@", key+rsa2048),
		txt("default._domainkey", "not a key"), txt("_domainkey", "o=~"),
		"@ MX 20 mgws1.kagoya.net.\n", txt("@", "v=spf1 include:_spf.mandrillapp.com include:spf.mandrillapp.com redirect=_spf2.example.co.jp"),
		txt("_spf2", "v=spf1 include:mail.zendesk.com ~all"), txt("kagoya._domainkey", key+rsa512), txt("kagoya._domainkey", key+rsa2048),
		txt("mte1._domainkey", "v=DKIM1; k=ed25519; p="+ed25519Raw), "zendesk2._domainkey CNAME gone.example.net.\n", txt("zendesk1._domainkey", "v=DKIM1; p="),
		outlook("selector1"), outlook("selector2"), txt("_adsp._domainkey", "dkim=all"), txt("@", "v=spf1 include:spf.sender.xserver.jp ~all"),
		txt("s2._domainkey", "v=DKIM1; g=*; p="+rsa2048), txt("20161025._domainkey", "k=rsa; t=s; q=1; p="+rsa5120), txt("mail._domainkey", "p="+rfc6376Key),
	}
}

// Whatever fails, a run says nothing that the faultless run would not say, and
// names every rule that it could not judge.
func TestFaults(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := base
		for _, piece := range zonePieces() {
			if rapid.IntRange(0, 5).Draw(rt, "piece") == 0 {
				text += piece
			}
		}
		w := newWorld(t, map[string]string{"example.co.jp": text, "example.net": txt("one", "v=DKIM1; p="+rsa2048) + "web A 192.0.2.80\n"})
		w.listing = rapid.Bool().Draw(rt, "listing")
		w.compact = rapid.Bool().Draw(rt, "compact")
		w.denies["_domainkey."+domain] = rapid.IntRange(0, 3).Draw(rt, "denies") == 0
		selectors := rapid.SliceOfN(rapid.SampledFrom([]string{"default", "s1", "selector2", "x7f3q", "none"}), 0, 2).Draw(rt, "given")

		sound, soundFacts := w.audit(t, selectors...)
		asked := slices.SortedFunc(slices.Values(w.asked), func(a, b resolver.Question) int { return strings.Compare(a.String(), b.String()) })
		for range rapid.IntRange(1, 4).Draw(rt, "faults") {
			w.fails[rapid.SampledFrom(asked).Draw(rt, "fault").String()] = true
		}
		faulty, faultyFacts := w.audit(t, selectors...)
		compareRuns(rt, sound, faulty)
		if live := faultyFacts.LiveKey; live != checks.Open && live != soundFacts.LiveKey {
			rt.Errorf("live key is %s with faults and %s without", live, soundFacts.LiveKey)
		}
		if n := faultyFacts.Namespace; n != NamespaceUnknown && n != soundFacts.Namespace {
			rt.Errorf("the namespace is %s with faults and %s without", n, soundFacts.Namespace)
		}
		if rt.Failed() {
			rt.Logf("zone:\n%s\nfaults: %v", text, slices.Collect(maps.Keys(w.fails)))
		}
	})
}

func compareRuns(rt *rapid.T, sound, faulty *checks.Report) {
	blocked := map[string]bool{}
	for _, f := range faulty.Findings {
		for _, id := range f.Blocks {
			blocked[id] = true
		}
	}
	want, got := identities(sound), identities(faulty)
	for id, f := range got {
		if f.Severity > want[id].Severity {
			rt.Errorf("only with faults: %s %s", f.Severity, id)
		}
	}
	for id, f := range want {
		if got[id].Severity < f.Severity && !blocked[f.Rule.ID] {
			rt.Errorf("lost and not blocked: %s %s", f.Severity, id)
		}
	}
}

// One fault at a time, in a world where everything is asked.
func TestEveryFaultAlone(t *testing.T) {
	for _, text := range []string{"", good("default"), good("x7f3q"), txt("@", "p="+rsa2048), "* A 192.0.2.80\n", txt("*._domainkey", "p=")} {
		w := newWorld(t, map[string]string{"example.co.jp": base + text})
		sound, _ := w.audit(t)
		for _, q := range slices.Clone(w.asked) {
			w.fails = map[string]bool{q.String(): true}
			faulty, facts := w.audit(t)
			if facts.Namespace == NamespaceNXDomain && text != "" && q.Name == "_domainkey."+domain {
				t.Errorf("zone %q: a failed %s reads as NXDOMAIN", text, q)
			}
			if len(faulty.Findings) == 0 && len(sound.Findings) > 0 {
				t.Errorf("zone %q: with %s failing there is no finding at all", text, q)
			}
			if q.Type == resolver.TypeTXT && q.Name == keyName("default", domain) && facts.LiveKey != checks.Open {
				t.Errorf("zone %q: with %s failing the live key is %s, want it open", text, q, facts.LiveKey)
			}
		}
	}
}
