package message

import (
	"context"

	"mailauth/checks"
	"mailauth/checks/dmarc"
	"mailauth/resolver"
)

// align holds the domain of a signature against the From domain (RFC 9989
// §3.2.10). A message with no From domain, or with several, is nobody's: nothing
// aligns (RFC 7489 §6.6.1).
func align(ctx context.Context, p *checks.Pass, m *Message, domain string) (aligned checks.Tri, mode string) {
	if len(m.From) != 1 || m.FromFields != 1 || domain == "" {
		return checks.No, ""
	}
	author := m.From[0]
	at := published(ctx, p, author, domain)
	discovery, known := dmarc.Discover(author, at)
	if domain == author { // whatever the mode is
		return checks.Yes, modeOf(discovery, known)
	}
	if !known {
		relaxed, ok := dmarc.Aligned(author, domain, false, at)
		if ok && !relaxed { // nor in strict mode
			return checks.No, ""
		}
		return checks.Open, ""
	}
	mode = modeOf(discovery, known)
	is, ok := dmarc.Aligned(author, domain, mode == "strict", at)
	return checks.TriOf(is, ok), mode
}

// modeOf is adkim= of the record that applies (RFC 9989 §4.7); relaxed is also
// how it would be without a record.
func modeOf(d dmarc.Discovery, known bool) string {
	switch {
	case !known:
		return ""
	case d.Record != nil && d.Record.ADKIM.Strict:
		return "strict"
	}
	return "relaxed"
}

// published asks for the policy records that the tree walks from two names may
// need in one round, and then answers from them.
func published(ctx context.Context, p *checks.Pass, author, domain string) dmarc.Published {
	var questions []resolver.Question
	for _, name := range append(dmarc.WalkNames(author), dmarc.WalkNames(domain)...) {
		if owner, err := resolver.CanonicalName(dmarc.Owner(name)); err == nil { // else too long: nothing can be there
			questions = append(questions, resolver.Question{Name: owner, Type: resolver.TypeTXT})
		}
	}
	p.AskAll(ctx, InPolicy, questions)
	return dmarc.NewAsker(ctx, budgeted{p, InPolicy}).Published
}
