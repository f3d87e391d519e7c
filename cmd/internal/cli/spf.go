package cli

import "github.com/spf13/cobra"

// spfCommand is the group of commands about the addresses that a policy lets
// pass.
func (a *app) spfCommand() *cobra.Command {
	group := a.command("spf", "spf", nil)
	group.Args = cobra.ArbitraryArgs
	group.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(cmd, args[0])
		}
		return cmd.Help()
	}
	group.AddCommand(a.spfTreeCommand(), a.spfNetworksCommand(), a.spfFlattenCommand())
	return group
}
