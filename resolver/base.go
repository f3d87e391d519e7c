package resolver

import (
	"context"

	"github.com/miekg/dns"
)

// NoResolver answers nothing: every question is an error of kind Offline. It
// is the base of an overlay when only the zones may be asked.
func NoResolver() Resolver { return noResolver{} }

type noResolver struct{}

// Lookup implements Resolver: Offline.
func (noResolver) Lookup(_ context.Context, q Question) (Answer, error) {
	return Answer{}, offline(q)
}

// Exchange implements Resolver: Offline.
func (noResolver) Exchange(_ context.Context, q Query) (Reply, error) {
	return Reply{}, offline(q.Question)
}

func offline(q Question) *Error {
	return &Error{Kind: Offline, Question: q, Code: "outside-zones", Detail: "it is outside the zones, and nothing else is asked"}
}

// Nothing answers NXDOMAIN to every question: a world without names, as
// the base of an overlay that is all there is.
func Nothing() Resolver { return nothing{} }

type nothing struct{}

// Lookup implements Resolver: NXDOMAIN.
func (nothing) Lookup(_ context.Context, q Question) (Answer, error) {
	return Answer{Question: q, Status: NXDomain, Source: "nothing"}, nil
}

// Exchange implements Resolver: NXDOMAIN from an authority.
func (nothing) Exchange(_ context.Context, q Query) (Reply, error) {
	return Reply{Rcode: dns.RcodeNameError, AA: true, Server: "nothing", Net: q.Net}, nil
}

// Names implements NameLister: there are none.
func (nothing) Names(string) (names []string, complete bool) { return nil, true }
