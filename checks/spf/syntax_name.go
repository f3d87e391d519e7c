package spf

import (
	"net/netip"
	"strings"

	"mailauth/checks"
)

// The faces of UnknownMech and MissingColon.
const (
	StrayMark   Reason = "stray"     // punctuation between terms
	Alias       Reason = "alias"     // ipv4 for ip4
	Misspelt    Reason = "misspelt"  // inlcude
	BareAddress Reason = "address"   // 192.0.2.1
	BareHost    Reason = "host"      // mail.example.com
	Glued       Reason = "glued"     // include_spf.example.com
	Separator   Reason = "separator" // a comma or semicolon at the end of a term
	List        Reason = "list"      // several arguments or terms with commas between
)

// unknown looks at a term whose name is no mechanism's.
func (m *mistake) unknown() {
	q, body := m.qualifier(), m.body()
	name, value, _ := strings.Cut(body, ":")
	low := strings.ToLower(name)
	switch {
	case trimmed(body) == "" && q == "": // a comma by itself
		m.is(UnknownMech, StrayMark)
		m.certain("")
	case body == "":
	case m.asModifier() != Unknown:
		m.is(MissingArg, "")
	case low == "redirect" || low == "exp":
		m.is(ColonForEquals, "")
		m.at(len(q)+len(name), len(q)+len(name)+1)
		if q == "" {
			m.certain(low + "=" + value)
		}
	case strings.Contains(body, "=") && isModifierLike(body):
		m.is(ModifierName, "")
	case m.list(UnknownMech, "", m.raw), m.bareAddress(), m.allSuffix(), m.trailing(), m.runTogether(), m.alias(name, value), m.glued(), m.misspelt(name, value):
	case isHostName(body):
		m.is(MissingColon, BareHost)
		m.choose(q+"a:"+body, q+"include:"+body)
	}
}

// isModifierLike tells a/b=c, a modifier with an impossible name, from a
// mechanism with an equals sign in its argument.
func isModifierLike(body string) bool {
	return strings.IndexAny(body, ":=") == strings.IndexByte(body, '=')
}

// bareAddress recognises an address without its ip4: or ip6:.
func (m *mistake) bareAddress() bool {
	q, body := m.qualifier(), m.body()
	bare := trimmed(body)
	text, _, _ := strings.Cut(bare, "/")
	name := "ip4:"
	if addr, err := netip.ParseAddr(text); err == nil && addr.Is6() {
		name = "ip6:"
	} else if err != nil && !looksLikeIPv4(text) {
		return false
	}
	m.is(MissingColon, BareAddress)
	if good, ok := mended(q + name + bare); ok {
		m.certain(good)
	}
	return true
}

// looksLikeIPv4 recognises text that begins like a dotted quad: ranges,
// wildcards and short forms too.
func looksLikeIPv4(s string) bool {
	dots := 0
	for i := range len(s) {
		switch {
		case s[i] == '.':
			dots++
		case isDigit(s[i]):
		case s[i] == '*' || s[i] == '-':
			return dots >= 2
		default:
			return false
		}
	}
	return dots >= 2 && oneOf(s, "0123456789")
}

// allSuffix recognises all with punctuation behind it: "all.", "all;".
func (m *mistake) allSuffix() bool {
	body := strings.ToLower(m.body())
	tail, ok := strings.CutPrefix(body, "all")
	if !ok || tail == "" || isAlnum(tail[0]) || oneOf(tail, "-_") && len(tail) > 1 && isAlnum(tail[1]) && tail != "-all" {
		return false
	}
	if oneOf(tail, "+-~?") && clean(tail) {
		return false // another term follows without a space
	}
	m.is(AllArg, "")
	m.allArgument()
	return true
}

// allArgument mends all with something behind it: nothing may stand there.
func (m *mistake) allArgument() {
	q := m.qualifier()
	m.at(len(q)+len("all"), len(m.raw))
	if tail := strings.TrimLeft(m.raw[len(q)+len("all"):], ":"); clean(tail) && !isHostName(tail) && tail != "" {
		m.choose(q+"all", tail+" "+q+"all")
		return
	}
	m.certain(q + "all")
}

// trailing recognises a good term in separators: "mx,", "a;", "(mx)".
func (m *mistake) trailing() bool {
	bare := strings.TrimRight(trimmed(m.raw), ".,;")
	if bare == m.raw || bare == "" {
		return false
	}
	good, ok := mended(bare)
	if !ok {
		return false
	}
	m.is(UnknownMech, Separator)
	return m.certain(good)
}

// aliases are other words for mechanisms; "ip" stands for the one of ip4 and
// ip6 that the address asks for.
var aliases = map[string]string{
	"ipv4": "ip", "ipv6": "ip", "ip": "ip", "ips": "ip", "ip4v": "ip", "ip6v": "ip", "ip-4": "ip", "ip-6": "ip",
	"ip_4": "ip", "ip_6": "ip", "ipaddress": "ip", "ip-address": "ip", "address": "ip", "v4": "ip", "v6": "ip", "ip4s": "ip", "ip5": "ip",
	"aaaa": "a", "host": "a", "hostname": "a", "server": "a", "cname": "a",
	"spf": "include", "domain": "include", "inc": "include",
}

// alias recognises ipv4:, ip:, host:, spf: and the like.
func (m *mistake) alias(name, value string) bool {
	q := m.qualifier()
	to := aliases[strings.ToLower(name)]
	if to == "" || value == "" {
		return false
	}
	m.is(UnknownMech, Alias)
	m.at(len(q), len(q)+len(name))
	if text, _, _ := strings.Cut(value, "/"); to == "ip" && strings.Contains(text, ":") {
		m.tryAs(q + "ip6:" + value)
	} else if to == "ip" {
		m.tryAs(q + "ip4:" + value)
	} else if addr, err := netip.ParseAddr(value); err == nil && addr.Is4() {
		m.choose(q + "ip4:" + value)
	} else {
		m.choose(q+to+":"+value, q+"a:"+value, q+"include:"+value)
	}
	if strings.EqualFold(name, "aaaa") {
		m.certain(q + "a:" + value)
	}
	return true
}

func (m *mistake) tryAs(term string) {
	if good, ok := mended(term); ok {
		m.certain(good)
	}
}

// misspelt recognises a name one or two letters away from a real one. Long
// names are unmistakable with a fitting argument; short ones are not.
func (m *mistake) misspelt(name, value string) bool {
	q, low := m.qualifier(), strings.ToLower(name)
	var near []string
	best := 3
	for _, kind := range kindNames[All:Modifier] {
		limit := 1
		if len(kind) > 4 {
			limit = 2
		}
		if len(kind) < 3 || len(low) > len(kind)+limit {
			continue
		}
		d := checks.Distance(low, kind)
		if d > limit || d > best {
			continue
		}
		if d < best {
			near = nil
		}
		best = d
		near = append(near, kind)
	}
	if len(near) == 0 {
		return false
	}
	m.is(UnknownMech, Misspelt)
	m.at(len(q), len(q)+len(name))
	for _, kind := range near {
		m.choose(withValue(q, kind, value))
	}
	// "-al" can only be all: nothing else is so short and has a qualifier.
	sure := len(near[0]) > 4 || near[0] == "all" && oneOf(q, "-~?")
	if len(near) == 1 && len(m.out.Choices) == 1 && sure {
		m.certain(m.out.Choices[0])
	}
	return true
}

func withValue(q, kind, value string) string {
	switch {
	case kind == "redirect" || kind == "exp":
		return kind + "=" + value
	case value == "":
		return q + kind
	}
	return q + kind + ":" + value
}
