package spf

import (
	"cmp"
	"slices"
	"strings"
)

// text is the record with all corrections.
func (p *plan) text() string { return p.with(nil) }

// with is the record with all corrections, and others in the place of some.
func (p *plan) with(c change, more ...string) string {
	text := p.form(c, more...)
	for range maxRounds {
		r := Parse(text)
		if faults := r.corrections(); len(faults) > 0 {
			text = r.apply(faults)
			continue
		}
		if len(r.faults()) > 0 || !r.repeats() {
			break
		}
		merged := merge(r.segments())
		if len(merged.Texts) > 1 {
			break
		}
		text = merged.Texts[0]
	}
	return text
}

// form is with for text that is no record yet, since it has a gap for what
// only the user knows.
func (p *plan) form(c change, more ...string) string {
	changes := map[int]string{}
	for start, text := range p.changes {
		changes[start] = text
	}
	for t, text := range c {
		changes[t.Span.Start] = text
	}
	return p.written(changes, append(p.more[:len(p.more):len(p.more)], more...))
}

func (p *plan) written(changes map[int]string, more []string) string {
	patches := slices.DeleteFunc(p.record.corrections(), func(e SyntaxError) bool {
		_, changed := changes[e.Whole.Start]
		return changed
	})
	for i := range p.record.Terms {
		t := &p.record.Terms[i]
		if text, changed := changes[t.Span.Start]; changed {
			patches = append(patches, SyntaxError{Whole: t.Span, Suggest: text, Term: i})
		}
	}
	slices.SortFunc(patches, func(a, b SyntaxError) int { return cmp.Compare(a.Whole.Start, b.Whole.Start) })
	text := p.record.apply(patches)
	if len(more) == 0 {
		return text
	}
	return strings.TrimRight(text, " ") + " " + strings.Join(more, " ")
}

// corrections lists the mistakes and oddities whose remedy is certain, in the
// order of the text.
func (r *Record) corrections() []SyntaxError {
	list := append(sure(r.faults()), sure(r.oddities())...)
	sortBySpan(list)
	return list
}

// oddities lists the remarks on what does no harm.
func (r *Record) oddities() []SyntaxError {
	return slices.DeleteFunc(slices.Clone(r.Remarks), func(e SyntaxError) bool { return e.Problem.grave() || e.Problem == VersionRepeated })
}

func sure(list []SyntaxError) []SyntaxError {
	return slices.DeleteFunc(slices.Clone(list), func(e SyntaxError) bool { return !e.Certain })
}

// repeats reports a second version inside the record: two records in one.
func (r *Record) repeats() bool {
	return slices.ContainsFunc(r.Remarks, func(e SyntaxError) bool { return e.Problem == VersionRepeated })
}
