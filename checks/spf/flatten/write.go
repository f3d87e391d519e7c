package flatten

import (
	"errors"
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

// write makes the records, the edits that publish them, and the proof.
func (w *work) write() error {
	p := w.plan
	chain, owner := w.alias()
	if !checks.SameOrganization(owner, p.Domain) {
		w.flaw(Defect{Flaw: FlawAlias, Path: []string{p.Domain}, Target: owner})
		return nil
	}
	names := w.namer()
	press := press{domain: p.Domain, alias: chain, others: others(w.published.Root.TXT), names: names.name, modifiers: w.modifiers()}
	l := press.press(w.policy())
	if w.rewrites(l, names) {
		names.replace, names.free, names.next, names.taken = nil, nil, 0, nil
		l = press.press(w.policy())
	}
	p.Taken = names.taken
	used := w.ownNames(w.published.Root)
	for i := range p.Taken {
		p.Taken[i].Earlier = used[p.Taken[i].Name]
	}
	for _, t := range names.taken {
		if t.Err != nil && answerable(t.Err) {
			w.open(Unanswered{Err: t.Err, Path: []string{t.Name}}, t.Name)
		}
	}
	if p.Verdict == Unknown {
		return nil
	}
	p.Over = l.over(press)
	if have := len(l.chain); have > len(names.free) && len(names.free) < maxAsked {
		p.Over = append(p.Over, Over{What: "names", Have: have, Limit: len(names.free)})
	}
	w.describe(l, press)
	if len(p.Over) > 0 {
		p.Verdict, p.After.Lookups = TooBig, l.first.lookups()
		return nil
	}
	w.leave()
	w.edits(owner)
	return w.prove()
}

// leave stays with the published record where it is flat already: no address was
// asked for, it keeps the limits, and the new one would be no shorter.
func (w *work) leave() {
	p, root := w.plan, w.published.Root
	if !p.Source.Own || len(w.Drop) > 0 || len(p.Records) != 1 || root.Outcome != spf.Published || len(root.Record.Text) > len(p.Records[0].Text) {
		return
	}
	for _, e := range root.Terms {
		literal := e.Prefix.IsValid() || !e.Kind.Counted()
		if !literal && !slices.ContainsFunc(p.Kept, func(k Kept) bool { return k.Place == placeOf(e) }) {
			return
		}
	}
	if r := &p.Records[0]; r.Text != root.Record.Text && within(spf.Compile(root, spf.CompileOptions{}).Worst()) {
		shorter := len(r.Text) - len(root.Record.Text)
		r.Text, r.Data = root.Record.Text, resolver.NewTXT(root.Record.Text)
		r.Share, r.Answer = r.Share-shorter, r.Answer-shorter
	}
}

// rewrites reports that the plan puts something else at a name that the
// published policy leads to: while the domain's own record still leads there,
// senders would be missing. Only what stays as it is may keep its name.
func (w *work) rewrites(l layout, n *namer) bool {
	return slices.ContainsFunc(l.chain, func(s *sheet) bool {
		selected := spf.Select(w.ask(s.name).Answer.Records)
		if !n.replace[s.name] || len(selected) == 0 {
			return false
		}
		text, _ := selected[0].Text()
		return len(selected) > 1 || text != s.String()
	})
}

// namer finds names: those that the user's patterns give, and of those that are
// taken the ones whose records the new policy puts out of use.
func (w *work) namer() *namer {
	replace := map[string]bool{}
	if w.plan.Source.Own && w.Source != "" { // what is kept as the source reads them
		return &namer{Resolver: w.base, ctx: w.ctx, patterns: w.Names, replace: replace, reserved: map[string]bool{w.Source: true}}
	}
	needed := map[string]bool{}
	if !w.plan.Source.Own {
		needed = w.ownNames(w.source.Root)
	}
	read := w.reader.record(w.source.Root)
	for _, it := range append(read.items[:len(read.items):len(read.items)], item{term: read.end.redirect}) {
		if it.term != nil && it.term.from != nil {
			for _, target := range []*spf.Domain{it.term.from.Target, it.term.from.Target6} {
				for name := range w.ownNames(target) {
					needed[name] = true
				}
			}
		}
	}
	for name := range w.ownNames(w.published.Root) {
		replace[name] = name != w.plan.Domain && !needed[name]
	}
	return &namer{Resolver: w.base, ctx: w.ctx, patterns: w.Names, replace: replace, reserved: map[string]bool{w.Source: true}}
}

// ownNames are the names within the organization at which a tree has records.
func (w *work) ownNames(root *spf.Domain) map[string]bool {
	names := map[string]bool{}
	var visit func(d *spf.Domain)
	visit = func(d *spf.Domain) {
		if d == nil || names[d.Name] || !checks.SameOrganization(d.Name, w.plan.Domain) {
			return
		}
		names[d.Name] = true
		for _, e := range d.Terms {
			visit(e.Target)
			visit(e.Target6)
		}
	}
	visit(root)
	return names
}

// others are the data of TXT records that are no SPF.
func others(r checks.Result) []resolver.TXT {
	var all []resolver.TXT
	for _, record := range r.Answer.Records {
		if txt, ok := record.Data.(resolver.TXT); ok && !spf.IsSPF(txt.Joined()) {
			all = append(all, txt)
		}
	}
	return all
}

// The bounds of a sound TTL, and the one where there is no sound one, in
// seconds.
const (
	lowTTL, highTTL = 300, 86400
	soundTTL        = 3600
)

// edits makes the edits, further records first: what leads to them comes last.
func (w *work) edits(owner string) {
	p := w.plan
	for _, r := range append(p.Records[1:len(p.Records):len(p.Records)], p.Records[0]) {
		e := resolver.Edit{Name: r.Name, Type: resolver.TypeTXT, TTL: soundTTL, Remove: []string{}, Add: []string{r.Data.String()}}
		before := w.ask(r.Name)
		if r.Name == p.Domain {
			e.Name = owner
		}
		selected := spf.Select(before.Answer.Records)
		if before.Unknown() || r.Replaces == "" { // nothing, or a wildcard's
			selected = nil
		}
		for _, old := range selected {
			e.Remove = append(e.Remove, old.Data.String())
			if old.Origin.File != "" && old.TTL >= lowTTL && old.TTL <= highTTL {
				e.TTL = old.TTL
			}
		}
		if len(selected) != 1 || r.Replaces != r.Text {
			p.Edits = append(p.Edits, e)
		}
	}
	w.keep()
}

// keep makes the edit that keeps the source.
func (w *work) keep() {
	p := w.plan
	text := w.source.Root.Record.Text
	if p.SourceAlias != "" {
		return
	}
	keep := &resolver.Edit{Name: w.Source, Type: resolver.TypeTXT, TTL: soundTTL, Remove: []string{}, Add: []string{resolver.NewTXT(text).String()}}
	switch {
	case p.Source.Own && w.Source != "" && w.Source != p.Domain && len(p.Edits) > 0 && p.Source.Err == nil:
		p.Keep = keep
	case !p.Source.Own && text != p.Source.Text: // without what was dropped from it
		keep.Name, keep.Remove = w.keeping[0].Name, append(keep.Remove, w.keeping[0].Data.String())
		p.Keep = keep
	}
}

// prove lays the edits over the DNS, asks again and compares.
func (w *work) prove() error {
	p := w.plan
	patched, err := w.patched()
	if err != nil {
		return err
	}
	after := w.expand(patched)
	if s := surveyed(w.reader, after.Root); len(s.unanswered) > 0 {
		p.Unanswered, p.Verdict = s.unanswered, Unknown
		p.Records, p.Edits, p.Keep = nil, nil, nil
		return nil
	}
	proof := prove(w.source.Root, after.Root)
	p.Proof = &proof
	if l := after.Ledger; l != nil {
		p.After = countOf(l)
	}
	if n := max(proof.Worst.Void4, proof.Worst.Void6); n > spf.MaxVoids {
		p.Over = append(p.Over, Over{What: "voids", Have: n, Limit: spf.MaxVoids})
	}
	if p.After.Lookups > spf.MaxLookups {
		p.Over = append(p.Over, Over{What: "lookups", Have: p.After.Lookups, Limit: spf.MaxLookups})
	}
	switch {
	case len(p.Over) > 0:
		p.Verdict, p.Edits, p.Keep = TooBig, nil, nil
		return nil
	case !proof.Holds:
		return internal("%s: the new record does not give the results of the old one: %s", p.Domain, describeChanges(proof))
	}
	p.Changes = changed(w.published.Root, after.Root)
	p.Needless = w.published.Outcome == spf.Published && len(p.Changes.Changes) == 0 &&
		within(spf.Compile(w.published.Root, spf.CompileOptions{}).Worst())
	w.unused(after.Root)
	return nil
}

// patched is the DNS with the edits. Where it does not show what else they
// change, it is the DNS with the new texts: nothing else matters to SPF.
func (w *work) patched() (resolver.Resolver, error) {
	texts := map[string]string{}
	for _, r := range w.plan.Records {
		texts[r.Name] = r.Text
	}
	patched, err := resolver.Patch(w.ctx, w.plan.Edits, w.base)
	var failure *resolver.Error
	if errors.As(err, &failure) {
		return substitute{w.base, texts, true}, nil
	}
	return patched, err
}

// onlyIncluded reports a name that has a record of its own for others to include,
// and nothing to send or receive mail with: a record where a host or mail domain
// is says who may use that name.
func (w *work) onlyIncluded(name string) bool {
	answer := w.ask(name)
	if answer.Unknown() || len(answer.Answer.Chain) > 0 || len(spf.Select(answer.Answer.Records)) == 0 || synthesised(w.ctx, w.base, answer.Answer) {
		return false
	}
	if strings.HasPrefix(name, "_") { // RFC 5321 §2.3.5: no name of a host
		return true
	}
	for _, t := range []resolver.Type{resolver.TypeMX, resolver.TypeA, resolver.TypeAAAA} {
		found, err := w.base.Lookup(w.ctx, resolver.Question{Name: name, Type: t})
		if err != nil || found.Status == resolver.Data {
			return false
		}
	}
	return true
}

// unused lists own records that the published policy leads to and neither the
// new one nor its source needs.
func (w *work) unused(after *spf.Domain) {
	needed := w.ownNames(after)
	if w.Source != "" {
		for name := range w.ownNames(w.source.Root) {
			needed[name] = true
		}
	}
	for name := range w.ownNames(w.published.Root) {
		if !needed[name] && w.onlyIncluded(name) {
			w.plan.Unused = append(w.plan.Unused, name)
		}
	}
	slices.Sort(w.plan.Unused)
}
