package flatten

import (
	"net/netip"
	"slices"

	"go4.org/netipx"

	"mailauth/checks"
	"mailauth/checks/spf"
	"mailauth/resolver"
)

// reader turns a tree of records into steps: it decides what becomes networks
// and what stays.
type reader struct {
	domain string // whose organization is "own"
	all    bool   // whether what vendors have becomes networks too
	known  map[*spf.Domain]reading
	costs  map[*spf.Domain]int
	risky  map[*spf.Domain]bool
	// gone are terms that match nobody, and kept those that stay, as they were
	// read: from the last to the first.
	gone []*spf.Expanded
	kept []*term
}

// reading is a record as steps. Fixed says that it has terms that mean
// something else at another name.
type reading struct {
	items []item
	end   end
	fixed bool
}

func newReader(domain string, all bool) *reader {
	return &reader{domain: domain, all: all, known: map[*spf.Domain]reading{}, costs: map[*spf.Domain]int{}, risky: map[*spf.Domain]bool{}}
}

// record reads a record that has no mistakes and leads into no circle. RFC 7208
// §4.6.2.
func (r *reader) record(d *spf.Domain) reading {
	if known, ok := r.known[d]; ok {
		return known
	}
	terms, redirect := order(d)
	rest := reading{end: end{result: spf.ResultNeutral}}
	if redirect != nil {
		rest = r.redirect(redirect)
	}
	for len(terms) > 0 {
		n := len(terms) - 1
		e := terms[n]
		for n > 0 && e.Prefix.IsValid() && terms[n-1].Prefix.IsValid() && terms[n-1].Qualifier == e.Qualifier {
			n--
		}
		if n < len(terms)-1 { // networks of one result, of which records can have thousands
			rest.items = prepend(rest.items, item{set: networksOf(terms[n:]), result: e.Qualifier.Result()})
		} else {
			rest = r.before(e, rest)
		}
		terms = terms[:n]
	}
	tidy := normal(rest.items, rest.end)
	rest.items, rest.end = tidy.items(), tidy.end
	for _, it := range append(rest.items[:len(rest.items):len(rest.items)], item{term: rest.end.redirect}) {
		rest.fixed = rest.fixed || it.term != nil && !it.term.movable()
	}
	r.known[d] = rest
	return rest
}

// order returns the mechanisms that receivers evaluate, and the redirect that
// comes after them wherever it stands. RFC 7208 §6.1.
func order(d *spf.Domain) (terms []*spf.Expanded, redirect *spf.Expanded) {
	for _, e := range d.Terms {
		switch {
		case !e.Reachable:
		case e.Kind.Mechanism():
			terms = append(terms, e)
		case e.Kind == spf.Redirect:
			redirect = e
		}
	}
	return terms, redirect
}

// before puts a mechanism in front of steps.
func (r *reader) before(e *spf.Expanded, rest reading) reading {
	result := e.Qualifier.Result()
	switch {
	case e.Kind == spf.All:
		return reading{end: end{result: result, written: true}}
	case e.Kind == spf.Include:
		return r.include(e, rest)
	}
	set, why := r.networks(e)
	it := item{set: set, result: result}
	if why != "" {
		it = item{term: r.keep(e, why), result: result}
	} else if empty(set) {
		r.gone = append(r.gone, e)
		return rest
	}
	rest.items = prepend(rest.items, it)
	return rest
}

func networksOf(terms []*spf.Expanded) *netipx.IPSet {
	prefixes := make([]netip.Prefix, 0, len(terms))
	for _, e := range terms {
		prefixes = append(prefixes, e.Prefix)
	}
	return setOf(prefixes...)
}

// prepend puts steps in front of others. Networks of one result that follow
// each other are one step.
func prepend(rest []item, head ...item) []item {
	if n := len(head); n > 0 && len(rest) > 0 && head[n-1].term == nil && rest[0].term == nil && head[n-1].result == rest[0].result {
		joined := item{set: union(head[n-1].set, rest[0].set), result: rest[0].result}
		return slices.Concat(head[:n-1], []item{joined}, rest[1:])
	}
	return slices.Concat(head, rest)
}

func (r *reader) keep(e *spf.Expanded, why Reason) *term {
	t := &term{from: e, why: why, kind: e.Kind, cost: r.cost(e), fails: r.fails(e)}
	r.kept = append(r.kept, t)
	return t
}

// networks returns whom a mechanism matches that leads to no other record, or
// why it stays a term.
func (r *reader) networks(e *spf.Expanded) (set *netipx.IPSet, why Reason) {
	switch {
	case e.Prefix.IsValid():
		return setOf(e.Prefix), ""
	case e.Unusable: // RFC 7208 §4.8: such a name matches nothing
		return &netipx.IPSet{}, ""
	case e.Kind == spf.PTR, e.Dynamic:
		return nil, Message
	case !r.own(e.Names...):
		return nil, Vendor
	case e.Kind == spf.Exists:
		return r.exists(e)
	case e.Kind == spf.A:
		return r.hosts(e, func(family int) []*spf.Host { return []*spf.Host{e.Hosts[min(family, len(e.Hosts)-1)]} })
	case e.Kind == spf.MX:
		for _, answer := range e.MX {
			if !r.own(answer.Answer.Canonical()) {
				return nil, Vendor
			}
		}
		return r.hosts(e, func(family int) []*spf.Host { return exchanges(e, e.MX[min(family, len(e.MX)-1)]) })
	}
	return &netipx.IPSet{}, ""
}

// own reports that nobody outside the organization can change what stands at
// the names, or that it does not matter.
func (r *reader) own(names ...string) bool {
	return r.all || !slices.ContainsFunc(names, func(name string) bool { return !checks.SameOrganization(name, r.domain) })
}

// exists: any address matches everybody. RFC 7208 §5.7.
func (r *reader) exists(e *spf.Expanded) (*netipx.IPSet, Reason) {
	set := &netipx.IPSet{}
	for family, whole := range families {
		answer := e.Exists[min(family, len(e.Exists)-1)]
		if !r.own(answer.Answer.Canonical()) {
			return nil, Vendor
		}
		if answer.Is(resolver.Data) {
			set = union(set, setOf(whole))
		}
	}
	return set, ""
}

// hosts returns the networks of the addresses of hosts. RFC 7208 §5.3, §5.4.
func (r *reader) hosts(e *spf.Expanded, of func(family int) []*spf.Host) (*netipx.IPSet, Reason) {
	var found []netip.Prefix
	for family, bits := range [2]int{e.CIDR4, e.CIDR6} {
		for _, h := range of(family) {
			answer := [2]checks.Result{h.A, h.AAAA}[family].Answer
			if !r.own(h.Name, answer.Canonical()) {
				return nil, Vendor
			}
			for _, record := range answer.Records {
				if p, err := addressOf(record).Prefix(bits); err == nil {
					found = append(found, p)
				}
			}
		}
	}
	return setOf(found...), ""
}

func addressOf(r resolver.Record) netip.Addr {
	switch data := r.Data.(type) {
	case resolver.A:
		return data.Addr
	case resolver.AAAA:
		return data.Addr
	}
	return netip.Addr{}
}

// exchanges are the hosts of one answer of an mx.
func exchanges(e *spf.Expanded, answer checks.Result) []*spf.Host {
	var hosts []*spf.Host
	for _, record := range answer.Answer.Records {
		mx, _ := record.Data.(resolver.MX)
		i := slices.IndexFunc(e.Hosts, func(h *spf.Host) bool { return h.Name == mx.Host })
		if i >= 0 {
			hosts = append(hosts, e.Hosts[i])
		}
	}
	return hosts
}
