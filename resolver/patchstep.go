package resolver

import (
	"context"
	"slices"
)

func (p *patch) layer() layer { return layer{p.base, p.own} }

// Lookup implements Resolver.
func (p *patch) Lookup(ctx context.Context, q Question) (Answer, error) {
	return p.layer().lookup(ctx, q)
}

// Exchange implements Resolver. What the edits change is answered as a name
// server would, whichever server the query asks for.
func (p *patch) Exchange(ctx context.Context, q Query) (Reply, error) {
	name, err := CanonicalName(q.Name)
	if err != nil {
		return Reply{}, &Error{Kind: BadName, Question: q.Question, Detail: err.Error(), Err: err}
	}
	q.Name = name
	f, err := p.own(ctx, q.Question)
	if err != nil {
		return Reply{}, err
	}
	if f.Outcome == Away {
		return p.base.Exchange(ctx, q)
	}
	return f.reply(q, nil), nil
}

// Names implements NameLister: those of the base with the edits made.
func (p *patch) Names(below string) (names []string, complete bool) {
	names, complete = namesOf(p.base, below)
	names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return p.bare[name] })
	for name, sets := range p.sets {
		if IsSubdomain(name, below) && !sets.isEmpty() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), complete
}

var away = Found{Outcome: Away}

// own takes one step: what the edits make of a question, or Away.
func (p *patch) own(ctx context.Context, q Question) (Found, error) {
	if sets, ok := p.sets[q.Name]; ok {
		if f := sets.answer(q); f.Status != NoData {
			f.Source = patchSource
			return f, nil
		}
	}
	at, st := p.nearest(q.Name)
	switch {
	case st == made:
		return p.belowMade(ctx, q, at)
	case st == maybeMade:
		return p.belowMaybeMade(ctx, q, at)
	case isGone(st):
		return p.atGone(ctx, q, at, st)
	case p.sets[q.Name] != nil:
		return p.atEdited(ctx, q)
	}
	return p.underWildcard(ctx, q)
}

// touches reports whether the edits change what stands at a name, or whether it
// exists.
func (p *patch) touches(name string) bool {
	return p.sets[name] != nil || p.states[name] != stays
}

// nearest returns the closest name, at or above, whose existence the edits
// touch. What the edits add to a name ends the search: it exists.
func (p *patch) nearest(name string) (string, state) {
	for {
		if st, ok := p.states[name]; ok || name == "." {
			return name, st
		}
		if sets, ok := p.sets[name]; ok && !sets.isEmpty() {
			return name, stays
		}
		name = Parent(name)
	}
}

// absent answers that there is nothing of the asked type.
func absent(q Question, status Status) Found {
	return Found{Outcome: Authoritative, Status: status, Name: q.Name, Source: patchSource}
}

func undetermined(q Question, code string, args Args, why string) error {
	return &Error{Kind: Undetermined, Question: q, Server: patchSource, Code: code, Args: args, Detail: why}
}

// atEdited answers for an edited name that exists before and after, where the
// edits leave nothing of the asked type.
func (p *patch) atEdited(ctx context.Context, q Question) (Found, error) {
	if _, edited := p.sets[q.Name][q.Type]; !edited && !p.hadCNAME[q.Name] {
		return away, nil
	}
	if cname, ok := p.alias[q.Name]; ok && !p.hadCNAME[q.Name] && q.Type != TypeCNAME {
		return node{TypeCNAME: {cname}}.answer(q), nil
	}
	if _, edited := p.sets[q.Name][q.Type]; !edited { // a CNAME went; data beside it may be left
		if set, _, err := p.ownSet(ctx, q); err != nil || len(set) > 0 {
			return away, err
		}
	}
	return absent(q, NoData), nil
}

// belowMade answers at and below a name that only the edits bring into
// existence: the base has nothing there, and its wildcards end above.
func (p *patch) belowMade(ctx context.Context, q Question, at string) (Found, error) {
	if q.Name == at {
		return absent(q, NoData), nil
	}
	if p.touches(Join(at, "*")) {
		return p.fromWildcard(ctx, q, at)
	}
	return absent(q, NXDomain), nil
}

// belowMaybeMade is belowMade where the base does not show whether the name
// existed. What would be the same in both cases is answered.
func (p *patch) belowMaybeMade(ctx context.Context, q Question, at string) (Found, error) {
	a, err := p.base.Lookup(ctx, q)
	if err != nil {
		return Found{}, err
	}
	switch {
	case q.Name == at && a.Status != Data && len(a.Chain) == 0:
		return absent(q, NoData), nil
	case q.Name != at && !a.OwnerExists && !p.touches(Join(at, "*")):
		return absent(q, NXDomain), nil
	case q.Name != at && a.OwnerExists && p.exists(ctx, q.Name) == yes:
		return away, nil
	}
	return Found{}, undetermined(q, "made-name", Args{"name": at}, "the change makes "+at+" exist, and what the DNS answers may come from a wildcard, which would end above it")
}

// atGone answers at and below a name that has lost its last record, or may
// have.
func (p *patch) atGone(ctx context.Context, q Question, at string, st state) (Found, error) {
	if st != goneNow {
		if f, err := p.leftBelow(ctx, q, at); err != nil || f.Outcome != Away {
			return f, err
		}
		if left, err := p.leftAt(ctx, q, at); err != nil || left {
			return away, err
		}
	}
	f, err := p.resynthesise(ctx, q, at)
	otherwise := NXDomain // what the answer is if the name still exists
	if q.Name == at {
		otherwise = NoData
	}
	if err == nil && st == maybeGone && f.Status != otherwise {
		return Found{}, undetermined(q, "removed-name", Args{"name": at}, "the change removes the last record known of "+at+"; whether there are names below it cannot be seen")
	}
	return f, err
}

// leftBelow answers below a name that may be gone, where its wildcard is
// edited too.
func (p *patch) leftBelow(ctx context.Context, q Question, at string) (Found, error) {
	if q.Name == at {
		return away, nil
	}
	return p.underWildcard(ctx, q)
}

// leftAt reports whether the base still has something at or below a name that
// was taken to be gone: a type that nobody thought of, or a name below it.
func (p *patch) leftAt(ctx context.Context, q Question, at string) (bool, error) {
	if _, edited := p.sets[q.Name][q.Type]; edited || p.hadCNAME[q.Name] {
		return false, nil
	}
	a, err := p.base.Lookup(ctx, q)
	return err == nil && (a.Status == Data || len(a.Chain) > 0 || a.Status == NoData && q.Name != at), err
}

// resynthesise answers at and below a name that does not exist any more as the
// base answers for one that never did (RFC 4592 §3.3.1).
func (p *patch) resynthesise(ctx context.Context, q Question, at string) (Found, error) {
	var answer *Found
	for encloser := Parent(at); ; encloser = Parent(encloser) {
		st := p.states[encloser]
		if st == goneNow || st == leafGone {
			continue
		}
		f, err := p.withoutName(ctx, q, encloser)
		if err != nil {
			return Found{}, err
		}
		if answer != nil && !sameFound(*answer, f) {
			return Found{}, undetermined(q, "which-wildcard", nil, "which wildcard answers once the change is made cannot be seen")
		}
		if st != maybeGone {
			return f, nil
		}
		answer = &f
	}
}

// sameFound reports whether two steps answer a question alike.
func sameFound(a, b Found) bool {
	return a.Outcome == b.Outcome && sameAnswer(Answer{Status: a.Status, Chain: a.Chain, Records: a.Records}, Answer{Status: b.Status, Chain: b.Chain, Records: b.Records})
}

func isGone(st state) bool { return st == goneNow || st == leafGone || st == maybeGone }

// withoutName answers for a name that does not exist, below its closest
// encloser.
func (p *patch) withoutName(ctx context.Context, q Question, encloser string) (Found, error) {
	wildcard := Join(encloser, "*")
	if q.Name == wildcard {
		return absent(q, NXDomain), nil
	}
	if p.touches(wildcard) {
		return p.fromWildcard(ctx, q, encloser)
	}
	return p.asAt(ctx, q, UnlikelyName(encloser))
}

// underWildcard answers below a name that stays, where the edits may have
// changed its wildcard.
func (p *patch) underWildcard(ctx context.Context, q Question) (Found, error) {
	child := q.Name
	for encloser := Parent(child); child != "."; child, encloser = encloser, Parent(encloser) {
		if !p.touches(Join(encloser, "*")) || child == Join(encloser, "*") {
			continue
		}
		switch p.exists(ctx, child) { // RFC 4592 §2.2.1: a name that exists stops the wildcard
		case no:
			return p.fromWildcard(ctx, q, encloser)
		case unknown:
			return Found{}, undetermined(q, "edited-wildcard", Args{"name": encloser}, "the change edits the wildcard of "+encloser+", and whether that answers for the name cannot be seen")
		}
		return away, nil
	}
	return away, nil
}

// fromWildcard answers with what stands at the wildcard below encloser.
func (p *patch) fromWildcard(ctx context.Context, q Question, encloser string) (Found, error) {
	wildcard := Join(encloser, "*")
	f, err := p.own(ctx, Question{wildcard, q.Type})
	if err != nil {
		return Found{}, err
	}
	if f.Outcome != Away {
		f.Records, f.Chain, f.Wildcard = renamed(f.Records, q.Name), renamed(f.Chain, q.Name), wildcard
		if f.Outcome == Authoritative {
			f.Name = q.Name
		}
		return f, nil
	}
	return p.asAt(ctx, q, wildcard)
}

// asAt answers as the base does for another name, one step of it.
func (p *patch) asAt(ctx context.Context, q Question, other string) (Found, error) {
	a, err := p.base.Lookup(ctx, Question{other, q.Type})
	if err != nil && q.Type != TypeCNAME { // perhaps only an alias' target fails
		if c, cerr := p.base.Lookup(ctx, Question{other, TypeCNAME}); cerr == nil && c.Status == Data {
			a, err = Answer{Chain: c.Records[:1], Source: c.Source}, nil
		}
	}
	f := Found{Outcome: Authoritative, Status: a.Status, Name: q.Name, Records: renamed(a.Records, q.Name), TTL: a.TTL, Source: a.Source}
	if len(a.Chain) == 0 {
		return f, err
	}
	if c, ok := a.Chain[0].Data.(CNAME); ok {
		return Found{Outcome: alias, Name: c.Target, Chain: renamed(a.Chain[:1], q.Name), Source: a.Source}, err
	}
	return f, err
}
