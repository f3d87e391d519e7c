package dmarc

import (
	"maps"

	"mailauth/checks"
	"mailauth/resolver"
)

// Applies says whether some policy applies to an author's domain (RFC 9989
// §4.10.1), which one ever: open where that depends on what stands at names
// without an answer (four at most), or where receivers differ in how they read
// the record.
//
// A record that might stand at a public suffix or top-level domain is taken to
// be one that works: registries do not publish others. Anybody else's may be
// broken, and then nothing applies.
func Applies(author string, at Published) checks.Tri {
	return appliesIf(author, at, map[string]*Record{})
}

// appliesIf is Applies where some names hold what is guessed. The first name
// without an answer is guessed in turn.
func appliesIf(author string, at Published, guessed map[string]*Record) checks.Tri {
	open := ""
	d, known := Discover(author, func(domain string) (*Record, bool) {
		if r, ok := guessed[domain]; ok {
			return r, true
		}
		r, known := at(domain)
		if !known && open == "" {
			open = domain
		}
		return r, known
	})
	switch {
	case known && d.Record == nil:
		return checks.No
	case known:
		standing := d.Record.Standing()
		return checks.TriOf(standing != Ignored, standing != Unclear)
	case open == "" || len(guessed) == maxGuesses:
		return checks.Open
	}
	guess := func(r *Record) checks.Tri {
		next := maps.Clone(guessed)
		next[open] = r
		return appliesIf(author, at, next)
	}
	first := guess(nil)
	for _, r := range possibleAt(open) {
		if first == checks.Open || guess(r) != first {
			return checks.Open
		}
	}
	return first
}

// possibleAt are the records that may stand at a name, as far as they make a
// difference to which one applies.
func possibleAt(domain string) (all []*Record) {
	registry := checks.IsPublicSuffix(domain) || resolver.Parent(domain) == "."
	for _, psd := range []byte{'u', 'n', 'y'} {
		all = append(all, &Record{PSD: psd, P: Request{Policy: None}})
		if !registry {
			all = append(all, &Record{PSD: psd})
		}
	}
	return all
}
