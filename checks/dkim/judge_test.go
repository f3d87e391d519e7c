package dkim

import (
	"slices"
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/resolver"
)

// outlook is an alias that Microsoft 365 asks for; there is no key behind it.
func outlook(selector string) string {
	return selector + "._domainkey CNAME " + selector + "-example-co-jp._domainkey.tenant.onmicrosoft.com.\n"
}

const at = " default._domainkey.example.co.jp."

func TestJudgeKey(t *testing.T) {
	plain := func(text string) string { return txt("default._domainkey", text) }
	key := "v=DKIM1; k=rsa; p=" + rsa2048
	for _, tt := range []struct {
		why  string
		zone string
		want []string
		fix  string // the record that the fix of the first finding publishes
	}{
		{why: "sound", zone: plain(key)},
		{why: "sound, without v and k", zone: plain("p=" + rsa2048), want: []string{"info dkim-v-absent" + at}},
		{why: "the record of a provider that says little", zone: plain("k=rsa; t=s:y; p=" + rsa2048), want: []string{"info dkim-t-s" + at, "info dkim-t-y" + at, "info dkim-v-absent" + at}},
		{why: "tags that nobody knows are one finding", zone: plain("v=DKIM1; policy=strict; r=x; p=" + rsa2048), want: []string{"info dkim-unknown-tag" + at}},
		{why: "g= with a value that keeps old software away", zone: plain("v=DKIM1; g=; k=rsa; p=" + rsa2048), want: []string{"info dkim-g" + at}, fix: key},
		{why: "spaces from a listing", zone: plain("v=DKIM1; k=rsa; p=" + rsa2048[:64] + " " + rsa2048[64:128] + "\t" + rsa2048[128:]), want: []string{"info dkim-p-whitespace" + at}, fix: key},
		{why: "spaces at the ends of p= are outside the key", zone: plain("v=DKIM1; k=rsa; p= " + rsa2048 + " ;")},
		{why: "a note in a few words", zone: plain("v=DKIM1; n=made in April; p=" + rsa2048)},
		{why: "the example key of RFC 6376", zone: plain("v=DKIM1; p=" + rfc6376Key), want: []string{"warning dkim-rsa-1024" + at, "warning dkim-rsa-known-weak" + at}},
		{why: "the example key of RFC 8463", zone: plain("v=DKIM1; k=ed25519; p=" + rfc8463Key), want: []string{"info dkim-ed-only" + at, "warning dkim-rsa-known-weak" + at}},
		{why: "one key at two selectors", zone: good("s1") + good("s2"), want: []string{"info dkim-selector-stale s2._domainkey.example.co.jp."}},
		{why: "nobody signs at Microsoft 365 yet", zone: outlook("selector1") + outlook("selector2"), want: []string{"info dkim-cname-ready selector1._domainkey.example.co.jp."}},
		{why: "one alias for Microsoft 365 is missing before there is a key", zone: outlook("selector2"), want: []string{"info dkim-cname-ready selector2._domainkey.example.co.jp."}},
		{why: "text that is no key at a selector that nobody named", zone: plain("hello"), want: []string{"info dkim-selector-notfound _domainkey.example.co.jp."}},
		{why: "a sound key beside other text", zone: plain(key) + plain("hello")},

		{why: "two keys", zone: plain(key) + plain("v=DKIM1; p="+rsa1024), want: []string{"error dkim-multi-txt" + at}},
		{why: "the same key twice", zone: plain(key) + plain("v=DKIM1;k=rsa;p="+rsa2048+";"), want: []string{"error dkim-multi-txt" + at}, fix: ""},
		{why: "a broken and a sound one", zone: plain(key) + plain("v=dkim1; p="+rsa1024), want: []string{"error dkim-multi-txt" + at}},

		{why: "escaped semicolons are one cause", zone: plain(`v=DKIM1\; k=rsa\; p=` + rsa2048), want: []string{"error dkim-tag-syntax" + at}, fix: key},
		{why: "no semicolons are one cause", zone: plain("v=DKIM1 k=rsa p=" + rsa2048), want: []string{"error dkim-tag-syntax" + at}, fix: key},
		{why: "quoted as a whole is one cause", zone: plain(`"v=DKIM1; k=rsa; p=` + rsa2048 + `"`), want: []string{"error dkim-tag-syntax" + at}, fix: key},
		{why: "what the broken syntax hid is told at once", zone: plain("v=DKIM1 k=rsa p=" + rsa1024), want: []string{"error dkim-tag-syntax" + at, "warning dkim-rsa-1024" + at}, fix: "v=DKIM1; k=rsa; p=" + rsa1024},
		{why: "the fault that the syntax hid lies beyond the end of the record as published", zone: plain("v=DKIM1; k=rsa p=abc"), want: []string{"error dkim-p-base64" + at, "error dkim-tag-syntax" + at}},
		{why: "the same without a version", zone: plain("k=rsa p=abc"), want: []string{"error dkim-p-base64" + at, "error dkim-tag-syntax" + at}},
		{why: "two causes, two findings", zone: plain("v=DKIM1;; h=sha1; k=rsa; p=" + rsa2048), want: []string{"error dkim-h-sha1" + at, "error dkim-tag-syntax" + at}, fix: "v=DKIM1; h=sha256; k=rsa; p=" + rsa2048},
		{why: "two keys in one record: nobody knows which", zone: plain(key + "; p=" + rsa1024), want: []string{"error dkim-tag-syntax" + at}},

		{why: "v in lower case", zone: plain("v=dkim1; k=rsa; p=" + rsa2048), want: []string{"error dkim-v" + at}, fix: key},
		{why: "no p", zone: plain("v=DKIM1; k=rsa"), want: []string{"error dkim-p-missing" + at}},
		{why: "p in capitals", zone: plain("v=DKIM1; k=rsa; P=" + rsa2048), want: []string{"error dkim-p-missing" + at}, fix: key},
		{why: "marks where the strings met", zone: plain("v=DKIM1; k=rsa; p=" + rsa2048[:200] + `" "` + rsa2048[200:]), want: []string{"error dkim-chunk-split" + at}, fix: key},
		{why: "lost at 255", zone: plain(key[:255]), want: []string{"error dkim-chunk-split" + at}},
		{why: "strings that became records", zone: plain(key[:255]) + plain(key[255:]), want: []string{"error dkim-chunk-split" + at}, fix: key},
		{why: "one long string", zone: "default._domainkey TXT \"" + key + "\"\n", want: []string{"error dkim-chunk-split" + at}, fix: key},
		{why: "armour", zone: plain("v=DKIM1; k=rsa; p=-----BEGIN PUBLIC KEY-----" + rsa2048 + "-----END PUBLIC KEY-----"), want: []string{"error dkim-p-base64" + at}, fix: key},
		{why: "an elliptic curve key", zone: plain("v=DKIM1; k=rsa; p=" + ecdsaSPKI), want: []string{"error dkim-p-der" + at}},
		{why: "PKCS #1", zone: plain("v=DKIM1; k=rsa; p=" + rsa2048PKCS1), want: []string{"warning dkim-p-pkcs1" + at}, fix: key},
		{why: "too short", zone: plain("v=DKIM1; k=rsa; p=" + rsa512), want: []string{"error dkim-rsa-lt1024" + at}},
		{why: "short", zone: plain("v=DKIM1; k=rsa; p=" + rsa1024), want: []string{"warning dkim-rsa-1024" + at}},
		{why: "a wrapped Ed25519 key", zone: plain("v=DKIM1; k=ed25519; p=" + ed25519SPKI), want: []string{"error dkim-ed-len" + at}, fix: "v=DKIM1; k=ed25519; p=" + ed25519Raw},
		{why: "only Ed25519", zone: plain("v=DKIM1; k=ed25519; p=" + ed25519Raw), want: []string{"info dkim-ed-only" + at}},
		{why: "Ed25519 beside RSA", zone: plain("v=DKIM1; k=ed25519; p="+ed25519Raw) + good("s1")},
		{why: "an unknown type", zone: plain("v=DKIM1; k=dsa; p=" + rsa2048), want: []string{"error dkim-k-unknown" + at}, fix: key},
		{why: "the wrong type", zone: plain("v=DKIM1; k=ed25519; p=" + rsa2048), want: []string{"error dkim-k-mismatch" + at}, fix: key},
		{why: "only sha1", zone: plain("v=DKIM1; h=sha1; p=" + rsa2048), want: []string{"error dkim-h-sha1" + at}, fix: "v=DKIM1; h=sha256; p=" + rsa2048},
		{why: "also sha1", zone: plain("v=DKIM1; h=sha1:sha256; p=" + rsa2048), want: []string{"info dkim-h-has-sha1" + at}, fix: "v=DKIM1; h=sha256; p=" + rsa2048},
		{why: "not for mail", zone: plain("v=DKIM1; s=web; p=" + rsa2048), want: []string{"error dkim-s" + at}},
		{why: "a key for TLS reports is meant to be one", zone: plain("v=DKIM1; s=tlsrpt; p=" + rsa2048)},
		{why: "not for mail, beside one that is", zone: plain("v=DKIM1; s=web; p="+rsa2048) + good("s1")},
		{why: "testing", zone: plain("v=DKIM1; t=y; p=" + rsa2048), want: []string{"info dkim-t-y" + at}},
		{why: "revoked, and nobody knows of others", zone: plain("v=DKIM1; p="), want: []string{"info dkim-revoked" + at}},
		{why: "weak and testing behind somebody else's alias: theirs to mend", zone: "default._domainkey CNAME weak.example.net.\n"},
		{why: "unusable behind somebody else's alias", zone: "default._domainkey CNAME short.example.net.\n", want: []string{"error dkim-rsa-lt1024" + at}},
		{why: "broken behind somebody else's alias", zone: "default._domainkey CNAME broken.example.net.\n", want: []string{"error dkim-v" + at}},
		{why: "weak behind an own alias", zone: "default._domainkey CNAME key\n" + txt("key", "v=DKIM1; p="+rsa1024), want: []string{"warning dkim-rsa-1024 key.example.co.jp."}},
	} {
		w := newWorld(t, map[string]string{"example.co.jp": base + tt.zone, "example.net": txt("weak", "h=sha1:sha256; t=y; p="+rsa1024PKCS1) + txt("short", "p="+rsa512) + txt("broken", "v=dkim1; p="+rsa1024)})
		report, _ := w.audit(t)
		if got := raised(report); !slices.Equal(got, tt.want) {
			t.Errorf("%s: findings %q, want %q", tt.why, got, tt.want)
			continue
		}
		if tt.fix != "" {
			checkFix(t, tt.why, report.Findings[0], tt.fix)
		} else if len(report.Findings) > 0 && report.Findings[0].Rule != Multiple && len(report.Findings[0].Fixes) > 0 {
			t.Errorf("%s: fix %+v, want none", tt.why, report.Findings[0].Fixes)
		}
	}
}

// checkFix holds a fix to its record, in strings that DNS can carry.
func checkFix(t *testing.T, why string, f checks.Finding, want string) {
	t.Helper()
	if len(f.Fixes) != 1 || len(f.Fixes[0].Edits) != 1 {
		t.Errorf("%s: fixes %+v, want one with one edit", why, f.Fixes)
		return
	}
	edit := f.Fixes[0].Edits[0]
	if len(edit.Add) != 1 || edit.Add[0] != keyData(want) || edit.Name != f.Name {
		t.Errorf("%s: the fix publishes %q at %s, want %q at %s", why, edit.Add, edit.Name, keyData(want), f.Name)
	}
	if !slices.Contains(edit.Remove, f.Record.Data.String()) {
		t.Errorf("%s: the fix removes %q, want %q among it", why, edit.Remove, f.Record.Data)
	}
}

func TestEvidence(t *testing.T) {
	w := newWorld(t, map[string]string{"example.co.jp": base + txt("default._domainkey", "v=DKIM1; k=RSA; p="+rsa2048)})
	report, _ := w.audit(t)
	f := report.Findings[0]
	text, _ := f.Record.Text()
	if f.Span == nil || f.Span.Of(text) != "RSA" || f.Note == nil || f.Args["found"] != "RSA" || f.Args["selector"] != "default" {
		t.Errorf("span %v, note %v, args %v; want the span of RSA", f.Span, f.Note, f.Args)
	}
}

func TestKeepOne(t *testing.T) {
	same := newWorld(t, map[string]string{"example.co.jp": base +
		txt("default._domainkey", "v=dkim1; p="+rsa2048) + txt("default._domainkey", "v=DKIM1; p="+rsa2048)})
	report, _ := same.audit(t)
	fix := report.Findings[0].Fixes[0]
	if want := []string{keyData("v=dkim1; p=" + rsa2048)}; len(fix.Choices) > 0 || !slices.Equal(fix.Edits[0].Remove, want) {
		t.Errorf("of two records with one key %q is removed, want the broken one", fix.Edits[0].Remove)
	}
	other := newWorld(t, map[string]string{"example.co.jp": base + good("default") + txt("default._domainkey", "v=DKIM1; p="+rsa2048b)})
	report, _ = other.audit(t)
	if fix := report.Findings[0].Fixes[0]; len(fix.Choices) != 1 || len(fix.Choices[0].Values) != 2 {
		t.Errorf("of two different keys the user chooses one; got %+v", fix)
	}
}

// Where a zone file shows every selector, the last word can be said.
func TestAllSelectorsKnown(t *testing.T) {
	for _, tt := range []struct {
		why, zone string
		want      []string
		status    checks.Status
	}{
		{"the last key is revoked", txt("old._domainkey", "p=") + txt("older._domainkey", "p="),
			[]string{"info dkim-revoked older._domainkey.example.co.jp.", "warning dkim-revoked old._domainkey.example.co.jp."}, checks.StatusWarn},
		{"one is revoked, another lives", txt("old._domainkey", "p=") + good("new"),
			[]string{"info dkim-revoked old._domainkey.example.co.jp."}, checks.StatusPass},
		{"only Ed25519", txt("ed._domainkey", "v=DKIM1; k=ed25519; p="+ed25519Raw),
			[]string{"warning dkim-ed-only ed._domainkey.example.co.jp."}, checks.StatusWarn},
		{"only a key for reports", txt("r._domainkey", "v=DKIM1; s=tlsrpt; p="+rsa2048), nil, checks.StatusNone},
	} {
		w := newWorld(t, map[string]string{"example.co.jp": base + tt.zone})
		w.listing = true
		report, facts := w.audit(t)
		if got := raised(report); !slices.Equal(got, tt.want) || report.Checks[0].Status != tt.status || !facts.Complete {
			t.Errorf("%s: findings %q, status %s; want %q, %s", tt.why, got, report.Checks[0].Status, tt.want, tt.status)
		}
	}
}

func TestSummary(t *testing.T) {
	for _, tt := range []struct {
		why, zone string
		want      []string
	}{
		{"two keys", good("default") + txt("s2._domainkey", "k=ed25519; p="+ed25519Raw), []string{"dkim-rsa", "dkim-ed25519"}},
		{"five keys", good("a") + good("b") + good("c") + good("d") + good("e"), []string{"dkim-rsa", "dkim-rsa", "dkim-rsa", "dkim-more"}},
		{"a broken one", txt("default._domainkey", "v=DKIM1"), []string{"dkim-broken"}},
		{"none", "", []string{"dkim-none"}},
	} {
		w := newWorld(t, map[string]string{"example.co.jp": base + tt.zone})
		w.listing = true
		report, _ := w.audit(t)
		var got []string
		for _, text := range report.Checks[0].Summary {
			got = append(got, strings.TrimPrefix(text.ID, "summary."))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: summary %q, want %q", tt.why, got, tt.want)
		}
	}
}

// Guard: a fix that takes a live key away or replaces it by a shorter one says so.
func TestGuard(t *testing.T) {
	facts := func(selectors ...*Selector) *Facts { return &Facts{Selectors: selectors} }
	live := func(name string, bits int) *Selector {
		return &Selector{Selector: name, Name: keyName(name, domain), State: StateLive, Algorithm: "rsa", Bits: bits}
	}
	for _, tt := range []struct {
		why        string
		was, is    *Facts
		wantGuards int
	}{
		{"the same", facts(live("a", 2048)), facts(live("a", 2048)), 0},
		{"one more", facts(live("a", 2048)), facts(live("a", 2048), live("b", 2048)), 0},
		{"one gone", facts(live("a", 2048), live("b", 2048)), facts(live("b", 2048)), 1},
		{"one shorter", facts(live("a", 2048)), facts(live("a", 1024)), 1},
	} {
		if got := lostKeys(tt.was, tt.is); len(got) != tt.wantGuards {
			t.Errorf("%s: %v, want %d", tt.why, got, tt.wantGuards)
		}
	}
}

var _ resolver.Resolver = (*world)(nil)
