package message

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	msgauth "github.com/emersion/go-msgauth/dkim"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"
	"mailauth/resolver/zone"
)

const plainMail = "From: Taro <taro@example.co.jp>\r\nTo: hanako@example.net\r\nSubject: quote\r\n\r\nbody\r\n"

// signer holds a pair of keys and writes what the DNS has of it.
type signer struct {
	private crypto.Signer
	record  string
}

func newRSA(t *testing.T, bits int) signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return signer{key, "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(public)}
}

func newEd25519(t *testing.T) signer {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return signer{private, "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)}
}

// sign puts a signature of the domain in front of the mail.
func (s signer) sign(t *testing.T, mail, selector, domain string, change func(*msgauth.SignOptions)) string {
	t.Helper()
	options := &msgauth.SignOptions{Domain: domain, Selector: selector, Signer: s.private, HeaderCanonicalization: "relaxed", BodyCanonicalization: "relaxed"}
	if change != nil {
		change(options)
	}
	var out bytes.Buffer
	if err := msgauth.Sign(&out, strings.NewReader(mail), options); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// dns answers from zones in master-file form; names in fails get SERVFAIL.
func dns(t *testing.T, zones map[string]string, fails ...string) resolver.Resolver {
	t.Helper()
	var all []*resolver.Zone
	for apex, text := range zones {
		parsed, err := zone.Parse(apex+"zone", strings.NewReader("$TTL 3600\n"+text), zone.Options{Origin: apex})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, parsed...)
	}
	return dnstest.Faulty(resolver.Overlay(all, resolver.Nothing()), func(q resolver.Question) resolver.ErrorKind {
		for _, name := range fails {
			if q.Name == name {
				return resolver.ServFail
			}
		}
		return ""
	})
}

func key(selector, text string) string {
	return selector + "._domainkey IN TXT " + resolver.NewTXT(text).String() + "\n"
}

func TestVerify(t *testing.T) {
	long, other, ed := newRSA(t, 2048), newRSA(t, 1024), newEd25519(t)
	now := time.Now()
	signed := long.sign(t, plainMail, "s1", "example.co.jp", nil)
	expires := func(at time.Time) func(*msgauth.SignOptions) {
		return func(o *msgauth.SignOptions) { o.Expiration = at }
	}
	below := func(o *msgauth.SignOptions) { o.Identifier = "@news.example.co.jp" }
	replace := func(old, new string) string {
		if !strings.Contains(signed, old) {
			t.Fatalf("%q is not in the message", old)
		}
		return strings.Replace(signed, old, new, 1)
	}
	for _, tt := range []struct {
		why, mail, zone string
		fails           []string
		result          Result
		reason          Reason
	}{
		{"RSA", signed, key("s1", long.record), nil, Pass, ""},
		{"a file with LF", strings.ReplaceAll(signed, "\r\n", "\n"), key("s1", long.record), nil, Pass, ""},
		{"a mailbox file", "From taro Wed May 20 09:00:00 2026\n" + signed, key("s1", long.record), nil, Pass, ""},
		{"Ed25519", ed.sign(t, plainMail, "ed", "example.co.jp", nil), key("ed", ed.record), nil, Pass, ""},
		{"a key with white space inside", signed, key("s1", long.record[:80]+"\t"+long.record[80:]), nil, Pass, ""},
		{"before it expires", long.sign(t, plainMail, "s1", "example.co.jp", expires(now.Add(time.Hour))), key("s1", long.record), nil, Pass, ""},
		{"an identity below the domain", long.sign(t, plainMail, "s1", "example.co.jp", below), key("s1", long.record), nil, Pass, ""},
		{"the same with a key that does not allow it", long.sign(t, plainMail, "s1", "example.co.jp", below), key("s1", "t=s; "+long.record), nil, Fail, StrictKey},
		{"a footer of a mailing list", signed + "--\r\nlist\r\n", key("s1", long.record), nil, Fail, BodyChanged},
		{"a mark in the subject", replace("Subject: quote", "Subject: [list] quote"), key("s1", long.record), nil, Fail, HeaderChanged},
		{"another key than that which signed", signed, key("s1", other.record), nil, Fail, HeaderChanged},
		{"no key", signed, "@ IN A 192.0.2.1\n", nil, Fail, NoKey},
		{"a revoked key", signed, key("s1", "v=DKIM1; p="), nil, Fail, KeyRevoked},
		{"two keys", signed, key("s1", long.record) + key("s1", other.record), nil, Fail, SeveralKeys},
		{"a key that is none", signed, key("s1", "v=DKIM1; p=AAAA"), nil, Fail, KeyBroken},
		{"a key of another version", signed, key("s1", "v=DKIM2; p=AAAA"), nil, Fail, KeyBroken},
		{"a key of 512 bits", signed, key("s1", "p="+rsa512), nil, Fail, KeyShort},
		{"a key for reports", signed, key("s1", "s=tlsrpt; "+long.record), nil, Fail, KeyForbids},
		{"a key of another kind", signed, key("s1", ed.record), nil, Fail, KeyForbids},
		{"a key for SHA-1 only", signed, key("s1", "h=sha1; "+long.record), nil, Fail, KeyForbids},
		{"SERVFAIL for the key", signed, key("s1", long.record), []string{"s1._domainkey.example.co.jp."}, Unknown, KeyUnanswered},
		{"expired", long.sign(t, plainMail, "s1", "example.co.jp", expires(now.Add(-time.Hour))), key("s1", long.record), nil, Fail, Expired},
		{"SHA-1", replace("a=rsa-sha256", "a=rsa-sha1"), key("s1", long.record), nil, Fail, SHA1},
		{"an algorithm of tomorrow", replace("a=rsa-sha256", "a=rsa-sha512"), key("s1", long.record), nil, Fail, Unsupported},
		{"an algorithm of another kind", replace("a=rsa-sha256", "a=ecdsa-sha256"), key("s1", long.record), nil, Fail, Unsupported},
		{"another way to the key", replace("DKIM-Signature: ", "DKIM-Signature: q=dns/foo; "), key("s1", long.record), nil, Fail, QueryMethod},
		{"only the beginning of the body is signed", replace("DKIM-Signature: ", "DKIM-Signature: l=4; "), key("s1", long.record), nil, Unknown, OnlyBegun},
		{"another domain than that of the identity", replace("DKIM-Signature: ", "DKIM-Signature: i=@example.net; "), key("s1", long.record), nil, Fail, Identity},
		{"From is not signed", "DKIM-Signature: v=1; a=rsa-sha256; d=example.co.jp; s=s1; h=to; bh=AAAA; b=AAAA\r\n" + plainMail, key("s1", long.record), nil, Fail, FromUnsigned},
		{"a tag is missing", "DKIM-Signature: v=1; a=rsa-sha256; d=example.co.jp; s=s1; h=from; b=AAAA\r\n" + plainMail, key("s1", long.record), nil, Fail, Malformed},
		{"no list of tags", "DKIM-Signature: hello\r\n" + plainMail, key("s1", long.record), nil, Fail, Malformed},
	} {
		m, err := Parse("test.eml", []byte(tt.mail))
		if err != nil {
			t.Fatalf("%s: %v", tt.why, err)
		}
		got := Verify(t.Context(), m, dns(t, map[string]string{"example.co.jp.": tt.zone}, tt.fails...), now)
		if len(got) != 1 || got[0].Result != tt.result || got[0].Reason != tt.reason {
			t.Errorf("%s: %+v, want %s %s", tt.why, got, tt.result, tt.reason)
		}
	}
}

const rsa512 = "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAO1YqJI0HWpEeAfRw7fNcmfHPg19ngtsF/dIZmoPj+BGI+kUqXiJoeNCr+tuc6gRj3QJFMDg7uCvMqH4pvKSRIsCAwEAAQ=="

// Several signatures keep their order, and one that fails does not touch the others.
func TestVerifySeveral(t *testing.T) {
	a, b := newRSA(t, 1024), newEd25519(t)
	mail := a.sign(t, plainMail, "s1", "example.co.jp", nil)
	mail = "DKIM-Signature: v=1; a=rsa-sha256; d=example.net; s=gone; h=from; bh=AAAA; b=AAAA\r\n" + b.sign(t, mail, "ed", "example.net", nil)
	m, err := Parse("test.eml", []byte(mail))
	if err != nil {
		t.Fatal(err)
	}
	r := dns(t, map[string]string{"example.co.jp.": key("s1", a.record), "example.net.": key("ed", b.record)})
	var got []string
	for _, v := range Verify(t.Context(), m, r, time.Now()) {
		got = append(got, v.Selector+" of "+v.Domain+" "+string(v.Result)+string(v.Reason))
	}
	if want := "gone of example.net. failno-key, ed of example.net. pass, s1 of example.co.jp. pass"; strings.Join(got, ", ") != want {
		t.Errorf("%s, want %s", strings.Join(got, ", "), want)
	}
}

// A recording has a clock of its own; the library has not.
func TestVerifyByTheClockOfARecording(t *testing.T) {
	a := newRSA(t, 1024)
	expires := time.Now().Add(-time.Hour)
	mail := a.sign(t, plainMail, "s1", "example.co.jp", func(o *msgauth.SignOptions) { o.Expiration = expires })
	m, err := Parse("test.eml", []byte(mail))
	if err != nil {
		t.Fatal(err)
	}
	r := dns(t, map[string]string{"example.co.jp.": key("s1", a.record)})
	if v := Verify(t.Context(), m, r, expires.Add(-time.Hour))[0]; v.Result != Unknown || v.Reason != OtherClock {
		t.Errorf("an hour before it expired: %s %s, want unknown clock", v.Result, v.Reason)
	}
}

// Every text of the library is known by what it means.
func TestReasonOf(t *testing.T) {
	if got := reasonOf(errors.New("dkim: something new")); got != Unexplained {
		t.Errorf("an error that nobody knows is %q, want %q", got, Unexplained)
	}
	for _, known := range reasons() {
		if got := reasonOf(errors.New("dkim: " + known.begin + ": more")); got != known.reason {
			t.Errorf("%q is %s, want %s", known.begin, got, known.reason)
		}
	}
}
