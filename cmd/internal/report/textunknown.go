package report

import (
	"maps"
	"slices"
	"strings"

	"mailauth/checks"
)

// fewQuestions is how many unanswered questions of a kind are listed without -v.
const fewQuestions = 6

func unansweredOf(r Report) []Finding {
	return slices.DeleteFunc(slices.Clone(r.Findings), func(f Finding) bool { return f.Rule != checks.TempFail.ID })
}

// unanswered says in one block what nobody could tell: the questions by what
// happened to them, and how much was not judged for it.
func (p *page) unanswered(r Report) {
	found := unansweredOf(r)
	if len(found) == 0 {
		return
	}
	p.gap()
	word := p.text("severity-unknown", nil)
	p.head(word, p.warn, p.text("unanswered-head", checks.Args{"count": len(found)}), checks.TempFail.ID)
	var kinds []string
	byKind := map[string][]Finding{}
	for _, f := range found {
		kind, _ := f.Args["error"].(string)
		if byKind[kind] == nil {
			kinds = append(kinds, kind)
		}
		byKind[kind] = append(byKind[kind], f)
	}
	for _, kind := range kinds {
		p.sentence(indent, p.kindOf(kind))
		p.questions(byKind[kind])
	}
	p.labelled("blocked", p.blocked(found))
	var said []string
	for _, f := range found {
		if !slices.Contains(said, f.Mend) {
			p.labelled("mend", f.Mend)
			said = append(said, f.Mend)
		}
	}
}

func (p *page) kindOf(kind string) string {
	if id := errorID(kind); p.Texts.Has(id) {
		return p.Texts.Text(id, nil)
	}
	return Clean(kind)
}

// questions lists names with the types that were asked for.
func (p *page) questions(found []Finding) {
	var names []string
	types := map[string][]string{}
	for _, f := range found {
		name, asked := subject(f)
		if types[name] == nil {
			names = append(names, name)
		}
		types[name] = append(types[name], asked...)
	}
	shown := names
	if !p.Verbose && len(names) > fewQuestions {
		shown = names[:fewQuestions]
	}
	for _, name := range shown {
		p.line(spaces(deep), Clean(name), " ", strings.Join(types[name], ", "))
		if p.Verbose {
			p.details(found, name)
		}
	}
	if more := len(names) - len(shown); more > 0 {
		p.line(spaces(deep), p.faint(p.text("more-names", checks.Args{"count": more})))
	}
}

// subject is what had no answer: the name and the type that was asked for, or
// the address of a document.
func subject(f Finding) (name string, types []string) {
	if url, ok := f.Args["url"].(string); ok {
		return url, []string{}
	}
	return f.Name, []string{f.Type.String()}
}

// details are the error as it came and the rules that it blocks.
func (p *page) details(found []Finding, name string) {
	for _, f := range found {
		if about, _ := subject(f); about != name {
			continue
		}
		p.sentence(deep+2, p.detail(f))
		p.sentence(deep+2, p.text("blocks", checks.Args{"rules": f.Blocks}))
	}
}

// detail says who failed to answer and why, beyond the kind of failure; what
// has no words in the language is quoted.
func (p *page) detail(f Finding) string {
	server, _ := f.Args["server"].(string)
	cause, _ := f.Args["cause"].(string)
	if known, ok := p.Texts.Phrase(server); ok { // the edits of a fix answer too
		server = known
	}
	said, ok := p.Texts.Phrase(cause)
	if !ok && cause != "" {
		said = p.text("detail", checks.Args{"text": cause})
	}
	switch {
	case server == "":
		return Clean(said)
	case cause == "":
		return p.text("asked", checks.Args{"server": server})
	}
	return p.text("asked-because", checks.Args{"server": server, "cause": said})
}

// listed reports whether a protocol has its place in lists of them.
func (p *page) listed(protocol string) bool {
	return protocol == "other" || slices.Contains(protocols, protocol)
}

// blocked counts the rules that could not be judged, by protocol.
func (p *page) blocked(found []Finding) string {
	rules := map[string]bool{}
	for _, f := range found {
		for _, id := range f.Blocks {
			rules[id] = true
		}
	}
	counts := map[string]int{}
	for id := range rules {
		protocol := (&checks.Rule{ID: id}).Protocol()
		if !p.Texts.Has("report.check-" + protocol) {
			protocol = "other"
		}
		counts[protocol]++
	}
	var parts []string
	named := slices.Sorted(maps.Keys(counts))
	for _, protocol := range slices.Concat(protocols, slices.DeleteFunc(named, p.listed), []string{"other"}) {
		if counts[protocol] > 0 {
			parts = append(parts, p.text("blocked", checks.Args{"count": counts[protocol], "check": p.text("check-"+protocol, nil)}))
		}
	}
	return p.Texts.List(parts)
}
