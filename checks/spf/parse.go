package spf

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"mailauth/checks"
)

// parseTerm reads one term by the grammar of RFC 7208 §12. With a fault the
// term is Broken and has what could be read; the fault's span counts from the
// beginning of raw and its class is the coarse one that the grammar sees.
func parseTerm(raw string) (Term, *SyntaxError) {
	var t Term
	var f *SyntaxError
	// RFC 7208 §4.6.1: the first of ":", "/" and "=" tells a modifier from a
	// mechanism.
	i := strings.IndexAny(raw, ":/=")
	if i >= 0 && raw[i] == '=' {
		t, f = parseModifier(raw, i)
	} else {
		if i < 0 {
			i = len(raw)
		}
		t, f = parseMechanism(raw, i)
	}
	t.Broken = f != nil
	return t, f
}

func parseModifier(raw string, eq int) (Term, *SyntaxError) {
	t := Term{Kind: Modifier, Name: raw[:eq], Value: raw[eq+1:]}
	if !isModifierName(t.Name) {
		t.Kind = Unknown
		return t, fault(ModifierName, "", 0, max(eq, 1))
	}
	switch strings.ToLower(t.Name) {
	case "redirect":
		t.Kind = Redirect
	case "exp":
		t.Kind = Exp
	default:
		m, f := parseMacros(t.Value, false)
		t.Macro = &m
		return t, moved(f, eq+1)
	}
	return t, t.parseDomain(raw, eq+1, len(raw))
}

// isModifierName checks name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." ).
func isModifierName(s string) bool {
	if s == "" || !isAlpha(s[0]) {
		return false
	}
	for i := range len(s) {
		if !isAlnum(s[i]) && strings.IndexByte("-_.", s[i]) < 0 {
			return false
		}
	}
	return true
}

func parseMechanism(raw string, sep int) (Term, *SyntaxError) {
	t := Term{Qualifier: Pass}
	name := raw[:sep]
	if name != "" && strings.IndexByte("+-~?", name[0]) >= 0 {
		t.Qualifier, t.Explicit = Qualifier(name[0]), true
		name = name[1:]
	}
	t.Name, t.Kind = name, mechanismKind(name)
	switch t.Kind {
	case All:
		if sep < len(raw) {
			return t, fault(AllArg, "", sep, len(raw))
		}
		return t, nil
	case A, MX:
		return t, t.parseHost(raw, sep)
	case IP4, IP6:
		return t, t.parseNetwork(raw, sep)
	case Include, Exists, PTR:
		return t, t.parseTarget(raw, sep)
	}
	return t, fault(UnknownMech, "", 0, len(raw))
}

func mechanismKind(name string) Kind {
	i := slices.Index(kindNames[All:Redirect], strings.ToLower(name))
	return All + Kind(i) // index -1 gives Unknown
}

// parseTarget reads [":" domain-spec] of include, exists and ptr.
func (t *Term) parseTarget(raw string, sep int) *SyntaxError {
	switch {
	case sep == len(raw) && t.Kind == PTR:
		return nil
	case sep == len(raw):
		return fault(MissingArg, "", 0, sep)
	case raw[sep] == '/':
		return fault(CIDR, CIDRHere, sep, len(raw))
	}
	t.Value = raw[sep+1:]
	return t.parseDomain(raw, sep+1, len(raw))
}

// parseHost reads [":" domain-spec] [dual-cidr-length] of a and mx.
func (t *Term) parseHost(raw string, sep int) *SyntaxError {
	t.CIDR4, t.CIDR6 = 32, 128
	end := cutCIDR(raw, sep)
	if f := t.parseDual(raw, end); f != nil {
		return f
	}
	if sep == end {
		return nil
	}
	if raw[sep] == '/' { // "a/24/64": more than the two lengths
		return fault(CIDR, CIDRDual, sep, len(raw))
	}
	t.Value = raw[sep+1 : end]
	return t.parseDomain(raw, sep+1, end)
}

// The faces of CIDR.
const (
	CIDRHere  Reason = "here"  // the mechanism takes no prefix length
	CIDRDual  Reason = "dual"  // not of the form /n//m
	CIDREmpty Reason = "empty" // a slash with nothing behind it
	CIDRZero  Reason = "zero"  // a leading zero
	CIDRBig   Reason = "big"   // more than the address has bits
	CIDRBad   Reason = "bad"   // not a number
)

// cutCIDR returns where the dual-cidr-length at the end of raw begins,
// len(raw) if there is none; from is the first place where it can.
func cutCIDR(raw string, from int) int {
	end := len(raw)
	back := func(slashes string) {
		i := end
		for i > from && isDigit(raw[i-1]) {
			i--
		}
		if i -= len(slashes); i >= from && raw[i:i+len(slashes)] == slashes {
			end = i
		}
	}
	back("//")
	back("/")
	return end
}

// parseDual reads [ip4-cidr-length] ["/" ip6-cidr-length] at raw[from:].
func (t *Term) parseDual(raw string, from int) *SyntaxError {
	v4, v6, dual := strings.Cut(raw[from:], "//")
	if v4 != "" {
		n, reason := parseCIDR(v4[1:], 32)
		if reason != "" {
			return fault(CIDR, reason, from, from+len(v4))
		}
		t.CIDR4, t.CIDR4Given = n, true
	}
	if dual {
		n, reason := parseCIDR(v6, 128)
		if reason != "" {
			return fault(CIDR, reason, from+len(v4), len(raw))
		}
		t.CIDR6, t.CIDR6Given = n, true
	}
	return nil
}

// parseCIDR reads a prefix length without its slash: "0", or digits that do
// not begin with 0. RFC 7208 §5.6.
func parseCIDR(s string, bits int) (int, Reason) {
	if s == "" {
		return 0, CIDREmpty
	}
	for i := range len(s) {
		if !isDigit(s[i]) {
			return 0, CIDRBad
		}
	}
	if s[0] == '0' && len(s) > 1 {
		return 0, CIDRZero
	}
	if n, err := strconv.Atoi(s); err == nil && n <= bits {
		return n, ""
	}
	return 0, CIDRBig
}

// parseNetwork reads ":" ip-network [cidr-length] of ip4 and ip6.
func (t *Term) parseNetwork(raw string, sep int) *SyntaxError {
	bits := 32
	if t.Kind == IP6 {
		bits = 128
	}
	switch {
	case sep == len(raw):
		return fault(MissingArg, "", 0, sep)
	case raw[sep] == '/':
		return fault(MissingArg, "", sep, len(raw))
	case sep+1 == len(raw):
		return fault(EmptyArg, "", sep, len(raw))
	}
	t.Value = raw[sep+1:]
	text, length, given := strings.Cut(t.Value, "/")
	// netip holds to the same grammar: four decimal octets without leading
	// zeros (qnum), and the forms of RFC 4291 §2.2; only a zone is too much.
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.BitLen() != bits || addr.Zone() != "" {
		return fault(IPSyntax, "", sep+1, sep+1+len(text))
	}
	n := bits
	if given {
		var reason Reason
		if n, reason = parseCIDR(length, bits); reason != "" {
			return fault(CIDR, reason, sep+1+len(text), len(raw))
		}
	}
	t.Prefix = netip.PrefixFrom(addr, n)
	if t.Kind == IP4 {
		t.CIDR4, t.CIDR4Given = n, given
	} else {
		t.CIDR6, t.CIDR6Given = n, given
	}
	return nil
}

// parseDomain reads the domain-spec raw[from:to].
func (t *Term) parseDomain(raw string, from, to int) *SyntaxError {
	text := raw[from:to]
	if text == "" {
		return fault(EmptyArg, "", from-1, to)
	}
	m, f := parseMacros(text, false)
	t.Domain = &DomainSpec{MacroString: m, Span: checks.Span{Start: from, End: to}}
	if f == nil {
		f = domainEnd(&m, len(text))
	}
	return moved(f, from)
}

// domainEnd checks domain-end = ( "." toplabel [ "." ] ) / macro-expand.
func domainEnd(m *MacroString, size int) *SyntaxError {
	last := m.Parts[len(m.Parts)-1]
	if last.Letter != 0 {
		return nil
	}
	text := strings.TrimSuffix(last.Text, ".")
	dot := strings.LastIndexByte(text, '.')
	if dot < 0 {
		return fault(DomainSyntax, NoDot, 0, size)
	}
	if top := text[dot+1:]; !isTopLabel(top) {
		start := size - len(last.Text) + dot + 1
		return fault(DomainSyntax, TopLabel, start, size)
	}
	return nil
}

// The faces of DomainSyntax.
const (
	NoDot    Reason = "no-dot"    // a single label
	TopLabel Reason = "top-label" // the last label is not one of a domain
)

// isTopLabel checks the toplabel of RFC 7208 §7.1: letters, digits and inner
// hyphens, and not digits alone.
func isTopLabel(s string) bool {
	if s == "" || !isAlnum(s[0]) || !isAlnum(s[len(s)-1]) {
		return false
	}
	digits := true
	for i := range len(s) {
		if !isAlnum(s[i]) && s[i] != '-' {
			return false
		}
		digits = digits && isDigit(s[i])
	}
	return !digits
}

func moved(f *SyntaxError, by int) *SyntaxError {
	if f != nil {
		f.Span = shift(f.Span, by)
	}
	return f
}
