package checks

import "context"

// Check is one part of the audit: a protocol, or what joins several.
type Check struct {
	Name string
	// Doc says in a sentence what the check looks at.
	Doc   string
	Rules []*Rule
	// Requires lists the checks whose facts Lookup or Judge read.
	Requires []*Check
	// Budget is the number of distinct questions that Lookup may ask.
	Budget int
	// Lookup collects facts: the only half that does I/O. Nil for a check that
	// only judges. An error means that the check broke, never that the domain is bad.
	Lookup func(ctx context.Context, p *Pass) (any, error)
	// Judge turns facts into findings. It is pure: same facts, same judgement.
	Judge func(p *Pass) Judgement
	// Guard compares the facts before a fix with those after it and says what
	// the fix takes away. Nil guards nothing.
	Guard func(before, after *Pass) []Text
}

// Judgement is what a check makes of its facts.
type Judgement struct {
	Findings []Finding
	// Settled lists rules that were decided although one of their inputs failed.
	Settled []*Rule
	// Status is StatusNone or StatusUnknown where the findings do not tell: a protocol that
	// does not apply, or one without enough known to pass. A StatusUnknown from here
	// does not count in the report's verdict; failed questions do.
	Status Status
	// Summary is the check's line on the first screen.
	Summary []Text
	// Details are sentences below that line, each by itself: what the user asked
	// for by name.
	Details []Text
}
