package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mailauth/checks"
	"mailauth/cmd/internal/report"
)

const explainExamples = `mailauth explain
mailauth explain spf-lookalike`

func (a *app) explainCommand() *cobra.Command {
	cmd := a.command("explain [RULE]", "explain", func(_ *cobra.Command, args []string) error {
		switch len(args) {
		case 0:
			return a.listRules()
		case 1:
			return a.explain(args[0])
		}
		return tooMany(args)
	})
	cmd.Example = explainExamples
	cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return a.ruleIDs(), cobra.ShellCompDirectiveNoFileComp
	}
	return cmd
}

// rules are all rules, by protocol and id.
func (a *app) rules() []*checks.Rule {
	rules := checks.Rules(a.checks)
	slices.SortFunc(rules, func(x, y *checks.Rule) int { return strings.Compare(x.ID, y.ID) })
	return rules
}

func (a *app) ruleIDs() []string {
	var ids []string
	for _, r := range a.rules() {
		ids = append(ids, r.ID)
	}
	return ids
}

// severityWidth is the widest word for a severity, in columns.
const severityWidth = 7

// listRules prints each rule with its title.
func (a *app) listRules() error {
	var b strings.Builder
	rules := a.rules()
	longest := 0
	for _, r := range rules {
		longest = max(longest, len(r.ID))
	}
	width, _ := columns(a.stdout)
	margin := longest + severityWidth + 4
	for _, r := range rules {
		head := report.Pad(r.ID, longest+2) + report.Pad(a.severity(r.Severity), severityWidth+2)
		for _, line := range report.Wrap(a.texts.Text(r.ID+".title", nil), width-margin, width-margin) {
			b.WriteString(head + line + "\n")
			head = strings.Repeat(" ", margin)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", a.text("explain-count", checks.Args{"count": len(rules)}))
	_, err := a.stdout.Write([]byte(b.String()))
	return err
}

func (a *app) severity(s checks.Severity) string {
	return a.texts.Text("report.severity-"+s.String(), nil)
}

// explain prints what a rule means, with the names of its arguments in place
// of a domain's own values.
func (a *app) explain(id string) error {
	rules := a.rules()
	i := slices.IndexFunc(rules, func(r *checks.Rule) bool { return strings.EqualFold(r.ID, id) })
	if i < 0 {
		return a.unknownRule(id)
	}
	r := rules[i]
	width, _ := columns(a.stdout)
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n", r.ID, a.severities(r))
	paragraph := func(label, text string) {
		if text == "" {
			return
		}
		for i, line := range report.Wrap(text, width-explainColumn, width-explainColumn) {
			head := ""
			if i == 0 {
				head = label
			}
			fmt.Fprintf(&b, "  %s%s\n", report.Pad(head, explainColumn-2), line)
		}
	}
	paragraph(a.text("explain-title", nil), a.general(r, "title"))
	paragraph(a.text("explain-about", nil), a.general(r, "about"))
	paragraph(a.text("explain-message", nil), a.general(r, "message"))
	paragraph(a.text("explain-effect", nil), a.general(r, "effect"))
	paragraph(a.text("explain-mend", nil), a.general(r, "mend"))
	paragraph(a.text("explain-source", nil), r.Citation+" ("+a.text("explain-"+string(r.Source), nil)+")")
	if len(r.Supersedes) > 0 {
		paragraph(a.text("explain-supersedes", nil), a.texts.List(r.Supersedes))
	}
	_, err := a.stdout.Write([]byte(b.String()))
	return err
}

// explainColumn is where the text after a label begins.
const explainColumn = 14

// severities is the usual severity, and the highest where it depends.
func (a *app) severities(r *checks.Rule) string {
	if r.Highest() == r.Severity {
		return a.severity(r.Severity)
	}
	return a.text("explain-up-to", checks.Args{"usual": a.severity(r.Severity), "highest": a.severity(r.Highest())})
}

// general is a text of a rule with <argument> for each argument.
func (a *app) general(r *checks.Rule, part string) string {
	id := r.ID + "." + part
	if !a.texts.Has(id) {
		return ""
	}
	args := checks.Args{}
	names, _ := a.catalog.Placeholders(a.texts.Lang(), id)
	for _, name := range names {
		args[name] = "<" + name + ">"
	}
	return a.texts.Text(id, args)
}

func (a *app) unknownRule(id string) *complaint {
	args := checks.Args{"given": id}
	if near, ok := nearest(id, a.ruleIDs()); ok {
		args["near"] = near
		return complain("rule", "rule-near", args)
	}
	return complain("rule", "rule", args)
}
