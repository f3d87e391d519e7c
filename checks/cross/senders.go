package cross

import (
	"slices"

	"mailauth/checks"
	"mailauth/checks/dkim"
	"mailauth/checks/dmarc"
	"mailauth/checks/mx"
	"mailauth/checks/provider"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

// The rules on what SPF and DMARC say of a domain whose mail goes to a provider.
var (
	UselessMX = &checks.Rule{ID: "spf-mx-useless", Severity: checks.Info, Source: checks.Practice, Citation: "RFC 7208 §5.4",
		Reads: []checks.Input{spf.InRecord, spf.InTree, mx.InSet}}
	Align = &checks.Rule{ID: "spf-align", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 §4.4.2",
		Reads: []checks.Input{spf.InRecord, spf.InTree, mx.InSet}}
	// Denied is a warning only where the mailbox provider signs the domain's mail,
	// and no name of the domain's own takes bounces in its place.
	Denied = &checks.Rule{ID: "spf-mail-but-denyall", Severity: checks.Warning, Source: checks.Receiver, Citation: "RFC 7208 §10.1.2, Microsoft, troubleshooting of mail flow",
		Reads: reads(InBounce)}
	Lists = &checks.Rule{ID: "dmarc-reject-lists", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 §7.4",
		Reads: reads(dmarc.InRecord, dmarc.InWalk, dmarc.InExists)}
)

// judgeUselessMX: the hosts that take the mail in send none, so that "mx" lets
// nobody pass who sends.
func judgeUselessMX(v view) []checks.Finding {
	if v.spf.Outcome != spf.Published || v.mx.Kind != mx.Hosts {
		return nil
	}
	var behind []provider.Names
	for _, h := range v.mx.Hosts {
		p := v.table.ByMX(h.Name)
		if p == nil || !p.Is(provider.ReceivesOnly) {
			return nil
		}
		if !slices.Contains(behind, p.Name.Both()) {
			behind = append(behind, p.Name.Both())
		}
	}
	for _, e := range v.spf.Root.Terms {
		if e.Kind == spf.MX && e.Reachable && e.Qualifier == spf.Pass && v.spf.Root.Own && slices.Equal(e.Names, []string{v.domain}) {
			f := spf.OnTerm(UselessMX, e).With("providers", behind)
			f.Fixes = v.spf.LeaveOut(e, "useless-mx")
			return []checks.Finding{f}
		}
	}
	return nil
}

// judgeAlign finds services that take bounces themselves: SPF is asked at their
// domain, where it passes for them and not for the audited one.
func judgeAlign(v view) (findings []checks.Finding) {
	if v.mx.Kind == mx.Undecided {
		return nil
	}
	for _, e := range v.spf.Services() {
		p := v.table.ByInclude(e.Service())
		if p == nil || !e.PointsToRecord() || !p.Is(provider.OwnBounce) || e.Kind != spf.Include || v.bouncesTo(p) {
			continue
		}
		f := spf.OnTerm(Align, e).With("provider", p.Name.Both())
		f.Fixes = v.spf.LeaveOut(e, "align")
		findings = append(findings, f)
	}
	return findings
}

// bouncesTo reports that the audited name is itself the one that takes the
// provider's bounces.
func (v view) bouncesTo(p *provider.Provider) bool {
	return slices.ContainsFunc(v.mx.Hosts, func(h *mx.Host) bool { return v.table.ByReturnPath(h.Name) == p })
}

// bounceLabels are names that services propose for the envelope's domain.
func bounceLabels() []string { return []string{"bounce", "bounces", "send", "mail"} }

// bounceNames are asked for only where they decide the weight of a finding.
func (v view) bounceNames() (names []string) {
	if v.deniedSigner() == nil {
		return nil
	}
	for _, label := range bounceLabels() {
		names = append(names, resolver.Join(v.domain, label))
	}
	return names
}

// deniedSigner is the mailbox provider whose key the domain has, although SPF
// refuses all senders; nil if there is none.
func (v view) deniedSigner() *provider.Provider {
	if !v.spf.DeniesAll() {
		return nil
	}
	list, _ := v.mailboxes()
	for _, p := range list {
		fixed := provider.FixedSelectors([]*provider.Provider{p})
		for _, s := range v.dkim.Selectors {
			direct := len(p.DKIMTargets) == 0 && s.Provider == "" && slices.Contains(fixed, s.Selector)
			if s.State == dkim.StateLive && (s.Provider == p.ID || direct) {
				return p
			}
		}
	}
	return nil
}

// judgeDenied: the mailboxes are at a provider, and SPF refuses what is sent from
// there. A domain that only receives is right to say so.
func judgeDenied(v view) []checks.Finding {
	list, hosts := v.mailboxes()
	if !v.spf.DeniesAll() || len(list) == 0 {
		return nil
	}
	f := Denied.At(v.spf.Root.At()).With("domain", v.domain).With("provider", list[0].Name.Both()).With("host", hosts[0]).With("signed", false).As(checks.Info)
	if p := v.deniedSigner(); p != nil {
		f = f.With("provider", p.Name.Both()).With("signed", true)
		if v.noBounces() {
			f = f.As(checks.Warning)
		}
	}
	return []checks.Finding{f}
}

// noBounces reports that none of the usual names takes bounces. One that is there
// may be in the envelope of the domain's mail.
func (v view) noBounces() bool {
	return !slices.ContainsFunc(v.own.Bounces, func(r checks.Result) bool { return r.Unknown() || r.Is(resolver.Data) })
}

// judgeLists: people write from the domain, and lists that they write to change
// messages, which then fail.
func judgeLists(v view) []checks.Finding {
	if !v.rejects() || v.role.Sends != checks.Yes || v.role.Receives != checks.Yes {
		return nil
	}
	return []checks.Finding{Lists.At(v.dmarc.Policy.RR).With("domain", v.domain)}
}

// rejects reports that the domain's own record has receivers reject.
func (v view) rejects() bool {
	return v.dmarc.Policy != nil && !v.dmarc.Inherited() && v.dmarc.Applied == dmarc.Reject
}

// listsKnown reports whether it is decided, whatever is open, that people write
// from a domain that rejects.
func (v view) listsKnown() bool {
	return v.dmarc.PolicyKnown && (!v.rejects() || v.role.Sends != checks.Open && v.role.Receives != checks.Open)
}
