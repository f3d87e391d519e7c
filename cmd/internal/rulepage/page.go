package rulepage

import (
	"fmt"
	"regexp"
	"strings"

	"mailauth/checks"
	"mailauth/checks/catalog"
	"mailauth/cmd/internal/report"
)

// Example is a world in which a rule applies.
type Example struct {
	// Domain is the audited domain, without a final dot.
	Domain string
	// Before and After are the lines of the zone, or of the document, that make
	// the difference; either may be empty.
	Before, After []string
	// Finding is the rule's finding, and Output what the program prints of it.
	Finding report.Finding
	Output  string
}

// Page is the page about a rule in the language of the texts.
func Page(r *checks.Rule, e Example, texts *catalog.Localizer) string {
	p := page{texts: texts}
	p.paragraph("# " + r.ID + ": " + texts.Text(r.ID+".title", nil))
	p.paragraph(p.nature(r))
	if about := r.ID + ".about"; texts.Has(about) {
		p.paragraph(report.Clean(texts.Text(about, e.Finding.Args)))
	}
	p.section("effect", e.Finding.Effect)
	p.example(e)
	p.steps(e)
	if len(r.Supersedes) > 0 {
		p.section("includes", p.text("includes-text", checks.Args{"rules": links(r.Supersedes)}))
	}
	return p.String()
}

type page struct {
	strings.Builder
	texts *catalog.Localizer
}

func (p *page) text(id string, args checks.Args) string { return p.texts.Text("rulepage."+id, args) }

func (p *page) paragraph(text string) {
	if p.Len() > 0 {
		p.WriteString("\n")
	}
	p.WriteString(text + "\n")
}

// section prints a heading and a paragraph, nothing without text.
func (p *page) section(heading, text string) {
	if text == "" {
		return
	}
	p.paragraph("## " + p.text(heading, nil))
	p.paragraph(text)
}

// nature is the line under the title: weight, authority, version.
func (p *page) nature(r *checks.Rule) string {
	severity := p.texts.Text("report.severity-"+r.Severity.String(), nil)
	if r.Highest() != r.Severity {
		severity = p.text("up-to", checks.Args{"usual": severity, "highest": p.texts.Text("report.severity-"+r.Highest().String(), nil)})
	}
	return p.text("nature", checks.Args{
		"severity": severity, "citation": r.Citation, "source": p.text("source-"+string(r.Source), nil), "since": r.Version(),
	})
}

func (p *page) example(e Example) {
	p.paragraph("## " + p.text("example", nil))
	if len(e.Before) > 0 {
		p.paragraph(p.text("before", checks.Args{"domain": e.Domain}))
		p.fence(e.Before)
	}
	p.paragraph(p.text("says", checks.Args{"domain": e.Domain}))
	p.fence(strings.Split(strings.TrimRight(e.Output, "\n"), "\n"))
	if len(e.After) > 0 {
		p.paragraph(p.text("after", nil))
		p.fence(e.After)
	} else {
		p.paragraph(p.text("deleted", nil))
	}
}

func (p *page) fence(lines []string) {
	p.paragraph("```")
	p.WriteString(strings.Join(lines, "\n") + "\n```\n")
}

// steps are the sentences of what to do, then to audit again.
func (p *page) steps(e Example) {
	p.paragraph("## " + p.text("mend", nil) + "\n")
	steps := append(sentences(e.Finding.Mend), p.text("again", checks.Args{"domain": e.Domain}))
	for i, step := range steps {
		fmt.Fprintf(p, "%d. %s\n", i+1, step)
	}
}

// endOfSentence is where the next one begins with a capital letter; a Japanese
// one ends with its own stop.
var endOfSentence = regexp.MustCompile(`([.!?]) ([A-Z])|(。)`)

func sentences(text string) (list []string) {
	if text == "" {
		return nil
	}
	marked := endOfSentence.ReplaceAllString(text, "$1$3\x00$2")
	for _, s := range strings.Split(marked, "\x00") {
		if s = strings.TrimSpace(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}

func links(ids []string) []string {
	linked := make([]string, len(ids))
	for i, id := range ids {
		linked[i] = "[" + id + "](" + id + ".md)"
	}
	return linked
}
