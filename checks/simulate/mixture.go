package simulate

import (
	"cmp"
	"context"
	"math/big"
	"net/netip"
	"slices"

	"go4.org/netipx"

	"mailauth/checks"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

const (
	// MaxSets is how many changed RRsets one evaluation may meet: all mixtures of
	// them are tried, 4096 at most.
	MaxSets = 12
	// maxMixed is how many evaluations of single addresses are made in all, under
	// one mixture each, where the policies of mixtures leave them open.
	maxMixed = 1 << MaxSets
)

// mixer evaluates the mail under every mixture of an old and a new DNS.
type mixer struct {
	ctx           context.Context
	mail          Mail
	dmarc         bool // the mail has to pass DMARC
	before, after resolver.Resolver
	transition    Transition
	mixed         int // evaluations of single addresses
}

// steadiness is what passes under every mixture: for certain, or as far as can
// be told.
type steadiness struct{ sure, possible *netipx.IPSet }

// assignment says for each changed set whether the old answer is still held.
type assignment map[resolver.Question]bool

// each runs an evaluation under every mixture that it can meet. The sets that
// differ are found on the way: what an evaluation meets first with its new
// answer is tried with the old one too, and what it meets then, in the order of
// meeting, so that no mixture comes twice. It stops, with false, at an
// evaluation that meets more than MaxSets, or when evaluate wants no more.
func (m *mixer) each(evaluate func(resolver.Resolver) (more bool)) (all bool) {
	return m.explore(assignment{}, evaluate)
}

func (m *mixer) explore(decided assignment, evaluate func(resolver.Resolver) bool) bool {
	if m.ctx.Err() != nil {
		return false
	}
	mix := resolver.NewMix(m.before, m.after, func(set resolver.Changed) bool { return decided[set.Question()] })
	more := evaluate(mix)
	met := mix.Met()
	m.note(met)
	m.noteOpen(mix.Failed())
	switch {
	case len(met) > MaxSets:
		m.transition.TooMany = true
		return false
	case !more:
		return false
	}
	assigned := decided.clone()
	for _, set := range met {
		if _, known := decided[set.Question()]; known {
			continue
		}
		assigned[set.Question()] = true
		if !m.explore(assigned.clone(), evaluate) {
			return false
		}
		assigned[set.Question()] = false
	}
	return true
}

func (a assignment) clone() assignment {
	b := assignment{}
	for set, old := range a {
		b[set] = old
	}
	return b
}

// note keeps the sets that were met.
func (m *mixer) note(met []resolver.Changed) {
	for _, set := range met {
		i, known := slices.BinarySearchFunc(m.transition.Sets, set, func(a, b resolver.Changed) int {
			return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Type, b.Type))
		})
		if !known {
			m.transition.Sets = slices.Insert(m.transition.Sets, i, set)
		}
	}
}

// noteOpen keeps the questions without an answer, by name and type.
func (m *mixer) noteOpen(failed []resolver.Question) {
	for _, q := range failed {
		i, known := slices.BinarySearchFunc(m.transition.Open, q, func(a, b resolver.Question) int {
			return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Type, b.Type))
		})
		if !known {
			m.transition.Open = slices.Insert(m.transition.Open, i, q)
		}
	}
}

// throughout compiles the policy of every mixture.
func (m *mixer) throughout(domain string) steadiness {
	if domain == "" && !m.dmarc {
		return steadiness{&netipx.IPSet{}, &netipx.IPSet{}}
	}
	way := steadiness{everything(), everything()}
	all := m.each(func(r resolver.Resolver) bool {
		if domain == "" {
			m.transition.Mixtures++
			way = way.where(m.judge(r)(spf.Of(spf.ResultNone)))
			return true
		}
		p := spf.Compile(spf.Expand(m.ctx, r, domain, m.mail.identity()).Root, spf.CompileOptions{})
		m.transition.Mixtures++
		passes := m.judge(r)
		way.sure = within(way.sure, p.Set(func(r spf.Results) bool { return passes(r) == checks.Yes }))
		way.possible = within(way.possible, p.Set(func(r spf.Results) bool { return passes(r) != checks.No }))
		return true
	})
	if !all {
		way.sure = &netipx.IPSet{}
	}
	return way
}

// where keeps all addresses, or drops what one outcome of all of them excludes.
func (w steadiness) where(passes checks.Tri) steadiness {
	if passes != checks.Yes {
		w.sure = &netipx.IPSet{}
	}
	if passes == checks.No {
		w.possible = &netipx.IPSet{}
	}
	return w
}

// judge says what SPF results let mail through in a world: a pass, or where DMARC
// is required what DMARC makes of the results there.
func (m *mixer) judge(r resolver.Resolver) func(spf.Results) checks.Tri {
	if !m.dmarc {
		return spfPasses
	}
	p := discover(m.ctx, r, m.mail)
	return func(possible spf.Results) checks.Tri {
		result, _ := p.result(possible)
		return result.passes()
	}
}

// passes says whether mail with a verdict gets what is required.
func (m *mixer) passes(v *Verdict) checks.Tri {
	if m.dmarc {
		return v.DMARC.Result.passes()
	}
	return v.Passes()
}

func everything() *netipx.IPSet {
	var b netipx.IPSetBuilder
	b.AddPrefix(netip.PrefixFrom(netip.IPv4Unspecified(), 0))
	b.AddPrefix(netip.PrefixFrom(netip.IPv6Unspecified(), 0))
	return setOf(&b)
}

// wavering tells which of the addresses that the policies of mixtures do not
// certainly let pass really do not, under one of them, and whether it is certain
// that there are some (no) or none (yes).
func (m *mixer) wavering(addrs *netipx.IPSet, way steadiness) (*netipx.IPSet, checks.Tri) {
	stopped, open := without(addrs, way.possible), within(addrs, way.possible)
	throughout := checks.TriOf(isEmpty(stopped), true)
	if spf.Addresses(open.Prefixes()).Cmp(big.NewInt(MaxSpread)) > 0 {
		return addrs, throughout.And(checks.Open)
	}
	var left netipx.IPSetBuilder
	left.AddSet(stopped)
	eachAddress(open.Ranges(), func(addr netip.Addr) {
		passes := m.ofAddress(addr)
		throughout = throughout.And(passes)
		if passes != checks.Yes {
			left.Add(addr)
		}
	})
	return setOf(&left), throughout
}

// ofAddress says whether an address passes under every mixture.
func (m *mixer) ofAddress(addr netip.Addr) checks.Tri {
	passes := checks.Yes
	query := spf.Query{IP: addr, Domain: m.mail.Domain, Sender: m.mail.MailFrom(), HELO: m.mail.HELO}
	all := m.each(func(r resolver.Resolver) bool {
		if m.mixed++; m.mixed > maxMixed {
			return false
		}
		result := spf.CheckHost(m.ctx, r, query).Result
		passes = passes.And(m.judge(r)(spf.Of(result)))
		return true
	})
	if !all && passes == checks.Yes {
		return checks.Open
	}
	return passes
}
