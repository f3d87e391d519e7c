package spf

import (
	"context"

	"mailauth/checks"
	"mailauth/resolver"
)

// Expand asks for the record of a domain (a canonical name) and all that it
// leads to, and nothing else: Root, Record, Outcome, Ledger and Tree of the
// facts are filled in, and what follows from them. It asks at most 300
// questions, breadth-first in the order of the records; what lies behind them
// is unknown, as are questions that fail.
func Expand(ctx context.Context, r resolver.Resolver, domain string, from Identity) *Facts {
	f := &Facts{Root: &Domain{Name: domain}}
	x := &expansion{asker: checks.NewAsker(r, Check.Name, maxQuestions), root: domain, identity: from.normal(),
		domains: map[string]*Domain{domain: f.Root}}
	x.ask(InRecord, domain, resolver.TypeTXT, func(r checks.Result) {
		f.Root.read(r, domain)
		x.expand(f.Root)
	})
	x.run(ctx)
	f.derive()
	f.rounds, f.Unanswered = x.rounds, x.asker.Failures()
	return f
}
