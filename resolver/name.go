package resolver

import (
	"fmt"
	"strings"
)

// A name, everywhere in this program, is a string in canonical form:
// lower-case ASCII, fully qualified with a trailing dot, in presentation form
// (RFC 1035 §5.1: `\.` for a dot inside a label, `\DDD` for octets outside
// 0x21–0x7E). The root is ".".

// CanonicalName brings a name in presentation form to canonical form. It adds
// the trailing dot. An empty label, a label over 63 octets, a name over 255
// octets (RFC 1035 §3.1) and a broken escape are errors (*NameError).
func CanonicalName(name string) (string, error) {
	if name == "." {
		return name, nil
	}
	stem := name
	if isAbsolute(name) {
		stem = strings.TrimSuffix(name, ".")
	}
	labels, err := wireLabels(stem, name)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	size := 1
	for _, label := range labels {
		size += 1 + len(label)
		writeLabel(&b, label)
		b.WriteByte('.')
	}
	if size > 255 {
		return "", &NameError{Code: "name-long", Name: name, Octets: size}
	}
	return b.String(), nil
}

// wireLabels splits a name without its trailing dot into raw labels.
func wireLabels(text, whole string) ([]string, error) {
	var labels []string
	var label []byte
	flush := func() error {
		if len(label) == 0 {
			return &NameError{Code: "name-empty-label", Name: whole}
		}
		if len(label) > 63 {
			return &NameError{Code: "name-label-long", Name: whole, Octets: len(label)}
		}
		labels = append(labels, string(label))
		label = label[:0]
		return nil
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '.':
			if err := flush(); err != nil {
				return nil, err
			}
		case '\\':
			octet, n, ok := unescape(text[i:])
			if !ok {
				return nil, &NameError{Code: "name-escape", Name: whole}
			}
			label = append(label, octet)
			i += n - 1
		default:
			label = append(label, c)
		}
	}
	return labels, flush()
}

// unescape reads the escape at the start of text: its octet and its length.
func unescape(text string) (octet byte, n int, ok bool) {
	if len(text) < 2 {
		return 0, 0, false
	}
	if !isDigit(text[1]) {
		return text[1], 2, true
	}
	if len(text) < 4 || !isDigit(text[2]) || !isDigit(text[3]) {
		return 0, 0, false
	}
	value := int(text[1]-'0')*100 + int(text[2]-'0')*10 + int(text[3]-'0')
	return byte(value), 4, value <= 255
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// writeLabel writes a raw label in canonical presentation form.
func writeLabel(b *strings.Builder, label string) {
	for i := 0; i < len(label); i++ {
		switch c := label[i]; {
		case 'A' <= c && c <= 'Z':
			b.WriteByte(c + 'a' - 'A')
		case strings.IndexByte(`.\"();@$`, c) >= 0:
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < 0x21 || c > 0x7e:
			fmt.Fprintf(b, `\%03d`, c)
		default:
			b.WriteByte(c)
		}
	}
}

// Labels splits a canonical name into its labels, leftmost first, still in
// presentation form. The root has none.
func Labels(name string) []string {
	if name == "." || name == "" {
		return nil
	}
	var labels []string
	start := 0
	for i := 0; i < len(name); i++ {
		switch name[i] {
		case '\\':
			i++ // the escaped character, or the first of three digits: never a separator
		case '.':
			labels = append(labels, name[start:i])
			start = i + 1
		}
	}
	return labels
}

// CountLabels returns the number of labels of a canonical name; 0 for the root.
func CountLabels(name string) int { return len(Labels(name)) }

// Parent drops the leftmost label of a canonical name. The parent of the root
// is the root.
func Parent(name string) string {
	labels := Labels(name)
	if len(labels) < 2 {
		return "."
	}
	return name[len(labels[0])+1:]
}

// IsSubdomain reports whether the canonical name child is parent or below it.
func IsSubdomain(child, parent string) bool {
	if parent == "." || child == parent {
		return true
	}
	if !strings.HasSuffix(child, "."+parent) {
		return false
	}
	for CountLabels(child) > CountLabels(parent) { // an escaped dot is no boundary
		child = Parent(child)
	}
	return child == parent
}

// Join puts labels in presentation form in front of a canonical name:
// Join("example.jp.", "_dmarc") is "_dmarc.example.jp.".
func Join(name string, labels ...string) string {
	prefix := strings.Join(labels, ".")
	switch {
	case prefix == "":
		return name
	case name == ".":
		return prefix + "."
	}
	return prefix + "." + name
}
