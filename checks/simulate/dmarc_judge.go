package simulate

import (
	"mailauth/checks"
	"mailauth/checks/spf"
)

// judge says what becomes of mail whose SPF result is one of those possible;
// failure is the question behind a result that is not known. Mail with the same
// fate shares the outcome, which nobody changes.
func (p *policy) judge(possible spf.Results, failure error) *DMARC {
	key := fate{possible: possible}
	if failure != nil {
		key.failure = failure.Error()
	}
	if p.judged[key] == nil {
		d := p.found
		d.Result, d.Aligned = p.result(possible)
		d.IfDKIM = p.ifDKIM(d.Result)
		d.Err = p.blame(d, failure)
		p.judged[key] = &d
	}
	return p.judged[key]
}

// result applies RFC 9989 §4.4: mail passes if SPF or DKIM passes for a domain
// that is aligned with the author's.
func (p *policy) result(possible spf.Results) (result DMARCResult, by string) {
	switch p.applies {
	case checks.No:
		return DMARCNone, ""
	case checks.Open:
		return DMARCUnknown, ""
	}
	bySPF := spfPasses(possible).And(p.found.SPFAligned)
	switch {
	case bySPF == checks.Yes:
		return DMARCPass, "spf"
	case p.found.DKIMAligned == checks.Yes:
		return DMARCPass, "dkim"
	case p.unanswered(possible):
		return DMARCUnknown, ""
	case bySPF == checks.No && p.signed:
		return DMARCFail, ""
	}
	return DMARCDepends, ""
}

// spfPasses says whether SPF does: open if it may.
func spfPasses(possible spf.Results) checks.Tri {
	only, certain := possible.Only()
	switch {
	case certain && only == spf.ResultPass:
		return checks.Yes
	case possible.Has(spf.ResultPass) || unsettled(possible):
		return checks.Open
	}
	return checks.No
}

// unsettled reports a result that stands for a question without answer, and
// that a later attempt may replace by a pass.
func unsettled(possible spf.Results) bool {
	return possible.Has(spf.ResultUnknown) || possible.Has(spf.ResultTempError)
}

// unanswered reports that a question without answer, and not the message alone,
// leaves it open whether the mail passes.
func (p *policy) unanswered(possible spf.Results) bool {
	bySPF := p.found.SPFAligned != checks.No && unsettled(possible) ||
		p.found.SPFAligned == checks.Open && spfPasses(possible) != checks.No
	return bySPF || p.found.DKIMAligned == checks.Open
}

// ifDKIM is the result if a valid aligned signature is there.
func (p *policy) ifDKIM(result DMARCResult) DMARCResult {
	if p.applies == checks.Yes {
		return DMARCPass
	}
	return result
}

// blame is the failure that matters to the result, or to an unknown policy.
func (p *policy) blame(d DMARC, failure error) error {
	switch {
	case d.Result == DMARCUnknown:
		return firstOf(p.found.Err, failure)
	case p.applies == checks.Yes && d.Policy == "":
		return p.found.Err
	}
	return nil
}
