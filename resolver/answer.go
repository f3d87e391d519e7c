package resolver

import (
	"context"
	"fmt"
	"slices"
)

// asker puts one question, for its own name only, and returns a reply with
// RCODE NOERROR or NXDOMAIN, and whether its AD bit can be believed.
type asker func(ctx context.Context, q Question) (Reply, bool, error)

// follow assembles the answer to a question from as many replies as its chain
// of aliases takes.
func follow(ctx context.Context, q Question, ask asker) (Answer, error) {
	if name, err := CanonicalName(q.Name); err != nil {
		return Answer{}, &Error{Kind: BadName, Question: q, Detail: err.Error(), Err: err}
	} else {
		q.Name = name
	}
	answer := Answer{Question: q, OwnerExists: true, Authentic: true}
	for names := (trail{q.Name}); ; {
		at := Question{names.last(), q.Type}
		reply, trusted, err := ask(ctx, at)
		if err != nil {
			return Answer{}, atTarget(err, q, at.Name)
		}
		read, err := readReply(at, reply)
		if err != nil {
			return Answer{}, atTarget(replyError(at, reply, err), q, at.Name)
		}
		for _, name := range read.names {
			if fault := names.visit(name); fault != "" {
				return Answer{}, replyError(q, reply, badReply(fault))
			}
		}
		answer.Chain = append(answer.Chain, read.links...)
		answer.Authentic = answer.Authentic && trusted && reply.AD
		answer.Cached = answer.Cached || !reply.AA
		if read.status != 0 {
			answer.finish(read, reply)
			return answer, nil
		}
	}
}

// replyError is the error of a reply that decides nothing.
func replyError(q Question, reply Reply, err error) *Error {
	return &Error{Kind: BadReply, Question: q, Server: reply.Server, Detail: err.Error(), Err: err}
}

// finish fills in what the last reply says.
func (a *Answer) finish(last reading, reply Reply) {
	a.Status, a.Records, a.Source = last.status, last.records, reply.Server
	a.OwnerExists = last.status != NXDomain || len(a.Chain) > 0 // RFC 6604 §3: the RCODE is about the end of the chain
	a.TTL = last.ttl
	for _, link := range a.Chain {
		a.TTL = min(a.TTL, link.TTL)
	}
}

// reading is what one reply says about a question.
type reading struct {
	links   []Record // CNAME and DNAME records followed
	names   []string // the targets, in order
	status  Status   // 0: it stops at an alias whose target must be asked for
	records []Record
	ttl     uint32 // of records, or of their absence
}

// readReply follows the aliases in a reply and says what stands at their end.
// An error means that the reply decides nothing.
func readReply(q Question, reply Reply) (reading, error) {
	var r reading
	seen := trail{q.Name}
	for {
		name := seen.last()
		if r.records = rrset(reply.Answer, name, q.Type); len(r.records) > 0 {
			if reply.Rcode == rcodeNXDomain {
				return reading{}, fmt.Errorf("RCODE NXDOMAIN beside records of %s", name)
			}
			r.status, r.ttl = Data, leastTTL(r.records)
			return r, nil
		}
		links, target, err := link(reply.Answer, name, q.Type)
		if err != nil {
			return reading{}, err
		}
		if target == "" {
			break
		}
		r.links, r.names = append(r.links, links...), append(r.names, target)
		if fault := seen.visit(target); fault != "" {
			return r, nil // follow comes to the same fault
		}
	}
	var err error
	name := seen.last()
	r.status, err = absence(name, reply, len(r.names) > 0)
	r.ttl = negativeTTL(name, reply.Authority)
	return r, err
}

// absence decides what a reply without records for name means (RFC 2308 §2).
// 0 means that the name is an alias' target of which the reply does not speak.
func absence(name string, reply Reply, isTarget bool) (Status, error) {
	_, hasSOA := coveringSOA(name, reply.Authority)
	referral := slices.ContainsFunc(reply.Authority, func(r Record) bool { return r.Type() == TypeNS })
	switch {
	case reply.Rcode == rcodeNXDomain && (hasSOA || reply.RA || reply.AA && !isTarget):
		return NXDomain, nil
	case reply.Rcode == rcodeNXDomain && !isTarget:
		return 0, fmt.Errorf("NXDOMAIN for %s from a server that is not responsible for it", name)
	case hasSOA:
		return NoData, nil // RFC 2308 §2.2, types 1 and 2
	case isTarget:
		return 0, nil
	case reply.AA, reply.RA && !referral:
		return NoData, nil // type 3
	case referral:
		return 0, fmt.Errorf("a referral to other servers and no answer: the server is not responsible for %s", name)
	}
	return 0, fmt.Errorf("an empty reply: the server is not responsible for %s", name)
}

// link returns the alias at name, if any: a CNAME, or a DNAME above it with
// the CNAME that it makes, which not every server sends (RFC 6672 §3.1).
func link(section []Record, name string, asked Type) (links []Record, target string, err error) {
	if asked == TypeCNAME {
		return nil, "", nil
	}
	aliases := rrset(section, name, TypeCNAME)
	if len(aliases) > 1 { // RFC 2181 §10.1
		return nil, "", fmt.Errorf("%d CNAME records at %s, expected one", len(aliases), name)
	}
	if dname, above := coveringDNAME(section, name); above {
		made := redirect(Question{Name: name}, dname)
		if made.Outcome == Broken {
			return nil, "", badReply(made.Detail)
		}
		return made.Chain, made.Name, nil
	}
	if len(aliases) == 0 {
		return nil, "", nil
	}
	return aliases, aliases[0].Data.(CNAME).Target, nil
}

func coveringDNAME(section []Record, name string) (Record, bool) {
	for above := name; above != "."; {
		above = Parent(above)
		if set := rrset(section, above, TypeDNAME); len(set) > 0 {
			return set[0], true
		}
	}
	return Record{}, false
}

// rrset picks the records of a name and type, in the order of their data's
// text and each once (RFC 2181 §5).
func rrset(section []Record, name string, t Type) []Record {
	var set []Record
	for _, r := range section {
		if r.Name == name && r.Type() == t && ownType(r.Data) {
			set = append(set, r)
		}
	}
	sortByData(set)
	return slices.CompactFunc(set, func(a, b Record) bool { return a.Data.String() == b.Data.String() })
}

func leastTTL(records []Record) uint32 {
	least := records[0].TTL
	for _, r := range records {
		least = min(least, r.TTL)
	}
	return least
}

// coveringSOA finds the SOA of a zone that name lies in.
func coveringSOA(name string, authority []Record) (Record, bool) {
	for _, r := range authority {
		if r.Type() == TypeSOA && IsSubdomain(name, r.Name) {
			return r, true
		}
	}
	return Record{}, false
}

// negativeTTL is how long an absence may be kept, in seconds: 0 without a SOA
// (RFC 2308 §5).
func negativeTTL(name string, authority []Record) uint32 {
	soa, ok := coveringSOA(name, authority)
	if !ok {
		return 0
	}
	return min(soa.TTL, soa.Data.(SOA).Minimum)
}
