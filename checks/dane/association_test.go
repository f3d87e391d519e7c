package dane

import (
	"encoding/hex"
	"strings"
	"testing"
)

// The certificate of mail.example.co.jp, with a throw-away key, and the SHA-256
// of that key as openssl prints it.
const (
	certificate = "3082018e30820135a00302010202145e0237ad1f506870794bdff2a989fe18d6c76c97300a06082a8648ce3d040302301d311b301906035504030c126d61696c2e6578616d706c652e636f2e6a70301e170d3236313132323135303032365a170d3336313131393135303032365a301d311b301906035504030c126d61696c2e6578616d706c652e636f2e6a703059301306072a8648ce3d020106082a8648ce3d03010703420004f62438a5a50cb228cdf54021bd024ec120ed233400c3a8b9af3c85b2d3ed9a7d87cad2dac710c66aa4e9edfe35a96033734b8d35f0437952e05e87c8d1db439ca3533051301d0603551d0e04160414636be2219305cc063fe26d7a387aae7524056270301f0603551d23041830168014636be2219305cc063fe26d7a387aae7524056270300f0603551d130101ff040530030101ff300a06082a8648ce3d040302034700304402200cac71a87ca26eee44cdaeb806e6abf3f6edb7cffb8f6d615c343d24b21dc9c30220561df50b43ce0e6de1cf0da2ef743d2f3d3d6bcbf9c78c01d67692400c43f273"
	keyDigest   = "f5b63828d7c57a4a6e23124668db3f22597cfc67e6419510cf23150e64b72842"
)

func TestAssociationFaults(t *testing.T) {
	sha256, sha512 := strings.Repeat("b7", 32), strings.Repeat("b7", 64)
	for text, want := range map[string]Fault{
		"3 1 1 " + sha256:                           "",
		"2 0 1 " + sha256:                           "",
		"2 1 2 " + sha512:                           "",
		"3 0 0 " + certificate:                      "",
		"3 1 1 " + sha256[:32] + " " + sha256[32:]:  "", // zone files may break the digits
		"3 1 1 " + strings.ToUpper(sha256):          "",
		"1 1 1 " + sha256:                           PKIX,
		"0 0 1 " + sha256:                           PKIX,
		"4 1 1 " + sha256:                           Unassigned,
		"255 1 1 " + sha256:                         Unassigned, // PrivCert: nobody's business but two parties'
		"3 2 1 " + sha256:                           Unassigned,
		"3 1 3 " + sha256:                           Unassigned,
		"3 1 1 " + sha512:                           Length,
		"3 1 2 " + sha256:                           Length,
		"3 1 1 " + sha256 + "00":                    Length,
		"1 1 1 " + sha512:                           Length, // what is worse first
		"3 0 0 " + sha256:                           Form,
		"3 0 0 " + certificate[:len(certificate)-2]: Form, // cut short
		"3 0 0 " + certificate + "00":               Form,
		"3 1 0 0500":                                Form, // DER, but no sequence
	} {
		a, err := ParseAssociation(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		} else if got := a.Fault(); got != want {
			t.Errorf("%q has the fault %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{"", "3 1 1", "3 1 1 b", "3 1 1 xy", "256 1 1 00", "-1 1 1 00", "3 1 x 00"} {
		if a, err := ParseAssociation(text); err == nil {
			t.Errorf("%q is read as %v, want an error", text, a)
		}
	}
}

func TestAssociationInOtherForms(t *testing.T) {
	for from, want := range map[string]string{
		"3 0 0 " + certificate: "3 1 1 " + keyDigest,
		"2 0 0 " + certificate: "2 1 1 " + keyDigest,
		"3 1 0 3000":           "3 1 1 e4f60d0aa6d7f3d3b6a6494b1c861b99f649c6f9ec51abaf201b20f297327c95",
		"3 0 0 3000":           "", // a sequence, but no certificate: its key is not to be seen
		"3 0 1 " + keyDigest:   "",
	} {
		a, err := ParseAssociation(from)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := a.Digested(); ok != (want != "") || ok && got.String() != want {
			t.Errorf("%s is %s (%t) as a digest, want %q", a.Parameters(), got, ok, want)
		}
	}
	for from, want := range map[string]string{"0 0 1": "2 0 1", "1 1 1": "3 1 1", "3 0 1": "3 0 1"} {
		a, err := ParseAssociation(from + " " + keyDigest)
		if err != nil {
			t.Fatal(err)
		}
		if got := a.ForMail().Parameters(); got != want {
			t.Errorf("%s is %s for mail, want %s", from, got, want)
		}
	}
}

func FuzzAssociation(f *testing.F) {
	for _, seed := range []string{"3 1 1 " + keyDigest, "3 0 0 " + certificate, "2 1 2 00", "1 1 1 AB cd", "3 1 1", "x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ParseAssociation(text)
		if err != nil {
			return
		}
		again, err := ParseAssociation(a.String())
		if err != nil && len(a.Data) > 0 || err == nil && again.String() != a.String() {
			t.Errorf("%q is %q, which is read as %v, %v", text, a, again, err)
		}
		if digest, ok := a.Digested(); ok && (digest.Fault() != "" && digest.Usage > PKIXEE && digest.Usage <= DANEEE || hex.EncodeToString(digest.Data) == "") {
			t.Errorf("%q as a digest is %q, which has the fault %q", text, digest, digest.Fault())
		}
	})
}
