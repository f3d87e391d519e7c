package dkim

import (
	"strings"
	"testing"

	"mailauth/checks"
	"mailauth/checks/catalog"
)

// Every text that a finding of these worlds shows is there in both languages,
// with all its values.
func TestTexts(t *testing.T) {
	texts, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	say := func(text checks.Text) {
		for _, lang := range []string{"en", "ja"} {
			said := texts.For(lang).Say(text)
			if said == text.ID || strings.Contains(said, "<no value>") || strings.Contains(said, "{{") || strings.TrimSpace(said) == "" {
				t.Errorf("%s in %s with %v: %q", text.ID, lang, text.Args, said)
			}
		}
	}
	look := func(zone string, listing bool, selectors ...string) {
		w := newWorld(t, map[string]string{"example.co.jp": base + zone, "tenant.onmicrosoft.com": txt("selector1-a._domainkey", "v=DKIM1; p="+rsa2048b)})
		w.listing = listing
		report, _ := w.audit(t, selectors...)
		for _, text := range report.Checks[0].Summary {
			say(text)
		}
		for _, f := range report.Findings {
			if f.Rule == checks.TempFail {
				continue
			}
			seen[f.Rule.ID] = true
			for _, part := range []string{"title", "message", "effect", "mend"} {
				say(checks.T(f.Rule.ID+"."+part, f.Args))
			}
			if f.Note != nil {
				say(*f.Note)
			}
			for _, fix := range f.Fixes {
				say(fix.Title)
				for _, c := range fix.Choices {
					say(c.Text)
				}
			}
		}
	}
	for _, piece := range append(zonePieces(), faultyKeys()...) {
		look(piece, true)
		look(piece, false, "default")
	}
	look(good("default")+txt("default._domainkey", "v=DKIM1; p="+rsa2048b), true)
	look(txt(`\227\131\161._domainkey`, "p="+rsa2048), true)
	look(good("s1")+good("s2")+outlook("selector1"), true)
	look(txt("20161025._domainkey", "v=DKIM1; p="+rsa2048), true)
	look("selector1._domainkey CNAME selector1-a._domainkey.tenant.onmicrosoft.com.\n", true)
	for _, r := range rules {
		if !seen[r.ID] && r != EmptyNXDomain && r != NamespaceThere && r != Delegated && r != Walked {
			t.Errorf("no world here raises %s", r.ID)
		}
	}
	for _, kind := range []checks.Text{
		checks.T("guard.dkim-key-lost", checks.Args{"selector": "s1"}),
		checks.T("guard.dkim-key-weaker", checks.Args{"selector": "s1", "bits": 1024}),
	} {
		say(kind)
	}
}

// faultyKeys has a record for every cause of every fault.
func faultyKeys() (zones []string) {
	for _, text := range []string{
		"v=DKIM1;; p=" + rsa2048, "v=DKIM1; k; p=" + rsa2048, "v=DKIM1; =rsa; p=" + rsa2048, "v=DKIM1; k-k=rsa; p=" + rsa2048,
		"v=\u201cDKIM1\u201d; p=" + rsa2048, "v=DKIM1; k=rsa; k=rsa; p=" + rsa2048, "v:DKIM1; p=" + rsa2048, "v=DKIM1 k=rsa; p=" + rsa2048,
		`v=DKIM1\; p=` + rsa2048, "v=dkim1; p=" + rsa2048, "k=rsa; v=DKIM1; p=" + rsa2048, "V=DKIM1; p=" + rsa2048, "v=DKIM1; k=rsa",
		"v=DKIM1; p=" + rsa2048[:99] + `"` + rsa2048[99:], "v=DKIM1; p=" + rsa2048[:300], "v=DKIM1; p=-----BEGIN PUBLIC KEY-----" + rsa1024 + "-----END PUBLIC KEY-----",
		"v=DKIM1; p=-----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY-----", "v=DKIM1; p=" + strings.NewReplacer("+", "-", "/", "_").Replace(rsa2048),
		"v=DKIM1; p=" + rsa2048 + "==", "v=DKIM1; p=none!", "v=DKIM1; p=" + rsa1024[:60], "v=DKIM1; p=" + appended(rsa1024), "v=DKIM1; p=" + ecdsaSPKI,
		"v=DKIM1; p=AAAA", "v=DKIM1; p=" + rsa2048PKCS1, "v=DKIM1; k=ed25519; p=" + ed25519SPKI, "v=DKIM1; k=RSA; p=" + rsa2048, "v=DKIM1; k=; p=" + rsa2048,
		"v=DKIM1; p=" + ed25519Raw, "v=DKIM1; h=sha1; p=" + rsa2048, "v=DKIM1; h=sha1:sha256; p=" + rsa2048, "v=DKIM1; s=web; p=" + rsa2048,
		"v=DKIM1; k=rsa; g=; p=" + rsa2048, "v=DKIM1; t=s; policy=strict; p=" + rsa2048, "v=DKIM1; n=" + strings.Repeat("n", 81) + "; p=" + rsa2048,
		"v=DKIM1; p=" + rsa2048[:64] + " " + rsa2048[64:], "v=DKIM1; p=" + rsa5120, "v=DKIM1; n=" + strings.Repeat("n", 900) + "; p=" + rsa2048, "v=DKIM1; p=" + rsaExponent3,
		"v=DKIM1; p=" + rfc6376Key, "v=DKIM1; p=" + mandrillKey,
		"v=DKIM1; p=" + rsa512, "v=DKIM1; p=" + rsa1024, "v=DKIM1; t=y; p=" + rsa2048, "v=DKIM1; p=", "v=DKIM1; k=ed25519; p=" + ed25519Raw,
	} {
		zones = append(zones, txt("default._domainkey", text))
	}
	return append(zones, "default._domainkey TXT \"v=DKIM1; p="+rsa2048+"\"\n")
}
