package resolver

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// Placed believes what base, such as a Replay, has of a document only where the
// DNS still leads to the place that it came from: below a proposed zone the host
// may have moved, and what the new server says nobody knows.
func Placed(base Fetcher, r Resolver) Fetcher { return placed{base, r} }

type placed struct {
	base     Fetcher
	resolver Resolver
}

// Fetch implements Fetcher.
func (p placed) Fetch(ctx context.Context, request FetchRequest) (FetchResponse, error) {
	response, err := p.base.Fetch(ctx, request)
	address := response.Address
	failure, failed := errors.AsType[*FetchError](err)
	if failed {
		address = failure.Address
		if failure.Kind == FetchNotRecorded || failure.Kind == FetchOffline || failure.Kind == FetchBadURL || failure.Kind == FetchCancelled {
			return response, err
		}
	}
	target, bad := url.Parse(request.URL)
	if bad != nil {
		return response, err
	}
	host, unusable := asciiHost(target.Hostname())
	if unusable != nil {
		return response, err
	}
	now, unknown := (&HTTPS{Resolver: p.resolver, AllowPrivate: true}).addresses(ctx, host)
	switch {
	case unknown != nil:
		unknown.URL = request.URL
		return FetchResponse{}, unknown
	case failed && failure.Kind == FetchForbidden && !slices.ContainsFunc(now, publicAddress):
		return response, err
	case address == "" && failed && failure.Kind != FetchNoAddress && failure.Kind != FetchForbidden:
		return response, err // it was open then and is now
	}
	if at, bad := netip.ParseAddrPort(address); bad == nil && slices.Contains(now, at.Addr().Unmap()) {
		return response, err
	}
	return FetchResponse{}, &FetchError{Kind: FetchNotRecorded, URL: request.URL,
		Detail: fmt.Sprintf("%s is now %s; recorded was %s", host, listedAddrs(now), orNothing(address))}
}

func listedAddrs(addrs []netip.Addr) string {
	texts := make([]string, len(addrs))
	for i, addr := range addrs {
		texts[i] = addr.String()
	}
	return strings.Join(texts, ", ")
}

func orNothing(address string) string {
	if address == "" {
		return "no address"
	}
	return address
}
