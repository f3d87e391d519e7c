package report

import (
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

// form prints a fix that waits for the user: what there is to decide, and what
// the records become then. It is no edit yet: without its signs and words nobody,
// and no script, takes it for one.
func (p *page) form(fix Fix) {
	for _, c := range fix.Choices {
		p.choice(c, fix)
	}
	p.documents(fix)
	removed := 0
	for _, e := range fix.Edits {
		removed += len(e.Remove)
	}
	switch {
	case len(fix.Edits) == 0:
		return
	case p.Panel:
		p.say(p.note, p.text("form-zone", checks.Args{"zone": BareName(p.zoneOf(fix.Edits[0].Name))}))
	case removed > 1 || len(fix.Documents) > 0:
		p.say(p.note, p.text("form-publish", nil))
	}
	for _, e := range fix.Edits {
		for _, rdata := range e.Add {
			p.formOf(e, rdata, func(string) bool { return true })
		}
	}
	if removed < 2 { // one is what the finding shows
		return
	}
	p.say(p.note, p.text("form-remove", nil))
	for _, e := range fix.Edits {
		for _, rdata := range e.Remove {
			p.formOf(e, rdata, func(id string) bool { return id == "value" || id == "priority" })
		}
	}
}

func (p *page) formOf(e resolver.Edit, rdata string, wanted func(id string) bool) {
	if p.Panel {
		p.fields(e, rdata, wanted)
		return
	}
	p.line(spaces(deep+2), zoneLine(e, rdata))
}

// choice asks for what only the user knows; the edits name the place where it
// belongs. Records to choose from stand whole on lines of their own, words in
// the sentence.
func (p *page) choice(c Choice, fix Fix) {
	place := "<" + c.Name + ">"
	named := slices.ContainsFunc(fix.Edits, func(e resolver.Edit) bool {
		return slices.ContainsFunc(e.Add, func(rdata string) bool { return strings.Contains(rdata, place) })
	}) || slices.ContainsFunc(fix.Documents, func(d checks.Document) bool { return strings.Contains(d.Text, place) })
	if !named {
		place = ""
	}
	args := checks.Args{"text": c.Text, "place": place, "values": c.Values}
	words := len(c.Values) > 0 && !slices.ContainsFunc(c.Values, func(value string) bool { return strings.Contains(value, " ") })
	if words {
		p.say(p.note, p.text("choice-of", args))
		return
	}
	p.say(p.note, p.text("choice", args))
	for _, value := range c.Values {
		p.line(spaces(deep+2), Clean(value))
	}
}
