package spf

import (
	"fmt"
	"math/bits"
	"net/netip"
	"strconv"
	"strings"

	"go4.org/netipx"
)

// The faces of IPSyntax; Separator is one too.
const (
	IPList      Reason = "list"     // 192.0.2.1,192.0.2.2
	IPRange     Reason = "range"    // 192.0.2.1-192.0.2.9
	IPWildcard  Reason = "wildcard" // 192.0.2.*
	IPNetmask   Reason = "netmask"  // 192.0.2.0/255.255.255.0
	IPPort      Reason = "port"     // 192.0.2.1:25
	IPShort     Reason = "short"    // 192.0.2
	IPZero      Reason = "zero"     // 192.0.02.1
	IPBrackets  Reason = "brackets" // [2001:db8::1]
	IPZone      Reason = "zone"     // fe80::1%eth0
	IPURL       Reason = "url"      // http://192.0.2.1/
	IPDoubled   Reason = "doubled"  // ip4:ip4:192.0.2.1
	IPOctet     Reason = "octet"    // 192.0.2.256
	ExtraColon  Reason = "colon"    // ip4::192.0.2.1
	maxPrefixes        = 16         // of a range; more are a choice for a human
)

// network looks at an ip4 or ip6 whose argument is not a network.
func (m *mistake) network() {
	q, value := m.qualifier(), m.term.Value
	from := len(m.raw) - len(value)
	m.is(IPSyntax, "")
	m.at(from, len(m.raw))
	head := q + strings.ToLower(m.term.Name) + ":"
	if m.otherFamily(q, value) || m.list(IPSyntax, head, value) {
		return
	}
	for _, try := range []func(q, head, value string) bool{
		m.netPunctuation, m.netRange, m.netWildcard, m.netMask, m.netPort, m.netShort, m.netZeros,
	} {
		if try(q, head, value) {
			return
		}
	}
	if m.runOn(from) || m.netHost(q, value) {
		return
	}
	m.netHopeless(value)
}

// otherFamily recognises an address of the other family.
func (m *mistake) otherFamily(q, value string) bool {
	text, _, _ := strings.Cut(value, "/")
	addr, err := netip.ParseAddr(text)
	switch {
	case err != nil || addr.Zone() != "":
		return false
	case m.term.Kind == IP4 && addr.Is6():
		m.is(IP4IsV6, "")
		m.certain(q + "ip6:" + value)
	case m.term.Kind == IP6 && addr.Is4():
		m.is(IP6IsV4, "")
		m.certain(q + "ip4:" + value)
	default:
		return false
	}
	return true
}

// netPunctuation takes brackets, separators, a URL's dress and a repeated
// mechanism off an address.
func (m *mistake) netPunctuation(q, head, value string) bool {
	bare := strings.TrimRight(strings.TrimLeft(trimmed(value), "."), ".")
	reason := Separator
	if oneOf(value, "[(<{") {
		reason, bare = IPBrackets, strings.NewReplacer("[", "", "]", "").Replace(bare)
	}
	if _, after, ok := strings.Cut(bare, "://"); ok {
		reason, bare = IPURL, strings.TrimRight(after, "/")
	}
	if tail := strings.TrimPrefix(bare, ":"); tail != bare && tail != "" {
		if m.term.Kind == IP6 && (!strings.Contains(tail, "::") || oneOf(tail, ":")) {
			m.choose(head + ":" + bare)
			return false
		}
		reason, bare = ExtraColon, tail
	}
	if t, f := parseTerm(bare); f == nil && (t.Kind == IP4 || t.Kind == IP6) {
		m.is(IPSyntax, IPDoubled)
		return m.certain(q + bare)
	}
	if bare == value {
		return false
	}
	good, ok := mended(head + bare)
	if !ok {
		return false
	}
	m.is(IPSyntax, reason)
	return m.certain(good)
}

// netRange recognises first-last, with a whole address or the last octet.
func (m *mistake) netRange(_, head, value string) bool {
	first, last, ok := strings.Cut(value, "-")
	a, err := netip.ParseAddr(first)
	if !ok || err != nil {
		return false
	}
	if dot := strings.LastIndexByte(first, '.'); a.Is4() && !strings.Contains(last, ".") {
		last = first[:dot+1] + last
	}
	b, err := netip.ParseAddr(last)
	if err != nil {
		return false
	}
	m.is(IPSyntax, IPRange)
	prefixes := netipx.IPRangeFrom(a, b).Prefixes()
	if len(prefixes) == 0 || len(prefixes) > maxPrefixes {
		return true
	}
	var terms []string
	for _, p := range prefixes {
		terms = append(terms, head+strings.TrimSuffix(p.String(), fmt.Sprintf("/%d", p.Addr().BitLen())))
	}
	m.certain(strings.Join(terms, " "))
	return true
}

// netWildcard recognises 192.0.2.* and 192.0.2.x.
func (m *mistake) netWildcard(_, head, value string) bool {
	text, _, _ := strings.Cut(value, "/")
	octets := strings.Split(text, ".")
	stars := 0
	for len(octets) > 1 && (octets[len(octets)-1] == "*" || strings.EqualFold(octets[len(octets)-1], "x")) {
		octets = octets[:len(octets)-1]
		stars++
	}
	if stars == 0 || len(octets) > 3 {
		return false
	}
	m.is(IPSyntax, IPWildcard)
	m.certain(head + fillOctets(octets) + "/" + strconv.Itoa(8*len(octets)))
	return true
}

func fillOctets(octets []string) string {
	return strings.Join(octets, ".") + strings.Repeat(".0", 4-len(octets))
}

// netMask recognises a netmask in the place of a prefix length.
func (m *mistake) netMask(_, head, value string) bool {
	text, mask, ok := strings.Cut(value, "/")
	if !ok {
		return false
	}
	n, kind := maskLength(mask)
	if kind == "" {
		return false
	}
	m.is(IPSyntax, IPNetmask)
	m.at(len(m.raw)-len(mask), len(m.raw))
	if kind == "mask" {
		m.tryAs(head + text + "/" + strconv.Itoa(n))
	} else {
		m.choose(head + text + "/" + strconv.Itoa(n))
	}
	return true
}

// maskLength reads a dotted netmask, or a router's inverse ("wildcard") mask.
func maskLength(mask string) (n int, kind string) {
	addr, err := netip.ParseAddr(mask)
	if err != nil || !addr.Is4() {
		return 0, ""
	}
	b := addr.As4()
	v := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	if n = bits.LeadingZeros32(^v); v<<n == 0 {
		return n, "mask"
	}
	if n = bits.LeadingZeros32(v); ^v<<n == 0 {
		return n, "inverse"
	}
	return 0, ""
}

// netPort recognises a port number behind an address.
func (m *mistake) netPort(_, head, value string) bool {
	if ap, err := netip.ParseAddrPort(value); err == nil && ap.Addr().Zone() == "" {
		m.is(IPSyntax, IPPort)
		m.at(strings.LastIndexByte(m.raw, ':'), len(m.raw))
		good, ok := mended(head + ap.Addr().String())
		return ok && m.certain(good)
	}
	return false
}

// netShort recognises a dotted quad with octets missing. With a prefix length
// that needs no more of them it is the old short notation.
func (m *mistake) netShort(_, head, value string) bool {
	text, length, given := strings.Cut(value, "/")
	octets := strings.Split(strings.TrimSuffix(text, "."), ".")
	if m.term.Kind != IP4 || len(octets) > 3 || len(octets) < 2 && !given {
		return false
	}
	if _, err := netip.ParseAddr(fillOctets(octets)); err != nil {
		return false
	}
	m.is(IPSyntax, IPShort)
	n, err := strconv.Atoi(length)
	switch {
	case !given:
		m.choose(head + fillOctets(octets) + "/" + strconv.Itoa(8*len(octets)))
	case err == nil && n <= 8*len(octets):
		m.certain(head + fillOctets(octets) + "/" + length)
	}
	return true
}

// netZeros recognises octets with leading zeros. Some programs read them as
// octal numbers; where both readings agree the author can have meant only one.
func (m *mistake) netZeros(_, head, value string) bool {
	text, length, given := strings.Cut(value, "/")
	octets := strings.Split(text, ".")
	if len(octets) != 4 {
		return false
	}
	zeros, same := false, true
	for i, octet := range octets {
		if len(octet) < 2 || octet[0] != '0' {
			continue
		}
		zeros = true
		octets[i] = strings.TrimLeft(octet[:len(octet)-1], "0") + octet[len(octet)-1:]
		same = same && len(octets[i]) == 1 && octets[i] < "8"
	}
	good := head + strings.Join(octets, ".")
	if given {
		good += "/" + length
	}
	if !zeros || !clean(good) {
		return false
	}
	m.is(IPSyntax, IPZero)
	if m.choose(good); same {
		m.certain(good)
	}
	return true
}

// netHost recognises a host name: what a does.
func (m *mistake) netHost(q, value string) bool {
	text, length, given := strings.Cut(value, "/")
	if looksLikeIPv4(text) || !isHostName(text) {
		return false
	}
	m.is(IP4Host, "")
	switch {
	case !given:
		m.certain(q + "a:" + text)
	case m.term.Kind == IP6:
		m.certain(q + "a:" + text + "//" + length)
	default:
		m.certain(q + "a:" + text + "/" + length)
	}
	return true
}

// netHopeless says what is wrong with an address that nobody can guess.
func (m *mistake) netHopeless(value string) {
	text, _, _ := strings.Cut(value, "/")
	if zone := strings.IndexByte(text, '%'); zone >= 0 {
		m.is(IPSyntax, IPZone)
		m.choose(m.raw[:len(m.raw)-len(value)] + text[:zone])
		return
	}
	for octet := range strings.SplitSeq(text, ".") {
		if n, err := strconv.Atoi(octet); err == nil && n > 255 {
			m.is(IPSyntax, IPOctet)
		}
	}
}
