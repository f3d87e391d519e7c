package spf

import (
	"net/netip"
	"slices"
	"strings"
)

// runTogether recognises a mechanism that needs no argument with the next term
// stuck to it: "mxinclude:x", "a-all".
func (m *mistake) runTogether() bool {
	q, body := m.qualifier(), m.body()
	for _, kind := range []string{"all", "ptr", "mx", "a"} {
		if len(body) <= len(kind) || !strings.EqualFold(body[:len(kind)], kind) {
			continue
		}
		tail, ok := body[len(kind):], beginsTerm(body[len(kind):], true)
		if ok {
			tail, ok = mended(tail)
		}
		if !ok {
			continue
		}
		m.is(MissingSpace, "")
		m.at(len(q)+len(kind), len(m.raw))
		if kind == "a" && isAlpha(tail[0]) { // "ainclude:" may be a slip of the finger too
			m.choose(q+kind+" "+tail, q+tail)
			return true
		}
		return m.certain(q + kind + " " + tail)
	}
	return false
}

// runOn recognises a term whose argument runs into the next one, as in
// "ip4:192.0.2.1~all"; from is where the argument begins.
func (m *mistake) runOn(from int) bool {
	at, terms := runOn(m.raw, from, m.term.Kind == IP4)
	if at == 0 {
		return false
	}
	m.is(MissingSpace, "")
	m.at(at, len(m.raw))
	m.apart(terms)
	return true
}

// apart suggests the terms that stuck together. An all behind a redirect would
// silence it, so what was meant is then anybody's guess.
func (m *mistake) apart(terms string) {
	redirect, all, _ := strings.Cut(terms, " ")
	target, ok := strings.CutPrefix(strings.ToLower(redirect), "redirect=")
	if t, _ := parseTerm(all); !ok || t.Kind != All {
		m.certain(terms)
		return
	}
	m.choose(redirect, "include:"+target+" "+all)
}

// runOn finds where the next term begins inside raw, and returns the terms
// with a space in between; 0 if there is no such place.
func runOn(raw string, from int, address bool) (at int, terms string) {
	if len(raw) > maxToken {
		return 0, ""
	}
	for i := from + 1; i < len(raw); i++ {
		if !beginsTerm(raw[i:], address) || !clean(raw[:i]) {
			continue
		}
		if tail, ok := mended(raw[i:]); ok {
			return i, raw[:i] + " " + tail
		}
	}
	return 0, ""
}

// beginsTerm reports whether text looks like a further term. Behind a domain
// name only what cannot be part of it does; behind an address anything goes.
func beginsTerm(text string, address bool) bool {
	loose := address || oneOf(text, "+-~?")
	s := strings.ToLower(strings.TrimLeft(text, "+-~?"))
	for _, name := range []string{"ip4:", "ip6:", "include:", "exists:", "redirect=", "exp="} {
		if strings.HasPrefix(s, name) {
			return true
		}
	}
	if !loose {
		return false
	}
	for _, name := range []string{"a:", "mx:", "ptr:", "a/", "mx/"} {
		if strings.HasPrefix(s, name) {
			return true
		}
	}
	return slices.Contains([]string{"all", "a", "mx", "ptr"}, s) || strings.HasPrefix(s, version)
}

// list recognises several terms, or several arguments of one, with commas or
// semicolons between them. head is the mechanism for parts that are no terms.
func (m *mistake) list(p Problem, head, value string) bool {
	parts := strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(",;|", r) })
	if len(parts) < 2 {
		return false
	}
	terms := make([]string, len(parts))
	for i, part := range parts {
		good, ok := part, clean(part) && (i > 0 || head == "")
		if !ok {
			good, ok = mended(head + part)
		}
		if !ok {
			return false
		}
		terms[i] = good
	}
	m.is(p, List)
	return m.certain(strings.Join(terms, " "))
}

// glued recognises a name whose colon is missing or is another character:
// "include_spf.example.com", "ip4192.0.2.1".
func (m *mistake) glued() bool {
	q, body := m.qualifier(), m.body()
	low := strings.ToLower(body)
	for _, kind := range []string{"include", "exists", "redirect", "ipv4", "ipv6", "ip4", "ip6", "ptr"} {
		tail, ok := strings.CutPrefix(low, kind)
		if !ok || tail == "" {
			continue
		}
		tail = body[len(kind):]
		kind = strings.Replace(kind, "v", "", 1)
		m.at(len(q), len(m.raw))
		switch {
		case kind == "ip4" || kind == "ip6":
			return m.gluedAddress(q, kind, tail)
		case oneOf(tail, "_") || oneOf(tail, ".-;,") && len(tail) > 1 && tail[1] == '_':
			m.is(MissingColon, Glued)
			return m.certain(withValue(q, kind, strings.TrimLeft(tail, ".-;,")))
		case isHostName(strings.TrimLeft(tail, ".-;,")):
			m.is(MissingColon, Glued)
			m.choose(withValue(q, kind, strings.TrimLeft(tail, ".-;,")), q+"a:"+body)
			return true
		}
	}
	return false
}

func (m *mistake) gluedAddress(q, kind, tail string) bool {
	value := strings.TrimLeft(tail, ":;,.-_")
	good, ok := mended(q + kind + ":" + value)
	if !ok || !oneOf(value, "0123456789abcdefABCDEF") {
		return false
	}
	m.is(MissingColon, Glued)
	if oneOf(tail, "-;,") { // a wrong sign rather than none
		m.is(UnknownMech, Misspelt)
	}
	return m.certain(good)
}

// modifierName looks at name=value with a name that cannot be one.
func (m *mistake) modifierName() {
	name, value, _ := strings.Cut(m.raw, "=")
	if name == "" {
		return
	}
	q := ""
	if oneOf(name, "+-~?") {
		q, name = name[:1], name[1:]
	}
	low := strings.ToLower(name)
	tail, all := strings.CutSuffix(low, "v")
	switch kind := mechanismKind(low); {
	case all && strings.HasPrefix(strings.ToLower(value), "spf1") && clean(q+tail) && tail != "":
		m.is(MissingSpace, "")
		m.at(len(q)+len(tail), len(m.raw))
		m.certain(q + name[:len(tail)] + " v=" + value)
	case kind == All || kind == Unknown && q == "":
	case kind != Unknown:
		m.tryAs(q + low + ":" + value)
	case low == "redirect" || low == "exp":
		if q == "+" {
			m.certain(low + "=" + value)
		} else {
			m.choose(low + "=" + value)
		}
	}
}

// macro looks at a % that begins no macro.
func (m *mistake) macro() {
	if strings.Contains(m.raw, "%(") {
		m.choose(strings.NewReplacer("%(", "%{", ")", "}").Replace(m.raw))
	}
	if i := m.out.Span.End; m.out.Reason == MacroUnbalanced && i <= len(m.raw) {
		m.choose(m.raw + "}")
	}
}

// isHostName reports whether s is a name of two or more labels that DNS and
// people would call a host or domain name.
func isHostName(s string) bool {
	s = strings.TrimSuffix(s, ".")
	labels := strings.Split(s, ".")
	if len(labels) < 2 || len(s) > maxDomain || !isTopLabel(labels[len(labels)-1]) {
		return false
	}
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' {
			return false
		}
		for i := range len(label) {
			if !isAlnum(label[i]) && label[i] != '-' && label[i] != '_' {
				return false
			}
		}
	}
	_, err := netip.ParseAddr(s)
	return err != nil
}
