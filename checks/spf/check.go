package spf

import (
	"context"
	"slices"

	"mailauth/checks"
)

// The inputs of the check, one for each thing that a question can be about: a
// control that fails must not leave the tree undecided.
const (
	InRecord      checks.Input = "spf-record"       // TXT at the domain
	InType99      checks.Input = "spf-type99"       // the obsolete type at the domain
	InWildcard    checks.Input = "spf-wildcard"     // TXT at a name that nobody publishes
	InConflict    checks.Input = "spf-conflict"     // CNAME beside the record, in a zone file
	InWrongName   checks.Input = "spf-wrong-name"   // TXT where records are put by mistake
	InSubdomain   checks.Input = "spf-subdomain"    // records above and below the domain
	InTree        checks.Input = "spf-tree"         // TXT of include and redirect
	InAddress     checks.Input = "spf-address"      // A and AAAA of "a"
	InMX          checks.Input = "spf-mx"           // MX of "mx"
	InMXHost      checks.Input = "spf-mx-host"      // A and AAAA of the hosts of "mx"
	InExists      checks.Input = "spf-exists"       // A of "exists" without macros
	InPTR         checks.Input = "spf-ptr"          // reverse names, where "ptr" is used
	InSender      checks.Input = "spf-sender"       // reverse names of single addresses, and the way back
	InExp         checks.Input = "spf-exp"          // TXT of "exp"
	InIncludeHost checks.Input = "spf-include-host" // A and AAAA of includes without SPF
	InRegistrable checks.Input = "spf-registrable"  // whether the domain of a dead include is registered
	InNear        checks.Input = "spf-near"         // TXT of names that a dead include was probably meant to be
)

// Check looks up the record of the domain and the tree below it.
var Check = &checks.Check{
	Name:   "spf",
	Doc:    "The SPF record: whether receivers can read it, what it includes, what that costs, and which addresses pass.",
	Rules:  rules,
	Budget: maxQuestions,
	Lookup: lookup,
	Judge:  judge,
	Guard:  guard,
}

// rules lists the rules of the check. Those that need another protocol beside
// SPF are in checks/cross.
var rules = slices.Concat(recordRules, syntaxRules, publishRules, policyRules, includeRules, limitRules, addressRules, macroRules, providerRules)

// FactsOf returns what the check found, for checks that require it.
func FactsOf(p *checks.Pass) *Facts {
	facts, _ := p.Facts(Check).(*Facts)
	return facts
}

func lookup(ctx context.Context, p *checks.Pass) (any, error) {
	return collect(ctx, p), nil
}

func judge(p *checks.Pass) checks.Judgement {
	f := p.Own().(*Facts)
	j := checks.Judgement{Summary: f.summary(), Settled: f.settled()}
	if f.Outcome == NoRecord || f.Outcome == NoName {
		j.Status = checks.StatusNone
	}
	j.Findings = judgeTwice(func(k *desk) []checks.Finding { return judgeAll(k, f) })
	return j
}

// judgeAll runs all judges. Includes come before the policy and addresses
// before the limits: what becomes of a term decides what else is to be done.
func judgeAll(k *desk, f *Facts) (findings []checks.Finding) {
	for _, judge := range []func(*desk, *Facts) []checks.Finding{
		judgeTexts, judgePublication, judgeIncludes, judgePolicy, judgeAddresses, judgeMacros, judgeLimits, judgeProviders,
	} {
		findings = append(findings, judge(k, f)...)
	}
	return findings
}

// judgeTexts judges the text of the domain's record, and at every name of the
// audited organization that its records lead to.
func judgeTexts(k *desk, f *Facts) []checks.Finding {
	findings := k.judgeText(f.Root)
	for _, d := range f.leadsTo() {
		findings = append(findings, k.judgeText(d)...)
	}
	return findings
}
