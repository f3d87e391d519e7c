package rulepage

import (
	"regexp"
	"strings"

	"mailauth/cmd/internal/report"
)

// link is a Markdown link; its text is enough on a terminal.
var link = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)

// Terminal is a page as a terminal shows it: headings without marks, what the
// program prints as it prints it, sentences broken at the width.
func Terminal(markdown string, width int) string {
	var b strings.Builder
	fenced := false
	for _, line := range strings.Split(strings.TrimRight(markdown, "\n"), "\n") {
		switch {
		case line == "```":
			fenced = !fenced
			continue
		case fenced:
			b.WriteString(strings.TrimRight("    "+line, " ") + "\n")
			continue
		}
		line = strings.ReplaceAll(link.ReplaceAllString(line, "$1"), "`", "")
		hang := ""
		if number := numbered.FindString(line); number != "" {
			hang = strings.Repeat(" ", len(number))
		}
		line = strings.TrimLeft(line, "# ")
		if line == "" {
			b.WriteString("\n")
			continue
		}
		for i, part := range report.Wrap(line, width, width-len(hang)) {
			if i > 0 {
				part = hang + part
			}
			b.WriteString(part + "\n")
		}
	}
	return b.String()
}

var numbered = regexp.MustCompile(`^\d+\. `)
