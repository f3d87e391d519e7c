package resolver_test

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"
)

// edits reads lines "+ owner type data" and "- owner type data".
func edits(t *testing.T, text string) []resolver.Edit {
	t.Helper()
	var list []resolver.Edit
	for line := range strings.Lines(text) {
		f := strings.SplitN(strings.TrimSpace(line), " ", 4)
		if len(f) < 4 {
			continue
		}
		typ, err := resolver.ParseType(f[2])
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(list, func(e resolver.Edit) bool { return e.Name == f[1] && e.Type == typ })
		if at < 0 {
			at = len(list)
			list = append(list, resolver.Edit{Name: f[1], Type: typ, TTL: 300})
		}
		if f[0] == "+" {
			list[at].Add = append(list[at].Add, f[3])
		} else {
			list[at].Remove = append(list[at].Remove, f[3])
		}
	}
	return list
}

const patched = `
$TTL 600
@               SOA   ns host 1 1 1 1 300
@               NS    ns
@               MX    10 mail
@               TXT   "v-spf1 +ip4:203.0.113.25 +mx -all"
@               TXT   "site=abc"
mail            A     203.0.113.25
_spf            TXT   "v=spf1 -all"
*.wild          TXT   "anything"
*.wild          A     203.0.113.1
www.wild        A     203.0.113.2
*.alias         CNAME mail
s1._domainkey   TXT   "v=DKIM1; p="
s2._domainkey   CNAME s2.example.net.
_dmarc          CNAME dmarc.example.net.
toapex          CNAME @
host            A     203.0.113.3
host            AAAA  2001:db8::3
lone            A     203.0.113.4
deep.ent        A     203.0.113.5
two             TXT   "v=DKIM1; " "p=AB"
old             DNAME example.net.
`

func TestPatch(t *testing.T) {
	base := world(zoneOf(t, "example.co.jp.", patched), zoneOf(t, "example.net.", `
@      SOA   ns host 1 1 1 1 300
back   CNAME new.example.co.jp.
s2     TXT   "v=DKIM1; p=AB"
dmarc  TXT   "v=DMARC1; p=none"
`))
	for _, tt := range []struct{ why, edits, name, rtype, zone, live string }{
		{"a record replaced, the others of the set kept", `- example.co.jp. TXT "v-spf1 +ip4:203.0.113.25 +mx -all"
			+ example.co.jp. TXT "v=spf1 mx -all"`, "example.co.jp.", "TXT",
			`data, example.co.jp TXT "site=abc", example.co.jp TXT "v=spf1 mx -all"`, ""},
		{"other sets of the name are the base's", `- example.co.jp. TXT "site=abc"`, "example.co.jp.", "MX", "data, example.co.jp MX 10 mail.example.co.jp.", ""},
		{"an alias to a patched name", `+ example.co.jp. TXT "new"
			- example.co.jp. TXT "site=abc"`, "toapex.example.co.jp.", "TXT",
			`data, toapex.example.co.jp CNAME example.co.jp., example.co.jp TXT "new", example.co.jp TXT "v-spf1 +ip4:203.0.113.25 +mx -all"`, ""},
		{"from outside to an added name", `+ new.example.co.jp. A 192.0.2.9`, "back.example.net.", "A", "data, back.example.net CNAME new.example.co.jp., new.example.co.jp A 192.0.2.9", ""},
		{"names outside", `+ new.example.co.jp. A 192.0.2.9`, "s2.example.net.", "TXT", `data, s2.example.net TXT "v=DKIM1; p=AB"`, ""},
		{"an added name has nothing of other types", `+ new.example.co.jp. A 192.0.2.9`, "new.example.co.jp.", "MX", "NODATA", ""},
		{"and nothing below it", `+ new.example.co.jp. A 192.0.2.9`, "x.new.example.co.jp.", "A", "NXDOMAIN, no owner", ""},
		{"an added name makes the one above it exist", `+ a.b.example.co.jp. A 192.0.2.9`, "b.example.co.jp.", "A", "NODATA", ""},
		{"an added alias", `+ new.example.co.jp. CNAME mail.example.co.jp.`, "new.example.co.jp.", "A", "data, new.example.co.jp CNAME mail.example.co.jp., mail.example.co.jp A 203.0.113.25", ""},
		{"an added alias to nothing", `+ new.example.co.jp. CNAME nothing.example.`, "new.example.co.jp.", "A", "NXDOMAIN, new.example.co.jp CNAME nothing.example.", ""},
		{"a name in place of an alias", `- _dmarc.example.co.jp. CNAME dmarc.example.net.
			+ _dmarc.example.co.jp. TXT "v=DMARC1; p=reject"`, "_dmarc.example.co.jp.", "TXT", `data, _dmarc.example.co.jp TXT "v=DMARC1; p=reject"`, ""},
		{"whose other types are empty", `- _dmarc.example.co.jp. CNAME dmarc.example.net.
			+ _dmarc.example.co.jp. TXT "v=DMARC1; p=reject"`, "_dmarc.example.co.jp.", "A", "NODATA", ""},
		{"an alias in place of a name", `- lone.example.co.jp. A 203.0.113.4
			+ lone.example.co.jp. CNAME mail.example.co.jp.`, "lone.example.co.jp.", "A", "data, lone.example.co.jp CNAME mail.example.co.jp., mail.example.co.jp A 203.0.113.25", ""},
		{"another target", `- _dmarc.example.co.jp. CNAME dmarc.example.net.
			+ _dmarc.example.co.jp. CNAME mail.example.co.jp.`, "_dmarc.example.co.jp.", "A", "data, _dmarc.example.co.jp CNAME mail.example.co.jp., mail.example.co.jp A 203.0.113.25", ""},

		{"an added name under a wildcard", `+ new.wild.example.co.jp. TXT "mine"`, "new.wild.example.co.jp.", "TXT", `data, new.wild.example.co.jp TXT "mine"`,
			"refused: undetermined: the records that it has now may come from a wildcard"},
		{"loses what the wildcard gave it", `+ new.wild.example.co.jp. MX 0 .`, "new.wild.example.co.jp.", "A", "NODATA",
			"undetermined: the change makes new.wild.example.co.jp. exist, and what the DNS answers may come from a wildcard, which would end above it"},
		{"and so does what is below it", `+ new.wild.example.co.jp. MX 0 .`, "x.new.wild.example.co.jp.", "A", "NXDOMAIN, no owner",
			"undetermined: the change makes new.wild.example.co.jp. exist, and what the DNS answers may come from a wildcard, which would end above it"},
		{"its siblings keep it", `+ new.wild.example.co.jp. MX 0 .`, "x.wild.example.co.jp.", "A", "data, x.wild.example.co.jp A 203.0.113.1", ""},
		{"a name beside the wildcard that existed keeps its data", `+ www.wild.example.co.jp. MX 0 .`, "www.wild.example.co.jp.", "A", "data, www.wild.example.co.jp A 203.0.113.2", ""},
		{"data under a wildcard alias", `+ new.alias.example.co.jp. TXT "x"`, "new.alias.example.co.jp.", "A", "NODATA",
			"refused: undetermined: it answers with a CNAME, which may come from a wildcard or stand there itself"},
		{"a wildcard added", `+ *.example.co.jp. TXT "w"`, "any.example.co.jp.", "TXT", `data, any.example.co.jp TXT "w"`, ""},
		{"two labels below", `+ *.example.co.jp. TXT "w"`, "a.b.example.co.jp.", "TXT", `data, a.b.example.co.jp TXT "w"`, ""},
		{"not for names that exist", `+ *.example.co.jp. TXT "w"`, "host.example.co.jp.", "TXT", "NODATA", ""},
		{"nor empty non-terminals", `+ *.example.co.jp. TXT "w"`, "ent.example.co.jp.", "TXT", "NODATA", ""},
		{"nor below them", `+ *.example.co.jp. TXT "w"`, "x.ent.example.co.jp.", "TXT", "NXDOMAIN, no owner", ""},
		{"a wildcard changed", `- *.wild.example.co.jp. TXT "anything"
			+ *.wild.example.co.jp. TXT "else"`, "x.wild.example.co.jp.", "TXT", `data, x.wild.example.co.jp TXT "else"`,
			"undetermined: the change edits the wildcard of wild.example.co.jp., and whether that answers for the name cannot be seen"},
		{"one of its sets removed", `- *.wild.example.co.jp. TXT "anything"`, "x.wild.example.co.jp.", "TXT", "NODATA",
			"undetermined: the change edits the wildcard of wild.example.co.jp., and whether that answers for the name cannot be seen"},

		{"one of two sets of a name removed", "- host.example.co.jp. A 203.0.113.3", "host.example.co.jp.", "A", "NODATA", ""},
		{"the other stays", "- host.example.co.jp. A 203.0.113.3", "host.example.co.jp.", "AAAA", "data, host.example.co.jp AAAA 2001:db8::3", ""},
		{"the last record of a name removed", "- lone.example.co.jp. A 203.0.113.4", "lone.example.co.jp.", "A", "NXDOMAIN, no owner",
			"undetermined: the change removes the last record known of lone.example.co.jp.; whether there are names below it cannot be seen"},
		{"of a name that has none below by custom", `- _spf.example.co.jp. TXT "v=spf1 -all"`, "_spf.example.co.jp.", "TXT", "NXDOMAIN, no owner", ""},
		{"asked for another type", `- _spf.example.co.jp. TXT "v=spf1 -all"`, "_spf.example.co.jp.", "A", "NXDOMAIN, no owner", ""},
		{"of a key: its namespace keeps the other", `- s1._domainkey.example.co.jp. TXT "v=DKIM1; p="`, "_domainkey.example.co.jp.", "TXT", "NODATA",
			"undetermined: the change removes the last record known of _domainkey.example.co.jp.; whether there are names below it cannot be seen"},
		{"the key itself", `- s1._domainkey.example.co.jp. TXT "v=DKIM1; p="`, "s1._domainkey.example.co.jp.", "TXT", "NXDOMAIN, no owner", ""},
		{"the last record below an empty non-terminal", "- deep.ent.example.co.jp. A 203.0.113.5", "ent.example.co.jp.", "A", "NXDOMAIN, no owner",
			"undetermined: the change removes the last record known of ent.example.co.jp.; whether there are names below it cannot be seen"},
		{"the apex stays whatever it loses", "- example.co.jp. MX 10 mail.example.co.jp.", "example.co.jp.", "MX", "NODATA", ""},
		{"a name under a wildcard removed: the wildcard answers again", "- www.wild.example.co.jp. A 203.0.113.2", "www.wild.example.co.jp.", "A", "data, www.wild.example.co.jp A 203.0.113.1",
			"undetermined: which wildcard answers once the change is made cannot be seen"},
		{"TXT found though its strings are cut elsewhere", `- two.example.co.jp. TXT "v=DKIM1;" " p=AB"
			+ two.example.co.jp. TXT "v=DKIM1; p=CD"`, "two.example.co.jp.", "TXT", `data, two.example.co.jp TXT "v=DKIM1; p=CD"`, ""},
		{"what is added and there already", `+ host.example.co.jp. A 203.0.113.3`, "host.example.co.jp.", "A", "data, host.example.co.jp A 203.0.113.3", ""},
	} {
		for _, from := range []struct {
			base resolver.Resolver
			want string
		}{{base, tt.zone}, {blind(base), tt.live}} {
			if from.want == "" {
				from.want = tt.zone
			}
			p, err := resolver.Patch(t.Context(), edits(t, tt.edits), from.base)
			got := "refused: " + told(resolver.Answer{}, err)
			if err == nil {
				got = told(p.Lookup(t.Context(), question(t, tt.name, tt.rtype)))
			}
			if got != from.want {
				t.Errorf("%s: %s\n%s %s (names listed: %t):\n got %s\nwant %s", tt.why, tt.edits, tt.name, tt.rtype, from.base == base, got, from.want)
			}
		}
	}
}

func TestPatchRefuses(t *testing.T) {
	base := world(zoneOf(t, "example.co.jp.", patched))
	for _, tt := range []struct{ edits, want, why string }{
		{`- example.co.jp. TXT "v=spf1 -all"`, `example.co.jp. TXT: there is no "v=spf1 -all" to remove`, "not there"},
		{`- nothing.example.co.jp. TXT "x"`, `nothing.example.co.jp. TXT: there is no "x" to remove`, "no such name"},
		{`- x.wild.example.co.jp. TXT "anything"`, "x.wild.example.co.jp. TXT: the record comes from a wildcard; there is none at the name itself to remove", "synthesised"},
		{`- toapex.example.co.jp. TXT "site=abc"`, `toapex.example.co.jp. TXT: there is no "site=abc" to remove`, "it is at the alias' target"},
		{`+ toapex.example.co.jp. TXT "x"`, "toapex.example.co.jp. TXT: it has a CNAME to example.co.jp., and other records cannot stand beside it", "data beside a CNAME"},
		{`+ host.example.co.jp. CNAME mail.example.co.jp.`, "host.example.co.jp. CNAME: a CNAME cannot stand beside other records: A, AAAA", "a CNAME beside data"},
		{`+ new.example.co.jp. CNAME mail.example.co.jp.
		  + new.example.co.jp. A 192.0.2.1`, "new.example.co.jp. CNAME: a CNAME cannot stand beside other records: A", "both new"},
		{`+ _dmarc.example.co.jp. CNAME other.example.net.`, "_dmarc.example.co.jp. CNAME: there would be 2 CNAME records, and there can only be one", "a second CNAME"},
		{`+ x.old.example.co.jp. A 192.0.2.1`, "x.old.example.co.jp. A: it is below the DNAME of old.example.co.jp., which hides it", "below a DNAME"},
		{`+ host.example.co.jp. A 192.0.2`, "host.example.co.jp. A: found 192.0.2, expected an IPv4 address such as 192.0.2.1", "no address"},
		{`+ host..jp. A 192.0.2.1`, `host..jp. A: name "host..jp." has an empty label`, "no name"},
	} {
		_, err := resolver.Patch(t.Context(), edits(t, tt.edits), base)
		var e *resolver.EditError
		if !errors.As(err, &e) || err.Error() != tt.want {
			t.Errorf("%s (%s):\n got %v\nwant %s", tt.edits, tt.why, err, tt.want)
		}
	}
}

// TestPatchOverFailures: where the base cannot tell, neither can the patch,
// unless it replaces what failed.
func TestPatchOverFailures(t *testing.T) {
	base := dnstest.Faulty(world(
		zoneOf(t, "example.co.jp.", "@ SOA ns host 1 1 1 1 1\n@ TXT a\n_dmarc CNAME dmarc.example.net.\n"),
	), func(q resolver.Question) resolver.ErrorKind {
		if resolver.IsSubdomain(q.Name, "example.net.") {
			return resolver.ServFail
		}
		return ""
	})
	// The base's own chain fails too, as a live resolver's would.
	chained := resolver.Overlay(nil, resolver.Overlay([]*resolver.Zone{
		zoneOf(t, "example.co.jp.", "@ SOA ns host 1 1 1 1 1\n@ TXT a\n_dmarc CNAME dmarc.example.net.\nloop CNAME loop\n"),
	}, base))
	for _, tt := range []struct{ edits, name, want, why string }{
		{`+ broken.example.net. TXT "x"`, "", "SERVFAIL: fault of a test", "the edited set itself"},
		{"- _dmarc.example.co.jp. CNAME dmarc.example.net.\n+ _dmarc.example.co.jp. TXT \"v=DMARC1; p=none\"", "_dmarc.example.co.jp.", `data, _dmarc.example.co.jp TXT "v=DMARC1; p=none"`, "an alias replaced whose target fails"},
		{"+ dmarc.example.jp. TXT \"v=DMARC1; p=none\"\n- _dmarc.example.co.jp. CNAME dmarc.example.net.\n+ _dmarc.example.co.jp. CNAME dmarc.example.jp.", "_dmarc.example.co.jp.", `data, _dmarc.example.co.jp CNAME dmarc.example.jp., dmarc.example.jp TXT "v=DMARC1; p=none"`, "another target"},
		{`+ example.co.jp. TXT "b"`, "_dmarc.example.co.jp.", "SERVFAIL: at its alias target dmarc.example.net.: fault of a test", "what is not patched fails as before"},
		{"- loop.example.co.jp. CNAME loop.example.co.jp.\n+ loop.example.co.jp. TXT \"x\"", "loop.example.co.jp.", `data, loop.example.co.jp TXT "x"`, "a circle cut"},
	} {
		p, err := resolver.Patch(t.Context(), edits(t, tt.edits), chained)
		got := told(resolver.Answer{}, err)
		if err == nil {
			got = told(p.Lookup(t.Context(), question(t, tt.name, "TXT")))
		}
		if got != tt.want {
			t.Errorf("%s (%s):\n got %s\nwant %s", tt.edits, tt.why, got, tt.want)
		}
	}
	if _, err := resolver.Patch(t.Context(), edits(t, `+ a.example. TXT "x"`), resolver.NoResolver()); resolver.KindOf(err) != resolver.Offline {
		t.Errorf("offline: got %v, want an error of kind offline", err)
	}
}

func TestPatchNamesAndExchange(t *testing.T) {
	base := world(zoneOf(t, "example.co.jp.", patched))
	p, err := resolver.Patch(t.Context(), edits(t, `
		- s1._domainkey.example.co.jp. TXT "v=DKIM1; p="
		+ s3._domainkey.example.co.jp. TXT "v=DKIM1; p=AB"
		- host.example.co.jp. A 203.0.113.3`), base)
	if err != nil {
		t.Fatal(err)
	}
	names, complete := p.(resolver.NameLister).Names("_domainkey.example.co.jp.")
	if want := []string{"s2._domainkey.example.co.jp.", "s3._domainkey.example.co.jp."}; !slices.Equal(names, want) || !complete {
		t.Errorf("Names: got %v, %t, want %v, true", names, complete, want)
	}
	for _, tt := range []struct {
		name, rtype    string
		rcode, answers int
	}{
		{"s3._domainkey.example.co.jp.", "TXT", 0, 1},
		{"s1._domainkey.example.co.jp.", "TXT", 3, 0},
		{"host.example.co.jp.", "A", 0, 0},
		{"host.example.co.jp.", "AAAA", 0, 1},
		{"mail.example.co.jp.", "A", 0, 1},
	} {
		r, err := p.Exchange(t.Context(), resolver.Query{Question: question(t, tt.name, tt.rtype)})
		if err != nil || r.Rcode != tt.rcode || len(r.Answer) != tt.answers || !r.AA {
			t.Errorf("Exchange %s %s: got %+v, %v, want RCODE %d, %d answers", tt.name, tt.rtype, r, err, tt.rcode, tt.answers)
		}
	}
	a, err := p.Lookup(t.Context(), question(t, "s3._domainkey.example.co.jp.", "TXT"))
	if err != nil || a.TTL != 300 || a.Source != "the proposed change" {
		t.Errorf("got TTL %d of %q, %v, want 300 of the proposed change", a.TTL, a.Source, err)
	}
}

func TestPatchOfEditsThatUndoEachOther(t *testing.T) {
	base := world(zoneOf(t, "example.co.jp.", patched))
	add := edits(t, `+ a.b.example.co.jp. TXT "x"`)
	remove := edits(t, `- a.b.example.co.jp. TXT "x"`)
	p, err := resolver.Patch(t.Context(), append(add, remove...), base)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.b.example.co.jp.", "b.example.co.jp."} {
		if got, want := told(p.Lookup(t.Context(), question(t, name, "TXT"))), "NXDOMAIN, no owner"; got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestPatchCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	base := dnstest.Func(func(_ context.Context, q resolver.Question) (resolver.Answer, error) {
		cancel()
		return resolver.Answer{Question: q, Status: resolver.NXDomain}, nil
	})
	_, err := resolver.Patch(ctx, edits(t, `+ a.example.co.jp. TXT "x"`), base)
	if resolver.KindOf(err) != resolver.Cancelled {
		t.Errorf("got %v, want an error of kind cancelled", err)
	}
	if _, err := resolver.Patch(ctx, nil, base); err != nil {
		t.Errorf("without edits: got %v, want none: there is nothing to ask", err)
	}
}

// TestPatchOverOverlay: a fix tried on a proposed zone over live DNS.
func TestPatchOverOverlay(t *testing.T) {
	live := blind(world(zoneOf(t, "example.net.", "_spf TXT \"v=spf1 -all\"\n"), zoneOf(t, "example.co.jp.", "@ TXT live\n")))
	o := resolver.Overlay([]*resolver.Zone{zoneOf(t, "example.co.jp.", patched)}, live)
	p, err := resolver.Patch(t.Context(), edits(t, `- example.co.jp. TXT "v-spf1 +ip4:203.0.113.25 +mx -all"
		+ example.co.jp. TXT "v=spf1 mx -all"
		- lone.example.co.jp. A 203.0.113.4`), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, rtype, want string }{
		{"example.co.jp.", "TXT", `data, example.co.jp TXT "site=abc", example.co.jp TXT "v=spf1 mx -all"`},
		{"lone.example.co.jp.", "A", "NXDOMAIN, no owner"},
		{"_spf.example.net.", "TXT", `data, _spf.example.net TXT "v=spf1 -all"`},
	} {
		if got := told(p.Lookup(t.Context(), question(t, tt.name, tt.rtype))); got != tt.want {
			t.Errorf("%s %s: got %s, want %s", tt.name, tt.rtype, got, tt.want)
		}
	}
}

// counting asks a world that cannot list its names, and counts.
type counting struct {
	resolver.Resolver
	asked *int
}

func (c counting) Lookup(ctx context.Context, q resolver.Question) (resolver.Answer, error) {
	*c.asked++
	return c.Resolver.Lookup(ctx, q)
}

// A reverse name of IPv6 has 34 labels, and where it is missing most of those
// above it are too.
func TestPatchOfReverseNameAsksLittle(t *testing.T) {
	asked := 0
	base := counting{world(zoneOf(t, "ip6.arpa.", "@ SOA ns.example. host.example. 1 1 1 1 300\n@ NS ns.example.\n")), &asked}
	name := resolver.ReverseName(netip.MustParseAddr("2001:db8::2"))
	p, err := resolver.Patch(t.Context(), edits(t, "+ "+name+" PTR mail.example.co.jp."), base)
	if err != nil {
		t.Fatal(err)
	}
	if asked > 3 {
		t.Errorf("%d questions, want 3 at most", asked)
	}
	a, err := p.Lookup(t.Context(), question(t, name, "PTR"))
	if err != nil || a.Status != resolver.Data {
		t.Errorf("got %v, %v, want the new reverse name", a.Status, err)
	}
}
