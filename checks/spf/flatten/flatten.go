package flatten

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"mailauth/checks"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

// SourceName is where the source of a flattened record is kept unless the user
// says otherwise.
func SourceName(domain string) string { return resolver.Join(domain, "_spf-source") }

// NamePattern is how further records are named unless the user says otherwise.
func NamePattern(domain string) string { return resolver.Join(domain, "_spf%d") }

// Flatten makes the plan for a domain (a canonical name). It asks the resolver
// everything that the policy needs, and again with the new records laid over
// it; put a cache in front. An error is that of a context that ended, or a bug:
// records that cannot be proven are not handed out.
func Flatten(ctx context.Context, r resolver.Resolver, domain string, o Options) (*Plan, error) {
	w := &work{ctx: ctx, base: r, Options: o, plan: &Plan{Domain: domain, Verdict: Fits, SourceName: cmp.Or(o.Source, SourceName(domain))}}
	var err error
	if w.readSource() && w.readPolicy() {
		if o.Check {
			w.check()
		} else {
			err = w.write()
		}
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return w.plan, err
}

// work is a plan under way.
type work struct {
	Options
	ctx  context.Context
	base resolver.Resolver
	plan *Plan

	published *spf.Facts        // what receivers see
	keeping   []resolver.Record // the source, where it stands by itself
	source    *spf.Facts        // what the policy is made from, dropped terms left out
	reader    *reader
}

func (w *work) expand(r resolver.Resolver) *spf.Facts {
	return spf.Expand(w.ctx, r, w.plan.Domain, spf.Identity{})
}

// ask asks for the TXT records at a name.
func (w *work) ask(name string) checks.Result {
	answer, err := w.base.Lookup(w.ctx, resolver.Question{Name: name, Type: resolver.TypeTXT})
	return checks.Result{Answer: answer, Err: err}
}

// readSource finds the record that the policy is made from. It returns false
// where there is none.
func (w *work) readSource() bool {
	p := w.plan
	w.published = w.expand(w.base)
	p.Source = Source{Name: p.Domain, Own: true}
	if w.Source != "" && w.Source != p.Domain {
		kept := w.ask(w.Source)
		selected := spf.Select(kept.Answer.Records)
		switch {
		case kept.Unknown() && (w.SourceGiven || answerable(kept.Err)):
			return w.open(Unanswered{Question: kept.Answer.Question, Err: kept.Err, Path: []string{w.Source}}, w.Source)
		case kept.Unknown():
			p.Source.Err = kept.Err
		case len(selected) == 0 || synthesised(w.ctx, w.base, kept.Answer):
			if len(kept.Answer.Chain) > 0 && !synthesised(w.ctx, w.base, kept.Answer) {
				p.SourceAlias = kept.Answer.Canonical()
			}
		case len(selected) > 1:
			return w.flaw(Defect{Flaw: FlawSeveral, Path: []string{w.Source}, Target: w.Source})
		default:
			p.Source, w.keeping = Source{Name: w.Source}, selected
			p.Source.Text, _ = selected[0].Text()
			return true
		}
	}
	root := w.published.Root
	if root.Record != nil {
		p.Source.Text = root.Record.Text
	}
	return true
}

// answerable reports that a question without an answer has one, for receivers:
// it was put and failed, or was not put. Nobody expects a recording or a zone to
// know of a name that only we ask for.
func answerable(err error) bool {
	var failure *resolver.Error
	return !errors.As(err, &failure) || failure.Kind != resolver.NotRecorded && failure.Kind != resolver.Offline
}

func (w *work) open(u Unanswered, name string) bool {
	u.Question = resolver.Question{Name: name, Type: resolver.TypeTXT}
	w.plan.Unanswered = append(w.plan.Unanswered, u)
	w.plan.Verdict = Unknown
	return false
}

func (w *work) flaw(b Defect) bool {
	w.plan.Broken = append(w.plan.Broken, b)
	w.plan.Verdict = Broken
	return false
}

// readPolicy expands the source without the dropped terms, and returns false if
// it cannot be flattened.
func (w *work) readPolicy() bool {
	p := w.plan
	texts := map[string]string{}
	if !p.Source.Own {
		texts[p.Domain] = p.Source.Text
	}
	w.source = w.published
	if len(texts) > 0 {
		w.source = w.expand(substitute{Resolver: w.base, texts: texts})
	}
	w.reader = newReader(p.Domain, w.All)
	if len(w.Drop) > 0 && !w.drop(texts) {
		return false
	}
	root := w.source.Root
	switch {
	case root.Outcome == spf.Open:
		return w.open(Unanswered{Err: root.TXT.Err, Path: []string{p.Domain}}, p.Domain)
	case outcomes[root.Outcome] != "":
		return w.flaw(Defect{Flaw: outcomes[root.Outcome], Path: []string{p.Domain}, Target: p.Domain})
	}
	if l := w.source.Ledger; l != nil {
		p.Before = countOf(l)
	}
	s := surveyed(w.reader, root)
	p.Broken, p.Unanswered = s.broken, s.unanswered
	switch {
	case len(p.Broken) > 0:
		p.Verdict = Broken
	case len(p.Unanswered) > 0:
		p.Verdict = Unknown
	}
	return p.Verdict == Fits
}

// drop leaves terms out of the records that have them.
func (w *work) drop(texts map[string]string) bool {
	made := w.reader.dropped(w.source.Root, w.Drop, []string{w.plan.Domain, w.plan.Source.Name})
	w.plan.DroppedBelow = made.below
	for _, term := range w.Drop {
		if slices.Contains(made.found, term) {
			w.plan.Dropped = append(w.plan.Dropped, term)
		} else {
			w.plan.NotFound = append(w.plan.NotFound, term)
		}
	}
	for name, text := range made.texts {
		texts[name] = text
	}
	if len(made.texts) > 0 {
		w.source = w.expand(substitute{Resolver: w.base, texts: texts})
	}
	return len(w.plan.NotFound) == 0
}

func countOf(l *spf.Ledger) Count {
	return Count{l.Lookups, l.Void4, l.Void6, l.LowerBound, l.Cut}
}

// policy is the source in the normal form that takes fewer octets: networks
// ahead of terms, unless an exception from them has to stay behind.
func (w *work) policy() *body {
	read := w.reader.record(w.source.Root)
	forward, asRead := ahead(read.items, read.end), normal(read.items, read.end)
	if asRead.octets() < forward.octets() {
		return asRead
	}
	return forward
}

// alias returns what leads to the domain's own record, and the name that it
// stands at.
func (w *work) alias() (chain []resolver.Record, owner string) {
	answer := w.published.Root.TXT.Answer
	return answer.Chain, answer.Canonical()
}

// internal is an error that only a bug of this package can cause.
func internal(format string, args ...any) error { return fmt.Errorf("flatten: "+format, args...) }
