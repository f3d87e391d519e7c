// Package role derives once what a domain does with mail: whether it sends,
// whether it receives, or whether it is parked (does neither).
//
// The severity of many rules depends on it: a domain that sends without SPF is
// refused, a parked one without SPF is merely open to forgery. Every answer
// names its evidence. A question that nobody answered leaves the role open. So
// does it say which providers take the mail in and which may send it.
package role

import (
	"context"

	"mailauth/checks"
	"mailauth/checks/dkim"
	"mailauth/checks/mx"
	"mailauth/checks/provider"
	"mailauth/checks/spf"
)

// Facts is what a domain does with mail, and why that is believed.
type Facts struct {
	Sends    checks.Tri `json:"sends"`
	Receives checks.Tri `json:"receives"`
	Parked   checks.Tri `json:"parked"`
	// Organizational says that the domain is its own organizational domain by
	// the public suffix list. A public suffix is not: below it are the domains of
	// others.
	Organizational bool          `json:"organizational"`
	Evidence       []checks.Text `json:"evidence"`
	// Silent says that the domain provably sends nothing: SPF lets no address
	// pass and no DKIM key can exist. Sends is No already where nothing was found.
	Silent bool `json:"silent"`
	// Inbound are the providers to whose hosts the domain's mail goes, Outbound
	// those that its records let send, PolicyHosts those that publish its SPF
	// record for it; each in the order of the records.
	Inbound     parties `json:"inbound"`
	Outbound    parties `json:"outbound"`
	PolicyHosts parties `json:"policy_hosts"`
}

// Inputs are those that the role depends on; rules that depend on the role
// read them.
var Inputs = []checks.Input{
	spf.InRecord, spf.InTree, spf.InAddress, spf.InMX, spf.InMXHost, spf.InExists,
	dkim.InWalk, dkim.InSelector, dkim.InNamespace, dkim.InControl, dkim.InProvider, dkim.InAddress, mx.InSet,
}

// Check derives the role from the facts of the protocols; it asks nothing and
// raises nothing.
var Check = &checks.Check{
	Name:     "role",
	Doc:      "What the domain does with mail: sends, receives, or neither.",
	Requires: []*checks.Check{spf.Check, dkim.Check, mx.Check},
	Lookup: func(_ context.Context, p *checks.Pass) (any, error) {
		return derive(p.Domain, p.Providers(), spf.FactsOf(p), dkim.FactsOf(p), mx.FactsOf(p)), nil
	},
	Judge: func(p *checks.Pass) checks.Judgement {
		return checks.Judgement{Status: checks.StatusNone, Summary: p.Own().(*Facts).summary()}
	},
}

// FactsOf returns the role, for checks that require it.
func FactsOf(p *checks.Pass) *Facts {
	facts, _ := p.Facts(Check).(*Facts)
	return facts
}

func derive(domain string, table *provider.Table, s *spf.Facts, d *dkim.Facts, m *mx.Facts) *Facts {
	f := &Facts{Organizational: organizational(domain), Evidence: []checks.Text{}}
	f.Sends = f.fromSPF(s).Or(f.fromDKIM(d)).Or(f.fromMX(table, m, s))
	f.Receives = f.receives(m)
	f.Parked = f.Sends.Not().And(f.Receives.Not())
	f.Silent = f.Sends == checks.No && d.LiveKey == checks.No
	f.identify(table, s, d, m)
	return f
}

func organizational(domain string) bool {
	return checks.OrganizationalDomain(domain) == domain && !checks.IsPublicSuffix(domain)
}

func (f *Facts) say(id string, args checks.Args) {
	f.Evidence = append(f.Evidence, checks.T("role."+id, args))
}

// fromSPF: a record with a mistake lets nobody pass, whatever it meant.
func (f *Facts) fromSPF(s *spf.Facts) checks.Tri {
	if s.Outcome == spf.Malformed && s.CanPass == checks.Open && !s.HasUnknown() {
		return checks.No
	}
	if s.CanPass == checks.Yes {
		f.say("spf-passes", nil)
	}
	return s.CanPass
}

// fromDKIM is Yes only with a key in hand. That none was found among those
// tried leaves the question to the other evidence, unless an answer is missing.
func (f *Facts) fromDKIM(d *dkim.Facts) checks.Tri {
	switch {
	case d.LiveKey == checks.Yes:
		f.say("dkim-key", nil)
		return checks.Yes
	case d.HasUnknown():
		return checks.Open
	}
	return checks.No
}

// fromMX takes mailboxes at a provider for a sign of sending, unless SPF refuses
// all senders in so many words: then they only receive. An MX at a gateway says
// nothing about sending, nor does one at a web host, which may be there unused.
func (f *Facts) fromMX(table *provider.Table, m *mx.Facts, s *spf.Facts) checks.Tri {
	switch {
	case s.DeniesAll():
		return checks.No
	case s.MayDenyAll():
		return checks.Open
	}
	for _, h := range m.Hosts {
		if p := table.ByMX(h.Name); p != nil && p.Has(provider.Mailbox) {
			f.say("mailbox-mx", checks.Args{"host": h.Name})
			return checks.Yes
		}
		if table.ByReturnPath(h.Name) != nil {
			f.say("return-path-mx", checks.Args{"host": h.Name})
			return checks.Yes
		}
	}
	return checks.TriOf(false, m.Kind != mx.Undecided)
}

func (f *Facts) receives(m *mx.Facts) checks.Tri {
	receives, known := m.Receives()
	switch m.Kind {
	case mx.Hosts, mx.Mixed:
		f.say("mx-hosts", nil)
	case mx.Implicit:
		f.say("mx-implicit", nil)
	case mx.Null:
		f.say("mx-null", nil)
	case mx.None:
		f.say("mx-none", nil)
	}
	return checks.TriOf(receives, known)
}

// summary names the providers, if any is known.
func (f *Facts) summary() []checks.Text {
	args := checks.Args{"inbound": f.Inbound.names(), "outbound": f.Outbound.names()}
	switch in, out := len(f.Inbound) > 0, len(f.Outbound) > 0; {
	case in && out:
		return []checks.Text{checks.T("summary.role-both", args)}
	case in:
		return []checks.Text{checks.T("summary.role-in", args)}
	case out:
		return []checks.Text{checks.T("summary.role-out", args)}
	}
	return nil
}
