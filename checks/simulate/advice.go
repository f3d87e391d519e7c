package simulate

import (
	"errors"
	"net/netip"

	"mailauth/checks"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

// advise says why a network that does not pass is not to be added to the
// record, or what has to be done first; nil if it can be added, or passes.
func (s *simulator) advise(network netip.Prefix, v *Verdict) *checks.Text {
	say := func(id string, args checks.Args) *checks.Text {
		if args == nil {
			args = checks.Args{}
		}
		args["domain"] = s.domain
		return &checks.Text{ID: "advice." + id, Args: args}
	}
	if v.Passes() == checks.Yes {
		return s.adviseDMARC(v)
	}
	only, certain := v.Possible.Only()
	switch {
	case s.policy == nil:
		return &checks.Text{ID: "advice.no-domain", Args: checks.Args{"name": s.mail.Domain}}
	case !certain:
		return nil // what it needs is said already
	case spf.NeverSends(network):
		if network.IsSingleIP() {
			return say("not-public", checks.Args{"ip": network.Addr().String()})
		}
		return say("not-public", checks.Args{"network": network.String()})
	}
	root := s.facts.Root
	switch {
	case only == spf.ResultTempError || only == spf.ResultUnknown:
		return s.noAnswer(v.SPF.Err, root.Record != nil)
	case only == spf.ResultPermError:
		return say("permerror", nil)
	case root.Outcome == spf.NoName:
		return say("no-name", nil)
	case root.Record == nil && root.Lookalike():
		return say("lookalike", nil)
	case root.Record == nil && len(root.TXT.Answer.Chain) > 0:
		return say("alias", checks.Args{"target": root.TXT.Answer.Canonical()})
	}
	if root.Record != nil && !checks.SameOrganization(root.At().Name, s.domain) {
		return say("foreign", checks.Args{"owner": root.At().Name})
	}
	return s.adviseDMARC(v)
}

// adviseDMARC says why a pass of SPF is not enough for DMARC, where that is
// required and does not pass already.
func (s *simulator) adviseDMARC(v *Verdict) *checks.Text {
	if !s.options.DMARC || v.DMARC.Result == DMARCPass {
		return nil
	}
	args := checks.Args{"domain": s.domain, "author": s.dmarc.found.Author}
	passed := s.dmarc.judge(spf.Of(spf.ResultPass), nil)
	switch {
	case passed.Result == DMARCPass:
		return nil
	case passed.Result == DMARCNone:
		return &checks.Text{ID: "advice.dmarc-none", Args: args}
	case passed.Err != nil:
		return s.noAnswer(passed.Err, false)
	case passed.Result == DMARCUnknown:
		return &checks.Text{ID: "advice.dmarc-unclear", Args: args}
	}
	return &checks.Text{ID: "advice.dmarc-alignment", Args: args}
}

// later is the advice about a question without an answer that a record leads to:
// what comes before it in the record does not need the answer.
const later = "advice.no-answer-there"

// noAnswer says what to do about a question without an answer; its kind and name
// are for whoever knows better advice about that kind of failure.
func (s *simulator) noAnswer(err error, there bool) *checks.Text {
	text := &checks.Text{ID: "advice.no-answer", Args: checks.Args{"domain": s.domain, "question": questionOf(err)}}
	if there {
		text.ID = later
	}
	if failure, ok := asError(err); ok {
		text.Args["kind"], text.Args["name"] = string(failure.Kind), failure.Question.Name
	}
	return text
}

func asError(err error) (*resolver.Error, bool) {
	var failure *resolver.Error
	ok := errors.As(err, &failure)
	return failure, ok
}

// questionOf names the question that had no answer, empty if none is known.
func questionOf(err error) string {
	if failure, ok := asError(err); ok {
		return failure.Question.String()
	}
	return ""
}
