package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mailauth/checks"
	"mailauth/cmd/internal/report"
	"mailauth/cmd/internal/rulepage"
	"mailauth/docs"
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

// explain prints the page about a rule.
func (a *app) explain(id string) error {
	rules := a.rules()
	i := slices.IndexFunc(rules, func(r *checks.Rule) bool { return strings.EqualFold(r.ID, id) })
	if i < 0 {
		return a.unknownRule(id)
	}
	page, err := docs.Rules.ReadFile(rulepage.File(rules[i].ID, a.texts.Lang()))
	if err != nil {
		return err
	}
	width, _ := columns(a.stdout)
	_, err = io.WriteString(a.stdout, rulepage.Terminal(string(page), width))
	return err
}

func (a *app) unknownRule(id string) *complaint {
	args := checks.Args{"given": id}
	if near, ok := nearest(id, a.ruleIDs()); ok {
		args["near"] = near
		return complain("rule", "rule-near", args)
	}
	return complain("rule", "rule", args)
}
