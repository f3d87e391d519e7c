package cli

import (
	"time"

	"github.com/spf13/pflag"

	"mailauth/checks"
	"mailauth/resolver"
)

// webFlags say whether documents are fetched over HTTPS, and from where.
type webFlags struct {
	noHTTP, allowPrivate bool
}

func (f *webFlags) add(flags *pflag.FlagSet) {
	flags.BoolVar(&f.noHTTP, "no-http", false, "")
	flags.BoolVar(&f.allowPrivate, "allow-private", false, "")
}

func (f webFlags) check() error {
	if f.noHTTP && f.allowPrivate {
		return complain("flags-conflict", "flags-conflict", checks.Args{"one": "--no-http", "other": "--allow-private"})
	}
	return nil
}

// https fetches from the network. The certificates are those that the system
// trusts, or those of the file that SSL_CERT_FILE names.
func (a *app) https(f *sourceFlags) func(resolver.Resolver) resolver.Fetcher {
	if f.web.noHTTP {
		return nil
	}
	return func(r resolver.Resolver) resolver.Fetcher {
		return &resolver.HTTPS{Resolver: r, Timeout: time.Duration(f.timeout), AllowPrivate: f.web.allowPrivate, Roots: a.roots}
	}
}

// replaying fetches from a recording.
func (f webFlags) replaying(replay *resolver.Replay) func(resolver.Resolver) resolver.Fetcher {
	if f.noHTTP {
		return nil
	}
	return func(resolver.Resolver) resolver.Fetcher { return replay }
}

// fetcher fetches documents once for a cache over the source, and notes them in
// its ledger.
func (s *source) fetcher(cache *resolver.Cache) resolver.Fetcher {
	if s.web == nil {
		return cache.Fetching(resolver.NoFetcher{})
	}
	return cache.Fetching(s.web(cache))
}
