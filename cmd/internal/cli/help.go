package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mailauth/checks"
	"mailauth/cmd/internal/report"
)

// help prints what a command does, in the user's language.
func (a *app) help(cmd *cobra.Command) {
	width, _ := columns(a.stdout)
	h := helpPage{app: a, width: width}
	for _, paragraph := range strings.Split(strings.TrimSpace(cmd.Long), "\n") {
		h.wrapped(0, paragraph)
	}
	h.heading("help-usage")
	use := cmd.UseLine()
	if cmd.HasAvailableSubCommands() {
		use = cmd.CommandPath() + " COMMAND"
	}
	h.WriteString("  " + strings.TrimSuffix(use, " [flags]") + "\n")
	if cmd.Example != "" {
		h.heading("help-examples")
		for _, line := range strings.Split(cmd.Example, "\n") {
			h.WriteString("  " + line + "\n")
		}
	}
	if cmd.HasAvailableSubCommands() {
		h.heading("help-commands")
		for _, sub := range cmd.Commands() {
			if sub.IsAvailableCommand() {
				h.item(sub.Name(), sub.Short)
			}
		}
	}
	h.heading("help-flags")
	flag := func(f *pflag.Flag) { h.flag(cmd.Name(), f) }
	cmd.LocalFlags().VisitAll(flag)
	cmd.InheritedFlags().VisitAll(flag)
	h.statuses(cmd.Name())
	fmt.Fprint(a.stdout, h.String())
}

type helpPage struct {
	*app
	strings.Builder
	width int
}

func (h *helpPage) heading(id string) { h.WriteString("\n" + h.text(id, nil) + "\n") }

// statuses lists what the exit statuses of a command mean, "cli.exit-<command>-0"
// and so on, if it has such texts.
func (h *helpPage) statuses(command string) {
	id := "exit-" + command + "-"
	if !h.texts.Has("cli." + id + "0") {
		return
	}
	h.heading("help-exit")
	for _, status := range []int{ExitOK, ExitFindings, ExitUsage, ExitUnknown} {
		h.item(fmt.Sprint(status), h.text(id+fmt.Sprint(status), nil))
	}
}

func (h *helpPage) wrapped(margin int, text string) {
	for _, line := range report.Wrap(text, h.width-margin, h.width-margin) {
		h.WriteString(strings.TrimRight(strings.Repeat(" ", margin)+line, " ") + "\n")
	}
}

// helpColumn is where descriptions begin.
const helpColumn = 26

// item is a term and its description beside it, or below it if it is long.
func (h *helpPage) item(term, description string) {
	lines := report.Wrap(description, h.width-helpColumn, h.width-helpColumn)
	head := report.Pad("  "+term, helpColumn)
	if report.Width(head) > helpColumn-1 && report.Width("  "+term) > helpColumn-2 {
		h.WriteString("  " + term + "\n")
		head = strings.Repeat(" ", helpColumn)
	}
	for i, line := range lines {
		if i > 0 {
			head = strings.Repeat(" ", helpColumn)
		}
		h.WriteString(head + line + "\n")
	}
}

// flag describes a flag: by the text "cli.flag-<command>-<flag>" where a command
// means something of its own by it, else by "cli.flag-<flag>".
func (h *helpPage) flag(command string, f *pflag.Flag) {
	if f.Hidden {
		return
	}
	term := "    --" + f.Name
	if f.Shorthand != "" {
		term = "-" + f.Shorthand + ", --" + f.Name
	}
	if value := h.valueName(f); value != "" {
		term += " " + value
	}
	id := "flag-" + command + "-" + f.Name
	if !h.texts.Has("cli." + id) {
		id = "flag-" + f.Name
	}
	usage := h.text(id, nil)
	switch f.Value.(type) {
	case *choice, *patience, *count:
		usage = h.text("help-default", checks.Args{"usage": usage, "value": f.DefValue})
	}
	h.item(term, usage)
}

// valueName is what stands for the value of a flag.
func (h *helpPage) valueName(f *pflag.Flag) string {
	if id := "value-" + f.Name; h.texts.Has("cli." + id) {
		return h.text(id, nil)
	}
	if f.Value.Type() == "bool" {
		return ""
	}
	return f.Value.Type()
}
