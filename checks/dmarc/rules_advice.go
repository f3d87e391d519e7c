package dmarc

import "mailauth/checks"

// Rules that say what a working record amounts to, or could do better.
var (
	Alias = &checks.Rule{ID: "dmarc-cname", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 §4.5, RFC 1034 §3.6.2",
		Reads: []checks.Input{InRecord}}
	PPosition = &checks.Rule{ID: "dmarc-p-position", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 §4.7, RFC 7489 §6.3",
		Reads: readsPolicy}
	SPIgnored = &checks.Rule{ID: "dmarc-sp-ignored", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 §4.7",
		Reads: readsPolicy}
	NPSuggest = &checks.Rule{ID: "dmarc-np-suggest", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 §4.7",
		Reads: readsPolicy}
	TestNoop = &checks.Rule{ID: "dmarc-t-noop", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 §4.7",
		Reads: readsPolicy}
	PSDNo = &checks.Rule{ID: "dmarc-psd-n", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 §4.7, §4.10.2",
		Reads: readsPolicy}
	DeepName = &checks.Rule{ID: "dmarc-deep-name", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 §5.1.8, §4.10",
		Reads: []checks.Input{InRecord}}
	StrictMode = &checks.Rule{ID: "dmarc-strict", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 §4.4, §4.7",
		Reads: readsPolicy}
	// Override is not raised for a record that asks for as much as the one above.
	Override = &checks.Rule{ID: "dmarc-subdomain-override", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 9989 §4.10.1",
		Reads: []checks.Input{InRecord, InWalk, InBelow}, Supersedes: []string{"dmarc-p-none", "dmarc-p-none-no-rua"}}
	LongTTL = &checks.Rule{ID: "dmarc-ttl", Severity: checks.Info, Source: checks.Practice, Citation: "RFC 1035 §3.2.1",
		Reads: readsPolicy}
)

// Rules on where reports go, beside those that lose them.
var (
	RUAHTTP = &checks.Rule{ID: "dmarc-rua-http", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 §4.7",
		Reads: readsPolicy}
	RUASize = &checks.Rule{ID: "dmarc-rua-size", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 §4.8",
		Reads: readsPolicy}
	RUAMany = &checks.Rule{ID: "dmarc-rua-many", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 Appendix C.7, RFC 7489 §6.2",
		Reads: readsPolicy}
	RUAOverride = &checks.Rule{ID: "dmarc-rua-override", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9990 §4",
		Reads: []checks.Input{InRecord, InWalk, InReport}}
	RUAWildcardAuth = &checks.Rule{ID: "dmarc-rua-wildcard-auth", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9990 §4",
		Reads: []checks.Input{InRecord, InWalk, InReport, InReportWildcard}}
	RUAFreeMail = &checks.Rule{ID: "dmarc-rua-free-mail", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9990 §4",
		Reads: []checks.Input{InRecord, InWalk, InReport}}
	RUF = &checks.Rule{ID: "dmarc-ruf", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 §10.2, RFC 9991 §2",
		Reads: readsPolicy}
	RUFUnauthorized = &checks.Rule{ID: "dmarc-ruf-external-unauth", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 9991 §5, RFC 9990 §4",
		Reads: []checks.Input{InRecord, InWalk, InReport}}
)
