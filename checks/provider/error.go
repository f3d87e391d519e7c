package provider

import (
	"fmt"

	"mailauth/resolver"
)

// Error is what is wrong with a table's file: the place, what was found there
// and what was expected. Line counts from 1 and is 0 for the file as a whole.
type Error struct {
	Code            string // stable, kebab-case; Codes lists them
	Args            resolver.Args
	File            string
	Line            int
	Found, Expected string
	Err             error // the cause, in place of Found and Expected
}

// Error is "file:line: found X, expected Y" on one line.
func (e *Error) Error() string {
	place := e.File
	if e.Line > 0 {
		place = fmt.Sprintf("%s:%d", e.File, e.Line)
	}
	if e.Err != nil {
		return place + ": " + e.Err.Error()
	}
	found := &resolver.FieldError{Found: e.Found, Expected: e.Expected}
	return place + ": " + found.Error()
}

// Unwrap is the cause, if there is one.
func (e *Error) Unwrap() error { return e.Err }

// unexpected is a text that cannot be what it has to be.
func unexpected(code, found, expected string) *Error {
	if found == "" {
		found = `""`
	}
	return &Error{Code: code, Args: resolver.Args{"found": found}, Found: found, Expected: expected}
}

func (e *Error) with(name, value string) *Error {
	e.Args[name] = value
	return e
}

// Codes lists the codes of Error, so that a catalogue can be checked for all of
// them. Beside each stand the arguments that it has besides found.
func Codes() []string {
	return []string{
		"unreadable",       // why, in English
		"toml",             // why, in English
		"providers-large",  // limit, in KiB
		"provider-key",     // list
		"provider-text",    // key
		"provider-texts",   // key
		"provider-table",   // key
		"provider-missing", // key
		"provider-id",
		"provider-name",
		"provider-layer", // list
		"provider-country",
		"provider-pattern", "provider-pattern-wide",
		"provider-twice", // other, an id
		"provider-network",
		"provider-selector",
		"provider-keys",
		"provider-trait",      // list
		"provider-evidence",   // list
		"provider-unverified", // list
		"provider-date",
		"provider-empty",
	}
}
