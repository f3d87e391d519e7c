package spf

import (
	"net/netip"
	"strings"
)

// The faces of DomainSyntax and DomainURL beside Separator.
const (
	HostPort   Reason = "port"    // mail.example.com:25
	AddressFor Reason = "address" // a:192.0.2.1
	URLScheme  Reason = "scheme"  // https://example.com
	URLPath    Reason = "path"    // example.com/spf
	MailName   Reason = "mail"    // postmaster@example.com
	Doubled    Reason = "doubled" // include:include:example.com
)

// domain looks at an argument that is not a domain-spec.
func (m *mistake) domain() {
	value := m.term.Domain.String()
	from := m.term.Domain.Span.Start
	head, tail := m.raw[:from], m.raw[from+len(value):]
	switch {
	case m.domainAddress(head, value+tail):
	case m.list(DomainSyntax, head, value+tail):
	case m.runOn(from):
	case m.domainLength(value):
	case m.domainURL(head, value, tail):
	case m.domainPunctuation(head, value, tail):
	case m.domainPort(head, value, tail):
	case strings.Contains(strings.TrimSuffix(value, "."), "..") || strings.HasSuffix(value, ".."):
		m.is(DomainLabels, EmptyLabel)
		m.at(from, from+len(value))
		m.certain(head + strings.TrimRight(value, ".") + tail)
	}
}

// domainAddress recognises an address where a name should stand.
func (m *mistake) domainAddress(head, value string) bool {
	bare := trimmed(value)
	text, _, _ := strings.Cut(bare, "/")
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.Zone() != "" {
		return false
	}
	m.is(DomainSyntax, AddressFor)
	m.at(len(head), len(m.raw))
	term := m.qualifier() + "ip4:" + bare
	if addr.Is6() {
		term = m.qualifier() + "ip6:" + strings.Replace(bare, "//", "/", 1)
	}
	switch m.term.Kind {
	case A, MX, Include:
		m.certain(term)
	default:
		m.choose(term)
	}
	return true
}

// domainLength recognises "include:x/24" and "a:x/24/64": the slash and the
// digits are no part of a name.
func (m *mistake) domainLength(value string) bool {
	slash := strings.IndexByte(value, '/')
	if slash < 0 || strings.Trim(value[slash:], "/0123456789.") != "" || strings.Trim(value[slash:], "/") == "" {
		return false
	}
	if m.term.Kind != A && m.term.Kind != MX {
		m.foreignLength()
		return true
	}
	from := m.term.Domain.Span.Start
	m.is(CIDR, CIDRDual)
	m.at(from+slash, len(m.raw))
	name := m.qualifier() + strings.ToLower(m.term.Name)
	m.hostLength(name, ":"+value[:slash]+m.raw[from+slash:])
	return true
}

// domainURL recognises a URL, a path or a mail address in a value that is not
// even a domain-spec.
func (m *mistake) domainURL(head, value, tail string) bool {
	name, reason := undress(value)
	if reason == "" {
		return false
	}
	m.is(DomainURL, reason)
	m.at(len(head), len(head)+len(value))
	m.certain(head + name + tail)
	return true
}

// undress takes from a value what is not part of a domain name. The reason is
// empty if there is nothing of the kind.
func undress(value string) (name string, reason Reason) {
	name = value
	if _, after, ok := strings.Cut(name, "://"); ok {
		name, reason = after, URLScheme
	}
	if bare, ok := strings.CutPrefix(strings.ToLower(name), "mailto:"); ok {
		name, reason = name[len(name)-len(bare):], MailName
	}
	if at := strings.LastIndexByte(name, '@'); at >= 0 {
		name = name[at+1:]
		if reason == "" {
			reason = MailName
		}
	}
	if slash := strings.IndexByte(name, '/'); slash > 0 && isHostName(name[:slash]) {
		name = name[:slash]
		if reason == "" {
			reason = URLPath
		}
	}
	return name, reason
}

// domainPunctuation recognises separators and brackets around a name.
func (m *mistake) domainPunctuation(head, value, tail string) bool {
	bare := strings.TrimRight(trimmed(value), ".,;:")
	if bare == value || tail != "" && bare != strings.TrimRight(value, ".") {
		return false
	}
	good, ok := mended(head + bare + tail)
	if !ok {
		return false
	}
	m.is(DomainSyntax, Separator)
	if strings.HasSuffix(value, "..") {
		m.is(DomainLabels, EmptyLabel)
		m.at(len(head), len(head)+len(value))
	}
	return m.certain(good)
}

// domainPort recognises host:port.
func (m *mistake) domainPort(head, value, tail string) bool {
	colon := strings.LastIndexByte(value, ':')
	if colon < 0 || strings.Trim(value[colon+1:], "0123456789") != "" {
		return false
	}
	m.is(DomainSyntax, HostPort)
	m.at(len(head)+colon, len(head)+len(value))
	m.certain(head + value[:colon] + tail)
	return true
}
