package spftest

import "strings"

// Scenario is a DNS of a suite, and the calls of check_host() that are made on
// it. Data and calls are as the suites have them.
type Scenario struct {
	Description string
	// Zonedata are the entries of each name, pairs of a type and a value.
	Zonedata map[string][]any
	Tests    []Test
}

// Test is one call and what must come of it.
type Test struct {
	// Mailfrom is empty for the null sender. Host is the client's address.
	Name, Helo, Mailfrom, Host, Receiver string
	// Result are the accepted results, the preferred first.
	Result []string
	// Want is the only result that is right here: among several that are
	// accepted the one that we decided for.
	Want string `json:"-"`
	// Explanation is "DEFAULT" where the domain gives none that can be used, and
	// empty where the suite leaves it open.
	Explanation string
}

// Domain is the name whose record is checked: that of the sender, or HELO.
func (t Test) Domain() string {
	if t.Mailfrom == "" {
		return t.Helo
	}
	return t.Mailfrom[strings.LastIndexByte(t.Mailfrom, '@')+1:]
}

// Explains reports whether the text is one that the suite accepts; empty stands
// for none.
func (t Test) Explains(text string) bool {
	switch t.Explanation {
	case "":
		return true
	case "DEFAULT":
		return text == ""
	}
	return strings.EqualFold(text, t.Explanation) // %{ir} may be in any case
}
