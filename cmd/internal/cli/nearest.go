package cli

import (
	"strings"

	"mailauth/checks"
)

// nearest finds the word that was probably meant: the one with the fewest
// changed letters, at most two of five.
func nearest(given string, words []string) (word string, ok bool) {
	given = strings.ToLower(given)
	best := max(len(given)*2/5, 1) + 1
	for _, w := range words {
		if d := checks.Distance(given, w); d < best {
			word, best = w, d
		}
	}
	return word, word != ""
}
