package resolver

import (
	"cmp"
	"fmt"
	"slices"
)

// Zone is one zone of authority (RFC 1034 §4.2) held in memory: every record at
// and below the apex down to its delegations. It does not change after NewZone
// and is safe for concurrent use. A zone without SOA is allowed: a proposal
// often is a few lines only.
type Zone struct {
	Apex string

	records []Record // as given, duplicates collapsed, those outside left out
	outside []Record
	nodes   map[string]node // every name that exists, empty non-terminals too
	names   []string        // owner names, sorted
	source  string
}

// node holds the RRsets of one name; none for an empty non-terminal. The
// records of a set are in the order of their data's text.
type node map[Type][]Record

// NewZone indexes the records of a zone. Apex and owner names must be canonical
// and every record must have data; nothing else is an error. Records outside
// the apex are set aside (Outside), a CNAME beside other data is kept
// (Conflicts), a record given twice counts once (RFC 2181 §5).
func NewZone(apex string, records []Record) (*Zone, error) {
	if err := mustBeCanonical(apex); err != nil {
		return nil, err
	}
	z := &Zone{Apex: apex, nodes: map[string]node{apex: {}}}
	given := map[string]bool{}
	for _, r := range records {
		if err := mustBeCanonical(r.Name); err != nil {
			return nil, err
		}
		switch {
		case !ownType(r.Data):
			return nil, fmt.Errorf("record of %s has data %v, expected that of its type", r.Name, r.Data)
		case !IsSubdomain(r.Name, apex):
			z.outside = append(z.outside, r)
		default:
			if key := r.Name + r.Type().String() + " " + r.Data.String(); !given[key] {
				given[key] = true
				z.add(r)
			}
		}
	}
	for name, sets := range z.nodes {
		if len(sets) > 0 {
			z.names = append(z.names, name)
		}
		for _, set := range sets {
			sortByData(set)
		}
	}
	slices.Sort(z.names)
	z.source = "zone " + apex
	if len(z.records) > 0 && z.records[0].Origin.File != "" {
		z.source = z.records[0].Origin.File
	}
	return z, nil
}

// ownType reports whether aliases carry the data that following them needs.
func ownType(data RData) bool {
	switch d := data.(type) {
	case nil:
		return false
	case Other:
		return d.RRType != TypeCNAME && d.RRType != TypeDNAME
	}
	return true
}

func mustBeCanonical(name string) error {
	canonical, err := CanonicalName(name)
	if err == nil && canonical != name {
		err = fmt.Errorf("found name %q, expected its canonical form %q", name, canonical)
	}
	return err
}

func (z *Zone) add(r Record) {
	sets := z.nodes[r.Name]
	if sets == nil {
		sets = node{}
		z.nodes[r.Name] = sets
		// RFC 4592 §2.2.2: a name that has something below it exists.
		for up := Parent(r.Name); z.nodes[up] == nil; up = Parent(up) {
			z.nodes[up] = node{}
		}
	}
	sets[r.Type()] = append(sets[r.Type()], r)
	z.records = append(z.records, r)
}

// sortByData puts the records of a set in the order of their data's text, so
// that the same set reads the same wherever it comes from.
func sortByData(set []Record) {
	slices.SortStableFunc(set, func(a, b Record) int {
		return cmp.Compare(a.Data.String(), b.Data.String())
	})
}

// Records returns the zone's records in the order in which they were given.
func (z *Zone) Records() []Record { return slices.Clone(z.records) }

// Outside returns the records whose owner is not at or below the apex; servers
// ignore them.
func (z *Zone) Outside() []Record { return slices.Clone(z.outside) }

// Source names the zone in answers: the file of its first record, or the apex.
func (z *Zone) Source() string { return z.source }

// Conflict is a name whose records cannot stand together: a CNAME beside other
// data, or several CNAMEs (RFC 1034 §3.6.2, RFC 2181 §10.1). Servers refuse to
// load such a zone, or serve one of the records at will.
type Conflict struct {
	Name    string
	CNAMEs  []Record
	Records []Record // the other data
}

// Conflicts returns the zone's conflicts in the order of their names.
func (z *Zone) Conflicts() []Conflict {
	var conflicts []Conflict
	for _, name := range z.names {
		sets := z.nodes[name]
		if len(sets[TypeCNAME]) == 0 {
			continue
		}
		c := Conflict{Name: name, CNAMEs: slices.Clone(sets[TypeCNAME])}
		for t, set := range sets {
			// RFC 4034 §2.5, §4: signatures and NSEC belong beside a CNAME.
			if t != TypeCNAME && t != TypeRRSIG && t != TypeNSEC {
				c.Records = append(c.Records, set...)
			}
		}
		slices.SortFunc(c.Records, func(a, b Record) int { return cmp.Compare(a.String(), b.String()) })
		if len(c.Records) > 0 || len(c.CNAMEs) > 1 {
			conflicts = append(conflicts, c)
		}
	}
	return conflicts
}

// Names returns the owner names at and below a name, sorted. The list is
// complete if nothing below the name is delegated, redirected by a DNAME or
// outside the zone. Delegated names are another zone's and left out, as is what
// a delegation or a DNAME hides.
func (z *Zone) Names(below string) (names []string, complete bool) {
	complete = IsSubdomain(below, z.Apex) && z.hiddenBy(below) == ""
	for _, name := range z.names {
		if !IsSubdomain(name, below) || z.hiddenBy(name) != "" {
			continue
		}
		if !z.isCut(name) {
			names = append(names, name)
		}
		if z.opaque(name) {
			complete = false
		}
	}
	return names, complete
}

// hiddenBy returns the delegation or DNAME strictly above a name of the zone
// ("" if there is none).
func (z *Zone) hiddenBy(name string) string {
	for _, up := range z.path(name) {
		if up != name && z.opaque(up) {
			return up
		}
	}
	return ""
}

// isCut reports whether the zone delegates name away (RFC 1034 §4.2.1).
func (z *Zone) isCut(name string) bool {
	return name != z.Apex && len(z.nodes[name][TypeNS]) > 0
}

// opaque reports whether what is below name is not the zone's own data: a
// delegation or a DNAME.
func (z *Zone) opaque(name string) bool {
	return z.isCut(name) || len(z.nodes[name][TypeDNAME]) > 0
}

// path lists the names from the apex down to name; nil outside the zone.
func (z *Zone) path(name string) []string {
	if !IsSubdomain(name, z.Apex) {
		return nil
	}
	path := []string{name}
	for name != z.Apex {
		name = Parent(name)
		path = append(path, name)
	}
	slices.Reverse(path)
	return path
}

// negativeTTL is how long the absence of something may be kept (RFC 2308 §5):
// the lesser of the SOA's TTL and its last field, 0 without SOA.
func (z *Zone) negativeTTL() uint32 {
	for _, r := range z.soa() {
		if soa, ok := r.Data.(SOA); ok {
			return min(r.TTL, soa.Minimum)
		}
	}
	return 0
}

func (z *Zone) soa() []Record { return z.nodes[z.Apex][TypeSOA] }
