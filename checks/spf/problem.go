package spf

import "mailauth/checks"

// Problem classifies one mistake in a record. Every class is a rule of its
// own: Rule returns it. The zero Problem is none.
type Problem int

// The classes of mistakes, in the order of the record: first what is wrong
// with the octets, then with terms, their arguments and the record as a whole.
const (
	NoProblem       Problem = iota
	NotSPF                  // the text does not begin with the version "v=spf1"
	NonASCII                // octets outside US-ASCII that are not part of a name
	ControlChar             // TAB, CR, LF or another control character
	StringJoin              // terms that the joining of character-strings made or cut
	Quotes                  // quotation marks that are part of the data
	UnknownMech             // neither a mechanism nor a modifier
	EqualsForColon          // include=x: parsed as an unknown modifier, ignored
	ColonForEquals          // redirect:x
	EmptyArg                // "include:" with nothing behind it
	MissingArg              // "include" alone
	MissingColon            // "ip4 192.0.2.1", a bare address or host name
	MissingSpace            // two terms run together
	AllArg                  // "all" with something behind it
	IP4Host                 // a host name in ip4 or ip6
	IP4IsV6                 // an IPv6 address in ip4
	IP6IsV4                 // an IPv4 address in ip6
	IPSyntax                // not an address
	CIDR                    // a prefix length that cannot be
	DomainSyntax            // a domain-spec without a top label
	DomainURL               // a URL, a path, a mail address for a domain name
	DomainLabels            // an empty label, or one longer than DNS allows
	IDN                     // a name that is not in its ASCII (A-label) form
	TrailingDot             // a domain-spec that ends in a dot: legal
	MacroSyntax             // a % that begins no macro
	MacroExpOnly            // %{c} %{r} %{t} outside explanation text
	DupModifier             // redirect= or exp= for the second time
	ModifierName            // name=value with a name that cannot be one
	UnknownModifier         // legal name=value that no standard defines
	VersionRepeated         // v=spf1 inside the record
)

// String returns the rule id, or "none".
func (p Problem) String() string {
	if p == NoProblem {
		return "none"
	}
	return p.Rule().ID
}

// SyntaxError is one mistake at one place of a record. In Record.Errors it is
// a violation of the grammar; in Record.Remarks the text is legal, but does
// not do what its author can have meant.
type SyntaxError struct {
	Span    checks.Span // the octets in question, within Record.Text
	Problem Problem     // the class
	Reason  Reason      // what exactly, where a class has several faces
	Term    int         // index in Record.Terms, -1 for the record as a whole
	Whole   checks.Span // the octets that Suggest replaces; covers Span
	// Suggest is the text to put in the place of Whole when Certain; it may
	// be empty (leave the term out).
	Suggest string
	Certain bool     // Suggest is what the author meant, without doubt
	Choices []string // what may have been meant, when it is not certain
}

// Reason tells the faces of one Problem apart. It is a stable word that picks
// the text under the caret; the zero Reason stands for the class itself.
type Reason string
