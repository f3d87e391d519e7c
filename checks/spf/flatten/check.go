package flatten

import (
	"fmt"
	"strings"

	"mailauth/checks/spf"
)

// check compares what receivers make of what is published with what the source
// means.
func (w *work) check() {
	p := w.plan
	published := w.published.Root
	p.SelfCheck = p.Source.Own
	p.Changes = changed(published, w.source.Root)
	p.Verdict = Current
	if l := w.published.Ledger; l != nil {
		p.After = countOf(l)
	}
	if s := surveyed(w.reader, published); len(s.unanswered) > 0 {
		p.Unanswered, p.Verdict = s.unanswered, Unknown
		return
	}
	switch {
	case len(p.Changes.Changes) > 0:
		p.Verdict = Stale
	case p.SelfCheck && w.literal(published):
		p.Verdict = Unknown
	}
}

// literal reports that an own record of a tree names networks, which may have
// been somebody's once.
func (w *work) literal(root *spf.Domain) bool {
	seen := map[*spf.Domain]bool{}
	var visit func(d *spf.Domain) bool
	visit = func(d *spf.Domain) bool {
		if d == nil || seen[d] || !w.reader.ownRecord(d) {
			return false
		}
		seen[d] = true
		for _, e := range d.Terms {
			if e.Reachable && e.Prefix.IsValid() || visit(e.Target) || visit(e.Target6) {
				return true
			}
		}
		return false
	}
	return visit(root)
}

// describeChanges is for programmers.
func describeChanges(p Proof) string {
	var lines []string
	for _, c := range p.Changes {
		lines = append(lines, fmt.Sprintf("%s → %s: %v", c.From, c.To, c.Set.Prefixes()[:min(4, len(c.Set.Prefixes()))]))
	}
	if len(p.If) > 0 {
		lines = append(lines, fmt.Sprintf("if %v match", p.If))
	}
	return strings.Join(lines, "; ")
}
