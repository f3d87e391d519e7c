package mx

import (
	"net/netip"
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

// Kind says what the MX set of a domain amounts to.
type Kind string

const (
	// Hosts: there are MX records that name hosts.
	Hosts Kind = "hosts"
	// Null: the one record is the null MX (RFC 7505 §3).
	Null Kind = "null"
	// Mixed: the null MX stands beside others.
	Mixed Kind = "mixed"
	// Implicit: no MX, but the domain has an address (RFC 5321 §5.1).
	Implicit Kind = "implicit"
	// None: neither MX nor address.
	None Kind = "none"
	// Undecided: a question without an answer could change the kind.
	Undecided Kind = "unknown"
)

// Facts is what the DNS says about the domain's mail exchanges.
type Facts struct {
	Kind Kind `json:"kind"`
	// Records are the MX records, by data.
	Records []resolver.Record `json:"-"`
	// Hosts are the distinct exchanges by preference; for an implicit MX the
	// domain itself. The null MX is not among them.
	Hosts []*Host `json:"hosts"`
	// Exists is false if the domain itself is NXDOMAIN.
	Exists bool `json:"exists"`
	// SetTTL is the TTL of the MX answer in seconds.
	SetTTL uint32 `json:"ttl"`
	// Nobody is what the name that nobody publishes answers.
	Nobody Nobody `json:"-"`
	// Services are the names by which mail programs find their settings; asked
	// only for a domain with a mail server of its own.
	Services []*Service `json:"-"`
}

// Nobody are the answers for a name that nobody publishes.
type Nobody struct{ TXT, MX, A checks.Result }

// Own reports whether one of the mail servers is within the domain's own
// organization.
func (f *Facts) Own(domain string) bool {
	return slices.ContainsFunc(f.Hosts, func(h *Host) bool { return checks.SameOrganization(h.Name, domain) })
}

// Receives reports whether mail for the domain has somewhere to go, and
// whether that is known.
func (f *Facts) Receives() (receives, known bool) {
	switch f.Kind {
	case Hosts, Mixed, Implicit:
		return true, true
	case Undecided:
		return false, false
	}
	return false, true
}

// Usability says whether senders can reach a host.
type Usability string

const (
	Usable       Usability = "usable"
	Literal      Usability = "literal"      // an address stands where a name belongs
	Localhost    Usability = "localhost"    // the name means the sender itself
	Unresolvable Usability = "unresolvable" // no address
	Private      Usability = "private"      // only addresses that the Internet does not route
	Unsure       Usability = "unknown"
)

// Host is one mail exchange.
type Host struct {
	Name       string          `json:"name"`
	Preference uint16          `json:"preference"`
	Record     resolver.Record `json:"-"`
	Usability  Usability       `json:"usability"`
	// Canonical is the name at the end of the CNAME chain; Name without one.
	Canonical string `json:"canonical"`
	// Alias says that a CNAME was followed.
	Alias bool `json:"alias"`
	// V4 and V6 say whether the families' questions were answered.
	V4Known   bool      `json:"ipv4_known"`
	V6Known   bool      `json:"ipv6_known"`
	Addresses []Address `json:"addresses"`
	// Placeholder says that the host is not meant to take mail: by its name a
	// provider sees who owns the domain.
	Placeholder bool `json:"-"`
	// DeadDomain is the host's registrable domain if that does not exist.
	DeadDomain string `json:"dead_domain,omitempty"`
	// Meant is the name without the zone's that stands behind it a second time,
	// where that name has an address: a final dot is missing in the zone file.
	Meant string `json:"meant,omitempty"`
}

// Address is an address of a host with its reverse names.
type Address struct {
	IP netip.Addr `json:"ip"`
	// Asked says that the reverse name was looked up.
	Asked bool `json:"asked"`
	// Known says that the reverse look-up was answered.
	Known bool `json:"known"`
	// Names are the reverse names (PTR).
	Names []string `json:"names"`
	// Confirmed lists the reverse names that lead back to the address.
	Confirmed []string `json:"confirmed"`
	// Open says that a reverse name could not be looked up, so that a missing
	// confirmation proves nothing.
	Open bool `json:"open"`
}

// Public returns the host's addresses that the Internet routes.
func (h *Host) Public() []Address {
	var public []Address
	for _, a := range h.Addresses {
		if !Unroutable(a.IP) {
			public = append(public, a)
		}
	}
	return public
}

// Unroutable reports whether an address is not routed on the Internet: private
// (RFC 1918), shared (RFC 6598), loopback, link-local, unique local (RFC 4193),
// unspecified or multicast. Documentation addresses are not in this set.
func Unroutable(ip netip.Addr) bool {
	ip = ip.Unmap()
	shared := netip.MustParsePrefix("100.64.0.0/10")
	thisNetwork := netip.MustParsePrefix("0.0.0.0/8")
	return ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.IsUnspecified() ||
		ip.IsMulticast() || shared.Contains(ip) || thisNetwork.Contains(ip)
}
