package report

import (
	"unicode/utf8"

	"mailauth/checks"
)

const (
	longRecord   = 1000 // columns of a record that are printed without -v
	windowLead   = 24   // columns that stay before what is marked
	windowSize   = 120  // columns that stay of one line
	windowLines  = 6    // lines that stay
	longArgument = 300  // octets of an argument in a sentence
)

const ellipsis = "…"

// abridge cuts a long record down to what is marked in it; cut says whether it
// did. Who prints it must say so, and -v prints records whole.
func abridge(lines []excerptLine) (short []excerptLine, cut bool) {
	total := 0
	for _, line := range lines {
		total += Width(line.text)
	}
	if total <= longRecord {
		return lines, false
	}
	for _, line := range lines[:min(len(lines), windowLines)] {
		short = append(short, line.window())
	}
	if len(lines) > windowLines {
		short = append(short, excerptLine{ellipsis, -1, -1})
	}
	return short, true
}

// window is the part of a line around what is marked, else its beginning.
func (l excerptLine) window() excerptLine {
	width := Width(l.text)
	if width <= windowSize {
		return l
	}
	from := max(l.start-windowLead, 0)
	to := min(from+windowSize, width)
	w := excerptLine{cut(l.text, from, to), l.start, l.end}
	if to < width {
		w.text += " " + ellipsis
	}
	if from > 0 {
		w.text = ellipsis + " " + w.text
		from -= Width(ellipsis + " ")
	}
	if l.marked() {
		w.start, w.end = l.start-from, min(l.end, to)-from
	}
	return w
}

// abridgeText is a part of a record that stands in a sentence.
func abridgeText(text string) string {
	if Width(text) <= 2*windowSize {
		return text
	}
	return cut(text, 0, 2*windowSize) + ellipsis
}

// inSentences are the arguments of a text, the longest of them cut: a sentence
// is for reading. The finding's arguments and the record stay whole.
func inSentences(args checks.Args) checks.Args {
	short := make(checks.Args, len(args))
	for name, value := range args {
		if text, ok := value.(string); ok && len(text) > longArgument {
			end := longArgument
			for end > 0 && !utf8.RuneStart(text[end]) {
				end--
			}
			value = text[:end] + ellipsis
		}
		short[name] = value
	}
	return short
}
