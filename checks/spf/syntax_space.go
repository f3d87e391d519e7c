package spf

import (
	"strings"
)

// The faces of mistakes that a space makes.
const (
	SpaceBehind    Reason = "space-behind"    // "include: x", "- all"
	SpaceBefore    Reason = "space-before"    // "include :x", "ip4:192.0.2.0 /24"
	SpaceForColon  Reason = "space-for-colon" // "ip4 192.0.2.1"
	SpaceForEquals Reason = "space-for-equals"
)

// spaced recognises a term that a space cuts in two: the name stands here,
// what belongs to it in the tokens behind.
func (m *mistake) spaced() bool {
	if len(m.rest) == 0 {
		return false
	}
	next := m.rest[0]
	body := m.body()
	switch p := m.out.Problem; {
	case body == "" && m.term.Explicit:
		return m.spacedQualifier(next)
	case p == EmptyArg && !validTerm(next):
		return m.join(EmptyArg, SpaceBehind, m.raw, 1)
	case p != MissingArg && m.asModifier() == Unknown:
		return false
	case oneOf(next, ":="):
		if next = strings.TrimLeft(next, ":="); next == "" && len(m.rest) > 1 {
			return m.join(MissingArg, SpaceBefore, m.raw+m.sign(), 2)
		}
		m.rest[0] = next
		return m.join(MissingArg, SpaceBefore, m.raw+m.sign(), 1)
	case !validTerm(next) && m.asModifier() != Unknown:
		return m.join(MissingArg, SpaceForEquals, m.raw+"=", 1)
	case !validTerm(next):
		return m.join(MissingColon, SpaceForColon, m.raw+":", 1)
	}
	return false
}

// asModifier is the modifier that the body names without its equals sign.
func (m *mistake) asModifier() Kind {
	switch strings.ToLower(m.raw) {
	case "redirect":
		return Redirect
	case "exp":
		return Exp
	}
	return Unknown
}

func (m *mistake) sign() string {
	if m.asModifier() != Unknown {
		return "="
	}
	return ":"
}

// spacedQualifier recognises "~ all".
func (m *mistake) spacedQualifier(next string) bool {
	t, f := parseTerm(next)
	if f != nil || !t.Kind.Mechanism() || t.Explicit {
		return false
	}
	return m.join(UnknownMech, SpaceBehind, m.raw, 1)
}

// join tries the term that start and the n-th token behind make together.
// Where even that needs mending, the mended one is the suggestion.
func (m *mistake) join(p Problem, reason Reason, start string, n int) bool {
	joined := start + m.rest[n-1]
	if n == 1 && strings.TrimRight(m.rest[0], junk) == "" {
		return false
	}
	good, ok := mended(joined)
	if !ok {
		return false
	}
	m.is(p, reason)
	m.took = n
	m.out.Suggest, m.out.Certain = good, true
	return true
}

// validTerm reports whether the token is a term as it stands.
func validTerm(raw string) bool {
	_, f := parseTerm(raw)
	return f == nil
}

// rejoin recognises a token that belongs to the term before it: "/24" behind
// ip4, a or mx, ":host" behind a, mx or ptr.
func (r *Record) rejoin(raw string) bool {
	if len(r.Terms) == 0 || !oneOf(raw, "/:") {
		return false
	}
	last := &r.Terms[len(r.Terms)-1]
	if last.Broken || last.Problem != NoProblem || !clean(last.String()+raw) {
		return false
	}
	switch last.Kind {
	case A, MX, PTR, IP4, IP6:
		return true
	}
	return false
}
