package dane

import (
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
	"mailauth/resolver/validation"
)

// Facts is what the DNS says about the mail servers' certificates.
type Facts struct {
	// Security is that of the MX records.
	Security validation.Security `json:"mx"`
	// Hosts are the mail servers whose TLSA records were asked for.
	Hosts []*Host `json:"hosts"`
	// ownAll says that these are all servers of the organization, and all that
	// they are all servers.
	ownAll, all bool
}

// Host is a mail server.
type Host struct {
	Name string `json:"host"`
	// Record is the MX record that names it; nil where the domain is its own.
	Record *resolver.Record `json:"-"`
	// Own says that it belongs to the domain's organization.
	Own bool `json:"-"`
	// Asked says that there was reason to ask for TLSA records, and Known that
	// the question was answered.
	Asked bool `json:"-"`
	// lost says that no address of the server was seen, nor where its aliases lead.
	lost  bool
	Known bool `json:"known"`
	// Owner is the name that was asked, "_25._tcp." and the TLSA base domain
	// (RFC 7672 §2.2.3): the end of the server's aliases, or its own name.
	Owner string `json:"owner"`
	// Alias is the CNAME record at Owner, if there is one.
	Alias *resolver.Record `json:"-"`
	// Security is that of the TLSA records; empty if there are none.
	Security     validation.Security `json:"tlsa,omitempty"`
	Associations []Association       `json:"-"`
	// Usable and Unusable count them.
	Usable   int `json:"usable"`
	Unusable int `json:"unusable"`
}

// protected reports whether senders that know DANE verify the server.
func (f *Facts) protected(h *Host) bool {
	return f.Security == validation.Secure && h.Security == validation.Secure && h.Usable > 0
}

// On says whether senders that know DANE verify a mail server of the domain.
func (f *Facts) On() checks.Tri {
	on := checks.TriOf(false, f.Security != validation.Unknown)
	for _, h := range f.Hosts {
		switch {
		case f.protected(h):
			return checks.Yes
		case !h.Known || h.Security == validation.Unknown:
			on = checks.Open
		}
	}
	return on
}

// settled lists the rules that cannot be raised, whatever is open about
// signatures: they need TLSA records, and there are none.
func (f *Facts) settled() []*checks.Rule {
	without := !slices.ContainsFunc(f.Hosts, func(h *Host) bool { return !h.Known || len(h.Associations) > 0 })
	switch {
	case f.Security == validation.Insecure: // no sender looks at them
		return []*checks.Rule{BogusRule, Usage, Params, Partial, CNAME}
	case without && f.all:
		return rules
	case without && f.ownAll: // the servers of others are not looked at so closely
		return []*checks.Rule{NoDNSSEC, Usage, Params, CNAME}
	}
	return nil
}

// inUse reports whether somebody meant DANE: TLSA records at the domain's own
// servers, or at others where they can count.
func (f *Facts) inUse() bool {
	return slices.ContainsFunc(f.Hosts, func(h *Host) bool {
		return len(h.Associations) > 0 && (h.Own || f.Security == validation.Secure)
	})
}
