package rulepage

import (
	"fmt"
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/checks/catalog"
)

// File is where the page about a rule lies below docs: rules/<id>.md, and
// ja/rules/<id>.md in Japanese.
func File(id, lang string) string {
	if lang == "en" {
		return "rules/" + id + ".md"
	}
	return lang + "/rules/" + id + ".md"
}

// Index lists all rules by protocol, the gravest first.
func Index(rules []*checks.Rule, texts *catalog.Localizer) string {
	p := page{texts: texts}
	p.paragraph("# " + p.text("index", nil))
	p.paragraph(p.text("index-about", checks.Args{"count": len(rules)}))
	for _, protocol := range protocols(rules) {
		p.paragraph("## " + p.protocol(protocol) + "\n")
		fmt.Fprintf(&p, "| %s | %s | %s |\n|---|---|---|\n", p.text("column-rule", nil), p.text("column-severity", nil), p.text("column-title", nil))
		for _, r := range ofProtocol(rules, protocol) {
			severity := texts.Text("report.severity-"+r.Severity.String(), nil)
			if r.Highest() != r.Severity {
				severity = p.text("up-to", checks.Args{"usual": severity, "highest": texts.Text("report.severity-"+r.Highest().String(), nil)})
			}
			fmt.Fprintf(&p, "| [%s](%s.md) | %s | %s |\n", r.ID, r.ID, severity, strings.ReplaceAll(texts.Text(r.ID+".title", nil), "|", "\\|"))
		}
	}
	return p.String()
}

func (p *page) protocol(name string) string {
	if id := "report.check-" + name; p.texts.Has(id) {
		return p.texts.Text(id, nil)
	}
	if id := "rulepage.protocol-" + name; p.texts.Has(id) {
		return p.texts.Text(id, nil)
	}
	return strings.ToUpper(name)
}

// protocols are those of the rules, in the order in which they come.
func protocols(rules []*checks.Rule) (names []string) {
	for _, r := range rules {
		if !slices.Contains(names, r.Protocol()) {
			names = append(names, r.Protocol())
		}
	}
	return names
}

func ofProtocol(rules []*checks.Rule, protocol string) []*checks.Rule {
	own := slices.DeleteFunc(slices.Clone(rules), func(r *checks.Rule) bool { return r.Protocol() != protocol })
	slices.SortStableFunc(own, func(a, b *checks.Rule) int {
		if a.Highest() != b.Highest() {
			return int(b.Highest()) - int(a.Highest())
		}
		return strings.Compare(a.ID, b.ID)
	})
	return own
}
