package simulate

import (
	"slices"

	"mailauth/checks/spf"
)

// What settles a result that depends on the message.
const (
	NeedsSender = "sender"
	NeedsHELO   = "helo"
	NeedsIP     = "ip"
)

// depends lists the terms that decide how an evaluation ends, and what has to be
// known of the message to tell.
func (s *simulator) depends(endings []spf.Ending) (terms, needs []string) {
	for _, e := range s.deciding(endings) {
		if text := e.String(); !slices.Contains(terms, text) {
			terms = append(terms, text)
		}
		needs = append(needs, s.needs(e)...)
	}
	slices.SortFunc(needs, func(a, b string) int { return rankOfNeed(a) - rankOfNeed(b) })
	return terms, slices.Compact(needs)
}

func rankOfNeed(need string) int {
	return slices.Index([]string{NeedsSender, NeedsHELO, NeedsIP}, need)
}

func (s *simulator) dependsOnAddress(c spf.Cell) bool {
	return slices.ContainsFunc(s.deciding(c.Endings()), func(e *spf.Expanded) bool { return slices.Contains(s.needs(e), NeedsIP) })
}

// deciding lists the terms that the message decides about. Where one matches
// inside an include and that is no match, or finds nothing once too often, the
// ending does not show it: then it is one of all that the policy has.
func (s *simulator) deciding(endings []spf.Ending) []*spf.Expanded {
	var terms []*spf.Expanded
	for _, ending := range endings {
		if e := ending.Term(); e != nil && ending.Dynamic && ofMessage(e) && !slices.Contains(terms, e) {
			terms = append(terms, e)
		}
	}
	if len(terms) == 0 {
		terms = dynamicTerms(s.facts.Root, map[*spf.Domain]bool{})
	}
	return terms
}

func ofMessage(e *spf.Expanded) bool { return e.Dynamic || e.Kind == spf.PTR }

// dynamicTerms lists the terms of a tree that the message decides about.
func dynamicTerms(d *spf.Domain, seen map[*spf.Domain]bool) []*spf.Expanded {
	if d == nil || seen[d] {
		return nil
	}
	seen[d] = true
	var terms []*spf.Expanded
	for _, e := range d.Terms {
		if e.Reachable && ofMessage(e) {
			terms = append(terms, e)
		}
		terms = append(terms, dynamicTerms(e.Target, seen)...)
		terms = append(terms, dynamicTerms(e.Target6, seen)...)
	}
	return terms
}

// needs lists what a term's name is made of and is not known yet.
func (s *simulator) needs(e *spf.Expanded) (needs []string) {
	uses := func(letters string) bool { return e.Domain != nil && e.Domain.Uses(letters) }
	null := s.mail.NullSender
	if !null && uses("slo") && s.mail.MailFrom() == "" {
		needs = append(needs, NeedsSender)
	}
	if s.mail.HELO == "" && (uses("h") || null && uses("slo")) {
		needs = append(needs, NeedsHELO)
	}
	if e.Kind == spf.PTR || uses("ip") {
		needs = append(needs, NeedsIP)
	}
	return needs
}
