package spf

import (
	"slices"

	"mailauth/checks"
)

// voidCount are look-ups that are answered with nothing, by the family of the
// client for which a receiver makes them.
type voidCount struct {
	v4, v6  int
	entries []Entry // with at least one of the two
}

// voids counts the entries of the ledger that are void, if wanted.
func (l *Ledger) voids(wanted func(*Expanded) bool) voidCount {
	var c voidCount
	for _, e := range l.Entries {
		if (e.Void4 || e.Void6) && wanted(e.term) {
			c.v4 += count(e.Void4)
			c.v6 += count(e.Void6)
			c.entries = append(c.entries, e)
		}
	}
	return c
}

// untold reports an own term that has no finding of its own where it is void:
// it lets clients of the other family pass, or does so as far as is known.
func (e *Expanded) untold() bool {
	void4, known4 := e.void(0)
	void6, known6 := e.void(1)
	return e.Owner.Own && !e.Misread() && e.Kind != Exists && known4 && known6 && void4 != void6
}

// judgeVoids compares with the limit, which all void look-ups count towards.
// Below it, those are told that have no finding of their own.
func (f *Facts) judgeVoids(k *desk) []checks.Finding {
	all := f.Ledger.voids(func(*Expanded) bool { return true })
	fatal := all.v4 > MaxVoids || all.v6 > MaxVoids && f.Static.passesIPv6()
	// What only clients meet that no term lets pass is an info; a term that is
	// void for both families is a warning of its own then.
	mild := func(found checks.Finding) checks.Finding {
		if !fatal {
			found.Scope = f.Root.Name + " IPv6"
		}
		return found.As(checks.Info)
	}
	var findings []checks.Finding
	if all.v4 > MaxVoids || all.v6 > MaxVoids {
		found := f.onVoids(RuleVoidOver, all).As(checks.Error)
		found.Fixes = f.dropVoids(k)
		if !fatal {
			found = mild(found)
		}
		findings = append(findings, found)
	}
	if untold := f.Ledger.voids((*Expanded).untold); len(untold.entries) > 0 {
		findings = append(findings, mild(f.onVoids(RuleVoidSome, untold)))
	}
	return findings
}

// onVoids is a finding on void look-ups: how many for the family that has more,
// and for the other if that differs.
func (f *Facts) onVoids(r *checks.Rule, c voidCount) checks.Finding {
	found := r.At(f.Root.At()).With("domain", bare(f.Root.Name)).With("limit", MaxVoids).With("terms", c.terms()).
		With("count", max(c.v4, c.v6)).With("family", "").With("fewer", 0).With("other", "").With("only", "")
	found.Scope, found.Related = f.Root.Name, f.voidRecords(c)
	switch {
	case c.v4 > c.v6:
		found = found.With("family", "IPv4").With("fewer", c.v6).With("other", "IPv6")
	case c.v6 > c.v4:
		found = found.With("family", "IPv6").With("fewer", c.v4).With("other", "IPv4")
	}
	if c.v4 <= MaxVoids || c.v6 <= MaxVoids {
		found = found.With("only", found.Args["family"])
	}
	return found
}

// terms lists them, each once.
func (c voidCount) terms() []string {
	var terms []string
	for _, e := range c.entries {
		if !slices.Contains(terms, e.Term) {
			terms = append(terms, e.Term)
		}
	}
	return terms
}

// voidRecords shows the other records that they stand in.
func (f *Facts) voidRecords(c voidCount) []checks.Related {
	var related []checks.Related
	seen := map[*Domain]bool{f.Root: true}
	for _, e := range c.entries {
		if d := e.term.Owner; !seen[d] {
			seen[d] = true
			record := d.At()
			related = append(related, checks.Related{Name: record.Name, Type: record.Type(), Record: &record, Span: &e.term.Span})
		}
	}
	return related
}

// openVoids reports whether failed questions could take the voids of a family
// over the limit.
func (f *Facts) openVoids() bool {
	open := [2]int{f.Ledger.Void4, f.Ledger.Void6}
	for _, e := range f.Ledger.Entries {
		for family := range open {
			if _, known := e.term.void(family); !known {
				open[family]++
			}
		}
	}
	return open[0] > MaxVoids || open[1] > MaxVoids
}
