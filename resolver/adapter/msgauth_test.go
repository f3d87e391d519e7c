package adapter_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"mailauth/resolver"
	"mailauth/resolver/adapter"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/emersion/go-msgauth/dmarc"
)

const message = "From: Taro <taro@example.co.jp>\r\nTo: hanako@example.net\r\nSubject: =?utf-8?B?6KaL56mN5pu4?=\r\n\r\nbody\r\n"

// signed returns the message with a signature of sel1, and the key record.
func signed(t *testing.T) (mail, record string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	options := &dkim.SignOptions{Domain: "example.co.jp", Selector: "sel1", Signer: key}
	if err := dkim.Sign(&out, strings.NewReader(message), options); err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(public)
}

func TestDKIM(t *testing.T) {
	mail, record := signed(t)
	_, otherRecord := signed(t)
	if len(record) <= 255 {
		t.Fatalf("a key record of %d octets fits one string; the test wants a longer one", len(record))
	}
	split := func(text string, at int) string {
		return resolver.TXT{Strings: []string{text[:at], text[at:]}}.String()
	}
	const owner = "sel1._domainkey IN TXT "
	tests := []struct {
		why, zone string
		fault     resolver.ErrorKind
		want      string // "pass", "permfail", "tempfail" or "fail"
	}{
		{"the key split over two strings inside p=", owner + split(record, 200), "", "pass"},
		{"split inside a tag name", owner + split(record, 1), "", "pass"},
		{"the key behind an alias", "sel1._domainkey IN CNAME keys\nkeys IN TXT " + split(record, 255), "", "pass"},
		{"another key", owner + split(otherRecord, 255), "", "fail"},
		{"two records", owner + split(record, 255) + "\n" + owner + `"v=DKIM1; p="`, "", "permfail"},
		{"revoked", owner + `"v=DKIM1; p="`, "", "permfail"},
		{"NXDOMAIN", "@ IN A 192.0.2.1", "", "permfail"},
		{"NODATA", "sel1._domainkey IN A 192.0.2.1", "", "permfail"},
		{"SERVFAIL", owner + split(record, 255), resolver.ServFail, "tempfail"},
		{"a timeout", owner + split(record, 255), resolver.Timeout, "tempfail"},
		{"not in the recording", owner + split(record, 255), resolver.NotRecorded, "tempfail"},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			r := failing(world(t, test.zone), "sel1._domainkey.example.co.jp.", resolver.TypeTXT, test.fault)
			options := &dkim.VerifyOptions{LookupTXT: adapter.TXTLookup(t.Context(), r)}
			verifications, err := dkim.VerifyWithOptions(strings.NewReader(mail), options)
			if err != nil || len(verifications) != 1 {
				t.Fatalf("%d verifications, %v, want one", len(verifications), err)
			}
			got := "fail"
			switch err := verifications[0].Err; {
			case err == nil:
				got = "pass"
			case dkim.IsTempFail(err):
				got = "tempfail"
			case dkim.IsPermFail(err):
				got = "permfail"
			}
			if got != test.want {
				t.Errorf("%s (%v), want %s", got, verifications[0].Err, test.want)
			}
		})
	}
}

func TestDMARCLookup(t *testing.T) {
	tests := []struct {
		why, zone string
		fault     resolver.ErrorKind
		want      string
	}{
		{"a record in two strings", `_dmarc IN TXT "v=DMARC1; p=rej" "ect"`, "", "reject"},
		{"a record among others", "_dmarc IN TXT \"hello\"\n_dmarc IN TXT \"v=DMARC1; p=none\"", "", "none"},
		{"NXDOMAIN", "@ IN A 192.0.2.1", "", "no policy"},
		{"NODATA", "_dmarc IN A 192.0.2.1", "", "no policy"},
		{"SERVFAIL", `_dmarc IN TXT "v=DMARC1; p=none"`, resolver.ServFail, "temporary"},
		{"a timeout", `_dmarc IN TXT "v=DMARC1; p=none"`, resolver.Timeout, "temporary"},
		{"offline", `_dmarc IN TXT "v=DMARC1; p=none"`, resolver.Offline, "temporary"},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			r := failing(world(t, test.zone), "_dmarc.example.co.jp.", resolver.TypeTXT, test.fault)
			record, err := dmarc.LookupWithOptions("example.co.jp", &dmarc.LookupOptions{LookupTXT: adapter.TXTLookup(t.Context(), r)})
			got := fmt.Sprint(err)
			switch {
			case err == nil:
				got = string(record.Policy)
			case err == dmarc.ErrNoPolicy:
				got = "no policy"
			case dmarc.IsTempFail(err):
				got = "temporary"
			}
			if got != test.want {
				t.Errorf("%s (%v), want %s", got, err, test.want)
			}
		})
	}
}

func TestTXTLookupEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	cache := resolver.NewCache(world(t, `@ IN TXT "v=spf1 -all"`))
	defer cache.Close()
	if _, err := adapter.TXTLookup(ctx, cache)("example.co.jp"); resolver.KindOf(err) != resolver.Cancelled {
		t.Errorf("after cancel: %v, want cancelled below the net error", err)
	}
}
