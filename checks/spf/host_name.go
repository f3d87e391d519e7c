package spf

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"mailauth/resolver"
)

// normal brings what comes from the mail into the form that the evaluation
// works with.
func (q Query) normal() Query {
	q.IP = q.IP.Unmap().WithZone("") // RFC 7208 §5: IPv4-mapped addresses are IPv4
	if q.Receiver == "" {
		q.Receiver = "unknown" // RFC 7208 §7.3
	}
	q.Domain = asciiName(q.Domain)
	from := Identity{Sender: q.Sender, HELO: q.HELO}.normal()
	q.Sender, q.HELO = from.Sender, from.HELO
	return q
}

// normal makes names A-labels, as they are in macros too. RFC 8616 §4.
func (from Identity) normal() Identity {
	at := strings.LastIndexByte(from.Sender, '@') + 1
	return Identity{from.Sender[:at] + asciiName(from.Sender[at:]), asciiName(from.HELO), from.IP.Unmap().WithZone("")}
}

// asciiName returns a name with A-labels. What cannot be one stays as it is.
func asciiName(name string) string {
	if isASCII(name) || !utf8.ValidString(name) {
		return name
	}
	ascii, err := idna.Lookup.ToASCII(name)
	if err != nil {
		return name
	}
	return ascii
}

// MailDomain brings the domain of a sender, or a HELO name, to canonical form if
// check_host() can be asked about it: it is a name of two labels or more (RFC
// 7208 §4.3). For all others the result is none.
func MailDomain(name string) (canonical string, ok bool) {
	canonical, ok = mailDomain(asciiName(name))
	if !ok || resolver.CountLabels(canonical) < 2 {
		return "", false
	}
	return canonical, true
}

// mailDomain brings the name from a mail to canonical form, if mail can come
// from it: not an address literal, no octets that a host name cannot have, and
// no label that is empty or too long. RFC 7208 §4.3.
func mailDomain(name string) (canonical string, ok bool) {
	bare := strings.TrimSuffix(name, ".")
	_, err := netip.ParseAddr(strings.Trim(bare, "[]"))
	if err == nil || strings.HasPrefix(bare, "[") || visible(name, false) != nil {
		return "", false
	}
	canonical, err = resolver.CanonicalName(strings.ReplaceAll(name, `\`, `\\`))
	return canonical, err == nil
}

// name expands the domain-spec of a term; where there is none, the term is
// about the domain itself. An empty name cannot be asked for.
func (c *checker) name(ctx context.Context, f *frame, t *Term) (string, *verdict) {
	if t.Domain == nil {
		return f.domain, nil
	}
	known, ok := c.names[t] // a record is evaluated under one name only
	if !ok {
		known.name, known.err = c.expand(ctx, f, t.Domain)
		c.names[t] = known
	}
	var missing *MissingMacroError
	switch {
	case errors.As(known.err, &missing):
		v := f.decide(ResultUnknown, CauseMacro, t)
		v.Err = known.err
		return "", v
	case known.err != nil:
		return "", f.fail(known.err, t)
	}
	return known.name, nil
}

// spelledOut is what a domain-spec stands for.
type spelledOut struct {
	name string
	err  error
}

// expand returns the name that a domain-spec stands for, empty if it is none.
func (c *checker) expand(ctx context.Context, f *frame, spec *DomainSpec) (string, error) {
	values, err := c.macros(ctx, f, &spec.MacroString)
	if err != nil {
		return "", err
	}
	name, err := spec.Name(values)
	var missing *MissingMacroError
	switch {
	case errors.As(err, &missing):
		return "", err
	case err != nil, spec.Uses("sl") && !isASCII(localPart(values.sender())):
		return "", nil // RFC 7208 §4.8; RFC 8616 §4: other local parts match nothing
	}
	return name, nil
}

// macros returns the values of the macros in a text. Only %{p} asks the DNS.
func (c *checker) macros(ctx context.Context, f *frame, text *MacroString) (MacroContext, error) {
	values := MacroContext{Sender: c.query.Sender, HELO: c.query.HELO, IP: c.query.IP, Domain: f.domain,
		Receiver: c.query.Receiver, Time: c.query.Time}
	var err error
	if text.Uses("p") {
		values.Validated, err = c.validatedName(ctx, f.domain)
	}
	return values, err
}

// maxExplanation bounds in octets what a stranger's macros can blow up to.
const maxExplanation = 4096

// explanation returns the text that a record gives for a fail. Whatever goes
// wrong on the way, there is none. RFC 7208 §6.2.
func (c *checker) explanation(ctx context.Context, f *frame) string {
	t := f.record.first(Exp)
	if t == nil {
		return ""
	}
	name, v := c.name(ctx, f, t)
	if v != nil || name == "" {
		return ""
	}
	r := c.ask(ctx, name, resolver.TypeTXT)
	if r.Unknown() || len(r.Answer.Records) != 1 {
		return ""
	}
	raw, _ := r.Answer.Records[0].Text()
	text, fault := ParseExplanation(raw)
	if fault != nil {
		return ""
	}
	values, err := c.macros(ctx, f, text)
	if err != nil {
		return ""
	}
	explanation, err := text.Expand(values)
	if err != nil || len(explanation) > maxExplanation || visible(explanation, true) != nil {
		return "" // it goes into an SMTP reply, which is US-ASCII
	}
	return explanation
}
