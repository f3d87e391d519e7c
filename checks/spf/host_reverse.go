package spf

import (
	"cmp"
	"context"
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

// ptr matches if the client has a validated name at or below the target. A
// server that fails is no match, not an error. RFC 7208 §5.5.
func (c *checker) ptr(ctx context.Context, f *frame, t *Term, at int, target string) *verdict {
	r := c.reverse(ctx)
	if r.Unknown() {
		return c.skipped(f, t, r.Err)
	}
	var skipped *verdict
	for _, name := range hostNames(r.Answer.Records) {
		if !resolver.IsSubdomain(name, target) {
			continue
		}
		validated, err := c.validates(ctx, name)
		switch {
		case validated:
			return f.match(t)
		case err != nil:
			skipped = cmp.Or(skipped, c.skipped(f, t, err))
		}
	}
	if skipped != nil {
		return skipped
	}
	return c.void(f, t, at, r)
}

// skipped passes over a question that a server failed to answer. One that was
// not put at all leaves open what a receiver finds.
func (c *checker) skipped(f *frame, t *Term, err error) *verdict {
	if resultOf(err) == ResultTempError {
		return nil
	}
	return f.fail(err, t)
}

// reverse asks for the names of the client.
func (c *checker) reverse(ctx context.Context) checks.Result {
	return c.ask(ctx, resolver.ReverseName(c.query.IP), resolver.TypePTR)
}

// hostNames returns the names of PTR records, of which only the first ten are
// used. RFC 7208 §4.6.4.
func hostNames(records []resolver.Record) []string {
	var names []string
	for _, r := range records[:min(len(records), maxMX)] {
		if ptr, ok := r.Data.(resolver.PTR); ok {
			names = append(names, ptr.Host)
		}
	}
	return names
}

// validates reports whether a name has the client's address. RFC 7208 §5.5.
func (c *checker) validates(ctx context.Context, name string) (bool, error) {
	r := c.ask(ctx, name, c.addressType())
	if r.Unknown() {
		return false, r.Err
	}
	return slices.ContainsFunc(r.Answer.Records, func(record resolver.Record) bool {
		return address(record.Data) == c.query.IP
	}), nil
}

// validatedName is the value of %{p}: the validated name of the client that is
// the domain, else one below it, else any; of several the first in the order
// of the alphabet, so that runs agree. RFC 7208 §7.3.
func (c *checker) validatedName(ctx context.Context, domain string) (string, error) {
	const none = "unknown"
	r := c.reverse(ctx)
	if r.Unknown() {
		return none, unlessServer(r.Err)
	}
	names := hostNames(r.Answer.Records)
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a, domain), rank(b, domain)), cmp.Compare(a, b))
	})
	for _, name := range names {
		validated, err := c.validates(ctx, name)
		if validated {
			return name, nil
		}
		if err := unlessServer(err); err != nil {
			return "", err
		}
	}
	return none, nil
}

// unlessServer drops the failure of a server, over which %{p} passes.
func unlessServer(err error) error {
	if err == nil || resultOf(err) == ResultTempError {
		return nil
	}
	return err
}

func rank(name, domain string) int {
	switch {
	case name == domain:
		return 0
	case resolver.IsSubdomain(name, domain):
		return 1
	}
	return 2
}
