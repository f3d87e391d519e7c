package cli

import (
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mailauth/checks"
	"mailauth/checks/provider"
	"mailauth/cmd/internal/report"
)

// tableFlag names the files that extend the table of providers, each laid over
// those before it.
type tableFlag []string

func (f *tableFlag) add(flags *pflag.FlagSet) {
	flags.StringArrayVar((*[]string)(f), "providers", nil, "")
}

// providerTable reads the files over the built-in table.
func (a *app) providerTable(files tableFlag) (*provider.Table, error) {
	table := provider.Builtin()
	for _, path := range files {
		file, err := os.Open(path)
		if err != nil {
			return nil, unreadable(path, err)
		}
		table, err = table.Extend(path, file)
		file.Close()
		if f, ok := faultIn(err); ok && f.code != "unreadable" {
			return nil, a.aboutFile("providers", f, err)
		}
		if err != nil {
			return nil, unreadable(path, err)
		}
	}
	return table, nil
}

const providersExamples = `mailauth providers
mailauth providers sendgrid
mailauth providers spf.mta.hdems.com
mailauth providers --providers own.toml --format json
mailauth providers --format toml sakura > own.toml`

func (a *app) providersCommand() *cobra.Command {
	var files tableFlag
	format := choice{"text", []string{"text", "json", "toml"}}
	cmd := a.command("providers [NAME]", "providers", func(_ *cobra.Command, args []string) error {
		if len(args) > 1 {
			return tooMany(args)
		}
		return a.providers(files, format.value, args)
	})
	cmd.Example = providersExamples
	cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return providerIDs(provider.Builtin()), cobra.ShellCompDirectiveNoFileComp
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	files.add(flags)
	flags.Var(&format, "format", "")
	return cmd
}

// providers shows the whole table, or what is known of those that a name means.
func (a *app) providers(files tableFlag, format string, args []string) error {
	table, err := a.providerTable(files)
	if err != nil {
		return err
	}
	rows := table.Providers()
	if len(args) > 0 {
		if rows = table.Find(strings.TrimSpace(args[0])); len(rows) == 0 {
			return unknownProvider(table, args[0])
		}
	}
	switch format {
	case "toml":
		_, err = io.WriteString(a.stdout, table.TOML(rows))
		return err
	case "json":
		described := strings.Join(append([]string{"built-in"}, files...), ", ")
		return report.WriteJSON(a.stdout, report.BuildProviders(a.header(&source{describe: described}), table, rows))
	}
	width, _ := columns(a.stdout)
	page := report.ProviderPage{Texts: a.texts, Width: width}
	if len(args) == 0 {
		_, err = io.WriteString(a.stdout, page.List(rows)+"\n"+a.text("providers-count", checks.Args{"count": len(rows)})+"\n")
		return err
	}
	_, err = io.WriteString(a.stdout, page.Details(table, rows))
	return err
}

func providerIDs(table *provider.Table) (ids []string) {
	for _, p := range table.Providers() {
		ids = append(ids, p.ID)
	}
	return ids
}

// unknownProvider says which provider was probably meant. Names are what people
// type; ids are what they can type next.
func unknownProvider(table *provider.Table, given string) *complaint {
	args := checks.Args{"given": given}
	words := providerIDs(table)
	ids := map[string]string{}
	for _, p := range table.Providers() {
		for _, name := range []string{p.Name.EN, p.Name.In("ja")} {
			words = append(words, strings.ToLower(name))
			ids[strings.ToLower(name)] = p.ID
		}
	}
	near, ok := nearest(given, words)
	switch {
	case !ok && strings.Contains(given, "."):
		return complain("provider-of-name", "provider-of-name", args)
	case !ok:
		return complain("provider", "provider", args)
	}
	if id, isName := ids[near]; isName {
		near = id
	}
	args["near"] = near
	return complain("provider", "provider-near", args)
}
