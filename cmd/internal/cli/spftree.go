package cli

import (
	"github.com/spf13/cobra"

	"mailauth/checks"
	"mailauth/cmd/internal/report"
)

const treeExamples = `mailauth spf tree example.co.jp
mailauth spf tree --zone new.zone example.co.jp
mailauth spf tree --sender info@example.co.jp --helo mail.example.co.jp example.co.jp
mailauth spf tree --format json example.co.jp`

func (a *app) spfTreeCommand() *cobra.Command {
	f := &policyFlags{}
	cmd := a.command("tree [DOMAIN…]", "tree", func(cmd *cobra.Command, args []string) error {
		if err := textOnly(f.format.value, cmd.Flags().Changed, "verbose"); err != nil {
			return err
		}
		return a.spfTree(f, args)
	})
	cmd.Example = treeExamples
	f.add(cmd.Flags(), "text", "json")
	return cmd
}

// spfTree shows what the records of domains cost.
func (a *app) spfTree(f *policyFlags, args []string) error {
	doc := report.TreeDocument{Trees: []report.SPFTree{}, Problems: []report.Problem{}}
	s, err := a.policies(f, args, func(p policy) {
		tree := report.BuildTree(p.Facts, p.cost, a.texts)
		a.status = worseExit(a.status, verdictExit(tree.Verdict))
		doc.Trees = append(doc.Trees, tree)
	}, func(p report.Problem) { doc.Problems = append(doc.Problems, p) })
	if err != nil {
		return err
	}
	doc.Header = a.header(s)
	if f.format.value == "json" {
		return report.WriteJSON(a.stdout, doc)
	}
	text := report.NewText(a.stdout, a.textOptions(f))
	for _, tree := range doc.Trees {
		if err := text.Tree(tree); err != nil {
			return err
		}
	}
	return nil
}

// verdictExit is the exit status of an answer: what is merely weak is in order.
func verdictExit(verdict checks.Status) int {
	switch verdict {
	case checks.StatusFail:
		return ExitFindings
	case checks.StatusUnknown:
		return ExitUnknown
	}
	return ExitOK
}
