package checks

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// Rules lists the rules of the checks and those that they require, in order,
// with TempFail, which the audit itself raises.
func Rules(list []*Check) []*Rule {
	var rules []*Rule
	for _, c := range withRequired(list) {
		rules = append(rules, c.Rules...)
	}
	return append(rules, TempFail)
}

// Texts tells Validate what the catalogue holds.
type Texts interface {
	// Languages lists the languages, "en" first.
	Languages() []string
	// Placeholders returns the placeholder names of a text, sorted, and whether
	// the text exists in the language.
	Placeholders(lang, id string) (names []string, ok bool)
}

// neededTexts are those that every rule has in every language.
var neededTexts = []string{"title", "message", "mend"}

var kebabCase = regexp.MustCompile(`^[a-z]+[0-9]*(-[a-z0-9]+)+$`)

// Validate reports everything that is wrong with the checks and their texts:
// ids, citations, requirements, inputs, supersessions, missing translations and
// placeholders that differ between languages.
func Validate(list []*Check, texts Texts) error {
	rules := Rules(list)
	byID := map[string]*Rule{}
	var errs []error
	for _, r := range rules {
		if byID[r.ID] != nil {
			errs = append(errs, fmt.Errorf("rule %s is listed twice", r.ID))
		}
		byID[r.ID] = r
		errs = append(errs, validateRule(r)...)
		errs = append(errs, validateTexts(r.ID, texts)...)
	}
	for _, r := range rules {
		errs = append(errs, validateSupersedes(r, byID)...)
	}
	for _, c := range withRequired(list) {
		if c.Name == "" || c.Doc == "" {
			errs = append(errs, fmt.Errorf("check %q has no name or no doc", c.Name))
		}
		if requires(c, c) {
			errs = append(errs, fmt.Errorf("check %s requires itself", c.Name))
		}
	}
	return errors.Join(errs...)
}

func validateRule(r *Rule) (errs []error) {
	switch {
	case !kebabCase.MatchString(r.ID):
		errs = append(errs, fmt.Errorf("rule id %q is not kebab-case", r.ID))
	case r.Severity == 0:
		errs = append(errs, fmt.Errorf("rule %s has no severity", r.ID))
	case r.Max != 0 && r.Max <= r.Severity:
		errs = append(errs, fmt.Errorf("rule %s has a Max that is not above its severity", r.ID))
	case r.Source == "" || r.Citation == "":
		errs = append(errs, fmt.Errorf("rule %s has no source or no citation", r.ID))
	case len(r.Reads) == 0 && r != TempFail:
		errs = append(errs, fmt.Errorf("rule %s reads no input", r.ID))
	}
	return errs
}

func validateSupersedes(r *Rule, byID map[string]*Rule) (errs []error) {
	for _, id := range r.Supersedes {
		other := byID[id]
		switch {
		case other == nil:
			errs = append(errs, fmt.Errorf("rule %s supersedes %s, which does not exist", r.ID, id))
		case slices.Contains(other.Supersedes, r.ID):
			errs = append(errs, fmt.Errorf("rules %s and %s supersede each other", r.ID, id))
		}
	}
	return errs
}

func validateTexts(id string, texts Texts) (errs []error) {
	languages := texts.Languages()
	for _, part := range []string{"title", "message", "effect", "mend", "about", "note"} {
		key := id + "." + part
		want, exists := texts.Placeholders(languages[0], key)
		if !exists && slices.Contains(neededTexts, part) {
			errs = append(errs, fmt.Errorf("text %s is missing in %s", key, languages[0]))
		}
		for _, lang := range languages[1:] {
			got, ok := texts.Placeholders(lang, key)
			switch {
			case ok != exists:
				errs = append(errs, fmt.Errorf("text %s exists in %s or in %s, not in both", key, languages[0], lang))
			case !slices.Equal(got, want):
				errs = append(errs, fmt.Errorf("text %s has placeholders %v in %s and %v in %s", key, want, languages[0], got, lang))
			}
		}
	}
	return errs
}
