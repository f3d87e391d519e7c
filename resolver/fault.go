package resolver

import (
	"fmt"
	"strconv"
)

// Args are what goes with the code of an error, in no language: "found" is the
// text at fault as it stands there, empty where the text ends too early.
type Args map[string]string

// NameError is text that is no domain name.
type NameError struct {
	// Code is stable: name-empty-label, name-label-long, name-long (RFC 1035
	// §3.1) or name-escape.
	Code   string
	Name   string
	Octets int // of the label or name that is too long
}

// Error is the reason in English.
func (e *NameError) Error() string {
	switch e.Code {
	case "name-empty-label":
		return fmt.Sprintf("name %q has an empty label", e.Name)
	case "name-label-long":
		return fmt.Sprintf("name %q has a label of %d octets, expected at most 63", e.Name, e.Octets)
	case "name-long":
		return fmt.Sprintf("name %q is %d octets long, expected at most 255", e.Name, e.Octets)
	}
	return fmt.Sprintf("name %q has a broken escape", e.Name)
}

func (e *NameError) args() Args {
	args := Args{"name": e.Name}
	if e.Octets > 0 {
		args["octets"] = strconv.Itoa(e.Octets)
	}
	return args
}

// FieldError is a field that cannot be what it has to be.
type FieldError struct {
	Code     string // stable, kebab-case; FaultCodes lists them
	Args     Args
	Index    int // of the field; the number of fields if one is missing
	Found    string
	Expected string
}

// Error shows control characters as escapes and cuts what is found to a length
// that can be read.
func (e *FieldError) Error() string {
	return "found " + visible(e.Found, 100) + ", expected " + visible(e.Expected, 1000)
}

// unexpected is a field that says something else.
func unexpected(code, found, expected string) *FieldError {
	return &FieldError{Code: code, Args: Args{"found": found}, Found: found, Expected: expected}
}

// inQuotes is a JSON text that says something else.
func inQuotes(code, found, expected string) *FieldError {
	e := unexpected(code, found, expected)
	e.Found = strconv.Quote(found)
	return e
}

// with adds an argument.
func (e *FieldError) with(name, value string) *FieldError {
	e.Args[name] = value
	return e
}

// unusableName is a field that is no domain name; err is CanonicalName's.
func unusableName(text, found string, err error) *FieldError {
	why := err.(*NameError)
	e := unexpected(why.Code, found, "a domain name: "+err.Error())
	e.Args = why.args()
	return e.with("found", text)
}
