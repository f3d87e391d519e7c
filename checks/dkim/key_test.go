package dkim

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"
)

// faultsOf writes faults as "kind cause:octets", without the colon and octets
// where they are longer than anyone wants to read.
func faultsOf(k *Key) []string {
	var got []string
	for _, f := range k.Faults {
		text := strings.TrimSpace(f.Kind.String() + " " + string(f.Cause))
		if octets := f.Span.Of(k.Text); len(octets) < 40 {
			text += ":" + octets
		}
		got = append(got, text)
	}
	return got
}

func TestParseKey(t *testing.T) {
	k := ParseKey([]string{"v=DKIM1; k=rsa; h=sha1 : sha256; s=email:tlsrpt; t=y:s; n=moved 2026-04; g=*; x=1; p=", rsa2048[:200], rsa2048[200:]})
	if k.Version != "DKIM1" || k.Type != "rsa" || !slices.Equal(k.Hashes, []string{"sha1", "sha256"}) ||
		!slices.Equal(k.Services, []string{"email", "tlsrpt"}) || !k.Testing() || k.Notes != "moved 2026-04" ||
		k.Granularity != "*" || len(k.Unknown) != 1 || k.Unknown[0].Name != "x" {
		t.Errorf("ParseKey read %+v", k)
	}
	if m := k.Material; m.Form != FormSPKI || m.Bits != 2048 || m.Exponent.Int64() != 65537 {
		t.Errorf("key is %s with %d bits and exponent %s, want spki, 2048, 65537", m.Form, m.Bits, m.Exponent)
	}
	if got := faultsOf(k); !slices.Equal(got, []string{"has-sha1:sha1 : sha256"}) || !k.Usable() {
		t.Errorf("faults %q, usable %t; want only sha1, and usable", got, k.Usable())
	}
}

func TestParseKeyFaults(t *testing.T) {
	folded := rsa1024[:40] + " " + rsa1024[40:80] + "\t" + rsa1024[80:]
	noTail := strings.TrimRight(ed25519Raw, "=")
	for _, tt := range []struct {
		why  string
		text string
		want []string
	}{
		{"p alone is a whole record: v and k have defaults", "p=" + rsa2048, nil},
		{"any order but v first", "v=DKIM1; p=" + rsa2048 + "; k=rsa", nil},
		{"white space around everything", " v = DKIM1 ; k = rsa ; p = " + folded + " ; ", nil},
		{"Ed25519", "v=DKIM1; k=ed25519; p=" + ed25519Raw, nil},
		{"revoked", "v=DKIM1; p=", nil},
		{"a service that is not mail beside one that is", "v=DKIM1; s=tlsrpt:*; p=" + rsa2048, nil},
		{"tags of others may hold anything", `v=DKIM1; x="a, k=b"; p=` + rsa2048, nil},
		{"notes may hold anything", `v=DKIM1; n="see k=rsa; p=` + rsa2048, nil},

		{"nothing", "", []string{"key-missing:"}},
		{"no p", "v=DKIM1; k=rsa", []string{"key-missing:v=DKIM1; k=rsa"}},
		{"tag names have case", "v=DKIM1; P=" + rsa2048, []string{"key-missing"}},
		{"lower-case version", "v=dkim1; p=" + rsa2048, []string{"version value:v=dkim1"}},
		{"upper-case V", "V=DKIM1; p=" + rsa2048, []string{"version case:V=DKIM1"}},
		{"version 2", "v=DKIM2; p=" + rsa2048, []string{"version value:v=DKIM2"}},
		{"version later", "k=rsa; v=DKIM1; p=" + rsa2048, []string{"version order: v=DKIM1"}},
		{"values have case", "v=DKIM1; k=RSA; p=" + rsa2048, []string{"key-type:RSA"}},
		{"a signature algorithm for a key type", "v=DKIM1; k=rsa-sha256; p=" + rsa2048, []string{"key-type:rsa-sha256"}},
		{"sha1 only", "v=DKIM1; h=sha1; p=" + rsa2048, []string{"no-hash:sha1"}},
		{"a hash in capitals", "v=DKIM1; h=SHA256; p=" + rsa2048, []string{"no-hash:SHA256"}},
		{"a key for reports", "v=DKIM1; s=tlsrpt; p=" + rsa2048, []string{"service:tlsrpt"}},

		{"two semicolons", "v=DKIM1;; p=" + rsa2048, []string{"syntax blank:"}},
		{"no equals sign", "v=DKIM1; k rsa; p=" + rsa2048, []string{"syntax no-equals:k rsa"}},
		{"colons for equals signs", "v:DKIM1; p=" + rsa2048, []string{"syntax colon:v:DKIM1"}},
		{"a tag twice", "v=DKIM1; k=rsa; k=rsa; p=" + rsa2048, []string{"syntax duplicate:k"}},
		{"no semicolon", "v=DKIM1 k=rsa; p=" + rsa2048, []string{"version value:v=DKIM1 k=rsa", "syntax no-semicolon:k"}},
		{"no semicolon before p", "v=DKIM1; k=rsa p=" + rsa2048, []string{"key-missing", "key-type", "syntax no-semicolon:p"}},
		{"no semicolon after p", "v=DKIM1; p=" + rsa2048 + " t=s", []string{"syntax no-semicolon:t", "base64 strays:="}},
		{"smart quotes", "v=\u201cDKIM1\u201d; p=" + rsa2048, []string{"version value:v=\u201cDKIM1\u201d", "syntax octets:\u201c", "syntax octets:\u201d"}},
		{"escaped semicolons", `v=DKIM1\; k=rsa\; p=` + rsa2048, []string{`version value:v=DKIM1\`, `syntax escape:\`, `key-type:rsa\`, `syntax escape:\`}},

		{"PEM armour", "v=DKIM1; p=-----BEGIN PUBLIC KEY-----" + rsa2048 + "-----END PUBLIC KEY-----", []string{"base64 pem"}},
		{"URL-safe alphabet", "v=DKIM1; p=" + strings.NewReplacer("+", "-", "/", "_").Replace(rsa1024), []string{"base64 url-safe:" + urlSafeMark}},
		{"padding gone", "v=DKIM1; k=ed25519; p=" + noTail, []string{"base64 padding:" + noTail[len(noTail)-4:]}},
		{"padding where none belongs", "v=DKIM1; p=" + rsa2048 + "=", []string{"base64 padding:" + rsa2048[len(rsa2048)-3:] + "="}},
		{"a character lost", "v=DKIM1; k=ed25519; p=" + ed25519Raw[1:], []string{"base64 padding"}},
		{"a stray character", "v=DKIM1; p=" + rsa2048[:50] + "*" + rsa2048[50:], []string{"base64 strays:*"}},
		{"not base64 at all", "v=DKIM1; p=to be done!", []string{"base64 strays:!"}},
		{"quotation marks where the strings met", "v=DKIM1; p=" + rsa2048[:200] + `" "` + rsa2048[200:], []string{`split marks:"`}},
		{"parentheses of a zone file", "v=DKIM1; p=(" + rsa2048[:200] + ")" + rsa2048[200:], []string{"split marks:("}},
		{"the rest lost at 255", "v=DKIM1; p=" + rsa2048[:244], []string{"split lost"}},
		{"the end lost elsewhere", "v=DKIM1; p=" + rsa1024[:100], []string{"der truncated"}},
		{"something behind the key", "v=DKIM1; p=" + appended(rsa1024), []string{"der trailing"}},
		{"an elliptic curve key", "v=DKIM1; p=" + ecdsaSPKI, []string{"der other-key"}},
		{"base64 of a text", "v=DKIM1; p=VGhpcyBpcyBub3QgYSBrZXk=", []string{"der no-key:VGhpcyBpcyBub3QgYSBrZXk="}},
		{"PKCS #1", "v=DKIM1; p=" + rsa2048PKCS1, []string{"pkcs1"}},
		{"an Ed25519 key in a SubjectPublicKeyInfo", "v=DKIM1; k=ed25519; p=" + ed25519SPKI, []string{"ed-length"}},
		{"Ed25519 without k", "v=DKIM1; p=" + ed25519Raw, []string{"mismatch"}},
		{"Ed25519 in a SubjectPublicKeyInfo without k", "v=DKIM1; p=" + ed25519SPKI, []string{"mismatch"}},
		{"RSA called ed25519", "v=DKIM1; k=ed25519; p=" + rsa2048, []string{"mismatch"}},
	} {
		k := ParseKey([]string{tt.text})
		k.Faults = slices.DeleteFunc(k.Faults, func(f Fault) bool { return f.Cause == CauseLong }) // one string is as good as two here
		got := faultsOf(k)
		same := len(got) == len(tt.want)
		for i := 0; same && i < len(got); i++ {
			same = got[i] == tt.want[i] || strings.HasPrefix(got[i], tt.want[i]+":") && !strings.Contains(tt.want[i], ":")
		}
		if !same {
			t.Errorf("%s: ParseKey(%q)\n got faults %q\nwant %q", tt.why, tt.text, got, tt.want)
		}
	}
}

// urlSafeMark is the first character of rsa1024 that the URL-safe alphabet changes.
var urlSafeMark = strings.NewReplacer("+", "-", "/", "_").Replace(rsa1024[strings.IndexAny(rsa1024, "+/"):][:1])

func appended(key string) string {
	data, _ := base64.StdEncoding.DecodeString(key)
	return toBase64(append(data, 0, 0, 0))
}

func TestParseKeyStrings(t *testing.T) {
	text := "v=DKIM1; k=rsa; p=" + rsa2048
	for _, tt := range []struct {
		why  string
		strs []string
		want []string
	}{
		{"split at 255, joined with nothing", []string{text[:255], text[255:]}, nil},
		{"split anywhere", []string{text[:16], text[16:200], "", text[200:]}, nil},
		{"one string that DNS cannot carry", []string{text}, []string{"split long"}},
		{"the middle string is missing", []string{text[:120], text[240:]}, []string{"split lost"}},
		{"the last string is missing", []string{text[:120], text[120:240]}, []string{"split lost"}},
	} {
		if got := faultsOf(ParseKey(tt.strs)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: faults %q, want %q", tt.why, got, tt.want)
		}
	}
}

func TestParseKeyPrivate(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.example.co.jp"}, NotAfter: time.Unix(4e9, 0)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	pkcs1 := toBase64(x509.MarshalPKCS1PrivateKey(key))
	for _, tt := range []struct{ why, p, want string }{
		{"PKCS #1", pkcs1, "base64 private"},
		{"PKCS #8", toBase64(pkcs8), "base64 private"},
		{"cut off", pkcs1[:200], "base64 private"},
		{"in armour", "-----BEGIN RSA PRIVATE KEY-----" + pkcs1 + "-----END RSA PRIVATE KEY-----", "base64 private"},
		{"a certificate", toBase64(cert), "base64 certificate"},
		{"a certificate in armour", "-----BEGIN CERTIFICATE-----" + toBase64(cert) + "-----END CERTIFICATE-----", "base64 certificate"},
	} {
		k := ParseKey(splitText("v=DKIM1; p=" + tt.p))
		if got := faultsOf(k); !slices.Equal(got, []string{tt.want}) {
			t.Errorf("%s: faults %q, want %q", tt.why, got, tt.want)
		}
		mended, ok := k.Mend()
		wantMend := "v=DKIM1; p=" + toBase64(publicInfo(t, key))
		if tt.want == "base64 private" {
			wantMend = "" // burnt: only a new key helps
		}
		if mended != wantMend || ok != (wantMend != "") {
			t.Errorf("%s: Mend() = %q, %t, want %q", tt.why, mended, ok, wantMend)
		}
	}
}

func publicInfo(t *testing.T, key *rsa.PrivateKey) []byte {
	t.Helper()
	info, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func TestUsable(t *testing.T) {
	for _, tt := range []struct {
		text string
		want bool
		why  string
	}{
		{"v=DKIM1; p=" + rsa2048, true, "RSA 2048"},
		{"v=DKIM1; p=" + rsa1024, true, "RSA 1024 is weak but read"},
		{"v=DKIM1; p=" + rsa512, false, "RFC 8301 forbids 512 bits"},
		{"v=DKIM1; p=" + rsa1024PKCS1, true, "most verifiers read it"},
		{"v=DKIM1; k=ed25519; p=" + ed25519Raw, true, "RFC 8463"},
		{"v=DKIM1; p=", false, "revoked"},
		{"v=DKIM1; s=tlsrpt; p=" + rsa2048, false, "not for mail"},
		{"v=DKIM1;; p=" + rsa2048, false, "not a tag list"},
	} {
		if got := ParseKey(splitText(tt.text)).Usable(); got != tt.want {
			t.Errorf("Usable(%.60q) = %t, want %t: %s", tt.text, got, tt.want, tt.why)
		}
	}
}
