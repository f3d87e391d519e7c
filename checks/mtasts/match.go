package mtasts

import (
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"mailauth/resolver"
)

// Matches reports whether a pattern of a policy covers a mail server, a
// canonical name. A wildcard stands for exactly one label (RFC 8461 §4.1).
func Matches(pattern, host string) bool {
	pattern, host = strings.ToLower(pattern), strings.TrimSuffix(host, ".")
	suffix, wildcard := strings.CutPrefix(pattern, "*.")
	if !wildcard {
		return pattern == host
	}
	_, rest, ok := strings.Cut(host, ".")
	return ok && rest == suffix
}

// Uncovered lists the hosts that no pattern of the policy covers.
func (p *Policy) Uncovered(hosts []string) (missing []string) {
	for _, host := range hosts {
		if !slices.ContainsFunc(p.MX, func(pattern string) bool { return Matches(pattern, host) }) {
			missing = append(missing, host)
		}
	}
	return missing
}

// isPattern tells a host name, or one with "*." before it. Underscores, which
// host names do not have, do no harm.
func isPattern(text string) bool {
	name := strings.TrimPrefix(text, "*.")
	if strings.HasSuffix(name, ".") || name == "" || len(name) > 253 {
		return false
	}
	for _, label := range strings.Split(name, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' || strings.Trim(strings.ToLower(label), "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	return true
}

// patternsMeant reads the patterns that a value was meant to be: several in a
// line, with a final dot, or in another script.
func patternsMeant(value string) (patterns []string) {
	for _, part := range strings.FieldsFunc(value, func(c rune) bool { return strings.ContainsRune(" \t,;", c) }) {
		part = strings.ToLower(strings.TrimSuffix(part, "."))
		prefix := ""
		if rest, ok := strings.CutPrefix(part, "*."); ok {
			prefix, part = "*.", rest
		}
		if ascii, err := idna.Lookup.ToASCII(part); err == nil {
			part = ascii
		}
		if isPattern(prefix + part) {
			patterns = append(patterns, prefix+part)
		}
	}
	return patterns
}

// bareHosts are host names as policies write them.
func bareHosts(hosts []string) []string {
	bare := make([]string, len(hosts))
	for i, host := range hosts {
		bare[i] = strings.TrimSuffix(host, ".")
	}
	return bare
}

// reachable reports whether a mail server's name is one that mail is sent to: not an
// address, not the sender itself, not the placeholder of a platform.
func reachable(host string) bool {
	labels := resolver.Labels(host)
	if len(labels) == 0 || !isPattern(strings.TrimSuffix(host, ".")) {
		return false
	}
	last := labels[len(labels)-1]
	numeric := strings.Trim(last, "0123456789") == ""
	return !numeric && last != "invalid" && last != "localhost" && host != "localhost.localdomain." && !strings.Contains(host, ".msv1.invalid.")
}
