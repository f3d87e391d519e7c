package dmarc

import "mailauth/checks"

// Whether the record of the domain or of a parent applies depends on both.
var readsPolicy = []checks.Input{InRecord, InWalk}

// Rules on whether receivers find a record.
var (
	Inherited = &checks.Rule{ID: "dmarc-inherited", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 §4.10.1",
		Reads: []checks.Input{InRecord, InWalk, InExists}}
	Multiple = &checks.Rule{ID: "dmarc-multiple", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 9989 §4.10",
		Reads: readsPolicy, Supersedes: []string{"dmarc-missing"}}
	Version = &checks.Rule{ID: "dmarc-version", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 9989 §4.7",
		Reads: readsPolicy, Supersedes: []string{"dmarc-missing"}}
	JoinRule = &checks.Rule{ID: "dmarc-string-join", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 9989 §4.5",
		Reads: readsPolicy, Supersedes: []string{"dmarc-missing"}}
	SPFAtDMARC = &checks.Rule{ID: "dmarc-spf-at-dmarc", Severity: checks.Warning, Max: checks.Error, Source: checks.RFC, Citation: "RFC 9989 §4.5, RFC 7208 §4.4",
		Reads: []checks.Input{InRecord, InWalk, InWildcard}, Supersedes: []string{"dmarc-missing"}}
	OtherTXT = &checks.Rule{ID: "dmarc-other-txt", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 9989 §4.10",
		Reads: []checks.Input{InRecord, InWalk, InWildcard}}
	WrongName = &checks.Rule{ID: "dmarc-wrong-name", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 9989 §4.5",
		Reads: []checks.Input{InRecord, InWalk, InExists, InWildcard, InWrongName}, Supersedes: []string{"dmarc-missing"}}
	Wildcard = &checks.Rule{ID: "dmarc-wildcard", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 §4.10, RFC 4592 §2.2",
		Reads: []checks.Input{InRecord, InWildcard}}
)

// Rules on what the policy asks for.
var (
	PMissing = &checks.Rule{ID: "dmarc-p-missing", Severity: checks.Warning, Max: checks.Error, Source: checks.RFC, Citation: "RFC 9989 §4.10.1",
		Reads: readsPolicy}
	PInvalid = &checks.Rule{ID: "dmarc-p-invalid", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 9989 §4.10.1",
		Reads: readsPolicy}
	SPInvalid = &checks.Rule{ID: "dmarc-sp-invalid", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 9989 §4.10.1",
		Reads: readsPolicy}
	NPInvalid = &checks.Rule{ID: "dmarc-np-invalid", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 9989 §4.10.1",
		Reads: readsPolicy}
	PNone = &checks.Rule{ID: "dmarc-p-none", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 9989 §4.7, §5.1.7",
		Reads: readsPolicy}
	PNoneNoRUA = &checks.Rule{ID: "dmarc-p-none-no-rua", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 9989 §5.1.3, §5.1.4",
		Reads: readsPolicy}
	SPWeaker = &checks.Rule{ID: "dmarc-sp-weaker", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 9989 §4.7",
		Reads: readsPolicy}
	NPWeaker = &checks.Rule{ID: "dmarc-np-weaker", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 9989 §4.7",
		Reads: readsPolicy}
	TestMode = &checks.Rule{ID: "dmarc-t-y", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 9989 §4.7",
		Reads: readsPolicy}
	PSDMisuse = &checks.Rule{ID: "dmarc-psd-misuse", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 9989 §4.10.2",
		Reads: readsPolicy}
	OrgDiverges = &checks.Rule{ID: "dmarc-orgdomain-diverges", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 9989 §4.10.2, RFC 7489 §3.2",
		Reads: readsPolicy}
)

// Rules on how the record is written.
var (
	Syntax = &checks.Rule{ID: "dmarc-syntax", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 9989 §4.8",
		Reads: readsPolicy}
	TagDup = &checks.Rule{ID: "dmarc-tag-dup", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 9989 §4.7, RFC 6376 §3.2",
		Reads: readsPolicy}
	TagUnknown = &checks.Rule{ID: "dmarc-tag-unknown", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 §4.7",
		Reads: readsPolicy}
	Pct = &checks.Rule{ID: "dmarc-pct", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 9989 Appendix A.6",
		Reads: readsPolicy}
	RF = &checks.Rule{ID: "dmarc-rf", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 Appendix C.5.2",
		Reads: readsPolicy}
	RI = &checks.Rule{ID: "dmarc-ri", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 Appendix C.5.2",
		Reads: readsPolicy}
	FO = &checks.Rule{ID: "dmarc-fo", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 §4.7",
		Reads: readsPolicy}
	AlignMode = &checks.Rule{ID: "dmarc-align-mode", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 9989 §4.8",
		Reads: readsPolicy}
)

// Rules on where reports go.
var (
	RUAURI = &checks.Rule{ID: "dmarc-rua-uri", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 9989 §4.6, §4.8",
		Reads: readsPolicy}
	RUAUnauthorized = &checks.Rule{ID: "dmarc-rua-external-unauth", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 9990 §4",
		Reads: []checks.Input{InRecord, InWalk, InReport, InReportHost}, Supersedes: []string{"dmarc-rua-free-mail"}}
	RUAInvalidAuth = &checks.Rule{ID: "dmarc-rua-external-invalid", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 9990 §4",
		Reads: []checks.Input{InRecord, InWalk, InReport, InReportHost}}
	RUANameTooLong = &checks.Rule{ID: "dmarc-rua-name-too-long", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 9990 §4",
		Reads: []checks.Input{InRecord, InWalk, InReport, InReportHost}}
	RUANoMX = &checks.Rule{ID: "dmarc-rua-no-mx", Severity: checks.Warning, Source: checks.Practice, Citation: "RFC 5321 §5.1",
		Reads: []checks.Input{InRecord, InWalk, InReportHost}}
)
