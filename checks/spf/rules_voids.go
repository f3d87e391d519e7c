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

// judgeVoids compares with the limit of RFC 7208 §4.6.4. What the whole record
// has is in the ledger; whether a client really comes to the third void look-up
// is in the partition. Below the limit, those are told that have no finding of
// their own.
func (f *Facts) judgeVoids(k *desk) []checks.Finding {
	all, over := f.allVoids(), f.overVoids()
	fatal := !empty(over.v4) || !empty(over.v6) && f.Static.passesIPv6()
	// What only clients meet that no term lets pass is an info; a term that is
	// void for both families is a warning of its own then.
	mild := func(found checks.Finding) checks.Finding {
		if !fatal {
			found.Scope = f.Root.Name + " IPv6"
		}
		return found.As(checks.Info)
	}
	var findings []checks.Finding
	if max(all.v4, all.v6) > MaxVoids || fatal || over.depends {
		found := f.voidsOver(all, over).As(checks.Error)
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

func (f *Facts) allVoids() voidCount {
	return f.Ledger.voids(func(*Expanded) bool { return true })
}

// voidsOver says which senders are hit, and whom of those that the record lets
// pass.
func (f *Facts) voidsOver(all voidCount, over voidReach) checks.Finding {
	hit := union(over.v4, over.v6)
	if max(all.v4, all.v6) <= MaxVoids { // the ledger leaves out what only the message tells
		all.v4, all.v6 = f.Worst.Void4, f.Worst.Void6
		all.entries = slices.DeleteFunc(slices.Clone(f.Ledger.Entries), func(e Entry) bool { return !e.Void4 && !e.Void6 && !e.term.mayBeVoid() })
	}
	victims, more := shownSet(intersection(hit, f.Static.Set))
	found := f.onVoids(RuleVoidOver, all).With("met", !empty(hit)).With("sure", !over.depends || !empty(hit)).With("open", over.open).
		With("worst", max(f.Worst.Void4, f.Worst.Void6)).With("victims", victims).With("more", more).With("only", "")
	switch {
	case empty(hit):
	case empty(over.v6):
		found = found.With("only", "IPv4")
	case empty(over.v4):
		found = found.With("only", "IPv6")
	}
	return found
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
