package cross

import (
	"mailauth/checks"
	"mailauth/checks/dmarc"
	"mailauth/checks/mx"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

// judgeParked tells a domain without mail what closes it against forgery: the
// whole set once where SPF or DMARC is missing, else only what is weak.
func judgeParked(v view) []checks.Finding {
	if v.role.Parked != checks.Yes || !v.known() {
		return judgeWeakPolicy(v)
	}
	noSPF, noDMARC := v.lacksSPF(), v.dmarc.Missing() == checks.Yes
	if checks.IsPublicSuffix(v.domain) || noSPF && v.alias() != "" {
		noSPF, noDMARC = false, false // no set of records is the domain's to publish
	}
	if noSPF || noDMARC {
		return []checks.Finding{v.nonMailSet(noSPF, noDMARC)}
	}
	findings := append(judgeWeakSPF(v), judgeWeakPolicy(v)...)
	if len(findings) == 0 && v.mx.Kind == mx.None && v.alias() == "" && !checks.IsPublicSuffix(v.domain) {
		findings = []checks.Finding{v.nonMailSet(false, false)}
	}
	return findings
}

// known reports that a record that exists was read, and that a missing one is
// missing: neither is open, nor broken in a way that has a finding of its own.
func (v view) known() bool {
	usable := v.spf.Outcome == spf.Published || v.lacksSPF() && v.spf.Meant() == checks.No
	return usable && v.dmarc.Missing() != checks.Open && !v.meantDMARC()
}

// meantDMARC reports that something was published as a policy and is none, or
// is not found: that has a finding of its own.
func (v view) meantDMARC() bool {
	own := v.dmarc.Own()
	stray := len(own.Others) > 0 && v.dmarc.ViaWildcard() != checks.Yes
	return v.dmarc.Missing() == checks.Yes && (len(v.dmarc.Misplaced) > 0 || len(own.Records) > 1 || stray)
}

// nonMailSet names what is lacking and prints the records. It is a warning only
// where the domain is an organization's own, provably silent, and SPF or DMARC
// is missing.
func (v view) nonMailSet(noSPF, noDMARC bool) checks.Finding {
	f := NoMailSet.On(v.domain, resolver.TypeTXT).With("domain", v.domain).As(checks.Info)
	f.Scope = checks.AnyScope
	if (noSPF || noDMARC) && v.role.Organizational && v.role.Silent {
		f = f.As(checks.Warning)
	}
	var lacking []string
	var edits []resolver.Edit
	switch {
	case noSPF:
		lacking = append(lacking, "SPF")
		edits = append(edits, add(v.domain, resolver.NewTXT(denyAll)))
	case !v.spf.DeniesAll():
		lacking = append(lacking, "SPF -all")
		edits = append(edits, swap(v.spf.Root.At(), resolver.NewTXT(denyAll)))
	}
	switch {
	case noDMARC:
		lacking = append(lacking, "DMARC")
		edits = append(edits, v.publish(rejectAll)...)
	case !v.dmarc.Inherited() && v.dmarc.Applied != dmarc.Reject:
		lacking = append(lacking, "DMARC p=reject")
		edits = append(edits, v.rejectEdit())
	}
	if v.mx.Kind == mx.None {
		lacking = append(lacking, "null MX")
		edits = append(edits, add(v.domain, resolver.MX{Host: "."}))
	}
	if v.lacksRevocation() {
		lacking = append(lacking, "*._domainkey")
		edits = append(edits, add(resolver.Join(v.domain, "*", "_domainkey"), resolver.NewTXT("v=DKIM1; p=")))
	}
	f = f.With("lacking", lacking).With("spf", v.spf.DeniesAll()).With("keys", v.lacksRevocation()).With("dmarc", !noDMARC && v.dmarc.Applied == dmarc.Reject)
	f.Fixes = []checks.Fix{{Title: checks.T("fix.x-nonmail-set", nil), Edits: edits}}
	if !noSPF && !v.spf.DeniesAll() {
		f.Fixes[0].Choices = v.unlessMended()
	}
	return f
}

// lacksRevocation reports that no key can be live and that no record says so.
func (v view) lacksRevocation() bool {
	return v.dkim.LiveKey == checks.No && len(v.dkim.Selectors) == 0
}

// unlessMended leaves the refusal of all senders to the user where the record
// has mistakes: mended, somebody may pass. One record takes one of the two.
func (v view) unlessMended() []checks.Choice {
	if !v.spf.Corrected() {
		return nil
	}
	return []checks.Choice{{Name: "none", Text: checks.T("choice.spf-send-none", nil)}}
}

const (
	denyAll   = "v=spf1 -all"
	rejectAll = "v=DMARC1; p=reject;"
)

// judgeWeakSPF: the domain provably sends nothing and its record does not say so.
func judgeWeakSPF(v view) []checks.Finding {
	if v.spf.Outcome != spf.Published || v.spf.DeniesAll() || !v.role.Silent {
		return nil
	}
	r := v.spf.Root.At()
	f := NoMailSPF.At(r).With("domain", v.domain)
	f.Fixes = []checks.Fix{{Title: checks.T("fix.spf-deny-all", nil), Edits: []resolver.Edit{swap(r, resolver.NewTXT(denyAll))}, Choices: v.unlessMended()}}
	return []checks.Finding{f}
}

// judgeWeakPolicy: SPF says that nobody sends and no key can exist, so that
// rejecting loses nothing. The policy of a public suffix is for the domains of
// others.
func judgeWeakPolicy(v view) []checks.Finding {
	policy := v.dmarc.Policy
	if !v.role.Silent || checks.IsPublicSuffix(v.domain) || !v.spf.DeniesAll() || policy == nil || v.dmarc.Applied == "" || v.dmarc.Applied == dmarc.Reject {
		return nil
	}
	f := WeakNoMail.At(policy.RR).With("domain", v.domain).With("policy", string(v.dmarc.Applied))
	f.Scope = checks.AnyScope
	if !v.dmarc.Inherited() {
		f.Fixes = []checks.Fix{{Title: checks.T("fix.dmarc-reject", nil), Edits: []resolver.Edit{v.rejectEdit()}}}
		return []checks.Finding{f}
	}
	f.Fixes = []checks.Fix{{Title: checks.T("fix.dmarc-reject", nil), Edits: []resolver.Edit{add(dmarc.Owner(v.domain), resolver.NewTXT(rejectAll))}}}
	return []checks.Finding{f}
}

// rejectEdit raises the domain's own policy, for its subdomains too, and takes it
// out of test mode.
func (v view) rejectEdit() resolver.Edit {
	record := v.dmarc.Mended()
	raised := dmarc.Parse(record.Without("t", "pct", "sp", "np")).Set("p", "reject")
	return swap(v.dmarc.Policy.RR, resolver.NewTXT(raised))
}
