package cli

import (
	"github.com/spf13/cobra"

	"mailauth/cmd/internal/report"
)

const networksExamples = `mailauth spf networks example.co.jp
mailauth spf networks --zone new.zone example.co.jp
mailauth spf networks --format csv example.co.jp > networks.csv
mailauth spf networks --format json example.co.jp`

func (a *app) spfNetworksCommand() *cobra.Command {
	f := &policyFlags{}
	cmd := a.command("networks [DOMAIN…]", "networks", func(cmd *cobra.Command, args []string) error {
		if err := textOnly(f.format.value, cmd.Flags().Changed, "verbose"); err != nil {
			return err
		}
		return a.spfNetworks(f, args)
	})
	cmd.Example = networksExamples
	f.add(cmd.Flags(), "text", "json", "csv")
	return cmd
}

// spfNetworks shows which addresses domains let pass.
func (a *app) spfNetworks(f *policyFlags, args []string) error {
	doc := report.NetworksDocument{Policies: []report.SPFNetworks{}, Problems: []report.Problem{}}
	s, err := a.policies(f, args, func(p policy) {
		networks := report.BuildNetworks(p.Facts, p.cost, a.texts)
		a.status = worseExit(a.status, verdictExit(networks.Verdict))
		doc.Policies = append(doc.Policies, networks)
	}, func(p report.Problem) { doc.Problems = append(doc.Problems, p) })
	if err != nil {
		return err
	}
	doc.Header = a.header(s)
	switch f.format.value {
	case "json":
		for i := range doc.Policies {
			doc.Policies[i].Bound()
		}
		return report.WriteJSON(a.stdout, doc)
	case "csv":
		for _, networks := range doc.Policies { // a table without rows says nothing
			if text := report.SayOutcome(networks.Outcome, a.texts); text != "" {
				a.tellLine("cli.note", report.DisplayName(networks.Domain)+": "+text)
			}
		}
		return report.NetworksCSV(a.stdout, doc.Policies)
	}
	text := report.NewText(a.stdout, a.textOptions(f))
	for _, networks := range doc.Policies {
		if err := text.Networks(networks); err != nil {
			return err
		}
	}
	return nil
}
