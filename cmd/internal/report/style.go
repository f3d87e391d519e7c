package report

import (
	"charm.land/lipgloss/v2"

	"mailauth/checks"
)

// paint colours one line of text.
type paint func(text string) string

// styles paints words. Without colour every paint returns its text as it is:
// no meaning is in the colour alone.
type styles struct{ bad, warn, note, good, faint, strong paint }

func newStyles(color bool) styles {
	if !color {
		plain := func(text string) string { return text }
		return styles{plain, plain, plain, plain, plain, plain}
	}
	in := func(style lipgloss.Style) paint {
		return func(text string) string { return style.Render(text) }
	}
	base := lipgloss.NewStyle()
	return styles{
		bad:    in(base.Foreground(lipgloss.Red).Bold(true)),
		warn:   in(base.Foreground(lipgloss.Yellow).Bold(true)),
		note:   in(base.Foreground(lipgloss.Cyan)),
		good:   in(base.Foreground(lipgloss.Green)),
		faint:  in(base.Faint(true)),
		strong: in(base.Bold(true)),
	}
}

func (s styles) severity(sev checks.Severity) paint {
	switch sev {
	case checks.Error:
		return s.bad
	case checks.Warning:
		return s.warn
	}
	return s.note
}

func (s styles) status(status checks.Status) paint {
	switch status {
	case checks.StatusFail:
		return s.bad
	case checks.StatusWarn, checks.StatusUnknown:
		return s.warn
	case checks.StatusPass:
		return s.good
	}
	return s.faint
}

// marks of the statuses.
var marks = map[checks.Status]string{
	checks.StatusPass: "✓", checks.StatusFail: "✗", checks.StatusWarn: "!",
	checks.StatusUnknown: "?", checks.StatusNone: "–",
}
