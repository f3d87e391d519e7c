package adapter

import (
	"cmp"
	"context"
	"net"
	"net/netip"
	"slices"
	"sync"

	"mailauth/resolver"

	"blitiri.com.ar/go/spf"
)

// BlitiriSPF is a resolver for spf.WithResolver. It asks for addresses of both
// families, as the library cannot say which it needs: if one family could not
// be told, nor can the result, and it is temperror.
//
// The library counts a name as void if it has addresses of neither family.
// BlitiriSPFFor is closer to RFC 7208 where the client is known.
func BlitiriSPF(r resolver.Resolver) spf.DNSResolver {
	return spfResolver{r, []resolver.Type{resolver.TypeA, resolver.TypeAAAA}}
}

// BlitiriSPFFor is BlitiriSPF for one client. An IPv4 client needs A records
// only (RFC 7208 §5, §5.7), so that AAAA is neither asked nor able to fail, and
// a name without A is void (RFC 7208 §4.6.4). An IPv6 client needs AAAA for most
// terms and A for "exists", which look the same to a resolver: both are asked.
func BlitiriSPFFor(r resolver.Resolver, client netip.Addr) spf.DNSResolver {
	if client.Unmap().Is4() {
		return spfResolver{r, []resolver.Type{resolver.TypeA}}
	}
	return BlitiriSPF(r)
}

type spfResolver struct {
	resolver resolver.Resolver
	families []resolver.Type
}

// LookupTXT returns each record's strings joined.
func (s spfResolver) LookupTXT(ctx context.Context, name string) ([]string, error) {
	return texts(ctx, s.resolver, name)
}

// LookupMX returns the hosts by preference. That of a null MX is ".", which
// has no addresses.
func (s spfResolver) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	records, failure := lookup(ctx, s.resolver, name, resolver.TypeMX)
	if failure != nil {
		return nil, failure
	}
	var hosts []*net.MX
	for _, record := range records {
		if mx, ok := record.Data.(resolver.MX); ok {
			hosts = append(hosts, &net.MX{Host: mx.Host, Pref: mx.Preference})
		}
	}
	slices.SortFunc(hosts, func(a, b *net.MX) int {
		return cmp.Or(cmp.Compare(a.Pref, b.Pref), cmp.Compare(a.Host, b.Host))
	})
	return hosts, nil
}

// LookupIPAddr returns the addresses of all families asked for, IPv4 first.
func (s spfResolver) LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error) {
	found := make([][]resolver.Record, len(s.families))
	failures := make([]*net.DNSError, len(s.families))
	var all sync.WaitGroup
	for i, family := range s.families {
		all.Go(func() { found[i], failures[i] = lookup(ctx, s.resolver, host, family) })
	}
	all.Wait()
	for _, failure := range failures {
		if failure != nil && !failure.IsNotFound {
			return nil, failure
		}
	}
	var addrs []net.IPAddr
	for _, record := range slices.Concat(found...) {
		switch data := record.Data.(type) {
		case resolver.A:
			addrs = append(addrs, net.IPAddr{IP: data.Addr.AsSlice()})
		case resolver.AAAA:
			addrs = append(addrs, net.IPAddr{IP: data.Addr.AsSlice()})
		}
	}
	if len(addrs) == 0 {
		return nil, cmp.Or(failures[0], absent(host, resolver.NoData))
	}
	return addrs, nil
}

// LookupAddr returns the host names that an address's PTR records give.
func (s spfResolver) LookupAddr(ctx context.Context, address string) ([]string, error) {
	addr, err := netip.ParseAddr(address)
	if err != nil {
		return nil, &net.DNSError{UnwrapErr: err, Err: err.Error(), Name: address, IsNotFound: true}
	}
	records, failure := lookup(ctx, s.resolver, resolver.ReverseName(addr), resolver.TypePTR)
	if failure != nil {
		return nil, failure
	}
	var names []string
	for _, record := range records {
		if ptr, ok := record.Data.(resolver.PTR); ok {
			names = append(names, ptr.Host)
		}
	}
	return names, nil
}
