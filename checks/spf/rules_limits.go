package spf

import (
	"mailauth/checks"
	"mailauth/resolver"
)

var (
	readLookups = []checks.Input{InRecord, InTree, InAddress, InMX, InExists}
)

// The rules on the limits of RFC 7208 §4.6.4.
var (
	RuleLookupsOver = &checks.Rule{ID: "spf-lookups-over", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 7208 §4.6.4", Reads: readAddresses,
		Supersedes: []string{"spf-lookups-near"}}
	RuleLookupsNear = &checks.Rule{ID: "spf-lookups-near", Severity: checks.Info, Max: checks.Warning, Source: checks.RFC, Citation: "RFC 7208 §4.6.4", Reads: readTree}
	RuleVoidOver    = &checks.Rule{ID: "spf-void-over", Severity: checks.Warning, Max: checks.Error, Source: checks.RFC, Citation: "RFC 7208 §4.6.4",
		Reads: append([]checks.Input{InMXHost}, readLookups...), Supersedes: []string{"spf-void-some", "spf-a-no-addr", "spf-mx-no-mx", "spf-exists-static"}}
	RuleVoidSome = &checks.Rule{ID: "spf-void-some", Severity: checks.Warning, Source: checks.RFC, Citation: "RFC 7208 §4.6.4", Reads: readLookups}
	RuleMXLimit  = &checks.Rule{ID: "spf-mx-limit", Severity: checks.Error, Source: checks.RFC, Citation: "RFC 7208 §4.6.4", Reads: []checks.Input{InRecord, InTree, InMX}}
	RulePTRLimit = &checks.Rule{ID: "spf-ptr-limit", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 7208 §4.6.4",
		Reads: []checks.Input{InRecord, InTree, InAddress, InMX, InMXHost, InPTR}}
)

var limitRules = []*checks.Rule{RuleLookupsOver, RuleLookupsNear, RuleVoidOver, RuleVoidSome, RuleMXLimit, RulePTRLimit}

func judgeLimits(k *desk, f *Facts) []checks.Finding {
	if f.Ledger == nil {
		return nil
	}
	findings := append(f.judgeLookups(k), f.judgeVoids(k)...)
	for _, own := range f.Own {
		for _, e := range own.order() {
			if e.Kind == MX && e.tooManyMX() {
				found := on(RuleMXLimit, own.Domain, e.Term).With("limit", maxMX)
				findings = append(findings, found.With("count", e.countMX()).With("name", bare(e.Names[0])))
			}
		}
	}
	for _, r := range f.Reverse {
		if r.PTR.Is(resolver.Data) && len(r.PTR.Answer.Records) > maxMX {
			found := RulePTRLimit.On(f.Root.Name, resolver.TypeTXT).With("ip", r.Addr.String()).
				With("count", len(r.PTR.Answer.Records)).With("limit", maxMX)
			found.Key = []string{r.Addr.String()}
			findings = append(findings, found)
		}
	}
	return findings
}

func (e *Expanded) countMX() int {
	most := 0
	for _, r := range e.MX {
		if !r.Unknown() {
			most = max(most, len(r.Answer.Records))
		}
	}
	return most
}
