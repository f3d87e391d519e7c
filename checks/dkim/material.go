package dkim

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"strings"
)

// Form says what the octets of a p= tag turned out to be.
type Form string

// The forms. Only FormSPKI under k=rsa and FormEd25519 under k=ed25519 are
// what the standards ask for.
const (
	FormNone        Form = ""             // nothing that is known
	FormSPKI        Form = "spki"         // SubjectPublicKeyInfo of an RSA key
	FormPKCS1       Form = "pkcs1"        // bare RSAPublicKey
	FormEd25519     Form = "ed25519"      // 32 octets, RFC 8463 §4.2
	FormEd25519SPKI Form = "ed25519-spki" // the same inside a SubjectPublicKeyInfo
	FormOtherKey    Form = "other-key"    // a public key of another algorithm
	FormCertificate Form = "certificate"  // a whole X.509 certificate
	FormPrivate     Form = "private"      // a private key
	FormTruncated   Form = "truncated"    // DER that promises more octets than there are
	FormTrailing    Form = "trailing"     // a key with octets behind it
)

// Material is the decoded data of a p= tag.
type Material struct {
	Form Form
	// Algorithm is "rsa" or "ed25519", or the name or object identifier of
	// another; empty where nothing was recognised.
	Algorithm string
	// Bits is the length of an RSA modulus.
	Bits int
	// Modulus and Exponent are those of an RSA key.
	Modulus, Exponent *big.Int
	// Have and Want are octets: what there is, and what the DER header promises.
	Have, Want int

	key []byte // the key in the form that its algorithm asks for, if known
}

var (
	oidRSA     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidEd25519 = asn1.ObjectIdentifier{1, 3, 101, 112}
)

// oidNames names the algorithms whose keys are published by mistake.
var oidNames = map[string]string{
	"1.2.840.10045.2.1":     "ECDSA",
	"1.2.840.10040.4.1":     "DSA",
	"1.2.840.113549.1.1.10": "RSASSA-PSS",
	"1.3.101.110":           "X25519",
	"1.3.101.113":           "Ed448",
}

type publicKeyInfo struct {
	Algorithm pkix.AlgorithmIdentifier
	Key       asn1.BitString
}

type rsaPublicKey struct{ N, E *big.Int }

// examine recognises decoded key data. Any 32 octets are an Ed25519 key, also
// those that look like the start of DER: expectEd25519 says that k= asks for one.
func examine(data []byte, expectEd25519 bool) Material {
	if expectEd25519 && len(data) == 32 {
		return rawEd25519(data)
	}
	m := Material{Have: len(data), Want: derLength(data)}
	switch {
	case isPrivate(data):
		m.Form = FormPrivate
		return m
	case m.Want > m.Have:
		m.Form = FormTruncated
		return m
	}
	if inner, ok := examinePublic(data); ok {
		return inner
	}
	if cert, err := x509.ParseCertificate(data); err == nil {
		inner, _ := examinePublic(cert.RawSubjectPublicKeyInfo)
		inner.Form, inner.Have, inner.Want = FormCertificate, m.Have, m.Want
		return inner
	}
	if m.Want > 0 && m.Want < m.Have {
		if inner, ok := examinePublic(data[:m.Want]); ok {
			inner.Form, inner.Have = FormTrailing, m.Have
			return inner
		}
	}
	if len(data) == 32 {
		return rawEd25519(data)
	}
	return m
}

// rawEd25519 is a key as RFC 8463 §4.2 has it: 32 octets without a wrapping.
func rawEd25519(data []byte) Material {
	return Material{Form: FormEd25519, Algorithm: "ed25519", Have: 32, key: data}
}

// examinePublic reads data that is exactly one public key.
func examinePublic(data []byte) (Material, bool) {
	m := Material{Have: len(data), Want: len(data)}
	var info publicKeyInfo
	if exact(data, &info) {
		return examineInfo(data, info)
	}
	if !m.readRSA(data) {
		return Material{}, false
	}
	m.Form = FormPKCS1
	m.key = marshalInfo(data)
	return m, m.key != nil
}

// examineInfo reads what a SubjectPublicKeyInfo holds.
func examineInfo(data []byte, info publicKeyInfo) (Material, bool) {
	m := Material{Have: len(data), Want: len(data)}
	switch id := info.Algorithm.Algorithm; {
	case id.Equal(oidRSA):
		if !m.readRSA(info.Key.RightAlign()) {
			return Material{}, false
		}
		m.Form, m.key = FormSPKI, data
	case id.Equal(oidEd25519):
		if len(info.Key.Bytes) != 32 {
			return Material{}, false
		}
		m.Form, m.Algorithm, m.key = FormEd25519SPKI, "ed25519", info.Key.Bytes
	default:
		m.Form, m.Algorithm = FormOtherKey, oidNames[id.String()]
		if m.Algorithm == "" {
			m.Algorithm = id.String()
		}
	}
	return m, true
}

// readRSA reads an RSAPublicKey (RFC 8017 §A.1.1). The standard library's
// reader refuses exponents over 31 bits, which are odd but are keys.
func (m *Material) readRSA(data []byte) bool {
	var key rsaPublicKey
	if !exact(data, &key) || key.N.Sign() <= 0 || key.E.Sign() <= 0 {
		return false
	}
	m.Algorithm, m.Bits, m.Modulus, m.Exponent = "rsa", key.N.BitLen(), key.N, key.E
	return true
}

func exact(data []byte, value any) bool {
	rest, err := asn1.Unmarshal(data, value)
	return err == nil && len(rest) == 0
}

// marshalInfo wraps an RSAPublicKey in the SubjectPublicKeyInfo that verifiers expect.
func marshalInfo(rsaKey []byte) []byte {
	info, err := asn1.Marshal(publicKeyInfo{
		Algorithm: pkix.AlgorithmIdentifier{Algorithm: oidRSA, Parameters: asn1.NullRawValue},
		Key:       asn1.BitString{Bytes: rsaKey, BitLength: 8 * len(rsaKey)},
	})
	if err != nil {
		return nil
	}
	return info
}

// isPrivate recognises a private key, whole or cut off: a SEQUENCE whose first
// member is a version number of one octet (RFC 8017 §A.1.2, RFC 5958 §2, RFC
// 5915 §3). Public keys begin with a modulus or with a SEQUENCE.
func isPrivate(data []byte) bool {
	if derLength(data) == 0 {
		return false
	}
	body := data[2:]
	if data[1] >= 0x80 {
		body = body[data[1]&0x7f:]
	}
	return len(body) > 3 && body[0] == asn1.TagInteger && body[1] == 1 && body[2] <= 1
}

// derLength is the number of octets that a DER SEQUENCE header promises,
// header included; 0 where there is no such header. 32 octets with a short header
// are taken for an Ed25519 key, since a whole key in DER is never so short.
func derLength(data []byte) int {
	if len(data) < 4 || data[0] != 0x30 {
		return 0
	}
	switch {
	case data[1] == 0x81 && data[2] >= 0x80:
		return 3 + int(data[2])
	case data[1] == 0x82 && data[2] > 0:
		return 4 + int(data[2])<<8 + int(data[3])
	case data[1] < 0x80 && (data[2] == 0x30 || data[2] == 0x02) && len(data) != 32:
		return 2 + int(data[1])
	}
	return 0
}

// armour returns the text inside PEM armour, which a TXT record may hold without
// its line ends, and its label, such as "PUBLIC KEY".
func armour(text string) (body, label string, ok bool) {
	_, rest, ok := strings.Cut(text, "-----BEGIN")
	if !ok {
		return "", "", false
	}
	label, rest, ok = strings.Cut(rest, "-----")
	if !ok {
		return "", "", false
	}
	body, _, _ = strings.Cut(rest, "-----")
	return body, strings.TrimSpace(label), true
}
