package spf

import (
	"net/netip"
	"strings"

	"mailauth/checks"
)

// dropTerm leaves one term out.
func dropTerm(e *Expanded) []checks.Fix {
	return fix("spf-drop-term", checks.Args{"term": e.String()}, rewrite(e.Owner.At(), e.Owner.Record.edited(change{e.Term: ""})))
}

// dropPTR leaves ptr out if something else lets hosts pass.
func dropPTR(e *Expanded) []checks.Fix {
	for _, other := range e.Owner.order() {
		if other.Kind != PTR && other.Kind != All && (other.Qualifier == Pass || other.Kind == Redirect) {
			return dropTerm(e)
		}
	}
	return nil
}

// networkTerm writes an ip4 or ip6.
func networkTerm(q Qualifier, p netip.Prefix) string {
	t := Term{Kind: IP4, Qualifier: q, Prefix: p}
	if p.Addr().Is6() {
		t.Kind = IP6
	}
	return t.Canonical()
}

// dropVoids leaves out the terms of the domain's own record that are answered
// with nothing for clients of both families, if that is enough.
func (f *Facts) dropVoids() []checks.Fix {
	gone := change{}
	for _, e := range f.Root.order() {
		void4, _ := e.void(0)
		void6, _ := e.void(1)
		if void4 && void6 {
			gone[e.Term] = ""
		}
	}
	enough := f.Ledger.Void4-len(gone) <= MaxVoids && f.Ledger.Void6-len(gone) <= MaxVoids
	if len(gone) == 0 || !enough || !f.Root.Own {
		return nil
	}
	return fix("spf-drop-voids", nil, rewrite(f.Root.At(), f.Root.Record.edited(gone)))
}

// maxSpelled is how many addresses a term may be replaced by: more make the
// record long and hard to keep.
const maxSpelled = 6

// cheaper is a record that costs at most ten look-ups and lets the same
// addresses pass: without what has no effect, and with the addresses of a and
// mx in their place, as few of these as need be.
func (f *Facts) cheaper() []checks.Fix {
	if !f.Root.Own || f.Outcome != Published {
		return nil
	}
	c := change{}
	left := f.Ledger.Lookups
	for _, e := range f.Root.order() {
		if e.useless() || f.repeats(e) {
			c[e.Term] = ""
			left -= f.subtotal(e)
		}
	}
	for _, e := range f.Root.order() {
		if _, gone := c[e.Term]; gone || left <= MaxLookups {
			continue
		}
		if text, ok := e.spelledOut(); ok {
			c[e.Term] = text
			left -= e.cost()
		}
	}
	if left > MaxLookups || len(c) == 0 {
		return nil
	}
	return fix("spf-cheaper", checks.Args{"count": left}, rewrite(f.Root.At(), f.Root.Record.edited(c)))
}

// useless reports a term that is proved to let nobody pass.
func (e *Expanded) useless() bool {
	if e.Kind == Include && e.Target != nil {
		return e.Target.Outcome == NoName || e.Target.Outcome == NoRecord
	}
	void4, _ := e.void(0)
	void6, _ := e.void(1)
	return void4 && void6
}

// repeats reports an include that stands before in the same record.
func (f *Facts) repeats(e *Expanded) bool {
	_, again := f.Root.again(e)[e.Term]
	return e.Kind == Include && again
}

func (f *Facts) subtotal(e *Expanded) int {
	for _, entry := range f.Ledger.Entries {
		if entry.term == e && len(entry.Path) == 1 {
			return entry.Subtotal
		}
	}
	return 0
}

// spelledOut writes the networks of an a or mx as ip4 and ip6.
func (e *Expanded) spelledOut() (text string, ok bool) {
	nets := e.networks()
	if e.Kind != A && e.Kind != MX || e.unknown() || e.tooManyMX() || len(nets) == 0 || len(nets) > maxSpelled {
		return "", false
	}
	var terms []string
	for _, p := range nets {
		terms = append(terms, networkTerm(e.Qualifier, p))
	}
	return strings.Join(terms, " "), true
}
