package cli

import (
	"io"

	"golang.org/x/term"
)

const (
	defaultWidth = 80
	leastWidth   = 40
	mostWidth    = 100 // longer lines are hard to read
)

// columns returns the width for sentences, and whether out is a terminal.
func columns(out io.Writer) (width int, terminal bool) {
	file, ok := fileOf(out)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return defaultWidth, false
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil || width < 1 {
		return defaultWidth, true
	}
	return min(max(width, leastWidth), mostWidth), true
}

// colored decides about colour: "always", "never", or "auto": on a terminal
// that can, unless NO_COLOR is set (no-color.org).
func colored(mode string, terminal bool, env func(string) string) bool {
	switch mode {
	case "always":
		return true
	case "never":
		return false
	}
	return terminal && env("NO_COLOR") == "" && env("TERM") != "dumb"
}
