package spf

import (
	"net/netip"
	"strconv"
	"strings"

	"mailauth/checks"
)

// Kind says which mechanism or modifier a term is.
type Kind int

// The mechanisms of RFC 7208 §5 and the modifiers of §6. Unknown is a term
// whose name says nothing; it is always Broken.
const (
	Unknown Kind = iota
	All
	Include
	A
	MX
	PTR
	IP4
	IP6
	Exists
	Redirect
	Exp
	Modifier // a legal modifier that RFC 7208 does not define: ignored (§6)
)

var kindNames = [...]string{"", "all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists", "redirect", "exp", ""}

// String returns the name in lower case, "" for Unknown and Modifier.
func (k Kind) String() string { return kindNames[k] }

// Mechanism reports whether the kind is a mechanism, not a modifier.
func (k Kind) Mechanism() bool { return k >= All && k <= Exists }

// Counted reports whether evaluating such a term is one of the ten DNS
// lookups of RFC 7208 §4.6.4.
func (k Kind) Counted() bool {
	switch k {
	case Include, A, MX, PTR, Exists, Redirect:
		return true
	}
	return false
}

// Qualifier is the result that a matching mechanism gives, RFC 7208 §4.6.2:
// '+' pass, '-' fail, '~' softfail, '?' neutral. Modifiers have 0.
type Qualifier byte

// The qualifiers.
const (
	Pass     Qualifier = '+'
	Fail     Qualifier = '-'
	SoftFail Qualifier = '~'
	Neutral  Qualifier = '?'
)

// String returns the result's name: pass, fail, softfail or neutral.
func (q Qualifier) String() string {
	switch q {
	case Pass:
		return "pass"
	case Fail:
		return "fail"
	case SoftFail:
		return "softfail"
	case Neutral:
		return "neutral"
	}
	return ""
}

// Term is one mechanism or modifier. Fields that the kind does not have are
// zero. A Broken term has whatever could be read, which may be nothing.
type Term struct {
	Span      checks.Span // place in Record.Text, without spaces around it
	Kind      Kind
	Name      string    // name as written, without qualifier: "Include", "moo.cow"
	Qualifier Qualifier // Pass where none is written; 0 for modifiers
	Explicit  bool      // the qualifier is written

	// Domain is the domain-spec of include, a, mx, ptr, exists, redirect and
	// exp; nil where none is given (a, mx and ptr then mean the current domain).
	Domain *DomainSpec
	// Prefix is the network of ip4 and ip6 as written: host bits are kept, so
	// Prefix.Masked() is the network that matches.
	Prefix netip.Prefix
	// CIDR4 and CIDR6 are the prefix lengths of a and mx, 32 and 128 unless
	// given (RFC 7208 §5.3, §5.4); of ip4 and ip6 the one of their family.
	CIDR4, CIDR6           int
	CIDR4Given, CIDR6Given bool
	// Value is what stands behind ":" or "=", as written.
	Value string
	// Macro is the parsed value of a Modifier.
	Macro *MacroString

	// Problem is the class of the term's mistake. Broken tells a violation of
	// the grammar (the record is permerror) from legal text that does not do
	// what it seems to say.
	Problem Problem
	Broken  bool

	raw string // the whole term as written, for terms that are Broken
}

// String returns the term as it was written.
func (t *Term) String() string {
	switch {
	case t.Broken:
		return t.raw
	case t.Name == "":
		return t.Canonical()
	}
	return t.spell(t.Name, t.Explicit, t.Value)
}

// Canonical returns the term as one would write it anew: the name in lower
// case, no redundant "+", networks without spelled-out full length. The text
// of domain names and macros is kept.
func (t *Term) Canonical() string {
	if t.Broken {
		return t.raw
	}
	name, value := t.Kind.String(), t.Value
	switch {
	case t.Kind == Modifier:
		name = t.Name
	case t.Prefix.IsValid():
		value = t.Prefix.Addr().String()
		if !t.Prefix.IsSingleIP() {
			value = t.Prefix.String()
		}
		return t.spell(name, t.Qualifier != Pass, value)
	case t.Domain != nil:
		value = t.Domain.String()
	}
	return t.spell(name, t.Qualifier != Pass, value)
}

func (t *Term) spell(name string, qualifier bool, value string) string {
	var b strings.Builder
	if qualifier && t.Qualifier != 0 {
		b.WriteByte(byte(t.Qualifier))
	}
	b.WriteString(name)
	switch {
	case !t.Kind.Mechanism():
		b.WriteString("=" + value)
	case value != "":
		b.WriteString(":" + value)
	}
	if t.Kind == A || t.Kind == MX {
		if t.CIDR4Given {
			b.WriteString("/" + strconv.Itoa(t.CIDR4))
		}
		if t.CIDR6Given {
			b.WriteString("//" + strconv.Itoa(t.CIDR6))
		}
	}
	return b.String()
}
