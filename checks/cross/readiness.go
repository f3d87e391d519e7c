package cross

import (
	"slices"

	"mailauth/checks"
	"mailauth/checks/dmarc"
	"mailauth/checks/provider"
	"mailauth/checks/role"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

// Readiness tells a domain that sends what stops it from asking receivers to
// reject, in the order in which it is done, each step with its effort.
var Readiness = &checks.Rule{ID: "x-enforce-readiness", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 9989 §5.1, §7.4",
	Reads: reads(dmarc.InRecord, dmarc.InWalk, dmarc.InExists)}

func judgeReadiness(v view) []checks.Finding {
	if !v.role.Organizational || v.role.Sends != checks.Yes || !v.dmarc.PolicyKnown || v.dmarc.Applied == dmarc.Reject {
		return nil
	}
	f := Readiness.On(dmarc.Owner(v.domain), resolver.TypeTXT)
	if v.dmarc.Policy != nil {
		f = Readiness.At(v.dmarc.Policy.RR)
	}
	steps := v.stepsToReject()
	f.Args = checks.Args{"domain": v.domain, "steps": steps, "count": len(steps)}
	return []checks.Finding{f}
}

// readinessKnown reports whether it is decided, whatever is open, that steps are
// left or that none is.
func (v view) readinessKnown() bool {
	if !v.role.Organizational || v.role.Sends == checks.No {
		return true
	}
	return v.dmarc.PolicyKnown && (v.dmarc.Applied == dmarc.Reject || v.role.Sends == checks.Yes)
}

// stepsToReject are what is left to do. Authentication comes before reports,
// reports before any policy.
func (v view) stepsToReject() (steps []checks.Text) {
	add := func(needed bool, id string, args checks.Args) {
		if needed {
			steps = append(steps, checks.T("readiness."+id, args))
		}
	}
	none := v.dmarc.Policy == nil || v.dmarc.Asked == ""
	add(v.spf.Outcome != spf.Published && v.spf.Outcome != spf.Open, "spf", nil)
	add(v.dkim.LiveKey == checks.No, "dkim", nil)
	add(v.dkim.LiveKey == checks.Open && !v.dkim.HasUnknown(), "selector", nil)
	unsigned := v.unsigned()
	add(len(unsigned) > 0, "providers", checks.Args{"providers": unsigned, "count": len(unsigned)})
	add(none, "policy", checks.Args{"domain": v.domain})
	add(!none && !v.dmarc.MeansReports(), "reports", nil)
	add(none || v.dmarc.Asked == dmarc.None, "watch", nil)
	add(none || v.dmarc.Asked.Rank() < dmarc.Quarantine.Rank(), "quarantine", nil)
	add(true, "lists", nil)
	add(none || v.dmarc.Asked != dmarc.Reject, "reject", nil)
	add(!none && v.dmarc.Applied != v.dmarc.Asked, "test-mode", nil)
	return steps
}

// unsigned are the providers that may send and for which no key of the domain
// was found, although all their customers have it under the same selectors.
func (v view) unsigned() []provider.Names {
	var names []provider.Names
	for _, p := range v.role.Outbound {
		sends := slices.Contains(p.Layers, provider.Mailbox) || slices.Contains(p.Layers, provider.Sender)
		signed := slices.ContainsFunc(p.Because, func(c role.Clue) bool { return c.From == role.ClueKey })
		asked := false
		for _, inferred := range v.dkim.Inferred {
			asked = asked || inferred.Provider == p.Provider
		}
		if sends && asked && !signed && !v.keyBy(p.Provider) {
			names = append(names, p.Name)
		}
	}
	return names
}

// keyBy reports whether a live key stands under a selector that was asked for
// because of the provider.
func (v view) keyBy(id string) bool {
	for _, inferred := range v.dkim.Inferred {
		if inferred.Provider != id {
			continue
		}
		for _, s := range v.dkim.Selectors {
			if s.State.Found() && slices.Contains(inferred.Selectors, s.Selector) {
				return true
			}
		}
	}
	return false
}
