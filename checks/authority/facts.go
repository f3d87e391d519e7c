package authority

import (
	"net/netip"
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

// Facts is what is known of the zone's servers.
type Facts struct {
	// Zone is the apex of the zone that the domain is in; empty if that was not
	// found out.
	Zone string `json:"zone,omitempty"`
	// Hosts are the names of its servers, sorted.
	Hosts []string `json:"hosts"`
	// Servers are their addresses, by host; of one host all, of several only
	// with Options.Authoritative.
	Servers []*Server `json:"servers"`
	// Translated lists addresses that a resolver made of IPv4 ones (RFC 6147).
	Translated []string `json:"-"`

	open      bool // an address of a server is not known
	asked     bool // the servers were asked themselves, not a zone file in their place
	questions []resolver.Question
	cache     []checks.Result // what the resolver says, one for each question
}

// Server is one address of a name server.
type Server struct {
	Host    string     `json:"host"`
	Address netip.Addr `json:"address"`
	State   State      `json:"state"`

	serial uint32
	udp    []said // one for each question
	tcp    []said
}

// State says how a server answers for the zone.
type State string

// The states.
const (
	NotAsked State = "not-asked"
	Silent   State = "unknown" // no reply came from it here
	Answers  State = "answers"
	// NotResponsible: it replies, and not as a server of the zone does.
	NotResponsible State = "not-responsible"
	Refuses        State = "refuses"
	Fails          State = "fails"  // SERVFAIL
	NoTCP          State = "no-tcp" // it answers over UDP and refuses TCP
)

// lame are the states of a server that is of no use to those who ask it.
func (s State) lame() bool { return s == NotResponsible || s == Refuses || s == Fails }

// said is what a server says to one question.
type said struct {
	// Known is false where no usable reply came.
	known     bool
	truncated bool
	records   []resolver.Record // of the asked name: of the asked type, or a CNAME
	away      bool              // it refers to the servers of another zone
}

// name is "host address", as findings name a server.
func (s *Server) name() string { return strings.TrimSuffix(s.Host, ".") + " " + s.Address.String() }

// answer is what the server says to a question, over whichever way it did.
func (s *Server) answer(i int) said {
	if s.State != Answers && s.State != NoTCP {
		return said{}
	}
	if s.udp[i].known && !s.udp[i].truncated {
		return s.udp[i]
	}
	return s.tcp[i]
}

// text brings what was said into a form that can be compared; NODATA and
// NXDOMAIN are alike.
func text(records []resolver.Record) string {
	var lines []string
	for _, r := range records {
		lines = append(lines, r.Type().String()+" "+r.Data.String())
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
