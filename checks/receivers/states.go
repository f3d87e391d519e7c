package receivers

import (
	"net/netip"

	"mailauth/checks"
	"mailauth/checks/dkim"
	"mailauth/checks/dmarc"
	"mailauth/checks/spf"
)

// spfTri: there is a record by which mail can pass, and it has no error, which
// would be a permerror for some sender at least.
func (v view) spfTri() checks.Tri {
	if v.spf == nil {
		return checks.Open
	}
	switch v.spf.Outcome {
	case spf.Open:
		return checks.Open
	case spf.Published:
		if v.spf.DeniesAll() { // mail may carry the name of another domain as its sender
			return checks.Open
		}
		return v.spf.CanPass.And(v.soundTri("spf"))
	}
	return checks.No
}

// soundTri is No where the check has an error, and open where one may be hidden
// behind a question without answer.
func (v view) soundTri(check string) checks.Tri {
	switch v.status(check) {
	case checks.StatusFail:
		return checks.No
	case checks.StatusUnknown, "":
		return checks.Open
	}
	return checks.Yes
}

func (v view) dkimTri() checks.Tri {
	if v.dkim == nil {
		return checks.Open
	}
	return v.dkim.LiveKey
}

func (v view) dmarcTri() checks.Tri {
	if v.dmarc == nil {
		return checks.Open
	}
	return checks.TriOf(v.dmarc.Policy != nil && v.dmarc.Asked != "", v.dmarc.PolicyKnown)
}

// appliedTri says whether receivers apply at least the policy.
func (v view) appliedTri(least dmarc.Policy) checks.Tri {
	if v.dmarc == nil {
		return checks.Open
	}
	return checks.TriOf(v.dmarc.Policy != nil && v.dmarc.Applied.Rank() >= least.Rank(), v.dmarc.PolicyKnown)
}

func (v view) ifSends(t checks.Tri) State { return sending(of(t))(v) }

func (v view) spfState() State    { return v.ifSends(v.spfTri()) }
func (v view) dkimState() State   { return v.ifSends(v.dkimTri()) }
func (v view) eitherState() State { return v.ifSends(v.spfTri().Or(v.dkimTri())) }

// spfV4State: some IPv4 address passes. Where that depends on the message it
// cannot be told.
func (v view) spfV4State() State {
	t := v.spfTri()
	if t == checks.Yes && v.spf.Static.Set != nil {
		t = checks.Open
		for _, p := range v.spf.Static.Set.Prefixes() {
			if p.Addr().Is4() {
				t = checks.Yes
			}
		}
		if t == checks.Open && len(v.spf.Static.Dynamic)+len(v.spf.Static.Open) == 0 {
			t = checks.No
		}
	}
	return v.ifSends(t)
}

// keyState: no key in use is shorter than receivers take. Without a key there is
// no length; that there is none is said where DKIM is asked for.
func (v view) keyState() State {
	switch {
	case v.silent():
		return Exempt
	case v.raised("dkim-rsa-lt1024"):
		return Unmet
	case v.blocked("dkim-rsa-lt1024") || v.dkim == nil:
		return Open
	}
	for _, s := range v.dkim.Selectors {
		if s.State == dkim.StateLive {
			return Met
		}
	}
	if v.dkimTri() == checks.No {
		return Exempt
	}
	return Open
}

// The policy counts for a domain that sends nothing too: others send in its name.
func (v view) dmarcState() State    { return of(v.dmarcTri()) }
func (v view) enforcedState() State { return of(v.appliedTri(dmarc.Quarantine)) }
func (v view) rejectsState() State  { return of(v.appliedTri(dmarc.Reject)) }

// orgState: the record stands at the organizational domain itself.
func (v view) orgState() State {
	if v.dmarc == nil {
		return Open
	}
	if site, ok := v.dmarc.Site(v.dmarc.PSLOrg); ok && site.Known {
		return of(checks.TriOf(site.Valid() != nil, true))
	}
	return Open
}

// silentState: a name that sends nothing says so. Whether that holds for all of
// the owner's names one audit does not show.
func (v view) silentState() State {
	switch {
	case v.role == nil || v.role.Sends == checks.Open:
		return Open
	case v.role.Sends == checks.Yes:
		return Exempt
	case v.spf == nil || v.spf.Outcome == spf.Open:
		return Open
	}
	return of(checks.TriOf(v.spf.DeniesAll(), true).And(v.appliedTri(dmarc.Reject)))
}

func (v view) reportsState() State {
	if v.dmarc == nil || !v.dmarc.PolicyKnown {
		return Open
	}
	if v.dmarc.Policy == nil || !v.dmarc.Policy.Record.Reports() {
		return Unmet
	}
	for _, rule := range []string{"dmarc-rua-uri", "dmarc-rua-external-unauth", "dmarc-rua-no-mx"} {
		if v.raised(rule) {
			return Unmet
		}
		if v.blocked(rule) {
			return Open
		}
	}
	return Met
}

// reverseState: of the addresses that may send, the DNS of the domain shows those
// that its record names one by one. A provider's are the provider's business.
func (v view) reverseState() State {
	switch {
	case v.silent():
		return Exempt
	case v.raised("mx-ptr") || v.raised("mx-fcrdns"):
		return Unmet
	case v.spf == nil || v.mx == nil:
		return Open
	case v.blocked("mx-ptr") || v.blocked("mx-fcrdns"):
		return Open
	}
	confirmed := map[netip.Addr]bool{}
	for _, h := range v.mx.Hosts {
		for _, a := range h.Addresses {
			confirmed[a.IP] = a.Asked && a.Known && len(a.Confirmed) > 0
		}
	}
	if len(v.spf.Static.Senders) == 0 {
		return Unseen
	}
	for _, s := range v.spf.Static.Senders {
		if !confirmed[s.Addr] {
			return Unseen
		}
	}
	return Met
}

func (v view) resolvableState() State {
	switch {
	case v.silent():
		return Exempt
	case v.raised("host-no-soa"):
		return Unmet
	case v.mx == nil || v.blocked("host-no-soa"):
		return Open
	}
	return of(checks.TriOf(v.mx.Exists, true))
}

func (v view) bimiState() State {
	switch {
	case v.raised("bimi-none") || v.raised("bimi-decline"):
		return Unmet
	case v.blocked("bimi-none"):
		return Open
	}
	return of(v.soundTri("bimi"))
}
