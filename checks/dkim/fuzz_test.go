package dkim

import (
	"slices"
	"testing"
)

// FuzzParseKey holds the parser to three promises for every text: spans lie
// inside it, the written record reads back as the same key, and mending a
// mended record changes nothing more.
func FuzzParseKey(f *testing.F) {
	for _, seed := range []string{
		"v=DKIM1; k=rsa; p=" + rsa1024,
		"v=DKIM1; k=ed25519; p=" + ed25519SPKI + "; t=y:s; h=sha1:sha256; s=email",
		`"v=DKIM1\; p=` + rsa512[:60] + `" "` + rsa512[60:] + `"`,
		"v=dkim1 k=RSA, p:" + rsa1024PKCS1,
		"V=\u201cDKIM1\u201d\uff1b;;p=-----BEGIN CERTIFICATE-----MII=-----END",
		"p=MD==;p=;=;n=\\", "v=DKIM1k=rsa; p=\r\n A\tB",
	} {
		f.Add(seed, 40)
	}
	f.Fuzz(func(t *testing.T, text string, cut int) {
		if cut < 0 || cut > len(text) {
			cut = len(text)
		}
		k := ParseKey([]string{text[:cut], text[cut:]})
		for _, fault := range k.Faults {
			_ = fault.Span.Of(text)
		}
		k.Resembles()
		whole := ParseKey(splitText(text)) // a cut elsewhere shows only in what is said of lost strings
		again := ParseKey(splitText(whole.String()))
		if again.Version != whole.Version || again.Type != whole.Type || again.Revoked != whole.Revoked ||
			!slices.Equal(again.Hashes, whole.Hashes) || again.Material.Form != whole.Material.Form || again.Notes != whole.Notes {
			t.Fatalf("%q reads as %+v, written as %q it reads as %+v", text, whole, whole.String(), again)
		}
		if !slices.Equal(sortedKinds(again), sortedKinds(whole)) {
			t.Fatalf("%q has faults %v, written as %q it has %v", text, whole.Faults, whole.String(), again.Faults)
		}
		mended, ok := whole.Mend()
		if !ok {
			return
		}
		if twice, ok := ParseKey(splitText(mended)).Mend(); ok && twice != mended {
			t.Fatalf("%q is mended to %q, and that to %q", text, mended, twice)
		}
	})
}

// sortedKinds leaves out what depends on the length of the written record.
func sortedKinds(k *Key) []FaultKind {
	var kinds []FaultKind
	for _, f := range k.Faults {
		if f.Cause != CauseLost && f.Cause != CauseTruncated {
			kinds = append(kinds, f.Kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}
