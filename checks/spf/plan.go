package spf

import (
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

// change says what becomes of terms: another text, or "" to leave one out.
type change map[*Term]string

// desk collects what the findings of one judgement want changed in each
// record. A record has one correction: findings with a correction each of
// their own would, all taken, publish the record once for each of them.
type desk struct {
	plans map[planKey]*plan
	// idle tells of records whether nobody loses pass without their ptr terms.
	idle map[*Domain]bool
	// complete says that every correction is known, so that fixes can be written.
	complete bool
}

type planKey struct{ name, data string }

// plan is what becomes of one record: the corrections after which the same
// hosts pass, or more that were meant to.
type plan struct {
	rr     resolver.Record
	record *Record
	owner  string // the name whose record it is; an alias leads elsewhere
	// changes are the new texts of terms, by where the term starts; more are
	// terms to append.
	changes map[int]string
	more    []string
	titles  []checks.Text
	// gone are the terms left out by which a service was meant to pass, named
	// those that lead to another name than before.
	gone, named []string
	// fits says that the record costs no more than ten look-ups with it.
	fits bool
	done []checks.Fix
}

// judgeTwice runs judges once to learn all corrections, and again for findings
// that propose them together.
func judgeTwice(judge func(*desk) []checks.Finding) []checks.Finding {
	k := newDesk()
	judge(k)
	k.complete = true
	return judge(k)
}

// Corrected reports that findings propose a correction of the domain's record.
func (f *Facts) Corrected() bool {
	if len(f.Root.Selected) != 1 {
		return false
	}
	k := newDesk()
	judgeAll(k, f)
	p := k.plan(f.Root, f.Root.At())
	return len(p.titles) > 0 || len(p.record.corrections()) > 0
}

func newDesk() *desk { return &desk{plans: map[planKey]*plan{}, idle: map[*Domain]bool{}} }

func (k *desk) plan(d *Domain, r resolver.Record) *plan {
	key := planKey{r.Name, r.Data.String()}
	p := k.plans[key]
	if p == nil {
		p = &plan{rr: r, owner: d.Name, changes: map[int]string{}}
		p.record = ParseStrings(r.Data.(resolver.TXT).Strings)
		k.plans[key] = p
	}
	return p
}

// correct is the fix for a finding that a change of the domain's record mends:
// that change, with all others that the record needs.
func (k *desk) correct(d *Domain, title string, args checks.Args, c change, more ...string) []checks.Fix {
	return k.correctRecord(d, d.At(), title, args, c, more...)
}

// correctRecord is correct for one of several records.
func (k *desk) correctRecord(d *Domain, r resolver.Record, title string, args checks.Args, c change, more ...string) []checks.Fix {
	p := k.plan(d, r)
	if k.complete {
		return p.fix()
	}
	p.add(checks.T("fix."+title, args), c, more)
	return nil
}

// add takes a correction in. Where two want the same term changed, leaving it
// out goes before another text, and else the first holds.
func (p *plan) add(title checks.Text, c change, more []string) {
	fresh := len(c) == 0
	for t, text := range c {
		known, changed := p.changes[t.Span.Start]
		if !changed || known != "" && text == "" {
			p.changes[t.Span.Start] = text
			fresh = true
		}
	}
	if !fresh {
		return
	}
	p.more = append(p.more, more...)
	if !slices.ContainsFunc(p.titles, func(t checks.Text) bool { return sameText(t, title) }) {
		p.titles = append(p.titles, title)
	}
}

func sameText(a, b checks.Text) bool {
	if a.ID != b.ID || len(a.Args) != len(b.Args) {
		return false
	}
	for name, value := range a.Args {
		if x, ok := value.(string); !ok || x != b.Args[name] {
			return false
		}
	}
	return true
}

// planned is the text that a term is to have.
func (k *desk) planned(d *Domain, t *Term) string {
	if text, changed := k.plan(d, d.At()).changes[t.Span.Start]; changed {
		return text
	}
	return t.String()
}

// fix is the one change of the record, for all of its findings.
func (p *plan) fix() []checks.Fix {
	if p.done == nil && checks.SameOrganization(p.rr.Name, p.owner) {
		text := p.text()
		edit := rewrite(p.rr, text)
		if text == p.record.Text && !p.overlong() { // only the TTL changes
			edit.Add = slices.Clone(edit.Remove)
		}
		p.done = []checks.Fix{{Title: p.title(text), Edits: []resolver.Edit{edit}}}
	}
	return slices.Clone(p.done)
}

// overlong reports a string that is longer than one can be.
func (p *plan) overlong() bool {
	return slices.ContainsFunc(p.rr.Data.(resolver.TXT).Strings, func(s string) bool { return len(s) > 255 })
}

// title says what the change does: the one correction, or that it is several.
func (p *plan) title(text string) checks.Text {
	faults := sure(p.record.faults())
	odd := sure(p.record.oddities())
	left := len(Parse(text).faults()) > 0
	texts := len(faults) + len(odd)
	switch {
	case len(p.gone) > 0 && len(p.titles)+texts > 1:
		return checks.T("fix.spf-mend-without", checks.Args{"terms": p.gone, "named": p.named})
	case len(p.named) > 0 && len(p.titles)+texts > 1:
		return checks.T("fix.spf-mend-with", checks.Args{"named": p.named})
	case len(p.titles) == 1 && texts == 0 && !left:
		return p.titles[0]
	case len(p.titles) == 0 && len(faults) == 0 && len(odd) == 1:
		return checks.T("fix.spf-mend-term", odd[0].titleArgs(p.record))
	case len(p.titles) == 0 && len(faults) == 0:
		return checks.T("fix.spf-tidy", nil)
	case len(p.titles) == 0 && left && texts == 1:
		return checks.T("fix.spf-mend-term", faults[0].titleArgs(p.record))
	case left:
		return checks.T("fix.spf-mend-part", nil)
	}
	return checks.T("fix.spf-mend", nil)
}
