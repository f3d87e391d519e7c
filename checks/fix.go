package checks

import "mailauth/resolver"

// Fix is a change that mends its finding.
type Fix struct {
	// Title says what the change does; a catalogue text "fix.…".
	Title Text
	// Edits are all made together.
	Edits []resolver.Edit
	// Documents are files to put on a web server, before the edits are made.
	Documents []Document
	// Choices are decisions or values that only the user has. A fix with choices
	// is not tried; its edits, if any, show the form with the choice's name in
	// angle brackets.
	Choices []Choice
	// Weakens names the check, "spf", "dkim" or "dmarc", whose sender, key or
	// policy the title says will be lost; its guard then does not object.
	Weakens string
	// Verified is set by the audit: the fix was tried and holds.
	Verified bool
	// Reason says why it is not verified.
	Reason *Text
	// Errors and Warnings count what the trial's audit still found.
	Errors, Warnings int
}

// Document is a file that is published over HTTPS.
type Document struct {
	URL string `json:"url"`
	// Text is the whole file; its lines end with CRLF or LF as they are to.
	Text string `json:"text"`
}

// Choice is one decision that a fix needs.
type Choice struct {
	Name string
	// Text asks for it; a catalogue text "choice.…".
	Text Text
	// Values lists the alternatives, if there is a list.
	Values []string
}
