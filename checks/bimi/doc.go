// Package bimi audits Brand Indicators for Message Identification
// (draft-brand-indicators-for-message-identification, SVG Tiny PS of
// draft-svg-tiny-ps-abrotman, draft-fetch-validation-vmc-wchuang).
//
// A domain whose mail passes DMARC under an enforced policy can have its logo
// shown beside its mail. A TXT record at default._bimi names the logo, an SVG
// document of a restricted kind, and as a rule a certificate in which an
// authority confirms that the logo is the domain's. Receivers show nothing if
// any of them breaks a rule, and tell nobody why.
package bimi

import "mailauth/checks"

// The inputs of the check.
const (
	InRecord      checks.Input = "bimi-record"      // TXT at default._bimi of the domain
	InOrg         checks.Input = "bimi-org"         // TXT at default._bimi of its organizational domain
	InLogo        checks.Input = "bimi-logo"        // the SVG document
	InCertificate checks.Input = "bimi-certificate" // the document with the mark certificate
)

// Check looks for the BIMI record and what it names.
var Check = &checks.Check{
	Name:   "bimi",
	Doc:    "The logo that receivers may show beside the domain's mail: its record, the image, and the certificate for it.",
	Rules:  rules,
	Budget: 2 + 2*(maxRedirects+1),
	Lookup: lookup,
	Judge:  judge,
}

// FactsOf returns what the check found, for checks that require it.
func FactsOf(p *checks.Pass) *Facts {
	facts, _ := p.Facts(Check).(*Facts)
	return facts
}
