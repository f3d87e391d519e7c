package dkim

import "mailauth/checks"

// shown is how many selectors the summary names.
const shown = 3

// summary is the line of the first screen: the keys that were found, or what
// is known without one.
func (f *Facts) summary() (line []checks.Text) {
	found := f.found()
	for i, s := range found {
		if i == shown && len(found) > shown+1 {
			return append(line, checks.T("summary.dkim-more", checks.Args{"count": len(found) - shown}))
		}
		line = append(line, s.summary())
	}
	if len(line) > 0 {
		return line
	}
	return []checks.Text{f.summaryOfNone()}
}

func (s *Selector) summary() checks.Text {
	args := checks.Args{"selector": s.Selector}
	switch {
	case s.State == StateLive && s.Algorithm == "rsa":
		return checks.T("summary.dkim-rsa", checks.Args{"selector": s.Selector, "bits": s.Bits})
	case s.State == StateLive:
		return checks.T("summary.dkim-ed25519", args)
	}
	return checks.T("summary.dkim-"+string(s.State), args)
}

func (f *Facts) summaryOfNone() checks.Text {
	args := checks.Args{"count": len(f.Tried)}
	switch {
	case f.Wildcard == StateLive:
		return checks.T("summary.dkim-wildcard", nil)
	case len(f.unknown()) > 0 || f.open || f.Namespace == NamespaceUnknown || f.Wildcard == StateUnknown:
		return checks.T("summary.dkim-unknown", nil)
	case f.Wildcard == StateRevoked:
		return checks.T("summary.dkim-wildcard-revoked", nil)
	case f.LiveKey == checks.No:
		return checks.T("summary.dkim-none", nil)
	case f.Namespace == NamespaceExists:
		return checks.T("summary.dkim-exists", args)
	}
	return checks.T("summary.dkim-not-found", args)
}
