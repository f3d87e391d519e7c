package catalog

import "mailauth/checks"

// Fault says in the language what is wrong with a zone, a recording or an edit.
// The code and its arguments are those of the error. A reason that the language
// has no words for is left out of the text and comes as detail, in English. Ok is
// false for a code without a text.
func (l *Localizer) Fault(code string, given map[string]string) (text, detail string, ok bool) {
	args := checks.Args{}
	for name, value := range given {
		args[name] = value
	}
	if why := given["why"]; why != "" {
		said, ok := l.Phrase(why)
		if args["why"] = said; !ok {
			detail = why
		}
	}
	switch {
	case l.Has("expected." + code):
		return l.foundExpected(l.Text("expected."+code, args), given["found"]), detail, true
	case l.Has("fault." + code):
		return l.Text("fault."+code, args), detail, true
	}
	return "", "", false
}

// foundExpected says what stands where something else has to; nothing is found
// at the end of a line.
func (l *Localizer) foundExpected(expected, found string) string {
	if found == "" {
		found = l.Text("fault.found-end", nil)
	} else {
		found = l.Text("fault.found-quoted", checks.Args{"text": found})
	}
	return l.Text("fault.found-expected", checks.Args{"found": found, "expected": expected})
}

// FaultHint says what helps against an error: the hint that comes with it, else
// what helps against its code, else nothing.
func (l *Localizer) FaultHint(code, hint string) string {
	for _, id := range []string{"fault-hint." + hint, "fault-help." + code} {
		if l.Has(id) {
			return l.Text(id, nil)
		}
	}
	return ""
}
