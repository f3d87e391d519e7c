package dkim

import (
	"crypto/rand"
	"crypto/rsa"
	"math/big"
	"testing"
	"time"
)

// near is the least prime from n on.
func near(n *big.Int) *big.Int {
	n = new(big.Int).Set(n)
	if n.Bit(0) == 0 {
		n.Add(n, big.NewInt(1))
	}
	for !n.ProbablyPrime(10) {
		n.Add(n, big.NewInt(2))
	}
	return n
}

// rocaPrime is made as the chips of CVE-2017-15361 make theirs.
func rocaPrime(t *testing.T, bits int) *big.Int {
	t.Helper()
	m := big.NewInt(1)
	for _, p := range primes(167) {
		m.Mul(m, big.NewInt(p))
	}
	for {
		k, err := rand.Prime(rand.Reader, bits-m.BitLen())
		if err != nil {
			t.Fatal(err)
		}
		a, err := rand.Int(rand.Reader, m)
		if err != nil {
			t.Fatal(err)
		}
		p := new(big.Int).Exp(big.NewInt(65537), a, m)
		if p.Add(p, new(big.Int).Mul(k, m)); p.ProbablyPrime(10) {
			return p
		}
	}
}

func modulus(n *big.Int) Material { return Material{Modulus: n, Bits: n.BitLen()} }

func TestWeakness(t *testing.T) {
	product := func(a, b *big.Int) Material { return modulus(new(big.Int).Mul(a, b)) }
	prime := func(bits int) *big.Int {
		p, err := rand.Prime(rand.Reader, bits)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := prime(512)
	for _, tt := range []struct {
		why  string
		m    Material
		want Weakness
	}{
		{"two independent primes", product(p, prime(512)), ""},
		{"primes of a chip with the weakness", product(rocaPrime(t, 512), rocaPrime(t, 512)), WeakROCA},
		{"one such prime is not the mark", product(rocaPrime(t, 512), prime(512)), ""},
		{"the next prime but one", product(p, near(new(big.Int).Add(p, big.NewInt(1000)))), WeakClosePrimes},
		{"a square", product(p, p), WeakClosePrimes},
		{"a factor of three", product(big.NewInt(3), prime(1024)), WeakSmallFactor},
		{"even", product(big.NewInt(2), prime(1024)), WeakSmallFactor},
		{"no RSA key at all", Material{}, ""},
		{"longer than anybody computes with", modulus(new(big.Int).Lsh(big.NewInt(1), maxWeakBits)), ""},
	} {
		if got, _ := tt.m.weakness(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.why, got, tt.want)
		}
	}
}

// No sound key looks weak.
func TestSoundKeysAreNotWeak(t *testing.T) {
	for range 8 {
		key, err := rsa.GenerateKey(rand.Reader, 1024)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := modulus(key.N).weakness(); got != "" {
			t.Errorf("%x: %s", key.N, got)
		}
	}
	for _, text := range []string{rsa512, rsa1024, rsa2048, rsa2048b, rsa5120, rsaExponent3, mandrillKey} {
		if got, _ := ParseKey(splitText("p=" + text)).Material.weakness(); got != "" {
			t.Errorf("%s: %s", text[:40], got)
		}
	}
}

func TestExampleKeys(t *testing.T) {
	for text, want := range map[string]string{
		"p=" + rfc6376Key: "RFC 6376 appendix C", "p=" + rfc8463RSA: "RFC 8463 appendix A", "k=ed25519; p=" + rfc8463Key: "RFC 8463 appendix A",
	} {
		if w, source := ParseKey(splitText(text)).Material.weakness(); w != WeakExample || source != want {
			t.Errorf("%s is %q of %q, want an example of %s", text, w, source, want)
		}
	}
	if got := vendorKeys()[ParseKey(splitText("p="+mandrillKey)).Material.sum()]; got != "Mandrill" {
		t.Errorf("the shared key of Mandrill is %q's", got)
	}
}

func TestSharedFactor(t *testing.T) {
	var p [3]*big.Int
	for i := range p {
		p[i] = near(new(big.Int).Lsh(big.NewInt(int64(5+2*i)), 500))
	}
	a, b := modulus(new(big.Int).Mul(p[0], p[1])), modulus(new(big.Int).Mul(p[0], p[2]))
	if !sharesFactor(a, b) {
		t.Error("two keys with a prime in common are not recognised")
	}
	if sharesFactor(a, a) {
		t.Error("one key at two selectors is no pair with a prime in common")
	}
	if sharesFactor(a, Material{}) || sharesFactor(a, ParseKey(splitText("p="+rsa2048)).Material) {
		t.Error("keys without a prime in common are taken for such")
	}
}

func TestMadeOn(t *testing.T) {
	now := time.Date(2026, 5, 20, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct{ selector, want, why string }{
		{"20161025", "2016-10-25", "as Google names its own"},
		{"202403", "2024-03", "a month"},
		{"2024", "2024", "a year"},
		{"mail2019", "2019", "behind a word"},
		{"dkim-201905a", "2019-05", "between a word and a letter"},
		{"s2048", "", "the length of a key: no past year"},
		{"s1024", "", "the length of a key: before DomainKeys"},
		{"20261231", "", "not yet"},
		{"20191399", "", "no such day"},
		{"x7f2016q9", "", "digits in a token"},
		{"123456", "", "no month"},
		{"selector1", "", "a number"},
		{"20161025.mail", "2016-10-25", "a label of several"},
	} {
		if got, _ := madeOn(tt.selector, now); got.text != tt.want {
			t.Errorf("%s is of %q, want %q: %s", tt.selector, got.text, tt.want, tt.why)
		}
	}
}

func TestIsPolicy(t *testing.T) {
	for text, want := range map[string]bool{
		"o=~": true, "o=-; n=all mail is signed": true, "t=y; o=~;": true, "r=dkim@example.co.jp; o=-": true,
		"dkim=unknown": true, "dkim=all": true, "DKIM = discardable": true,
		"v=DKIM1; p=": false, "v=DKIM1; o=~; p=MII": false, "v=spf1 -all": false, "dkim=on": false, "o=other": false, "hello": false, "": false,
	} {
		if got := isPolicy(text); got != want {
			t.Errorf("%q is a policy: %t, want %t", text, got, want)
		}
	}
}
