package spf

import "slices"

// maxFree bounds the terms in the tree that cost nothing: a record with
// thousands of addresses can stand in it hundreds of times.
const maxFree = 10_000

// bookkeeper fills the ledger and draws the tree in one walk.
type bookkeeper struct {
	ledger *Ledger
	free   int // terms drawn that cost nothing
	// without is the family whose clients do not come to the record, if one does
	// not (IPv4, IPv6).
	without [families]bool
}

func keepBooks(root *Domain) (*Ledger, *Node) {
	b := &bookkeeper{ledger: &Ledger{Entries: []Entry{}, Limit: MaxLookups}}
	node := b.record(root, []string{root.Name})
	return b.ledger, node
}

// record walks one record; path ends with its name.
func (b *bookkeeper) record(d *Domain, path []string) *Node {
	node := &Node{Name: d.Name, Outcome: d.Outcome}
	if d.Outcome == Open {
		b.ledger.LowerBound = true
	}
	if d.Record == nil {
		return node
	}
	node.Record = d.At().Display()
	before := b.ledger.Lookups
	drawn := map[*Expanded]Branch{}
	for _, e := range d.order() {
		drawn[e] = b.term(e, path)
	}
	for _, e := range d.Terms {
		branch, ok := drawn[e]
		if !ok {
			branch = Branch{Term: e.String(), Kind: e.Kind.String(), Broken: e.Broken, Ignored: e.Kind != Exp && e.Kind != Modifier}
		}
		if branch.Number == 0 {
			b.free++
		}
		if branch.Number == 0 && b.free > maxFree {
			node.Omitted++
			continue
		}
		node.Terms = append(node.Terms, branch)
	}
	node.Lookups = b.ledger.Lookups - before
	return node
}

// term enters one term, and what it leads to.
func (b *bookkeeper) term(e *Expanded, path []string) Branch {
	branch := Branch{Term: e.String(), Kind: e.Kind.String(), Dynamic: e.Dynamic, Unknown: e.unknown(), Unusable: e.Unusable,
		TooManyMX: e.tooManyMX(), Asked: e.Names, Found: e.found()}
	if !e.Kind.Counted() {
		return branch
	}
	l := b.ledger
	if len(l.Entries) == maxEntries {
		l.Cut, l.LowerBound = true, true
		return branch
	}
	void4, _ := e.void(family4)
	void6, _ := e.void(family6)
	void4, void6 = void4 && !b.without[family4], void6 && !b.without[family6]
	entry := Entry{Path: path, Term: e.String(), Cost: e.cost(), Void4: void4, Void6: void6, term: e}
	entry.Cycle = leadsBack(e.Target, path) || leadsBack(e.Target6, path)
	l.Lookups += entry.Cost
	l.Void4 += count(void4)
	l.Void6 += count(void6)
	l.LowerBound = l.LowerBound || e.Dynamic && (e.Kind == Include || e.Kind == Redirect)
	entry.N = l.Lookups
	at := len(l.Entries)
	l.Entries = append(l.Entries, entry)
	branch.Number, branch.Cycle, branch.Void4, branch.Void6 = at+1, entry.Cycle, void4, void6
	if e.Target6 == nil {
		branch.Target = b.target(e.Target, path)
	} else {
		branch.Target, branch.Target6 = b.targets(e, path)
	}
	branch.Lookups = l.Lookups - entry.N + entry.Cost
	l.Entries[at].Subtotal = branch.Lookups
	return branch
}

// target walks the record that a term leads to, unless that is above.
func (b *bookkeeper) target(d *Domain, path []string) *Node {
	if d == nil || leadsBack(d, path) {
		return nil
	}
	return b.record(d, append(path[:len(path):len(path)], d.Name))
}

// targets walks the records of a term that leads the clients of each family
// elsewhere. A client meets one of them: the dearer one counts.
func (b *bookkeeper) targets(e *Expanded, path []string) (v4, v6 *Node) {
	before, without := b.ledger.Lookups, b.without
	b.without[family6] = true
	v4 = b.target(e.Target, path)
	after4 := b.ledger.Lookups
	b.ledger.Lookups, b.without = before, without
	b.without[family4] = true
	v6 = b.target(e.Target6, path)
	b.ledger.Lookups, b.without = max(after4, b.ledger.Lookups), without
	return v4, v6
}

func leadsBack(d *Domain, path []string) bool { return d != nil && slices.Contains(path, d.Name) }

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
