package cli

import (
	"slices"
	"strings"
)

// language decides the language of everything printed, before the command line
// is read: a complaint about the command line needs one. --lang decides, then
// the environment; a locale without texts means English.
func language(args []string, env func(string) string, known []string) string {
	for _, locale := range append(langFlag(args), env("MAILAUTH_LANG"), env("LC_ALL"), env("LC_MESSAGES"), env("LANG")) {
		if locale == "" {
			continue
		}
		lang, _, _ := strings.Cut(locale, ".")
		lang, _, _ = strings.Cut(lang, "_")
		lang, _, _ = strings.Cut(lang, "-")
		if lang = strings.ToLower(lang); slices.Contains(known, lang) {
			return lang
		}
		return known[0]
	}
	return known[0]
}

// langFlag finds the value of --lang; the last one counts.
func langFlag(args []string) []string {
	var found []string
	for i, arg := range args {
		if arg == "--" {
			break
		}
		if value, ok := strings.CutPrefix(arg, "--lang="); ok {
			found = []string{value}
		} else if arg == "--lang" && i+1 < len(args) {
			found = []string{args[i+1]}
		}
	}
	return found
}
