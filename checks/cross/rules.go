package cross

import (
	"slices"

	"mailauth/checks"
	"mailauth/checks/dkim"
	"mailauth/checks/dmarc"
	"mailauth/checks/dnssec"
	"mailauth/checks/mx"
	"mailauth/checks/role"
	"mailauth/checks/spf"
)

// reads joins the inputs of the role with others.
func reads(others ...checks.Input) []checks.Input {
	return slices.Concat(role.Inputs, others)
}

// The rules. Each says in a comment for whom it is an error or a warning; for
// everyone else, and where the role is open, it is an info or not raised.
var (
	// MissingSPF is an error where the domain sends, a warning for a parked
	// organizational domain.
	MissingSPF = &checks.Rule{ID: "spf-missing", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 7208 §4.5", Reads: reads()}
	// NoMailSPF: the domain provably sends nothing and is parked.
	NoMailSPF = &checks.Rule{ID: "spf-nomail-domain", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 7208 §10.1.2",
		Reads: reads(dmarc.MissingReads...), Supersedes: openEnds}
	Hardfail = &checks.Rule{ID: "spf-hardfail-with-dmarc", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 §7.1",
		Reads: reads(dmarc.InRecord, dmarc.InWalk, dmarc.InExists)}
	Helo = &checks.Rule{ID: "spf-helo", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 7208 §2.3, §10.1.3",
		Reads: []checks.Input{spf.InRecord, spf.InAddress, spf.InMX, spf.InMXHost, mx.InSet, mx.InAddress, InHelo}}
	NoIPv6 = &checks.Rule{ID: "spf-no-ip6", Severity: checks.Info, Source: checks.Receiver, Citation: "Google, e-mail sender guidelines",
		Reads: []checks.Input{spf.InRecord, spf.InTree, spf.InAddress, spf.InMX, spf.InMXHost, spf.InExists, mx.InSet, mx.InAddress}}
	// NoNamespace is a warning where the domain sends.
	NoNamespace = &checks.Rule{ID: "dkim-no-namespace", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 8020 §2, RFC 6376 §3.6.2.1", Reads: reads(),
		Supersedes: []string{"x-provider-dkim-missing"}}
	// MissingDMARC is an error for an organizational domain that sends, a warning
	// for one that does not.
	MissingDMARC = &checks.Rule{ID: "dmarc-missing", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 9989 §4.10.1",
		Reads: reads(dmarc.MissingReads...)}
	// NoReports is not raised for a domain that sends nothing.
	NoReports = &checks.Rule{ID: "dmarc-no-rua", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 9989 §5.1.3",
		Reads: reads(dmarc.InRecord, dmarc.InWalk, dmarc.InExists)}
	// WeakNoMail: the domain says in SPF that it sends nothing.
	WeakNoMail = &checks.Rule{ID: "dmarc-nomail-weak", Severity: checks.Warning, Source: checks.Practice, Citation: "M3AAWG Protecting Parked Domains",
		Reads: reads(dmarc.InRecord, dmarc.InWalk, dmarc.InExists), Supersedes: []string{"dmarc-p-none", "dmarc-p-none-no-rua", "dmarc-t-y"}}
	// WithoutDKIM is an error where only strict DKIM alignment could pass and no
	// key can exist, a warning where the domain sends and no key can exist; neither
	// for a name that only takes bounces or greets receivers.
	WithoutDKIM = &checks.Rule{ID: "dmarc-reject-spf-only", Severity: checks.Warning, Max: checks.Error, Source: checks.RFC, Citation: "RFC 9989 §7.4",
		Reads: reads(dmarc.InRecord, dmarc.InWalk, dmarc.InExists, InOrgKeys), Supersedes: []string{"dkim-no-namespace", "x-provider-dkim-missing"}}
	// ImplicitMX is a warning for an organizational domain that does not refuse
	// all senders in SPF.
	ImplicitMX = &checks.Rule{ID: "mx-none-implicit", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 5321 §5.1, RFC 7505 §2",
		Reads: reads()}
	NullSends = &checks.Rule{ID: "mx-null-sends", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 7505 §4.2",
		Reads: reads(), Supersedes: []string{"mx-null", "spf-nomail-domain"}}
	NoReverse = &checks.Rule{ID: "mx-ptr", Severity: checks.Warning, Source: checks.Receiver, Citation: "Google, e-mail sender guidelines",
		Reads: reverseReads}
	Unconfirmed = &checks.Rule{ID: "mx-fcrdns", Severity: checks.Warning, Source: checks.Receiver, Citation: "Google, e-mail sender guidelines",
		Reads: reverseReads}
	MixedProvider = &checks.Rule{ID: "mx-mixed-provider", Severity: checks.Info, Source: checks.Practice, Citation: "RFC 5321 §5.1",
		Reads: []checks.Input{mx.InSet, mx.InAddress}}
	Bypass = &checks.Rule{ID: "mx-direct-bypass", Severity: checks.Info, Source: checks.Practice, Citation: "Microsoft Learn, enhanced filtering for connectors",
		Reads: reads(mx.InAddress)}
	NoSOA = &checks.Rule{ID: "host-no-soa", Severity: checks.Info, Source: checks.Receiver, Citation: "Yahoo Sender Hub, SMTP error codes", Reads: reads(InSOA)}
	// UnsignedPolicy follows from dnssec-unsigned unless an alias leads to a zone
	// of somebody else.
	UnsignedPolicy = &checks.Rule{ID: "dmarc-unsigned", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 §11.3",
		Reads: []checks.Input{dmarc.InRecord, dmarc.InWalk, dmarc.InExists, dnssec.InZone, InPolicyZone}}
	// NoMailSet is a warning for an organizational domain that is parked and
	// lacks SPF or DMARC.
	NoMailSet = &checks.Rule{ID: "x-nonmail-set", Severity: checks.Warning, Source: checks.Practice, Citation: "M3AAWG Protecting Parked Domains",
		Reads:      reads(slices.Concat(dmarc.MissingReads, spf.MeantReads)...),
		Supersedes: append([]string{"spf-missing", "spf-nomail-domain", "dmarc-missing", "dmarc-nomail-weak", "mx-none", "mx-null", "dmarc-p-none", "dmarc-p-none-no-rua"}, openEnds...)}
)

// openEnds are the rules on how a record ends that a record for no mail settles.
var openEnds = []string{"spf-no-all", "spf-neutral-all", "spf-softfail"}

var reverseReads = []checks.Input{spf.InRecord, spf.InAddress, spf.InMX, spf.InMXHost, spf.InSender, mx.InSet, mx.InAddress, mx.InReverse}

var rules = []*checks.Rule{
	MissingSPF, NoMailSPF, Hardfail, Helo, NoIPv6, NoNamespace, MissingDMARC, NoReports, WeakNoMail, WithoutDKIM,
	ImplicitMX, NullSends, NoReverse, Unconfirmed, NoMailSet, UnsignedPolicy, Readiness,
	MixedProvider, Bypass, NoSOA,
	UselessMX, Align, Denied, Lists, MissingInclude, MissingKeys, Stale, Gateway, Leak,
	NoLogo, LogoPolicy, BlocksPolicy,
}

// settled lists the rules that what is known decides, whatever is open.
func settled(v view) (decided []*checks.Rule) {
	if v.spf.Outcome != spf.NoRecord && v.spf.Outcome != spf.NoName && v.spf.Outcome != spf.Open {
		decided = append(decided, MissingSPF)
	}
	if v.dmarc.Missing() == checks.No {
		decided = append(decided, MissingDMARC)
	}
	if v.dmarc.PolicyKnown && v.dmarc.Asked.Rank() < dmarc.Quarantine.Rank() {
		decided = append(decided, WithoutDKIM, NoReports, Hardfail)
	}
	if v.dmarc.Policy != nil && v.dmarc.Policy.Record.Reports() {
		decided = append(decided, NoReports)
	}
	if v.dkim.LiveKey == checks.Yes || v.role.Sends == checks.No {
		decided = append(decided, WithoutDKIM, NoNamespace)
	}
	if v.role.Sends == checks.No {
		decided = append(decided, NoReports, Hardfail)
	}
	if v.mx.Kind != mx.Undecided && v.mx.Kind != mx.Implicit {
		decided = append(decided, ImplicitMX)
	}
	if v.mx.Kind != mx.Undecided && v.mx.Kind != mx.Null {
		decided = append(decided, NullSends)
	}
	if v.role.Parked == checks.No {
		decided = append(decided, NoMailSPF, NoMailSet)
	}
	if v.role.Sends == checks.Yes || v.dmarc.PolicyKnown && (v.dmarc.Policy == nil || v.dmarc.Applied == dmarc.Reject) {
		decided = append(decided, WeakNoMail)
	}
	if v.listsKnown() {
		decided = append(decided, Lists)
	}
	if v.readinessKnown() {
		decided = append(decided, Readiness)
	}
	if v.dkim.Namespace != dkim.NamespaceUnknown && v.dkim.Namespace != dkim.NamespaceNXDomain {
		decided = append(decided, NoNamespace)
	}
	return slices.Concat(decided, settledLogo(v), settledPolicy(v))
}
