package mx

import "mailauth/checks"

var (
	set       = []checks.Input{InSet}
	addresses = []checks.Input{InSet, InAddress}
	reverse   = []checks.Input{InSet, InAddress, InReverse}
)

// The rules of the check. Those that depend on whether the domain sends are in
// checks/cross.
var (
	NoneRule = &checks.Rule{ID: "mx-none", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 5321 §5.1", Reads: set}
	NullRule = &checks.Rule{ID: "mx-null", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 7505 §3", Reads: set}
	NullPref = &checks.Rule{ID: "mx-null-pref", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 7505 §3", Reads: set}
	// NullMixed: a sender that honours the null MX gives up although hosts stand beside it.
	NullMixed = &checks.Rule{ID: "mx-null-mixed", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 7505 §3", Reads: set}
	CNAME     = &checks.Rule{ID: "mx-cname", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 2181 §10.3", Reads: addresses}
	IP        = &checks.Rule{ID: "mx-ip", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 1035 §3.3.9", Reads: set}
	// NoAddress, PrivateAddress and LocalhostRule are errors where no exchange is usable.
	NoAddress      = &checks.Rule{ID: "mx-unresolvable", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 5321 §5.1", Reads: []checks.Input{InSet, InAddress, InDomain}}
	PrivateAddress = &checks.Rule{ID: "mx-private", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 6890 §2.2.2", Reads: addresses}
	LocalhostRule  = &checks.Rule{ID: "mx-localhost", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 6761 §6.3", Reads: addresses}
	IPv6Only       = &checks.Rule{ID: "mx-ipv6-only", Severity: checks.Warning, Source: checks.Practice, Citation: "RFC 5321 §5.2", Reads: addresses}
	PTRGeneric     = &checks.Rule{ID: "mx-ptr-generic", Severity: checks.Info, Source: checks.Receiver, Citation: "Yahoo Sender Hub, best practices", Reads: reverse}
	Single         = &checks.Rule{ID: "mx-single", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 5321 §5.1", Reads: set}
	NoIPv6         = &checks.Rule{ID: "mx-no-ipv6", Severity: checks.Info, Source: checks.Practice, Citation: "RFC 5321 §5.2", Reads: addresses}
	SamePreference = &checks.Rule{ID: "mx-same-pref", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 5321 §5.1", Reads: set}
	Dup            = &checks.Rule{ID: "mx-dup", Severity: checks.Info, Source: checks.Practice, Citation: "RFC 5321 §5.1", Reads: set}
	SameAddress    = &checks.Rule{ID: "mx-dup-ip", Severity: checks.Info, Source: checks.Practice, Citation: "RFC 5321 §5.1", Reads: addresses}
	Count          = &checks.Rule{ID: "mx-count", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 7208 §4.6.4", Reads: set}
	Wildcard       = &checks.Rule{ID: "mx-wildcard", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 4592 §2.1", Reads: []checks.Input{InNobody}}
	Autoconfig     = &checks.Rule{ID: "srv-autoconfig", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 6186 §3, RFC 8314 §5.1",
		Reads: []checks.Input{InSet, InService}}
	Filter     = &checks.Rule{ID: "dns-resolver-filter", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 8020 §2", Reads: []checks.Input{InNobody}}
	DeadDomain = &checks.Rule{ID: "mx-dangling-domain", Severity: checks.Error, Source: checks.Practice, Citation: "RFC 5321 §5.1",
		Reads: []checks.Input{InSet, InAddress, InDomain}, Supersedes: []string{"mx-unresolvable"}}
)

var rules = []*checks.Rule{
	NoneRule, NullRule, NullPref, NullMixed, CNAME, IP, NoAddress, PrivateAddress, LocalhostRule, IPv6Only, PTRGeneric, Single, DeadDomain,
	NoIPv6, SamePreference, Dup, SameAddress, Count, Wildcard, Autoconfig, Filter,
}
