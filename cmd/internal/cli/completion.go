package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"mailauth/checks"
)

const completionExamples = `source <(mailauth completion bash)
mailauth completion zsh > "${fpath[1]}/_mailauth"
mailauth completion fish > ~/.config/fish/completions/mailauth.fish`

func (a *app) completionCommand() *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	cmd := a.command("completion SHELL", "completion", nil)
	cmd.Example = completionExamples
	cmd.ValidArgs = shells
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 || !slices.Contains(shells, args[0]) {
			return complain("shell", "shell", checks.Args{"shells": shells})
		}
		root := cmd.Root()
		switch args[0] {
		case "bash":
			return root.GenBashCompletionV2(a.stdout, true)
		case "zsh":
			return root.GenZshCompletion(a.stdout)
		case "fish":
			return root.GenFishCompletion(a.stdout, true)
		}
		return root.GenPowerShellCompletionWithDesc(a.stdout)
	}
	return cmd
}

func tooMany(args []string) *complaint {
	return complain("arguments", "help", checks.Args{"given": args[len(args)-1], "command": "mailauth"})
}
