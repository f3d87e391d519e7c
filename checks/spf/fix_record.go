package spf

import (
	"strings"

	"mailauth/checks"
)

// change says what becomes of terms: another text, or "" to leave one out.
type change map[*Term]string

// edited returns the record's text with the changes, and more terms at the
// end. Single spaces stand between terms; the others are as they were.
func (r *Record) edited(c change, more ...string) string {
	words := []string{r.Version}
	for i := range r.Terms {
		text, changed := c[&r.Terms[i]]
		switch {
		case !changed:
			words = append(words, r.Terms[i].String())
		case text != "":
			words = append(words, text)
		}
	}
	return strings.Join(append(words, more...), " ")
}

// chooseAll leaves the end of the policy to the user.
func chooseAll(all *Expanded) []checks.Fix {
	fixes := fix("spf-choose-all", nil, rewrite(all.Owner.At(), all.Owner.Record.edited(change{all.Term: "<all>"})))
	fixes[0].Choices = []checks.Choice{{Name: "all", Text: checks.T("choice.spf-all", nil), Values: []string{"~all", "-all"}}}
	return fixes
}

// chainText shows the way from record to record.
func chainText(names []string) string {
	shown := make([]string, len(names))
	for i, name := range names {
		shown[i] = bare(name)
	}
	return strings.Join(shown, " → ")
}
