package resolver

import (
	"fmt"
	"slices"
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
	TTL      uint32 // Authoritative: of the last name's records or of their absence, in seconds
	Source   string // of the zone, see Zone.Source
	Detail   string // Broken: why
}

// Find answers a question from the zone alone: exact match, alias, delegation,
// wildcard, NODATA or NXDOMAIN, following aliases as long as they stay inside.
//
// Where a CNAME stands beside other data, the other data is answered if it is
// of the asked type, and the CNAME is followed for other types; see Conflicts.
func (z *Zone) Find(q Question) Found {
	var chain []Record
	names := trail{q.Name}
	for {
		f := z.step(Question{names.last(), q.Type})
		chain = append(chain, f.Chain...)
		f.Chain = chain
		if f.Outcome != alias {
			return f
		}
		if fault := names.visit(f.Name); fault != "" {
			f.Outcome, f.Detail = Broken, fault
			return f
		}
	}
}

// alias is the outcome of a step that leads to another name.
const alias Outcome = 0

// maxAliases is how many aliases are followed for one question; common servers
// give up at 8 to 16.
const maxAliases = 12

// trail is the names that a chain has passed through, the asked one first.
type trail []string

func (t trail) last() string { return t[len(t)-1] }

// visit adds a name, or says why the chain cannot go on.
func (t *trail) visit(name string) (fault string) {
	switch {
	case slices.Contains(*t, name):
		return "its aliases go in a circle at " + name
	case len(*t) > maxAliases:
		return fmt.Sprintf("a chain of more than %d aliases", maxAliases)
	}
	*t = append(*t, name)
	return ""
}

// step answers for one name and does not follow its alias.
func (z *Zone) step(q Question) Found {
	path := z.path(q.Name)
	if path == nil {
		return Found{Outcome: Away, Name: q.Name, Source: z.source}
	}
	closest := z.Apex // RFC 4592 §3.3.1: the closest encloser
	for _, name := range path {
		sets, exists := z.nodes[name]
		switch {
		case !exists:
			return z.synthesise(q, closest)
		case z.isCut(name) && !(name == q.Name && q.Type == TypeDS): // RFC 4035 §3.1.4.1
			return Found{Outcome: Referral, Name: q.Name, Cut: name, Records: slices.Clone(sets[TypeNS]), Source: z.source}
		case name != q.Name && len(sets[TypeDNAME]) > 0:
			f := redirect(q, sets[TypeDNAME][0])
			f.Source = z.source
			return f
		}
		closest = name
	}
	return z.at(q, q.Name, z.nodes[q.Name])
}

// at answers from the RRsets of a name that exists.
func (z *Zone) at(q Question, owner string, sets node) Found {
	f := sets.answer(q)
	f.Source = z.source
	if owner != q.Name {
		f.Wildcard = owner
	}
	if f.Status == NoData {
		f.TTL = z.negativeTTL()
	}
	return f
}

// answer answers from RRsets, under the name that was asked.
func (sets node) answer(q Question) Found {
	f := Found{Outcome: Authoritative, Status: NoData, Name: q.Name}
	aliases := sets[TypeCNAME]
	switch {
	case len(sets[q.Type]) > 0:
		f.Status, f.Records = Data, renamed(sets[q.Type], q.Name)
		f.TTL = f.Records[0].TTL
		for _, r := range f.Records {
			f.TTL = min(f.TTL, r.TTL)
		}
	case len(aliases) > 1: // RFC 2181 §10.1
		f.Outcome, f.Status = Broken, 0
		f.Detail = fmt.Sprintf("%d CNAME records at %s, expected one", len(aliases), q.Name)
	case len(aliases) == 1:
		f.Chain = renamed(aliases, q.Name)
		f.Outcome, f.Status, f.Name = alias, 0, aliases[0].Data.(CNAME).Target
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
	return Found{Outcome: Authoritative, Status: NXDomain, Name: q.Name, TTL: z.negativeTTL(), Source: z.source}
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
		return Found{Outcome: Authoritative, Status: Data, Name: q.Name, Records: []Record{cname}, TTL: cname.TTL}
	}
	f.Chain = append(f.Chain, cname)
	return f
}
