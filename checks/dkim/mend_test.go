package dkim

import (
	"slices"
	"strings"
	"testing"
)

func TestMend(t *testing.T) {
	good := "v=DKIM1; k=rsa; p=" + rsa2048
	ed := "v=DKIM1; k=ed25519; p=" + ed25519Raw
	for _, tt := range []struct{ why, text, want string }{
		{"missing semicolons", "v=DKIM1 k=rsa p=" + rsa2048, good},
		{"no separator at all", "v=DKIM1k=rsa; p=" + rsa2048, good},
		{"a colon for the semicolon", "v=DKIM1: k=rsa; p=" + rsa2048, good},
		{"commas", "v=DKIM1, k=rsa, p=" + rsa2048, good},
		{"colons for equals signs", "v:DKIM1; k:rsa; p:" + rsa2048, good},
		{"escaped semicolons", `v=DKIM1\; k=rsa\; p=` + rsa2048, good},
		{"quoted as a whole", `"v=DKIM1; k=rsa; p=` + rsa2048 + `"`, good},
		{"the zone file form as a whole", `( "v=DKIM1; k=rsa; " "p=` + rsa2048[:200] + `" "` + rsa2048[200:] + `" )`, good},
		{"quotation marks where the strings met", "v=DKIM1; k=rsa; p=" + rsa2048[:200] + `" "` + rsa2048[200:], good},
		{"smart quotes and a no-break space", "v=\u201cDKIM1\u201d;\u00a0k=rsa; p=" + rsa2048, good},
		{"full-width letters", "\uff56\uff1d\uff24\uff2b\uff29\uff2d\uff11\uff1b\u3000k=rsa; p=" + rsa2048, good},
		{"a zero-width space inside the key", "v=DKIM1; k=rsa; p=" + rsa2048[:9] + "\u200b" + rsa2048[9:], good},
		{"a mark of direction", "v=DKIM1; k=rsa\u202e; p=" + rsa2048, good},
		{"blank pieces", ";v=DKIM1;; k=rsa; ; p=" + rsa2048, good},
		{"the same twice", "v=DKIM1; k=rsa; k=rsa; p=" + rsa2048, good},
		{"capital tags", "V=DKIM1; K=rsa; P=" + rsa2048, good},
		{"the version in lower case, and last", "k=rsa; p=" + rsa2048 + "; v=dkim1", good},
		{"values in capitals", "v=DKIM1; k=RSA; p=" + rsa2048, good},
		{"no name before the key", "v=DKIM1; k=rsa; " + rsa2048, good},
		{"no name before the version", "DKIM1; k=rsa; p=" + rsa2048, good},
		{"PKCS #1", "v=DKIM1; k=rsa; p=" + rsa2048PKCS1, good},
		{"PEM armour", "v=DKIM1; k=rsa; p=-----BEGIN PUBLIC KEY----- " + rsa2048 + " -----END PUBLIC KEY-----", good},
		{"the URL-safe alphabet", "v=DKIM1; k=rsa; p=" + strings.NewReplacer("+", "-", "/", "_").Replace(rsa2048), good},
		{"padding too much", "v=DKIM1; k=rsa; p=" + rsa2048 + "==", good},
		{"called ed25519", "v=DKIM1; k=ed25519; p=" + rsa2048, good},
		{"sha1 beside sha256", "v=DKIM1; h=sha1:sha256; p=" + rsa2048, "v=DKIM1; h=sha256; p=" + rsa2048},
		{"Ed25519 in a SubjectPublicKeyInfo", "v=DKIM1; k=ed25519; p=" + ed25519SPKI, ed},
		{"Ed25519 without k", "v=DKIM1; p=" + ed25519Raw, ed},
		{"Ed25519 called RSA, in a SubjectPublicKeyInfo, unpadded", "v=DKIM1; k=rsa; p=" + strings.TrimRight(ed25519SPKI, "="), ed},
		{"mail in capitals", "v=DKIM1; s=EMAIL; p=" + rsa2048, "v=DKIM1; s=email; p=" + rsa2048},
		{"notes stay", `v=DKIM1\; n=key "A" (new); p=` + rsa2048, `v=DKIM1; n=key "A" (new); p=` + rsa2048},
	} {
		got, ok := ParseKey(splitText(tt.text)).Mend()
		if !ok || got != tt.want {
			t.Errorf("%s: Mend(%q)\n got %q, %t\nwant %q", tt.why, tt.text, got, ok, tt.want)
			continue
		}
		if k := ParseKey(splitText(got)); !k.Usable() || len(k.Faults) > 0 {
			t.Errorf("%s: the mended record %q has faults %v", tt.why, got, k.Faults)
		}
	}
}

func TestMendLeavesDoubt(t *testing.T) {
	for _, tt := range []struct{ why, text string }{
		{"two keys in one record", "v=DKIM1; p=" + rsa2048 + "; p=" + rsa2048b},
		{"nobody knows what this piece is", "v=DKIM1; please ask IT; p=" + rsa2048},
		{"a tag without its equals sign", "v=DKIM1; k rsa; p=" + rsa2048},
		{"nothing", ""},
	} {
		if got, ok := ParseKey(splitText(tt.text)).Mend(); ok {
			t.Errorf("%s: Mend(%q) = %q, want no answer", tt.why, tt.text, got)
		}
	}
}

// What is lost is not invented: the mended record keeps the fault.
func TestMendInventsNothing(t *testing.T) {
	for _, tt := range []struct {
		text string
		kind FaultKind
	}{
		{"v=dkim1; p=" + rsa2048[:244], Split},
		{"v=dkim1; k=rsa", KeyMissing},
		{"v=dkim1; p=" + ecdsaSPKI, DER},
		{"v=dkim1; k=dsa; p=VGhpcyBpcyBub3QgYSBrZXk=", KeyType},
		{"v=dkim1; p=to be done!", Base64},
		{"v=dkim1; s=tlsrpt; p=" + rsa2048, Service},
	} {
		got, ok := ParseKey(splitText(tt.text)).Mend()
		k := ParseKey(splitText(got))
		if !ok || !slices.ContainsFunc(k.Faults, func(f Fault) bool { return f.Kind == tt.kind }) {
			t.Errorf("Mend(%q) = %q, %t with faults %v, want it to keep %v", tt.text, got, ok, k.Faults, tt.kind)
		}
	}
}

func TestPlain(t *testing.T) {
	k := ParseKey(splitText(`v=DKIM1\; k=ed25519\; p=` + rsa1024))
	if got := faultsOf(k.Plain()); !slices.Equal(got, []string{"mismatch"}) {
		t.Errorf("apart from its syntax the record has %q, want only the mismatch", got)
	}
	if k := ParseKey([]string{"v=DKIM1; what is this; p=" + rsa1024}); k.Plain() != nil {
		t.Error("a piece that nobody understands leaves nothing plain")
	}
}

func TestResembles(t *testing.T) {
	for _, tt := range []struct {
		text string
		want bool
	}{
		{"v=DKIM1; p=", true},
		{"p=" + rsa1024, true},
		{"p=", true},
		{"k=rsa; t=s", true},
		{"v=dkim1 k=rsa", true},
		{"\uff56\uff1d\uff24\uff2b\uff29\uff2d\uff11", true},
		{rsa2048, true},
		{"-----BEGIN PUBLIC KEY-----", true},
		{"v=1; k=rsa; p=" + rsa1024, true},
		{"v=spf1 -all", false},
		{"v=DMARC1; p=none", false},
		{"o=~; r=postmaster@example.co.jp", false},
		{"google-site-verification=abc", false},
		{"", false},
	} {
		if got := ParseKey([]string{tt.text}).Resembles(); got != tt.want {
			t.Errorf("Resembles(%q) = %t, want %t", tt.text, got, tt.want)
		}
	}
}
