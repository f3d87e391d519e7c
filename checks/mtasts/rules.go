package mtasts

import "mailauth/checks"

var (
	record   = []checks.Input{InRecord, InMX}
	host     = []checks.Input{InRecord, InMX, InHost, InPolicy}
	document = []checks.Input{InRecord, InMX, InHost, InPolicy}
)

// The rules of the check. All read the MX set: where no mail comes, no sender
// asks for a policy, and nothing about it matters.
var (
	None     = &checks.Rule{ID: "sts-none", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 8461 §3.1", Reads: record}
	TXTMulti = &checks.Rule{ID: "sts-txt-multi", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 8461 §3.1", Reads: record}
	// TXTSyntax is raised for text alone that was meant to be a record.
	TXTSyntax = &checks.Rule{ID: "sts-txt-syntax", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 8461 §3.1", Reads: record}
	HostRule  = &checks.Rule{ID: "sts-host", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 8461 §3.3", Reads: host}
	// PolicyRule is a warning where a key stands twice with different values, since
	// senders take the first (§3.2).
	PolicyRule = &checks.Rule{ID: "sts-policy", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 8461 §3.2", Reads: document}
	// MXMismatch is a warning where the policy is a test.
	MXMismatch  = &checks.Rule{ID: "sts-mx-mismatch", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 8461 §4.1", Reads: document}
	ModeTesting = &checks.Rule{ID: "sts-mode-testing", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 8461 §5", Reads: document}
	ModeNone    = &checks.Rule{ID: "sts-mode-none", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 8461 §5, §8.3", Reads: document}
	// MaxAgeLow is a warning where the policy is enforced.
	MaxAgeLow = &checks.Rule{ID: "sts-maxage-low", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 8461 §3.2, §10.2", Reads: document}
	NullMX    = &checks.Rule{ID: "sts-nullmx", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 7505 §3, RFC 8461 §2", Reads: record}
)

var rules = []*checks.Rule{
	None, TXTMulti, TXTSyntax, HostRule, PolicyRule, MXMismatch, ModeTesting, ModeNone, MaxAgeLow, NullMX,
}
