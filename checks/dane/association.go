package dane

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"mailauth/resolver"
)

// Certificate usages (RFC 6698 §2.1.1, names of RFC 7218).
const (
	PKIXTA = 0
	PKIXEE = 1
	DANETA = 2
	DANEEE = 3
)

// Association is a TLSA record (RFC 6698 §2.1).
type Association struct {
	Record                    resolver.Record `json:"-"`
	Usage, Selector, Matching uint8
	// Data is the digest, or with Matching 0 the certificate or key itself (DER).
	Data []byte
}

// ParseAssociation reads the data of a TLSA record in master-file form (RFC
// 6698 §2.2): three numbers and hexadecimal digits, with or without blanks.
func ParseAssociation(text string) (Association, error) {
	fields := strings.Fields(text)
	if len(fields) < 4 {
		return Association{}, fmt.Errorf("found TLSA data %q, expected three numbers and hexadecimal digits", text)
	}
	var numbers [3]uint8
	for i := range numbers {
		n, err := strconv.ParseUint(fields[i], 10, 8)
		if err != nil {
			return Association{}, fmt.Errorf("found %q, expected a number from 0 to 255", fields[i])
		}
		numbers[i] = uint8(n)
	}
	data, err := hex.DecodeString(strings.Join(fields[3:], ""))
	if err != nil {
		return Association{}, fmt.Errorf("found TLSA data %q: %w", text, err)
	}
	return Association{Usage: numbers[0], Selector: numbers[1], Matching: numbers[2], Data: data}, nil
}

// String is the data in master-file form, the inverse of ParseAssociation.
func (a Association) String() string {
	return fmt.Sprintf("%d %d %d %s", a.Usage, a.Selector, a.Matching, hex.EncodeToString(a.Data))
}

// Parameters are the three numbers as people write them, "3 1 1".
func (a Association) Parameters() string {
	return fmt.Sprintf("%d %d %d", a.Usage, a.Selector, a.Matching)
}

// Fault says why senders cannot use an association; empty if they can.
type Fault string

const (
	// PKIX: usages 0 and 1 do not count for mail (RFC 7672 §3.1.3).
	PKIX Fault = "pkix"
	// Unassigned: a number that means nothing (RFC 6698 §7).
	Unassigned Fault = "unassigned"
	// Length: not that of the digest.
	Length Fault = "length"
	// Form: neither a certificate nor a key.
	Form Fault = "form"
)

// Fault returns why senders cannot use the association (RFC 7672 §3.1, RFC 6698
// §2.1).
func (a Association) Fault() Fault {
	switch {
	case a.Usage > DANEEE, a.Selector > 1, a.Matching > 2:
		return Unassigned
	case a.Matching == 1 && len(a.Data) != sha256.Size, a.Matching == 2 && len(a.Data) != 64:
		return Length
	case a.Matching == 0 && !isSequence(a.Data):
		return Form
	case a.Usage <= PKIXEE:
		return PKIX
	}
	return ""
}

// isSequence reports whether data is one DER sequence, as certificates and
// public keys are. What is inside is left to those who connect.
func isSequence(data []byte) bool {
	var whole asn1.RawValue
	rest, err := asn1.Unmarshal(data, &whole)
	return err == nil && len(rest) == 0 && whole.Class == asn1.ClassUniversal && whole.Tag == asn1.TagSequence && whole.IsCompound
}

// Usable reports whether senders can use the association.
func (a Association) Usable() bool { return a.Fault() == "" }

// ForMail is the association with the usage that means the same for mail: RFC
// 7672 §3.1.3 lets receivers treat 0 as 2 and 1 as 3, and few do.
func (a Association) ForMail() Association {
	if a.Usage <= PKIXEE {
		a.Usage += 2
	}
	return a
}

// Digested is the association as the SHA-256 of the public key, if Data shows
// that key.
func (a Association) Digested() (Association, bool) {
	if a.Matching != 0 {
		return Association{}, false
	}
	key := a.Data
	if a.Selector == 0 {
		certificate, err := x509.ParseCertificate(a.Data)
		if err != nil {
			return Association{}, false
		}
		key = certificate.RawSubjectPublicKeyInfo
	}
	sum := sha256.Sum256(key)
	a.Selector, a.Matching, a.Data = 1, 1, sum[:]
	return a, true
}
