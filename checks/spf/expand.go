package spf

import (
	"context"
	"net/netip"

	"mailauth/checks"
	"mailauth/resolver"
)

// expansion asks for the tree below a record level by level: all questions of
// a level at once, in the order of the records. Its rounds are therefore as
// many as the tree is deep, and one more where the last level has an mx; and
// the budget is spent breadth-first in the same order in every run.
type expansion struct {
	asker *checks.Asker
	// pass is the audit that the tree is for; nil if nothing but the tree is
	// wanted.
	pass     *checks.Pass
	root     string // the domain whose record is expanded
	identity Identity
	domains  map[string]*Domain // every name whose TXT was asked, once
	next     []task
	rounds   int
}

// Identity is whom mail comes from, as far as that is known: the MAIL FROM
// address and the HELO name, empty if not. Macros that need what is not known
// make their term dynamic.
type Identity struct {
	Sender, HELO string
	// IP is the client, if the answer is for it alone: then %{i} and %{v} have its
	// value, and what is made of the facts says nothing of other addresses.
	IP netip.Addr
}

// task is a question of the next level and what to do with its answer.
type task struct {
	checks.Tagged
	take func(checks.Result)
}

func (x *expansion) ask(in checks.Input, name string, t resolver.Type, take func(checks.Result)) {
	x.next = append(x.next, task{checks.Tagged{Input: in, Question: resolver.Question{Name: name, Type: t}}, take})
}

// run asks until no answer gives another question.
func (x *expansion) run(ctx context.Context) {
	for len(x.next) > 0 {
		level := x.next
		x.next = nil
		x.rounds++
		questions := make([]checks.Tagged, len(level))
		for i, t := range level {
			questions[i] = t.Tagged
		}
		for i, r := range x.asker.AskTagged(ctx, questions) {
			level[i].take(r)
		}
	}
}

// collect asks for everything that the rules need.
func collect(ctx context.Context, p *checks.Pass) *Facts {
	f := &Facts{Root: &Domain{Name: p.Domain}, providers: p.Providers()}
	x := &expansion{asker: p.Asker, pass: p, root: p.Domain, domains: map[string]*Domain{p.Domain: f.Root}}
	x.ask(InRecord, p.Domain, resolver.TypeTXT, func(r checks.Result) {
		f.Root.read(r, p.Domain)
		x.expand(f.Root)
		x.searchElsewhere(f)
		x.searchConflict(f)
		x.askNamed(f)
	})
	x.ask(InType99, p.Domain, resolver.TypeSPF, func(r checks.Result) { f.Type99 = r })
	x.ask(InWildcard, p.Nobody(), resolver.TypeTXT,
		func(r checks.Result) { f.Wildcard = r })
	x.searchBelow(f)
	x.run(ctx)
	f.derive()
	x.askLater(ctx, f)
	f.rounds = x.rounds
	return f
}

// expand asks what the terms of a record need. A foreign record with a mistake
// is not followed: for receivers it ends there.
func (x *expansion) expand(d *Domain) {
	if d.Record == nil || d.Outcome == Malformed && !d.Own && d.Name != x.root {
		return
	}
	reachable := d.Record.reachable()
	d.Terms = make([]*Expanded, len(d.Record.Terms))
	for i := range d.Record.Terms {
		d.Terms[i] = &Expanded{Term: &d.Record.Terms[i], Owner: d, Reachable: reachable[i]}
		if reachable[i] {
			d.Terms[i].name(x.identity)
			x.resolve(d.Terms[i])
		}
	}
}

// target returns the domain that an include or redirect leads to, asking for
// its record unless another term has.
func (x *expansion) target(name string) *Domain {
	if known := x.domains[name]; known != nil {
		return known
	}
	d := &Domain{Name: name}
	x.domains[name] = d
	if resolver.CountLabels(name) < 2 { // RFC 7208 §4.3: there is no policy, whatever stands there
		d.Outcome = NotAsked
		return d
	}
	x.ask(InTree, name, resolver.TypeTXT, func(r checks.Result) {
		d.read(r, x.root)
		x.expand(d)
		x.examineDead(d)
	})
	return d
}

// examineDead asks what stands at a target that has no SPF: a host whose
// address was meant, or a domain that anybody could register.
func (x *expansion) examineDead(d *Domain) {
	switch {
	case x.pass == nil:
	case d.Outcome == NoRecord:
		d.Host = x.host(InIncludeHost, d.Name)
	case d.Outcome == NoName:
		org := checks.OrganizationalDomain(d.Name)
		if org == d.Name || checks.IsPublicSuffix(org) {
			if !checks.IsPublicSuffix(org) {
				d.Unregistered = org
			}
			return
		}
		x.ask(InRegistrable, org, resolver.TypeNS, func(r checks.Result) {
			if r.Is(resolver.NXDomain) {
				d.Unregistered = org
			}
		})
	}
}
