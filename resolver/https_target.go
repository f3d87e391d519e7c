package resolver

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/net/idna"
)

// fetchTarget is a URL taken apart: host is an A-label name without a trailing
// dot, or an address; url has it too, and no fragment.
type fetchTarget struct {
	url  string
	host string
	port uint16
}

func parseFetchURL(text string) (fetchTarget, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return fetchTarget{}, errors.New("found text that is no URL, expected https://host/path")
	case u.Scheme != "https":
		return fetchTarget{}, fmt.Errorf("found scheme %q, expected https", u.Scheme)
	case u.User != nil:
		return fetchTarget{}, errors.New("found a user name in the URL, expected none")
	case u.Hostname() == "":
		return fetchTarget{}, errors.New("found no host, expected https://host/path")
	}
	target := fetchTarget{port: 443}
	if target.host, err = asciiHost(u.Hostname()); err != nil {
		return fetchTarget{}, err
	}
	port := u.Port()
	u.Host = target.host
	if strings.Contains(target.host, ":") {
		u.Host = "[" + target.host + "]"
	}
	if port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return fetchTarget{}, fmt.Errorf("found port %q, expected 1 to 65535", port)
		}
		target.port = uint16(n)
		u.Host += ":" + port
	}
	u.Fragment, u.RawFragment = "", ""
	target.url = u.String()
	return target, nil
}

func asciiHost(host string) (string, error) {
	host = strings.TrimSuffix(host, ".")
	if addr, err := netip.ParseAddr(host); err == nil && addr.Zone() == "" {
		return addr.String(), nil
	}
	for i := 0; i < len(host); i++ {
		if host[i] >= 0x80 {
			ascii, err := idna.Lookup.ToASCII(host)
			if err != nil {
				return "", fmt.Errorf("found host %q, expected a name that IDNA allows", host)
			}
			return ascii, nil
		}
	}
	return strings.ToLower(host), nil
}

// addresses finds where to connect: A and AAAA asked at once, the families in
// turns, IPv4 first. One family that nobody could tell does not matter if the
// other has addresses.
func (h *HTTPS) addresses(ctx context.Context, host string) ([]netip.Addr, *FetchError) {
	if addr, err := netip.ParseAddr(host); err == nil {
		return h.permitted([]netip.Addr{addr})
	}
	name, err := CanonicalName(host)
	if err != nil {
		return nil, &FetchError{Kind: FetchBadURL, Detail: err.Error(), Err: err}
	}
	types := [2]Type{TypeA, TypeAAAA}
	var found [2][]netip.Addr
	var errs [2]error
	var both sync.WaitGroup
	for i, t := range types {
		both.Go(func() { found[i], errs[i] = LookupAddrs(ctx, h.Resolver, name, t) })
	}
	both.Wait()
	addrs := alternate(found[0], found[1])
	if len(addrs) > 0 {
		return h.permitted(addrs)
	}
	for _, err := range errs {
		if err != nil {
			return nil, &FetchError{Kind: FetchDNS, Detail: err.Error(), Err: err}
		}
	}
	return nil, &FetchError{Kind: FetchNoAddress, Detail: name + " has no A and no AAAA record"}
}

// permitted drops the addresses that may not be dialled.
func (h *HTTPS) permitted(addrs []netip.Addr) ([]netip.Addr, *FetchError) {
	var allowed []netip.Addr
	for _, addr := range addrs {
		if (h.AllowPrivate || publicAddress(addr)) && len(allowed) < maxFetchAddresses {
			allowed = append(allowed, addr.Unmap())
		}
	}
	if len(allowed) == 0 {
		return nil, &FetchError{Kind: FetchForbidden, Detail: addrs[0].String() + " is not on the public Internet"}
	}
	return allowed, nil
}

func alternate(a, b []netip.Addr) []netip.Addr {
	var mixed []netip.Addr
	for i := 0; i < len(a) || i < len(b); i++ {
		if i < len(a) {
			mixed = append(mixed, a[i])
		}
		if i < len(b) {
			mixed = append(mixed, b[i])
		}
	}
	return mixed
}

// LookupAddrs returns the addresses of a name, of the family that the type (A
// or AAAA) stands for, in the answer's order. None without an error means that
// it definitely has none.
func LookupAddrs(ctx context.Context, r Resolver, name string, t Type) ([]netip.Addr, error) {
	answer, err := r.Lookup(ctx, Question{Name: name, Type: t})
	if err != nil {
		return nil, err
	}
	var addrs []netip.Addr
	for _, record := range answer.Records {
		switch data := record.Data.(type) {
		case A:
			addrs = append(addrs, data.Addr)
		case AAAA:
			addrs = append(addrs, data.Addr)
		}
	}
	return addrs, nil
}
