package report

import (
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

// excerptLine is a line of evidence as it is printed, with the columns to
// underline: none if both are -1, a place between two characters if they are equal.
type excerptLine struct {
	text       string
	start, end int
}

// marked reports whether part of the line is underlined.
func (l excerptLine) marked() bool { return l.start >= 0 }

// excerpt shows a record: the lines of the zone file that it stands in, if
// there is one that still holds it, else its data.
func excerpt(e Evidence, lines func(file string) []string) []excerptLine {
	if e.Record == nil {
		return nil
	}
	data := *e.Record
	if e.isText() {
		data = unescape(data)
	}
	if e.File != nil {
		shown := wholeLine(e, lines(*e.File))
		if e.isText() {
			shown = zoneExcerpt(e, lines(*e.File), data)
		}
		if shown != nil {
			return shown
		}
	}
	text, columns := layOut(data)
	start, end := -1, -1
	if e.Span != nil {
		span := clamp(*e.Span, len(data))
		start, end = columns[span.Start], columns[span.End]
	}
	return []excerptLine{{text, start, end}}
}

// isText reports whether the record is made of character-strings.
func (e Evidence) isText() bool { return e.Type == resolver.TypeTXT || e.Type == resolver.TypeSPF }

// wholeLine shows the line of a record that is not text, if it still holds the
// record. Names in it are relative to an origin above the owner.
func wholeLine(e Evidence, lines []string) []excerptLine {
	if e.Span != nil || *e.Line < 1 || *e.Line > len(lines) {
		return nil
	}
	line := lines[*e.Line-1]
	if *e.Column < 1 || *e.Column > len(line) {
		return nil
	}
	written, _, _ := strings.Cut(line[*e.Column-1:], ";")
	fields, err := resolver.SplitFields(strings.TrimSpace(written))
	if err != nil {
		return nil
	}
	for origin := e.Name; ; origin = resolver.Parent(origin) {
		if data, err := resolver.ParseFields(e.Type, fields, origin); err == nil && data.String() == *e.Record {
			text, _ := layOut(strings.TrimRight(line, "\r"))
			return []excerptLine{{text, -1, -1}}
		}
		if origin == "." {
			return nil
		}
	}
}

func zoneExcerpt(e Evidence, lines []string, data string) []excerptLine {
	places, ok := locate(lines, *e.Line, *e.Column, data)
	if !ok || len(places) == 0 {
		return nil
	}
	marked, underline := places, e.Span != nil
	if underline {
		marked = spanned(places, clamp(*e.Span, len(data)))
	}
	var shown []excerptLine
	for i := marked[0].line; i <= marked[len(marked)-1].line; i++ {
		text, columns := layOut(strings.TrimSuffix(lines[i], "\r"))
		line := excerptLine{text, -1, -1}
		for _, p := range marked {
			if !underline || p.line != i {
				continue
			}
			if line.start < 0 {
				line.start = columns[p.start]
			}
			line.end = columns[p.end]
		}
		shown = append(shown, line)
	}
	return shown
}

// spanned returns the places of a span; of an empty one the place where it
// stands, with no octet in it.
func spanned(places []octetPlace, span checks.Span) []octetPlace {
	switch {
	case !span.Empty():
		return places[span.Start:span.End]
	case span.Start < len(places):
		p := places[span.Start]
		return []octetPlace{{p.line, p.start, p.start}}
	}
	p := places[len(places)-1]
	return []octetPlace{{p.line, p.end, p.end}}
}

func clamp(s checks.Span, n int) checks.Span {
	start := min(max(s.Start, 0), n)
	return checks.Span{Start: start, End: min(max(s.End, start), n)}
}

// layOut returns data as it is printed, and the column of each of its octets
// and of its end. Tabs become spaces up to the next multiple of eight.
func layOut(data string) (text string, columns []int) {
	var b strings.Builder
	columns = make([]int, len(data)+1)
	column := 0
	for at := 0; at < len(data); {
		shown, size := glyph(data[at:])
		if data[at] == '\t' {
			shown = spaces(8 - column%8)
		}
		for i := range size {
			columns[at+i] = column
		}
		b.WriteString(shown)
		column += Width(shown)
		at += size
	}
	columns[len(data)] = column
	return b.String(), columns
}
