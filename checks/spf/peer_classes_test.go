package spf

import (
	"cmp"
	"math"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mailauth/resolver"
)

// peerClass is a way in which blitiri.com.ar/go/spf differs from RFC 7208, and
// so from us, or in which the RFC leaves a choice.
type peerClass struct {
	name, section string
	why           string
	// share is the largest part of all calls that may differ for this reason. It
	// was set before the classes were measured.
	share float64
	// is tells from the world and the way of the evaluation whether this is the
	// reason.
	is func(*verdicts) bool
}

// The classes, the narrow ones first: the first that applies counts.
var peerClasses = []peerClass{
	{"not asked", "§2.6.6", "where nobody was asked we say unknown; the peer knows temperror only, and for ptr no match", 0.03, (*verdicts).notAsked},
	{"unread modifier", "§6", "the peer does not read exp and unknown modifiers, and so no mistake in them", 0.02, (*verdicts).unreadModifier},
	{"lenient term", "§12", "the peer takes terms that the grammar does not: ip4 with an IPv6 address, /024, names of one label", 0.02, (*verdicts).lenientTerm},
	{"late mistake", "§4.6", "a mistake behind the term that decides: permerror, but the peer stops reading there", 0.05, (*verdicts).lateMistake},
	{"slash", "§7.1", "a slash may stand in a macro-string; the peer takes it for a mistake", 0.02, (*verdicts).slash},
	{"mapped address", "§5", "an IPv4-mapped IPv6 network or address: an IPv4 client is in it for the peer, an IPv6 client is not", 0.01, (*verdicts).mapped},
	{"validated name", "§7.3", "%{p} is always unknown for the peer", 0.02, asksOther(validated)},
	{"cost of %{p}", "§4.6.4", "%{p} asks the DNS as ptr does, and counts as a look-up of its own; not for the peer", 0.01, (*verdicts).costOfP},
	{"empty part", "§7.3", "the peer drops empty parts of a macro's value: a..b gives a.b", 0.01, asksOther(emptyParts)},
	{"long name", "§7.3", "a name over 253 octets loses labels on the left; the peer asks for it whole", 0.01, asksOther(longNames)},
	{"local part", "RFC 8616 §4", "a local-part outside ASCII matches nothing; the peer puts it into a name", 0.01, asksOther(localParts)},
	{"unusable name", "§4.8", "a name that nobody can be asked for is not void; the peer asks its resolver, which finds nothing", 0.03, voidsOtherwise(unusableVoids)},
	{"void for the family", "§4.6.4", "for IPv6 clients, a name with addresses of one family is void for us and not for the peer, which cannot tell", 0.05, voidsOtherwise(familyVoids)},
	{"void ptr again", "§4.6.4", "each ptr that finds no reverse name is void; the peer remembers and counts the first", 0.01, voidsOtherwise(ptrVoids)},
	{"mx host behind", "§5.4", "a host that fails behind the one that matches is not asked; the peer asks for all first: temperror", 0.02, (*verdicts).hostBehind},
	{"other family fails", "§5", "for IPv6 clients, the peer's resolver asks both families, and fails with either", 0.05, (*verdicts).otherFamily},
}

func classify(c *verdicts) string {
	for _, class := range peerClasses {
		if class.is(c) {
			return class.name
		}
	}
	return ""
}

// judgeShares logs how often each class was met, and refuses too often.
func judgeShares(t *testing.T, found map[string]int, calls int) {
	t.Helper()
	for _, class := range peerClasses {
		n := found[class.name]
		t.Logf("%6d of %d (%.3f %%, at most %.1f %%): %s, %s", n, calls, 100*float64(n)/float64(calls), 100*class.share, class.name, class.section)
		expected := class.share * float64(calls)
		if float64(n) > expected+3*math.Sqrt(expected) {
			t.Errorf("%s: %d of %d calls differ for it, expected at most %.3f", class.name, n, calls, class.share)
		}
		if calls > 50_000 && n == 0 {
			t.Errorf("%s: no call differs for it: the class is not needed", class.name)
		}
	}
}

func (c *verdicts) notAsked() bool {
	return c.ours.Result == ResultUnknown && c.ours.Cause == CauseDNS && resultOf(c.ours.Err) == ResultUnknown
}

// mistakes lists the broken terms of the record that we found a mistake in.
func (c *verdicts) mistakes() []string {
	if c.ours.Cause != CauseSyntax {
		return nil
	}
	var terms []string
	for _, e := range Parse(c.ours.Record).Errors {
		terms = append(terms, e.Whole.Of(c.ours.Record))
	}
	return terms
}

func everyOne(terms []string, of *regexp.Regexp) bool {
	return len(terms) > 0 && !slices.ContainsFunc(terms, func(t string) bool { return !of.MatchString(t) })
}

var (
	modifierTerm = regexp.MustCompile(`^(exp|[a-qs-z][a-z0-9._-]*)=`) // redirect is read
	lenientTerm  = regexp.MustCompile(`^[-+?~]?(ip4:[0-9a-f]*:[0-9a-f:]*|ip6:[0-9.]+|ip4:[0-9.]+/0[0-9]+|a/0[0-9]+|a:localhost|a:example\.123)$`)
)

func (c *verdicts) unreadModifier() bool { return everyOne(c.mistakes(), modifierTerm) }

func (c *verdicts) lenientTerm() bool {
	return everyOne(slices.DeleteFunc(c.mistakes(), modifierTerm.MatchString), lenientTerm)
}

// lateMistake: the peer says the same of records that end before their first
// mistake, so it has not come to it.
func (c *verdicts) lateMistake() bool {
	return len(c.mistakes()) > 0 && peerResult(beforeMistakes{c.world}, c.query) == c.theirs
}

// slash: a term that was evaluated has one in its domain-spec.
func (c *verdicts) slash() bool {
	return c.theirs == ResultPermError && slices.ContainsFunc(c.ours.Steps, func(s Step) bool {
		d := s.spec()
		return d != nil && strings.Contains(d.String(), "/")
	})
}

func (c *verdicts) mapped() bool {
	return slices.ContainsFunc(c.ours.Steps, func(s Step) bool {
		t := s.term()
		if t.Prefix.IsValid() {
			return v4Mapped(t.Prefix) && unmapped(t.Prefix.Masked()).Contains(c.query.IP)
		}
		return c.query.IP.Is6() && s.Match != (t.Kind == Exists) && slices.ContainsFunc(c.addresses(s), netip.Addr.Is4In6)
	})
}

// addresses are those of both families that stand at the name that a term asks
// for, or at the exchanges of an mx.
func (c *verdicts) addresses(s Step) []netip.Addr {
	list := c.addressesAt(s.Target)
	for _, mx := range c.exchanges(s) {
		list = append(list, c.addressesAt(mx.Host)...)
	}
	return list
}

func (c *verdicts) addressesAt(name string) (list []netip.Addr) {
	for _, typ := range []resolver.Type{resolver.TypeA, resolver.TypeAAAA} {
		for _, r := range c.world.zone.Find(resolver.Question{Name: name, Type: typ}).Records {
			list = append(list, address(r.Data))
		}
	}
	return list
}

func (c *verdicts) exchanges(s Step) (list []resolver.MX) {
	if s.term().Kind != MX {
		return nil
	}
	for _, r := range c.world.zone.Find(resolver.Question{Name: s.Target, Type: resolver.TypeMX}).Records {
		list = append(list, r.Data.(resolver.MX))
	}
	return list
}

// costOfP: we are over the limit, and would not be if %{p} were free.
func (c *verdicts) costOfP() bool {
	extra := 0
	for _, s := range c.ours.Steps {
		t := s.term()
		extra += t.cost() - 1
	}
	return c.ours.Cause == CauseLookups && extra > 0 && c.ours.Lookups-extra <= MaxLookups
}

// failedThere reports that an address of a host was asked for by the peer in
// vain.
func (c *verdicts) failedThere(host string) bool {
	for q, err := range c.theyAsked {
		if err != nil && q.Name == host && (q.Type == resolver.TypeA || q.Type == resolver.TypeAAAA) {
			return true
		}
	}
	return false
}

// hostBehind: the mx term that matched has a host of the client's, and one that
// failed for the peer is behind it in the order of the preferences.
func (c *verdicts) hostBehind() bool {
	return c.theirs == ResultTempError && slices.ContainsFunc(c.ours.Steps, func(s Step) bool {
		if !s.Match || s.term().Kind != MX {
			return false
		}
		first := c.matching(s)
		return slices.ContainsFunc(c.exchanges(s), func(mx resolver.MX) bool {
			return first != nil && inOrder(*first, mx) < 0 && c.failedThere(mx.Host)
		})
	})
}

// matching is the first exchange that has an address whose network the client
// is in.
func (c *verdicts) matching(s Step) *resolver.MX {
	var first *resolver.MX
	for _, mx := range c.exchanges(s) {
		for _, addr := range c.addressesAt(mx.Host) {
			bits := s.term().CIDR4
			if addr.Is6() {
				bits = s.term().CIDR6
			}
			if network, err := addr.Prefix(bits); err == nil && network.Contains(c.query.IP) && (first == nil || inOrder(mx, *first) < 0) {
				first = &mx
			}
		}
	}
	return first
}

// inOrder compares exchanges as they are asked: of one preference by name.
func inOrder(a, b resolver.MX) int {
	return cmp.Or(int(a.Preference)-int(b.Preference), strings.Compare(a.Host, b.Host))
}

// otherFamily: the peer's resolver failed with the type that we do not need at
// a name; with the one that we need it did not.
func (c *verdicts) otherFamily() bool {
	if c.query.IP.Is4() || c.theirs != ResultTempError && !slices.ContainsFunc(c.ours.Steps, func(s Step) bool { return s.term().Kind == PTR }) {
		return false
	}
	for q, failure := range c.theyAsked {
		other := resolver.Question{Name: q.Name, Type: resolver.TypeA + resolver.TypeAAAA - q.Type}
		err, needed := c.weAsked[other]
		_, both := c.weAsked[q] // for a ptr, say, where it was no error, and now for exists
		exists := slices.ContainsFunc(c.ours.Steps, func(s Step) bool { return s.term().Kind == Exists && s.Target == q.Name })
		if failure != nil && needed && err == nil && (!both || exists) {
			return true
		}
	}
	return false
}
