package spf

import (
	"errors"
	"strings"

	"mailauth/resolver"
)

// Result is what check_host() says of one client. RFC 7208 §2.6.
type Result uint8

// The results of RFC 7208 §2.6, and one that no receiver gives: nobody could
// tell what it would be, since a question was not put at all.
const (
	ResultNone Result = iota
	ResultNeutral
	ResultPass
	ResultFail
	ResultSoftFail
	ResultTempError
	ResultPermError
	ResultUnknown
	results = iota
)

// String returns the result as RFC 7208 writes it, or "unknown".
func (r Result) String() string {
	return [results]string{"none", "neutral", "pass", "fail", "softfail", "temperror", "permerror", "unknown"}[r]
}

// failed reports a result that ends the evaluation wherever it comes up.
func (r Result) failed() bool {
	return r == ResultTempError || r == ResultPermError || r == ResultUnknown
}

// Result is what a mechanism with the qualifier gives if it matches. RFC 7208
// §4.6.2.
func (q Qualifier) Result() Result {
	switch q {
	case Fail:
		return ResultFail
	case SoftFail:
		return ResultSoftFail
	case Neutral:
		return ResultNeutral
	}
	return ResultPass
}

// Results is a set of results: those that an address can get, where the DNS
// alone does not decide.
type Results uint8

// Of returns the set of some results.
func Of(results ...Result) Results {
	var s Results
	for _, r := range results {
		s |= 1 << r
	}
	return s
}

// Has reports whether the result is in the set.
func (s Results) Has(r Result) bool { return s&(1<<r) != 0 }

// Only returns the one result of the set; ok is false if there are several.
func (s Results) Only() (r Result, ok bool) {
	for r = range results {
		if s == 1<<r {
			return r, true
		}
	}
	return ResultUnknown, false
}

// List returns the results in the order of their declaration.
func (s Results) List() []Result {
	var list []Result
	for r := range Result(results) {
		if s.Has(r) {
			list = append(list, r)
		}
	}
	return list
}

// String lists the results, separated by "|".
func (s Results) String() string {
	var words []string
	for _, r := range s.List() {
		words = append(words, r.String())
	}
	return strings.Join(words, "|")
}

// resultOf is what a receiver makes of a question without an answer: temperror
// if a server failed (RFC 7208 §2.6.6). Where nobody was asked, or only our own
// way to the servers failed, a receiver may well have its answer: unknown.
func resultOf(err error) Result {
	var failure *resolver.Error
	if errors.As(err, &failure) {
		switch failure.Kind {
		case resolver.Timeout, resolver.ServFail, resolver.Refused, resolver.BadReply:
			return ResultTempError
		}
	}
	return ResultUnknown
}
