package spf

import (
	"net/netip"
	"strings"

	"mailauth/checks"
)

// dropTerm leaves one term out.
func (k *desk) dropTerm(e *Expanded) []checks.Fix {
	return k.correct(e.Owner, "spf-drop-term", checks.Args{"term": e.String()}, change{e.Term: ""})
}

// dropPTR leaves every ptr of the record out: as a correction if nobody loses
// pass by it. Else hosts may, whom nobody can list; it is then offered if
// something else lets hosts pass.
func (f *Facts) dropPTR(k *desk, e *Expanded) []checks.Fix {
	if f.Root.Record == nil {
		return nil
	}
	gone, others := change{}, false
	for _, other := range e.Owner.order() {
		if other.Kind == PTR {
			gone[other.Term] = ""
		}
		others = others || other.Kind != PTR && other.Kind != All && other.passes()
	}
	args := checks.Args{"term": e.String()}
	idle, known := k.idle[e.Owner]
	if !known {
		idle = f.dispensable(gone)
		k.idle[e.Owner] = idle
	}
	switch {
	case idle:
		return k.correct(e.Owner, "spf-drop-term", args, gone)
	case others:
		return k.beside(e.Owner, "spf-drop-term", args, gone)
	}
	return nil
}

// dispensable reports that nobody loses pass if some terms are left out.
func (f *Facts) dispensable(terms change) bool {
	drop := func(e *Expanded) bool { _, gone := terms[e.Term]; return gone }
	fewer := meant
	fewer.Drop = drop
	return lostPass(f.meant, Compile(f.Root, fewer)).none() &&
		lostPass(f.real(), Compile(f.Root, CompileOptions{Drop: drop})).none()
}

// networkTerm writes an ip4 or ip6.
func networkTerm(q Qualifier, p netip.Prefix) string {
	t := Term{Kind: IP4, Qualifier: q, Prefix: p}
	if p.Addr().Is6() {
		t.Kind = IP6
	}
	return t.Canonical()
}

// dead reports an a, mx or exists that is answered with nothing for clients of
// both families, and so lets nobody pass.
func (e *Expanded) dead() bool {
	void4, known4 := e.void(0)
	void6, known6 := e.void(1)
	return void4 && known4 && void6 && known6 && !e.unknown() && len(e.networks()) == 0
}

// dropVoids is the correction of the domain's own record, which leaves out the
// terms that are dead, if that is enough.
func (f *Facts) dropVoids(k *desk) []checks.Fix {
	gone := 0
	for _, e := range f.Root.order() {
		if e.dead() && !e.Misread() {
			gone++
		}
	}
	enough := max(f.Ledger.Void4, f.Ledger.Void6, f.Worst.Void4, f.Worst.Void6)-gone <= MaxVoids
	if gone == 0 || !enough || !k.complete {
		return nil
	}
	return k.plan(f.Root, f.Root.At()).fix()
}

// maxSpelled is how many addresses a term may be replaced by: more make the
// record long and hard to keep.
const maxSpelled = 6

// easyLookups is the cost that a cheaper record aims at: one more is called near
// the limit.
const easyLookups = MaxLookups - 2

// cheaper is the correction of the domain's own record if it then costs at most
// ten look-ups and lets the same addresses pass: without what has no effect,
// and with the addresses of a and mx in their place, as few of these as it takes
// to be clear of the limit.
func (f *Facts) cheaper(k *desk) []checks.Fix {
	if !f.Root.Own || f.Outcome != Published {
		return nil
	}
	p := k.plan(f.Root, f.Root.At())
	if !k.complete {
		f.spellOut(p)
		return nil
	}
	if !p.fits {
		return nil
	}
	return p.fix()
}

func (f *Facts) spellOut(p *plan) {
	left, c := f.Ledger.Lookups, change{}
	for _, e := range f.Root.order() {
		if text, changed := p.changes[e.Span.Start]; changed && text == "" {
			left -= f.subtotal(e)
		}
	}
	dropped := left < f.Ledger.Lookups
	for _, e := range f.Root.order() {
		_, changed := p.changes[e.Span.Start]
		if text, ok := e.spelledOut(); ok && !changed && left > easyLookups {
			c[e.Term] = text
			left -= e.cost()
		}
	}
	if left > MaxLookups || len(c) == 0 && !dropped {
		return
	}
	p.fits = true
	if len(c) > 0 {
		p.add(checks.T("fix.spf-cheaper", checks.Args{"count": left}), c, nil)
	}
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
