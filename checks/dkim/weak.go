package dkim

import (
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"slices"
)

// Weakness is why somebody else can have, or can work out, the private half of
// a key.
type Weakness string

// The weaknesses that a public key shows.
const (
	WeakExample     Weakness = "example"      // printed, with its private half, in a standard
	WeakROCA        Weakness = "roca"         // made by a chip with CVE-2017-15361
	WeakSmallFactor Weakness = "small-factor" // the modulus has a small factor
	WeakClosePrimes Weakness = "close-primes" // the two primes lie close together, CVE-2022-26320
	WeakShared      Weakness = "shared"       // another key of the domain has a prime in common
)

// exampleKeys are keys whose private halves stand in standards, by the SHA-256
// of the key as the DNS has it, decoded.
func exampleKeys() map[string]string {
	return map[string]string{
		"dba3f0cb69f06d70e41abc6ac5812bc3d2639a24b621ba5d241202ac89cb7b9c": "RFC 6376 appendix C",
		"362d9a99501883f6d1ac717c53fff96582fb0a7c52464cb64b9082aa887bc7b4": "RFC 8463 appendix A",
		"21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9": "RFC 8463 appendix A", // Ed25519
	}
}

// vendorKeys are keys that a provider gives to all of its customers.
func vendorKeys() map[string]string {
	return map[string]string{
		"9cee89b6f986543a39834cec8857a2ae6bd260aac5bd8791a051b1e56a8cfbbf": "Mandrill",
	}
}

// sum is the name of a key in the tables.
func (m Material) sum() string {
	if m.key == nil {
		return ""
	}
	digest := sha256.Sum256(m.key)
	return hex.EncodeToString(digest[:])
}

// weakness looks at one key alone; source is the standard that printed it.
func (m Material) weakness() (w Weakness, source string) {
	if source, ok := exampleKeys()[m.sum()]; ok {
		return WeakExample, source
	}
	n := m.Modulus
	if n == nil || n.BitLen() > maxWeakBits {
		return "", ""
	}
	switch {
	case hasSmallFactor(n):
		return WeakSmallFactor, ""
	case isROCA(n):
		return WeakROCA, ""
	case closePrimes(n):
		return WeakClosePrimes, ""
	}
	return "", ""
}

// maxWeakBits bounds the arithmetic on moduli that strangers publish.
const maxWeakBits = 16384

// primes lists the primes from 2 to limit.
func primes(limit int64) (list []int64) {
	for n := int64(2); n <= limit; n++ {
		if !slices.ContainsFunc(list, func(p int64) bool { return p*p <= n && n%p == 0 }) {
			list = append(list, n)
		}
	}
	return list
}

// hasSmallFactor: no RSA modulus has a factor that trial division finds.
func hasSmallFactor(n *big.Int) bool {
	rest := new(big.Int)
	return slices.ContainsFunc(primes(2000), func(p int64) bool {
		return rest.Mod(n, big.NewInt(p)).Sign() == 0
	})
}

// isROCA recognises the moduli of CVE-2017-15361. Their primes are k·M +
// (65537^a mod M), M being the product of the first primes, at least of those up
// to 167: so the modulus is a power of 65537 by each of these primes. By chance
// that is so for fewer than one modulus in 2^100.
func isROCA(n *big.Int) bool {
	rest := new(big.Int)
	for _, p := range primes(167)[1:] {
		r := rest.Mod(n, big.NewInt(p)).Int64()
		power, found := int64(1), false
		for range p {
			if found = power == r; found {
				break
			}
			power = power * 65537 % p
		}
		if !found {
			return false
		}
	}
	return true
}

// fermatSteps is enough for the keys of CVE-2022-26320; good ones would take
// longer than anyone has.
const fermatSteps = 100

// closePrimes factors as Fermat did: n = a² - b² with a near the square root.
func closePrimes(n *big.Int) bool {
	a := new(big.Int).Sqrt(n)
	if new(big.Int).Mul(a, a).Cmp(n) < 0 {
		a.Add(a, big.NewInt(1))
	}
	square, root := new(big.Int), new(big.Int)
	for range fermatSteps {
		square.Mul(a, a)
		square.Sub(square, n)
		root.Sqrt(square)
		if root.Mul(root, root).Cmp(square) == 0 {
			return true
		}
		a.Add(a, big.NewInt(1))
	}
	return false
}

// sharesFactor reports that two moduli have a prime in common, which gives both
// private keys away.
func sharesFactor(a, b Material) bool {
	if a.Modulus == nil || b.Modulus == nil || a.Modulus.Cmp(b.Modulus) == 0 || max(a.Bits, b.Bits) > maxWeakBits {
		return false
	}
	return new(big.Int).GCD(nil, nil, a.Modulus, b.Modulus).Cmp(big.NewInt(1)) != 0
}
