package spf

import "strings"

// chainText shows the way from record to record.
func chainText(names []string) string {
	shown := make([]string, len(names))
	for i, name := range names {
		shown[i] = bare(name)
	}
	return strings.Join(shown, " → ")
}
