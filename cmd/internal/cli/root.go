package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"mailauth/checks"
)

// rootCommand is `mailauth` with all its commands.
func (a *app) rootCommand() *cobra.Command {
	root := a.command("mailauth", "mailauth", nil)
	root.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(cmd, args[0])
		}
		return cmd.Help()
	}
	root.Args = cobra.ArbitraryArgs
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		a.running = cmd.CommandPath()
		return emptyFlag(cmd)
	}
	root.Version = version()
	root.SetVersionTemplate("mailauth {{.Version}}\n")
	root.CompletionOptions.DisableDefaultCmd = true
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return flagComplaint(cmd, err) })
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { a.help(cmd) })
	root.PersistentFlags().Var(&choice{value: a.texts.Lang(), allowed: a.catalog.Languages()}, "lang", "")
	root.PersistentFlags().BoolP("help", "h", false, "")
	root.Flags().Bool("version", false, "")
	root.AddCommand(a.checkCommand(), a.simulateCommand(), a.spfCommand(), a.snapshotCommand(), a.explainCommand(), a.providersCommand(), a.versionCommand(), a.completionCommand())
	root.SetHelpCommand(a.helpCommand(root))
	return root
}

// command makes a command with the texts "cli.<id>-short" and "-long"; its
// examples are the same in every language.
func (a *app) command(use, id string, run func(cmd *cobra.Command, args []string) error) *cobra.Command {
	return &cobra.Command{
		Use:   use,
		Short: a.text(id+"-short", nil),
		Long:  a.text(id+"-long", nil),
		RunE:  run,
	}
}

func (a *app) text(id string, args checks.Args) string { return a.texts.Text("cli."+id, args) }

func (a *app) helpCommand(root *cobra.Command) *cobra.Command {
	return a.command("help [COMMAND]", "help", func(_ *cobra.Command, args []string) error {
		cmd, rest, err := root.Find(args)
		if err != nil || cmd.HasSubCommands() && len(rest) > 0 {
			return unknownCommand(cmd, rest[0])
		}
		return cmd.Help()
	})
}

// unknownCommand complains about a word that no command of a group is.
func unknownCommand(group *cobra.Command, given string) *complaint {
	args := checks.Args{"given": given, "group": group.CommandPath()}
	if strings.Contains(given, ".") && !group.HasParent() {
		return complain("command", "command-domain", args)
	}
	var names []string
	for _, c := range group.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	if near, ok := nearest(given, names); ok {
		args["near"] = near
		return complain("command", "command-near", args)
	}
	args["commands"] = names
	if strings.Contains(given, ".") {
		return complain("command", "command-missing", args)
	}
	return complain("command", "commands", args)
}
