package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"mailauth/checks"
	"mailauth/cmd/internal/report"
	"mailauth/resolver"
	"mailauth/resolver/zone"
)

// reason says in the user's language why something failed. Ok is false for an
// error that only its own English can tell.
func (a *app) reason(err error) (text string, ok bool) {
	var inZone *zone.Error
	var inRecording *resolver.RecordingError
	switch {
	case errors.As(err, &inZone) && inZone.Found != "":
		return a.foundExpected(inZone.Found, inZone.Expected)
	case errors.As(err, &inZone):
		err = inZone.Err
	case errors.As(err, &inRecording) && inRecording.Found != "":
		return a.foundExpected(inRecording.Found, inRecording.Expected)
	case errors.As(err, &inRecording):
		err = inRecording.Err
	}
	return a.texts.Phrase(plain(err))
}

// plain is the English of an error without the names in it, the same on every
// system for the commonest.
func plain(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "no such file or directory"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	}
	return cause(err).Error()
}

// foundExpected says what stands where something else has to. What was found
// is a phrase or the user's own text; what was expected has to be known.
func (a *app) foundExpected(found, expected string) (text string, ok bool) {
	if a.texts.Lang() == "en" {
		return (&resolver.FieldError{Found: found, Expected: expected}).Error(), true
	}
	want, ok := a.texts.Phrase(expected)
	if !ok && strings.Contains(expected, " ") {
		return "", false
	}
	if !ok {
		want = a.text("quoted", checks.Args{"text": expected})
	}
	have, ok := a.texts.Phrase(found)
	if !ok {
		have = a.text("quoted", checks.Args{"text": shorten(found)})
	}
	return a.text("found-expected", checks.Args{"found": have, "expected": want}), true
}

// detailOf is an error in its own words, without the place.
func detailOf(err error) string {
	var inZone *zone.Error
	var inRecording *resolver.RecordingError
	switch {
	case errors.As(err, &inZone) && inZone.Found != "":
		return (&resolver.FieldError{Found: inZone.Found, Expected: inZone.Expected}).Error()
	case errors.As(err, &inRecording) && inRecording.Found != "":
		return (&resolver.FieldError{Found: inRecording.Found, Expected: inRecording.Expected}).Error()
	case errors.As(err, &inZone):
		err = inZone.Err
	case errors.As(err, &inRecording):
		err = inRecording.Err
	}
	return cause(err).Error()
}

// longestFound is how much is quoted of what somebody wrote, in characters.
const longestFound = 100

func shorten(text string) string {
	if all := []rune(text); len(all) > longestFound {
		return report.Clean(string(all[:longestFound])) + "…"
	}
	return report.Clean(text)
}

// place is where in a file an error is.
func place(err error) string {
	var inZone *zone.Error
	var inRecording *resolver.RecordingError
	switch {
	case errors.As(err, &inZone) && inZone.Line > 0:
		return fmt.Sprintf("%s:%d", inZone.File, inZone.Line)
	case errors.As(err, &inZone):
		return inZone.File
	case errors.As(err, &inRecording) && inRecording.Line > 0:
		return fmt.Sprintf("%s:%d:%d", inRecording.File, inRecording.Line, inRecording.Col)
	case errors.As(err, &inRecording) && inRecording.Path != "":
		return inRecording.File + ": " + inRecording.Path
	case errors.As(err, &inRecording):
		return inRecording.File
	}
	return ""
}

// aboutFile is a complaint about a file's contents: the hint is that of the
// reader where it has one that can be said, else the general one of the kind.
func (a *app) aboutFile(kind string, err error, hint string) *complaint {
	args := checks.Args{"place": place(err)}
	if said, ok := a.texts.Phrase(hint); ok && hint != "" {
		args["hint"] = sentence(said)
		return complain(kind, "given", args).because(err)
	}
	return complain(kind, kind, args).because(err)
}

// sentence ends an English hint as the catalogue's own end; one that ends with
// a command is to be copied.
func sentence(hint string) string {
	last := hint[len(hint)-1]
	if last < 'a' || last > 'z' || strings.Contains(hint, "named-compilezone") {
		return hint
	}
	return hint + "."
}
