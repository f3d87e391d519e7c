package provider

import (
	"cmp"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Pattern stands for DNS names of one provider. It matches whole labels from
// the right: `*` in a label stands for any octets of that label, and a first
// label `*` for one or more labels. Nothing right of it can be added, so that
// sendgrid.net.attacker.example is not *.sendgrid.net.
type Pattern struct {
	text   string
	labels []string // from the right, without a first `*`
	below  bool     // the first label is `*`
}

// longestPattern bounds patterns as names are bounded (RFC 1035 §3.1).
const longestPattern = 253

// ParsePattern reads a pattern. Its rightmost labels are literal and belong to
// somebody: a public suffix alone is refused. The error is an *Error without a
// place.
func ParsePattern(text string) (Pattern, error) {
	p := Pattern{text: text}
	if text == "" || len(text) > longestPattern {
		return p, unexpected("provider-pattern", text, patternForm)
	}
	labels := strings.Split(text, ".")
	for i := len(labels) - 1; i >= 0; i-- {
		if !isPatternLabel(labels[i]) {
			return p, unexpected("provider-pattern", text, patternForm)
		}
		if i == 0 && labels[i] == "*" {
			p.below = true
			break
		}
		p.labels = append(p.labels, labels[i])
	}
	if !p.owned() {
		return p, unexpected("provider-pattern-wide", text, "a pattern that ends in a registered domain without *")
	}
	return p, nil
}

const patternForm = "a name such as *.mail.example.net or mx*.example.net, in lower-case ASCII without a final dot"

func isPatternLabel(label string) bool {
	if label == "" || len(label) > 63 {
		return false
	}
	for _, c := range []byte(label) {
		if c != '*' && c != '-' && c != '_' && !('a' <= c && c <= 'z') && !('0' <= c && c <= '9') {
			return false
		}
	}
	return true
}

// owned reports that the labels before any `*` are more than a public suffix.
func (p Pattern) owned() bool {
	literal := 0
	for literal < len(p.labels) && !strings.Contains(p.labels[literal], "*") {
		literal++
	}
	if literal < 2 {
		return false
	}
	all := strings.Split(p.text, ".")
	tail := strings.Join(all[len(all)-literal:], ".")
	suffix, icann := publicsuffix.PublicSuffix(tail)
	return !icann || suffix != tail
}

// String is the pattern as it was written.
func (p Pattern) String() string { return p.text }

// Match reports whether a name, canonical or not, is one of those that the
// pattern stands for. A macro of RFC 7208 §7 in the name stands for whatever a
// `*` does.
func (p Pattern) Match(name string) bool { return p.match(labelsFromRight(name)) }

func (p Pattern) match(name []string) bool {
	switch {
	case p.below && len(name) <= len(p.labels), !p.below && len(name) != len(p.labels):
		return false
	}
	for i, label := range p.labels {
		if !matchLabel(label, name[i]) {
			return false
		}
	}
	return true
}

// matchLabel matches one label against one with any number of `*`.
func matchLabel(pattern, label string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == label
	}
	first, last := parts[0], parts[len(parts)-1]
	if len(label) < len(first)+len(last) || !strings.HasPrefix(label, first) || !strings.HasSuffix(label, last) {
		return false
	}
	label = label[len(first) : len(label)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(label, part)
		if !found {
			return false
		}
		label = after
	}
	return true
}

// compare orders patterns that match one name, the one that says most about it
// first: from the right, a literal label before one with `*`, and that before
// `*` for all that is left.
func (p Pattern) compare(q Pattern) int {
	for i := range min(len(p.labels), len(q.labels)) {
		if c := cmp.Compare(literals(q.labels[i]), literals(p.labels[i])); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(q.labels), len(p.labels))
}

// literals counts what a label says itself; without `*` that is everything.
func literals(label string) int {
	stars := strings.Count(label, "*")
	if stars == 0 {
		return 64
	}
	return len(label) - stars
}

// labelsFromRight splits a name, in any form that DNS or SPF have for it: with
// or without its final dot, with escapes (RFC 1035 §5.1), with macros, which
// become the one octet `%`. A name with an empty label has none.
func labelsFromRight(name string) []string {
	if strings.HasSuffix(name, ".") && !strings.HasSuffix(name, `\.`) {
		name = name[:len(name)-1]
	}
	var labels []string
	var label strings.Builder
	for i := 0; i < len(name); i++ {
		switch c := name[i]; c {
		case '.':
			labels = append(labels, label.String())
			label.Reset()
		case '\\':
			label.WriteByte(c)
			if i++; i < len(name) {
				label.WriteByte(name[i])
			}
		case '%':
			label.WriteByte(c)
			i = macroEnd(name, i)
		default:
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			label.WriteByte(c)
		}
	}
	labels = append(labels, label.String())
	for i, j := 0, len(labels)-1; i < j; i, j = i+1, j-1 {
		labels[i], labels[j] = labels[j], labels[i]
	}
	for _, l := range labels {
		if l == "" {
			return nil
		}
	}
	return labels
}

// macroEnd is the last octet of the macro that begins at i.
func macroEnd(name string, i int) int {
	switch rest := name[i:]; {
	case strings.HasPrefix(rest, "%{") && strings.Contains(rest, "}"):
		return i + strings.IndexByte(rest, '}')
	case strings.HasPrefix(rest, "%%"), strings.HasPrefix(rest, "%_"), strings.HasPrefix(rest, "%-"):
		return i + 1
	}
	return i
}
