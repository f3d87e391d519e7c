// Package blocklist knows DNS blocklists (RFC 5782): zones that receivers ask
// whether an address or a domain is one that they would rather not hear from.
//
// It is a table only: which lists there are, what their answers mean, and where
// one asks to be taken off. A file of the same form takes its place.
package blocklist

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"sync"

	"github.com/BurntSushi/toml"

	"mailauth/resolver"
)

//go:embed data/lists.toml
var data string

// maxSize bounds a user's file, in octets, and maxLists what it can have asked.
const (
	maxSize  = 1 << 20
	maxLists = 20
)

// Kind says what a list is of.
type Kind string

// The kinds.
const (
	Addresses Kind = "address"
	Domains   Kind = "domain"
)

// List is one blocklist.
type List struct {
	Zone    string // canonical
	Name    string
	Kind    Kind
	IPv6    bool   // it lists IPv6 addresses too
	Listed  string // the entry of a list of domains that is always there
	Removal string // where one asks to be taken off; empty if that is not known
	Policy  []netip.Addr
	Codes   map[netip.Addr]string
	// Retired says that the list was shut down: it is not asked.
	Retired bool
}

// Meaning is what an answer means by the list's own words; empty if it does not
// say.
func (l List) Meaning(code netip.Addr) string { return l.Codes[code] }

// IsPolicy reports that an answer means a network that should not send mail
// directly, rather than something that was done.
func (l List) IsPolicy(code netip.Addr) bool { return slices.Contains(l.Policy, code) }

// Builtin are the lists that come with the program, by zone.
func Builtin() []List { return slices.Clone(builtin()) }

var builtin = sync.OnceValue(func() []List {
	lists, err := parse(data, nil)
	if err != nil {
		panic(err) // a test reads them
	}
	return lists
})

// Retired are the zones that were shut down, as far as they are known.
func Retired() []string { return slices.Clone(retired()) }

var retired = sync.OnceValue(func() []string {
	var f file
	if _, err := toml.Decode(data, &f); err != nil {
		panic(err) // a test reads them
	}
	return f.Retired
})

// Read reads a file of lists, which takes the place of the built-in ones.
func Read(from io.Reader) ([]List, error) {
	text, err := io.ReadAll(io.LimitReader(from, maxSize+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxSize:
		return nil, fmt.Errorf("found more than %d octets, expected a list of blocklists", maxSize)
	}
	lists, err := parse(string(text), Retired())
	switch {
	case err != nil:
		return nil, err
	case len(lists) == 0:
		return nil, errors.New(`found no list, expected a table such as [list."bl.example.net"]`)
	case len(lists) > maxLists:
		return nil, fmt.Errorf("found %d lists, expected at most %d", len(lists), maxLists)
	}
	return lists, nil
}

type file struct {
	Retired []string       `toml:"retired"`
	List    map[string]row `toml:"list"`
}

type row struct {
	Name    string            `toml:"name"`
	Lists   Kind              `toml:"lists"`
	IPv6    bool              `toml:"ipv6"`
	Listed  string            `toml:"listed"`
	Removal string            `toml:"removal"`
	Policy  []netip.Addr      `toml:"policy"`
	Codes   map[string]string `toml:"codes"`
}

func parse(text string, retired []string) ([]List, error) {
	var f file
	meta, err := toml.Decode(text, &f)
	if err != nil {
		return nil, err
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("found %s, expected retired, or in a list name, lists, ipv6, listed, removal, policy or codes", unknown[0])
	}
	gone, err := canonical(append(slices.Clone(retired), f.Retired...))
	if err != nil {
		return nil, err
	}
	var lists []List
	for _, zone := range slices.Sorted(maps.Keys(f.List)) {
		l, err := f.List[zone].list(zone)
		if err != nil {
			return nil, fmt.Errorf("list %q: %w", zone, err)
		}
		l.Retired = slices.ContainsFunc(gone, func(name string) bool { return resolver.IsSubdomain(l.Zone, name) })
		lists = append(lists, l)
	}
	return lists, nil
}

func canonical(names []string) (list []string, err error) {
	for _, text := range names {
		name, err := resolver.CanonicalName(text)
		if err != nil {
			return nil, err
		}
		list = append(list, name)
	}
	return list, nil
}

func (r row) list(zone string) (l List, err error) {
	l = List{Name: r.Name, Kind: r.Lists, IPv6: r.IPv6, Listed: r.Listed, Removal: r.Removal, Policy: r.Policy, Codes: map[netip.Addr]string{}}
	if l.Zone, err = resolver.CanonicalName(zone); err != nil {
		return l, err
	}
	if l.Name == "" {
		l.Name = zone
	}
	if l.Kind != Addresses && l.Kind != Domains {
		return l, fmt.Errorf("found lists = %q, expected %q or %q", r.Lists, Addresses, Domains)
	}
	if l.Listed == "" {
		l.Listed = "test" // RFC 5782 §5
	}
	if _, err := resolver.CanonicalName(l.Listed + "." + l.Zone); err != nil {
		return l, fmt.Errorf("found listed = %q, expected a domain: %w", r.Listed, err)
	}
	if u, err := url.Parse(l.Removal); err != nil || l.Removal != "" && u.Scheme != "https" && u.Scheme != "http" {
		return l, fmt.Errorf("found removal = %q, expected the address of a page", r.Removal)
	}
	for text, meaning := range r.Codes {
		code, err := netip.ParseAddr(text)
		if err != nil {
			return l, fmt.Errorf("found code %q, expected an address such as 127.0.0.2", text)
		}
		l.Codes[code] = meaning
	}
	return l, nil
}
