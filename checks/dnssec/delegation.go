package dnssec

import (
	"strconv"
	"strings"

	"mailauth/resolver"
)

// Delegation is a DS record (RFC 4034 §5.1).
type Delegation struct {
	Record    resolver.Record `json:"-"`
	KeyTag    uint16          `json:"key_tag"`
	Algorithm uint8           `json:"algorithm"`
	Digest    uint8           `json:"digest_type"`
}

// ParseDelegation reads a DS record: key tag, algorithm, digest type, digest.
func ParseDelegation(r resolver.Record) (d Delegation, ok bool) {
	fields := strings.Fields(r.Data.String())
	if r.Type() != resolver.TypeDS || len(fields) < 4 {
		return Delegation{}, false
	}
	tag, err1 := strconv.ParseUint(fields[0], 10, 16)
	algorithm, err2 := strconv.ParseUint(fields[1], 10, 8)
	digest, err3 := strconv.ParseUint(fields[2], 10, 8)
	if err1 != nil || err2 != nil || err3 != nil {
		return Delegation{}, false
	}
	return Delegation{Record: r, KeyTag: uint16(tag), Algorithm: uint8(algorithm), Digest: uint8(digest)}, true
}

// Numbers of the IANA registries that texts name.
var (
	algorithmNames = map[uint8]string{
		1: "RSAMD5", 3: "DSA", 5: "RSASHA1", 6: "DSA-NSEC3-SHA1", 7: "RSASHA1-NSEC3-SHA1", 8: "RSASHA256", 10: "RSASHA512",
		12: "ECC-GOST", 13: "ECDSAP256SHA256", 14: "ECDSAP384SHA384", 15: "ED25519", 16: "ED448",
	}
	digestNames = map[uint8]string{1: "SHA-1", 2: "SHA-256", 3: "GOST R 34.11-94", 4: "SHA-384"}
)

// AlgorithmName is the mnemonic of an algorithm with its number.
func AlgorithmName(n uint8) string { return named(algorithmNames, n) }

// DigestName is the name of a digest type with its number.
func DigestName(n uint8) string { return named(digestNames, n) }

func named(names map[uint8]string, n uint8) string {
	if name, ok := names[n]; ok {
		return name + " (" + strconv.Itoa(int(n)) + ")"
	}
	return strconv.Itoa(int(n))
}

// WeakAlgorithm reports that zones must not be signed with an algorithm: the
// "Use for DNSSEC Signing" of RFC 9904 §2 as changed by RFC 9905 §2 (SHA-1) and
// RFC 9906 §2 (GOST).
func (d Delegation) WeakAlgorithm() bool {
	switch d.Algorithm {
	case 1, 3, 5, 6, 7, 12:
		return true
	}
	return false
}

// WeakDigest reports that DS records must not be made with a digest type: the
// "Use for DNSSEC Delegation" of the same documents.
func (d Delegation) WeakDigest() bool { return d.Digest == 1 || d.Digest == 3 }
