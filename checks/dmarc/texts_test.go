package dmarc

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
		seen[text.ID] = true
		for _, lang := range []string{"en", "ja"} {
			said := texts.For(lang).Say(text)
			if said == text.ID || strings.Contains(said, "<no value>") || strings.Contains(said, "{{") || strings.TrimSpace(said) == "" {
				t.Errorf("%s in %s with %v: %q", text.ID, lang, text.Args, said)
			}
		}
	}
	for _, world := range textWorlds() {
		report := auditDMARC(t, "example.co.jp.", dns(t, "example.co.jp.:"+world+mailbox))
		for _, text := range report.Checks[0].Summary {
			say(text)
		}
		for _, f := range report.Findings {
			for _, part := range []string{"title", "message", "mend"} {
				say(checks.T(f.Rule.ID+"."+part, f.Args))
			}
			if f.Note != nil {
				say(*f.Note)
			}
			for _, related := range f.Related {
				if related.Note != nil {
					say(*related.Note)
				}
			}
			for _, fix := range f.Fixes {
				say(fix.Title)
				for _, c := range fix.Choices {
					say(c.Text)
				}
			}
		}
	}
	for _, id := range []string{"corrected", "corrected-enforce", "policy", "policy-enforce", "merge", "merge-enforce", "move", "move-enforce", "keep-one",
		"drop-tag", "rename", "set-tag", "addresses", "raise", "mode", "one-tag", "pct", "rua-address", "end-test", "replace-spf", "move-spf", "drop-spf", "spf-home"} {
		if !seen["fix.dmarc-"+id] {
			t.Errorf("no world here shows the fix dmarc-%s", id)
		}
	}
}

// textWorlds are zones with slips of every kind.
func textWorlds() (zones []string) {
	for _, text := range []string{"v=dmarc1; p=none", "v=dmarc1; p=reject", "p=none; v=DMARC1", "p=none", " v=DMARC1; p=none", "v=DMARC1 p=none", "v-DMARC1; p=none",
		"v=DMARC1;", "v=DMARC1; p=rejct", "v=DMARC1; p=x", "v=DMARC1; p=non; rf=x", "v=DMARC1; p=none; sp=nne", "v=DMARC1; p=reject; sp=none; np=none; rf=x; ri=1; rua=mailto:d@x.example",
		"v=DMARC1; p=reject; np=none", "v=DMARC1; p=reject; sp=quarantine; t=y", "v=DMARC1; p=reject; pct=20; psd=y", "v=DMARC1; p=reject; t=x; psd=x; adkim=strict; aspf=rel; fo=1",
		"v=DMARC1; p=reject; aspf=rel", "v=DMARC1; p=none; p=reject", "v=DMARC1; p:none, sp=none np=none; =x; b", "v=DMARC1; p=none\xff\x01", "v=DMARC1; p=none; x1=a",
		"v=DMARC1; p=none; rau=mailto:d@example.co.jp", "v=DMARC1; p=reject; policy=none; asfp=s; ruf=mailto:d@example.co.jp; fo=9",
		"v=DMARC1; p=reject; rua=d@example.co.jp", "v=DMARC1; p=reject; rua=", "v=DMARC1; p=reject; rua=mailto:<d@example.co.jp>,mailto=d@example.co.jp,x", `v=DMARC1; p="none"`,
		"v=spf1 mx -all", "site=abc"} {
		zones = append(zones, "_dmarc TXT "+quoteBytes(text))
	}
	return append(zones,
		`_dmarc TXT "v=DMARC1" "p=reject"`, `_dmarc TXT "v=DMARC1; p=none"`+"\n"+`_dmarc TXT "v=DMARC1; p=none; ri=1"`, `_dmarc TXT "v=DMARC1; p=none"`+"\n"+`_dmarc TXT "v=DMARC1; p=reject"`,
		`_dmarc TXT "v=DMARC1; p=reject"`+"\n"+`_dmarc TXT "v=DMARC1; p=reject; ri=1"`, `dmarc TXT "v=DMARC1; p=none"`, `dmarc TXT "v=DMARC1; p=reject"`, `_dmarc.example.co.jp TXT "v=DMARC1; p=reject"`,
		`* TXT "site=abc"`, `_dmarc TXT "v=spf1 mx -all"`+"\n"+`@ TXT "v=spf1 mx -all"`, `_dmarc TXT "v=spf1 mx -all"`+"\n"+`_dmarc TXT "v=DMARC1; p=none"`,
		`_dmarc TXT "v=spf1 mx -all"`+"\n"+`_dmarc TXT "v=DMARC1; p=none"`+"\n"+`@ TXT "v=spf1 mx -all"`, "@ A 192.0.2.1")
}

// quoteBytes writes text as a character-string of a zone file.
func quoteBytes(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			b.WriteString(`\` + string([]byte{'0' + c/100, '0' + c/10%10, '0' + c%10}))
			continue
		}
		b.WriteByte(text[i])
	}
	return `"` + b.String() + `"`
}
