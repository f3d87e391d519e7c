package resolver

import (
	"context"
	"errors"
	"maps"
	"strings"

	"github.com/miekg/dns"
)

// layer answers some names itself and leaves the others to the resolver below
// it. Chains of aliases may pass from one to the other any number of times.
type layer struct {
	base Resolver
	// own takes one step: it answers for the name alone and follows no alias.
	// Outcome Away leaves the name to the base.
	own func(ctx context.Context, q Question) (Found, error)
}

// lookup follows the chain of a question through the layer and its base.
func (l layer) lookup(ctx context.Context, q Question) (Answer, error) {
	name, err := CanonicalName(q.Name)
	if err != nil {
		return Answer{}, &Error{Kind: BadName, Question: q, Detail: err.Error(), Err: err}
	}
	q.Name = name
	answer := Answer{Question: q, OwnerExists: true, Authentic: true}
	for names := (trail{name}); ; {
		part, next, err := l.part(ctx, Question{names.last(), q.Type})
		if err != nil {
			return Answer{}, atTarget(err, q, names.last())
		}
		answer.extend(part)
		if next == "" {
			answer.OwnerExists = answer.Status != NXDomain || len(answer.Chain) > 0
			return answer, nil
		}
		for _, r := range part.Chain { // the last of them is next
			if c, ok := r.Data.(CNAME); ok {
				if fault := names.visit(c.Target); fault != "" {
					return Answer{}, &Error{Kind: BadReply, Question: q, Server: part.Source, Detail: fault}
				}
			}
		}
	}
}

// extend joins what another stretch of the chain answers.
func (a *Answer) extend(part Answer) {
	for _, r := range part.Chain {
		part.TTL = min(part.TTL, r.TTL)
	}
	if len(a.Chain) > 0 {
		part.TTL = min(part.TTL, a.TTL)
	}
	a.Chain = append(a.Chain, part.Chain...)
	a.Status, a.Records, a.TTL, a.Source = part.Status, part.Records, part.TTL, part.Source
	a.Authentic = a.Authentic && part.Authentic
	a.Cached = a.Cached || part.Cached
}

// part answers from where the chain stands. If it leads on to a name that has
// to be asked for anew, next is that name and the answer holds only the chain.
func (l layer) part(ctx context.Context, q Question) (answer Answer, next string, err error) {
	f, err := l.own(ctx, q)
	if err != nil {
		return Answer{}, "", err
	}
	answer = Answer{Status: f.Status, Records: f.Records, Chain: f.Chain, TTL: f.TTL, Source: f.Source}
	switch f.Outcome {
	case Authoritative:
		return answer, "", nil
	case alias:
		answer.TTL = f.Chain[0].TTL
		return answer, f.Name, nil
	case Broken:
		return Answer{}, "", &Error{Kind: BadReply, Question: q, Server: f.Source, Detail: f.Detail}
	}
	below, err := l.base.Lookup(ctx, q)
	if err != nil {
		return l.aroundError(ctx, q, err)
	}
	return l.cut(ctx, q.Type, below)
}

// cut ends an answer of the base at the first alias that leads back into the
// layer.
func (l layer) cut(ctx context.Context, t Type, below Answer) (answer Answer, next string, err error) {
	for i, r := range below.Chain {
		c, ok := r.Data.(CNAME)
		if ok && l.has(ctx, Question{c.Target, t}) {
			below.Chain, below.Records, below.TTL = below.Chain[:i+1], nil, r.TTL
			return below, c.Target, nil
		}
	}
	return below, "", nil
}

// has reports whether the layer answers itself; where it cannot tell it does
// so with an error.
func (l layer) has(ctx context.Context, q Question) bool {
	f, err := l.own(ctx, q)
	return err != nil || f.Outcome != Away
}

// aroundError looks for an alias into the layer where the base failed: what it
// failed at may be what the layer replaces.
func (l layer) aroundError(ctx context.Context, q Question, failure error) (answer Answer, next string, err error) {
	answer.Authentic = true
	for names := (trail{q.Name}); q.Type != TypeCNAME && ctx.Err() == nil; {
		one, err := l.base.Lookup(ctx, Question{names.last(), TypeCNAME})
		if err != nil || one.Status != Data || len(one.Records) != 1 || len(one.Chain) > 0 {
			break
		}
		c, ok := one.Records[0].Data.(CNAME)
		if !ok || names.visit(c.Target) != "" {
			break
		}
		answer.Chain = append(answer.Chain, one.Records[0])
		answer.TTL, answer.Source, answer.Authentic = one.TTL, one.Source, answer.Authentic && one.Authentic
		answer.Cached = answer.Cached || one.Cached
		if l.has(ctx, Question{c.Target, q.Type}) {
			return answer, c.Target, nil
		}
	}
	return Answer{}, "", failure
}

// atTarget makes the error of a step one about the whole question.
func atTarget(err error, q Question, target string) error {
	var e *Error
	if !errors.As(err, &e) || e.Question == q {
		return err
	}
	about := *e
	about.Question = q
	if target != q.Name {
		about.Args = Args{"target": target}
		maps.Copy(about.Args, e.Args)
		about.Detail = strings.TrimSuffix("at its alias target "+target+": "+e.Detail, ": ")
	}
	return &about
}

// reply is the message that an authoritative server would send for what a
// layer found.
func (f Found) reply(q Query, soa []Record) Reply {
	r := Reply{AA: true, Answer: append(append([]Record{}, f.Chain...), f.Records...), Server: f.Source, Net: q.Net}
	switch {
	case f.Outcome == Broken:
		r.Rcode = dns.RcodeServerFailure
	case f.Outcome == Referral:
		r.AA, r.Answer, r.Authority = len(f.Chain) > 0, f.Chain, f.Records
	case f.Status == NXDomain:
		r.Rcode, r.Authority = dns.RcodeNameError, soa
	case f.Status == NoData:
		r.Authority = soa
	}
	r.Size = sizeOf(q.Question, r)
	return r
}

// sizeOf is the number of octets of a reply on the wire, with EDNS; 0 if one of
// its records has no wire form.
func sizeOf(q Question, r Reply) int {
	m := new(dns.Msg).SetQuestion(q.Name, uint16(q.Type))
	m.Compress = true
	m.SetEdns0(1232, false)
	for _, section := range []struct {
		to   *[]dns.RR
		from []Record
	}{{&m.Answer, r.Answer}, {&m.Ns, r.Authority}} {
		for _, record := range section.from {
			rr, err := ToRR(record)
			if err != nil {
				return 0
			}
			*section.to = append(*section.to, rr)
		}
	}
	return m.Len()
}
