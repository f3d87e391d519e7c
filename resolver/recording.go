package resolver

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// RecordingVersion is the version of the format that is written and read.
const RecordingVersion = 1

// maxRecording is how long a recording may be, in octets; a longer one is
// refused, not cut.
const maxRecording = 64 << 20

// Recording is everything that a run was told, to be replayed without a
// network. Each outcome stands for itself: who edits an answer by hand edits
// what is said to that one question, and not what other questions reach
// through an alias.
type Recording struct {
	// Tool made it, such as "mailauth 1.2.0".
	Tool string
	// RecordedAt is the clock of the replay, in UTC and whole seconds.
	RecordedAt time.Time
	// Resolver says what was asked, such as "192.0.2.53:53" or "new.zone over live".
	Resolver string
	// Seed is that of the run's random labels: a replay that makes others asks
	// what is not recorded.
	Seed uint64
	// Domains are those that were audited, as given.
	Domains []string

	Answers   []RecordedAnswer
	Exchanges []RecordedExchange
	Names     []RecordedNames
	Fetches   []RecordedFetch
}

// RecordedAnswer is the outcome of a Lookup: an answer, or an error.
type RecordedAnswer struct {
	Question Question
	Answer   Answer
	Err      *Error
}

// RecordedExchange is the outcome of an Exchange: a reply, or an error.
type RecordedExchange struct {
	Query Query
	Reply Reply
	Err   *Error
}

// RecordedNames is what a NameLister listed.
type RecordedNames struct {
	Below    string
	Names    []string
	Complete bool
}

// RecordedFetch is the outcome of a Fetch: a response, or an error. MaxBytes
// of the request is not kept; a replay applies that of whoever asks.
type RecordedFetch struct {
	Request  FetchRequest
	Response FetchResponse
	Err      *FetchError
}

// sort brings a recording to the order in which it is written: that of the
// questions, so that two recordings of the same DNS differ in nothing but time.
func (rec *Recording) sort() {
	slices.SortStableFunc(rec.Answers, func(a, b RecordedAnswer) int { return compareQuestions(a.Question, b.Question) })
	slices.SortStableFunc(rec.Exchanges, func(a, b RecordedExchange) int { return compareQueries(a.Query, b.Query) })
	slices.SortStableFunc(rec.Names, func(a, b RecordedNames) int { return cmp.Compare(a.Below, b.Below) })
	slices.SortStableFunc(rec.Fetches, func(a, b RecordedFetch) int { return compareFetches(a.Request, b.Request) })
}

// RecordingError is a recording that cannot be read.
type RecordingError struct {
	Code string // stable, kebab-case; FaultCodes lists them
	Args Args
	File string
	// Line and Col count from 1, Col in octets. They are set when the text is
	// not JSON; otherwise Path says where.
	Line, Col int
	// Path leads to the value, such as "answers[3].records[0]"; "" is the whole.
	Path     string
	Found    string
	Expected string
	Hint     string // what to do about it; may be empty
	HintCode string // of Hint
	Err      error  // cause, may be nil; told instead of Found if that is empty
}

// Error is "file: path: found X, expected Y" on one line, without the hint.
func (e *RecordingError) Error() string {
	place := e.File
	switch {
	case e.Line > 0:
		place = fmt.Sprintf("%s:%d:%d", e.File, e.Line, e.Col)
	case e.Path != "":
		place += ": " + e.Path
	}
	if e.Found == "" {
		return fmt.Sprintf("%s: %v", place, e.Err)
	}
	return place + ": " + (&FieldError{Found: e.Found, Expected: e.Expected}).Error()
}

// Unwrap is the cause, if there is one.
func (e *RecordingError) Unwrap() error { return e.Err }
