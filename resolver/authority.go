package resolver

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"sync"
)

// Authority is a zone with the name servers that answer for it (RFC 1034
// §4.2.1).
type Authority struct {
	Zone    string
	Hosts   []string         // names of its servers, sorted
	Servers []netip.AddrPort // their addresses, IPv4 first; port 53
}

const (
	maxHosts     = 8 // name servers of one zone whose addresses are looked up
	maxAddresses = 4 // of one of them
)

// FindAuthority finds the zone that a name lies in, as base shows it, and the
// addresses of the zone's servers. It walks up from the name to the first one
// with NS records of its own.
func FindAuthority(ctx context.Context, base Resolver, name string) (Authority, error) {
	name, err := CanonicalName(name)
	if err != nil {
		return Authority{}, &Error{Kind: BadName, Question: Question{name, TypeNS}, Detail: err.Error(), Err: err}
	}
	for {
		answer, err := base.Lookup(ctx, Question{name, TypeNS})
		if err != nil {
			return Authority{}, err
		}
		if answer.Status == Data && len(answer.Chain) == 0 {
			return authorityOf(ctx, base, name, answer.Records, nil)
		}
		if name == "." {
			return Authority{}, &Error{Kind: BadReply, Question: answer.Question, Server: answer.Source, Code: "no-root-servers", Detail: "not even the root has name servers"}
		}
		name = Parent(name)
	}
}

// authorityOf finds the addresses of a zone's servers: in the glue, else by
// asking base.
func authorityOf(ctx context.Context, base Resolver, zone string, ns, glue []Record) (Authority, error) {
	found := Authority{Zone: zone, Hosts: hosts(ns)}
	asked := found.Hosts[:min(len(found.Hosts), maxHosts)]
	addresses := make([][]netip.AddrPort, 2*len(asked))
	failures := make([]error, 2*len(asked))
	var wg sync.WaitGroup
	for i, host := range asked {
		for j, t := range []Type{TypeA, TypeAAAA} {
			wg.Go(func() { addresses[2*i+j], failures[2*i+j] = serverAddresses(ctx, base, Question{host, t}, glue) })
		}
	}
	wg.Wait()
	found.Servers = slices.Concat(addresses...)
	slices.SortStableFunc(found.Servers, func(a, b netip.AddrPort) int {
		return cmp.Compare(a.Addr().BitLen(), b.Addr().BitLen())
	})
	if len(found.Servers) > 0 {
		return found, nil
	}
	for _, err := range failures {
		if err != nil {
			return found, err
		}
	}
	detail := fmt.Sprintf("none of its servers (%s) has an address", list(found.Hosts))
	return found, &Error{Kind: Unreachable, Question: Question{zone, TypeNS}, Detail: detail,
		Code: "no-server-address", Args: Args{"zone": zone, "servers": list(found.Hosts)}}
}

func serverAddresses(ctx context.Context, base Resolver, q Question, glue []Record) ([]netip.AddrPort, error) {
	set := rrset(glue, q.Name, q.Type)
	if len(set) == 0 {
		answer, err := base.Lookup(ctx, q)
		if err != nil {
			return nil, err
		}
		set = answer.Records
	}
	var addresses []netip.AddrPort
	for _, r := range set[:min(len(set), maxAddresses)] {
		switch data := r.Data.(type) {
		case A:
			addresses = append(addresses, netip.AddrPortFrom(data.Addr, 53))
		case AAAA:
			addresses = append(addresses, netip.AddrPortFrom(data.Addr, 53))
		}
	}
	return addresses, nil
}
