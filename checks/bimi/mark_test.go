package bimi

import (
	"bytes"
	"compress/gzip"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"testing"
	"time"
)

const goodLogo = `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 64 64">
  <title>Example Shoten</title>
  <circle cx="32" cy="32" r="30" fill="#0a58ca"/>
</svg>
`

var (
	issueDay = time.Date(2026, time.April, 1, 0, 0, 0, 0, time.UTC)
	today    = time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC)
)

// authority signs mark certificates: a root, and an intermediate under it.
type authority struct {
	root, intermediate       *x509.Certificate
	rootKey, intermediateKey *ecdsa.PrivateKey
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sign(t testing.TB, template, parent *x509.Certificate, key, parentKey *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

func newAuthority(t testing.TB) authority {
	t.Helper()
	a := authority{rootKey: newKey(t), intermediateKey: newKey(t)}
	root := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{Organization: []string{"Example Mark Authority"}, CommonName: "Root"},
		NotBefore: issueDay.AddDate(-5, 0, 0), NotAfter: issueDay.AddDate(20, 0, 0), IsCA: true, BasicConstraintsValid: true}
	a.root = sign(t, root, root, a.rootKey, a.rootKey)
	a.intermediate = sign(t, &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{Organization: []string{"Example Mark Authority"}, CommonName: "Issuing"},
		NotBefore: issueDay.AddDate(-4, 0, 0), NotAfter: issueDay.AddDate(10, 0, 0), IsCA: true, BasicConstraintsValid: true}, a.root, a.intermediateKey, a.rootKey)
	return a
}

// mark is what a mark certificate is made with.
type mark struct {
	names     []string
	markType  string
	logo      string
	usage     bool
	plain     bool // the logo is not packed
	falseHash bool
	extra     []pkix.Extension
}

func goodMark() mark {
	return mark{names: []string{"example.co.jp"}, markType: "Registered Mark", logo: goodLogo, usage: true}
}

func (a authority) issue(t testing.TB, m mark) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(3), NotBefore: issueDay, NotAfter: issueDay.AddDate(1, 0, 0), DNSNames: m.names, ExtraExtensions: m.extra,
		Subject: pkix.Name{Organization: []string{"Example Shoten"}, ExtraNames: []pkix.AttributeTypeAndValue{{Type: oidMarkType, Value: m.markType}}}}
	if m.usage {
		template.UnknownExtKeyUsage = []asn1.ObjectIdentifier{oidBIMI}
	}
	if m.logo != "" {
		template.ExtraExtensions = append(template.ExtraExtensions, pkix.Extension{Id: oidLogotype, Value: logotypeOf(t, m)})
	}
	return sign(t, template, a.intermediate, newKey(t), a.intermediateKey)
}

// logotypeOf encodes an RFC 3709 extension: subjectLogo [2] of one direct image.
func logotypeOf(t testing.TB, m mark) []byte {
	t.Helper()
	data, media := []byte(m.logo), "image/svg+xml"
	if !m.plain {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		if _, err := z.Write(data); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		data = packed.Bytes()
	}
	sum := sha256.Sum256(data)
	if m.falseHash {
		sum[0] ^= 1
	}
	uri := asn1.RawValue{Class: asn1.ClassUniversal, Tag: asn1.TagIA5String, Bytes: []byte("data:" + media + ";base64," + base64.StdEncoding.EncodeToString(data))}
	image := der(t, struct {
		Details struct {
			MediaType string `asn1:"ia5"`
			Hashes    []hashAlgAndValue
			URIs      []asn1.RawValue
		}
	}{struct {
		MediaType string `asn1:"ia5"`
		Hashes    []hashAlgAndValue
		URIs      []asn1.RawValue
	}{media, []hashAlgAndValue{{pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}}, sum[:]}}, []asn1.RawValue{uri}}})
	images := der(t, asn1.RawValue{Class: asn1.ClassUniversal, Tag: asn1.TagSequence, IsCompound: true, Bytes: image})
	direct := der(t, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: images})
	subject := der(t, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 2, IsCompound: true, Bytes: direct})
	return der(t, asn1.RawValue{Class: asn1.ClassUniversal, Tag: asn1.TagSequence, IsCompound: true, Bytes: subject})
}

func der(t testing.TB, value any) []byte {
	t.Helper()
	encoded, err := asn1.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func inPEM(certificates ...*x509.Certificate) []byte {
	var text bytes.Buffer
	for _, c := range certificates {
		_ = pem.Encode(&text, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}) // a buffer takes everything
	}
	return text.Bytes()
}
