package cli

import (
	"errors"
	"fmt"
	"io/fs"

	"mailauth/checks"
	"mailauth/checks/provider"
	"mailauth/cmd/internal/report"
	"mailauth/resolver"
	"mailauth/resolver/zone"
)

// fault is what the errors of zones, recordings and tables have in common.
type fault struct {
	place, code, hint string
	args              resolver.Args
}

// faultIn finds the fault of a zone, a recording or a table in an error.
func faultIn(err error) (f fault, ok bool) {
	var inZone *zone.Error
	var inRecording *resolver.RecordingError
	var inTable *provider.Error
	switch {
	case errors.As(err, &inZone):
		f = fault{inZone.File, inZone.Code, inZone.HintCode, inZone.Args}
		if inZone.Line > 0 {
			f.place = fmt.Sprintf("%s:%d", inZone.File, inZone.Line)
		}
	case errors.As(err, &inTable):
		f = fault{place: inTable.File, code: inTable.Code, args: inTable.Args}
		if inTable.Line > 0 {
			f.place = fmt.Sprintf("%s:%d", inTable.File, inTable.Line)
		}
	case errors.As(err, &inRecording):
		f = fault{inRecording.File, inRecording.Code, inRecording.HintCode, inRecording.Args}
		switch {
		case inRecording.Line > 0:
			f.place = fmt.Sprintf("%s:%d:%d", inRecording.File, inRecording.Line, inRecording.Col)
		case inRecording.Path != "":
			f.place += ": " + inRecording.Path
		}
	default:
		return fault{}, false
	}
	return f, true
}

// aboutFile is a complaint about a file's contents. Its hint is that of the
// fault, else the general one of the kind of file.
func (a *app) aboutFile(kind string, f fault, err error) *complaint {
	args := checks.Args{"place": f.place}
	if hint := a.texts.FaultHint(f.code, f.hint); hint != "" {
		args["hint"] = hint
		return complain(kind, "given", args).because(err)
	}
	return complain(kind, kind, args).because(err)
}

// reason says in the user's language why something failed; what that language
// has no words for is the detail, in English.
func (a *app) reason(err error) (text, detail string) {
	if f, ok := faultIn(err); ok && f.code != "unreadable" {
		if text, detail, ok := a.texts.Fault(f.code, shortened(f.args)); ok {
			return text, detail
		}
	}
	english := plain(err)
	if text, ok := a.texts.Phrase(english); ok {
		return text, ""
	}
	return "", english
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

// longestFound is how much is quoted of what somebody wrote, in characters.
const longestFound = 100

func shortened(args resolver.Args) resolver.Args {
	short := resolver.Args{}
	for name, text := range args {
		if name != "list" {
			text = abridged(text)
		}
		short[name] = report.Clean(text)
	}
	return short
}

// abridged is the beginning of a text that is too long to be quoted.
func abridged(text string) string {
	if all := []rune(text); len(all) > longestFound {
		return string(all[:longestFound]) + "…"
	}
	return text
}
