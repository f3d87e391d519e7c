package report

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"mailauth/checks"
	"mailauth/checks/authority"
	"mailauth/checks/catalog"
	"mailauth/resolver"
)

// Build says in a language what an audit found.
func Build(r *checks.Report, cost DNS, texts *catalog.Localizer) Report {
	b := builder{texts, cost.Silent}
	built := Report{
		Domain:   BareName(r.Domain),
		Verdict:  r.Verdict,
		Checks:   make([]Check, 0, len(r.Checks)),
		Findings: make([]Finding, 0, len(r.Findings)),
		DNS:      cost,
	}
	for _, c := range r.Checks {
		built.Checks = append(built.Checks, b.check(c))
	}
	for _, f := range r.Findings {
		built.Findings = append(built.Findings, b.finding(f))
	}
	return built
}

// BareName is a canonical name as people write it, without the final dot.
func BareName(name string) string {
	if name == "." {
		return name
	}
	return strings.TrimSuffix(name, ".")
}

type builder struct {
	texts  *catalog.Localizer
	silent bool // nobody answered anything
}

func (b builder) say(t checks.Text) string { return Clean(b.texts.Text(t.ID, inSentences(t.Args))) }

func (b builder) check(c checks.CheckReport) Check {
	parts := make([]string, 0, len(c.Summary))
	for _, t := range c.Summary {
		parts = append(parts, b.say(t))
	}
	built := Check{Name: c.Name, Status: c.Status, Summary: b.texts.List(parts), Facts: c.Facts}
	for _, t := range c.Details {
		built.Details = append(built.Details, b.say(t))
	}
	if built.Facts == nil {
		built.Facts = struct{}{}
	}
	return built
}

func (b builder) finding(f checks.Finding) Finding {
	if f.Rule == checks.TempFail {
		return b.unanswered(f)
	}
	return b.build(f, f.Args)
}

// unanswered says why a question had no answer, and what helps against that,
// in words instead of the resolver's term.
func (b builder) unanswered(f checks.Finding) Finding {
	kind, _ := f.Args["error"].(string)
	said := f
	if id := errorID(kind); b.texts.Has(id) {
		said = f.With("error", b.texts.Text(id, nil))
	}
	built := b.build(f, said.Args)
	if server, _ := f.Args["server"].(string); f.Check == authority.Check.Name && f.Type == resolver.TypeSOA && server != "" {
		built.Mend = b.texts.Text("dns-advice.name-server", checks.Args{"server": server})
	} else if id, args := b.advice(kind, f.Name); b.texts.Has(id) {
		built.Mend = b.texts.Text(id, args)
	}
	return built
}

// build says a finding; args are those of its texts.
func (b builder) build(f checks.Finding, args checks.Args) Finding {
	text := func(part string) string {
		id := f.Rule.ID + "." + part
		if !b.texts.Has(id) {
			return ""
		}
		return b.say(checks.T(id, args))
	}
	built := Finding{
		Rule: f.Rule.ID, Severity: f.Severity, Check: f.Check, Fingerprint: f.Fingerprint(),
		Evidence: b.evidence(f.Name, f.Type, f.Record, f.Span, f.Note),
		Args:     cleanArgs(f.Args),
		Message:  text("message"), Effect: text("effect"), Mend: text("mend"),
		Citation: f.Rule.Citation,
		Related:  make([]Related, 0, len(f.Related)),
		Blocks:   notNil(f.Blocks),
		Fixes:    make([]Fix, 0, len(f.Fixes)),
	}
	if url, ok := f.Args["url"].(string); ok && f.Type == checks.TypeHTTPS {
		built.URL = Clean(url)
	}
	built.Message = cmp.Or(built.Message, f.Rule.ID)
	if built.Note == "" && f.Span != nil {
		built.Note = text("note")
	}
	for _, r := range f.Related {
		built.Related = append(built.Related, Related{Rule: r.Rule, Evidence: b.evidence(r.Name, r.Type, r.Record, r.Span, r.Note)})
	}
	for _, fix := range f.Fixes {
		built.Fixes = append(built.Fixes, b.fix(fix))
	}
	return built
}

func (b builder) evidence(name string, t resolver.Type, record *resolver.Record, span *checks.Span, note *checks.Text) Evidence {
	e := Evidence{Name: name, Type: t, Strings: []int{}, Span: span}
	if note != nil {
		e.Note = b.say(*note)
	}
	if record == nil {
		return e
	}
	shown := record.Display()
	e.Record = &shown
	switch data := record.Data.(type) {
	case resolver.TXT:
		e.Strings = lengths(data.Strings)
	case resolver.SPF:
		e.Strings = lengths(data.Strings)
	}
	e.TTL = &record.TTL
	if o := record.Origin; o.File != "" {
		e.File, e.Line, e.Column = &o.File, &o.Line, &o.Col
	} else if o.Server != "" {
		e.Server = &o.Server
	}
	return e
}

func lengths(parts []string) []int {
	n := make([]int, len(parts))
	for i, part := range parts {
		n[i] = len(part)
	}
	return n
}

func (b builder) fix(fix checks.Fix) Fix {
	built := Fix{
		Title: b.say(fix.Title), Verified: fix.Verified,
		Choices: make([]Choice, 0, len(fix.Choices)),
		Edits:   make([]resolver.Edit, 0, len(fix.Edits)), Documents: fix.Documents,
	}
	if fix.Reason != nil {
		built.Reason = b.reason(*fix.Reason)
	}
	if fix.Verified {
		built.Left = &Left{fix.Errors, fix.Warnings}
	}
	for _, c := range fix.Choices {
		built.Choices = append(built.Choices, Choice{c.Name, b.say(c.Text), notNil(c.Values)})
	}
	for _, e := range fix.Edits {
		e.Remove, e.Add = notNil(e.Remove), notNil(e.Add)
		built.Edits = append(built.Edits, e)
	}
	return built
}

func notNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return slices.Clone(list)
}

// cleanArgs keeps arguments as data, but JSON has no octets: what is not UTF-8
// is spelled out.
func cleanArgs(args checks.Args) checks.Args {
	built := make(checks.Args, len(args))
	for name, value := range args {
		switch v := value.(type) {
		case string:
			if !utf8.ValidString(v) {
				v = Clean(v)
			}
			value = v
		case []string:
			value = notNil(v)
		}
		if _, err := json.Marshal(value); err != nil {
			continue
		}
		built[name] = value
	}
	return built
}
