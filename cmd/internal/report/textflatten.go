package report

import (
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/checks/spf/flatten"
	"mailauth/resolver"
)

// Flattened prints a plan: what came of it, what to publish, what stays and why.
func (t *Text) Flattened(f Flattened) error {
	p := flattenPage{&page{Text: t}}
	p.title(f.Domain, "   "+p.text("cost", checks.Args{"count": f.DNS.Questions, "seconds": seconds(f.DNS.ElapsedMS)}))
	p.summary(f)
	p.obstacles(f)
	p.edits(f)
	p.stays(f)
	p.left(f)
	p.changes(f)
	p.notes(f)
	p.page.unanswered(Report{Findings: findingsOf(f.Unanswered)})
	return p.print()
}

// flattenPage is the page of a plan.
type flattenPage struct{ *page }

func (p flattenPage) say(id string, args checks.Args) string {
	return Clean(p.Texts.Text("flatten."+id, args))
}

// row prints a line with a mark and a label.
func (p flattenPage) row(status checks.Status, label, text string) {
	room := p.Width - summaryColumn - 2
	for i, line := range Wrap(text, room, room) {
		head := spaces(summaryColumn + 2)
		if i == 0 {
			head = "  " + p.status(status)(marks[status]) + " " + Pad(p.say("label-"+label, nil), summaryColumn-2)
		}
		p.line(head, line)
	}
}

// verdictStatus is the mark of a verdict.
func verdictStatus(v flatten.Verdict) checks.Status {
	switch v {
	case flatten.Fits, flatten.Current:
		return checks.StatusPass
	case flatten.Unknown:
		return checks.StatusUnknown
	}
	return checks.StatusFail
}

func (p flattenPage) summary(f Flattened) {
	p.row(verdictStatus(f.Verdict), "result", f.Message)
	for _, o := range f.Over {
		p.row(checks.StatusFail, "limit", o.Message)
	}
	if f.Verdict == flatten.Fits {
		for i, r := range f.Records {
			p.size(r, i == 0)
		}
		if f.Proof != nil {
			p.row(checks.StatusPass, "proof", p.say("proof", checks.Args{"count": f.Proof.Worst.Lookups}))
		}
	}
	if !f.From.Own {
		p.row(checks.StatusNone, "source", p.say("source", checks.Args{"name": f.From.Name}))
		if p.Verbose {
			p.line(spaces(summaryColumn+2), p.faint(Clean(f.From.Record)))
		}
	}
}

// size says how large a record is.
func (p flattenPage) size(r FlattenRecord, own bool) {
	args := checks.Args{"name": r.Name, "share": r.Share, "share_limit": r.ShareLimit, "answer": r.Answer, "limit": r.AnswerLimit,
		"count": len(r.Beside), "octets": r.BesideOctets}
	if !own {
		p.row(checks.StatusPass, "size", p.say("size-further", args))
		return
	}
	status := checks.StatusPass
	if r.Answer > r.AnswerLimit {
		status = checks.StatusWarn
	}
	p.row(status, "size", p.say("size", args))
	if p.Verbose {
		for _, text := range r.Beside {
			p.line(spaces(summaryColumn+2), p.faint(Clean(text)))
		}
	}
}

// obstacles lists what has to be mended or dropped first.
func (p flattenPage) obstacles(f Flattened) {
	if len(f.Broken) == 0 {
		return
	}
	p.heading("broken")
	for _, b := range f.Broken {
		p.sentence(indent, b.Message)
		if len(b.Path) > 1 {
			p.sentence(deep, p.say("way", checks.Args{"path": strings.Join(b.Path, " → ")}))
		}
		if b.Drop != "" {
			p.line(spaces(deep), "--drop ", quoteArgument(b.Drop))
		}
	}
}

// quoteArgument writes a term for a shell; terms have no spaces, but a tilde or
// a question mark at their start, or braces.
func quoteArgument(term string) string {
	return "'" + strings.ReplaceAll(Clean(term), "'", `'\''`) + "'"
}

func (p flattenPage) heading(id string) {
	p.line()
	for _, line := range Wrap(p.say("heading-"+id, nil), p.Width, p.Width) {
		p.line(p.strong(line))
	}
}

// edits prints what to publish.
func (p flattenPage) edits(f Flattened) {
	if len(f.Edits) > 0 {
		p.heading("publish")
		for _, e := range f.Edits {
			p.edit(e)
		}
	}
	if f.Keep != nil {
		p.heading("keep")
		p.edit(*f.Keep)
	}
	if f.Verdict == flatten.TooBig && p.Verbose {
		p.heading("too-big")
		for _, r := range f.Records {
			p.line(spaces(deep), Clean(zoneLine(resolver.Edit{Name: r.Name, Type: resolver.TypeTXT, TTL: 3600}, r.RData)))
		}
	}
}

// stays lists the terms that stay with what they cost, by the reason.
func (p flattenPage) stays(f Flattened) {
	if len(f.Kept) == 0 {
		return
	}
	p.heading("stays")
	var said []string
	for _, k := range f.Kept {
		if slices.Contains(said, k.Message) {
			continue
		}
		said = append(said, k.Message)
		p.sentence(indent, k.Message)
		for _, same := range f.Kept {
			if same.Message == k.Message {
				p.costly(same)
			}
		}
	}
}

// costly prints a term with what it costs at the right.
func (p flattenPage) costly(k FlattenKept) {
	cost := p.say("cost", checks.Args{"count": k.Lookups})
	line, ok := apart(spaces(deep)+Clean(k.Text), cost, p.Width)
	if !ok {
		line = spaces(deep) + Clean(k.Text) + "  " + cost
	}
	p.line(line)
}

// left lists what the new policy does without.
func (p flattenPage) left(f Flattened) {
	if len(f.Gone)+len(f.Dropped)+len(f.Taken) == 0 {
		return
	}
	p.heading("left")
	for _, d := range f.Dropped {
		p.sentence(indent, p.say("dropped", checks.Args{"term": Clean(d)}))
	}
	for _, g := range f.Gone {
		p.sentence(indent, p.say("gone", checks.Args{"term": Clean(g.Term), "name": g.Name}))
	}
	for _, t := range f.Taken {
		if t.Error != "" {
			p.sentence(indent, p.say("taken-unknown", checks.Args{"name": t.Name, "error": p.kindOf(t.Error)}))
			continue
		}
		if t.Earlier {
			p.sentence(indent, p.say("taken-earlier", checks.Args{"name": t.Name}))
			continue
		}
		p.sentence(indent, p.say("taken", checks.Args{"name": t.Name, "record": Clean(t.Record)}))
	}
}

// changes lists the addresses whose results change for receivers.
func (p flattenPage) changes(f Flattened) {
	if len(f.Changes) == 0 {
		return
	}
	id := "changes"
	if f.Verdict == flatten.Stale {
		id = "changes-stale"
	}
	p.heading(id)
	if len(f.If) > 0 {
		p.sentence(indent, p.say("if", checks.Args{"terms": f.If}))
	}
	for _, c := range f.Changes {
		paint := p.faint
		if onlyPass(c.To) && !onlyPass(c.From) {
			paint = p.good
		} else if onlyPass(c.From) && !onlyPass(c.To) {
			paint = p.bad
		}
		moved := strings.Join(c.From, "|") + " → " + strings.Join(c.To, "|")
		p.line(spaces(indent), paint(moved), "  ", p.amounts(c.Both))
		p.networks(c.Both)
	}
}

func onlyPass(results []string) bool { return len(results) == 1 && results[0] == "pass" }

// mostChanged is how many networks are listed of a change without -v. One that
// is larger is about everybody else, and no list says anything.
const mostChanged = 12

func (p flattenPage) networks(b Both) {
	var list []string
	for _, prefix := range append(b.IPv4.Prefixes[:len(b.IPv4.Prefixes):len(b.IPv4.Prefixes)], b.IPv6.Prefixes...) {
		text := prefix.String()
		if prefix.IsSingleIP() {
			text = prefix.Addr().String()
		}
		list = append(list, text)
	}
	if len(list) > mostChanged && !p.Verbose {
		p.line(spaces(deep), p.faint(p.say("more-networks", checks.Args{"count": len(list)})))
		return
	}
	p.sentence(deep, strings.Join(list, "  "))
}

// notes are what there is to know.
func (p flattenPage) notes(f Flattened) {
	if len(f.Notes) == 0 {
		return
	}
	p.line()
	for _, note := range f.Notes {
		for i, line := range Wrap(note, p.Width-4, p.Width-4) {
			head := spaces(4)
			if i == 0 {
				head = "  " + p.note("*") + " "
			}
			p.line(head, line)
		}
	}
}
