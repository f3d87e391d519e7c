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
	File      string
	Line, Col int
	Found     string
	Expected  string
	Hint      string // what to do about it; may be empty
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

func (e *Error) Unwrap() error { return e.Err }

// unreadable reports an error of the file system, without the path that it
// repeats.
func unreadable(file string, err error) *Error {
	e := &Error{File: file, Err: err}
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		e.Err = pathErr.Err
	}
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
