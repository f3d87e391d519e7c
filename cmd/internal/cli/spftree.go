package cli

import (
	"github.com/spf13/cobra"

	"mailauth/checks"
	"mailauth/cmd/internal/report"
)

const treeExamples = `mailauth spf tree example.co.jp
mailauth spf tree --zone new.zone example.co.jp
mailauth spf tree --sender info@example.jp --helo mail.example.jp example.jp
mailauth spf tree --providers own.toml example.co.jp
mailauth spf tree --format json example.co.jp`

func (a *app) spfTreeCommand() *cobra.Command {
	f := &policyFlags{}
	var providers tableFlag
	cmd := a.command("tree [DOMAIN…]", "tree", func(cmd *cobra.Command, args []string) error {
		if err := textOnly(f.format.value, cmd.Flags().Changed, "verbose"); err != nil {
			return err
		}
		if f.format.value != "text" && len(providers) > 0 {
			return complain("text-only", "providers-text", checks.Args{"flag": "--providers", "format": f.format.value})
		}
		return a.spfTree(f, providers, args)
	})
	cmd.Example = treeExamples
	f.add(cmd.Flags(), "text", "json")
	providers.add(cmd.Flags())
	return cmd
}

// spfTree shows what the records of domains cost, and whose their branches are.
func (a *app) spfTree(f *policyFlags, providers tableFlag, args []string) error {
	table, err := a.providerTable(providers)
	if err != nil {
		return err
	}
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
	options := a.textOptions(f)
	options.Providers = table
	text := report.NewText(a.stdout, options)
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
