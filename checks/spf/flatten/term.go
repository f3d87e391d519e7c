package flatten

import (
	"strings"

	"mailauth/checks/spf"
	"mailauth/resolver"
)

// Reason says why a term stays a term.
type Reason string

// The reasons.
const (
	Vendor  Reason = "vendor"  // another organization can change what it matches
	Message Reason = "message" // it depends on the message: macros, ptr
	Family  Reason = "family"  // it leads elsewhere for IPv6 clients (%{v}), and not to networks alone
	Placed  Reason = "place"   // its record holds %{p}, which prefers the name of the record that it stands in
)

// term is a term that stays, or the include of a record that is written anew.
type term struct {
	from *spf.Expanded // nil for a record that is written anew
	why  Reason
	// kind is that of from, but for a redirect whose record is included.
	kind  spf.Kind
	body  *body // of a record that is written anew, and how that is written
	sheet *sheet
	// cost is how many look-ups the term counts with all that it leads to.
	cost int
	// fails says that the term can end an evaluation with permerror, so that it
	// matters who comes to it: an include of a name that the message gives.
	fails bool
}

// text is the term in a record at a name, without qualifier.
func (t *term) text(place string) string {
	switch {
	case t.body != nil:
		return "include:" + bare(t.sheet.name)
	case t.from.Owner.Name == place && t.kind == t.from.Kind:
		plain := *t.from.Term
		if plain.Qualifier != 0 {
			plain.Qualifier = spf.Pass
		}
		return plain.Canonical()
	}
	text, _ := absolute(t.from.Term, t.kind, t.from.Owner.Name)
	return text
}

// movable reports whether the term can stand in a record at another name.
func (t *term) movable() bool {
	if t.body != nil {
		return true
	}
	_, ok := absolute(t.from.Term, t.kind, t.from.Owner.Name)
	return ok
}

// key is the same for terms that match the same clients.
func (t *term) key() string {
	if t.body != nil {
		return t.body.key()
	}
	return keyOf(t.from)
}

// keyOf is key for a term of a record; a redirect matches whom an include does.
func keyOf(e *spf.Expanded) string {
	kind := e.Kind
	if kind == spf.Redirect {
		kind = spf.Include
	}
	if text, ok := absolute(e.Term, kind, e.Owner.Name); ok {
		return strings.ToLower(text)
	}
	return e.Owner.Name + " " + e.Canonical()
}

func bare(name string) string { return strings.TrimSuffix(name, ".") }

// absolute writes a term of one record so that it means the same in another:
// without qualifier, and with the name of its record where it means that. ok is
// false for what cannot be written so: %{p} prefers names below its own record's
// (RFC 7208 §7.3).
func absolute(t *spf.Term, kind spf.Kind, owner string) (text string, ok bool) {
	named := spf.Term{Kind: kind, Name: kind.String(), Qualifier: spf.Pass, CIDR4: t.CIDR4, CIDR6: t.CIDR6,
		CIDR4Given: t.CIDR4Given, CIDR6Given: t.CIDR6Given}
	if !kind.Mechanism() {
		named.Qualifier = 0
	}
	named.Value, ok = literal(bare(owner))
	if t.Domain != nil {
		named.Value, ok = withoutD(t.Domain, owner)
	}
	if text = named.String(); !ok {
		return text, false
	}
	again := spf.Parse("v=spf1 " + text)
	return text, len(again.Errors) == 0 && len(again.Terms) == 1 && again.Terms[0].Kind == kind && again.Terms[0].CIDR4Given == t.CIDR4Given
}

// withoutD writes a domain-spec with the name of its record for %{d}.
func withoutD(d *spf.DomainSpec, owner string) (text string, ok bool) {
	if d.Uses("p") || strings.Contains(owner, `\`) && d.Uses("d") {
		return "", false
	}
	var b strings.Builder
	for _, part := range d.Parts {
		if part.Letter != 'd' {
			b.WriteString(part.Text)
			continue
		}
		one := spf.MacroString{Parts: []spf.Part{part}}
		value, err := one.Expand(spf.MacroContext{Domain: owner})
		if err != nil {
			return "", false
		}
		plain, ok := literal(value)
		if !ok {
			return "", false
		}
		b.WriteString(plain)
	}
	return b.String(), true
}

// literal writes octets as a macro-string. RFC 7208 §7.1.
func literal(octets string) (text string, ok bool) {
	for i := range len(octets) {
		if c := octets[i]; c <= ' ' || c > '~' || c == '\\' || c == '/' {
			return "", false
		}
	}
	return strings.ReplaceAll(octets, "%", "%%"), true
}

// nameSize is the octets of a name on the wire. RFC 1035 §3.1.
func nameSize(name string) int {
	size := 1
	for _, label := range resolver.Labels(name) {
		size++
		for i := 0; i < len(label); i++ {
			if label[i] == '\\' && '0' <= label[i+1] && label[i+1] <= '9' {
				i += 3
			} else if label[i] == '\\' {
				i++
			}
			size++
		}
	}
	return size
}
