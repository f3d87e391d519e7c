package spf

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"mailauth/resolver"
)

// tally counts what was compared, so that a test can say that it was enough.
type tally struct {
	addresses, exact, dynamic, over, open int
	results                               map[Result]int
}

// disagreement says how a policy differs from check_host() for one client; ""
// if it does not. Where some ending is that of the client, all of it must be:
// result, cost and place.
func (n *tally) disagreement(p *Policy, e Evaluation, addr netip.Addr) string {
	cell := p.At(addr)
	switch {
	case beyond(e.Decision) || slices.ContainsFunc(cell.Endings(), func(o Ending) bool { return beyond(o.Decision()) }):
		n.over++ // one of the two had more work than it takes on
		return ""
	case e.Cause == CauseDNS && p.unforeseen(e):
		n.open++ // a policy cannot know that a question of a message will fail
		return ""
	}
	n.count(cell, e)
	if !cell.Results().Has(e.Result) {
		return fmt.Sprintf("%s is %s (%s, %q at %v), the policy has %s", addr, e.Result, e.Cause, e.Term, e.Path, cell.Results())
	}
	dynamic := slices.ContainsFunc(cell.Endings(), func(o Ending) bool { return o.Dynamic })
	switch {
	case len(cell.Endings()) > 1 && !dynamic:
		return fmt.Sprintf("%s: nothing depends on the message, yet the policy has %s", addr, shownEndings(cell))
	case slices.ContainsFunc(cell.Endings(), func(o Ending) bool { return o.fits(e) }):
		return ""
	case dynamic && slices.ContainsFunc(p.leads(), func(e *Expanded) bool { return e.Dynamic }):
		return "" // what a dynamic include or redirect leads to is not in the policy
	}
	return fmt.Sprintf("%s is %s with %d look-ups, %d void (%s, %q %v at %v), the policy has %s", addr, e.Result, e.Lookups, e.Voids,
		e.Cause, e.Term, e.Span, e.Path, shownEndings(cell))
}

func (n *tally) count(cell Cell, e Evaluation) {
	n.addresses++
	if n.results == nil {
		n.results = map[Result]int{}
	}
	n.results[e.Result]++
	if len(cell.Endings()) == 1 {
		n.exact++
	} else {
		n.dynamic++
	}
}

// fits reports that an ending is the one that a client came to. Past a limit
// the two count and point differently.
func (o Ending) fits(e Evaluation) bool {
	d := o.Decision()
	if o.Result == e.Result && limited(d.Cause) && limited(e.Cause) {
		return true
	}
	return o.Result == e.Result && o.Lookups == e.Lookups && o.Voids == e.Voids && d.Cause == e.Cause && slices.Equal(d.Path, e.Path) &&
		d.Record == e.Record && d.Term == e.Term && d.Span == e.Span
}

func limited(c Cause) bool { return c == CauseLookups || c == CauseVoids || c == CauseLoop }

// beyond reports that we stopped since a policy is too large, not a receiver.
func beyond(d Decision) bool {
	return d.Cause == CauseTooLarge || resolver.KindOf(d.Err) == resolver.OverBudget
}

// unforeseen reports that a term depends on the message, or stands in a record
// that such a term led to.
func (p *Policy) unforeseen(e Evaluation) bool {
	d := p.root
	for _, name := range e.Path[1:] {
		at := slices.IndexFunc(d.Terms, func(t *Expanded) bool { return t.Target != nil && t.Target.Name == name })
		at6 := slices.IndexFunc(d.Terms, func(t *Expanded) bool { return t.Target6 != nil && t.Target6.Name == name })
		switch {
		case at >= 0:
			d = d.Terms[at].Target
		case at6 >= 0:
			d = d.Terms[at6].Target6
		default:
			return true
		}
	}
	return slices.ContainsFunc(d.Terms, func(t *Expanded) bool { return (t.Dynamic || t.Kind == PTR) && t.Span == e.Span })
}

// everyTerm lists the terms of all records below the root.
func (p *Policy) everyTerm() []*Expanded {
	var terms []*Expanded
	seen := map[*Domain]bool{nil: true}
	var walk func(d *Domain)
	walk = func(d *Domain) {
		if seen[d] {
			return
		}
		seen[d] = true
		terms = append(terms, d.Terms...)
		for _, e := range d.Terms {
			walk(e.Target)
			walk(e.Target6)
		}
	}
	walk(p.root)
	return terms
}

// leads lists the includes and redirects.
func (p *Policy) leads() []*Expanded {
	return slices.DeleteFunc(p.everyTerm(), func(e *Expanded) bool { return e.Kind != Include && e.Kind != Redirect })
}

func shownEndings(c Cell) (text string) {
	for _, o := range c.Endings() {
		d := o.Decision()
		text += fmt.Sprintf("\n  %s with %d look-ups, %d void, dynamic %v (%s, %q %v at %v)", o.Result, o.Lookups, o.Voids, o.Dynamic, d.Cause, d.Term, d.Span, d.Path)
	}
	return text
}

// edges lists the addresses on both sides of every boundary of a policy, and
// one further.
func (p *Policy) edges() []netip.Addr {
	seen := map[netip.Addr]bool{}
	for family := range families {
		for _, s := range p.curves[family] {
			for _, addr := range []netip.Addr{s.from.Prev(), s.from, s.from.Next()} {
				if addr.IsValid() && !addr.Is4In6() {
					seen[addr] = true
				}
			}
		}
		seen[lastOf(family)] = true
	}
	list := make([]netip.Addr, 0, len(seen))
	for addr := range seen {
		list = append(list, addr)
	}
	slices.SortFunc(list, netip.Addr.Compare)
	return list
}

// randomAddr is any address, or one near those of the worlds.
func randomAddr(rng *rand.Rand) netip.Addr {
	var b [16]byte
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	switch rng.IntN(4) {
	case 0:
		return netip.AddrFrom4([4]byte(b[:4]))
	case 1:
		return netip.AddrFrom4([4]byte{192, 0, 2, b[3]})
	case 2:
		return netip.AddrFrom16([16]byte{0: 0x20, 1: 0x01, 2: 0x0d, 3: 0xb8, 5: b[5] & 1, 15: b[15]})
	}
	return netip.AddrFrom16(b).Unmap()
}

// compareWorld compares what the policy of a domain says of some clients, and
// of all at its edges, with check_host(): with the limits and without, and
// where the policy does not know whom the mail comes from.
func (n *tally) compareWorld(w *world, q Query, clients []netip.Addr) (complaints []string) {
	domain, ok := MailDomain(q.Domain)
	if !ok {
		return nil // no mail comes from there: RFC 7208 §4.3
	}
	known := Expand(context.Background(), w, domain, Identity{Sender: q.Sender, HELO: q.HELO}).Root
	unknown := Expand(context.Background(), w, domain, Identity{}).Root
	for _, c := range []struct {
		why       string
		root      *Domain
		unlimited bool
	}{{"with the limits", known, false}, {"without limits", known, true}, {"from anybody", unknown, false}} {
		p := Compile(c.root, CompileOptions{Unlimited: c.unlimited})
		steps := 0
		for _, addr := range append(clients, p.edges()...) {
			q.IP, q.Unlimited = addr, c.unlimited
			e := CheckHost(context.Background(), w, q)
			if steps += len(e.Steps); steps > 500_000 {
				n.over++ // a tree that is made to cost time
				break
			}
			if complaint := n.disagreement(p, e, addr); complaint != "" {
				complaints = append(complaints, c.why+": "+complaint)
			}
		}
	}
	return complaints
}

// The partition of all addresses agrees with check_host() in the worlds of the
// public suites, whoever the client is.
func TestPolicyOnPublicSuites(t *testing.T) {
	var n tally
	rng := rand.New(rand.NewPCG(1, 19))
	for w, s := range everyScenario(t) {
		for _, test := range s.Tests {
			q := queryOf(test)
			clients := []netip.Addr{q.IP.Unmap()}
			for range 10 {
				clients = append(clients, randomAddr(rng))
			}
			for _, complaint := range n.compareWorld(w, q, clients) {
				t.Errorf("%s: %s", test.Name, complaint)
			}
		}
	}
	t.Logf("%+v", n)
	if n.addresses < 10_000 || n.dynamic < 500 || n.over > n.addresses/100 {
		t.Errorf("compared only %+v", n)
	}
}

// The same in random worlds.
func TestPolicyOnRandomWorlds(t *testing.T) {
	var n tally
	worlds := worldCount(t, 150)
	for seed := range worlds {
		made := makeWorld(seeded(seed))
		rng := rand.New(rand.NewPCG(seed, 23))
		clients := made.clients
		for range 8 {
			clients = append(clients, randomAddr(rng))
		}
		if complaints := n.compareWorld(newWorld(t, made.lines), made.query(), clients); complaints != nil {
			t.Fatalf("world %d: %s\n%s", seed, strings.Join(complaints[:min(len(complaints), 9)], "\n"), made)
		}
	}
	t.Logf("%+v", n)
	for _, result := range []Result{ResultNeutral, ResultPass, ResultFail, ResultSoftFail, ResultTempError, ResultPermError} {
		if n.results[result] < 100 && worlds >= 100 {
			t.Errorf("%s was the result %d times", result, n.results[result])
		}
	}
	if n.exact < n.addresses/3 || n.dynamic < n.addresses/10 || n.over+n.open > n.addresses/100 {
		t.Errorf("compared only %+v", n)
	}
}

// A record that is read inside a circle first, where it is permerror, and then
// from outside, where somebody is let out of the circle.
const circle = `
example.co.jp TXT "v=spf1 include:x.example include:y.example -all"
x.example TXT "v=spf1 ?ip4:192.0.2.1 include:y.example -all"
y.example TXT "v=spf1 include:x.example ip4:192.0.2.1 -all"
`

// The same where records lead to each other in circles, by many ways.
func TestPolicyOnCircles(t *testing.T) {
	var n tally
	clients := []netip.Addr{netip.MustParseAddr("9.200.0.1"), netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("200.1.1.1"), netip.MustParseAddr("::1")}
	worlds := worldCount(t, 60)
	for seed := range worlds {
		lines := circle
		if seed > 0 {
			lines = randomTree(rand.New(rand.NewPCG(seed, 29)))
		}
		q := Query{Domain: "example.co.jp", Sender: "info@example.co.jp", HELO: "mail.example.co.jp"}
		if complaints := n.compareWorld(newWorld(t, lines), q, clients); complaints != nil {
			t.Fatalf("world %d: %s\n%s", seed, strings.Join(complaints[:min(len(complaints), 9)], "\n"), lines)
		}
	}
	t.Logf("%+v", n)
	if worlds >= 50 && (n.results[ResultPermError] < n.addresses/10 || n.results[ResultPass] < n.addresses/10) {
		t.Errorf("compared only %+v", n)
	}
}

// query is a call of check_host() without the client.
func (w randomWorld) query() Query {
	return Query{Domain: "example.co.jp", Sender: w.from.Sender, HELO: w.from.HELO}
}
