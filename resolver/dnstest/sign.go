package dnstest

import (
	"cmp"
	"crypto"
	"fmt"
	"slices"
	"time"

	"github.com/miekg/dns"

	"mailauth/resolver"
)

// zoneKey is the one key of a zone: it signs its keys and everything else.
type zoneKey struct {
	public  *dns.DNSKEY
	private crypto.Signer
}

// keyBits is the size of the keys that a test makes, by algorithm.
func keyBits(algorithm uint8) int {
	switch algorithm {
	case dns.ECDSAP256SHA256, dns.ED25519:
		return 256
	case dns.ECDSAP384SHA384:
		return 384
	}
	return 1024 // RSA: it need not be strong, only quickly made
}

func newZoneKey(apex string, algorithm uint8) (*zoneKey, error) {
	public := &dns.DNSKEY{Flags: 257, Protocol: 3, Algorithm: algorithm,
		Hdr: dns.RR_Header{Name: apex, Rrtype: dns.TypeDNSKEY, Class: dns.ClassINET, Ttl: 3600}}
	private, err := public.Generate(keyBits(algorithm))
	for err == nil && public.KeyTag() == 0 { // the library does not sign with such a key, one in 65,536
		private, err = public.Generate(keyBits(algorithm))
	}
	if err != nil {
		return nil, fmt.Errorf("a key of algorithm %d for %s: %w", algorithm, apex, err)
	}
	signer, ok := private.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("the key of %s cannot sign", apex)
	}
	return &zoneKey{public, signer}, nil
}

// record is the key as it stands in its zone.
func (k *zoneKey) record() resolver.Record { return mustRecord(k.public) }

// delegation is the DS record that leads to the key (RFC 4034 §5).
func (k *zoneKey) delegation() resolver.Record { return mustRecord(k.public.ToDS(dns.SHA256)) }

// sign makes the RRSIG of one RRset, good for a week (RFC 4034 §3).
func (k *zoneKey) sign(set []resolver.Record) (resolver.Record, error) {
	rrs, ok := convert(set)
	if !ok || len(rrs) == 0 {
		return resolver.Record{}, fmt.Errorf("an RRset without wire form: %v", set)
	}
	now := time.Now()
	sig := &dns.RRSIG{
		Hdr:       dns.RR_Header{Name: set[0].Name, Rrtype: dns.TypeRRSIG, Class: dns.ClassINET, Ttl: set[0].TTL},
		Algorithm: k.public.Algorithm, KeyTag: k.public.KeyTag(), SignerName: k.public.Hdr.Name,
		Inception: uint32(now.Add(-time.Hour).Unix()), Expiration: uint32(now.Add(7 * 24 * time.Hour).Unix()),
	}
	if err := sig.Sign(k.private, rrs); err != nil {
		return resolver.Record{}, err
	}
	return mustRecord(sig), nil
}

// mustRecord converts what this package has made itself.
func mustRecord(rr dns.RR) resolver.Record {
	r, err := resolver.FromRR(rr, resolver.Origin{})
	if err != nil {
		panic(err)
	}
	return r
}

// signZone returns the records of a zone with its key, a chain of NSEC records
// and a signature for every RRset that the zone has a say in (RFC 4035 §2).
func signZone(z *resolver.Zone, key *zoneKey) ([]resolver.Record, error) {
	records := append(z.Records(), key.record())
	sets := map[resolver.Question][]resolver.Record{}
	for _, r := range records {
		q := resolver.Question{Name: r.Name, Type: r.Type()}
		sets[q] = append(sets[q], r)
	}
	for _, nsec := range denials(z.Apex, sets) {
		records = append(records, nsec)
		sets[resolver.Question{Name: nsec.Name, Type: resolver.TypeNSEC}] = []resolver.Record{nsec}
	}
	for q, set := range sets {
		if !owned(z.Apex, q, sets) {
			continue
		}
		sig, err := key.sign(set)
		if err != nil {
			return nil, err
		}
		records = append(records, sig)
	}
	return records, nil
}

// owned reports whether a zone signs an RRset: not the NS of a delegation, nor
// anything below one (RFC 4035 §2.2).
func owned(apex string, q resolver.Question, sets map[resolver.Question][]resolver.Record) bool {
	for name := q.Name; name != apex; name = resolver.Parent(name) {
		if len(sets[resolver.Question{Name: name, Type: resolver.TypeNS}]) > 0 {
			return name == q.Name && (q.Type == resolver.TypeDS || q.Type == resolver.TypeNSEC)
		}
	}
	return true
}

// denials is the NSEC chain of a zone (RFC 4034 §4).
func denials(apex string, sets map[resolver.Question][]resolver.Record) []resolver.Record {
	types := map[string][]resolver.Type{}
	for q := range sets {
		if owned(apex, resolver.Question{Name: q.Name, Type: resolver.TypeNSEC}, sets) {
			types[q.Name] = append(types[q.Name], q.Type)
		}
	}
	var names []string
	for name := range types {
		names = append(names, name)
	}
	slices.SortFunc(names, compareNames)
	var chain []resolver.Record
	for i, name := range names {
		list := append(types[name], resolver.TypeRRSIG, resolver.TypeNSEC)
		slices.Sort(list)
		text := names[(i+1)%len(names)]
		for _, t := range list {
			text += " " + t.String()
		}
		chain = append(chain, resolver.Record{Name: name, TTL: 3600, Data: resolver.Other{RRType: resolver.TypeNSEC, Text: text}})
	}
	return chain
}

// compareNames is the canonical order of names (RFC 4034 §6.1).
func compareNames(a, b string) int {
	la, lb := dns.SplitDomainName(a), dns.SplitDomainName(b)
	for i, j := len(la)-1, len(lb)-1; i >= 0 && j >= 0; i, j = i-1, j-1 {
		if c := cmp.Compare(la[i], lb[j]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(la), len(lb))
}
