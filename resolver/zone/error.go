package zone

import (
	"errors"
	"fmt"
	"io/fs"

	"mailauth/resolver"
)

// Error is a zone file that cannot be read: the place, what was found there
// and what was expected. Line and Col count from 1, Col in octets; Line is 0
// if it is about the file as a whole.
type Error struct {
	Code      string        // stable, kebab-case; Codes and resolver.FaultCodes list them
	Args      resolver.Args // "found" is the field at the place, empty at the end of a line
	File      string
	Line, Col int
	Found     string
	Expected  string
	Hint      string // what to do about it; may be empty
	HintCode  string // of Hint
	Err       error  // cause, may be nil; told instead of Found if that is empty
}

// Error is "file:line: found X, expected Y" on one line, without the hint.
func (e *Error) Error() string {
	place := e.File
	if e.Line > 0 {
		place = fmt.Sprintf("%s:%d", e.File, e.Line)
	}
	if e.Found == "" {
		return fmt.Sprintf("%s: %v", place, e.Err)
	}
	return place + ": " + (&resolver.FieldError{Found: e.Found, Expected: e.Expected}).Error()
}

// Unwrap is the cause, if there is one.
func (e *Error) Unwrap() error { return e.Err }

// unreadable reports an error of the file system, without the path that it
// repeats.
func unreadable(file string, err error) *Error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	return &Error{Code: "unreadable", Args: resolver.Args{"why": err.Error()}, File: file, Err: err}
}

// with adds an argument.
func (e *Error) with(name string, value any) *Error {
	if e.Args == nil {
		e.Args = resolver.Args{}
	}
	e.Args[name] = fmt.Sprint(value)
	return e
}

// hint is advice with its stable code.
type hint struct{ code, text string }

func (e *Error) advise(h hint) *Error {
	e.HintCode, e.Hint = h.code, h.text
	return e
}

// Limits of what is read. A zone that exceeds them is refused, never cut.
const (
	maxSize     = 64 << 20 // octets of a zone file with all its $INCLUDEs
	maxRecords  = 500_000  // records of a zone file
	maxDepth    = 8        // $INCLUDEs inside each other
	maxIncludes = 1000     // $INCLUDEs of a zone file
	maxGenerate = 65536    // records of one $GENERATE
	maxFiles    = 1000     // zone files of a folder
)
