package role

import (
	"slices"

	"mailauth/checks/dkim"
	"mailauth/checks/mx"
	"mailauth/checks/provider"
	"mailauth/checks/spf"
)

// Party is a provider that has to do with the domain's mail.
type Party struct {
	// Provider is its id in the table of providers.
	Provider string           `json:"provider"`
	Name     provider.Names   `json:"name"`
	Layers   []provider.Layer `json:"layers"`
	// Because are the names that it was concluded from.
	Because []Clue `json:"because"`
}

// Clue is a name in the domain's records that is a provider's.
type Clue struct {
	From ClueKind `json:"from"`
	// Name is the provider's: a host, an SPF domain-spec as written, an address,
	// the end of a key's alias.
	Name string `json:"name"`
	// Path are the SPF records that lead to the term, the domain's own first.
	Path []string `json:"path,omitempty"`
	// Selector is that of a key.
	Selector string `json:"selector,omitempty"`
}

// ClueKind says what kind of record a clue stands in.
type ClueKind string

// The kinds.
const (
	ClueMX         ClueKind = "mx"
	ClueReturnPath ClueKind = "return-path" // an MX that takes the bounces of a sender
	ClueInclude    ClueKind = "include"
	ClueRedirect   ClueKind = "redirect"
	ClueHost       ClueKind = "host"    // a host of a, mx or exists
	ClueAddress    ClueKind = "address" // ip4 or ip6
	ClueKey        ClueKind = "key"     // the alias of a live DKIM key
)

// parties collects providers, each once, in the order in which they are met.
type parties []*Party

func (list *parties) add(p *provider.Provider, c Clue) {
	i := slices.IndexFunc(*list, func(known *Party) bool { return known.Provider == p.ID })
	if i < 0 {
		i = len(*list)
		*list = append(*list, &Party{Provider: p.ID, Name: p.Name.Both(), Layers: p.Layers})
	}
	party := (*list)[i]
	same := func(known Clue) bool {
		return known.From == c.From && known.Name == c.Name && known.Selector == c.Selector
	}
	if !slices.ContainsFunc(party.Because, same) {
		party.Because = append(party.Because, c)
	}
}

func (list parties) names() []provider.Names {
	names := make([]provider.Names, len(list))
	for i, p := range list {
		names[i] = p.Name
	}
	return names
}

// identify finds out who takes the domain's mail in and who may send it. What
// no answer shows is not there: these are facts for readers, no rule reads them.
func (f *Facts) identify(table *provider.Table, s *spf.Facts, d *dkim.Facts, m *mx.Facts) {
	f.Inbound, f.Outbound, f.PolicyHosts = parties{}, parties{}, parties{}
	for _, h := range m.Hosts {
		for _, name := range []string{h.Name, h.Canonical} {
			if p := table.ByMX(name); p != nil {
				f.Inbound.add(p, Clue{From: ClueMX, Name: h.Name})
				break
			}
			if p := table.ByReturnPath(name); p != nil {
				f.Outbound.add(p, Clue{From: ClueReturnPath, Name: h.Name})
				break
			}
		}
	}
	if s.Root != nil {
		w := walk{table: table, facts: f, seen: map[*spf.Domain]bool{}}
		w.record(s.Root, []string{s.Root.Name})
	}
	for _, key := range d.Selectors {
		if p := table.Get(key.Provider); p != nil && key.State == dkim.StateLive {
			f.Outbound.add(p, Clue{From: ClueKey, Name: key.Alias, Selector: key.Selector})
		}
	}
}

// walk goes through an SPF record and what it includes, down to the records
// that are a provider's: what those include is the provider's business.
type walk struct {
	table *provider.Table
	facts *Facts
	seen  map[*spf.Domain]bool
}

func (w *walk) record(d *spf.Domain, path []string) {
	if w.seen[d] {
		return
	}
	w.seen[d] = true
	for _, e := range d.Terms {
		if e.Reachable && !e.Broken && (e.Qualifier == spf.Pass || e.Kind == spf.Redirect) {
			w.term(e, path)
		}
	}
}

func (w *walk) term(e *spf.Expanded, path []string) {
	switch e.Kind {
	case spf.Include, spf.Redirect:
		w.include(e, path)
	case spf.A, spf.MX, spf.Exists:
		for _, name := range namesOf(e) {
			if p := w.table.ByHost(name); p != nil {
				w.add(p, Clue{From: ClueHost, Name: name, Path: path})
			}
		}
	case spf.IP4, spf.IP6:
		if p := w.table.ByAddress(e.Prefix.Masked()); p != nil {
			w.add(p, Clue{From: ClueAddress, Name: e.Prefix.String(), Path: path})
		}
	}
}

// include names the provider of a record, unless there is none to include, or
// goes on into it.
func (w *walk) include(e *spf.Expanded, path []string) {
	from := ClueInclude
	if e.Kind == spf.Redirect {
		from = ClueRedirect
	}
	for _, name := range namesOf(e) {
		p := w.table.ByInclude(name)
		if p == nil {
			continue
		}
		if e.Target == nil || e.Target.Outcome != spf.NoName && e.Target.Outcome != spf.NoRecord {
			w.add(p, Clue{From: from, Name: name, Path: path})
		}
		return
	}
	for _, target := range []*spf.Domain{e.Target, e.Target6} {
		if target != nil {
			w.record(target, append(slices.Clone(path), target.Name))
		}
	}
}

func (w *walk) add(p *provider.Provider, c Clue) {
	if p.Has(provider.SPFHost) {
		w.facts.PolicyHosts.add(p, c)
		return
	}
	w.facts.Outbound.add(p, c)
}

// namesOf are the names that a term means: as far as they do not depend on the
// message as they are asked, else as they are written.
func namesOf(e *spf.Expanded) (names []string) {
	names = slices.Clone(e.Names)
	if e.Dynamic && e.Domain != nil {
		names = append(names, e.Domain.String())
	}
	if e.Kind == spf.MX {
		for _, h := range e.Hosts {
			names = append(names, h.Name)
		}
	}
	return names
}
