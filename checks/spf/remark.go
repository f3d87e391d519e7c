package spf

import (
	"slices"
	"strings"
)

// The faces of DomainLabels.
const (
	EmptyLabel Reason = "empty"     // two dots in a row, or one at the beginning
	LongLabel  Reason = "long"      // a label over 63 octets
	LongName   Reason = "long-name" // a name over 253 octets
)

// oddity looks at a term that keeps the grammar for what its author cannot
// have meant; nil if there is nothing to say. Spans count from the beginning
// of the term. One oddity is enough: the one that explains most.
func oddity(t *Term) *SyntaxError {
	switch {
	case t.Domain != nil:
		return domainOddity(t)
	case t.Kind == Modifier:
		return modifierOddity(t)
	}
	return nil
}

// remark is oddity with what to write instead.
func remark(t *Term) *SyntaxError {
	o := oddity(t)
	if o == nil {
		return nil
	}
	m := &mistake{raw: t.String(), term: t, out: o}
	switch o.Problem {
	case MissingSpace:
		if at, terms := runOn(m.raw, t.Domain.Span.Start, false); at > 0 {
			m.apart(terms)
		}
	case EqualsForColon:
		m.equalsForColon()
	case UnknownModifier:
		m.certain("") // receivers ignore it, and so does nobody miss it
	default:
		if t.Domain != nil {
			m.domainRemark()
		}
	}
	return o
}

func (m *mistake) domainRemark() {
	value := m.term.Domain.String()
	span := m.term.Domain.Span
	replace := func(name string) { m.certain(m.raw[:span.Start] + name + m.raw[span.End:]) }
	switch m.out.Problem {
	case TrailingDot:
		replace(strings.TrimSuffix(value, "."))
	case Quotes:
		replace(strings.NewReplacer(`\"`, "", `"`, "").Replace(value))
	case DomainURL:
		if m.out.Reason == List {
			m.list(DomainURL, m.raw[:span.Start], value)
			return
		}
		if m.out.Reason == Doubled {
			value = value[strings.IndexAny(value, ":=")+1:]
		}
		name, _ := undress(value)
		replace(name)
	case DomainLabels:
		if m.out.Reason == EmptyLabel {
			m.choose(m.raw[:span.Start] + collapsed(value) + m.raw[span.End:])
		}
	}
}

// collapsed leaves one of several dots in a row, and none at the ends.
func collapsed(name string) string {
	for strings.Contains(name, "..") {
		name = strings.ReplaceAll(name, "..", ".")
	}
	return strings.Trim(name, ".")
}

// foreignPart reports that a part of a list is neither a name nor a term.
func foreignPart(s string) bool { return !isHostName(s) && !clean(s) }

func domainOddity(t *Term) *SyntaxError {
	value, span := t.Domain.String(), t.Domain.Span
	whole := func(p Problem, reason Reason) *SyntaxError { return fault(p, reason, span.Start, span.End) }
	if at := legalRunOn(t); at > 0 {
		return fault(MissingSpace, "", at, len(t.String()))
	}
	if i := strings.IndexAny(value, `:=`); i > 0 && !t.Domain.Macros() {
		name := strings.ToLower(strings.TrimLeft(value[:i], "+-~?"))
		if slices.Contains(kindNames[Include:Modifier], name) || name == "spf" {
			return whole(DomainURL, Doubled)
		}
	}
	if _, reason := undress(value); reason != "" && !t.Domain.Macros() {
		return whole(DomainURL, reason)
	}
	if names := strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(",;|", r) }); len(names) > 1 && !slices.ContainsFunc(names, foreignPart) {
		return whole(DomainURL, List)
	}
	if i := strings.IndexByte(value, '"'); i >= 0 {
		return fault(Quotes, "", span.Start+i, span.Start+i+1)
	}
	if reason := badLabels(t.Domain); reason != "" {
		return whole(DomainLabels, reason)
	}
	if strings.HasSuffix(value, ".") && t.Domain.Parts[len(t.Domain.Parts)-1].Letter == 0 {
		return fault(TrailingDot, "", span.End-1, span.End) // RFC 7208 §7.1: legal, ignored
	}
	return nil
}

// legalRunOn finds a term inside a domain-spec that is legal only because a
// macro-literal may be nearly anything: "include:x.example.com-all" asks for a
// name below the top-level domain "com-all", which does not exist.
func legalRunOn(t *Term) int {
	raw := t.String()
	if len(raw) > maxToken {
		return 0
	}
	for i := t.Domain.Span.Start + 1; i < t.Domain.Span.End; i++ {
		tail := raw[i:]
		if !strings.EqualFold(tail, "-all") && (oneOf(tail, "+-~?") || !beginsTerm(tail, false)) {
			continue
		}
		if validTerm(raw[:i]) && validTerm(tail) {
			return i
		}
	}
	return 0
}

// badLabels checks what is known of the labels before expansion. RFC 7208 §4.8
// leaves open what a receiver does with such a name: permerror or no match.
func badLabels(d *DomainSpec) Reason {
	value := strings.TrimSuffix(d.String(), ".")
	if strings.HasPrefix(value, ".") || strings.Contains(value, "..") {
		return EmptyLabel
	}
	if d.Macros() {
		return ""
	}
	for label := range strings.SplitSeq(value, ".") {
		if len(label) > 63 {
			return LongLabel
		}
	}
	if len(value) > maxDomain {
		return LongName
	}
	return ""
}

// registered are modifiers that other standards define: RFC 6652 §3.
var registered = []string{"ra", "rp", "rr"}

func modifierOddity(t *Term) *SyntaxError {
	name := strings.ToLower(t.Name)
	switch {
	case name == "v" && strings.HasPrefix(strings.ToLower(t.Value), "spf1"):
		return fault(VersionRepeated, "", 0, len(t.String()))
	case mechanismKind(name) != Unknown || aliases[name] == "ip" && looksLikeIP(t.Value):
		return fault(EqualsForColon, "", len(t.Name), len(t.Name)+1)
	case slices.Contains(registered, name):
		return nil
	}
	return fault(UnknownModifier, "", 0, len(t.String()))
}

func looksLikeIP(value string) bool {
	return clean("ip4:"+value) || clean("ip6:"+value)
}

// equalsForColon mends include=x and ip4=192.0.2.1.
func (m *mistake) equalsForColon() {
	name := strings.ToLower(m.term.Name)
	if name == "all" {
		m.choose("-all", "~all")
		return
	}
	if aliases[name] == "ip" {
		if name = "ip4"; !clean("ip4:" + m.term.Value) {
			name = "ip6"
		}
	}
	if good, ok := mended(name + ":" + m.term.Value); ok {
		m.certain(good)
	}
}
