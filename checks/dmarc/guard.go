package dmarc

import "mailauth/checks"

// guard says what a fix takes away: a policy that is gone or asks for less, of
// the domain itself, of its subdomains, or of names that do not exist.
func guard(before, after *checks.Pass) []checks.Text {
	return lostBetween(before.Own().(*Facts), after.Own().(*Facts))
}

func lostBetween(was, is *Facts) []checks.Text {
	if was.Policy == nil || !is.PolicyKnown {
		return nil
	}
	if is.Policy == nil {
		return []checks.Text{checks.T("guard.dmarc-removed", checks.Args{"name": was.Policy.Domain})}
	}
	var lost []checks.Text
	old, now := was.reach(), is.reach()
	if !is.OrgKnown {
		now[1], now[2] = old[1], old[2]
	}
	for i := range old {
		if now[i].WeakerThan(old[i]) {
			lost = append(lost, checks.T("guard.dmarc-weaker", checks.Args{"from": word(old[i]), "to": word(now[i])}))
			break
		}
	}
	return lost
}

// reach is what receivers apply to mail from the domain, its subdomains, and
// names below it that do not exist.
func (f *Facts) reach() [3]Policy {
	return [3]Policy{f.Applied, f.Subdomains, f.NonExistent}
}

func word(p Policy) string {
	if p == "" {
		return "-"
	}
	return string(p)
}
