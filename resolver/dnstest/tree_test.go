package dnstest_test

import (
	"slices"
	"strings"
	"testing"

	"mailauth/resolver"
	"mailauth/resolver/dnstest"
	"mailauth/resolver/zone"
)

// signedTree is a small world: jp is signed, and of the zones below it one is
// signed, one is bogus, one is an island and one is not signed at all.
var signedTree = map[string]string{
	"jp.": `example DS 0 13 2 00
bogus DS 4711 13 2 0000000000000000000000000000000000000000000000000000000000000000
old DS 0 7 2 00
`,
	"example.jp.": "@ MX 10 mail\nmail A 192.0.2.25\n* TXT \"any\"\nalias CNAME www.plain.jp.\na.b TXT \"deep\"\n",
	"bogus.jp.":   "@ MX 10 mail\n",
	"island.jp.":  "@ DNSKEY 257 3 13 AAAA\n@ MX 10 mail\n",
	"plain.jp.":   "@ MX 10 mail\nwww A 192.0.2.80\n",
	"old.jp.":     "@ MX 10 mail\n",
}

func treeOf(t *testing.T, texts map[string]string) *dnstest.Tree {
	t.Helper()
	var zones []*resolver.Zone
	for apex, text := range texts {
		head := "$ORIGIN " + apex + "\n$TTL 3600\n@ SOA ns.registrar.example. hostmaster 1 7200 900 1209600 3600\n@ NS ns.registrar.example.\n"
		parsed, err := zone.Parse(apex+"zone", strings.NewReader(head+text), zone.Options{})
		if err != nil {
			t.Fatal(err)
		}
		zones = append(zones, parsed...)
	}
	tree, err := dnstest.NewTree(zones)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// A client on the other side of a socket sees what a validating resolver says.
func TestTreeThroughAClient(t *testing.T) {
	tree := treeOf(t, signedTree)
	client := dnstest.New(t, dnstest.Config{Answer: tree.Answer(dnstest.Manners{})}).Client(t)
	for _, test := range []struct {
		name  string
		t     resolver.Type
		rcode int
		ad    bool
		sigs  int
		why   string
	}{
		{".", resolver.TypeSOA, 0, true, 1, "the root is signed"},
		{"example.jp.", resolver.TypeMX, 0, true, 1, "signed up to the root"},
		{"b.example.jp.", resolver.TypeMX, 0, true, 2, "an empty non-terminal: SOA and NSEC"},
		{"x.example.jp.", resolver.TypeTXT, 0, true, 1, "the wildcard's signature"},
		{"mail.old.jp.", resolver.TypeA, 3, true, 2, "denied with RSASHA1"},
		{"alias.example.jp.", resolver.TypeA, 0, false, 1, "the target is not signed"},
		{"island.jp.", resolver.TypeMX, 0, false, 1, "signed, but nothing leads there"},
		{"plain.jp.", resolver.TypeDS, 0, true, 2, "jp says that there is none"},
		{"plain.jp.", resolver.TypeMX, 0, false, 0, "not signed"},
		{"bogus.jp.", resolver.TypeMX, 2, false, 0, "the DS record leads to no key"},
		{dnstest.BogusName, resolver.TypeA, 2, false, 0, "bogus on purpose"},
	} {
		q := resolver.Query{Question: resolver.Question{Name: test.name, Type: test.t}, DO: true, RD: true}
		reply, err := client.Exchange(t.Context(), q)
		if err != nil {
			t.Errorf("%s: %v", q.Question, err)
			continue
		}
		sigs := 0
		for _, r := range slices.Concat(reply.Answer, reply.Authority) {
			if r.Type() == resolver.TypeRRSIG {
				sigs++
			}
		}
		if reply.Rcode != test.rcode || reply.AD != test.ad || sigs != test.sigs || !reply.Trusted {
			t.Errorf("%s: RCODE %d, AD %t, %d signatures, trusted %t; want %d, %t, %d (%s)", q.Question, reply.Rcode, reply.AD, sigs, reply.Trusted, test.rcode, test.ad, test.sigs, test.why)
		}
	}
}

// Every RRset that a zone owns has a signature, and no delegation has.
func TestTreeSignsWhatItOwns(t *testing.T) {
	for _, z := range treeOf(t, signedTree).Zones() {
		signed := map[resolver.Question]bool{}
		for _, r := range z.Records() {
			if r.Type() == resolver.TypeRRSIG {
				covered, _, _ := strings.Cut(r.Data.String(), " ")
				kind, err := resolver.ParseType(covered)
				if err != nil {
					t.Fatal(err)
				}
				signed[resolver.Question{Name: r.Name, Type: kind}] = true
			}
		}
		for _, r := range z.Records() {
			q := resolver.Question{Name: r.Name, Type: r.Type()}
			own := q.Type != resolver.TypeRRSIG && (q.Type != resolver.TypeNS || q.Name == z.Apex) && z.Apex != "plain.jp."
			if signed[q] != own {
				t.Errorf("zone %s: %s signed %t, want %t", z.Apex, q, signed[q], own)
			}
		}
	}
}
