package provider

import (
	"regexp"
	"strings"
)

// Selector is a DKIM selector (RFC 6376 §3.1) that a provider tells its
// customers to publish. Where that holds a date or a number of the customer it
// is a pattern, which can be recognised but not asked for.
type Selector struct {
	text    string
	pattern *regexp.Regexp // nil for a selector that is the same for everybody
}

// placeholders are what a selector can hold in braces.
func placeholders() map[string]string {
	return map[string]string{
		"date":   `(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])`, // YYYYMMDD
		"digits": `\d+`,
		"word":   `[a-z0-9-]+`,
	}
}

var (
	selectorForm = regexp.MustCompile(`^([a-z0-9_-]|\{[a-z]+\})+(\.([a-z0-9_-]|\{[a-z]+\})+)*$`)
	inBraces     = regexp.MustCompile(`\{([a-z]+)\}`)
)

const selectorExpected = "a selector such as s1, or one with {date}, {digits} or {word} in it"

// ParseSelector reads a selector: labels in lower case, which may hold {date}
// (YYYYMMDD), {digits} and {word}. The error is an *Error without a place.
func ParseSelector(text string) (Selector, error) {
	s := Selector{text: text}
	if !selectorForm.MatchString(text) || len(text) > longestPattern {
		return s, unexpected("provider-selector", text, selectorExpected)
	}
	if !strings.Contains(text, "{") {
		return s, nil
	}
	known := placeholders()
	for _, found := range inBraces.FindAllStringSubmatch(text, -1) {
		if known[found[1]] == "" {
			return s, unexpected("provider-selector", text, selectorExpected)
		}
	}
	form := regexp.QuoteMeta(text)
	for name, expression := range known {
		form = strings.ReplaceAll(form, `\{`+name+`\}`, expression)
	}
	s.pattern = regexp.MustCompile("^" + form + "$")
	return s, nil
}

// String is the selector as it was written, with its placeholders.
func (s Selector) String() string { return s.text }

// Fixed reports that the selector is the same for every customer, so that it
// can be asked for.
func (s Selector) Fixed() bool { return s.pattern == nil }

// Match reports whether a domain's selector is this one.
func (s Selector) Match(selector string) bool {
	selector = strings.ToLower(selector)
	if s.pattern == nil {
		return s.text == selector
	}
	return s.pattern.MatchString(selector)
}
