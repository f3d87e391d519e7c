package spf

import (
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

// The rules on what a record leads to.
var (
	RuleRedirectNone    = &checks.Rule{ID: "spf-redirect-none", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 7208 §6.1", Reads: readTree}
	RuleIncludeNone     = &checks.Rule{ID: "spf-include-none", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 7208 §5.2", Reads: readTree}
	RuleIncludeNXDomain = &checks.Rule{ID: "spf-include-nxdomain", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 7208 §5.2", Reads: readTree}
	RuleIncludePermErr  = &checks.Rule{ID: "spf-include-permerror", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 7208 §5.2",
		Reads: []checks.Input{InRecord, InTree, InMX}}
	RuleIncludeTempErr = &checks.Rule{ID: "spf-include-temperror", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 7208 §5.2", Reads: readTree}
	RuleIncludeInside  = &checks.Rule{ID: "spf-include-all-inside", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 7208 §5.2", Reads: readTree}
	RuleIncludeSelf    = &checks.Rule{ID: "spf-include-self", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 7208 §4.6.4", Reads: readTree}
	RuleLoop           = &checks.Rule{ID: "spf-loop", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 7208 §4.6.4", Reads: readTree}
	RuleIncludeDup     = &checks.Rule{ID: "spf-include-dup", Severity: checks.Info, Max: checks.Warning, Source: checks.Practice, Citation: "RFC 7208 §4.6.4", Reads: readTree}
	RuleIncludeMXHost  = &checks.Rule{ID: "spf-include-mx-host", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 7208 §5.2",
		Reads: []checks.Input{InRecord, InTree, InIncludeHost}, Supersedes: []string{"spf-include-none"}}
)

var includeRules = []*checks.Rule{
	RuleRedirectNone, RuleIncludeNone, RuleIncludeNXDomain, RuleIncludePermErr, RuleIncludeTempErr, RuleIncludeInside,
	RuleIncludeSelf, RuleLoop, RuleIncludeDup, RuleIncludeMXHost,
}

// flaw is what is wrong behind a term.
type flaw struct {
	rule *checks.Rule
	// chain are the names from the audited domain to the fault.
	chain []string
	// at is the domain that has the fault; reason says which of the several
	// that one rule covers.
	at     *Domain
	reason string
}

// The reasons of spf-include-permerror.
const (
	reasonSeveral  = "several"
	reasonSyntax   = "syntax"
	reasonMXLimit  = "mx-limit"
	reasonRedirect = "redirect"
)

// faultFinder looks for faults behind one term, one of each rule.
type faultFinder struct {
	found []flaw
	seen  map[*Domain]bool
}

func (w *faultFinder) add(r *checks.Rule, chain []string, at *Domain, reason string) {
	if !slices.ContainsFunc(w.found, func(known flaw) bool { return known.rule == r }) {
		w.found = append(w.found, flaw{r, chain, at, reason})
	}
}

// follow looks behind an include or redirect; path are the names from the
// audited domain to the record that the term stands in. Records of the audited
// organization are judged by themselves and not followed.
func (w *faultFinder) follow(e *Expanded, path []string) {
	d := e.Target
	chain := append(path[:len(path):len(path)], d.Name)
	direct := e.Owner.Own || len(path) == 1
	switch {
	case slices.Contains(path, d.Name) && direct && d == e.Owner && e.Kind == Include:
		w.add(RuleIncludeSelf, chain, d, "")
		return
	case slices.Contains(path, d.Name):
		w.add(RuleLoop, chain, d, "")
		return
	case w.seen[d]:
		return
	}
	w.seen[d] = true
	switch d.Outcome {
	case NoRecord, NoName, NotAsked:
		w.add(absent(e, direct), chain, d, reasonRedirect)
	case Several:
		w.add(RuleIncludePermErr, chain, d, reasonSeveral)
	case Malformed:
		w.add(RuleIncludePermErr, chain, d, reasonSyntax)
	case Open:
		if receiverFails(d.TXT.Err) {
			w.add(RuleIncludeTempErr, chain, d, "")
		}
	case Published:
		if !d.Own {
			w.inside(d, chain)
		}
	}
}

// absent is the rule on a target without a record. That a foreign redirect
// leads nowhere makes its record permerror (RFC 7208 §6.1).
func absent(e *Expanded, direct bool) *checks.Rule {
	switch {
	case e.Kind == Redirect && direct:
		return RuleRedirectNone
	case e.Kind == Redirect:
		return RuleIncludePermErr
	case e.Target.Outcome == NoName:
		return RuleIncludeNXDomain
	}
	return RuleIncludeNone
}

// inside looks at the terms of a foreign record.
func (w *faultFinder) inside(d *Domain, chain []string) {
	for _, e := range d.order() {
		if e.Kind == MX && e.tooManyMX() {
			w.add(RuleIncludePermErr, chain, d, reasonMXLimit)
		}
		if e.Target != nil {
			w.follow(e, chain)
		}
	}
}

// receiverFails reports whether a receiver that asks gets no answer either:
// temperror (RFC 7208 §2.6.6). What the audit itself did not ask says nothing.
func receiverFails(err error) bool {
	switch resolver.KindOf(err) {
	case resolver.ServFail, resolver.Timeout, resolver.Refused:
		return true
	}
	return false
}

// judgeIncludes looks behind every include and redirect of own records.
func judgeIncludes(k *desk, f *Facts) []checks.Finding {
	var findings []checks.Finding
	for _, own := range f.Own {
		for _, e := range own.order() {
			if e.Target == nil {
				continue
			}
			w := &faultFinder{seen: map[*Domain]bool{}}
			w.follow(e, own.Path)
			for _, found := range w.found {
				if found.at != e.Target || !f.explained(e) {
					findings = append(findings, f.report(k, e, found)...)
				}
			}
		}
		findings = append(findings, judgeInside(own)...)
	}
	return append(findings, f.judgeDuplicates(k)...)
}

// explained reports that what is wrong with a term's target is a finding of
// its own already: the term cannot have been meant so, or the target is within
// the audited organization and its text is judged.
func (f *Facts) explained(e *Expanded) bool {
	wrong := func(found checks.Finding) bool { return found.Severity == checks.Error }
	return e.Misread() || e.Target != f.Root && e.Target.within(f.Root.Name) && slices.ContainsFunc(newDesk().judgeText(e.Target), wrong)
}

// report makes the finding of a fault at the own term that leads to it.
func (f *Facts) report(k *desk, e *Expanded, found flaw) []checks.Finding {
	raise := func(r *checks.Rule) checks.Finding {
		at := on(r, e.Owner, e.Term).With("target", bare(found.at.Name)).With("chain", chainText(found.chain)).
			With("reason", found.reason).With("error", found.failure()).With("registrable", bare(found.at.Unregistered)).With("near", found.near())
		at.Scope = e.Owner.Name + " " + e.String()
		at.Related = found.at.evidence()
		return at
	}
	at := raise(found.rule)
	if found.at != e.Target {
		return []checks.Finding{at}
	}
	at.Fixes = k.deadFixes(e, found.rule)
	findings := []checks.Finding{at}
	if found.rule == RuleIncludeNone && e.isHost() {
		host := raise(RuleIncludeMXHost)
		host.Related, host.Fixes = nil, at.Fixes
		findings = append(findings, host)
	}
	return findings
}

// failure is the kind of error at the fault's domain; empty without one.
func (f flaw) failure() string {
	if f.at.Outcome != Open {
		return ""
	}
	return string(resolver.KindOf(f.at.TXT.Err))
}

// near are the names that were probably meant, as people write them.
func (f flaw) near() []string {
	var names []string
	for _, name := range f.at.Near {
		names = append(names, bare(name))
	}
	return names
}

// evidence shows what stands at a domain that has a fault.
func (d *Domain) evidence() []checks.Related {
	var related []checks.Related
	for i := range d.Selected {
		r := checks.Related{Name: d.Selected[i].Name, Type: resolver.TypeTXT, Record: &d.Selected[i]}
		if d.Outcome == Malformed {
			r.Span = &d.Record.Errors[0].Span
		}
		related = append(related, r)
	}
	return related
}

// isHost reports that an include names a host whose address was meant: it has
// one, and it is no domain of its own.
func (e *Expanded) isHost() bool {
	d := e.Target
	return e.Kind == Include && d.Host != nil && len(d.Host.Addrs()) > 0 && checks.OrganizationalDomain(d.Name) != d.Name
}

// judgeInside explains, where a record has no end of its own, that those of its
// includes are not inherited.
func judgeInside(own *OwnRecord) []checks.Finding {
	var findings []checks.Finding
	if !own.Policy || !own.Own || own.Record.all() != nil || own.Record.first(Redirect) != nil {
		return nil
	}
	for _, e := range own.order() {
		if e.Kind != Include || e.Target == nil || e.Target.Record == nil {
			continue
		}
		if all := e.Target.find(All); all != nil && (all.Qualifier == Fail || all.Qualifier == SoftFail) {
			findings = append(findings, on(RuleIncludeInside, own.Domain, e.Term).With("target", bare(e.Target.Name)).With("all", all.String()))
		}
	}
	return findings
}

// judgeDuplicates finds own includes whose target the tree has elsewhere too.
func (f *Facts) judgeDuplicates(k *desk) []checks.Finding {
	if f.Ledger == nil {
		return nil
	}
	var findings []checks.Finding
	for i, entry := range f.Ledger.Entries {
		e := entry.term
		if e.Kind != Include || e.Target == nil || entry.Cycle || !e.Owner.Own || !f.flaggedDuplicate(i) {
			continue
		}
		found := on(RuleIncludeDup, e.Owner, e.Term).With("target", bare(e.Target.Name)).With("cost", entry.Subtotal).
			With("where", f.otherPlaces(i))
		decisive := f.Ledger.Lookups > MaxLookups && f.Ledger.Lookups-entry.Subtotal <= MaxLookups
		if decisive && !f.Ledger.openTarget() { // more look-ups could make it one cause of several
			found = found.As(checks.Warning)
		}
		if again := e.Owner.again(e); again != nil {
			found.Fixes = k.correct(e.Owner, "spf-drop-duplicate", checks.Args{"term": e.String()}, again)
		}
		if !slices.ContainsFunc(findings, func(known checks.Finding) bool { return known.Fingerprint() == found.Fingerprint() }) {
			findings = append(findings, found)
		}
	}
	return findings
}

// flaggedDuplicate tells whether an own entry repeats another: an own one
// before it, or a foreign one anywhere. Repetitions inside of a record that is
// itself repeated follow from that.
func (f *Facts) flaggedDuplicate(i int) bool {
	entry := f.Ledger.Entries[i]
	for j, other := range f.Ledger.Entries {
		if j == i || other.Cycle || other.term.Target != entry.term.Target || other.term.Kind != Include {
			continue
		}
		sameTerm := other.term == entry.term
		if !sameTerm && (!other.term.Owner.Own || j < i) {
			return true
		}
	}
	return false
}

// otherPlaces shows where else the target is included.
func (f *Facts) otherPlaces(i int) string {
	entry := f.Ledger.Entries[i]
	for j, other := range f.Ledger.Entries {
		if j != i && other.term != entry.term && other.term.Target == entry.term.Target {
			return chainText(append(slices.Clone(other.Path), other.term.Target.Name))
		}
	}
	return ""
}

// again lists the terms of the record that repeat an include that stands
// before them; nil if e is the first of its kind.
func (d *Domain) again(e *Expanded) change {
	repeated := change{}
	first := true
	for _, other := range d.Terms {
		if other.Reachable && other.Kind == Include && other.Target == e.Target && other.Qualifier == e.Qualifier {
			if !first {
				repeated[other.Term] = ""
			}
			first = false
		}
	}
	if len(repeated) == 0 {
		return nil
	}
	return repeated
}
