package message

import (
	"context"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"mailauth/resolver"
	"mailauth/resolver/adapter"
)

// lookupKey is what the library asks for keys with. It does what the library
// leaves out: U-labels are asked for as A-labels (RFC 8616 §5), and all folding
// white space inside a key is ignored (RFC 6376 §3.6.1), not spaces alone.
func lookupKey(ctx context.Context, r resolver.Resolver) func(name string) ([]string, error) {
	lookup := adapter.TXTLookup(ctx, r)
	return func(name string) ([]string, error) {
		texts, err := lookup(asciiLabels(name))
		for i, text := range texts {
			texts[i] = strings.NewReplacer("\t", "", "\r", "", "\n", "").Replace(text)
		}
		return texts, err
	}
}

// asciiLabels turns the labels of a name that are not ASCII into A-labels.
func asciiLabels(name string) string {
	labels := strings.Split(name, ".")
	for i, label := range labels {
		if strings.IndexFunc(label, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
			continue
		}
		if ascii, err := idna.Lookup.ToASCII(label); err == nil {
			labels[i] = ascii
		}
	}
	return strings.Join(labels, ".")
}
