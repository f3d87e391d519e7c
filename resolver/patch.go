package resolver

import (
	"context"
	"fmt"
	"slices"
	"strconv"
)

// Patch lays edits over a base: the edited RRsets are replaced, everything else
// is the base's, with what follows from the edits. An added name makes the
// names above it exist and keeps wildcards above it from answering for it and
// for what is below; a name that loses its last record is answered as the base
// answers for a name that does not exist. Where the base does not show what
// follows, an answer is an error of kind Undetermined.
//
// Patch asks the base for the sets that it edits. An edit that cannot be made
// (data to remove that is not there, a CNAME beside other data) is an
// *EditError; a base that cannot tell is an *Error. Answers that the edits
// make are never Authentic. The result is a NameLister.
func Patch(ctx context.Context, edits []Edit, base Resolver) (Resolver, error) {
	p := &patch{base: base, sets: map[string]node{}, states: map[string]state{},
		alias: map[string]Record{}, hadCNAME: map[string]bool{}, bare: map[string]bool{}}
	edits, err := p.readNames(edits)
	if err != nil {
		return nil, err
	}
	p.placeNames(ctx)
	for _, e := range edits {
		if err := p.apply(ctx, e); err != nil {
			return nil, err
		}
	}
	for _, e := range edits {
		if err := p.refuseConflict(ctx, e); err != nil {
			return nil, err
		}
	}
	p.placeGone(ctx)
	if ctx.Err() != nil && len(edits) > 0 { // probes that were cut short look like names that cannot be seen
		return nil, &Error{Kind: Cancelled, Question: Question{edits[0].Name, edits[0].Type}, Err: ctx.Err()}
	}
	return p, nil
}

// patch is immutable once it is built.
type patch struct {
	base   Resolver
	sets   map[string]node // edited RRsets as they are now; empty ones are gone
	states map[string]state

	alias    map[string]Record // CNAMEs that the base shows at edited names
	hadCNAME map[string]bool   // edited names whose CNAME was edited
	bare     map[string]bool   // edited names that have no records left
}

// state is what the edits do to the existence of a name. Names without one
// take after the closest name above that has one.
type state uint8

const (
	stays     state = iota // exists before and after
	made                   // did not exist by itself, does now
	maybeMade              // exists now; the base does not show whether it did before
	goneNow                // existed, does not any more, nor does anything below it
	leafGone               // the same, if it had nothing below it, as is the custom
	maybeGone              // existed; nobody can tell whether it still does
)

const patchSource = "the proposed change"

// readNames brings the edits' names to canonical form, leaves out edits that
// change nothing, and makes room for the edited sets: nil until they are read.
func (p *patch) readNames(edits []Edit) ([]Edit, error) {
	var out []Edit
	for _, e := range edits {
		name, err := CanonicalName(e.Name)
		if err != nil {
			return nil, unreadableEdit(e, e.Name, err)
		}
		if e.Name = name; len(e.Remove) == 0 && len(e.Add) == 0 {
			continue
		}
		if p.sets[name] == nil {
			p.sets[name] = node{}
		}
		p.sets[name][e.Type] = nil
		out = append(out, e)
	}
	return out, nil
}

// apply makes one edit.
func (p *patch) apply(ctx context.Context, e Edit) error {
	set, err := p.edited(ctx, e)
	if err != nil {
		return err
	}
	for _, text := range e.Remove {
		data, err := ParseRData(e.Type, text)
		if err != nil {
			return unreadableEdit(e, text, err)
		}
		at := indexOf(set, data)
		if at < 0 {
			return &EditError{e, "nothing-to-remove", Args{"found": text}, "there is no " + text + " to remove"}
		}
		set = slices.Delete(set, at, at+1)
	}
	for _, text := range e.Add {
		data, err := ParseRData(e.Type, text)
		if err != nil {
			return unreadableEdit(e, text, err)
		}
		if !slices.ContainsFunc(set, func(r Record) bool { return r.Data.String() == data.String() }) {
			set = append(set, Record{Name: e.Name, TTL: e.TTL, Data: data})
		}
	}
	sortByData(set)
	p.sets[e.Name][e.Type] = set
	return nil
}

// edited returns the set that an edit changes: as edited already, or the
// base's own records at the name.
func (p *patch) edited(ctx context.Context, e Edit) ([]Record, error) {
	if set := p.sets[e.Name][e.Type]; set != nil {
		return set, nil
	}
	set, cname, err := p.ownSet(ctx, Question{e.Name, e.Type})
	if err != nil {
		return nil, err
	}
	if cname != nil && cname.Type() == TypeDNAME {
		return nil, &EditError{e, "below-dname", Args{"owner": cname.Name}, "it is below the DNAME of " + cname.Name + ", which hides it"}
	}
	switch p.states[e.Name] {
	case made:
		if len(e.Remove) > 0 && len(set) > 0 {
			return nil, &EditError{e, "from-wildcard", nil, "the record comes from a wildcard; there is none at the name itself to remove"}
		}
		return []Record{}, nil
	case maybeMade:
		if len(set) > 0 {
			return nil, &Error{Kind: Undetermined, Question: Question{e.Name, e.Type}, Code: "maybe-from-wildcard", Detail: "the records that it has now may come from a wildcard"}
		}
	}
	if cname != nil {
		p.alias[e.Name] = *cname
	}
	p.hadCNAME[e.Name] = p.hadCNAME[e.Name] || e.Type == TypeCNAME && len(set) > 0
	return append([]Record{}, set...), nil
}

// ownSet returns the records that the base has at the name itself; if that is
// an alias, its CNAME, or the DNAME above it, instead.
func (p *patch) ownSet(ctx context.Context, q Question) (set []Record, alias *Record, err error) {
	a, err := p.base.Lookup(ctx, q)
	if err != nil && q.Type != TypeCNAME { // perhaps only an alias' target fails
		if c, cerr := p.base.Lookup(ctx, Question{q.Name, TypeCNAME}); cerr == nil && c.Status == Data {
			return nil, &c.Records[0], nil
		}
	}
	switch {
	case err != nil:
		return nil, nil, err
	case len(a.Chain) > 0:
		return nil, &a.Chain[0], nil
	}
	return a.Records, nil, nil
}

// refuseConflict refuses a CNAME beside other data (RFC 1034 §3.6.2).
func (p *patch) refuseConflict(ctx context.Context, e Edit) error {
	set := p.sets[e.Name]
	cnames, other := set[TypeCNAME], set.besideCNAME()
	switch {
	case len(cnames) > 1:
		return &EditError{e, "cname-twice", Args{"count": strconv.Itoa(len(cnames))}, fmt.Sprintf("there would be %d CNAME records, and there can only be one", len(cnames))}
	case len(cnames) == 1 && len(other) > 0:
		return cnameBeside(e, other)
	case len(cnames) == 1 && p.states[e.Name] != made && !p.hadCNAME[e.Name]:
		return p.refuseBeside(ctx, e)
	}
	cname, aliased := p.alias[e.Name]
	if _, edited := set[TypeCNAME]; edited || !aliased || len(other) == 0 {
		return nil
	}
	if p.states[e.Name] == maybeMade {
		return &Error{Kind: Undetermined, Question: Question{e.Name, e.Type}, Code: "maybe-cname-from-wildcard", Detail: "it answers with a CNAME, which may come from a wildcard or stand there itself"}
	}
	return &EditError{e, "beside-cname", Args{"target": cname.Data.String()}, "it has a CNAME to " + cname.Data.String() + ", and other records cannot stand beside it"}
}

// besideCNAME lists the types that have records and cannot have a CNAME beside
// them.
func (sets node) besideCNAME() []string {
	var types []string
	for t, set := range sets {
		if len(set) > 0 && t != TypeCNAME && t != TypeRRSIG && t != TypeNSEC {
			types = append(types, t.String())
		}
	}
	slices.Sort(types)
	return types
}

// refuseBeside refuses a new CNAME where the base has other data.
func (p *patch) refuseBeside(ctx context.Context, e Edit) error {
	found, err := p.probe(ctx, e.Name)
	if err != nil {
		return err
	}
	others := found.besideCNAME()
	switch {
	case len(others) == 0:
		return nil
	case p.states[e.Name] == stays:
		return cnameBeside(e, others)
	}
	return &Error{Kind: Undetermined, Question: Question{e.Name, e.Type}, Code: "maybe-others-from-wildcard", Detail: "other records, perhaps from a wildcard, may stand beside the CNAME"}
}
