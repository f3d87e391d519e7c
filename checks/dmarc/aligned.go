package dmarc

import "maps"

// maxGuesses is how many names without an answer are tried with everything that
// can stand there.
const maxGuesses = 4

// Aligned reports whether an identifier that SPF or DKIM has authenticated is
// in line with the author's domain (RFC 9989 §3.2.10, §4.10.2): identical if
// the mode is strict, of the same organizational domain if it is relaxed. It is
// known where whatever stands at the names without an answer (four at most)
// makes no difference: the organizational domain itself may well be open.
func Aligned(author, identifier string, strict bool, at Published) (aligned, known bool) {
	if author == identifier || strict {
		return author == identifier, true
	}
	return alignedIf(author, identifier, at, map[string]*Record{})
}

// alignedIf compares the organizational domains where some names hold what is
// guessed. The first name without an answer is guessed in turn.
func alignedIf(author, identifier string, at Published, guessed map[string]*Record) (aligned, known bool) {
	open := ""
	with := func(domain string) (*Record, bool) {
		if r, ok := guessed[domain]; ok {
			return r, true
		}
		r, known := at(domain)
		if !known && open == "" {
			open = domain
		}
		return r, known
	}
	ofAuthor, _ := OrganizationalDomain(author, with)
	ofIdentifier, _ := OrganizationalDomain(identifier, with)
	switch {
	case open == "":
		return ofAuthor == ofIdentifier, true
	case len(guessed) == maxGuesses:
		return false, false
	}
	for i, guess := range []*Record{nil, {PSD: 'u'}, {PSD: 'n'}, {PSD: 'y'}} {
		next := maps.Clone(guessed)
		next[open] = guess
		is, known := alignedIf(author, identifier, at, next)
		if !known || i > 0 && is != aligned {
			return false, false
		}
		aligned = is
	}
	return aligned, true
}
