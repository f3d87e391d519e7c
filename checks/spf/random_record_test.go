package spf

import (
	"fmt"
	"strconv"
	"strings"

	"mailauth/resolver"
)

// quoted writes a text as the character-strings of a TXT record.
func quoted(text string) string { return resolver.NewTXT(text).String() }

// record makes the policy that stands at one of recordNames.
func (w *worldMaker) record(at int) string {
	terms := []string{"v=spf1"}
	for range 1 + w.dice(5) {
		terms = append(terms, w.term(at))
	}
	if at == 0 && w.one(5) { // near the limit on look-ups
		for range 6 + w.dice(4) {
			terms = append(terms, w.of("?", "-", "")+w.of("a:mail.example.co.jp", "mx:onlyfour.example.co.jp", "a:h.example.net", "a:m0.example.net", "mx:mx.example.co.jp"))
		}
	}
	if at == 0 && w.one(40) {
		terms = append(terms, w.of("a:%{p}.p.example", "?exists:%{p}.p.example"))
	}
	if at < 4 && w.one(5) { // near that on void look-ups
		for range 1 + w.dice(3) {
			terms = append(terms, w.void())
		}
	}
	terms = w.end(at, terms)
	for w.one(9) {
		terms = insert(terms, 1+w.dice(len(terms)), w.modifier())
	}
	if w.one(40) {
		terms = insert(terms, 1+w.dice(len(terms)), w.mistake())
	}
	return strings.Join(terms, " ")
}

func insert(terms []string, at int, term string) []string {
	return append(terms[:at:at], append([]string{term}, terms[at:]...)...)
}

// end adds what decides about everybody else. A redirect may stand beside all,
// on either side, and is then ignored.
func (w *worldMaker) end(at int, terms []string) []string {
	redirect := "redirect=" + w.target(at)
	all := w.of("-all", "-all", "~all", "?all", "+all", "all")
	switch w.dice(8) {
	case 0:
		return append(terms, redirect)
	case 1:
		return append(terms, all, redirect)
	case 2:
		return append(insert(terms, 1+w.dice(len(terms)), redirect), all)
	case 3:
		return terms
	}
	return append(terms, all)
}

// target is what an include or redirect leads to.
func (w *worldMaker) target(at int) string {
	switch {
	case w.one(14):
		return w.of("none.example", "gone.example", "two.example", "slow.example.co.jp", "bad..example", "ring.example.co.jp")
	case w.one(30):
		return recordNames[w.dice(len(recordNames))] // in a circle, perhaps
	case w.one(6):
		return w.of("%{v}.example.net", "_a.%{h2}", "_spf.%{o}", "_A.Example.NET", "_spf.%{d3}", "_b.%{d2r}.example.net.", "%{l}.user.example")
	case at+1 >= len(recordNames):
		return "none.example"
	}
	return recordNames[at+1+w.dice(len(recordNames)-at-1)]
}

func (w *worldMaker) term(at int) string {
	mechanism := w.mechanism(at)
	if before, name, ok := strings.Cut(mechanism, ":"); ok && w.one(30) && !strings.HasPrefix(strings.ToLower(before), "ip") {
		label := w.of("%{v}", "%{l}", "%{d1r}", "%{h1}", "%{i1}", "%{d}", "%{o1}", "%{D2}", "%{s}")
		mechanism = before + ":" + w.of(label+"."+name, label)
	}
	return w.of("", "", "", "", "+", "?", "-", "~") + mechanism
}

func (w *worldMaker) mechanism(at int) string {
	switch w.dice(16) {
	case 0, 1, 2, 3:
		return "include:" + w.target(at)
	case 4, 5:
		return w.of("a", "A") + w.cidrHost(append(hostNames4, hostNames6...))
	case 6, 7:
		return w.of("mx", "MX") + w.cidrHost(hostsMail)
	case 8, 9:
		return "ip4:" + w.addr4() + w.of("", "", "/24", "/29", "/30", "/31", "/32", "/7", "/0")
	case 10, 11:
		return w.of("ip6:", "IP6:") + w.addr6() + w.of("", "", "/32", "/64", "/126", "/127", "/128", "/3", "/0")
	case 12:
		return w.of("ptr", "ptr:example.co.jp", "ptr:%{o}", "ptr:example.net", "ptr:mail.example.co.jp")
	case 13:
		return w.void()
	case 14:
		return w.of("all", "exists:list.example", "a:slow.example.co.jp", "mx:slow.example.co.jp", "ip6:::ffff:"+w.addr4()+"/"+strconv.Itoa(96+w.dice(33)),
			"a:ring.example.co.jp", "a:example.co.jp/0", "mx//0", "a//0")
	}
	return w.macro()
}

// cidrHost is what stands behind a and mx.
func (w *worldMaker) cidrHost(hosts []string) string {
	host := ":" + w.of(hosts...)
	if w.one(6) {
		host = ""
	}
	return host + w.of("", "", "", "/24", "/30", "//64", "/29//126", "/32//128", "/31//96")
}

func (w *worldMaker) void() string {
	return w.of("a:", "mx:", "exists:") + w.of(append(hostsVoid, "six.example.co.jp", "four.example.co.jp")...)
}

// macro is a term whose name depends on the message, or seems to.
func (w *worldMaker) macro() string {
	long := strings.Repeat("%{ir}.", 4)
	return w.of("exists:%{ir}.ok.example", "exists:%{ir}.%{v}.ok.example", "exists:%{i}.ok.example", "exists:%{l}.user.example", "exists:%{L1r-}.user.example",
		"a:%{h}", "mx:%{o}", "a:%{d}/24", "a:%{d2}", "exists:%{p}.p.example", "a:%{p}", "a:%{p}/30", "exists:%{s}.user.example", "exists:%{i}.%{l}.user.example",
		"exists:"+long+"ok.example", "exists:%{i1}.p.example", "a:bad..example", "exists:bad..example", "a:"+strings.Repeat("x", 64)+".example",
		"exists:%{l/}.user.example", "exists:a%%b%_c%-d.user.example", "exists:%{d/2}.p.example", "include:%{ir}.ok.example", "include:%{i}.user.example")
}

func (w *worldMaker) modifier() string {
	return w.of("exp=why.example.net", "exp=%{i}.why.example.net", "exp=slow.example.co.jp", "moo=%{s}.cow", "v=spf1", "x-y.z=1")
}

// mistake is a term that the grammar does not allow, so that the record is of no
// use to anybody.
func (w *worldMaker) mistake() string { return w.of(mistakes...) }

var mistakes = []string{
	"moo", "ipv4:192.0.2.1", "ip4:192.0.2", "ip4:192.0.2.1/33", "a/33", "include", "include:", "exists", "a:", "a:%{x}.example", "redirect=%{i", "all:all", "all.",
	"exists:example.net/24", "mx:/24x", "ip4:192.0.2.1,192.0.2.2", "-all;", "redirect=_a.example.net redirect=_b.example.net",
	// What the peer takes.
	"exp=why.example.net exp=why.example.net", "exp=%{x}", "exp=", "moo=%{x}", "ip4:2001:db8::1", "ip6:192.0.2.1", "a:localhost", "ip4:192.0.2.0/024", "a/024",
	"exists:%{z}", "-exp=why.example.net", "a:example.123", "include:_a.example.net.-",
}

// String writes a world for people: what to give to newWorld to see it again.
func (w randomWorld) String() string {
	return fmt.Sprintf("%s\nfrom %q, HELO %q", w.lines, w.from.Sender, w.from.HELO)
}
