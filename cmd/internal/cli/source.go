package cli

import (
	"cmp"
	"context"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"mailauth/checks"
	"mailauth/resolver"
)

const (
	defaultTimeout = 10 * time.Second // a question
	maxTimeout     = time.Hour
	domainTimeout  = 60 * time.Second // all questions of a domain
)

// sourceFlags say where answers come from.
type sourceFlags struct {
	zones     []string
	offline   bool
	replay    string
	resolvers []string
	timeout   patience
	fresh     bool
	web       webFlags
	trust     trustFlags
}

func (f *sourceFlags) add(flags *pflag.FlagSet) {
	f.timeout = patience(defaultTimeout)
	flags.StringArrayVar(&f.zones, "zone", nil, "")
	flags.BoolVar(&f.offline, "offline", false, "")
	flags.StringVar(&f.replay, "replay", "", "")
	flags.StringArrayVar(&f.resolvers, "resolver", nil, "")
	flags.Var(&f.timeout, "timeout", "")
	flags.BoolVar(&f.fresh, "fresh", false, "")
}

// check refuses flags that contradict each other.
func (f *sourceFlags) check() error {
	if err := cmp.Or(f.web.check(), f.checkLive()); err != nil {
		return err
	}
	switch live := f.liveFlag(); {
	case f.replay != "" && live != "":
		return complain("flags-conflict", "flags-conflict", checks.Args{"one": "--replay", "other": live})
	case len(slices.DeleteFunc(slices.Clone(f.zones), func(path string) bool { return path != "-" })) > 1:
		return complain("stdin-twice", "stdin-twice", nil)
	case f.offline && f.replay == "" && len(f.zones) == 0:
		return complain("offline-alone", "offline-alone", nil)
	}
	return nil
}

// checkLive refuses to ask live DNS in some way and not at all.
func (f *sourceFlags) checkLive() error {
	if live := f.liveFlag(); f.offline && live != "" {
		return complain("flags-conflict", "flags-conflict", checks.Args{"one": "--offline", "other": live})
	}
	return nil
}

// liveFlag is a flag about how live DNS is asked, if one is given.
func (f *sourceFlags) liveFlag() string {
	switch {
	case len(f.resolvers) > 0:
		return "--resolver"
	case f.fresh:
		return "--fresh"
	case f.trust.ad:
		return "--trust-ad"
	case f.web.allowPrivate:
		return "--allow-private"
	}
	return ""
}

// source is where answers come from.
type source struct {
	resolver.Resolver
	// describe is the source in the words of reports, such as "new.zone over live".
	describe string
	zones    []*resolver.Zone
	// web makes what fetches documents, from the addresses that a resolver over
	// this source gives; nil where nothing can be fetched.
	web func(resolver.Resolver) resolver.Fetcher
	// lines reads a zone file again, to show records where they stand.
	lines func(file string) []string
	// cached says that answers come from a cache, which may keep them.
	cached bool
	// recorded says that a side of a comparison is a recording.
	recorded bool
	// domains are what is audited, seed makes the random labels.
	domains []string
	seed    uint64
	// now is the clock of the run: a recording has its own.
	now   time.Time
	close func()
}

// openSource opens what the flags name and settles what is audited: the
// domains given, else the apexes of the zones, else what the recording is of.
// Close the source after use.
func (a *app) openSource(f *sourceFlags, domains []string) (*source, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	files := zoneFiles{}
	zones, err := a.readZones(f.zones, files)
	if err != nil {
		return nil, err
	}
	if len(domains) == 0 {
		domains = apexes(zones)
	}
	if len(domains) == 0 && f.replay == "" {
		return nil, complain("no-domain", "no-domain", checks.Args{"command": a.running})
	}
	s, err := a.openOver(f, zones, files, domains)
	if err != nil {
		return nil, err
	}
	if len(domains) > 0 {
		s.domains = domains
	}
	if len(s.domains) == 0 {
		s.close()
		return nil, complain("no-domain", "no-domain", checks.Args{"command": a.running})
	}
	return s, nil
}

// openNames opens what the flags name for questions about some names, which may
// be none at all. Close the source after use.
func (a *app) openNames(f *sourceFlags, names []string) (*source, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	files := zoneFiles{}
	zones, err := a.readZones(f.zones, files)
	if err != nil {
		return nil, err
	}
	return a.openOver(f, zones, files, names)
}

// openOver opens what is below the zones and lays them over it.
func (a *app) openOver(f *sourceFlags, zones []*resolver.Zone, files zoneFiles, names []string) (*source, error) {
	s, err := a.openBase(f, names)
	if err != nil {
		return nil, err
	}
	s.zones, s.lines = zones, files.lines
	s.overlay(f)
	return s, nil
}

// overlay lays the zones over what is below.
func (s *source) overlay(f *sourceFlags) {
	if len(s.zones) == 0 {
		return
	}
	s.Resolver = resolver.Overlay(s.zones, s.Resolver)
	if recorded := s.web; recorded != nil && f.replay != "" {
		s.web = func(r resolver.Resolver) resolver.Fetcher { return resolver.Placed(recorded(r), r) }
	}
	names := strings.Join(f.zones, ", ")
	s.describe = names + " over " + s.describe
	if f.offline && f.replay == "" {
		s.describe = names + " alone"
	}
}

// openBase opens what is below the zones: a recording, nothing, or live DNS.
func (a *app) openBase(f *sourceFlags, names []string) (*source, error) {
	switch {
	case f.replay != "":
		return a.openRecording(f.replay, f.web)
	case f.offline:
		return &source{Resolver: resolver.NoResolver(), now: time.Now(), close: func() {}}, nil
	}
	return a.openLive(f, names)
}

func (a *app) openLive(f *sourceFlags, names []string) (*source, error) {
	servers, options, describe, err := liveServers(a.ctx, f.resolvers)
	if err != nil {
		return nil, err
	}
	f.trust.apply(servers)
	options = append(options, resolver.WithTimeout(time.Duration(f.timeout)))
	client := resolver.NewClient(servers, options...)
	s := &source{Resolver: client, web: a.https(f), describe: describe, cached: !f.fresh, now: time.Now(), close: func() { client.Close() }}
	if f.fresh {
		s.Resolver = resolver.NewAuthoritative(client, organizations(names), resolver.WithAuthorityPort(a.authorityPort))
		s.describe = "the name servers of the domains, and " + describe
	}
	return s, nil
}

// organizations are the organizational domains of what is audited: a policy, a
// mail host or an included record often stands above the domain itself.
func organizations(domains []string) []string {
	var all []string
	for _, domain := range domains {
		all = append(all, checks.OrganizationalDomain(domain))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// liveServers are those given, else the system's.
func liveServers(ctx context.Context, given []string) (servers []resolver.Server, options []resolver.Option, describe string, err error) {
	if len(given) == 0 {
		system, err := resolver.SystemServers(ctx)
		if err != nil {
			return nil, nil, "", complain("system", "system", nil).because(err)
		}
		return system.Servers, system.Options(), "live", nil
	}
	for _, text := range given {
		server, err := resolver.ParseServer(text)
		if err != nil {
			return nil, nil, "", complain("resolver", "resolver", nil).because(err)
		}
		servers = append(servers, server)
	}
	return servers, nil, "live from " + strings.Join(given, ", "), nil
}

func (a *app) openRecording(path string, web webFlags) (*source, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer file.Close()
	recording, err := resolver.ReadRecording(file, path)
	if err != nil {
		return nil, a.badRecording(path, err)
	}
	domains, err := parseDomains(recording.Domains)
	if err != nil {
		return nil, err
	}
	replay := resolver.NewReplay(recording)
	return &source{
		Resolver: replay, web: web.replaying(replay), describe: "replay of " + path,
		domains: domains, seed: recording.Seed, now: recording.RecordedAt, close: func() {},
	}, nil
}

// badRecording is the complaint about a recording.
func (a *app) badRecording(path string, err error) error {
	if f, ok := faultIn(err); ok && f.code != "unreadable" {
		return a.aboutFile("recording", f, err)
	}
	return unreadable(path, err)
}

func unreadable(path string, err error) *complaint {
	return complain("file", "file", checks.Args{"file": path}).because(err)
}
