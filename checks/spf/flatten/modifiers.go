package flatten

import (
	"slices"

	"mailauth/checks/spf"
)

// registered are the modifiers beside exp that somebody reads. RFC 6652 §3.
var registered = []string{"ra", "rp", "rr"}

// modifiers are those that stay: where redirects lead through several records,
// the last explanation is the one for mail that the last record fails.
func (w *work) modifiers() []string {
	var exp string
	var rest []string
	seen := map[*spf.Domain]bool{}
	for d := w.source.Root; d != nil && !seen[d]; {
		seen[d] = true
		_, redirect := order(d)
		for _, e := range d.Terms {
			switch {
			case e.Broken:
			case e.Kind == spf.Exp:
				exp = (&term{from: e, kind: spf.Exp}).text(w.plan.Domain)
			case e.Kind == spf.Modifier && d == w.source.Root && slices.Contains(registered, e.Name):
				rest = append(rest, e.String())
			}
		}
		if d = nil; redirect != nil && redirect.Target6 == nil {
			if _, why := w.reader.follow(redirect); why == "" {
				d = redirect.Target
			}
		}
	}
	if exp != "" {
		rest = append([]string{exp}, rest...)
	}
	return rest
}
