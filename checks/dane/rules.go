package dane

import "mailauth/checks"

// The rules of the check.
var (
	// NoDNSSEC is a warning where the TLSA records are not signed, an info where
	// only the MX records are not: others may use the server too.
	NoDNSSEC = &checks.Rule{ID: "dane-no-dnssec", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 7672 §2.2",
		Reads: everything, Supersedes: []string{"dane-usage", "dane-params", "dane-cname"}}
	BogusRule = &checks.Rule{ID: "dane-bogus", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 7672 §2.1.2, §2.2", Reads: everything}
	// Usage is an error where no record is left that senders can use.
	Usage = &checks.Rule{ID: "dane-usage", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 7672 §3.1.3, RFC 6698 §2.1",
		Reads: everything}
	Params  = &checks.Rule{ID: "dane-params", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 7671 §5.1, §10.1", Reads: everything}
	Partial = &checks.Rule{ID: "dane-partial", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 7672 §2.2.1", Reads: everything}
	CNAME   = &checks.Rule{ID: "dane-cname", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 7671 §7", Reads: everything}
)

var everything = []checks.Input{InMX, InZone, InTLSA}

var rules = []*checks.Rule{NoDNSSEC, BogusRule, Usage, Params, Partial, CNAME}
