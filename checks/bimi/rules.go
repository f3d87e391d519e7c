package bimi

import "mailauth/checks"

// RecordReads lists the inputs that decide which record applies.
var RecordReads = []checks.Input{InRecord, InOrg}

// The rules. Nothing of BIMI stops mail: an error here means that receivers
// show no logo.
var (
	// Syntax is a warning where receivers ignore what is wrong.
	Syntax = &checks.Rule{ID: "bimi-syntax", Severity: checks.Error, Source: checks.Receiver,
		Citation: "draft-brand-indicators-for-message-identification §4.3", Reads: RecordReads}
	Decline = &checks.Rule{ID: "bimi-decline", Severity: checks.Info, Source: checks.Receiver,
		Citation: "draft-brand-indicators-for-message-identification §4.3.1", Reads: RecordReads}
	// SVG is a warning where receivers may still show the logo.
	SVG = &checks.Rule{ID: "bimi-svg", Severity: checks.Error, Source: checks.Receiver,
		Citation: "draft-svg-tiny-ps-abrotman §2, draft-brotman-ietf-bimi-guidance", Reads: []checks.Input{InRecord, InOrg, InLogo}}
	Certificate = &checks.Rule{ID: "bimi-cert", Severity: checks.Info, Source: checks.Receiver,
		Citation: "Google, Set up BIMI; Apple, About BIMI in iCloud Mail", Reads: []checks.Input{InRecord, InOrg, InCertificate}}
	BadCertificate = &checks.Rule{ID: "bimi-cert-bad", Severity: checks.Error, Source: checks.Receiver,
		Citation: "draft-fetch-validation-vmc-wchuang", Reads: []checks.Input{InRecord, InOrg, InCertificate, InLogo}}
)

var rules = []*checks.Rule{Syntax, Decline, SVG, Certificate, BadCertificate}
