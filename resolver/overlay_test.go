package resolver_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// world is a whole DNS made of zones: what is outside does not exist.
func world(zones ...*resolver.Zone) resolver.Resolver {
	return resolver.Overlay(zones, resolver.Nothing())
}

// told writes an answer or error as one line.
func told(a resolver.Answer, err error) string {
	if err != nil {
		var e *resolver.Error
		if !errors.As(err, &e) {
			return "no *resolver.Error: " + err.Error()
		}
		return strings.TrimSuffix(fmt.Sprintf("%s: %s", e.Kind, e.Detail), ": ")
	}
	parts := []string{a.Status.String()}
	for _, r := range slices.Concat(a.Chain, a.Records) {
		parts = append(parts, strings.TrimSuffix(r.Name, ".")+" "+r.Type().String()+" "+r.Data.String())
	}
	if !a.OwnerExists {
		parts = append(parts, "no owner")
	}
	if a.Authentic {
		parts = append(parts, "AD")
	}
	return strings.Join(parts, ", ")
}

// signed is a base whose every answer is authenticated.
func signed(base resolver.Resolver) resolver.Resolver {
	return dnstest.Func(func(ctx context.Context, q resolver.Question) (resolver.Answer, error) {
		a, err := base.Lookup(ctx, q)
		a.Authentic = err == nil
		return a, err
	})
}

func TestOverlay(t *testing.T) {
	live := signed(world(
		zoneOf(t, "example.co.jp.", `
@      SOA ns host 1 1 1 1 300
@      NS  ns.example.net.
@      TXT "old"
gone   A   192.0.2.1
shop   NS  ns.shop
shop   NS  ns.example.net.
cut    NS  ns.old.example.net.
same   NS  ns.example.net.
`),
		zoneOf(t, "shop.example.co.jp.", "@ NS ns\n@ NS ns.example.net.\n@ TXT \"live shop\"\nwww A 192.0.2.80\nback CNAME www.example.co.jp.\nnear CNAME www\n"),
		zoneOf(t, "cut.example.co.jp.", "@ NS ns.old.example.net.\nwww A 192.0.2.81\n"),
		zoneOf(t, "example.net.", `
mail   A     198.51.100.25
back   CNAME www.example.co.jp.
back2  CNAME back
stale  CNAME gone.example.co.jp.
round  CNAME round.example.co.jp.
`),
	))
	o := resolver.Overlay([]*resolver.Zone{
		zoneOf(t, "example.co.jp.", `
$TTL 600
@      SOA   ns host 1 1 1 1 300
@      NS    ns.example.net.
@      TXT   "new"
www    A     203.0.113.80
mx     CNAME mail.example.net.
trip   CNAME back2.example.net.
dead   CNAME nothing.example.net.
stale  CNAME stale.example.net.
round  CNAME round.example.net.
*.any  TXT   "wild"
sel._domainkey TXT "v=DKIM1; p="
shop   NS    NS.example.net.
shop   NS    ns.shop
cut    NS    ns.new.example.net.
kid    NS    ns.kid
toshop CNAME www.shop
tokid  CNAME www.kid
tocut  CNAME www.cut
`),
		zoneOf(t, "kid.example.co.jp.", "@ SOA ns host 1 1 1 1 60\n@ NS ns\n@ TXT \"kid\"\nwww A 203.0.113.9\nup CNAME www.example.co.jp.\n"),
	}, live)
	for _, tt := range []struct{ name, rtype, want, why string }{
		{"example.co.jp.", "TXT", `data, example.co.jp TXT "new"`, "the zone replaces what is live"},
		{"EXAMPLE.co.jp", "TXT", `data, example.co.jp TXT "new"`, "names in any form"},
		{"gone.example.co.jp.", "A", "NXDOMAIN, no owner", "not in the zone, so gone"},
		{"_domainkey.example.co.jp.", "TXT", "NODATA", "empty non-terminal"},
		{"x.any.example.co.jp.", "TXT", `data, x.any.example.co.jp TXT "wild"`, "wildcard"},
		{"any.example.co.jp.", "TXT", "NODATA", "not covered by the wildcard below it"},
		{"mail.example.net.", "A", "data, mail.example.net A 198.51.100.25, AD", "outside: the base's answer as it is"},
		{"nothing.example.", "A", "NXDOMAIN, no owner, AD", "outside, and its absence"},
		{"mx.example.co.jp.", "A", "data, mx.example.co.jp CNAME mail.example.net., mail.example.net A 198.51.100.25", "CNAME out of the zone"},
		{"dead.example.co.jp.", "A", "NXDOMAIN, dead.example.co.jp CNAME nothing.example.net.", "CNAME to nothing: the owner exists"},
		{"trip.example.co.jp.", "A", "data, trip.example.co.jp CNAME back2.example.net., back2.example.net CNAME back.example.net., back.example.net CNAME www.example.co.jp., www.example.co.jp A 203.0.113.80", "out and back in"},
		{"back.example.net.", "A", "data, back.example.net CNAME www.example.co.jp., www.example.co.jp A 203.0.113.80", "from outside into the zone"},
		{"stale.example.net.", "A", "NXDOMAIN, stale.example.net CNAME gone.example.co.jp.", "the live target is gone in the zone"},
		{"round.example.co.jp.", "A", "bad reply: its aliases go in a circle at round.example.co.jp.", "a circle through both"},
		{"shop.example.co.jp.", "TXT", `data, shop.example.co.jp TXT "live shop", AD`, "delegation as it is live"},
		{"shop.example.co.jp.", "DS", "NODATA", "DS belongs to the zone above the cut"},
		{"toshop.example.co.jp.", "A", "data, toshop.example.co.jp CNAME www.shop.example.co.jp., www.shop.example.co.jp A 192.0.2.80", "alias into a delegation"},
		{"back.shop.example.co.jp.", "A", "data, back.shop.example.co.jp CNAME www.example.co.jp., www.example.co.jp A 203.0.113.80", "from a delegation back into the zone"},
		{"near.shop.example.co.jp.", "A", "data, near.shop.example.co.jp CNAME www.shop.example.co.jp., www.shop.example.co.jp A 192.0.2.80, AD", "a chain that stays below the delegation"},
		{"www.cut.example.co.jp.", "A", "undetermined: it is below the delegation of cut.example.co.jp. to ns.new.example.net.; the one in use is ns.old.example.net.", "another delegation than live"},
		{"tocut.example.co.jp.", "A", "undetermined: at its alias target www.cut.example.co.jp.: it is below the delegation of cut.example.co.jp. to ns.new.example.net.; the one in use is ns.old.example.net.", "alias there"},
		{"same.example.co.jp.", "A", "NXDOMAIN, no owner", "a live delegation that the zone drops"},
		{"kid.example.co.jp.", "TXT", `data, kid.example.co.jp TXT "kid"`, "the child zone is given too"},
		{"kid.example.co.jp.", "NS", "data, kid.example.co.jp NS ns.kid.example.co.jp.", "and is asked for its own NS set"},
		{"kid.example.co.jp.", "DS", "NODATA", "but the parent for DS"},
		{"tokid.example.co.jp.", "A", "data, tokid.example.co.jp CNAME www.kid.example.co.jp., www.kid.example.co.jp A 203.0.113.9", "alias from parent to child"},
		{"up.kid.example.co.jp.", "A", "data, up.kid.example.co.jp CNAME www.example.co.jp., www.example.co.jp A 203.0.113.80", "and from child to parent"},
		{"example.co.jp.", "DS", "NXDOMAIN, no owner, AD", "the DS of an apex without its parent zone is the base's"},
		{"a..b.", "A", `unusable name: name "a..b." has an empty label`, "a name that cannot be"},
	} {
		if got := told(o.Lookup(t.Context(), question(t, tt.name, tt.rtype))); got != tt.want {
			t.Errorf("%s %s (%s):\n got %s\nwant %s", tt.name, tt.rtype, tt.why, got, tt.want)
		}
	}
}

func TestOverlayAnswerDetails(t *testing.T) {
	live := world(zoneOf(t, "example.net.", "$TTL 60\nmail A 198.51.100.25\n"))
	o := resolver.Overlay([]*resolver.Zone{zoneOf(t, "example.jp.", "$TTL 600\n@ SOA ns host 1 1 1 1 300\n@ TXT a\nmx CNAME mail.example.net.\n")}, live)
	for _, tt := range []struct {
		name, rtype string
		ttl         uint32
		source      string
	}{
		{"example.jp.", "TXT", 600, "example.jp.zone"},
		{"example.jp.", "MX", 300, "example.jp.zone"},
		{"x.example.jp.", "MX", 300, "example.jp.zone"},
		{"mx.example.jp.", "A", 60, "example.net.zone"},
		{"mail.example.net.", "A", 60, "example.net.zone"},
	} {
		q := question(t, tt.name, tt.rtype)
		a, err := o.Lookup(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if a.TTL != tt.ttl || a.Source != tt.source || a.Question != q {
			t.Errorf("%s: got TTL %d from %q, question %s, want %d from %q", q, a.TTL, a.Source, a.Question, tt.ttl, tt.source)
		}
	}
	a, err := o.Lookup(t.Context(), question(t, "example.jp.", "TXT"))
	if err != nil || a.Records[0].Origin != (resolver.Origin{File: "example.jp.zone", Line: 3, Col: 7}) {
		t.Errorf("got %+v, %v, want the record's place 3:7", a.Records, err)
	}
}

func TestOverlayOverFailures(t *testing.T) {
	proposed := zoneOf(t, "example.jp.", "@ TXT new\nwww A 203.0.113.80\nout CNAME broken.example.net.\nsub NS ns.example.net.\n")
	// Live, www.example.jp cannot be resolved, and so neither can its aliases.
	live := resolver.Overlay([]*resolver.Zone{
		zoneOf(t, "example.net.", "alias CNAME www.example.jp.\nalias2 CNAME alias\nother CNAME x.example.com.\nok A 192.0.2.1\n"),
	}, dnstest.Faulty(resolver.Nothing(), func(q resolver.Question) resolver.ErrorKind {
		if resolver.IsSubdomain(q.Name, "example.jp.") || q.Name == "x.example.com." {
			return resolver.ServFail
		}
		return ""
	}))
	broken := dnstest.Faulty(live, func(q resolver.Question) resolver.ErrorKind {
		if q.Name == "broken.example.net." {
			return resolver.Timeout
		}
		return ""
	})
	o := resolver.Overlay([]*resolver.Zone{proposed}, broken)
	for _, tt := range []struct{ name, want, why string }{
		{"alias.example.net.", "data, alias.example.net CNAME www.example.jp., www.example.jp A 203.0.113.80", "the base fails only where the zone takes over"},
		{"alias2.example.net.", "data, alias2.example.net CNAME alias.example.net., alias.example.net CNAME www.example.jp., www.example.jp A 203.0.113.80", "two aliases before it"},
		{"other.example.net.", "SERVFAIL: at its alias target x.example.com.: fault of a test", "the base fails elsewhere"},
		{"out.example.jp.", "timeout: at its alias target broken.example.net.: fault of a test", "the target of the zone's alias fails"},
		{"x.sub.example.jp.", "SERVFAIL: it is below the delegation of sub.example.jp., which cannot be compared with the one in use: sub.example.jp. NS: SERVFAIL: fault of a test", "the live delegation cannot be seen"},
	} {
		if got := told(o.Lookup(t.Context(), question(t, tt.name, "A"))); got != tt.want {
			t.Errorf("%s (%s):\n got %s\nwant %s", tt.name, tt.why, got, tt.want)
		}
	}
	alone := resolver.Overlay([]*resolver.Zone{proposed}, resolver.NoResolver())
	const outside = "offline: it is outside the zones, and nothing else is asked"
	if got := told(alone.Lookup(t.Context(), question(t, "example.net.", "A"))); got != outside {
		t.Errorf("offline: got %s, want %s", got, outside)
	}
	if got := told(alone.Lookup(t.Context(), question(t, "x.sub.example.jp.", "A"))); !strings.HasPrefix(got, "offline: it is below the delegation of sub.example.jp.") {
		t.Errorf("offline below a delegation: got %s", got)
	}
}

func TestOverlayChainLimit(t *testing.T) {
	var text strings.Builder
	for i := range 14 {
		fmt.Fprintf(&text, "c%d CNAME c%d\n", i, i+1)
	}
	text.WriteString("c14 A 192.0.2.1\n")
	o := world(zoneOf(t, "example.jp.", text.String()))
	for name, want := range map[string]string{"c2": "data", "c1": "bad reply: a chain of more than 12 aliases"} {
		if got := told(o.Lookup(t.Context(), question(t, name+".example.jp.", "A"))); !strings.HasPrefix(got, want) {
			t.Errorf("from %s: got %s, want %s…", name, got, want)
		}
	}
}

func TestOverlayExchange(t *testing.T) {
	live := world(zoneOf(t, "example.net.", "@ SOA ns host 1 1 1 1 1\nmail A 198.51.100.25\n"), zoneOf(t, "sub.example.jp.", "@ NS ns.example.net.\nwww A 192.0.2.1\n"))
	o := resolver.Overlay([]*resolver.Zone{zoneOf(t, "example.jp.", "@ SOA ns host 1 1 1 1 1\n@ TXT a\nmx CNAME mail.example.net.\nwww CNAME host\nhost A 203.0.113.1\nsub NS ns.example.net.\nlong TXT \""+strings.Repeat("x", 256)+"\"\n")}, live)
	for _, tt := range []struct {
		name, rtype       string
		rcode             int
		answer, authority int
		size              bool
	}{
		{"example.jp.", "TXT", 0, 1, 0, true},
		{"example.jp.", "MX", 0, 0, 1, true},
		{"x.example.jp.", "A", 3, 0, 1, true},
		{"mx.example.jp.", "A", 0, 1, 0, true},
		{"www.example.jp.", "A", 0, 2, 0, true},
		{"www.sub.example.jp.", "A", 0, 1, 0, true},
		{"mail.example.net.", "A", 0, 1, 0, true},
		{"long.example.jp.", "TXT", 0, 1, 0, false}, // has no wire form
	} {
		r, err := o.Exchange(t.Context(), resolver.Query{Question: question(t, tt.name, tt.rtype), Server: "192.0.2.53:53", Net: "tcp"})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if r.Rcode != tt.rcode || !r.AA || len(r.Answer) != tt.answer || len(r.Authority) != tt.authority || (r.Size > 0) != tt.size || r.Net != "tcp" {
			t.Errorf("%s %s: got %+v, want RCODE %d, %d answers, %d authorities", tt.name, tt.rtype, r, tt.rcode, tt.answer, tt.authority)
		}
	}
	r, err := o.Exchange(t.Context(), resolver.Query{Question: question(t, "example.jp.", "TXT")})
	if want := 12 + (12 + 4) + (2 + 10 + 2) + 11; err != nil || r.Size != want { // header, question, record, OPT
		t.Errorf("size: got %d, %v, want %d", r.Size, err, want)
	}
}

func TestNames(t *testing.T) {
	parent := zoneOf(t, "example.jp.", "@ TXT a\na._domainkey TXT k\nb._domainkey CNAME b.example.net.\n*.wild TXT w\nsub NS ns.example.net.\nx.sub A 192.0.2.1\nkid NS ns.kid\nold DNAME example.net.\n")
	kid := zoneOf(t, "kid.example.jp.", "@ NS ns\nsel._domainkey TXT k\n")
	live := world(zoneOf(t, "example.net.", "@ TXT n\nwww A 192.0.2.1\n"))
	o := resolver.Overlay([]*resolver.Zone{parent, kid}, live)
	for _, tt := range []struct {
		from     resolver.NameLister
		below    string
		complete bool
		want     string
		why      string
	}{
		{parent, "_domainkey.example.jp.", true, "a._domainkey.example.jp. b._domainkey.example.jp.", "a subtree"},
		{parent, "example.jp.", false, "*.wild.example.jp. a._domainkey.example.jp. b._domainkey.example.jp. example.jp. old.example.jp.", "delegated names are another zone's"},
		{parent, "nothing.example.jp.", true, "", "nothing there"},
		{parent, "x.sub.example.jp.", false, "", "below a delegation"},
		{parent, "jp.", false, "*.wild.example.jp. a._domainkey.example.jp. b._domainkey.example.jp. example.jp. old.example.jp.", "above the zone"},
		{o.(resolver.NameLister), "kid.example.jp.", true, "kid.example.jp. sel._domainkey.kid.example.jp.", "the child zone"},
		{o.(resolver.NameLister), "example.jp.", false, "*.wild.example.jp. a._domainkey.example.jp. b._domainkey.example.jp. example.jp. kid.example.jp. old.example.jp. sel._domainkey.kid.example.jp.", "parent and child"},
		{o.(resolver.NameLister), "a.old.example.jp.", false, "", "below a DNAME"},
		{o.(resolver.NameLister), "sub.example.jp.", false, "", "a delegation"},
		{o.(resolver.NameLister), "example.net.", true, "example.net. www.example.net.", "the base's names"},
	} {
		names, complete := tt.from.Names(tt.below)
		if got := strings.Join(names, " "); got != tt.want || complete != tt.complete {
			t.Errorf("Names(%s) (%s):\n got %t, %s\nwant %t, %s", tt.below, tt.why, complete, got, tt.complete, tt.want)
		}
	}
	if names, complete := resolver.Overlay(nil, resolver.NoResolver()).(resolver.NameLister).Names("example.jp."); names != nil || complete {
		t.Errorf("offline: got %v, %t, want nothing known", names, complete)
	}
}
