package bimi

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"slices"
	"strings"
	"time"
)

// Mark says which kind of mark certificate it is (draft §3.5).
type Mark string

const (
	// Verified is a VMC: a registered trademark or a government's mark.
	Verified Mark = "vmc"
	// Common is a CMC: a mark in prior use, or a changed registered one.
	Common Mark = "cmc"
	// UnknownMark is a certificate that does not say.
	UnknownMark Mark = "unknown"
)

// CertFaultKind says in what way a mark certificate is not as receivers demand.
type CertFaultKind string

// The kinds of fault, worst first.
const (
	NotPEM             CertFaultKind = "not-pem"     // no certificate in PEM
	Unreadable         CertFaultKind = "unreadable"  // what stands there as a certificate is none
	WrongOrder         CertFaultKind = "order"       // not leaf, intermediate, root
	BrokenChain        CertFaultKind = "chain"       // the next certificate did not sign this one
	Expired            CertFaultKind = "expired"     //
	NotYetValid        CertFaultKind = "not-yet"     //
	WrongName          CertFaultKind = "name"        // issued to other domains
	WrongUsage         CertFaultKind = "usage"       // not for brand indicators
	NoLogotype         CertFaultKind = "no-logotype" // it holds no logo
	WrongHash          CertFaultKind = "wrong-hash"  // the logo in it is not the one that it vouches for
	ForbiddenExtension CertFaultKind = "extension"   // name constraints, or the mark of a pilot
	OtherLogo          CertFaultKind = "other-logo"  // l is another image than the one in it
)

// CertFault is one thing that is wrong with a mark certificate, and what was
// found there.
type CertFault struct {
	Kind  CertFaultKind `json:"fault"`
	Found string        `json:"found,omitempty"`
}

// Chain is what a document of certificates says. Whether its root is one that
// receivers trust is not judged: each keeps a list of its own.
type Chain struct {
	// Certificates is how many there are in the document.
	Certificates int  `json:"certificates,omitempty"`
	Mark         Mark `json:"mark,omitempty"`
	// MarkType is the subject's mark type, such as "Registered Mark".
	MarkType string `json:"mark_type,omitempty"`
	// Issuer is the organization that signed it.
	Issuer string `json:"issuer,omitempty"`
	// Names are those that it is issued to.
	Names []string `json:"names,omitempty"`
	// NotAfter is when it expires, as RFC 3339.
	NotAfter string      `json:"not_after,omitempty"`
	Faults   []CertFault `json:"faults,omitempty"`
	logo     []byte      // the image in it, uncompressed; nil if there is none
	// unread says why nothing can be said: a certificate that is well formed and
	// that this program cannot read.
	unread error
}

var (
	oidBIMI             = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 31} // id-kp-BrandIndicatorforMessageIdentification
	oidMarkType         = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 53087, 1, 13}
	oidPilot            = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 53087, 4, 1}
	oidNameConstraints  = asn1.ObjectIdentifier{2, 5, 29, 30}
	oidAnyExtendedUsage = asn1.ObjectIdentifier{2, 5, 29, 37, 0}
)

// pilotEnd is the day from which certificates must not have the pilot's mark.
var pilotEnd = time.Date(2025, time.March, 15, 0, 0, 0, 0, time.UTC)

// maxCertificates are looked at: a chain is three or four long.
const maxCertificates = 10

// readEvidence looks into the document at a. Names are those that the
// certificate may be issued to.
func readEvidence(d Document, now time.Time, names []string) *Evidence {
	e := &Evidence{Document: d}
	if d.OK() {
		e.Chain = ReadChain(d.body, now, names)
		e.Known = e.unread == nil
	}
	return e
}

// ReadChain reads certificates in PEM, the mark certificate first, and judges
// them for a domain whose names are given without final dots.
func ReadChain(document []byte, now time.Time, names []string) (c Chain) {
	certificates, err := parsePEM(document)
	if c.unread = err; err != nil {
		return c
	}
	if c.Certificates = len(certificates); c.Certificates == 0 {
		if block, _ := pem.Decode(document); block != nil && block.Type == certificateType || bytes.HasPrefix(document, []byte(beginCertificate)) {
			c.add(Unreadable, "")
			return c
		}
		c.add(NotPEM, firstLine(document))
		return c
	}
	c.order(certificates)
	leaf := leafOf(certificates)
	c.describe(leaf)
	c.dates(leaf, now)
	if !slices.ContainsFunc(leaf.DNSNames, func(name string) bool { return covers(name, names) }) {
		c.add(WrongName, strings.Join(leaf.DNSNames, ", "))
	}
	if !forIndicators(leaf) {
		c.add(WrongUsage, "")
	}
	c.logotype(leaf)
	c.extensions(leaf)
	return c
}

// covers reports whether a name in a certificate is one of the names, or a
// wildcard for one.
func covers(name string, names []string) bool {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	return slices.ContainsFunc(names, func(wanted string) bool {
		_, parent, _ := strings.Cut(wanted, ".")
		return name == wanted || name == "*."+parent
	})
}

func (c *Chain) add(kind CertFaultKind, found string) {
	if len(found) > 120 {
		found = found[:120]
	}
	c.Faults = append(c.Faults, CertFault{kind, strings.ToValidUTF8(found, "?")})
}

// firstLine shows what stands where a certificate was expected.
func firstLine(document []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimSpace(document), []byte("\n"))
	return strings.TrimSpace(string(line))
}

// A certificate's label in PEM (RFC 7468 §5.1), and its first line.
const (
	certificateType  = "CERTIFICATE"
	beginCertificate = "-----BEGIN " + certificateType + "-----"
)

// formed reports that octets have the outer form of a certificate: three
// elements in one (RFC 5280 §4.1). What is in them may be of a kind to come.
func formed(der []byte) bool {
	var outer struct{ TBS, Algorithm, Signature asn1.RawValue }
	rest, err := asn1.Unmarshal(der, &outer)
	return err == nil && len(rest) == 0
}

// parsePEM reads the certificates of a document. The error is that one is
// well-formed DER and cannot be read: then nothing is judged.
func parsePEM(document []byte) (certificates []*x509.Certificate, err error) {
	for len(certificates) < maxCertificates {
		block, rest := pem.Decode(document)
		if block == nil {
			break
		}
		document = rest
		if block.Type != certificateType {
			continue
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			if formed(block.Bytes) {
				return certificates, err
			}
			continue
		}
		certificates = append(certificates, certificate)
	}
	return certificates, nil
}

// order checks that each certificate is followed by its issuer's.
func (c *Chain) order(certificates []*x509.Certificate) {
	for i, certificate := range certificates[:len(certificates)-1] {
		if issued(certificate, certificates[i+1]) && !certificate.Equal(certificates[i+1]) {
			continue
		}
		elsewhere := slices.ContainsFunc(certificates, func(other *x509.Certificate) bool {
			return issued(certificate, other) || issued(other, certificate)
		})
		if elsewhere || certificate.Equal(certificates[i+1]) {
			c.add(WrongOrder, "")
		} else {
			c.add(BrokenChain, nameOf(certificate.Issuer.Organization, certificate.Issuer.CommonName))
		}
		return
	}
}

// issued reports whether the issuer's name and key fit the certificate. A
// signature of a kind that this program cannot verify is taken for good.
func issued(certificate, issuer *x509.Certificate) bool {
	if !bytes.Equal(certificate.RawIssuer, issuer.RawSubject) {
		return false
	}
	err := issuer.CheckSignature(certificate.SignatureAlgorithm, certificate.RawTBSCertificate, certificate.Signature)
	_, insecure := err.(x509.InsecureAlgorithmError)
	return err == nil || insecure || err == x509.ErrUnsupportedAlgorithm
}

// leafOf is the mark certificate: the first that is for indicators, else the
// first that is no authority, else the first.
func leafOf(certificates []*x509.Certificate) *x509.Certificate {
	for _, fits := range []func(*x509.Certificate) bool{
		func(c *x509.Certificate) bool { return !c.IsCA && forIndicators(c) },
		func(c *x509.Certificate) bool { return !c.IsCA },
	} {
		if i := slices.IndexFunc(certificates, fits); i >= 0 {
			return certificates[i]
		}
	}
	return certificates[0]
}

func forIndicators(c *x509.Certificate) bool {
	return slices.ContainsFunc(c.UnknownExtKeyUsage, oidBIMI.Equal) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny) ||
		slices.ContainsFunc(c.UnknownExtKeyUsage, oidAnyExtendedUsage.Equal)
}

// describe notes what the certificate says of itself.
func (c *Chain) describe(leaf *x509.Certificate) {
	c.Names = leaf.DNSNames
	c.Issuer = nameOf(leaf.Issuer.Organization, leaf.Issuer.CommonName)
	c.NotAfter = leaf.NotAfter.UTC().Format(time.RFC3339)
	c.Mark = UnknownMark
	for _, attribute := range leaf.Subject.Names {
		if text, ok := attribute.Value.(string); ok && attribute.Type.Equal(oidMarkType) {
			c.MarkType = text
		}
	}
	switch c.MarkType {
	case "Registered Mark", "Government Mark":
		c.Mark = Verified
	case "Prior Use Mark", "Modified Registered Mark":
		c.Mark = Common
	}
}

func nameOf(organizations []string, common string) string {
	if len(organizations) > 0 {
		return organizations[0]
	}
	return common
}

func (c *Chain) dates(leaf *x509.Certificate, now time.Time) {
	switch {
	case now.After(leaf.NotAfter):
		c.add(Expired, leaf.NotAfter.UTC().Format(time.DateOnly))
	case now.Before(leaf.NotBefore):
		c.add(NotYetValid, leaf.NotBefore.UTC().Format(time.DateOnly))
	}
}

// extensions looks for what must not be in a mark certificate.
func (c *Chain) extensions(leaf *x509.Certificate) {
	for _, extension := range leaf.Extensions {
		switch {
		case extension.Id.Equal(oidNameConstraints):
			c.add(ForbiddenExtension, "name constraints")
		case extension.Id.Equal(oidPilot) && !leaf.NotBefore.Before(pilotEnd):
			c.add(ForbiddenExtension, "pilot identifier")
		}
	}
}

// logotype takes the logo out of the certificate.
func (c *Chain) logotype(leaf *x509.Certificate) {
	i := slices.IndexFunc(leaf.Extensions, func(e pkixExtension) bool { return e.Id.Equal(oidLogotype) })
	if i < 0 {
		c.add(NoLogotype, "")
		return
	}
	logo, verdict := readLogotype(leaf.Extensions[i].Value)
	switch verdict {
	case logotypeGood:
		c.logo = logo
	case logotypeHash:
		c.logo = logo
		c.add(WrongHash, "")
	}
}

// compare holds the logo in the certificate against the one that l names.
func (e *Evidence) compare(l *Logo) {
	if !e.OK() || !l.OK() || e.logo == nil || l.image == nil {
		return
	}
	if !bytes.Equal(bytes.TrimSpace(e.logo), bytes.TrimSpace(l.image)) {
		e.add(OtherLogo, "")
	}
}
