// Package authority audits the name servers of a domain's zone (RFC 1034 §4.2,
// RFC 2182, RFC 7766).
//
// A zone is held by several servers, and each of them answers for it alone: one
// that has an old copy, or none, makes mail pass at one receiver and fail at
// the next, or today and not tomorrow. That shows only if every server is asked
// itself, over UDP and over TCP, which is done on request.
package authority

import (
	"mailauth/checks"
	"mailauth/checks/dkim"
)

// The inputs of the check.
const (
	InServers checks.Input = "ns-servers" // NS of the zone, and the addresses of its servers
	InDirect  checks.Input = "ns-direct"  // what each server says
	InCache   checks.Input = "ns-cache"   // what the resolver says of the same
)

// Check looks at the name servers. Without Options.Authoritative it asks for
// their names only.
var Check = &checks.Check{
	Name:     "ns",
	Doc:      "The zone's name servers: whether there are several, and whether each of them says the same.",
	Rules:    rules,
	Requires: []*checks.Check{dkim.Check},
	Budget:   400,
	Lookup:   lookup,
	Judge:    judge,
}

// The rules of the check.
var (
	// Lame is a server that the zone names and that does not answer for it, or
	// only over UDP.
	Lame = &checks.Rule{ID: "ns-lame", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 1912 §2.8, RFC 7766 §5", Reads: []checks.Input{InServers, InDirect}}
	// Single is one name with one address.
	Single = &checks.Rule{ID: "ns-single", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 1034 §4.1, RFC 2182 §5", Reads: []checks.Input{InServers}}
	// Inconsistent is raised for each record that the servers do not have alike.
	Inconsistent = &checks.Rule{ID: "ns-inconsistent", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 2182 §3, RFC 1034 §4.3.5",
		Reads: []checks.Input{InServers, InDirect}}
	// Disagrees is raised where the servers are of one mind and the resolver has
	// another: a cache that is behind, a network that has names of its own.
	Disagrees = &checks.Rule{ID: "x-case-dns", Severity: checks.Info, Source: checks.Practice, Citation: "RFC 8499 §6, RFC 6147 §5.1.2",
		Reads: []checks.Input{InServers, InDirect, InCache}}
)

var rules = []*checks.Rule{Lame, Single, Inconsistent, Disagrees}
