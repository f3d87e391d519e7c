// Package dnsbl asks blocklists about a domain and its addresses (RFC 5782).
//
// Receivers refuse mail from addresses and about domains that such lists name.
// A list that was shut down answers for everything or for nothing, and one that
// does not serve the resolver says so by an answer that is none about you: every
// list is tried by the entries that it must and must not have before it is
// believed. Nothing is asked unless the user wants it, since the lists are told
// which addresses the user looks for.
package dnsbl

import (
	"slices"

	"mailauth/checks"
	"mailauth/checks/mx"
	"mailauth/checks/spf"
)

// The inputs of the check.
const (
	InTest  checks.Input = "bl-test"  // the entries that show whether a list works
	InEntry checks.Input = "bl-entry" // the addresses and domains
	InText  checks.Input = "bl-text"  // why something is listed, in the list's words
)

// Check asks the lists of Options.Blocklists.
var Check = &checks.Check{
	Name:     "bl",
	Doc:      "Whether blocklists that receivers use name the domain or an address that sends for it.",
	Rules:    rules,
	Requires: []*checks.Check{spf.Check, mx.Check},
	Budget:   400,
	Lookup:   lookup,
	Judge:    judge,
}

var entries = slices.Concat([]checks.Input{InTest, InEntry, mx.InSet, mx.InAddress}, sends)

// sends are the inputs on which it depends what SPF lets pass.
var sends = []checks.Input{spf.InRecord, spf.InAddress, spf.InMX, spf.InMXHost}

// The rules of the check.
var (
	// Listed is an info for an address that only receives, or that a list of
	// networks has which should not send directly.
	Listed = &checks.Rule{ID: "bl-listed", Severity: checks.Warning, Source: checks.Receiver, Citation: "RFC 5782 §2.1", Reads: entries}
	// SelfTest: the list does not have what it must, or has what it must not.
	SelfTest = &checks.Rule{ID: "bl-selftest-fail", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 5782 §5", Reads: []checks.Input{InTest}}
	Refused  = &checks.Rule{ID: "bl-query-refused", Severity: checks.Info, Source: checks.Practice, Citation: "Spamhaus, DNSBL return codes", Reads: entries}
	NotLocal = &checks.Rule{ID: "bl-non127", Severity: checks.Info, Source: checks.RFC, Citation: "RFC 5782 §2.3", Reads: entries}
)

var rules = []*checks.Rule{Listed, SelfTest, Refused, NotLocal}
