package report

import (
	"fmt"
	"slices"
	"strings"

	"mailauth/checks/spf"
)

// inGroups puts terms in a row together that cost nothing: records have
// hundreds. In the domain's own record "all" stands for itself.
func (d *drawing) inGroups(terms []spf.Branch, level int) [][]spf.Branch {
	var groups [][]spf.Branch
	for len(terms) > 0 {
		n, networks := 0, 0
		for n < len(terms) && isFree(terms[n]) && (level > 1 || terms[n].Kind != spf.All.String()) {
			if n++; terms[n-1].Kind != spf.All.String() {
				networks++
			}
		}
		if n == 0 || d.Verbose || level == 1 && networks <= fewTerms {
			n = 1
		}
		groups = append(groups, terms[:n])
		terms = terms[n:]
	}
	return groups
}

// isFree reports a network or "all" of which there is nothing to say.
func isFree(b spf.Branch) bool {
	kind := b.Kind == spf.IP4.String() || b.Kind == spf.IP6.String() || b.Kind == spf.All.String()
	return kind && !b.Ignored && !b.Broken
}

// tally shows a few terms; of more it counts the networks, by qualifier where
// that is not pass.
func tally(terms []spf.Branch) string {
	var words []string
	counts := map[string]int{}
	for _, b := range terms {
		word := b.Kind
		if b.Term != "" && strings.ContainsRune("-~?", rune(b.Term[0])) {
			word = b.Term[:1] + word
		}
		if b.Kind == spf.All.String() {
			word = Clean(b.Term)
		}
		if counts[word]++; counts[word] == 1 {
			words = append(words, word)
		}
	}
	for i, word := range words {
		if counts[word] > 1 {
			words[i] = fmt.Sprintf("%s ×%d", word, counts[word])
			continue
		}
		at := slices.IndexFunc(terms, func(b spf.Branch) bool { return strings.HasPrefix(strings.ToLower(b.Term), word) })
		if at >= 0 {
			words[i] = Clean(terms[at].Term)
		}
	}
	return strings.Join(words, "  ")
}
