package spf

import (
	"fmt"
	"net/netip"

	"go4.org/netipx"

	"mailauth/checks"
	"mailauth/resolver"
)

// Passing is what a record lets pass as far as it can be said without a
// message. Limits and broken includes are left aside: it is what the record
// means, not what a receiver makes of it.
type Passing struct {
	// Set are the addresses of both families that pass.
	Set *netipx.IPSet
	// Dynamic lists the terms by which more may pass, depending on the message:
	// macros and ptr.
	Dynamic []string
	// Open lists the terms by which more may pass, since a question had no
	// answer.
	Open []string
	// halted says that something open may stop everybody, so that nothing behind
	// it is in Set.
	halted bool
	// Senders are the single addresses that the domain's own record lets pass.
	Senders []Sender
}

// Sender is one address that a term of the domain's own record names.
type Sender struct {
	Addr netip.Addr `json:"ip"`
	Term string     `json:"term"`
	// Host is the name that the address was found under; empty for ip4 and ip6.
	Host string `json:"host,omitempty"`
}

// Tri says whether some address can pass.
func (p Passing) Tri() Tri {
	switch {
	case p.Set != nil && len(p.Set.Ranges()) > 0 || len(p.Dynamic) > 0:
		return Yes
	case len(p.Open) > 0:
		return CannotTell
	}
	return No
}

// evaluator runs policies for all addresses at once, each record once.
type evaluator struct {
	known   map[*Domain]Passing
	active  map[*Domain]bool
	matches map[*Expanded]Passing
	// work counts the ranges that were handled, up to maxWork.
	work int
}

// maxWork bounds what a tree of records can cost: thousands of terms whose
// results alternate, in hundreds of records. What lies behind it is open.
const maxWork = 4_000_000

func newEvaluator() *evaluator {
	return &evaluator{known: map[*Domain]Passing{}, active: map[*Domain]bool{}, matches: map[*Expanded]Passing{}}
}

func everything() *netipx.IPSet {
	return setOf(netip.PrefixFrom(netip.IPv4Unspecified(), 0), netip.PrefixFrom(netip.IPv6Unspecified(), 0))
}

func setOf(prefixes ...netip.Prefix) *netipx.IPSet {
	var b netipx.IPSetBuilder
	for _, p := range prefixes {
		b.AddPrefix(p)
	}
	return built(&b)
}

// built returns the set of a builder that was only given valid prefixes.
func built(b *netipx.IPSetBuilder) *netipx.IPSet {
	set, err := b.IPSet()
	if err != nil {
		return &netipx.IPSet{}
	}
	return set
}

func intersection(a, b *netipx.IPSet) *netipx.IPSet {
	var s netipx.IPSetBuilder
	s.AddSet(a)
	s.Intersect(b)
	return built(&s)
}

func difference(a, b *netipx.IPSet) *netipx.IPSet {
	var s netipx.IPSetBuilder
	s.AddSet(a)
	s.RemoveSet(b)
	return built(&s)
}

func empty(s *netipx.IPSet) bool { return len(s.Ranges()) == 0 }

// domain returns what passes by the record of a domain. A record that includes
// itself adds nothing to itself.
func (v *evaluator) domain(d *Domain) Passing {
	if known, ok := v.known[d]; ok {
		return known
	}
	if v.active[d] {
		return Passing{Set: &netipx.IPSet{}}
	}
	if d.Outcome == Open {
		return Passing{Set: &netipx.IPSet{}, Open: []string{d.Name}}
	}
	v.active[d] = true
	p := v.terms(d.order())
	delete(v.active, d)
	v.known[d] = p
	return p
}

// terms runs the terms of one record in order over the whole address space.
// Terms of one result that follow each other are taken together: records can
// have thousands.
func (v *evaluator) terms(terms []*Expanded) Passing {
	var pass netipx.IPSetBuilder
	var p Passing
	rest := everything()
	stop := false
	for len(terms) > 0 && !empty(rest) && !stop {
		passes := terms[0].passes()
		var matched netipx.IPSetBuilder
		for len(terms) > 0 && terms[0].passes() == passes && !stop {
			match := v.match(terms[0])
			terms = terms[1:]
			matched.AddSet(match.Set)
			p.Open = append(p.Open, match.Open...)
			if passes {
				p.Dynamic = append(p.Dynamic, match.Dynamic...)
			}
			// What is open and does not pass may stop anybody: nothing behind it
			// passes for certain.
			stop = !passes && len(match.Open) > 0
			p.halted = p.halted || match.halted || stop
		}
		set := built(&matched)
		if passes {
			pass.AddSet(intersection(rest, set))
		}
		rest = difference(rest, set)
		if v.work += len(rest.Ranges()) + len(set.Ranges()); v.work > maxWork && len(terms) > 0 {
			p.Open, p.halted, stop = append(p.Open, terms[0].Owner.Name), true, true
		}
	}
	p.Set = built(&pass)
	return p
}

// passes reports that those who match pass, or those who pass in the target of
// a redirect.
func (e *Expanded) passes() bool { return e.Qualifier == Pass || e.Kind == Redirect }

// match returns the addresses that a term matches, worked out once.
func (v *evaluator) match(e *Expanded) Passing {
	if known, ok := v.matches[e]; ok {
		return known
	}
	m := v.matchOf(e)
	if e.Target == nil { // domain keeps those
		v.matches[e] = m
	}
	return m
}

func (v *evaluator) matchOf(e *Expanded) Passing {
	m := Passing{Set: &netipx.IPSet{}}
	switch {
	case e.Kind == All:
		m.Set = everything()
	case e.Kind == PTR, e.Dynamic:
		m.Dynamic = []string{e.key()}
	case e.Prefix.IsValid():
		if !v4Mapped(e.Prefix) {
			m.Set = setOf(e.Prefix.Masked())
		}
	case e.Target != nil:
		return v.domain(e.Target)
	case e.Kind == Exists:
		m = e.matchExists()
	case e.Kind == A || e.Kind == MX:
		m.Set = setOf(e.networks()...)
		if e.unknown() {
			m.Open = []string{e.key()}
		}
	}
	return m
}

// key names a term across records whose order differs.
func (e *Expanded) key() string { return fmt.Sprintf("%s %s", e.Owner.Name, e.Canonical()) }

// matchExists: any A record matches everybody. RFC 7208 §5.7.
func (e *Expanded) matchExists() Passing {
	m := Passing{Set: &netipx.IPSet{}}
	families := []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}
	for i, r := range e.Exists {
		switch {
		case r.Unknown():
			m.Open = []string{e.key()}
		case r.Is(resolver.Data) && len(e.Exists) == 1:
			m.Set = everything()
		case r.Is(resolver.Data):
			m.Set = setOf(netip.PrefixFrom(families[i], 0))
		}
	}
	return m
}

// networks returns the prefixes that an a or mx gives. RFC 7208 §5.3, §5.4.
func (e *Expanded) networks() []netip.Prefix {
	var prefixes []netip.Prefix
	for _, h := range e.Hosts {
		for _, addr := range h.Addrs() {
			bits := e.CIDR4
			if addr.Is6() {
				bits = e.CIDR6
			}
			if prefix, err := addr.Prefix(bits); err == nil {
				prefixes = append(prefixes, prefix)
			}
		}
	}
	return prefixes
}

// unknown reports that a question of the term itself had no answer.
func (e *Expanded) unknown() bool {
	failed := checks.Result.Unknown
	for _, r := range e.MX {
		if failed(r) {
			return true
		}
	}
	for _, r := range e.Exists {
		if failed(r) {
			return true
		}
	}
	for _, h := range e.Hosts {
		if h.Unknown() {
			return true
		}
	}
	return false
}

// v4Mapped: IPv4-mapped addresses count as IPv4, so that no client has one.
// RFC 7208 §5.
func v4Mapped(p netip.Prefix) bool { return p.Addr().Is4In6() && p.Bits() >= 96 }

// senders lists the single addresses of the domain's own record that pass.
func (d *Domain) senders() []Sender {
	var senders []Sender
	seen := map[netip.Addr]bool{}
	add := func(addr netip.Addr, e *Expanded, host string) {
		if !seen[addr] {
			seen[addr] = true
			senders = append(senders, Sender{addr, e.String(), host})
		}
	}
	for _, e := range d.order() {
		switch {
		case e.Qualifier != Pass:
		case e.Prefix.IsValid() && e.Prefix.IsSingleIP() && !v4Mapped(e.Prefix):
			add(e.Prefix.Addr(), e, "")
		case e.Kind == A || e.Kind == MX:
			for _, h := range e.Hosts {
				for _, addr := range h.Addrs() {
					if addr.Is4() && e.CIDR4 == 32 || addr.Is6() && e.CIDR6 == 128 {
						add(addr, e, h.Name)
					}
				}
			}
		}
	}
	return senders
}
