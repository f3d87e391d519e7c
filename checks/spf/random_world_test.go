package spf

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// dice makes the choices of a random world: each call gives a number below n.
// A seed makes them, or rapid, which then shrinks the world, or a fuzzer.
type dice func(n int) int

func seeded(seed uint64) dice { return rand.New(rand.NewPCG(seed, 17)).IntN }

func drawn(t *rapid.T) dice {
	return func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "choice") }
}

// fed takes its choices from octets, and zeros when they are used up.
func fed(data []byte) dice {
	return func(n int) int {
		if len(data) == 0 {
			return 0
		}
		first := data[0]
		data = data[1:]
		return int(first) % n
	}
}

func (d dice) of(list ...string) string { return list[d(len(list))] }

// one is true once in n times.
func (d dice) one(n int) bool { return d(n) == n-1 }

// worldCount is how many random worlds are looked at: MAILAUTH_WORLDS says it,
// else it is few.
func worldCount(t testing.TB, few int) uint64 {
	t.Helper()
	text := os.Getenv("MAILAUTH_WORLDS")
	if text == "" {
		if testing.Short() {
			few /= 5
		}
		return uint64(few)
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil || n < 1 {
		t.Fatalf("MAILAUTH_WORLDS is %q, expected a positive number", text)
	}
	return n
}

// randomWorld is a DNS with a policy at example.co.jp, the mail that comes from
// there, and addresses of clients that it says something about.
type randomWorld struct {
	lines   string // as newWorld reads them
	from    Identity
	clients []netip.Addr
}

// Names of records, in an order in which most includes go forward, so that few
// of them go in a circle.
var recordNames = []string{"example.co.jp", "_spf.example.co.jp", "_a.example.net", "_b.example.net", "spf.vendor.example",
	"_deep.vendor.example", "in-addr.example.net", "ip6.example.net"}

// Hosts with addresses of both families, of one, of none; aliases; and names at
// which mail is received.
var hostNames4, hostNames6, hostsVoid, hostsMail = []string{"mail.example.co.jp", "four.example.co.jp", "alias.example.co.jp", "h.example.net"},
	[]string{"mail.example.co.jp", "six.example.co.jp", "alias.example.co.jp", "h.example.net"},
	[]string{"gone.example", "text.example.co.jp", "lost.example.co.jp", "below.example.co.jp", "deep.below.example.co.jp"},
	[]string{"example.co.jp", "mx.example.co.jp", "null.example.co.jp", "ten.example.co.jp", "slowmx.example.co.jp", "onlyfour.example.co.jp"}

// worldMaker writes the lines of a world.
type worldMaker struct {
	dice
	b strings.Builder
}

func makeWorld(d dice) randomWorld {
	w := &worldMaker{dice: d}
	return w.around(w.record(0))
}

// around makes the rest of a world, given the policy.
func (w *worldMaker) around(policy string) randomWorld {
	w.line("%s TXT %s", recordNames[0], quoted(policy))
	for i, name := range recordNames[1:] {
		w.line("%s TXT %s", name, quoted(w.record(i+1)))
	}
	w.line(`none.example TXT "no policy here"`)
	w.line(`two.example TXT "v=spf1 -all"`)
	w.line(`two.example TXT "v=spf1 ~all"`)
	w.line(`why.example.net TXT "%%{i} may not send for %%{d}"`)
	w.hosts()
	w.exchanges()
	w.answers()
	w.reverse()
	w.failures()
	return randomWorld{w.b.String(), w.identity(), w.clients()}
}

func (w *worldMaker) line(format string, args ...any) { fmt.Fprintf(&w.b, format+"\n", args...) }

func (w *worldMaker) identity() Identity {
	local := w.of("info", "info", "strong-bad", "a.b+c", "a..b", "Info.Desk", "-x-")
	if w.one(40) {
		local = "情報"
	}
	return Identity{Sender: local + "@example.co.jp", HELO: w.of("mail.example.co.jp", "h.example.net", "MAIL.example.co.jp.")}
}

// addr4 and addr6 are addresses of a small space, so that terms meet.
func (w *worldMaker) addr4() string {
	return w.of("192.0.2.", "192.0.2.", "198.51.100.", "203.0.113.") + strconv.Itoa(w.dice(8))
}

func (w *worldMaker) addr6() string {
	return w.of("2001:db8::", "2001:db8::", "2001:db8:1::", "2001:db8:ffff:ffff::") + strconv.Itoa(w.dice(8))
}

func (w *worldMaker) hosts() {
	w.line("mail.example.co.jp A %s", w.addr4())
	w.line("mail.example.co.jp AAAA %s", w.addr6())
	for range 1 + w.dice(2) {
		w.line("four.example.co.jp A %s", w.addr4())
		w.line("six.example.co.jp AAAA %s", w.addr6())
	}
	w.line("alias.example.co.jp CNAME %s", w.of("mail.example.co.jp.", "other.example.co.jp."))
	w.line("other.example.co.jp CNAME h.example.net.")
	w.line("h.example.net A %s", w.addr4())
	if w.one(2) {
		w.line("h.example.net AAAA %s", w.addr6())
	}
	w.line(`text.example.co.jp TXT "no address"`)
	w.line("lost.example.co.jp CNAME gone.example.")
	w.line("deep.below.example.co.jp TXT below")
	w.line("ring.example.co.jp CNAME ring2.example.co.jp.")
	w.line("ring2.example.co.jp CNAME ring.example.co.jp.")
	if w.one(3) {
		w.line("example.co.jp A %s", w.addr4())
	}
	if w.one(12) {
		w.line("six.example.co.jp AAAA ::ffff:%s", w.addr4())
	}
}

func (w *worldMaker) exchanges() {
	hosts := []string{"mail.example.co.jp.", "four.example.co.jp.", "six.example.co.jp.", "h.example.net.", "gone.example.", "alias.example.co.jp."}
	for _, name := range []string{"example.co.jp", "mx.example.co.jp"} {
		for range 1 + w.dice(3) {
			w.line("%s MX %d %s", name, 10*w.dice(3), w.of(hosts...))
		}
	}
	w.line("null.example.co.jp MX 0 .")
	w.line("onlyfour.example.co.jp MX 10 four.example.co.jp.")
	w.line("slowmx.example.co.jp MX %d slow.example.co.jp.", 10*w.dice(3))
	w.line("slowmx.example.co.jp MX 10 %s", w.of(hosts...))
	for i := range 10 + w.dice(2) {
		w.line("ten.example.co.jp MX %d m%d.example.net.", i, i)
	}
	w.line("m0.example.net A %s", w.addr4())
	w.line("m9.example.net AAAA %s", w.addr6())
}

// answers are what exists and the like find under the names that macros give.
func (w *worldMaker) answers() {
	for range w.dice(4) {
		w.line("%s.ok.example A 127.0.0.2", nibbleName(w.client()))
	}
	w.line("%s.user.example A 127.0.0.2", w.of("*", "info", "strong", "bad.strong", "a.b"))
	if w.one(2) {
		w.line("unknown.p.example %s", w.of("A 127.0.0.2", "AAAA 2001:db8::7", "TXT nothing"))
	}
	w.line("*.p.example A 127.0.0.3")
	w.line("*.p.example AAAA 2001:db8:3::")
	w.line("list.example %s", w.of("A 127.0.0.4", "AAAA 2001:db8::1"))
}

// nibbleName is the address as %{ir} writes it.
func nibbleName(addr netip.Addr) string {
	name, _ := Part{Letter: 'i', Reverse: true}.expand(MacroContext{IP: addr})
	return name
}

func (w *worldMaker) client() netip.Addr {
	if w.one(2) {
		return netip.MustParseAddr(w.addr6())
	}
	return netip.MustParseAddr(w.addr4())
}

// reverse names some clients, truly or not.
func (w *worldMaker) reverse() {
	for range w.dice(5) {
		addr := w.client()
		names := 1 + w.dice(2)
		if w.one(8) {
			names = 12
		}
		for i := range names {
			name := w.of("mail.example.co.jp", "four.example.co.jp", "six.example.co.jp", "h.example.net", "gone.example", "slow.example.co.jp")
			if names > 2 {
				name = fmt.Sprintf("n%d.example.net", i)
				w.line("%s %s %s", name, map[bool]string{true: "A", false: "AAAA"}[addr.Is4()], addr)
			}
			w.line("%s.arpa PTR %s.", nibbleName(addr)+map[bool]string{true: ".in-addr", false: ".ip6"}[addr.Is4()], name)
		}
	}
}

// failures break single questions.
func (w *worldMaker) failures() {
	kind := func() string {
		if w.one(12) {
			return w.of("offline", "unreachable")
		}
		return w.of("timeout", "SERVFAIL", "REFUSED")
	}
	for _, typ := range []string{"A", "AAAA", "TXT", "MX"} {
		w.line("fault slow.example.co.jp %s %s", typ, kind())
	}
	for range max(0, w.dice(6)-3) {
		switch w.dice(4) {
		case 0:
			w.line("fault %s TXT %s", recordNames[1+w.dice(len(recordNames)-1)], kind())
		case 1:
			w.line("fault %s MX %s", w.of(hostsMail...), kind())
		case 2:
			w.line("fault %s %s %s", w.of(append(hostNames4, "six.example.co.jp", "list.example")...), w.of("A", "AAAA"), kind())
		case 3:
			addr := w.client()
			w.line("fault %s.arpa PTR %s", nibbleName(addr)+map[bool]string{true: ".in-addr", false: ".ip6"}[addr.Is4()], kind())
		}
	}
}

func (w *worldMaker) clients() []netip.Addr {
	var list []netip.Addr
	for range 4 {
		list = append(list, netip.MustParseAddr(w.addr4()), netip.MustParseAddr(w.addr6()))
	}
	return append(list, netip.MustParseAddr("192.0.2.77"), netip.MustParseAddr("9.9.9.9"), netip.MustParseAddr("2001:db8:2::1"), netip.MustParseAddr("::1"))
}
