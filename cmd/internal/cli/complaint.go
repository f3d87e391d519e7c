package cli

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"syscall"

	"mailauth/checks"
	"mailauth/cmd/internal/report"
)

// complaint is why there is no result: a text of the catalogue and another that
// says what to do. The error behind it, if there is one, fills the text's
// "error".
type complaint struct {
	text, hint checks.Text
	cause      error
}

// complain makes a complaint of "cli.error-<id>" and "cli.hint-<hint>".
func complain(id, hint string, args checks.Args) *complaint {
	for _, name := range []string{"given", "value"} {
		if args[name] == "" {
			args[name] = `""` // an empty argument can be seen
		}
	}
	return &complaint{text: checks.T("cli.error-"+id, args), hint: checks.T("cli.hint-"+hint, args)}
}

// because says which error is behind a complaint.
func (c *complaint) because(err error) *complaint {
	c.cause = err
	return c
}

func (c *complaint) Unwrap() error { return c.cause }

// Error is for programmers; users get the text in their language.
func (c *complaint) Error() string { return fmt.Sprint(c.text.ID, " ", c.text.Args) }

// tell prints an error and its hint on the error stream, one line each, and
// returns the exit status. An error that has no words in the user's language
// adds a line of its own.
func (a *app) tell(err error) int {
	switch {
	case err == nil:
		return ExitOK
	case errors.Is(err, syscall.EPIPE): // the reader has seen enough
		return ExitOK
	}
	c := a.asComplaint(err)
	text, detail := a.say(c)
	a.tellLine("cli.error", text)
	if detail != "" {
		a.tellLine("cli.detail", detail)
	}
	if c.hint.ID != "" && a.texts.Has(c.hint.ID) {
		a.tellLine("cli.hint", a.texts.Say(c.hint))
	}
	return ExitUsage
}

// say is a complaint in the user's language. Where the error behind it has no
// words in that language, its own are the detail.
func (a *app) say(c *complaint) (text, detail string) {
	if c.cause == nil {
		return a.texts.Say(c.text), ""
	}
	args := maps.Clone(c.text.Args)
	if args == nil {
		args = checks.Args{}
	}
	args["error"], detail = a.reason(c.cause)
	return a.texts.Text(c.text.ID, args), detail
}

func (a *app) tellLine(label, text string) {
	line := report.Clean(a.texts.Text(label, nil) + ": " + text)
	fmt.Fprintln(a.stderr, strings.TrimSpace(line))
}

// asComplaint finds words for any error.
func (a *app) asComplaint(err error) *complaint {
	var c *complaint
	if errors.As(err, &c) {
		return c
	}
	if a.ctx.Err() != nil {
		return complain("stopped", "stopped", nil)
	}
	if written, ok := errors.AsType[*outputError](err); ok {
		return complain("output", "output", nil).because(written.Err)
	}
	return complain("other", "other", nil).because(err)
}
