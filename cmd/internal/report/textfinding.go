package report

import (
	"slices"
	"strings"

	"mailauth/checks"
)

const (
	indent      = 3  // of everything that belongs to a finding
	deep        = 5  // of records and edits
	labelColumn = 12 // where the text after a label begins
)

// findings prints the errors and warnings, worst first, and infos if asked to.
func (p *page) findings(r Report) {
	shown := edits{}
	for _, f := range r.Findings {
		if f.Rule == checks.TempFail.ID || f.Severity == checks.Info && !p.Verbose {
			continue
		}
		p.gap()
		p.headline(f)
		p.evidence(f.Evidence)
		p.related(f)
		p.labelled("effect", f.Effect)
		p.fixes(f, shown)
		p.line(spaces(indent), p.faint(Clean(f.Citation)+"   mailauth explain "+f.Rule))
	}
}

// gap parts a block from what stands above it.
func (p *page) gap() {
	if p.Len() > 0 {
		p.line()
	}
}

// headline is severity, sentence and rule; the rule stands at the right.
func (p *page) headline(f Finding) {
	word := p.text("severity-"+f.Severity.String(), nil)
	p.head(word, p.severity(f.Severity), f.Message, f.Rule)
}

func (p *page) head(word string, paint paint, sentence, rule string) {
	hang := Width(word) + 2
	lines := Wrap(sentence, p.Width-hang-Width(rule)-2, p.Width-hang)
	first, _ := apart(word+"  "+lines[0], rule, p.Width)
	first = strings.TrimSuffix(strings.TrimPrefix(first, word), rule)
	p.line(paint(word), first, p.faint(rule))
	for _, line := range lines[1:] {
		p.line(spaces(hang), line)
	}
}

// labelled prints a sentence behind its label; nothing if there is none.
func (p *page) labelled(label, sentence string) {
	if sentence == "" {
		return
	}
	p.hanging(p.strong(Pad(p.text("label-"+label, nil), labelColumn-indent)), sentence)
}

// hanging prints a sentence behind a label that fills the column.
func (p *page) hanging(label, sentence string) {
	room := p.Width - labelColumn
	for i, line := range Wrap(sentence, room, room) {
		if i == 0 {
			p.line(spaces(indent), label, line)
		} else {
			p.line(spaces(labelColumn), line)
		}
	}
}

// evidence prints where the record is, the record, and a line under the part
// that matters.
func (p *page) evidence(e Evidence) {
	p.line(spaces(indent), p.place(e))
	lines := excerpt(e, p.Lines)
	short := false
	if !p.Verbose {
		lines, short = abridge(lines)
	}
	last := lastMarked(lines)
	for i, line := range lines {
		p.line(spaces(deep), line.text)
		note := ""
		if i == last {
			note = e.Note
		}
		p.underline(line, note)
	}
	if short {
		p.line(spaces(deep), p.faint(p.text("cut", checks.Args{"count": len(unescape(*e.Record))})))
	}
	if len(lines) == 0 && e.Note != "" {
		p.sentence(deep, e.Note)
	}
}

// lastMarked is the line that the note stands under: the last one of those that
// are underlined, else the last.
func lastMarked(lines []excerptLine) int {
	for i := len(lines) - 1; i >= 0; i-- {
		if lines[i].marked() {
			return i
		}
	}
	return len(lines) - 1
}

// place is file and line, owner and type, and who answered.
func (p *page) place(e Evidence) string {
	owner := Clean(e.Name) + " " + e.Type.String()
	switch {
	case e.URL != "":
		return e.URL
	case e.File != nil:
		return p.text("place-file", checks.Args{"file": *e.File, "line": *e.Line}) + "  " + owner
	case e.Server != nil && p.Cached && e.TTL != nil:
		return owner + "  " + p.faint(p.text("place-cache", checks.Args{"server": *e.Server, "time": p.duration(*e.TTL)}))
	case e.Server != nil:
		return owner + "  " + p.faint(p.text("place-server", checks.Args{"server": *e.Server}))
	}
	return owner
}

// duration prints seconds in the unit that reads best.
func (p *page) duration(ttl uint32) string {
	switch {
	case ttl < 120:
		return p.text("seconds", checks.Args{"count": ttl})
	case ttl < 2*3600:
		return p.text("minutes", checks.Args{"count": (ttl + 30) / 60})
	case ttl < 48*3600:
		return p.text("hours", checks.Args{"count": (ttl + 1800) / 3600})
	}
	return p.text("days", checks.Args{"count": (ttl + 43200) / 86400})
}

func (p *page) underline(line excerptLine, note string) {
	if !line.marked() {
		p.sentence(deep, note)
		return
	}
	if deep+line.end > p.reach() {
		p.sentence(deep, p.part(cut(line.text, line.start, line.end), note))
		return
	}
	tildes := strings.Repeat("~", max(line.end-line.start, 0))
	if tildes == "" {
		tildes = "^"
	}
	at := spaces(deep + line.start)
	if deep+line.start+Width(tildes)+1+Width(note) <= p.Width {
		p.line(at, p.warn(tildes), " ", note)
		return
	}
	p.line(at, p.warn(tildes))
	p.sentence(deep, note)
}

// part quotes a part of a record with what is to be said of it.
func (p *page) part(text, note string) string {
	switch {
	case note == "":
		return p.text("here", checks.Args{"text": text})
	case strings.Contains(note, text):
		return note
	}
	return text + ": " + note
}

// reach is the column up to which a record is underlined: what is further right
// a terminal breaks, and a reader of a file does not see.
func (p *page) reach() int {
	if p.Terminal {
		return p.Width
	}
	return 2 * p.Width
}

// sentence prints a wrapped sentence; nothing if it is empty.
func (p *page) sentence(margin int, text string) {
	if text == "" {
		return
	}
	for _, line := range Wrap(text, p.Width-margin, p.Width-margin) {
		p.line(spaces(margin), line)
	}
}

// fewPlaces is how many further places in a record are listed without -v.
const fewPlaces = 12

// related prints further evidence, and what follows from the finding if asked to.
func (p *page) related(f Finding) {
	shown := []Evidence{f.Evidence}
	var follow []string
	again := 0
	for _, r := range f.Related {
		switch {
		case r.Rule != "":
			follow = append(follow, r.Rule)
		case r.Record == nil && f.Record == nil && r.Name == f.Name && r.Type == f.Type: // more about the same document
			p.sentence(deep, r.Note)
		case slices.ContainsFunc(shown, r.sameRecord):
			if again++; again <= fewPlaces || p.Verbose {
				p.again(r.Evidence)
			}
		default:
			p.evidence(r.Evidence)
			shown = append(shown, r.Evidence)
		}
	}
	if again > fewPlaces && !p.Verbose {
		p.line(spaces(deep), p.faint(p.text("more-places", checks.Args{"count": again - fewPlaces})))
	}
	if len(follow) > 0 && p.Verbose {
		p.labelled("follows", p.text("follows", checks.Args{"rules": follow}))
	}
}

// sameRecord reports whether two pieces of evidence lie in one record.
func (e Evidence) sameRecord(other Evidence) bool {
	return e.Record != nil && other.Record != nil && *e.Record == *other.Record && e.Name == other.Name && e.Type == other.Type
}

// again points into a record that stands above, by quoting the part.
func (p *page) again(e Evidence) {
	if e.Span == nil {
		p.sentence(deep, e.Note)
		return
	}
	data := *e.Record
	if e.isText() {
		data = unescape(data)
	}
	part, _ := layOut(clamp(*e.Span, len(data)).Of(data))
	if !p.Verbose {
		part = abridgeText(part)
	}
	p.sentence(deep, p.part(part, e.Note))
}
