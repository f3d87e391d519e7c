package spf

import (
	"slices"

	"mailauth/checks"
)

// derive works out what follows from the answers.
func (f *Facts) derive() {
	f.Outcome, f.CanPass = f.Root.Outcome, f.canPass()
	f.evaluate()
	if f.Root.Record == nil {
		return
	}
	f.Record = f.Root.At().Display()
	f.Ledger, f.Tree = keepBooks(f.Root)
	f.Own = ownRecords(f.Root)
	f.Final = f.Root.final()
	f.Static = f.meant.passing()
	worst := f.meant.Worst()
	f.Worst = &worst
	f.Static.Senders = f.Root.senders()
	f.CanPass = f.canPass()
}

// canPass says whether the record, or one of several, means some address to
// pass. That receivers make permerror of it is another matter.
func (f *Facts) canPass() Tri {
	switch {
	case f.Root.Outcome == Open:
		return CannotTell
	case f.Root.Outcome == Several:
		for _, r := range f.Root.Selected {
			text, _ := r.Text()
			if Parse(text).wantsToPass() {
				return Yes
			}
		}
		return No
	case f.Root.Record == nil:
		return No
	}
	can := f.Static.Tri()
	if can == No && f.Root.Outcome == Malformed && f.Root.Record.brokenPass() {
		return CannotTell
	}
	return can
}

// MeantReads lists the inputs of Meant.
var MeantReads = []checks.Input{InRecord, InType99, InWrongName, InWildcard}

// Meant says whether a domain without a record has text that was meant to be
// one, so that the lack of it says nothing about its mail.
func (f *Facts) Meant() Tri {
	switch {
	case f.Outcome == Open:
		return CannotTell
	case len(f.elsewhere()) > 0, len(judgeLookalikes(f.Root)) > 0:
		return Yes
	case f.straysOpen, f.Type99.Unknown(), f.Wildcard.Unknown():
		return CannotTell
	}
	return No
}

// wantsToPass reports whether some term gives pass if it matches.
func (r *Record) wantsToPass() bool {
	for i, reachable := range r.reachable() {
		t := &r.Terms[i]
		if reachable && (t.Kind == Redirect || t.Kind.Mechanism() && t.Qualifier == Pass) {
			return true
		}
	}
	return r.brokenPass()
}

// brokenPass reports whether a term with a mistake may have meant to pass.
func (r *Record) brokenPass() bool {
	for i := range r.Terms {
		t := &r.Terms[i]
		if t.Broken && (t.Qualifier == Pass || t.Qualifier == 0) {
			return true
		}
	}
	return false
}

// DeniesAll reports that the record says that nobody may send: "v=spf1 -all"
// or one that comes to the same.
func (f *Facts) DeniesAll() bool {
	return f.Outcome == Published && f.CanPass == No && f.Final == Fail.String()
}

// MayDenyAll reports that the record says that nobody may send, or that this
// could not be told.
func (f *Facts) MayDenyAll() bool {
	open := f.Final == Fail.String() || f.Final == ""
	return f.Outcome == Open || f.Outcome == Published && f.CanPass != Yes && open
}

// HasUnknown reports that a question within the tree had no answer.
func (f *Facts) HasUnknown() bool {
	return f.Outcome == Open || len(f.Static.Open) > 0 || f.Ledger != nil && f.Ledger.openTarget()
}

func (l *Ledger) openTarget() bool {
	for _, e := range l.Entries {
		for _, d := range []*Domain{e.term.Target, e.term.Target6} {
			if d != nil && d.Outcome == Open {
				return true
			}
		}
	}
	return false
}

// final is the result for an address that no mechanism matches. RFC 7208 §4.7:
// neutral without "all" and redirect.
func (d *Domain) final() string {
	seen := map[*Domain]bool{}
	for !seen[d] {
		seen[d] = true
		if d.Record == nil {
			return ""
		}
		if all := d.find(All); all != nil {
			return all.Qualifier.String()
		}
		redirect := d.find(Redirect)
		switch {
		case redirect == nil:
			return Neutral.String()
		case redirect.Target == nil:
			return ""
		}
		d = redirect.Target
	}
	return ""
}

// ownRecords lists the records within the audited organizational domain that
// own records lead to, each once, by the first path in evaluation order.
func ownRecords(root *Domain) []*OwnRecord {
	var own []*OwnRecord
	seen := map[*Domain]*OwnRecord{}
	var visit func(d *Domain, path []string, passes bool)
	visit = func(d *Domain, path []string, passes bool) {
		known := seen[d]
		switch {
		case d.Record == nil, !d.Own && d != root:
			return
		case known == nil:
			path = append(path[:len(path):len(path)], d.Name)
			known = &OwnRecord{Domain: d, Path: path, Passes: passes}
			seen[d] = known
			own = append(own, known)
		case passes && !known.Passes: // another path gives what it passes more weight
			known.Passes = true
		default:
			return
		}
		for _, e := range d.order() {
			if e.Target != nil {
				visit(e.Target, known.Path, passes && (e.Kind == Redirect || e.Qualifier == Pass))
			}
		}
	}
	visit(root, nil, true)
	for d := root; d != nil && seen[d] != nil && !seen[d].Policy; d = d.redirected() {
		seen[d].Policy = true
	}
	return own
}

// leadsTo lists the names within the audited organization that own records
// lead to, with or without a record there, each once and without the domain.
func (f *Facts) leadsTo() []*Domain {
	var targets []*Domain
	for _, own := range f.Own {
		for _, e := range own.order() {
			d := e.Target
			if d != nil && d != f.Root && d.within(f.Root.Name) && !slices.Contains(targets, d) {
				targets = append(targets, d)
			}
		}
	}
	return targets
}

// within reports that what is answered at the name is the organization's.
func (d *Domain) within(audited string) bool {
	return !d.TXT.Unknown() && checks.SameOrganization(d.Name, audited) && checks.SameOrganization(d.TXT.Answer.Canonical(), audited)
}

// redirected returns the target of the record's redirect, or nil.
func (d *Domain) redirected() *Domain {
	if e := d.find(Redirect); e != nil {
		return e.Target
	}
	return nil
}

// usesPTR reports whether an own record makes receivers look up reverse names.
func (f *Facts) usesPTR() bool {
	for _, own := range f.Own {
		for _, e := range own.Terms {
			if e.Reachable && (e.Kind == PTR || e.Domain != nil && e.Domain.Uses("p")) {
				return true
			}
		}
	}
	return false
}
