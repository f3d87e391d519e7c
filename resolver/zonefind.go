package resolver

import (
	"fmt"
	"strings"
)

// Outcome says how far a zone's own data answers a question.
type Outcome uint8

const (
	// Authoritative: the zone decides; Found.Status says what.
	Authoritative Outcome = iota + 1
	// Referral: Found.Name is at or below the delegation Found.Cut.
	Referral
	// Away: Found.Name, at the end of the chain, is outside the zone.
	Away
	// Broken: the chain never ends, or a DNAME makes a name that is too long.
	Broken
)

// Found is what an authoritative server has for a question (RFC 1034 §4.3.2).
type Found struct {
	Outcome Outcome
	Status  Status // if Authoritative: that of Name
	Name    string // the last name of the chain; the asked one without chain
	Chain   []Record
	Records []Record // Data: of the asked type; Referral: the NS records of Cut
	// Wildcard is the owner, "*.…", that Name's records are synthesised from.
	Wildcard string
	Cut      string
	Detail   string // Broken: why
}

// maxChain is how many aliases are followed for one question; common servers
// give up at about as many.
const maxChain = 16

// Find answers a question from the zone alone: exact match, alias, delegation,
// wildcard, NODATA or NXDOMAIN, following aliases as long as they stay inside.
//
// Where a CNAME stands beside other data, the other data is answered if it is
// of the asked type, and the CNAME is followed for other types; see Conflicts.
func (z *Zone) Find(q Question) Found {
	var chain []Record
	name := q.Name
	for {
		f := z.step(Question{name, q.Type})
		chain = append(chain, f.Chain...)
		f.Chain = chain
		if f.Outcome != alias {
			return f
		}
		if name = f.Name; len(chain) > maxChain || seen(chain, name) {
			f.Outcome, f.Detail = Broken, "the chain of aliases has no end"
			return f
		}
	}
}

// alias is the outcome of a step that leads to another name.
const alias Outcome = 0

// seen reports whether a chain has already passed through name.
func seen(chain []Record, name string) bool {
	for _, r := range chain {
		if r.Name == name && r.Type() == TypeCNAME {
			return true
		}
	}
	return false
}

// step answers for one name and does not follow its alias.
func (z *Zone) step(q Question) Found {
	path := z.path(q.Name)
	if path == nil {
		return Found{Outcome: Away, Name: q.Name}
	}
	closest := z.Apex // RFC 4592 §3.3.1: the closest encloser
	for _, name := range path {
		sets, exists := z.nodes[name]
		switch {
		case !exists:
			return z.synthesise(q, closest)
		case z.isCut(name) && !(name == q.Name && q.Type == TypeDS): // RFC 4035 §3.1.4.1
			return Found{Outcome: Referral, Name: q.Name, Cut: name, Records: sets[TypeNS]}
		case name != q.Name && len(sets[TypeDNAME]) > 0:
			return redirect(q, sets[TypeDNAME][0])
		}
		closest = name
	}
	return z.at(q, q.Name, z.nodes[q.Name])
}

// at answers from the RRsets of a name that exists.
func (z *Zone) at(q Question, owner string, sets node) Found {
	f := Found{Outcome: Authoritative, Status: NoData, Name: q.Name}
	if owner != q.Name {
		f.Wildcard = owner
	}
	switch {
	case len(sets[q.Type]) > 0:
		f.Status, f.Records = Data, renamed(sets[q.Type], q.Name)
	case len(sets[TypeCNAME]) > 0:
		f.Chain = renamed(sets[TypeCNAME][:1], q.Name)
		f.Outcome, f.Status, f.Name = alias, 0, f.Chain[0].Data.(CNAME).Target
	}
	return f
}

// synthesise answers for a name that does not exist, from the wildcard at its
// closest encloser if there is one (RFC 4592 §2.2, §3.3).
func (z *Zone) synthesise(q Question, closest string) Found {
	wildcard := Join(closest, "*")
	if sets, ok := z.nodes[wildcard]; ok {
		return z.at(q, wildcard, sets)
	}
	return Found{Outcome: Authoritative, Status: NXDomain, Name: q.Name}
}

// renamed returns records with the owner name that was asked.
func renamed(records []Record, name string) []Record {
	out := make([]Record, len(records))
	for i, r := range records {
		r.Name = name
		out[i] = r
	}
	return out
}

// redirect makes the CNAME that a DNAME above a name stands for (RFC 6672 §3.1).
func redirect(q Question, dname Record) Found {
	prefix := strings.TrimSuffix(q.Name, dname.Name)
	target := prefix
	if to := dname.Data.(DNAME).Target; to != "." {
		target += to
	}
	f := Found{Outcome: alias, Chain: []Record{dname}}
	var err error
	if f.Name, err = CanonicalName(target); err != nil { // RFC 6672 §2.2: YXDOMAIN
		f.Outcome, f.Name = Broken, q.Name
		f.Detail = fmt.Sprintf("the DNAME of %s makes a name that is too long", dname.Name)
		return f
	}
	cname := dname
	cname.Name, cname.Data = q.Name, CNAME{f.Name}
	if q.Type == TypeCNAME {
		f.Outcome, f.Status, f.Name, f.Records = Authoritative, Data, q.Name, []Record{cname}
		return f
	}
	f.Chain = append(f.Chain, cname)
	return f
}
