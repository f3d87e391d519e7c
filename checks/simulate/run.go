package simulate

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"mailauth/checks/spf"
	"mailauth/resolver"
)

// The work of one run. Addresses that are evaluated for themselves can ask the
// DNS each.
const (
	// Handful is how many single addresses are evaluated one by one, with every
	// step; more are looked up in the policy.
	Handful = 32
	// MaxAsked is how many addresses are evaluated for themselves where the
	// policy alone does not settle their result.
	MaxAsked = 20_000
	// MaxSpread is how many addresses of a region are.
	MaxSpread = 256
	// maxExact is for how many addresses the policy is asked for again, with the
	// address in its macros, where another macro has no value.
	maxExact = 256
)

// Options say what is done beside the verdicts.
type Options struct {
	// Second asks another implementation too: for each of a handful of
	// addresses, else once for each cell of the policy, for at most Handful.
	Second bool
	// Fix looks for the change by which an address that does not pass would, for
	// each of a handful.
	Fix bool
	// DMARC says that mail has to pass DMARC: then that is what a change may not
	// interrupt, and what an offered one has to reach. Otherwise it is SPF.
	DMARC bool
	// Now is when the mail is sent, for the macro %{t} of explanations.
	Now time.Time
}

// Run answers for every target. The policy is evaluated once for all addresses,
// and a target is looked up in it. A handful of single addresses (Handful) is
// evaluated by check_host() each; so is an address whose result the policy
// leaves open, since a macro or ptr asks about it, up to MaxAsked. The part of a
// prefix that is left open is spread into its addresses if they are at most
// MaxSpread. What more addresses would get is unknown, and what else remains open
// "depends".
//
// An error means that the run was stopped.
func Run(ctx context.Context, r resolver.Resolver, m Mail, targets []Target, o Options) (*Report, error) {
	s, report := answer(ctx, r, m, targets, o)
	s.mend(ctx, report, func(i int) []netip.Prefix { return report.Simulations[i].lacking() }, func(int) bool { return true })
	return report, ctx.Err()
}

// answer answers for every target, and offers no change yet.
func answer(ctx context.Context, r resolver.Resolver, m Mail, targets []Target, o Options) (*simulator, *Report) {
	s := prepare(ctx, r, m, o)
	s.choose(targets)
	s.askAll(ctx)
	report := &Report{Mail: m, Domain: s.domain, Facts: s.facts, Policy: s.policy, Simulations: make([]Simulation, len(targets))}
	if s.policy != nil {
		report.Worst = s.policy.Worst()
	}
	for i, t := range targets {
		report.Simulations[i] = s.simulate(t)
	}
	s.askSecond(ctx, report.Simulations)
	return s, report
}

// simulator holds what is the same for all targets.
type simulator struct {
	resolver resolver.Resolver
	mail     Mail
	options  Options
	domain   string // canonical; empty if mail cannot come from it
	facts    *spf.Facts
	policy   *spf.Policy
	dmarc    *policy
	handful  bool

	list   []netip.Addr // to be evaluated for themselves
	asked  map[netip.Addr]*spf.Evaluation
	exact  map[netip.Addr]spf.Cell // where the evaluation came to a macro without a value
	single map[netip.Addr]*Verdict
	shared map[spf.Cell]*Verdict
	bad    *Verdict // that of every address where there is no policy
	beyond *Verdict // that of addresses that were too many to be asked about
}

// prepare asks for the policy of the domain and for DMARC. What is asked later
// gets the same answers.
func prepare(ctx context.Context, r resolver.Resolver, m Mail, o Options) *simulator {
	r = cached(ctx, r)
	s := &simulator{resolver: r, mail: m, options: o, asked: map[netip.Addr]*spf.Evaluation{}, exact: map[netip.Addr]spf.Cell{},
		single: map[netip.Addr]*Verdict{}, shared: map[spf.Cell]*Verdict{}}
	var both sync.WaitGroup
	both.Go(func() { s.dmarc = discover(ctx, r, m) })
	if domain, ok := spf.MailDomain(m.Domain); ok {
		s.domain = domain
		s.facts = spf.Expand(ctx, r, domain, m.identity())
		s.policy = spf.Compile(s.facts.Root, spf.CompileOptions{})
	}
	both.Wait()
	return s
}

// simulate answers for one target.
func (s *simulator) simulate(t Target) Simulation {
	if t.Single() {
		return Simulation{Target: t, Verdict: s.ofAddress(t.Prefix.Addr())}
	}
	answer := Simulation{Target: t, Regions: s.ofPrefix(t.Prefix)}
	if len(answer.Regions) == 1 {
		answer.Verdict = answer.Regions[0].Verdict
	}
	return answer
}
