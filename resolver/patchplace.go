package resolver

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
)

// placeNames finds which of the edited names, and of the names above them, the
// base does not have: the edits bring those into existence.
func (p *patch) placeNames(ctx context.Context) {
	present := map[string]bool{".": true}
	for _, name := range slices.Sorted(maps.Keys(p.sets)) {
		for up := name; !present[up] && p.states[up] == stays; up = Parent(up) {
			if up != name && inReverseTree(up) {
				break // a label for each half octet: nobody asks for what is between
			}
			switch p.exists(ctx, up) {
			case yes:
				for ; !present[up]; up = Parent(up) { // what has something below it exists
					present[up] = true
				}
			case no:
				p.states[up] = made
			case unknown:
				p.states[up] = maybeMade
			}
		}
	}
}

// inReverseTree reports whether a name stands for addresses (RFC 1035 §3.5, RFC
// 3596 §2.5). Above one without a reverse name 30 others may be missing too.
func inReverseTree(name string) bool {
	return IsSubdomain(name, "ip6.arpa.") || IsSubdomain(name, "in-addr.arpa.")
}

// existence is whether the base has a name by itself, not through a wildcard.
type existence uint8

const (
	unknown existence = iota
	yes
	no
)

// exists finds out whether the base has a name, if only as an empty
// non-terminal. A base that lists its names knows; of another, what it answers
// is compared with what it answers for a name that nobody has published
// (RFC 4592 §2.2: the answers differ if the name exists). A recording that was
// edited by hand lacks what to compare with; there a name with records has
// them itself, unless something that was recorded looks like a wildcard.
func (p *patch) exists(ctx context.Context, name string) existence {
	if names, complete := namesOf(p.base, name); len(names) > 0 {
		return yes
	} else if complete {
		return no
	}
	if CountLabels(name) < 2 {
		return yes // a top-level domain
	}
	written, wild := false, false
	for _, t := range p.telling(name) {
		a, err := p.base.Lookup(ctx, Question{name, t})
		switch {
		case err != nil:
			continue
		case !a.OwnerExists:
			return no
		case t == TypeSOA && a.Status == Data && len(a.Chain) == 0: // the apex of a zone
			return yes
		case t == TypeSOA:
			continue
		}
		other, err := p.base.Lookup(ctx, Question{UnlikelyName(Parent(name)), t})
		switch {
		case err != nil:
			written = written || KindOf(err) == NotRecorded && a.hasRecords()
		case !sameAnswer(a, other):
			return yes
		case strings.HasPrefix(name, "*.") && other.hasRecords() && p.exists(ctx, Parent(name)) == yes:
			return yes // what answers for the unlikely name is this wildcard
		default:
			wild = true
		}
	}
	if written && !wild {
		return yes
	}
	return unknown
}

// hasRecords reports whether an answer shows records, if only an alias.
func (a Answer) hasRecords() bool { return a.Status == Data || len(a.Chain) > 0 }

// telling lists the types whose answers tell whether a name exists: SOA where
// a zone may begin, the edited ones, which are known already, and common ones.
func (p *patch) telling(name string) []Type {
	var types []Type
	if !strings.HasPrefix(name, "_") && !strings.HasPrefix(name, "*") {
		types = append(types, TypeSOA)
	}
	types = append(types, slices.Sorted(maps.Keys(p.sets[name]))...)
	for _, t := range []Type{TypeTXT, TypeA, TypeMX} {
		if !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	return types
}

// sameAnswer reports whether two names are answered alike, but for the names
// themselves.
func sameAnswer(a, b Answer) bool {
	sameSet := func(a, b []Record) bool {
		return slices.EqualFunc(a, b, func(a, b Record) bool { return a.Type() == b.Type() && a.Data.String() == b.Data.String() })
	}
	return a.Status == b.Status && a.OwnerExists == b.OwnerExists && sameSet(a.Chain, b.Chain) && sameSet(a.Records, b.Records)
}

// placeGone finds which names the edits remove from existence.
func (p *patch) placeGone(ctx context.Context) {
	held := map[string]bool{} // have something left at or below them
	hold := func(name string) {
		for ; !held[name]; name = Parent(name) {
			held[name] = true
		}
	}
	for name, sets := range p.sets {
		if !sets.isEmpty() {
			hold(name)
		}
	}
	for name := range p.states {
		if !held[name] { // one edit made the name, another took it away
			delete(p.states, name)
		}
	}
	failures := p.findBare(ctx, hold)
	names := slices.SortedFunc(maps.Keys(p.bare), func(a, b string) int { // the deepest first: what is above depends on them
		return cmp.Or(cmp.Compare(CountLabels(b), CountLabels(a)), cmp.Compare(a, b))
	})
	for _, name := range names {
		for up := name; !held[up] && p.states[up] == stays; up = Parent(up) {
			if st := p.remains(ctx, up, failures[name]); st != stays {
				p.states[up] = st
			} else {
				hold(up)
			}
		}
	}
}

// findBare finds the names that the edits leave without records. It returns
// why some of the base's types could not be seen, by name.
func (p *patch) findBare(ctx context.Context, hold func(string)) (failures map[string]error) {
	failures = map[string]error{}
	for name, sets := range p.sets {
		if !sets.isEmpty() {
			continue
		}
		found, err := p.probe(ctx, name)
		if cnames := found[TypeCNAME]; len(cnames) > 0 {
			p.alias[name] = cnames[0]
		}
		if !found.isEmpty() {
			hold(name)
		} else {
			p.bare[name], failures[name] = true, err
		}
	}
	return failures
}

func (sets node) isEmpty() bool {
	for _, set := range sets {
		if len(set) > 0 {
			return false
		}
	}
	return true
}

// remains says what becomes of a name that lost its own records or the last
// name below it. Without a list of names it can be known only of names that
// by convention have nothing below them.
func (p *patch) remains(ctx context.Context, name string, failure error) state {
	names, complete := namesOf(p.base, name)
	if slices.ContainsFunc(names, func(name string) bool { return !p.bare[name] }) {
		return stays
	}
	switch {
	case complete:
		return goneNow
	case CountLabels(name) < 2:
		return stays
	case p.bare[name] && failure == nil && isLeaf(name):
		return leafGone
	case p.bare[name]:
		return maybeGone
	}
	if soa, err := p.base.Lookup(ctx, Question{name, TypeSOA}); err == nil && soa.Status == Data && len(soa.Chain) == 0 {
		return stays
	}
	if found, _ := p.probe(ctx, name); !found.isEmpty() {
		return stays
	}
	return maybeGone
}

// isLeaf reports whether a name has nothing below it by convention: a key of
// DKIM, or an underscore name that is not a container of such names.
func isLeaf(name string) bool {
	labels := Labels(name)
	if len(labels) > 1 && labels[1] == "_domainkey" {
		return true
	}
	switch labels[0] {
	case "_domainkey", "_report", "_tcp", "_udp", "_tls":
		return false
	}
	return strings.HasPrefix(labels[0], "_")
}

// commonTypes are those that a name is probed for.
var commonTypes = []Type{TypeSOA, TypeNS, TypeA, TypeAAAA, TypeMX, TypeTXT, TypeCNAME, TypeSRV, TypeCAA, TypeTLSA, TypePTR, TypeDNAME, TypeSPF}

// probe returns the RRsets of common types, not edited ones, that the base has
// at a name itself, and the first error if one of them failed.
func (p *patch) probe(ctx context.Context, name string) (found node, err error) {
	sets, errs := make([][]Record, len(commonTypes)), make([]error, len(commonTypes))
	var asking sync.WaitGroup
	for i, t := range commonTypes {
		if _, edited := p.sets[name][t]; !edited {
			asking.Go(func() { sets[i], _, errs[i] = p.ownSet(ctx, Question{name, t}) })
		}
	}
	asking.Wait()
	found = node{}
	for i, t := range commonTypes {
		if len(sets[i]) > 0 {
			found[t] = sets[i]
		}
		if err == nil {
			err = errs[i]
		}
	}
	return found, err
}
