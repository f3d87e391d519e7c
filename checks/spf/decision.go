package spf

import "mailauth/checks"

// Cause says why a result is what it is.
type Cause string

// The causes. The sections are those of RFC 7208.
const (
	CauseMatch        Cause = "match"           // a mechanism matched (§4.6.2)
	CauseDefault      Cause = "default"         // no mechanism matched, and there is no redirect (§4.7)
	CauseNoRecord     Cause = "no-record"       // the domain has no SPF record (§4.5)
	CauseBadDomain    Cause = "bad-domain"      // the checked name is no domain name of two labels or more (§4.3)
	CauseSeveral      Cause = "several-records" // more than one record (§4.5)
	CauseSyntax       Cause = "syntax"          // a mistake anywhere in a record (§4.6)
	CauseLookups      Cause = "lookups"         // more than ten terms that ask the DNS (§4.6.4)
	CauseVoids        Cause = "voids"           // more than two of them answered with nothing (§4.6.4)
	CauseLoop         Cause = "loop"            // a record that leads to itself, which the limit ends (§4.6.4)
	CauseMXHosts      Cause = "mx-hosts"        // more than ten exchanges (§4.6.4)
	CauseIncludeNone  Cause = "include-none"    // the target of an include has no record (§5.2)
	CauseRedirectNone Cause = "redirect-none"   // nor has that of a redirect (§6.1)
	CauseDNS          Cause = "dns"             // a question without an answer
	CauseTooLarge     Cause = "too-large"       // more work than we do for one policy: unknown
	CauseMacro        Cause = "macro"           // a macro whose value is not known here: unknown
)

// Decision is the place in the DNS that gave a result, and why.
type Decision struct {
	Cause Cause
	// Path are the canonical names on the way: the checked domain first, then the
	// targets of include and redirect, last the one whose record holds Term, or
	// whose lack of a record decides. Where an include matched, it leads to the
	// record that lets the client pass. Empty if the checked name is no name.
	Path []string
	// Record is the joined text of that record, the first where there are several,
	// empty where none was found. Term is the deciding term as it is written there
	// and Span its place; empty for CauseDefault and CauseSeveral. A CauseSyntax
	// names the first broken term. Where nothing could be read at the target of an
	// include or redirect, that is the term.
	Record string
	Term   string
	Span   checks.Span
	// Others are the texts of the records beside Record, where there are several.
	Others []string
	// Err is the failure behind CauseDNS, and the MissingMacroError behind
	// CauseMacro.
	Err error
}
