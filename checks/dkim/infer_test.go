package dkim

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/provider"
)

// inferred writes what was inferred, one line for each provider.
func inferred(f *Facts) (lines []string) {
	for _, i := range f.Inferred {
		lines = append(lines, fmt.Sprintf("%s %s %s", i.Provider, i.From, i.Name))
	}
	return lines
}

func TestInference(t *testing.T) {
	for _, tt := range []struct {
		why, zone string
		setUp     func(*world)
		want      []string
		found     []string // selectors
		wide      bool     // the dictionary was tried
	}{
		{why: "MX at a mailbox platform", zone: "@ MX 10 mx1.titan.email.\n" + good("titan1"),
			want: []string{"titan mx mx1.titan.email."}, found: []string{"titan1"}},
		{why: "an include of a help desk", zone: txt("@", "v=spf1 include:helpscoutemail.com ~all") + good("strong2"),
			want: []string{"help-scout spf helpscoutemail.com."}, found: []string{"strong2"}},
		{why: "beside a key that guessing finds", zone: txt("@", "v=spf1 +Include:HelpScoutEmail.com ~all") + good("strong2") + good("default"),
			want: []string{"help-scout spf helpscoutemail.com."}, found: []string{"default", "strong2"}},
		{why: "a record that is not SPF yet says who is meant", zone: txt("@", "v-spf1 include:helpscoutemail.com ~all") + good("strong1"),
			want: []string{"help-scout spf helpscoutemail.com."}, found: []string{"strong1"}},
		{why: "a redirect", zone: txt("@", "v=spf1 redirect=email.freshdesk.com") + good("fwdkim1"),
			want: []string{"freshdesk spf email.freshdesk.com."}, found: []string{"fwdkim1"}},
		{why: "behind a record of the domain's own", zone: txt("@", "v=spf1 include:_spf2.example.co.jp ~all") + txt("_spf2", "v=spf1 include:_spf3.example.co.jp ~all") +
			txt("_spf3", "v=spf1 include:email.freshdesk.com ~all") + good("fwdkim1"),
			want: []string{"freshdesk spf email.freshdesk.com."}, found: []string{"fwdkim1"}},
		{why: "records that include each other", zone: txt("@", "v=spf1 include:_a.example.co.jp ~all") + txt("_a", "v=spf1 include:_b.example.co.jp ~all") +
			txt("_b", "v=spf1 include:_a.example.co.jp include:example.co.jp ~all") + good("x7f3q"), wide: true},
		{why: "a server named by a mechanism", zone: txt("@", "v=spf1 a:www1234.sakura.ne.jp/32 mx ~all") + good("default"),
			want: []string{"sakura spf www1234.sakura.ne.jp."}, found: []string{"default"}},
		{why: "an address of a provider without selectors of its own", zone: txt("@", "v=spf1 ip4:210.130.202.9 ~all") + good("default"), found: []string{"default"}},
		{why: "hosted SPF names nobody", zone: txt("@", "v=spf1 include:%{i}._ip.%{h}._ehlo.%{d}._spf.vali.email ~all") + good("default"), found: []string{"default"}},
		{why: "a name that only looks like a provider's", zone: txt("@", "v=spf1 include:helpscoutemail.com.attacker.example ~all") + good("strong1"), wide: true},
		{why: "nothing below the domain: nobody is asked", zone: "@ MX 10 mx1.titan.email.\n"},
		{why: "the dictionary, where the providers' selectors are not there", zone: "@ MX 10 mx1.titan.email.\n" + good("zoho"),
			want: []string{"titan mx mx1.titan.email."}, found: []string{"zoho"}, wide: true},
		{why: "a zone file lists the selectors", zone: "@ MX 10 mx1.titan.email.\n" + good("x7f3q"), setUp: listed1, found: []string{"x7f3q"}},
		{why: "underscores inside a selector", zone: good("aweber_key_a") + txt("_adsp._domainkey", "dkim=all"), setUp: listed1, found: []string{"aweber_key_a"}},
		{why: "where every name exists", zone: "@ MX 10 mx1.titan.email.\n" + good("titan1"), setUp: func(w *world) { w.compact = true },
			want: []string{"titan mx mx1.titan.email."}, found: []string{"titan1"}},
	} {
		w := newWorld(t, map[string]string{"example.co.jp": "mail A 192.0.2.25\n" + tt.zone})
		if tt.setUp != nil {
			tt.setUp(w)
		}
		_, facts := w.audit(t)
		if got := inferred(facts); !slices.Equal(got, tt.want) {
			t.Errorf("%s: inferred %q, want %q", tt.why, got, tt.want)
		}
		var found []string
		for _, s := range facts.found() {
			found = append(found, s.Selector)
		}
		if !slices.Equal(found, tt.found) {
			t.Errorf("%s: found %q, want %q", tt.why, found, tt.found)
		}
		if wide := slices.Contains(facts.Tried, "k2"); wide != tt.wide {
			t.Errorf("%s: the dictionary was tried: %v, want %v", tt.why, wide, tt.wide)
		}
	}
}

// A provider's selectors count as guesses: without a key there they are not
// missing, and a commonest one is known to be the provider's.
func TestImpliedSelectorsAreGuesses(t *testing.T) {
	w := newWorld(t, map[string]string{"example.co.jp": "@ MX 1 smtp.google.com.\n" + txt("@", "v=spf1 include:helpscoutemail.com ~all") + good("s1") + "google._domainkey CNAME gone.example.net.\n"})
	report, facts := w.audit(t)
	if got := raised(report); !slices.Equal(got, []string{"warning dkim-cname-dangling google._domainkey.example.co.jp."}) {
		t.Errorf("findings %q", got)
	}
	for _, s := range facts.Selectors {
		if want := map[string]Origin{"google": OriginProvider, "s1": OriginGuess}[s.Selector]; s.Origin != want {
			t.Errorf("%s is a selector by %s, want %s", s.Selector, s.Origin, want)
		}
	}
	if !slices.Contains(facts.Tried, "strong1") {
		t.Errorf("tried %q", facts.Tried)
	}
}

func TestKeysNameTheirProvider(t *testing.T) {
	w := newWorld(t, map[string]string{
		"example.co.jp": base + "em1._domainkey CNAME s1.domainkey.u1.wl1.sendgrid.net.\nk1._domainkey CNAME key.example.net.\n" + good("own"),
		"example.net":   txt("key", "v=DKIM1; p="+rsa2048),
		"sendgrid.net":  txt("s1.domainkey.u1.wl1", "v=DKIM1; p="+rsa2048),
	})
	_, facts := w.audit(t, "em1", "k1", "own")
	for _, s := range facts.Selectors {
		if want := map[string]string{"em1": "sendgrid"}[s.Selector]; s.Provider != want {
			t.Errorf("the key of %s is of %q, want %q", s.Selector, s.Provider, want)
		}
	}
	if len(facts.Selectors) != 3 {
		t.Errorf("%d selectors, want 3", len(facts.Selectors))
	}
}

// The user's table decides.
func TestInferenceByTheUsersTable(t *testing.T) {
	table, err := provider.Builtin().Extend("own.toml", strings.NewReader("[provider.gw]\nname = \"Gateway\"\nlayers = [\"inbound\"]\nmx = [\"mx*.gw.example.net\"]\nselectors = [\"x7f3q\"]\nevidence = [\"VP\"]\n"))
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, map[string]string{"example.co.jp": "@ MX 10 mx1.gw.example.net.\n" + good("x7f3q")})
	report, err := checks.Audit(context.Background(), domain, w, []*checks.Check{Check}, checks.Options{Seed: 1, Providers: table})
	if err != nil {
		t.Fatal(err)
	}
	if facts := report.Checks[0].Facts.(*Facts); facts.LiveKey != checks.Yes {
		t.Errorf("the key at x7f3q is not found: tried %q", facts.Tried)
	}
}

// A record that includes the whole world costs no more than the budget.
func TestInferenceIsBounded(t *testing.T) {
	var terms, below []string
	for _, p := range provider.Builtin().Providers() {
		for _, include := range p.Includes {
			if !strings.Contains(include.String(), "*") {
				terms = append(terms, "include:"+include.String())
			}
		}
	}
	for i := range 40 {
		below = append(below, fmt.Sprintf("include:_spf%d.example.co.jp", i))
	}
	record := "v=spf1 " + strings.Join(append(below, terms...), " ")
	w := newWorld(t, map[string]string{"example.co.jp": txt("@", record) + txt("_spf1", record) + good("x7f3q")})
	_, facts := w.audit(t)
	implied, followed := 0, 0
	for _, i := range facts.Inferred {
		implied += len(i.Selectors)
	}
	for _, q := range w.asked {
		if strings.HasPrefix(q.Name, "_spf") {
			followed++
		}
	}
	if len(w.asked) > budget+2 || implied != maxImplied || followed != maxFollowed {
		t.Errorf("%d questions, %d selectors implied, %d records followed; want at most %d, %d and %d", len(w.asked), implied, followed, budget, maxImplied, maxFollowed)
	}
}
