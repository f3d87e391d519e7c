package spf

import (
	"strconv"
	"strings"
)

// length looks at a prefix length that cannot be.
func (m *mistake) length() {
	q := m.qualifier()
	switch m.term.Kind {
	case IP4, IP6:
		m.networkLength()
	case A, MX:
		name := strings.ToLower(m.term.Name)
		if body := m.raw[len(q)+len(name):]; strings.Contains(body, "=") && isModifierLike(m.body()) {
			m.is(ModifierName, "")
		} else {
			m.hostLength(q+name, body)
		}
	default:
		m.foreignLength()
	}
}

// networkLength looks at the length of ip4 and ip6, where what comes behind
// the slash may be no length at all.
func (m *mistake) networkLength() {
	before := *m.out
	value := m.term.Value
	text, length, _ := strings.Cut(value, "/")
	head := m.raw[:len(m.raw)-len(value)]
	if strings.Trim(length, "0123456789/") != "" { // netmask, list, separator, another term
		m.network()
		if m.out.Certain || m.out.Problem != IPSyntax || m.out.Reason != "" {
			return
		}
		*m.out = before
		return
	}
	if digits := strings.TrimPrefix(length, "/"); digits != length { // ip4:…//32
		m.is(CIDR, CIDRDual)
		m.certain(head + text + "/" + digits)
		return
	}
	switch bare := strings.TrimLeft(length, "0"); m.out.Reason {
	case CIDRZero:
		if bare == "" {
			bare = "0"
		}
		m.certain(head + text + "/" + bare)
	case CIDREmpty:
		m.choose(head + text)
	}
}

// hostLength looks at the lengths of a and mx; tail is what follows the name.
func (m *mistake) hostLength(head, tail string) {
	cut := strings.LastIndexFunc(tail, func(r rune) bool { return !strings.ContainsRune("/0123456789.", r) }) + 1
	cut += strings.IndexByte(tail[cut:], '/')
	head, lengths := head+tail[:cut], tail[cut+1:]
	if n, kind := maskLength(lengths); kind == "mask" {
		m.certain(head + "/" + strconv.Itoa(n))
		return
	}
	v4, v6, dual := strings.Cut(lengths, "/")
	v6 = strings.TrimLeft(v6, "/")
	good := head
	if v4 != "" {
		good += "/" + unpadded(v4)
	}
	if dual {
		good += "//" + unpadded(v6)
	}
	switch {
	case v4+v6 == "":
		m.choose(head)
	case m.certain(good):
		if dual && !strings.Contains(lengths, "//") {
			m.is(CIDR, CIDRDual)
		}
	case dual && v6 == "":
		m.choose(head + "/" + v4)
	case !dual: // a/64 may be the IPv6 length
		m.choose(head + "//" + v4)
	}
}

func unpadded(length string) string {
	if bare := strings.TrimLeft(length, "0"); bare != "" || length == "" {
		return bare
	}
	return "0"
}

// foreignLength looks at a length where the mechanism takes none.
func (m *mistake) foreignLength() {
	m.is(CIDR, CIDRHere)
	slash := strings.IndexByte(m.raw, '/')
	m.at(slash, len(m.raw))
	m.choose(m.raw[:slash])
	if m.term.Kind == Include && m.term.Value != "" {
		m.choose(m.qualifier() + "a:" + m.term.Value)
	}
}
