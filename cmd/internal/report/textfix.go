package report

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/resolver"
)

// edits remembers which rule's fix has printed which edits.
type edits map[string]string

// first returns the rule whose fix printed the same change before, or "".
func (e edits) first(fix Fix, rule string) string {
	key, err := json.Marshal([]any{fix.Edits, fix.Documents})
	if err != nil || len(fix.Edits)+len(fix.Documents) == 0 {
		return ""
	}
	if before, ok := e[string(key)]; ok {
		return before
	}
	e[string(key)] = rule
	return ""
}

// fixes prints what to do: the fixes with their edits, each set of edits once,
// or the advice where there is none.
func (p *page) fixes(f Finding, shown edits) {
	if len(f.Fixes) == 0 {
		p.labelled("mend", f.Mend)
		return
	}
	for i, fix := range f.Fixes {
		label := "fix"
		if i > 0 {
			label = "or"
		}
		p.labelled(label, fix.Title)
		if before := shown.first(fix, f.Rule); before != "" {
			p.hanging(spaces(labelColumn-indent), p.text("same-edits", checks.Args{"rule": before}))
			continue
		}
		if len(fix.Choices) > 0 {
			p.form(fix)
			continue
		}
		p.outcome(fix)
		p.documents(fix)
		if len(fix.Documents) > 0 && len(fix.Edits) > 0 {
			p.say(p.note, p.text("document-then", nil))
		}
		for _, e := range fix.Edits {
			p.edit(e)
		}
	}
}

// documents prints the files that a web server is to have, whole, for copying.
func (p *page) documents(fix Fix) {
	for _, d := range fix.Documents {
		p.say(p.note, p.text("document", checks.Args{"url": d.URL}))
		for line := range strings.Lines(d.Text) {
			p.line(spaces(deep+2), Clean(strings.TrimRight(line, "\r\n")))
		}
	}
}

// say prints a sentence about a fix under its title.
func (p *page) say(paint paint, text string) {
	room := p.Width - labelColumn
	for _, line := range Wrap(text, room, room) {
		p.line(spaces(labelColumn), paint(line))
	}
}

// outcome says whether the fix was tried.
func (p *page) outcome(fix Fix) {
	switch {
	case fix.Verified:
		p.say(p.good, p.left(fix.Left))
	case fix.Reason != "":
		p.say(p.warn, fix.Reason)
	}
}

func (p *page) left(left *Left) string {
	switch {
	case left == nil:
		return p.text("tried", nil)
	case left.Errors > 0:
		return p.text("tried-errors", checks.Args{"count": left.Errors})
	case left.Warnings > 0:
		return p.text("tried-warnings", checks.Args{"count": left.Warnings})
	}
	return p.text("tried-clean", nil)
}

// edit prints a change of an RRset, whole, for copying.
func (p *page) edit(e resolver.Edit) {
	if p.Panel {
		p.panelEdit(e)
		return
	}
	for _, rdata := range e.Remove {
		p.line(spaces(deep), p.bad("- "+zoneLine(e, rdata)))
	}
	for _, rdata := range e.Add {
		p.line(spaces(deep), p.good("+ "+zoneLine(e, rdata)))
	}
}

func zoneLine(e resolver.Edit, rdata string) string {
	return Clean(fmt.Sprintf("%s %d IN %s %s", e.Name, e.TTL, e.Type, rdata))
}

// panelEdit prints a change as the fields of a web panel: host relative to the
// zone, type, and the value without quotes, as one string.
func (p *page) panelEdit(e resolver.Edit) {
	zone := p.zoneOf(e.Name)
	for _, change := range []struct {
		id    string
		paint paint
		rdata []string
	}{{"panel-remove", p.bad, e.Remove}, {"panel-add", p.good, e.Add}} {
		for _, rdata := range change.rdata {
			p.line(spaces(deep), change.paint(p.text(change.id, checks.Args{"zone": BareName(zone)})))
			p.fields(e, rdata, func(id string) bool { return id != "ttl" || change.id == "panel-add" })
		}
	}
}

// fields prints the fields of a record that are wanted, one a line.
func (p *page) fields(e resolver.Edit, rdata string, wanted func(id string) bool) {
	for _, field := range panelFields(e, rdata, p.zoneOf(e.Name)) {
		if wanted(field.id) {
			p.line(spaces(deep+2), Pad(p.text("panel-"+field.id, nil), 10), Clean(field.value))
		}
	}
}

type panelField struct{ id, value string }

func panelFields(e resolver.Edit, rdata, zone string) []panelField {
	fields := []panelField{{"host", hostIn(e.Name, zone)}, {"type", e.Type.String()}}
	value := rdata
	if data, err := resolver.ParseRData(e.Type, rdata); err == nil {
		switch d := data.(type) {
		case resolver.TXT:
			value = d.Joined()
		case resolver.MX:
			fields = append(fields, panelField{"priority", fmt.Sprint(d.Preference)})
			value = BareName(d.Host)
		case resolver.CNAME:
			value = BareName(d.Target)
		}
	}
	return append(fields, panelField{"value", value}, panelField{"ttl", fmt.Sprint(e.TTL)})
}

// hostIn is a name relative to its zone, "@" for the apex.
func hostIn(name, zone string) string {
	if name == zone {
		return "@"
	}
	return strings.TrimSuffix(name, "."+zone)
}

// zoneOf is the zone that a panel manages: the deepest one given, else the
// organizational domain.
func (p *page) zoneOf(name string) string {
	zones := slices.SortedFunc(slices.Values(p.Zones), func(a, b string) int { return len(b) - len(a) })
	for _, apex := range zones {
		if resolver.IsSubdomain(name, apex) {
			return apex
		}
	}
	return checks.OrganizationalDomain(name)
}
