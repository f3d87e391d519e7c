package dkim

import (
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
)

// base is a domain that has nothing to do with DKIM yet.
const base = "@ IN MX 10 mail\n@ IN TXT \"v=spf1 mx -all\"\nmail IN A 192.0.2.25\n"

func good(selector string) string {
	return txt(selector+"._domainkey", "v=DKIM1; k=rsa; p="+rsa2048)
}

func TestDiscovery(t *testing.T) {
	vendor := map[string]string{"example.net": "ours._domainkey IN TXT \"v=DKIM1; p=\"\nweb IN A 192.0.2.80\n" + txt("k1.dkim", "v=DKIM1; p="+rsa2048)}
	for _, tt := range []struct {
		why       string
		zone      string
		setUp     func(*world)
		given     []string
		want      []string
		namespace Namespace
		live      checks.Tri
		status    checks.Status
	}{
		{why: "a common selector", zone: good("default"),
			namespace: NamespaceExists, live: checks.Yes, status: checks.StatusPass},
		{why: "nothing below the domain: no key can be", zone: "",
			namespace: NamespaceNXDomain, live: checks.No, status: checks.StatusNone},
		{why: "a token nobody guesses: never missing", zone: good("x7f3q"),
			want:      []string{"info dkim-namespace-exists _domainkey.example.co.jp."},
			namespace: NamespaceExists, live: checks.Open, status: checks.StatusUnknown},
		{why: "a token that the user names", zone: good("x7f3q"), given: []string{"x7f3q"},
			namespace: NamespaceExists, live: checks.Yes, status: checks.StatusPass},
		{why: "a token that the zone file lists", zone: good("x7f3q"), setUp: listed1,
			namespace: NamespaceExists, live: checks.Yes, status: checks.StatusPass},
		{why: "a selector of the dictionary", zone: good("zoho"),
			namespace: NamespaceExists, live: checks.Yes, status: checks.StatusPass},
		{why: "a selector that the user names is not there", zone: good("default"), given: []string{"s9"},
			want:      []string{"info dkim-selector-notfound _domainkey.example.co.jp."},
			namespace: NamespaceExists, live: checks.Yes, status: checks.StatusPass},
		{why: "a policy of old at _domainkey says nothing of keys", zone: txt("_domainkey", "o=~"),
			want:      []string{"info dkim-adsp _domainkey.example.co.jp.", "info dkim-selector-notfound _domainkey.example.co.jp."},
			namespace: NamespaceExists, live: checks.Open, status: checks.StatusUnknown},
		{why: "a zone file without any key", zone: "", setUp: listed1,
			namespace: NamespaceNXDomain, live: checks.No, status: checks.StatusNone},
		{why: "ADSP is no selector", zone: txt("_adsp._domainkey", "dkim=unknown"), setUp: listed1,
			want:      []string{"info dkim-adsp _adsp._domainkey.example.co.jp."},
			namespace: NamespaceExists, live: checks.No, status: checks.StatusNone},

		{why: "compact denial: NODATA proves nothing", zone: "", setUp: func(w *world) { w.compact = true },
			want:      []string{"info dkim-selector-notfound _domainkey.example.co.jp."},
			namespace: NamespaceWildcard, live: checks.Open, status: checks.StatusUnknown},
		{why: "a wildcard of another type", zone: "* IN A 192.0.2.80\n",
			want:      []string{"info dkim-selector-notfound _domainkey.example.co.jp."},
			namespace: NamespaceWildcard, live: checks.Open, status: checks.StatusUnknown},
		{why: "a wildcard with SPF", zone: txt("*", "v=spf1 -all"),
			want:      []string{"info dkim-wildcard *.example.co.jp."},
			namespace: NamespaceWildcard, live: checks.Open, status: checks.StatusUnknown},
		{why: "a wildcard alias of the web server", zone: "* IN CNAME web.example.net.\n",
			want:      []string{"info dkim-selector-notfound _domainkey.example.co.jp."},
			namespace: NamespaceWildcard, live: checks.Open, status: checks.StatusUnknown},
		{why: "every selector revoked: a parked domain", zone: txt("*._domainkey", "v=DKIM1; p="),
			want:      []string{"info dkim-wildcard *._domainkey.example.co.jp."},
			namespace: NamespaceExists, live: checks.No, status: checks.StatusNone},
		{why: "every selector has the key", zone: txt("*._domainkey", "v=DKIM1; p="+rsa2048),
			want:      []string{"warning dkim-wildcard *._domainkey.example.co.jp."},
			namespace: NamespaceExists, live: checks.Yes, status: checks.StatusWarn},
		{why: "a selector below a revoked wildcard", zone: txt("*._domainkey", "v=DKIM1; p=") + good("s1"),
			want:      []string{"info dkim-wildcard *._domainkey.example.co.jp."},
			namespace: NamespaceExists, live: checks.Yes, status: checks.StatusPass},
		{why: "servers that deny empty non-terminals", zone: good("default"), setUp: func(w *world) { w.denies["_domainkey."+domain] = true },
			want:      []string{"info dns-ent-nxdomain _domainkey.example.co.jp."},
			namespace: NamespaceExists, live: checks.Yes, status: checks.StatusPass},

		{why: "an alias with a key", zone: "k1._domainkey IN CNAME k1.dkim.example.net.\n",
			namespace: NamespaceExists, live: checks.Yes, status: checks.StatusPass},
		{why: "an alias of nothing", zone: "s1._domainkey IN CNAME gone.example.net.\n",
			want:      []string{"warning dkim-cname-dangling s1._domainkey.example.co.jp."},
			namespace: NamespaceExists, live: checks.Open, status: checks.StatusWarn},
		{why: "an alias of a host", zone: "s1._domainkey IN CNAME web.example.net.\n",
			want:      []string{"warning dkim-cname-dangling s1._domainkey.example.co.jp."},
			namespace: NamespaceExists, live: checks.Open, status: checks.StatusWarn},
		{why: "an alias of nothing that mail is signed with", zone: "s1._domainkey IN CNAME gone.example.net.\n", given: []string{"s1"},
			want:      []string{"error dkim-cname-dangling s1._domainkey.example.co.jp."},
			namespace: NamespaceExists, live: checks.Open, status: checks.StatusFail},
		{why: "the second alias of a provider, while the first has the key",
			zone:      "k1._domainkey IN CNAME k1.dkim.example.net.\nk2._domainkey IN CNAME k2.dkim.example.net.\n",
			setUp:     listed1,
			want:      []string{"info dkim-cname-dangling k2._domainkey.example.co.jp."},
			namespace: NamespaceExists, live: checks.Yes, status: checks.StatusPass},
		{why: "an address where the alias belongs", zone: "s1._domainkey IN A 192.0.2.80\n",
			want:      []string{"error dkim-cname-proxied s1._domainkey.example.co.jp."},
			namespace: NamespaceExists, live: checks.Open, status: checks.StatusFail},
		{why: "the same behind compact denial", zone: "s1._domainkey IN A 192.0.2.80\n", setUp: func(w *world) { w.compact = true },
			want:      []string{"error dkim-cname-proxied s1._domainkey.example.co.jp."},
			namespace: NamespaceWildcard, live: checks.Open, status: checks.StatusFail},
	} {
		zones := map[string]string{"example.co.jp": base + tt.zone}
		for apex, text := range vendor {
			zones[apex] = text
		}
		w := newWorld(t, zones)
		if tt.setUp != nil {
			tt.setUp(w)
		}
		report, facts := w.audit(t, tt.given...)
		if got := raised(report); !slices.Equal(got, tt.want) {
			t.Errorf("%s: findings %q, want %q", tt.why, got, tt.want)
		}
		if facts.Namespace != tt.namespace || facts.LiveKey != tt.live || report.Checks[0].Status != tt.status {
			t.Errorf("%s: namespace %s, live key %s, status %s; want %s, %s, %s", tt.why,
				facts.Namespace, facts.LiveKey, report.Checks[0].Status, tt.namespace, tt.live, tt.status)
		}
		if n := len(w.asked); n > budget+5 { // laying a fix over the DNS asks what stands around it
			t.Errorf("%s: %d questions", tt.why, n)
		}
	}
}

func listed1(w *world) { w.listing = true }

func TestMisplaced(t *testing.T) {
	key := "v=DKIM1; k=rsa; p=" + rsa2048
	for _, tt := range []struct {
		why   string
		zone  string
		setUp func(*world)
		given []string
		want  []string
	}{
		{why: "the domain twice: a dot is missing in the zone file", zone: txt("default._domainkey.example.co.jp", key),
			want: []string{"error dkim-wrong-name default._domainkey.example.co.jp.example.co.jp."}},
		{why: "the same, any selector, from the zone file", zone: txt("x7f3q._domainkey.example.co.jp", key), setUp: listed1,
			want: []string{"error dkim-wrong-name x7f3q._domainkey.example.co.jp.example.co.jp."}},
		{why: "the same for the user's selector", zone: txt("x7f3q._domainkey.example.co.jp", key), given: []string{"x7f3q"},
			want: []string{"error dkim-wrong-name x7f3q._domainkey.example.co.jp.example.co.jp."}},
		{why: "no underscore", zone: txt("mail.domainkey", key),
			want: []string{"error dkim-wrong-name mail.domainkey.example.co.jp."}},
		{why: "the other way round", zone: txt("_domainkey.mail", key),
			want: []string{"error dkim-wrong-name _domainkey.mail.example.co.jp."}},
		{why: "at the domain itself, and no key can be elsewhere", zone: txt("@", key),
			want: []string{"error dkim-wrong-name example.co.jp."}},
		{why: "at the domain itself, but keys exist that nobody guesses", zone: txt("@", key) + good("x7f3q"),
			want: []string{"info dkim-namespace-exists _domainkey.example.co.jp."}},
		{why: "a copy beside the right one", zone: txt("default.domainkey", key) + good("default"), setUp: listed1},
		{why: "a policy of the subdomain is no key", zone: txt("_domainkey.mail", "o=-")},
		{why: "a wildcard answers there too", zone: txt("*", key),
			want: []string{"warning dkim-wildcard *.example.co.jp."}},
		{why: "a selector in UTF-8", zone: txt(`\227\131\161\227\131\188\227\131\171._domainkey`, key), setUp: listed1,
			want: []string{`error dkim-idn \227\131\161\227\131\188\227\131\171._domainkey.example.co.jp.`}},
		{why: "a selector in UTF-8 that the user names", zone: txt(`\227\131\161\227\131\188\227\131\171._domainkey`, key), given: []string{"メール"},
			want: []string{`error dkim-idn \227\131\161\227\131\188\227\131\171._domainkey.example.co.jp.`, "info dkim-namespace-exists _domainkey.example.co.jp."}},
	} {
		w := newWorld(t, map[string]string{"example.co.jp": base + tt.zone})
		if tt.setUp != nil {
			tt.setUp(w)
		}
		report, _ := w.audit(t, tt.given...)
		if got := raised(report); !slices.Equal(got, tt.want) {
			t.Errorf("%s: findings %q, want %q", tt.why, got, tt.want)
		}
		for _, f := range report.Findings {
			if f.Severity == checks.Error && len(f.Fixes) != 1 {
				t.Errorf("%s: %d fixes, want the key moved", tt.why, len(f.Fixes))
			}
		}
	}
}

func TestParseSelector(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"S1", "s1"},
		{" s1._domainkey.example.co.jp. ", "s1"},
		{"2026.mail", "2026.mail"},
		{"メール", "xn--4dkua4c"},
	} {
		if got, err := ParseSelector(tt.text, domain); err != nil || got != tt.want {
			t.Errorf("ParseSelector(%q) = %q, %v; want %q", tt.text, got, err, tt.want)
		}
	}
	for _, text := range []string{"", ".", "a..b", strings.Repeat("a", 64), "_domainkey.example.co.jp"} {
		if got, err := ParseSelector(text, domain); err == nil {
			t.Errorf("ParseSelector(%q) = %q, want an error", text, got)
		}
	}
}

// The dictionary must fit into what the rounds before it leave.
func TestDictionaryFitsTheBudget(t *testing.T) {
	w := newWorld(t, map[string]string{"example.co.jp": base + good("x7f3q")})
	_, facts := w.audit(t)
	if want := len(commonest()) + len(dictionary()); len(facts.Tried) != want {
		t.Errorf("%d selectors tried, want all %d", len(facts.Tried), want)
	}
	if len(w.asked) > 45 {
		t.Errorf("%d questions, more than a check of one domain should ask", len(w.asked))
	}
	seen := map[string]bool{}
	for _, name := range slices.Concat(commonest(), dictionary(), rarer()) {
		if seen[name] {
			t.Errorf("%s is listed twice", name)
		}
		seen[name] = true
	}
	for _, q := range w.asked {
		ofNamespace := q.Type == resolver.TypeNS && q.Name == namespaceName(domain)
		if q.Type != resolver.TypeTXT && q.Type != resolver.TypeA && (q.Type != resolver.TypeMX || q.Name != domain) && !ofNamespace {
			t.Errorf("asked %s", q)
		}
	}
}

// Wrong names are not looked for one by one where nobody may send, unless the
// user names the selector.
func TestFewQuestionsWhereNobodySends(t *testing.T) {
	for _, tt := range []struct {
		why, records string
		selectors    []string
		want         int
	}{
		{"no SPF record", `@ A 192.0.2.1`, nil, 0},
		{"no mail", `@ TXT "v=spf1 -all"`, nil, 0},
		{"a selector is named", `@ TXT "v=spf1 -all"`, []string{"x1"}, 1},
		{"it sends", `@ TXT "v=spf1 mx -all"`, nil, len(commonest())},
	} {
		w := newWorld(t, map[string]string{"example.co.jp": tt.records})
		w.audit(t, tt.selectors...)
		swapped := 0
		for _, q := range w.asked {
			if strings.HasPrefix(q.Name, "_domainkey.") && strings.Count(q.Name, ".") == 5 {
				swapped++
			}
		}
		if swapped != tt.want {
			t.Errorf("%s: %d swapped names asked for, want %d: %v", tt.why, swapped, tt.want, w.asked)
		}
	}
}
