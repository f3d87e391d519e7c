package flatten

import (
	"maps"
	"slices"
	"strings"

	"mailauth/checks/spf"
)

// Proof is what a comparison of the old policy with the new one found, over all
// addresses.
type Proof struct {
	// Holds says that both give every address the same result, whatever the
	// message is, and that no address meets a limit of the new policy.
	Holds bool
	// Difference is empty if it does.
	Difference
	// Regions counts the parts of the address space that were compared, Worst is
	// the most that an address costs in the new policy.
	Regions int
	Worst   spf.Cost
}

// Difference are the addresses that two policies give other results, under an
// assumption about the terms that depend on the message.
type Difference struct {
	Changes []spf.Change
	// If are the terms that are assumed to match; none of the others does.
	If []string
}

// prove compares the old policy without the limits of RFC 7208 §4.6.4 with the
// new one with them. Both are evaluated for all addresses by rules that know
// nothing of how the new one was written.
func prove(before, after *spf.Domain) Proof {
	new := spf.Compile(after, spf.CompileOptions{})
	proof := Proof{Difference: compare(before, after), Regions: len(new.Regions()), Worst: new.Worst()}
	proof.Holds = len(proof.Changes) == 0 && within(proof.Worst)
	return proof
}

// within reports that no address meets a limit.
func within(c spf.Cost) bool {
	return c.Lookups <= spf.MaxLookups && max(c.Void4, c.Void6) <= spf.MaxVoids
}

// changed compares what receivers make of one policy with what another means.
func changed(is, means *spf.Domain) Difference {
	limited := spf.Compile(is, spf.CompileOptions{})
	if !within(limited.Worst()) {
		return Difference{Changes: spf.Diff(limited, spf.Compile(means, spf.CompileOptions{Unlimited: true}))}
	}
	return compare(is, means)
}

// compare looks for a difference of two policies without limits. Terms that
// depend on the message are tried in all ways that they can go: each alone, and
// each two, since their order shows then.
func compare(one, other *spf.Domain) Difference {
	unlimited := spf.CompileOptions{Unlimited: true}
	for _, a := range assumptions(dynamic(other, one)) {
		changes := spf.Diff(spf.Compile(a.apply(one), unlimited), spf.Compile(a.apply(other), unlimited))
		if len(changes) > 0 {
			return Difference{changes, a.terms()}
		}
	}
	return Difference{}
}

// does is what a term that depends on the message is assumed to do.
type does int

const (
	notMatch does = iota
	match
	// Of include and redirect: there is no record, or one that says fail or
	// softfail, which only a redirect takes over.
	leadNowhere
	leadFail
	leadSoftFail
)

// assumption is what terms do, by key; those that are not in it do not match.
type assumption map[string]does

func (a assumption) terms() []string {
	return slices.Sorted(maps.Keys(a))
}

// assumptions are the ways in which terms are tried.
func assumptions(keys []string) []assumption {
	all := []assumption{nil}
	for i, key := range keys {
		for _, d := range ways(key) {
			all = append(all, assumption{key: d})
			for _, other := range keys[:i] {
				for _, e := range ways(other) {
					all = append(all, assumption{key: d, other: e})
				}
			}
		}
	}
	return all
}

func ways(key string) []does {
	if strings.HasPrefix(key, "include") {
		return []does{match, leadNowhere, leadFail, leadSoftFail}
	}
	return []does{match}
}

// maxDynamic bounds how many terms that depend on the message are tried: each
// costs a look-up, so that a policy within the limits has fewer.
const maxDynamic = 24

// dynamic lists the terms of trees that depend on the message.
func dynamic(roots ...*spf.Domain) []string {
	var keys []string
	seen := map[*spf.Domain]bool{}
	var visit func(d *spf.Domain)
	visit = func(d *spf.Domain) {
		if d == nil || seen[d] {
			return
		}
		seen[d] = true
		for _, e := range d.Terms {
			if key := keyOf(e); dependsOnMessage(e) && !slices.Contains(keys, key) && len(keys) < maxDynamic {
				keys = append(keys, key)
			}
			visit(e.Target)
			visit(e.Target6)
		}
	}
	for _, root := range roots {
		visit(root)
	}
	return keys
}

func dependsOnMessage(e *spf.Expanded) bool {
	return e.Reachable && (e.Dynamic || e.Kind == spf.PTR) && (e.Kind.Mechanism() || e.Kind == spf.Redirect)
}

// apply is a tree in which the terms do what is assumed.
func (a assumption) apply(root *spf.Domain) *spf.Domain {
	copies := map[*spf.Domain]*spf.Domain{}
	var visit func(d *spf.Domain) *spf.Domain
	visit = func(d *spf.Domain) *spf.Domain {
		if d == nil || copies[d] != nil {
			return copies[d]
		}
		made := *d
		made.Terms = nil
		copies[d] = &made
		var last []*spf.Expanded
		for _, e := range d.Terms {
			one := *e
			one.Owner, one.Target, one.Target6 = &made, visit(e.Target), visit(e.Target6)
			switch {
			case !dependsOnMessage(e):
				made.Terms = append(made.Terms, &one)
			case e.Kind == spf.Redirect: // it comes last, wherever it stands
				last = a.settle(e, &made)
			default:
				made.Terms = append(made.Terms, a.settle(e, &made)...)
			}
		}
		made.Terms = append(made.Terms, last...)
		return &made
	}
	return visit(root)
}

// settle is what stands for a term that does what is assumed.
func (a assumption) settle(e *spf.Expanded, owner *spf.Domain) []*spf.Expanded {
	stand := *e.Term
	if stand.Qualifier == 0 {
		stand.Qualifier = spf.Pass // what a redirect leads to then passes
	}
	switch a[keyOf(e)] {
	case match:
		stand.Kind, stand.Domain = spf.All, nil
		return []*spf.Expanded{{Term: &stand, Owner: owner, Reachable: true}}
	case leadNowhere:
		stand.Kind = spf.Include
		return []*spf.Expanded{{Term: &stand, Owner: owner, Reachable: true, Unusable: true}}
	case leadFail:
		stand.Qualifier = spf.Fail
	case leadSoftFail:
		stand.Qualifier = spf.SoftFail
	default:
		return nil
	}
	if e.Kind != spf.Redirect {
		return nil
	}
	stand.Kind, stand.Domain = spf.All, nil
	return []*spf.Expanded{{Term: &stand, Owner: owner, Reachable: true}}
}
