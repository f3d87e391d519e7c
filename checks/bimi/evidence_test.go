package bimi

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"slices"
	"testing"
	"time"
)

func kinds(c Chain) (list []CertFaultKind) {
	for _, f := range c.Faults {
		list = append(list, f.Kind)
	}
	return list
}

// with changes a good mark certificate.
func with(change func(*mark)) mark {
	m := goodMark()
	change(&m)
	return m
}

func TestReadChain(t *testing.T) {
	a, other := newAuthority(t), newAuthority(t)
	ours := []string{"example.co.jp", "default._bimi.example.co.jp"}
	chain := func(m mark) []byte { return inPEM(a.issue(t, m), a.intermediate, a.root) }
	leaf := a.issue(t, goodMark())
	tests := []struct {
		document []byte
		now      time.Time
		want     []CertFaultKind
		why      string
	}{
		{inPEM(leaf, a.intermediate, a.root), today, nil, "as an authority delivers it"},
		{inPEM(leaf, a.intermediate), today, nil, "the root may be left out"},
		{inPEM(leaf), today, nil, "whether more is needed only the receiver's roots tell"},
		{chain(with(func(m *mark) { m.names = []string{"DEFAULT._bimi.example.co.jp"} })), today, nil, "the name of the record"},
		{chain(with(func(m *mark) { m.plain = true })), today, nil, "a logo that is not packed"},
		{chain(with(func(m *mark) { m.names = []string{"*._bimi.example.co.jp"} })), today, nil, "a wildcard"},
		{inPEM(leaf, a.intermediate), issueDay.AddDate(1, 0, 1), []CertFaultKind{Expired}, "a day late"},
		{inPEM(leaf, a.intermediate), issueDay.AddDate(0, 0, -1), []CertFaultKind{NotYetValid}, "a day early"},
		{inPEM(a.intermediate, leaf), today, []CertFaultKind{WrongOrder}, "the mark certificate must be first"},
		{inPEM(leaf, a.root, a.intermediate), today, []CertFaultKind{WrongOrder}, "root before intermediate"},
		{inPEM(leaf, leaf, a.intermediate), today, []CertFaultKind{WrongOrder}, "twice the same"},
		{inPEM(leaf, other.root), today, []CertFaultKind{BrokenChain}, "somebody else's authority"},
		{inPEM(leaf, other.intermediate), today, []CertFaultKind{BrokenChain}, "the same name with another key"},
		{chain(with(func(m *mark) { m.names = []string{"example.jp", "mail._bimi.example.co.jp"} })), today, []CertFaultKind{WrongName}, "other names"},
		{chain(with(func(m *mark) { m.names = nil })), today, []CertFaultKind{WrongName}, "no name"},
		{chain(with(func(m *mark) { m.usage = false })), today, []CertFaultKind{WrongUsage}, "a web server's certificate"},
		{chain(with(func(m *mark) { m.logo = "" })), today, []CertFaultKind{NoLogotype}, "no logo in it"},
		{chain(with(func(m *mark) { m.falseHash = true })), today, []CertFaultKind{WrongHash}, "another hash"},
		{chain(with(func(m *mark) {
			m.extra = []pkix.Extension{{Id: oidPilot, Value: []byte{5, 0}}}
		})), today, []CertFaultKind{ForbiddenExtension}, "the pilot is over"},
		{[]byte("<html><body>Please log in</body></html>"), today, []CertFaultKind{NotPEM}, "a web page"},
		{leaf.Raw, today, []CertFaultKind{NotPEM}, "DER"},
		{[]byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), today, []CertFaultKind{Unreadable}, "a certificate in form only"},
		{[]byte("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"), today, []CertFaultKind{Unreadable}, "an empty one"},
		{[]byte("-----BEGIN CERTIFICATE-----\nMIIB\n"), today, []CertFaultKind{Unreadable}, "one that is cut off"},
		{nil, today, []CertFaultKind{NotPEM}, "nothing"},
	}
	for _, test := range tests {
		if got := kinds(ReadChain(test.document, test.now, ours)); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.why, got, test.want)
		}
	}
}

func TestReadChainDescribes(t *testing.T) {
	a := newAuthority(t)
	for markType, want := range map[string]Mark{"Registered Mark": Verified, "Government Mark": Verified, "Prior Use Mark": Common, "Modified Registered Mark": Common, "Mark": UnknownMark} {
		c := ReadChain(inPEM(a.issue(t, with(func(m *mark) { m.markType = markType })), a.intermediate), today, []string{"example.co.jp"})
		if c.Mark != want || c.Issuer != "Example Mark Authority" || c.NotAfter != "2027-04-01T00:00:00Z" || c.Certificates != 2 || !slices.Equal(c.Names, []string{"example.co.jp"}) {
			t.Errorf("%s: got %+v, want mark %s", markType, c, want)
		}
		if string(c.logo) != goodLogo {
			t.Errorf("%s: the logo in it is %q", markType, c.logo)
		}
	}
}

// The logo in the certificate has to be the one at l; white space at the ends
// does not count.
func TestCompare(t *testing.T) {
	a := newAuthority(t)
	document := Document{Known: true, body: inPEM(a.issue(t, goodMark()), a.intermediate)}
	for logo, want := range map[string]int{goodLogo: 0, goodLogo + "\r\n": 0, "<svg/>": 1} {
		e := readEvidence(document, today, []string{"example.co.jp"})
		e.compare(&Logo{Document: Document{Known: true}, image: []byte(logo)})
		if len(e.Faults) != want {
			t.Errorf("%q: got %v, want %d faults", logo, e.Faults, want)
		}
	}
}

// A certificate that this program cannot read is nobody's fault.
func TestUnreadableCertificate(t *testing.T) {
	strange := inPEM(&x509.Certificate{Raw: []byte{0x30, 0x07, 0x30, 0x00, 0x30, 0x00, 0x03, 0x01, 0x00}})
	if c := ReadChain(strange, today, nil); len(c.Faults) != 0 {
		t.Errorf("got %v, want nothing said", c.Faults)
	}
}

func FuzzReadChain(f *testing.F) {
	a := newAuthority(f)
	f.Add(inPEM(a.issue(f, goodMark()), a.intermediate))
	f.Add([]byte("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"))
	f.Fuzz(func(t *testing.T, document []byte) {
		c := ReadChain(document, today, []string{"example.co.jp"})
		if c.Certificates > maxCertificates {
			t.Errorf("read %d certificates", c.Certificates)
		}
	})
}

func FuzzReadLogotype(f *testing.F) {
	f.Add(logotypeOf(f, goodMark()))
	f.Add([]byte{0x30, 0x80})
	f.Fuzz(func(t *testing.T, extension []byte) {
		if svg, verdict := readLogotype(extension); verdict == logotypeOther && svg != nil {
			t.Errorf("a logo of %d octets that is none", len(svg))
		}
	})
}
