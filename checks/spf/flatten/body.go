package flatten

import (
	"fmt"
	"slices"
	"strings"

	"go4.org/netipx"

	"mailauth/checks/spf"
)

// item is one step of a policy: clients in set, or clients that the term
// matches, get the result; all others go on.
type item struct {
	set    *netipx.IPSet // nil if term is there
	term   *term
	result spf.Result
}

func (it item) fails() bool { return it.term != nil && it.term.fails }

// end is what those get whom no item matches.
type end struct {
	result spf.Result
	// written says that the result is that of an "all"; without one it is neutral
	// (RFC 7208 §4.7).
	written  bool
	redirect *term // nil if the record ends here
}

// block holds disjoint sets with the results of their addresses. The order in
// which they are looked at makes no difference.
type block map[spf.Result]*netipx.IPSet

func (b block) add(r spf.Result, set *netipx.IPSet) { b[r] = union(b[r], set) }

func (b block) all() *netipx.IPSet {
	var all *netipx.IPSet
	for _, set := range b {
		all = union(all, set)
	}
	return union(all)
}

// run are terms of one result that follow each other.
type run struct {
	result spf.Result
	terms  []*term
}

func (r run) fails() bool {
	return slices.ContainsFunc(r.terms, func(t *term) bool { return t.fails })
}

// body is a policy in its normal form: a block of networks, a run of terms, and
// so on in turn, a block last.
type body struct {
	blocks []block // one more than runs
	runs   []run
	end    end
}

// key is the same for bodies that match the same clients.
func (b *body) key() string {
	var text strings.Builder
	for _, it := range b.items() {
		if it.term != nil {
			fmt.Fprintf(&text, "%s %s\n", it.result, it.term.key())
			continue
		}
		fmt.Fprintf(&text, "%s %v\n", it.result, it.set.Prefixes())
	}
	return text.String()
}

// items are the steps of the policy.
func (b *body) items() []item {
	var items []item
	for i, block := range b.blocks {
		for _, q := range qualifiers {
			if set := block[q.result]; !empty(set) {
				items = append(items, item{set: set, result: q.result})
			}
		}
		if i == len(b.runs) {
			break
		}
		for _, t := range b.runs[i].terms {
			items = append(items, item{term: t, result: b.runs[i].result})
		}
	}
	return items
}

// normal brings steps to normal form. Nobody's result changes, whatever the
// terms match: what goes is what nobody reaches, what was decided before, and
// what gets the result of the end anyway.
func normal(items []item, e end) *body { return arrange(items, e, false) }

// ahead is normal with networks moved forward past terms, so that they cost no
// look-ups and stand together. They pass only terms of the same result that
// cannot fail: so nobody's result changes.
func ahead(items []item, e end) *body { return arrange(items, e, true) }

func arrange(items []item, e end, forward bool) *body {
	b := &body{blocks: []block{{}}, end: e}
	decided := &netipx.IPSet{}
	all := everybody()
	seen := map[string]bool{}
	for _, it := range effective(items, e) {
		switch {
		case it.term == nil:
			set := minus(common(it.set, all), decided)
			if !empty(set) {
				at := len(b.runs)
				if forward {
					at = b.earliest(it.result)
				}
				b.blocks[at].add(it.result, set)
				decided = union(decided, set)
			}
		case all.Equal(decided):
		case !seen[it.term.key()]: // the second of two that match the same matches nobody
			seen[it.term.key()] = true
			b.addTerm(it.term, it.result)
		}
	}
	if all.Equal(decided) {
		b.close(all)
	}
	return b
}

// close ends a policy whose networks are everybody with the "all" that leaves
// the least to write, behind the block that decides about the last address.
func (b *body) close(all *netipx.IPSet) {
	decided := &netipx.IPSet{}
	done := decided
	last := 0
	for i, block := range b.blocks {
		done, decided, last = decided, union(decided, block.all()), i
		if all.Equal(decided) {
			break
		}
	}
	b.blocks, b.runs = b.blocks[:last+1], b.runs[:last]
	least := -1
	for _, q := range qualifiers {
		if empty(b.blocks[last][q.result]) {
			continue
		}
		octets := 0
		for _, n := range cover(b.blocks[last], labelOf(q.result), done) {
			octets += n.octets()
		}
		if least < 0 || octets < least {
			least, b.end = octets, end{result: q.result, written: true}
		}
	}
}

// effective leaves out terms at the end that give what the end gives. Networks
// that do are kept: they may be exceptions, and cost nothing otherwise.
func effective(items []item, e end) []item {
	n := len(items)
	for e.redirect == nil && n > 0 && items[n-1].result == e.result && !items[n-1].fails() {
		n--
	}
	tail := slices.DeleteFunc(slices.Clone(items[n:]), func(it item) bool { return it.term != nil })
	return slices.Concat(items[:n], tail)
}

// earliest is the block that networks can move forward to.
func (b *body) earliest(r spf.Result) int {
	at := len(b.runs)
	for at > 0 && b.runs[at-1].result == r && !b.runs[at-1].fails() {
		at--
	}
	return at
}

func (b *body) addTerm(t *term, r spf.Result) {
	last := len(b.runs) - 1
	if last >= 0 && b.runs[last].result == r && len(b.blocks[last+1]) == 0 {
		b.runs[last].terms = append(b.runs[last].terms, t)
		return
	}
	b.runs = append(b.runs, run{r, []*term{t}})
	b.blocks = append(b.blocks, block{})
}

// static reports that no term is left, so that decide is exact.
func static(items []item, e end) bool {
	return e.redirect == nil && !slices.ContainsFunc(items, func(it item) bool { return it.term != nil })
}

// decide returns who gets which result by steps without terms.
func decide(items []item, e end) block {
	result := block{}
	left := everybody()
	for _, it := range items {
		set := common(left, it.set)
		result.add(it.result, set)
		left = minus(left, set)
	}
	result.add(e.result, left)
	return result
}
