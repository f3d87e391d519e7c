package checks

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"sync"
	"time"

	"mailauth/checks/blocklist"
	"mailauth/checks/provider"
	"mailauth/resolver"
)

// Options are what the user tells the audit.
type Options struct {
	// Selectors are DKIM selectors to ask for, as given.
	Selectors []string
	// Messages are messages that the domain sent, or that somebody sent in its name.
	Messages []Message
	// Walk lists the names below _domainkey by the NSEC records of a signed zone.
	Walk bool
	// BogusName is a canonical name known to be bogus, by which a resolver is seen
	// to validate DNSSEC; empty is validation.DefaultBogus.
	BogusName string
	// Seed makes the random labels of control questions; runs with the same
	// seed ask the same names.
	Seed uint64
	// Providers says who is behind a name; nil is the built-in table.
	Providers *provider.Table
	// Fetcher gets documents over HTTPS; nil gets none, and then what depends on
	// one cannot be told.
	Fetcher resolver.Fetcher
	// Now is the time that dates are judged by; zero is that of the run.
	Now time.Time
	// Authoritative lets every name server of the zone be asked itself;
	// AuthorityPort is the port that they listen on, 0 for the usual one.
	Authoritative bool
	AuthorityPort uint16
	// Blocklists are those that are asked; none is unless it is named here.
	Blocklists []blocklist.List
	// SkipTrials leaves the fixes untried, and so unverified.
	SkipTrials bool

	// memory is that of the audit, its trials included.
	memory *memory
}

// Message is a message as it was read, and what its signatures name.
type Message struct {
	// Name says where it was read: a file's name.
	Name string
	Raw  []byte
	// Signatures are the domains (canonical) and selectors of its signatures.
	Signatures []KeyName
}

// KeyName is the place of a DKIM key: s= and d= of a signature.
type KeyName struct{ Domain, Selector string }

// Pass is one check's view of one audit: the domain, the options, the facts of
// the checks that it requires, and the only way to ask the DNS.
type Pass struct {
	// Domain is the audited name, canonical.
	Domain  string
	Options Options

	// Asker asks within the check's budget and keeps the failures for
	// dns-tempfail.
	*Asker

	check *Check
	audit *audit
}

// Facts returns what the check's Lookup collected. Only the pass's own check
// and those that it requires may be read; others panic, since the order in
// which checks run would show.
func (p *Pass) Facts(c *Check) any {
	if c != p.check && !requires(p.check, c) {
		panic(fmt.Sprintf("check %s reads facts of %s without requiring it", p.check.Name, c.Name))
	}
	return p.audit.factsOf(c)
}

// Own returns what the Lookup of the pass's own check collected, for its Judge
// and Guard: these cannot name their check without an initialization cycle.
func (p *Pass) Own() any { return p.audit.factsOf(p.check) }

// Now is the time that dates in the answers are judged by.
func (p *Pass) Now() time.Time {
	if p.Options.Now.IsZero() {
		return time.Now()
	}
	return p.Options.Now
}

// Once returns what find returned when it was called first in this audit with the
// key, trials of fixes included: for what no fix can change.
func (p *Pass) Once(key string, find func() any) any {
	return p.Options.memory.once(p.check.Name+" "+key, find)
}

// memory keeps what is found once in an audit.
type memory struct {
	mu    sync.Mutex
	known map[string]any
}

func (m *memory) once(key string, find func() any) any {
	if m == nil {
		return find()
	}
	m.mu.Lock()
	found, ok := m.known[key]
	m.mu.Unlock()
	if ok {
		return found
	}
	found = find()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known[key] = found
	return found
}

// Providers is the table of who is behind a name.
func (p *Pass) Providers() *provider.Table {
	if p.Options.Providers != nil {
		return p.Options.Providers
	}
	return provider.Builtin()
}

func requires(c, other *Check) bool {
	for _, r := range c.Requires {
		if r == other || requires(r, other) {
			return true
		}
	}
	return false
}

// Names lists the owner names at and below a name, if the resolver can
// enumerate them (a zone file); complete says that there are no others.
func (p *Pass) Names(below string) (names []string, complete bool) {
	if lister, ok := p.resolver.(resolver.NameLister); ok {
		return lister.Names(below)
	}
	return nil, false
}

// Nobody is a name below the domain that nobody publishes: what answers for it
// answers for every name, a wildcard or a resolver that makes answers up. It is
// one name for all checks, so that they share its answers.
func (p *Pass) Nobody() string { return resolver.Join(p.Domain, p.RandomLabel("nobody")) }

// RandomLabel is a label that nobody publishes, for control questions. The
// purpose keeps controls apart; the same seed and domain give the same label.
func (p *Pass) RandomLabel(purpose string) string {
	h := fnv.New64a()
	h.Write([]byte(p.Domain + "\x00" + purpose))
	rng := rand.New(rand.NewPCG(p.Options.Seed, h.Sum64()))
	label := []byte("mailauth-")
	for range 16 {
		label = append(label, "abcdefghijkmnpqrstuvwxyz23456789"[rng.IntN(32)])
	}
	return string(label)
}
