package resolver

import "context"

// Question is a name in canonical form and a type; the class is always IN.
type Question struct {
	Name string
	Type Type
}

// String is "name TYPE".
func (q Question) String() string { return q.Name + " " + q.Type.String() }

// Status says what stands at the end of the CNAME chain.
type Status uint8

const (
	// Data: there are records of the asked type.
	Data Status = iota + 1
	// NoData: the name exists, without records of the asked type (RFC 2308 §2.2).
	NoData
	// NXDomain: the name does not exist (RFC 2308 §2.1, RFC 8020).
	NXDomain
)

// String is "data", "NODATA" or "NXDOMAIN".
func (s Status) String() string {
	switch s {
	case Data:
		return "data"
	case NoData:
		return "NODATA"
	case NXDomain:
		return "NXDOMAIN"
	}
	return "unset"
}

// Answer is what the DNS definitely says about a question.
type Answer struct {
	Question Question
	// Status is that of the last name of the chain.
	Status Status
	// OwnerExists is false only if the asked name itself is NXDOMAIN; an alias
	// whose target does not exist still exists.
	OwnerExists bool
	// Records are those of the asked type at the end of the chain, in the order
	// of their data's text, so that runs agree.
	Records []Record
	// Chain holds the CNAME (and DNAME) records that led there, in order.
	Chain []Record
	// TTL in seconds: the least of chain and records; for a negative answer what
	// RFC 2308 §5 allows it to be kept.
	TTL uint32
	// Cached says that who answered keeps what it was told, so that TTL is only
	// what is left of it; false where the zone's own servers, or a zone file, did.
	Cached bool
	// Authentic is the AD bit of the reply (RFC 4035 §3.2.3), believed as is.
	Authentic bool
	// Source names who answered: a server's address, a zone file, "replay".
	Source string
}

// Canonical is the name at the end of the chain.
func (a Answer) Canonical() string {
	for i := len(a.Chain) - 1; i >= 0; i-- {
		if c, ok := a.Chain[i].Data.(CNAME); ok {
			return c.Target
		}
	}
	return a.Question.Name
}

// Resolver answers questions. Implementations are safe for concurrent use.
type Resolver interface {
	// Lookup follows CNAMEs. An error is an *Error: nobody could tell.
	Lookup(ctx context.Context, q Question) (Answer, error)
	// Exchange asks as the query says and returns the reply as it came.
	Exchange(ctx context.Context, q Query) (Reply, error)
}

// Query is a question to one server, with its own bits. The zero values of
// Server and Net leave the choice to the resolver.
type Query struct {
	Question
	Server     string // "192.0.2.1:53"
	Net        string // "udp" or "tcp"
	DO, CD, RD bool
}

// Reply is one DNS message as it came, each section in its own order.
type Reply struct {
	Rcode             int // with the upper bits of EDNS (RFC 6891 §6.1.3)
	AA, TC, RA, AD    bool
	Answer, Authority []Record
	Additional        []Record // glue (RFC 1034 §4.2.1); the OPT record is left out
	EDE               []uint16 // info-codes of RFC 8914
	Size              int      // octets on the wire
	Server            string
	Net               string // "udp", "tcp", "tls" or "https"; empty from a zone or a patch
	// Trusted says that nobody can have changed the reply on its way, so that AD
	// is the server's own word: it came over loopback, TLS or HTTPS, or the user
	// or the system vouches for the way (RFC 4035 §4.9.3, RFC 6840 §5.8).
	Trusted bool
}

// NameLister is implemented by resolvers that can enumerate: a zone file shows
// every name in it. Names returns the owner names at and below a name, sorted,
// and whether the list is complete.
type NameLister interface {
	Names(below string) (names []string, complete bool)
}
