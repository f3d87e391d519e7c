package report

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Width is the number of terminal columns; a character of ambiguous width
// takes one.
func Width(text string) int { return ansi.StringWidth(text) }

// spaces is n columns of nothing; a negative n is none.
func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }

// Pad fills text up to n columns.
func Pad(text string, n int) string { return text + spaces(n-Width(text)) }

// apart puts two texts at both ends of a line of n columns, at least two
// columns apart; ok is false if they do not fit.
func apart(left, right string, n int) (line string, ok bool) {
	gap := n - Width(left) - Width(right)
	return left + spaces(max(gap, 2)) + right, gap >= 2
}

// Wrap breaks a sentence into lines of at most first, then rest columns. It
// breaks at spaces and between Japanese characters, but not before closing
// punctuation or after an opening bracket (JIS X 4051), and never inside a name
// or an address: one that is too long gets a line of its own.
func Wrap(text string, first, rest int) []string {
	var lines []string
	line, room := "", first
	for _, a := range atoms(text) {
		fits := Width(line)+Width(a.space)+Width(a.text) <= room
		switch {
		case line == "":
			line = a.text
		case fits:
			line += a.space + a.text
		default:
			lines = append(lines, line)
			line, room = a.text, rest
		}
	}
	return append(lines, line)
}

// atom is a piece of text that is not broken, with the space before it.
type atom struct{ space, text string }

func atoms(text string) []atom {
	var list []atom
	last := rune(' ')
	space := ""
	for _, r := range text {
		switch {
		case r == ' ':
			space += " "
		case len(list) > 0 && space == "" && !mayBreak(last, r):
			list[len(list)-1].text += string(r)
		default:
			list = append(list, atom{space, string(r)})
			space = ""
		}
		last = r
	}
	return list
}

const (
	neverFirst = "、。」』】）)]}・：；！？ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々…,.:;!?%"
	neverLast  = "「『【（([{"
)

// mayBreak reports whether a line may end between two characters that no space
// parts.
func mayBreak(before, after rune) bool {
	switch {
	case strings.ContainsRune(neverFirst, after), strings.ContainsRune(neverLast, before):
		return false
	case '0' <= before && before <= '9' && isWide(after): // 10件
		return false
	case Width(string(after)) == 0: // a combining mark
		return false
	}
	return isWide(before) || isWide(after)
}

func isWide(r rune) bool { return Width(string(r)) == 2 }

// cut is the part of a line between two columns.
func cut(text string, start, end int) string { return ansi.Cut(text, start, end) }
