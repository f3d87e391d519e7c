package dnstest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"mailauth/resolver"
)

// BogusName is a name of every Tree whose signatures do not hold.
const BogusName = "dnssec-failed.org."

// Tree is a DNS with signatures (RFC 4033), made of zones as an author writes
// them. A zone is signed if the zone above holds a DS record for it, or if it
// holds a DNSKEY record itself (then it is an island). The keys are made anew:
// a DS record with the key tag 0 becomes one that leads to the zone's key, any
// other stays as it is and leads nowhere, so that the zone is bogus. The DNSKEY
// that is written down only says the algorithm.
//
// The root is made, and signed, if it is not given. So are the delegations that
// are missing; those of top-level domains are signed.
type Tree struct {
	zones map[string]*treeZone // by apex
}

type treeZone struct {
	zone     *resolver.Zone // as it is served; with keys, denials and signatures if it is signed
	key      *zoneKey
	standing standing
}

// standing is what a validating resolver makes of a zone (RFC 4033 §5).
type standing uint8

const (
	secure standing = iota + 1
	insecure
	bogus
)

// NewTree makes keys and signs.
func NewTree(zones []*resolver.Zone) (*Tree, error) {
	records := map[string][]resolver.Record{}
	for _, z := range zones {
		records[z.Apex] = z.Records()
	}
	plant(records)
	t := &Tree{zones: map[string]*treeZone{}}
	for apex, list := range records {
		z := &treeZone{}
		var err error
		if algorithm := algorithmOf(apex, list, records[above(apex, records)]); algorithm != 0 {
			if z.key, err = newZoneKey(apex, algorithm); err != nil {
				return nil, err
			}
		}
		t.zones[apex] = z
	}
	for apex, list := range records {
		if err := t.zones[apex].build(apex, t.delegate(list)); err != nil {
			return nil, err
		}
	}
	for apex := range records {
		t.zones[apex].standing = t.standingOf(apex, records)
	}
	return t, nil
}

// plant adds the root, a bogus zone, and the delegations that are missing.
func plant(records map[string][]resolver.Record) {
	if _, ok := records["."]; !ok {
		records["."] = authorityRecords(".")
	}
	if _, ok := records[BogusName]; !ok {
		records[BogusName] = append(authorityRecords(BogusName), resolver.Record{Name: BogusName, TTL: 3600, Data: resolver.TXT{Strings: []string{"nobody should see this"}}})
		parent := above(BogusName, records)
		records[parent] = append(records[parent], resolver.Record{Name: BogusName, TTL: 3600,
			Data: resolver.Other{RRType: resolver.TypeDS, Text: "4711 13 2 " + strings.Repeat("00", 32)}})
	}
	for apex := range records {
		parent := above(apex, records)
		if parent == "" {
			continue
		}
		if !holds(records[parent], apex, resolver.TypeNS) {
			records[parent] = append(records[parent], resolver.Record{Name: apex, TTL: 3600, Data: resolver.NS{Host: "ns.registrar.example."}})
		}
		if parent == "." && resolver.CountLabels(apex) == 1 && !holds(records[parent], apex, resolver.TypeDS) {
			records[parent] = append(records[parent], resolver.Record{Name: apex, TTL: 3600,
				Data: resolver.Other{RRType: resolver.TypeDS, Text: "0 13 2 00"}})
		}
	}
}

func authorityRecords(apex string) []resolver.Record {
	return []resolver.Record{
		{Name: apex, TTL: 3600, Data: resolver.SOA{MName: "ns.registrar.example.", RName: "hostmaster.registrar.example.", Serial: 1, Refresh: 7200, Retry: 900, Expire: 1209600, Minimum: 3600}},
		{Name: apex, TTL: 3600, Data: resolver.NS{Host: "ns.registrar.example."}},
	}
}

// above is the zone that delegates an apex; empty for the root.
func above(apex string, records map[string][]resolver.Record) string {
	for name := apex; name != "."; {
		name = resolver.Parent(name)
		if _, ok := records[name]; ok {
			return name
		}
	}
	return ""
}

func holds(records []resolver.Record, name string, t resolver.Type) bool {
	return slices.ContainsFunc(records, func(r resolver.Record) bool { return r.Name == name && r.Type() == t })
}

// algorithmOf is that of a zone's key, 0 for a zone that is not signed.
func algorithmOf(apex string, own, parent []resolver.Record) uint8 {
	if apex == "." {
		return dns.ECDSAP256SHA256
	}
	for _, r := range slices.Concat(parent, own) {
		var algorithm, other int
		switch {
		case r.Name != apex:
		case r.Type() == resolver.TypeDS:
			fmt.Sscan(r.Data.String(), &other, &algorithm)
		case r.Type() == resolver.TypeDNSKEY:
			fmt.Sscan(r.Data.String(), &other, &other, &algorithm)
		}
		if algorithm != 0 {
			return uint8(algorithm)
		}
	}
	return 0
}

// delegate puts real DS records in the place of those with the key tag 0, and
// leaves out keys that were written down.
func (t *Tree) delegate(records []resolver.Record) []resolver.Record {
	var out []resolver.Record
	for _, r := range records {
		child := t.zones[r.Name]
		switch {
		case r.Type() == resolver.TypeDNSKEY:
			continue
		case r.Type() == resolver.TypeDS && child != nil && strings.HasPrefix(r.Data.String(), "0 "):
			ds := child.key.delegation()
			ds.TTL = cmp.Or(r.TTL, 3600)
			r = ds
		}
		out = append(out, r)
	}
	return out
}

func (z *treeZone) build(apex string, records []resolver.Record) (err error) {
	if z.zone, err = resolver.NewZone(apex, records); err != nil || z.key == nil {
		return err
	}
	if records, err = signZone(z.zone, z.key); err != nil {
		return err
	}
	z.zone, err = resolver.NewZone(apex, records)
	return err
}

// standingOf follows the chain of trust from the root (RFC 4035 §5).
func (t *Tree) standingOf(apex string, records map[string][]resolver.Record) standing {
	if apex == "." {
		return secure
	}
	parent := above(apex, records)
	if up := t.standingOf(parent, records); up != secure {
		return up
	}
	found := t.zones[parent].zone.Find(resolver.Question{Name: apex, Type: resolver.TypeDS})
	if len(found.Records) == 0 {
		return insecure
	}
	own := t.zones[apex].key.delegation().Data.String()
	if slices.ContainsFunc(found.Records, func(r resolver.Record) bool { return strings.EqualFold(r.Data.String(), own) }) {
		return secure
	}
	return bogus
}

// Zones are the zones as their name servers load them, the root first.
func (t *Tree) Zones() []*resolver.Zone {
	var zones []*resolver.Zone
	for _, z := range t.zones {
		zones = append(zones, z.zone)
	}
	slices.SortFunc(zones, func(a, b *resolver.Zone) int { return compareNames(a.Apex, b.Apex) })
	return zones
}

// Anchor is the DS record of the root, for a resolver to begin with.
func (t *Tree) Anchor() resolver.Record { return t.zones["."].key.delegation() }
