package dnssec

import "mailauth/checks"

// The rules of the check.
var (
	// Unsigned: nothing protects the records on their way. An info: DNSSEC is
	// asked of nobody for mail.
	Unsigned = &checks.Rule{ID: "dnssec-unsigned", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 §11.3, RFC 4035 §5.2",
		Reads: []checks.Input{InZone}, Supersedes: []string{"dmarc-unsigned"}}
	// BogusRule: a resolver refuses an answer for its signatures alone.
	BogusRule = &checks.Rule{ID: "dnssec-bogus", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 4035 §5.5",
		Reads: []checks.Input{InProbe}}
	// Weak is raised if no DS record is left that a validator should accept.
	Weak = &checks.Rule{ID: "dnssec-alg", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 9904 §2, RFC 9905 §2",
		Reads: []checks.Input{InZone}}
)

var rules = []*checks.Rule{Unsigned, BogusRule, Weak}
